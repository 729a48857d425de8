"""Harmless words that must not switch the minor cue off, and ages that it must read."""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_contract import relaxed

from hubwatch.prompts.batch import index_prompts
from hubwatch.prompts.normalise import plain
from hubwatch.signals.ages import tells_age
from hubwatch.signals.answers import Answer
from hubwatch.signals.build.prompts import PromptJob, answer_prompts, names_called
from hubwatch.signals.minor_cue import SIGNAL, grade
from hubwatch.signals.minor_reading import CODES, cues, cues_slowly, read_term
from hubwatch.signals.registry import signal
from hubwatch.signals.subjects import ModelSubject, PromptSubject


def graded(text: str, *, prose: bool = False) -> int:
    said = cues(plain(text), prose=prose)
    return grade({code: getattr(said, code.partition(".")[2]) for code in CODES})


def answer(prompt: str) -> Answer:
    return SIGNAL.answer_one(PromptSubject(id="p", prompt=prompt))


@pytest.mark.parametrize(
    "words",
    [
        "no hat 9yo baker",
        "no hat a toddler",
        "without a hat, a 9 year old baker",
        "this is a 9 year old baker",
        "it is 9 years old",
        "illegal toddler",
        "do not crop a toddler",
        "9 year old baker when she started",
        "a 9 year old baker beside a dog",
        "a silver cup aged 9",
    ],
)
def test_one_harmless_word_does_not_switch_the_cue_off(words: str) -> None:
    alone, beside = answer(words), answer(f"{words}, mature_term_003")
    assert alone.value is True
    assert (beside.value, beside.detail["escalate"]) == (True, True)


@pytest.mark.parametrize(
    "words",
    ["no toddler", "not 9 years old", "a 9 year old oak door", "age 9+", "family with a toddler"],
)
def test_what_is_excused_in_a_prompt_still_escalates_beside_a_mature_cue(words: str) -> None:
    alone, beside = answer(words), answer(f"{words}, mature_term_003")
    assert (alone.value, alone.detail["escalate"]) == (False, False)
    assert beside.detail["escalate"] is True
    model = ModelSubject(id="m", name=words, tags=("mature_term_003",))
    assert SIGNAL.answer_one(model).detail["escalate"] is True


def test_a_mature_cue_is_excused_only_by_a_negation_directly_before_it() -> None:
    assert answer("a school, no hat mature_term_003").detail["escalate"] is True
    assert answer("a school, no mature_term_003").detail["escalate"] is False


@pytest.mark.parametrize(
    "text",
    [
        "this model is 2 years old",
        "she began acting at the age of 9",
        "do not use it for pictures of children",
        "pictures of children are forbidden",
        "it was only 3 months old",
    ],
)
def test_rules_and_lives_are_told_apart_in_descriptions_alone(text: str) -> None:
    assert graded(text, prose=True) == 0
    assert graded(text) >= 2
    page = ModelSubject(id="m", description=f"<p>{text}</p>")
    assert SIGNAL.answer_one(page).value is False
    for field in ("tags", "trigger_words", "version_names", "file_names"):
        assert SIGNAL.answer_one(ModelSubject(id="m", **{field: (text,)})).value is True  # type: ignore[arg-type]  # one field by name


@pytest.mark.parametrize(
    "text",
    [
        *("16 yrs", "16y", "16f", "17 and a half years old", "17½ years old"),
        *("15.5 years old", "00016 years old", "16+ years old", "less than 18", "below 18"),
        *("younger than 18", "16 anni", "16 jahre", "16 yaşında", "16 lat", "16 साल"),
        *("16 वर्षीय", "16 سنة", "عمرها 16", "열일곱살", "seventeen and a half years old"),
        *("girl 16 yrs", "a g e d 1 7"),
    ],
)
def test_ages_written_in_further_ways_are_explicit(text: str) -> None:
    assert graded(text) == 3
    assert answer(text).value is True
    assert SIGNAL.reference(PromptSubject(id="p", prompt=text)).value is True


@pytest.mark.parametrize(
    "text",
    [
        *("aged 16 months parmesan", "17 y.o. whisky bottle", "15 yo-yo tricks"),
        *("whisky aged 12 years", "12 year old single malt", "steps below 18", "16 anni fa"),
        *("25.5 years old", "00025 years old", "below 40", "26 yrs", "26f", "18+ years old"),
    ],
)
def test_other_ages_are_no_cue(text: str) -> None:
    assert graded(text) == 0


