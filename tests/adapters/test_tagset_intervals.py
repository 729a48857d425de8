"""Intervals of shares and differences: known answers, and what drawing again says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.adapters.intervals import Difference, difference, matched_difference, share, wilson


def test_wilsons_interval_has_its_published_answer() -> None:
    """Newcombe 1998, table I: 81 of 263."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_newcombes_interval_has_its_published_answer() -> None:
    """Newcombe 1998, table II: 56/70 - 48/80, method 10."""
    found = difference(share(56, 70), share(48, 80))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(
    first: int, second: int, data: st.DataObject
) -> None:
    a = share(data.draw(st.integers(0, first)), first)
    b = share(data.draw(st.integers(0, second)), second)
    there, back = difference(a, b), difference(b, a)
    assert there.value is not None
    assert -1 <= there.low <= there.value + 1e-6
    assert there.value - 1e-6 <= there.high <= 1
    assert there.low == pytest.approx(-(back.high or 0), abs=2e-6)


def drawn(
    seed: int, units: int, women_share: float = 0.3, men_share: float = 0.1
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    women = rng.random(units) < 0.6
    sexual = rng.random(units) < np.where(women, women_share, men_share)
    unit, concept = np.nonzero(rng.random((units, 8)) < 0.3)
    return women, sexual, unit, concept


def slowly(women: np.ndarray, sexual: np.ndarray, unit: np.ndarray, concept: np.ndarray) -> float:
    gain = weight = 0.0
    for one in np.unique(concept):
        held = unit[concept == one]
        w = women[held]
        if w.any() and not w.all():
            more = w.sum() * (~w).sum() / len(w)
            gain += more * (sexual[held][w].mean() - sexual[held][~w].mean())
            weight += more
    return gain / weight


@pytest.mark.parametrize("seed", range(5))
def test_the_matched_difference_equals_the_obvious_way(seed: int) -> None:
    sample = drawn(seed, 150)
    assert matched_difference(*sample).value == pytest.approx(slowly(*sample), abs=1e-6)


def test_its_interval_is_that_of_drawing_units_again() -> None:
    women, sexual, unit, concept = drawn(7, 300)
    found = matched_difference(women, sexual, unit, concept)
    rng = np.random.default_rng(0)
    of_unit = [concept[unit == one] for one in range(300)]
    again = []
    for _ in range(400):
        picked = rng.integers(0, 300, 300)
        lengths = [len(of_unit[one]) for one in picked]
        pairs = np.concatenate([of_unit[one] for one in picked])
        again.append(
            slowly(women[picked], sexual[picked], np.repeat(np.arange(300), lengths), pairs)
        )
    low, high = np.percentile(again, [2.5, 97.5])
    assert found.low == pytest.approx(low, abs=0.02)
    assert found.high == pytest.approx(high, abs=0.02)


def test_where_nothing_varies_the_interval_is_not_a_point() -> None:
    women = np.array([True] * 6 + [False] * 6)
    found = matched_difference(women, women, np.arange(12), np.zeros(12, dtype=np.int64))
    assert found.value == 1
    assert found.low is not None
    assert found.low < 0.8


def test_without_a_common_concept_there_is_no_difference() -> None:
    women = np.array([True, False])
    nothing = np.array([], dtype=np.int64)
    undefined = Difference(None, None, None)
    assert matched_difference(women, women, np.array([0, 1]), np.array([0, 1])) == undefined
    assert matched_difference(women, women, nothing, nothing) == undefined
