"""Depicted gender: contract, cues in several languages, models, perceived gender."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_contract import SignalContract, relaxed, texts

from hubwatch.prompts import parse
from hubwatch.signals.depicted_gender import SIGNAL
from hubwatch.signals.gender_cues import TERMS, cues, gender_of
from hubwatch.signals.perceived_gender import perceived_gender
from hubwatch.signals.subjects import ImageText, ModelSubject, PromptSubject


def said(prompt: str) -> bool | str | None:
    return SIGNAL.answer_one(PromptSubject(id="p", prompt=prompt)).value


class TestDepictedGender(SignalContract):
    name = "depicted_gender"
    highest: ClassVar[float] = 1.0


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("1girl, solo", "women"),
        ("2girls, multiple girls", "women"),
        ("1boy, solo", "men"),
        ("1girl, 1boy, kissing", "both"),
        ("3girls, 1boy", "both"),
        ("6+boys", "men"),
        ("1woman, portrait", "women"),
        ("2 men at a table", "men"),
        ("(woman:1.3), rain", "women"),
        ("female_focus", "women"),
        ("a portrait of an old fisherman with a beard", "men"),
        ("she walks along the pier", "women"),
        ("a queen on her throne", "women"),
        ("lighthouse, fog", "none"),
        ("scenery, no humans", "none"),
        ("street without women", "none"),
        ("no girls, harbour", "none"),
        ("retrato de una mujer", "women"),
        ("un hombre y su perro", "men"),
        ("portrait d'une femme", "women"),
        ("zwei Frauen im Wald", "women"),
        ("uma mulher na praia", "women"),
        ("девушка у моря", "women"),
        ("портрет мужчины", "men"),
        ("一个女人站在桥上", "women"),
        ("一个男人", "men"),
        ("女性, 海", "women"),
        ("한국 여자", "women"),
        ("남자 초상", "men"),
        ("mannequin, mango, command, boycott", "none"),
        ("1.5, 4k, 8k", "none"),
        ("", None),
    ],
)
def test_a_prompt_says_whom_it_depicts(prompt: str, expected: str | None) -> None:
    assert said(prompt) == expected


@relaxed
@given(texts)
def test_a_prompt_is_the_sum_of_its_tags(prompt: str) -> None:
    tags = parse(prompt).tags
    codes = [code for tag in tags for code in TERMS.read(tag.text)]
    expected = gender_of(codes.count("gender.women"), codes.count("gender.men"))
    assert said(prompt) == (expected if tags else None)


@given(st.integers(0, 50), st.integers(0, 50))
def test_swapping_the_cues_swaps_the_answer(women: int, men: int) -> None:
    swapped = {"women": "men", "men": "women", "both": "both", "none": "none"}
    assert gender_of(men, women) == swapped[gender_of(women, men)]


@given(st.text())
def test_reading_never_fails_and_counts_from_zero(text: str) -> None:
    assert all(count >= 0 for count in cues(text))


def test_the_negative_prompt_is_not_read() -> None:
    found = SIGNAL.answer_one(PromptSubject(id="p", prompt="kite", negative_prompt="1boy, man"))
    assert found.value == "none"


def test_evidence_points_at_the_tag() -> None:
    prompt = "rain, (1girl:1.2), pier"
    (found,) = SIGNAL.answer_one(PromptSubject(id="p", prompt=prompt)).evidence
    assert (found.code, prompt[found.start : found.end]) == ("gender.women", "1girl")


def model(**parts: object) -> ModelSubject:
    return ModelSubject(id="m", **parts)  # type: ignore[arg-type]  # fields of the record


def test_tags_and_prompts_weigh_double() -> None:
    found = SIGNAL.answer_one(
        model(tags=("man",), name="The woman in the tower", description="her tower")
    )
    assert found.value == "both"
    again = SIGNAL.answer_one(
        model(tags=("man",), images=(ImageText(prompt="1boy"),), description="she and her tower")
    )
    assert again.value == "men"


def test_the_bare_plural_tag_is_weak() -> None:
    assert SIGNAL.answer_one(model(tags=("girls", "man"))).value == "men"
    assert SIGNAL.answer_one(model(tags=("girls",))).value == "women"


def test_a_long_prompt_has_one_vote() -> None:
    images = (
        ImageText(prompt="woman, woman, woman, lady, female, her"),
        ImageText(prompt="1boy"),
        ImageText(prompt="man"),
    )
    assert SIGNAL.answer_one(model(images=images)).value == "men"


def test_prompts_without_a_cue_depict_nobody_and_no_prompts_are_unknown() -> None:
    assert SIGNAL.answer_one(model(images=(ImageText(prompt="lighthouse"),))).value == "none"
    assert SIGNAL.answer_one(model(name="Lighthouse")).value is None


def test_a_given_name_is_perceived_and_decides_nothing() -> None:
    found = SIGNAL.answer_one(model(name="Maria Holm"))
    assert found.value is None
    assert found.detail["perceived_gender"]["value"] == "women"
    assert 0.9 < found.detail["perceived_gender"]["probability"] <= 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Katarzyna", "women"),
        ("Peter Holm v2", "men"),
        ("Anna Berg (photo)", "women"),
        ("Kite Style", None),
        ("harbour at dawn", None),
        ("", None),
        ("v1.5", None),
    ],
)
def test_perceived_gender_comes_from_the_given_name(name: str, expected: str | None) -> None:
    found = perceived_gender(name)
    assert (found and found[0]) == expected
    assert found is None or 0.5 <= found[1] <= 1
