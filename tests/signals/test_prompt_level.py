"""The prompt level: contract, arithmetic, and what the weights may hold."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_contract import PIECES, SignalContract, relaxed, texts

from hubwatch.prompts import parse
from hubwatch.prompts.batch import index_prompts
from hubwatch.signals.inputs import lines_of
from hubwatch.signals.level_features import SLOT_SHIFT, features, features_of, words_of
from hubwatch.signals.level_model import (
    contributions,
    contributions_of_both,
    probabilities,
    read_terms,
    weights,
)
from hubwatch.signals.level_reference import chances, contribution
from hubwatch.signals.level_sums import add_known
from hubwatch.signals.prompt_level import SIGNAL
from hubwatch.signals.subjects import PromptSubject
from hubwatch.simulate.world.mature import MATURE_TERMS

terms = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=6).map(
    lambda parts: [" ".join(part.split()) for part in parts]
)


def score(prompt: str, negative: str | None = None) -> float:
    found = SIGNAL.answer_one(PromptSubject(id="p", prompt=prompt, negative_prompt=negative))
    assert found.score is not None
    return found.score


class TestPromptLevel(SignalContract):
    name = "prompt_level"
    highest: ClassVar[float] = 1.0


@relaxed
@given(terms)
def test_batched_features_are_those_of_every_tag_alone(tags: list[str]) -> None:
    batch = pa.array(tags, pa.string())
    found: list[list[tuple[str, int]]] = [[] for _ in tags]
    for run in features(batch):
        for kind in run:
            for owner, key in zip(kind.owners.tolist(), kind.hashes.tolist(), strict=True):
                found[owner].append((kind.kind, key))
    for tag, mine in zip(tags, found, strict=True):
        assert sorted(mine) == sorted((kind, key) for kind, _, key in features_of(tag))
    read = read_terms(weights().prompt, batch)
    assert read.words.tolist() == [len(words_of(tag)) for tag in tags]


def test_features_do_not_depend_on_where_a_run_of_tags_ends() -> None:
    tags = [f"kite {number} over the harbour at dawn" for number in range(6000)]
    many = [kind.hashes.tolist() for run in features(pa.array(tags)) for kind in run]
    assert sum(map(len, many)) == sum(len(features_of(tag)) for tag in tags)


@relaxed
@given(st.lists(texts, min_size=1, max_size=5))
def test_contributions_are_those_of_the_slow_path(prompts: list[str]) -> None:
    batch = index_prompts(pa.array(prompts, pa.string()))
    names = batch.terms.to_pylist()
    for avoided, side in ((False, weights().prompt), (True, weights().avoided)):
        found = contributions(batch, avoided=avoided)
        for place, row in enumerate(found):
            ids = batch.term_ids[batch.offsets[place] : batch.offsets[place + 1]]
            slow = contribution(side, [names[number] for number in ids])
            assert row == pytest.approx(slow, abs=1e-3)


@relaxed
@given(texts, texts)
def test_probabilities_sum_to_one_and_agree_with_the_slow_path(prompt: str, avoided: str) -> None:
    found = SIGNAL.answer_one(PromptSubject(id="p", prompt=prompt, negative_prompt=avoided))
    slow = chances(prompt, avoided)
    assert (slow is None) == (found.value is None)
    if slow is not None:
        assert list(found.detail.values()) == pytest.approx(slow, abs=1e-3)
        assert sum(found.detail.values()) == pytest.approx(1, abs=1e-5)


@given(
    st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 3), min_size=1, max_size=5),
    st.tuples(*[st.floats(-1e3, 1e3)] * 3),
)
def test_any_contributions_make_probabilities(
    rows: list[tuple[float, ...]], avoided: tuple[float, ...]
) -> None:
    positive = np.array(rows, np.float32)
    chance = probabilities(positive, np.broadcast_to(np.float32(avoided), positive.shape))
    assert (chance >= 0).all()
    assert chance.sum(1) == pytest.approx(1)


def test_a_text_without_tags_adds_nothing() -> None:
    found = contributions(index_prompts(pa.array(["", "kite", " ,"])), avoided=False)
    assert not found[[0, 2]].any()
    assert found[1].any()


@pytest.mark.parametrize("term", MATURE_TERMS[::20])
@pytest.mark.parametrize("form", ["{}, kite", "a kite with {} in prose", "({}:1.2), kite"])
def test_every_invented_mature_word_raises_the_level(term: str, form: str) -> None:
    assert score(form.format(term)) > score(form.format("lantern")) + 0.2


def test_a_simulated_hubs_mature_pictures_score_higher(hub_files: Path) -> None:
    pages = [line for path in hub_files.glob("images-*.jsonl.zst") for line in lines_of(path)]
    found: dict[bool, list[float]] = {True: [], False: []}
    for page in map(msgspec.json.decode, pages):
        for item in page["items"]:
            prompt = ((item.get("meta") or {}).get("prompt")) or ""
            if parse(prompt).tags:
                found[item["browsingLevel"] > 2].append(score(prompt))
    mature, other = (np.array(found[key]) for key in (True, False))
    assert min(len(mature), len(other)) > 100
    assert (mature[:, None] > other[None, :]).mean() > 0.7


@relaxed
@given(texts, st.integers(2, 5))
def test_repeating_a_prompt_changes_nothing(prompt: str, times: int) -> None:
    tags = [tag.text for tag in parse(prompt).tags]
    once, often = (
        contributions(index_prompts(pa.array([", ".join(tags * count)])), avoided=False)
        for count in (1, times)
    )
    if len(parse(", ".join(tags * times)).tags) == times * len(tags):
        assert (once == often).all()


def test_adapter_names_are_not_read() -> None:
    plain = "portrait of a woman, red scarf"
    assert score(f"{plain}, <lora:mature_term_004:0.8>") == score(plain)


def test_evidence_points_at_the_tag_that_matters() -> None:
    prompt = "harbour, (mature_term_007:1.2), fog"
    found = SIGNAL.answer_one(PromptSubject(id="p", prompt=prompt))
    first = found.evidence[0]
    assert (first.code, first.field) == ("level.term", "prompt")
    assert prompt[first.start : first.end] == "mature_term_007"
    assert first.weight is not None
    assert first.weight > 1


def test_the_weights_hold_no_readable_word_and_stay_small() -> None:
    content = (files("hubwatch.signals") / "weights" / "prompt_level.npz").read_bytes()
    assert len(content) < 2_500_000
    for side in (weights().prompt, weights().avoided):
        assert side.keys.dtype == np.uint32
        assert side.values.dtype == np.int8
        assert len(np.unique(side.keys)) == len(side.keys)


@pytest.mark.parametrize("word", ["velda", "orrin", "emma", "johansson", "nguyen", "katarzyna"])
def test_parts_of_names_have_no_weight_as_words(word: str) -> None:
    side = weights().prompt
    keys = {key for kind, text, key in features_of(word) if kind in ("tag", "word")}
    assert not np.isin(list(keys), side.keys).any()


@pytest.mark.parametrize("times", [1, 6, 40])
def test_tags_with_any_number_of_known_features_are_summed_as_one_by_one(times: int) -> None:
    tags = ["kite", "portrait of a woman standing in the rain " * times + "end", "a wide harbour"]
    for side in (weights().prompt, weights().avoided):
        width = side.values.shape[1]
        sums, known = np.zeros((len(tags), width), np.int32), np.zeros(len(tags), np.int64)
        for found in features(pa.array(tags)):
            add_known(side, found, sums, known)
        for place, tag in enumerate(tags):
            rows = {key: int(side.slots[key >> SLOT_SHIFT]) for _, _, key in features_of(tag)}
            mine = [rows[k] for _, _, k in features_of(tag) if int(side.keys[rows[k]]) == k]
            assert known[place] == len(mine)
            assert sums[place].tolist() == side.values[mine].sum(axis=0, dtype=np.int32).tolist()
    assert times < 40 or known[1] > 256


def test_both_sides_read_together_say_what_each_says_alone() -> None:
    batch = index_prompts(
        pa.array(["a kite, harbour", "", "kite, kite, mature_term_001", "(rain)"])
    )
    both = contributions_of_both(batch)
    for found, avoided in zip(both, (False, True), strict=True):
        assert found.tolist() == contributions(batch, avoided=avoided).tolist()
