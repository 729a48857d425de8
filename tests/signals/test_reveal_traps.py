"""What `--reveal` must never show: words of items in which the minor cue finds anything."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.reveal import revealed, speaks_of_minors
from hubwatch.signals.run import run_signal
from hubwatch.signals.subjects import ModelSubject, PromptSubject


def shown(name: str, item: dict[str, Any]) -> list[str]:
    lines = run_signal(name, BytesIO(json.dumps(item).encode()), reveal=True)
    answer = json.loads(b"".join(lines))
    return [one["text"] for one in answer["evidence"] if one["text"] is not None]


@pytest.mark.parametrize(
    "words",
    [
        "a school",
        "a toddler",
        "a 9 year old baker",
        "family photo with a toddler",
        "no toddler",
        "12 year old whisky",
        "kid gloves",
    ],
)
@pytest.mark.parametrize("name", ["sexualised_language", "evasion"])
def test_no_word_is_shown_beside_anything_the_minor_cue_finds(name: str, words: str) -> None:
    prompt = f"{words}, m4ture_term_003"
    assert shown(name, {"id": "1", "prompt": prompt, "negative_prompt": None}) == []


def test_a_safeguard_in_the_negative_prompt_withholds_too() -> None:
    item = {"id": "1", "prompt": "mature_term_003", "negative_prompt": "toddler"}
    assert shown("sexualised_language", item) == []


def test_words_are_shown_where_no_minor_cue_is() -> None:
    item = {"id": "1", "prompt": "a baker, mature_term_003"}
    assert shown("sexualised_language", item) == ["mature_term_003"]


@pytest.mark.parametrize(
    ("minor", "speaks"),
    [
        (Answer(id="1", value=False, detail={"grade": 0, "escalate": False, "counts": {}}), False),
        (Answer(id="1", value=None, detail={"grade": 1, "escalate": False}), True),
        (Answer(id="1", value=False, detail={"grade": 0, "escalate": True}), True),
        (Answer(id="1", value=False, detail={"counts": {"minor.benign": 1}}), True),
    ],
)
def test_each_sign_of_a_minor_is_enough(minor: Answer, speaks: bool) -> None:
    assert speaks_of_minors(minor) is speaks


def test_a_whole_field_is_never_shown() -> None:
    model = ModelSubject(id="1", name="Harbour Baker")
    reasons = (Evidence(code="a.b", field="name"), Evidence(code="a.b", field="name", start=8))
    answer = Answer(id="1", value=True, evidence=reasons)
    assert [one.text for one in revealed(answer, model).evidence] == [None, None]
    part = Answer(
        id="1", value=True, evidence=(Evidence(code="a", field="prompt", start=0, end=3),)
    )
    prompt = PromptSubject(id="1", prompt="fog over a bay")
    assert revealed(part, prompt).evidence[0].text == "fog"
