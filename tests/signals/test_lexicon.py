"""Lexicons: matched by hash, leftmost and longest, never readable."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_contract import relaxed

from hubwatch.errors import InputError
from hubwatch.prompts.normalise import match_keys, plain
from hubwatch.signals.language_reference import leftmost_longest
from hubwatch.signals.lexicon import (
    _PLAIN,
    _REPEATED,
    NAMES,
    ROLES,
    GroupData,
    Lexicon,
    LexiconData,
    build_lexicon,
    digest,
    forms,
    hides,
    load_lexicon,
    ordinary,
    read_data,
    tokens,
)

WORDS = ("fog", "red", "harbour", "kite", "dawn")


def stored(*words: str) -> str:
    whole = f"{digest(' '.join(words)):016x}"
    return whole if len(words) == 1 else f"{digest(words[0]):016x}{whole}"


def group(role: str, category: str, *entries: str) -> GroupData:
    hashes: dict[str, list[str]] = {}
    for entry in entries:
        hashes.setdefault(str(len(entry.split())), []).append(stored(*entry.split()))
    return GroupData(
        role=role, category=category, language="en", lemmas=len(entries), hashes=hashes
    )


@pytest.fixture(scope="module")
def weather() -> Lexicon:
    return build_lexicon(
        LexiconData(
            name="weather",
            version="1",
            date="2026-11-24",
            licence="Apache-2.0",
            sources=("invented",),
            categories={"wet": "wet", "light": "light"},
            vocabulary=[f"{digest(word):016x}" for word in ("fog", "red", "dawn")],
            groups=(
                group("hit", "wet", "fog", "fog kite harbour"),
                group("hit", "light", "red dawn"),
                group("benign", "-", "fog harbour"),
                group("context", "sea", "harbour", "kite dawn"),
            ),
        )
    )


def test_the_longest_entry_wins_and_counts_once(weather: Lexicon) -> None:
    found = weather.find(["fog", "kite", "harbour", "fog", "red", "dawn"])
    assert [(mark.start, mark.stop, mark.category) for mark in found] == [
        (0, 3, "wet"),
        (3, 4, "wet"),
        (4, 6, "light"),
    ]


def test_a_benign_phrase_covers_its_words(weather: Lexicon) -> None:
    assert [mark.role for mark in weather.find(["fog", "harbour"])] == ["benign"]


def test_context_is_found_anywhere_in_a_tag(weather: Lexicon) -> None:
    assert weather.context(["red", "kite", "dawn"]) == {"sea"}
    assert weather.context(["red", "kite"]) == frozenset()


@pytest.mark.parametrize(
    ("text", "count"),
    [("red kite", 1), ("kite harbour", 0), ("f0g", 2), ("f o g", 2), ("a b c", 2), ("a kite b", 0)],
)
def test_the_screen_says_which_forms_can_hold_a_hit(
    weather: Lexicon, text: str, count: int
) -> None:
    assert min(len(weather.screened(text)), 2) == count


@relaxed
@given(row=st.lists(st.sampled_from(WORDS), max_size=12))
def test_quick_and_obvious_matching_agree(weather: Lexicon, row: list[str]) -> None:
    found = [tuple(mark) for mark in weather.find(row)]
    assert found == leftmost_longest(weather, row)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("red-haired, o'neil", ["red", "haired", "o", "neil"]),
        ("赤い傘 x2", ["赤", "い", "傘", "x2"]),
        ("빨간 우산", ["빨", "간", "우", "산"]),
        ("красный зонт", ["красный", "зонт"]),
        ("", []),
    ],
)
def test_tokens_are_words_or_characters(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize(
    ("text", "plainly"),
    [("café", "cafe"), ("smørrebrød", "smorrebrod"), ("が", "が"), ("straße", "strasse")],
)
def test_ordinary_typography_loses_its_accents_alone(text: str, plainly: str) -> None:
    assert ordinary(text) == plainly


def test_what_hides_something() -> None:
    assert [hides(word) for word in ("fog", "a", "f0g", "1girl", "4k", "x-ray")] == [
        0,
        1,
        3,
        0,
        0,
        3,
    ]
    assert forms("fog") == ("fog",)


@relaxed
@given(st.text(alphabet="aabcz019 -.", max_size=12).map(plain))
def test_the_shortcut_for_plain_words_changes_nothing(text: str) -> None:
    assert set(forms(text)) == {ordinary(text), *match_keys(text)}


def test_words_are_bounded() -> None:
    assert max(map(len, tokens("a" * 10_000))) == 64


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_file_holds_hashes_and_counts_only(name: str) -> None:
    content = (files("hubwatch.signals") / "lexicons" / f"{name}.json").read_bytes()
    data = read_data(content)
    assert data.name == name
    for found in data.groups:
        assert found.role in ROLES
        assert found.lemmas <= sum(map(len, found.hashes.values()))
        for length, hashes in found.hashes.items():
            digits = 16 if length == "1" else 32
            assert hashes == sorted(set(hashes))
            assert all(re.fullmatch(rf"[0-9a-f]{{{digits}}}", text) for text in hashes)
    hits = {found.category for found in data.groups if found.role in ("hit", "soft")}
    assert hits == set(data.categories)
    assert all(re.fullmatch("[0-9a-f]{16}", text) for text in data.vocabulary)


@pytest.mark.parametrize("name", NAMES)
def test_every_lexicon_knows_several_languages(name: str) -> None:
    languages = {found.language for found in load_lexicon(name).data.groups}
    assert {"en", "es", "de", "ru", "zh", "ja", "ko"} <= languages


def test_what_is_no_lexicon_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_data(b'{"name": 3}')
    with pytest.raises(InputError, match="no lexicon is named `fog`"):
        load_lexicon("fog")


@settings(deadline=None, max_examples=500)
@given(st.from_regex(_PLAIN, fullmatch=True))
def test_a_plain_tag_has_one_form(text: str) -> None:
    """The short cut of `forms` says what undoing disguises says."""
    if _REPEATED.search(text) is None:
        assert set(match_keys(text)) == {text} == {ordinary(text)}
