"""What has the form of a person's name, and what has not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.adapters.person_strings import is_person_like
from hubwatch.adapters.redact import Redactor
from hubwatch.files import open_bytes, read_lines
from hubwatch.simulate.world import words

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ.get("HUBWATCH_REAL_DATA", ROOT.parent / "shared/data/civitai-2023"))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Julia Skovemmel woman",
            "julia_gonzalez_v2",
            "JuliaGonzalez",
            "juliagonzalez",
            "jul1a_g0nzalez",
        ),
        *("10_velda orrin woman", "j.u.l.i.a gonzalez", "мария иванова", "田中麻衣", "김민지"),
    ],
)
def test_forms_of_names(text: str) -> None:
    """A known given name with a surname in every spelling; unknown words beside `woman`."""
    assert is_person_like(text)


@pytest.mark.parametrize(
    "text",
    [
        *("red_dress_v2", "1girl", "looking at viewer", "rose garden", "will", "grace", "summer"),
        *("vt_qv_12", "sks woman", "v1-5-pruned", "emma", "watercolor style", "", "12345", "a"),
        "a photo of julia gonzalez in the rain today",
    ],
)
def test_no_names(text: str) -> None:
    """Words of the dictionary, single names, codes and sentences are no names."""
    assert not is_person_like(text)


def test_everyday_vocabulary_is_no_name() -> None:
    """None of the simulated hub's everyday tags has the form of a name."""
    lists = (words.GARMENTS, words.GESTURES, words.LIGHTS, words.QUALITY, words.THINGS)
    pairs = [f"{colour} {thing}" for colour in words.COLOURS for thing in words.GARMENTS]
    assert not [tag for group in (*lists, pairs) for tag in group if is_person_like(tag)]


def test_one_string_is_enough() -> None:
    """The redactor asks the same of several strings."""
    redactor = Redactor(b"k" * 32)
    assert redactor.person_like(["1girl", "julia gonzalez"])
    assert not redactor.person_like(["1girl", "solo"])
    assert not redactor.person_like([])


@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    """Any text gets an answer."""
    assert is_person_like(text) in (True, False)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="the shared real documents are not here")
def test_against_the_hub_s_flag() -> None:
    """Of adapters: at least 1 in 6 flagged ones is found by its strings, at most 1 in 16 others."""
    counts = {(flag, found): 0 for flag in (True, False) for found in (True, False)}
    with open_bytes(REAL / "models.jsonl.zst") as stream:
        for line in read_lines(stream):
            model = json.loads(line)
            if model["type"] in ("LORA", "TextualInversion"):
                counts[bool(model["poi"]), any(map(is_person_like, _strings(model)))] += 1
    flagged = counts[True, True] + counts[True, False]
    others = counts[False, True] + counts[False, False]
    assert counts[True, True] / flagged > 1 / 6
    assert counts[False, True] / others < 1 / 16


def _strings(model: dict[str, object]) -> set[str]:
    """Return file names without ending, and trigger words, of one document."""
    found: set[str] = set()
    for version in model["modelVersions"]:  # type: ignore[attr-defined]
        found |= {Path(file["name"]).stem for file in version["files"]}
        found |= {part for words in version["trainedWords"] or () for part in words.split(",")}
    return found
