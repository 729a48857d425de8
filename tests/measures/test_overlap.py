"""Rank overlap, Jensen-Shannon distance and their intervals are what the papers say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.measures.overlap import GROUPS, jackknife, jensen_shannon, rank_biased_overlap

RANKINGS = st.lists(st.sampled_from("abcdefghijklmnop"), max_size=12, unique=True)
COUNTS = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any)


def test_equal_rankings_overlap_wholly_and_disjoint_ones_not_at_all() -> None:
    assert rank_biased_overlap("abcd", "abcd", 0.9) == pytest.approx(1)
    assert rank_biased_overlap("abcd", "efgh", 0.9) == 0
    assert math.isnan(rank_biased_overlap("", "abcd", 0.9))


def test_the_top_weighs_more_than_the_end() -> None:
    swapped_top = rank_biased_overlap("abcdef", "xbcdef", 0.9)
    swapped_end = rank_biased_overlap("abcdef", "abcdex", 0.9)
    assert swapped_top < swapped_end


def test_a_worked_example_of_the_extrapolated_form() -> None:
    """Depths 1 to 3 of `abc` and `bad` agree on 0, 2 and 2 items; the rest goes on as at 3."""
    p = 0.8
    sums = 0 / 1 * p + 2 / 2 * p**2 + 2 / 3 * p**3
    assert rank_biased_overlap("abc", "bad", p) == pytest.approx((1 - p) / p * sums + 2 / 3 * p**3)


@given(RANKINGS, RANKINGS, st.floats(0.5, 0.99))
def test_rank_overlap_is_a_share_and_symmetric(
    first: list[str], second: list[str], p: float
) -> None:
    found = rank_biased_overlap(first, second, p)
    if first and second:
        assert 0 <= found <= 1
        assert found == pytest.approx(rank_biased_overlap(second, first, p))


@given(COUNTS, COUNTS, COUNTS)
def test_the_distance_is_a_metric_between_0_and_1(a: list[int], b: list[int], c: list[int]) -> None:
    x, y, z = (np.array(counts, dtype=np.float64) for counts in (a, b, c))
    assert jensen_shannon(x, x) == pytest.approx(0, abs=1e-7)
    assert 0 <= jensen_shannon(x, y) <= 1
    assert jensen_shannon(x, y) == pytest.approx(jensen_shannon(y, x))
    assert jensen_shannon(x, z) <= jensen_shannon(x, y) + jensen_shannon(y, z) + 1e-9


def test_disjoint_distributions_are_as_far_apart_as_can_be() -> None:
    assert jensen_shannon(np.array([3.0, 0.0]), np.array([0.0, 8.0])) == 1
    assert math.isnan(jensen_shannon(np.zeros(2), np.ones(2)))


def test_the_jackknife_holds_a_share_about_as_often_as_it_says() -> None:
    """Of 400 samples of 300 independent items, 95 % intervals hold the true share in most."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        groups = np.zeros((2, GROUPS), dtype=np.int64)
        np.add.at(groups, ((rng.random(300) < 0.3).astype(int), rng.integers(0, GROUPS, 300)), 1)
        found = jackknife(lambda counts: float(counts[1] / counts.sum()), groups)
        held += found.low <= 0.3 <= found.high
    assert 0.91 <= held / 400 <= 0.985


def test_few_groups_tell_no_spread() -> None:
    groups = np.zeros((2, GROUPS), dtype=np.int64)
    groups[:, 3] = (2, 6)
    found = jackknife(lambda counts: float(counts[1] / counts.sum()), groups)
    assert found.value == 0.75
    assert math.isnan(found.low)
