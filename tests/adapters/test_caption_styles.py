"""Tag lists, prose, both, or nothing."""

from __future__ import annotations

import json

import pytest

from hubwatch.adapters.captions import KEPT, Captions, is_sentence, read_captions, style_of

TAGS = {"1girl": 40, "solo": 38, "looking at viewer": 30, "hands_in_own_pockets": 2, "red hat": 1}
PROSE = {
    "a photo of a woman with long hair": 3,
    "wearing a red coat and a scarf": 1,
    "smiling": 1,
    "the sky is cloudy": 1,
    "in front of a stone bridge over a river": 1,
}


@pytest.mark.parametrize(
    "piece",
    [
        "a woman standing on a bridge",
        "an old house",
        "her hair is red",
        "it rains today.",
        "two people walking through snow at night",
        "一个女人站在桥上看着远处的山",
    ],
)
def test_sentences(piece: str) -> None:
    """Prose of every kind that the rules name."""
    assert is_sentence(piece)


@pytest.mark.parametrize(
    "piece",
    [
        *("1girl", "looking at viewer", "hand on own hip", "black and white striped shirt"),
        *("v e l d a o r r i n", "score_8_up", "hair_over_one_eye_and_a_hat_in_the_hand", "白背景"),
    ],
)
def test_tags(piece: str) -> None:
    """Tags of several words stay tags; so does a name whose letters are set apart."""
    assert not is_sentence(piece)


def test_styles() -> None:
    """Each style by a small training set."""
    assert style_of(TAGS) == "tags"
    assert style_of(PROSE) == "sentences"
    assert style_of(TAGS | {"a woman standing in a field of tall grass": 12}) == "mixed"
    assert style_of({}) == "none"
    assert style_of({"once": 1, "each": 1}) == "tags"


def test_counts_are_added_over_folders_and_sorted() -> None:
    """Most frequent first, then by text."""
    found = read_captions({"5_a": {"x": 1, "b": 3}, "b": {"x": 2, "a": 3}}, ["2_c"])
    assert found == Captions(
        style="tags", counts={"a": 3, "b": 3, "x": 3}, distinct=3, folders=("c", "a", "b")
    )


def test_what_is_kept_is_bounded() -> None:
    """All are counted, the most frequent are kept."""
    found = read_captions({"a": {f"t{n}": n + 1 for n in range(KEPT + 500)}})
    assert found.distinct == KEPT + 500
    assert len(found.counts) == KEPT
    assert min(found.counts.values()) == 501


def test_broken_statistics_are_left_out() -> None:
    """Numbers as text count; what is no positive whole number does not."""
    told = json.loads(
        '{"a": {"x": "3", "y": -1, "z": null, "": 4, "w": 1e300, "v": true, "u": {"t": 1}},'
        ' "b": "text", "c": [1], "d": {"x": 2.0}}'
    )
    assert read_captions(told).counts == {"x": 5}


def test_a_trigger_word_in_the_place_of_captions_is_none() -> None:
    """ai-toolkit writes its trigger word as the only caption of a folder of that name."""
    found = read_captions({"1_velda": {"velda": 1}})
    assert found == Captions(style="none", folders=("velda",))
    assert read_captions({"1_velda": {"velda": 2}}).distinct == 1


def test_statistics_without_folders() -> None:
    """Some programs write pieces at the top."""
    assert read_captions({"1girl": 4, "solo": "3"}) == Captions(
        style="tags", counts={"1girl": 4, "solo": 3}, distinct=2
    )
