"""The parts of communities against slow and obvious ways, and what they promise."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.measures.communities import cooccurrence
from hubwatch.measures.communities.cooccurrence import PairCounts
from hubwatch.measures.communities.documents import Documents, joined, read_documents
from hubwatch.measures.communities.galleries import about, used_together, uses
from hubwatch.measures.communities.layout import layout
from hubwatch.measures.communities.lead_lag import LAGS, leads
from hubwatch.measures.communities.npmi import npmi, tag_graph
from hubwatch.measures.communities.partition import adjusted_rand, best_overlap, leiden

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = 9
PROMPTS = st.lists(st.sets(st.integers(0, _SIZE - 1)), max_size=40)
LABELS = st.lists(st.integers(0, 3), min_size=2, max_size=12)


def documents(prompts: list[set[int]]) -> Documents:
    kept = [sorted(tags) for tags in prompts if tags]
    starts = np.concatenate(([0], np.cumsum([len(tags) for tags in kept]))).astype(np.int64)
    tags = np.array([tag for found in kept for tag in found], np.int32)
    return Documents(np.arange(len(kept)), starts, tags)


@settings(deadline=None)
@given(PROMPTS, st.integers(1, 6))
def test_pairs_are_counted_as_one_would_by_hand(prompts: list[set[int]], cut: int) -> None:
    counts = PairCounts(_SIZE)
    for part in (prompts[:cut], prompts[cut:]):
        counts.add(documents(part))
    other = PairCounts(_SIZE)
    other.add(documents([{0, 1, 2}]))
    counts.merge(other)
    counts.flush()
    every = [*prompts, {0, 1, 2}]
    expected = Counter(pair for tags in every for pair in combinations(sorted(tags), 2))
    assert counts.pairs.tolist() == [expected[pair] for pair in combinations(range(_SIZE), 2)]
    assert counts.tags.tolist() == [sum(tag in tags for tags in every) for tag in range(_SIZE)]
    assert counts.prompts == sum(bool(tags) for tags in every)


def test_counting_in_small_goes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    prompts = [set(draw.integers(0, _SIZE, 6).tolist()) for _ in range(200)]
    whole = PairCounts(_SIZE)
    whole.add(documents(prompts))
    whole.flush()
    monkeypatch.setattr(cooccurrence, "_BATCH", 7)
    pieces = PairCounts(_SIZE)
    pieces.add(documents(prompts))
    pieces.flush()
    assert pieces.pairs.tolist() == whole.pairs.tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 7))), max_size=12), st.data())
def test_documents_are_read_whole_whatever_the_row_groups(
    tmp_path_factory: pytest.TempPathFactory,
    prompts: list[tuple[int, list[int]]],
    data: st.DataObject,
) -> None:
    path: Path = tmp_path_factory.mktemp("tags") / "tags.parquet"
    held = {prompt: terms for prompt, terms in prompts if terms}
    rows = [(prompt, term) for prompt, terms in held.items() for term in terms]
    table = pa.table({
        "prompt_id": pa.array([prompt for prompt, _ in rows], pa.int64()),
        "term_id": pa.array([term for _, term in rows], pa.int64()),
    })  # fmt: skip
    pq.write_table(table, path, row_group_size=data.draw(st.integers(1, 8)))
    wanted = sorted(data.draw(st.sets(st.integers(0, 9))))
    numbers = np.array([0, -1, 1, 2, -1, 3], np.int32)  # terms 6 and 7 are beyond it
    found = joined(list(read_documents([path], np.array(wanted, np.int64), numbers)))
    seen = {
        wanted[row]: found.tags[found.starts[i] : found.starts[i + 1]].tolist()
        for i, row in enumerate(found.rows.tolist())
    }
    known = {0: 0, 2: 1, 3: 2, 5: 3}
    expected = {
        prompt: sorted({known[term] for term in terms if term in known})
        for prompt, terms in held.items()
        if prompt in wanted
    }
    assert seen == {prompt: tags for prompt, tags in expected.items() if tags}
    assert len(found.rows) == len(seen)


@settings(deadline=None)
@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_npmi_is_a_correlation_of_two_tags(both: int, one: int, two: int, neither: int) -> None:
    total = both + one + two + neither
    (value,) = npmi(
        np.array([both]), np.array([both + one]), np.array([both + two]), total
    ).tolist()
    assert -1 <= value <= 1 + 1e-12
    expected = (both + one) * (both + two) / total
    assert np.sign(round(value, 12)) == np.sign(round(both - expected, 9)) or value == 1
    if one == two == 0:
        assert value == pytest.approx(1)


def test_the_graph_keeps_what_attracts_and_what_is_strong() -> None:
    prompts = [{0, 1}] * 20 + [{2, 3}] * 20 + [{0, 2}] * 5 + [{4, 5}] * 4
    counts = PairCounts(_SIZE)
    counts.add(documents(prompts))
    counts.flush()
    graph = tag_graph(counts, least=5)
    edges = set(zip(graph.first.tolist(), graph.second.tolist(), strict=True))
    assert edges == {(0, 1), (2, 3)}  # 0 and 2 repel each other; 4 and 5 share too few prompts
    one = tag_graph(counts, least=1, neighbours=1)
    assert {(0, 1), (2, 3), (4, 5)} == set(
        zip(one.first.tolist(), one.second.tolist(), strict=True)
    )


@settings(deadline=None)
@given(LABELS, st.data())
def test_the_adjusted_rand_index_is_that_of_pairs(first: list[int], data: st.DataObject) -> None:
    second = data.draw(st.lists(st.integers(0, 3), min_size=len(first), max_size=len(first)))
    pairs = list(combinations(range(len(first)), 2))
    one, two = ({(i, j) for i, j in pairs if x[i] == x[j]} for x in (first, second))
    chance = len(one) * len(two) / len(pairs)
    most = (len(one) + len(two)) / 2
    expected = 1.0 if most == chance else (len(one & two) - chance) / (most - chance)
    assert adjusted_rand(np.array(first), np.array(second)) == pytest.approx(expected)
    renamed = np.array([3 - label for label in first])
    assert adjusted_rand(renamed, np.array(first)) == pytest.approx(1)


def test_the_best_overlap_is_a_jaccard_index() -> None:
    group = np.array([True, True, True, False, False, False])
    assert best_overlap(group, np.array([5, 5, 5, 0, 0, -1])) == 1
    assert best_overlap(group, np.array([1, 1, 0, 0, 0, 0])) == pytest.approx(2 / 3)
    assert best_overlap(group, np.array([-1] * 6)) == 0


def test_leiden_finds_two_cliques_and_gives_loners_groups_of_their_own() -> None:
    prompts = [{0, 1, 2, 3}] * 10 + [{4, 5, 6, 7}] * 10
    counts = PairCounts(_SIZE)
    counts.add(documents(prompts))
    counts.flush()
    groups = leiden(tag_graph(counts), resolution=1.0, seed=1)
    assert len(set(groups[:4].tolist())) == len(set(groups[4:8].tolist())) == 1
    assert len(set(groups[[0, 4, 8]].tolist())) == 3


@settings(deadline=None)
@given(PROMPTS)
def test_a_prompt_is_about_the_group_whose_tags_weigh_most(prompts: list[set[int]]) -> None:
    group = np.array([0, 0, 0, 1, 1, 1, 2, 2, -1])
    weight = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256.0])  # no two sums agree
    found = about(documents(prompts), group, weight)
    for place, tags in enumerate(tags for tags in prompts if tags):
        sums = {g: sum(weight[t] for t in tags if group[t] == g) for g in range(3)}
        best = max(sums, key=lambda g: (sums[g], -g))
        enough = sum(group[t] == best for t in tags) >= 2
        assert found[place] == (best if enough else -1)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 2)), max_size=30))
def test_galleries_use_groups_together_as_pairs_of_images_say(
    images: list[tuple[int, int]],
) -> None:
    gallery, group = (np.array([image[i] for image in images], np.int64) for i in (0, 1))
    found = used_together(uses(gallery, group, 3))
    expected = np.zeros((3, 3))
    known = [image for image in images if min(image) >= 0]
    for name in {image[0] for image in known}:
        own = [image[1] for image in known if image[0] == name]
        for i, one in enumerate(own):
            for j, two in enumerate(own):
                if i != j:
                    expected[one, two] += 1 / (len(own) - 1)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_the_layout_puts_close_what_is_used_together_and_is_always_the_same() -> None:
    weight = np.zeros((6, 6))
    weight[:3, :3] = weight[3:, 3:] = 1.0
    weight[0, 3] = weight[3, 0] = 0.05
    place = layout(weight.copy())
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    inside = max(apart[:3, :3].max(), apart[3:, 3:].max())
    assert inside < apart[:3, 3:].min()
    assert np.abs(place).max() == pytest.approx(1)
    assert (layout(weight.copy()) == place).all()
    assert layout(np.zeros((1, 1))).tolist() == [[0, 0]]


def _months_of(rng: np.random.Generator, lag: int, tags: int = 80, months: int = 36) -> np.ndarray:
    """Return uses of tags by two communities, of which the second follows by so many months."""
    walk = np.exp(np.cumsum(rng.normal(0, 0.4, (tags, months + lag)), axis=1) * 0.5)
    share = 0.02 * walk / walk.mean(axis=1, keepdims=True)
    prompts = 3_000
    first = rng.poisson(prompts * share[:, lag:])
    second = rng.poisson(prompts * share[:, :months])
    return np.stack((first, second), axis=1).astype(np.int32)


def test_a_community_that_takes_up_tags_earlier_leads() -> None:
    prompts = np.full((2, 36), 3_000)
    for lag in range(1, LAGS + 1):
        found = leads(_months_of(np.random.default_rng(lag), lag), prompts)
        assert found[0, 1].estimate.low > 0
        assert found[1, 0].estimate.high < 0
        assert found[0, 1].estimate.value == pytest.approx(-found[1, 0].estimate.value)


def test_where_nobody_leads_the_interval_mostly_holds_nought() -> None:
    """Tags move alike in both at once; at most a tenth of 100 draws may speak of a lead."""
    rng, prompts = np.random.default_rng(8), np.full((2, 36), 3_000)
    wrong = 0
    for _ in range(100):
        estimate = leads(_months_of(rng, 0), prompts)[0, 1].estimate
        wrong += not estimate.low <= 0 <= estimate.high
    assert wrong <= 10


def test_few_months_or_tags_tell_no_lead() -> None:
    uses_ = _months_of(np.random.default_rng(1), 1)
    prompts = np.full((2, 36), 3_000)
    assert not leads(uses_[:, :, :8], prompts[:, :8])
    assert not leads(uses_[:10], prompts)
