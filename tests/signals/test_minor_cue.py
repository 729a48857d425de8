"""The minor cue on neutral, fictional sentences: what counts, and what escalates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_contract import SignalContract, relaxed

from hubwatch.prompts.normalise import plain
from hubwatch.signals.answers import Answer
from hubwatch.signals.minor_cue import SIGNAL, grade
from hubwatch.signals.minor_reading import CODES, cues, cues_slowly, read_term
from hubwatch.signals.subjects import ImageText, ModelSubject, PromptSubject


class TestMinorCue(SignalContract):
    name = "minor_cue"
    highest = 3.0


def graded(text: str) -> int:
    codes = read_term(plain(text))
    return grade({code: codes.count(code) for code in CODES})


def answer(prompt: str, negative: str | None = None) -> Answer:
    return SIGNAL.answer_one(PromptSubject(id="p", prompt=prompt, negative_prompt=negative))


@pytest.mark.parametrize(
    "text",
    [
        "9 years old",
        "a 9-year-old baker",
        "aged 9",
        "age: 9",
        "at the age of 9",
        "nine years old",
        "n1ne years old",
        "s3venteen years old",
        "17yo",
        "17 y/o",
        "17 y.o.",
        "l7 years old",
        "1７ years old",
        "1 7 years old",
        "١٧ years old",
        "9 years of age",
        "15-20 years old",
        "9 months old",
        "tiene 9 años",
        "nueve años",
        "9 ans",
        "9 jahre alt",
        "ein 9-jähriger bäcker",
        "criança de 9 anos",
        "9 лет",
        "девять лет",
        "9-летняя",
        "9岁",
        "九岁",
        "十七岁",
        "9歳",
        "年齢 9",
        "9살",
        "열일곱 살",
    ],
)
def test_an_age_below_eighteen_is_explicit(text: str) -> None:
    assert graded(text) == 3


@pytest.mark.parametrize(
    "text",
    [
        "25 years old",
        "twenty five years old",
        "twenty-nine years old",
        "vingt cinq ans",
        "treinta y cinco años",
        "двадцать пять лет",
        "二十五岁",
        "25歳",
        "25살",
        "18 years old",
        "aged 40",
        "6 0 y.o.",
        "forty",
    ],
)
def test_an_adult_age_is_no_cue(text: str) -> None:
    assert read_term(plain(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "12 year old whisky",
        "a 9 year old oak door",
        "9 year old dog",
        "ages 8 and up",
        "age 12+",
        "not 9 years old",
        "no children",
        "child's drawing",
        "baby blue",
        "young woman",
        "old school",
        "teenage mutant ninja turtles",
    ],
)
def test_other_ages_and_harmless_phrases_are_told_apart(text: str) -> None:
    codes = read_term(plain(text))
    assert set(codes) == {"minor.benign"}


@pytest.mark.parametrize(
    "text",
    [
        "17 years of experience",
        "12 years later",
        "hace 9 años",
        "il y a 9 ans",
        "17 лет опыта",
        "steps 17",
        "seed 12",
        "1girl",
        "6 girls",
        "17 girls",
        "score 9 up",
        "score_8",
        "8.5",
        "1.2",
        "16:9",
        "512x768",
        "v1.5",
        "9/10",
        "170 cm",
        "5 feet tall",
        "2023",
        "ice age 2",
        "dragon age 2",
        "page 12",
        "3세대",
        "masterpiece 9",
        "4k",
        "12 steps",
        "12 year warranty",
        "17th century",
    ],
)
def test_numbers_that_are_no_ages_say_nothing(text: str) -> None:
    assert graded(text) == 0
    assert "minor.benign" not in read_term(plain(text))


def test_grades_are_ordered() -> None:
    assert graded("school building") == 0
    assert graded("a school") == 1
    assert graded("a toddler") == 2
    assert grade({"minor.weak": 3, "sexualised.pose": 9}) == 1
    assert grade({"minor.benign": 4}) == 0
    assert grade({"minor.clear": 1, "minor.weak": 1}) == 2


def test_a_family_context_tells_apart_but_not_beside_a_mature_cue() -> None:
    assert read_term("family photo with a toddler") == ("minor.benign",)
    assert graded("family photo with a toddler mature term 003") == 2
    calm = answer("family photo with a toddler, sunny garden")
    assert (calm.value, calm.detail["escalate"]) == (False, False)
    assert answer("family photo with a toddler, mature_term_003").detail["escalate"] is True


def test_negative_prompts_turn_the_meaning_around() -> None:
    assert answer("a carpenter", "child, toddler").detail["counts"] == {"minor.benign": 2}
    avoiding = answer("a carpenter", "adult, blurry")
    assert avoiding.value is None
    assert avoiding.detail["grade"] == 1


@pytest.mark.parametrize(
    ("prompt", "escalate"),
    [
        ("a school, mature_term_003", True),
        ("a school, rain", False),
        ("a harbour, mature_term_003", False),
        ("a school, no mature_term_003", False),
    ],
)
def test_a_cue_beside_a_mature_cue_escalates(prompt: str, escalate: bool) -> None:
    assert answer(prompt).detail["escalate"] is escalate


def model(*images: ImageText, description: str = "") -> Answer:
    subject = ModelSubject(id="m", name="Kite", description=description, images=images)
    return SIGNAL.answer_one(subject)


def test_cues_of_a_model_escalate_together_only_where_they_stand_together() -> None:
    school = ImageText(level="PG", prompt="a school")
    mature = ImageText(level="X", prompt="a harbour")
    assert model(school, mature).detail["escalate"] is False
    assert model(ImageText(level="R", prompt="a school")).detail["escalate"] is True
    assert model(mature, description="scenes of a toddler").detail["escalate"] is True
    assert model(mature, description="scenes of a school").detail["escalate"] is False
    both = model(description="scenes of a school, mature_term_003")
    assert both.detail["escalate"] is True
    assert model(school, description="mature_term_003").detail["escalate"] is True
    assert model(school).value is None


def test_evidence_names_a_field_and_nothing_else() -> None:
    found = model(ImageText(prompt="fog, a toddler"), description="a toddler").evidence
    assert {reason.field for reason in found} == {"images.prompt", "description"}
    for reason in found:
        assert (reason.start, reason.end, reason.text, reason.weight) == (None,) * 4


@relaxed
@given(st.integers(1, 17), st.sampled_from(["{} years old", "{}yo", "aged {}", "{}歳", "{} лет"]))
def test_case_and_spacing_do_not_matter(age: int, shape: str) -> None:
    text = shape.format(age)
    assert read_term(plain(text.upper())) == read_term(plain(text)) == ("minor.explicit",)
    assert read_term(plain(text.replace(" ", " _ "))) == ("minor.explicit",)


@relaxed
@given(st.integers(18, 120), st.sampled_from(["{} years old", "{}yo", "aged {}", "{}岁", "{} ans"]))
def test_no_adult_age_is_ever_a_cue(age: int, shape: str) -> None:
    assert read_term(plain(shape.format(age))) == ()


@relaxed
@given(st.text(max_size=60))
def test_any_text_is_read_alike_with_and_without_the_screen(text: str) -> None:
    quick, slow = cues(plain(text)), cues_slowly(plain(text))
    assert quick[:3] == slow[:3]
