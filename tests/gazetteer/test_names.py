"""Parts of names: what the shipped hashed table answers."""

from __future__ import annotations

import math
from importlib.resources import files

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.gazetteer.folding import fold, romanised
from hubwatch.gazetteer.names import (
    given_name,
    given_names,
    is_common_word,
    is_surname,
    name_parts,
    person_shape,
)
from hubwatch.simulate.world.invented import person_name
from hubwatch.simulate.world.streams import Picker


@pytest.mark.parametrize("token", ["anna", "ANNA", "Anna", "Änna", "Анна", "ＡＮＮＡ"])
def test_a_frequent_given_name_is_known_in_any_case_and_script(token: str) -> None:
    found = given_name(token)
    assert found is not None
    assert found.support >= 2
    assert found.women > 0.9


def test_the_share_of_women_separates_names() -> None:
    man, woman = given_name("John"), given_name("Mary")
    assert man is not None
    assert woman is not None
    assert man.women < 0.05 < 0.95 < woman.women


@pytest.mark.parametrize("token", ["", " ", "123", "masterpiece", "qzxvvw", "😀"])
def test_what_is_no_given_name_is_none(token: str) -> None:
    assert given_name(token) is None


@pytest.mark.parametrize(("token", "level"), [("Smith", 2), ("王", 2), ("김", 2), ("qzxvvw", 0)])
def test_surnames_have_a_level(token: str, level: int) -> None:
    assert is_surname(token) == level


def test_everyday_words_are_common_and_names_alone_are_not() -> None:
    assert is_common_word("Dress")
    assert is_common_word("summer")
    assert not is_common_word("Johansen")


def test_a_romanised_word_is_never_a_common_word() -> None:
    assert not is_common_word("Роза")


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["Anna", "王", "the", "Иван"]))))
def test_many_tokens_answer_as_single_ones(tokens: list[str]) -> None:
    support, women = given_names(tokens)
    parts = name_parts(tokens)
    for place, token in enumerate(tokens):
        single = given_name(token)
        assert support[place] == (single.support if single else 0)
        assert math.isnan(women[place]) == (single is None)
        assert parts.surname[place] == is_surname(token)
        assert parts.common_word[place] == is_common_word(token)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("王小明", "Han"),
        ("欧阳小明", "Han"),
        ("田中太郎", "Han"),
        ("김민지", "Hangul"),
        ("남궁민지", "Hangul"),
        ("ヴェルクイ・スラント", "Kana"),
        ("Иван Петров", "Cyrillic"),
        ("黑色头发长", None),
        ("красная площадь", None),
        ("anna smith", None),
        ("王", None),
        ("", None),
    ],
)
def test_the_form_of_a_name_is_told_by_script(text: str, script: str | None) -> None:
    assert person_shape(text) == script


@given(st.text(max_size=60))
def test_no_text_breaks_the_form_reader(text: str) -> None:
    assert person_shape(text) in {None, "Han", "Hangul", "Kana", "Cyrillic"}


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert romanised(text).isascii()


def test_invented_names_are_not_in_the_table() -> None:
    picker = Picker(7)
    names = [person_name(picker, woman=bool(i % 2)) for i in range(300)]
    known = sum(given_name(first) is not None for first, _ in names)
    assert known < 10


def test_the_data_holds_no_readable_name_and_says_where_it_comes_from() -> None:
    folder = files("hubwatch.gazetteer").joinpath("data")
    raw = folder.joinpath("name_parts.bin").read_bytes()
    assert len(raw) < 1_500_000
    for word in (b"smith", b"johnson", b"maria", "王小".encode()):
        assert word not in raw.lower()
    about = msgspec.json.decode(folder.joinpath("name_parts.json").read_bytes())
    assert about["tokens"] > 200_000
    assert all(s["licence"] and s["version"] and s["added"] for s in about["sources"])