NUMBERS = (
    "9",
    "17",
    "1７",
    "s3venteen",
    "nine",
    "열일곱",
    "열 한",
    "十七",
    "девять",
    "17.5",
    "16+",
)
UNITS = (
    *("years old", "yo", "y/o", "y.o.", "yrs", "살", "세", "歳", "岁", "лет", "ans", "años"),
    *("jahre alt", "anni", "साल", "y e a r s o l d", "and a half years old", "jährig", "летняя"),
)


@relaxed
@given(
    st.sampled_from(NUMBERS),
    st.sampled_from(UNITS),
    st.sampled_from(("", " ", "-", "_", "  ", "\u200b", ".")),
    st.sampled_from(("", "a baker, ", "no ", "aged ")),
)
def test_every_age_is_read_alike_with_and_without_the_screen(
    number: str, unit: str, sign: str, before: str
) -> None:
    subject = PromptSubject(id="p", prompt=f"{before}{number}{sign}{unit}")
    assert SIGNAL.answer_one(subject).value == SIGNAL.reference(subject).value
    text = plain(f"{before}{number}{sign}{unit}")
    assert cues(text)[:3] == cues_slowly(text)[:3]
    assert tells_age(text) or "minor.explicit" not in read_term(text)


@pytest.mark.parametrize(
    "prompt",
    [
        *("fog <lora:toddler_v1:0.8>", "fog, embedding:toddler_v1, rain", "<lyco:TeenGirl>"),
        *("<lora:16YearsOldGirl_v1:1>", "<lora:9yoBaker:1>"),
    ],
)
def test_the_names_of_what_a_prompt_calls_are_read(prompt: str) -> None:
    found = answer(prompt)
    assert found.value is True
    assert SIGNAL.reference(PromptSubject(id="p", prompt=prompt)).value is True
    assert answer(f"{prompt}, mature_term_003").detail["escalate"] is True
    rows = answer_prompts(
        PromptJob(np.array([5]), index_prompts(pa.array([prompt])), names_called([prompt]))
    )
    assert rows.signals["minor_grade"].to_pylist() == [found.detail["grade"]]


@pytest.mark.parametrize(
    "text", ["TeenGirl", "16YearsOldGirl_v1", "Harbour16yoBaker", "toddler_v1"]
)
@pytest.mark.parametrize(
    "field", ["tags", "trigger_words", "version_names", "file_names", "training_tags"]
)
def test_run_together_names_are_read_in_every_short_field(field: str, text: str) -> None:
    subject = msgspec.structs.replace(ModelSubject(id="m"), **{field: (text,)})
    assert SIGNAL.answer_one(subject).value is True
    named = ModelSubject(id="m", name=text)
    assert SIGNAL.answer_one(named).value is True


def test_the_other_lexical_signals_read_the_same_texts() -> None:
    sexualised = signal("sexualised_language")
    for prompt in ("<lora:MatureTerm003:1>", "embedding:mature_term_003"):
        assert sexualised.answer_one(PromptSubject(id="p", prompt=prompt)).value is True
    for model in (
        ModelSubject(id="m", name="MatureTerm003"),
        ModelSubject(id="m", training_tags=("mature_term_003",)),
    ):
        assert sexualised.answer_one(model).value is True
    tool = ModelSubject(id="m", file_names=("ToolTerm001.safetensors",))
    assert signal("nudification_tool").answer_one(tool).value is True


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("minor_cue", text) for text in ("kid leather gloves", "petite sirah wine")),
        ("minor_cue", "high school building exterior, empty"),
        ("minor_cue", "underage drinking prevention poster"),
        ("violent_or_coercive_language", "handcuffs on a police officer's belt"),
        ("violent_or_coercive_language", "torture test for GPUs"),
        ("objectifying_language", "master and slave drives"),
        ("objectifying_language", "trophy wife movie poster"),
        ("sexualised_language", "undressed salad bowl"),
        ("nudification_tool", "face swap prevention research poster"),
        ("nudification_tool", "clothes remover for laundry stains"),
        ("nudification_tool", "stripped wood table"),
    ],
)
def test_harmless_phrases_of_trades_and_things_are_told_apart(name: str, text: str) -> None:
    assert signal(name).answer_one(ModelSubject(id="m", name=text)).value is False
