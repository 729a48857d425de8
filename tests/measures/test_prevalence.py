"""Shares corrected for a classifier's error hold what is really so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.measures.prevalence import corrected, effective_size
from hubwatch.measures.statistics import over_clusters
from hubwatch.signals.error_rates import ErrorRates


def rates(sensitivity: float, specificity: float, n: float = 300) -> ErrorRates:
    return ErrorRates(sensitivity=sensitivity, specificity=specificity, n_positive=n, n_negative=n)


def test_a_classifier_that_never_errs_changes_no_share() -> None:
    found = corrected(0.3, 5000, rates(1.0, 1.0, n=1e9))
    assert found.value == pytest.approx(0.3)
    assert found.low == pytest.approx(0.3 - 1.96 * math.sqrt(0.21 / 5000), abs=2e-4)
    assert found.high == pytest.approx(0.3 + 1.96 * math.sqrt(0.21 / 5000), abs=2e-4)


def test_the_estimate_solves_what_the_classifier_would_find() -> None:
    """Of 20 % that are so, .8 are found, and .05 of the rest are found by mistake."""
    assert corrected(0.2 * 0.8 + 0.8 * 0.05, 10_000, rates(0.8, 0.95)).value == pytest.approx(0.2)


def test_a_classifier_no_better_than_chance_says_nothing() -> None:
    assert math.isnan(corrected(0.3, 100, rates(0.4, 0.6)).value)
    assert math.isnan(corrected(math.nan, 0, rates(0.9, 0.9)).value)


def test_fewer_labelled_items_make_a_wider_interval() -> None:
    narrow, wide = (corrected(0.2, 10_000, rates(0.8, 0.95, n)) for n in (5000, 50))
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 10**6),
       st.floats(0.1, 5000), st.floats(0.1, 5000))  # fmt: skip
def test_intervals_are_inside_0_and_1_and_hold_their_value(
    share: float, hit: float, rejected: float, size: float, positive: float, negative: float
) -> None:
    measured = ErrorRates(
        sensitivity=hit, specificity=rejected, n_positive=positive, n_negative=negative
    )
    found = corrected(share, size, measured)
    if hit + rejected > 1:
        assert 0 <= found.low <= found.value <= found.high <= 1
    else:
        assert math.isnan(found.value)


def test_too_few_labelled_items_leave_everything_open() -> None:
    """Both rates shrunk, .2 and .67, tell no better than chance."""
    few = ErrorRates(sensitivity=0.125, specificity=1, n_positive=8, n_negative=1)
    found = corrected(0.4, 25, few)
    assert (found.low, found.high) == (0, 1)


@pytest.mark.parametrize("n", [0, -1])
def test_rates_of_no_labelled_items_correct_nothing(n: float) -> None:
    assert math.isnan(corrected(0.3, 100, rates(0.9, 0.9, n)).value)


@pytest.mark.parametrize(
    ("share", "hit", "rejected", "labelled"),
    [(0.15, 0.85, 0.98, 150), (0.03, 0.9, 0.97, 200), (0.5, 0.7, 0.9, 80)],
)
def test_the_interval_holds_the_truth_about_as_often_as_it_says(
    share: float, hit: float, rejected: float, labelled: int
) -> None:
    """4,000 draws of items and of labelled items with a fixed seed: 93 to 98.5 % hold it."""
    rng = np.random.default_rng(5)
    found = share * hit + (1 - share) * (1 - rejected)
    held = 0
    for _ in range(4000):
        seen = rates(
            rng.binomial(labelled, hit) / labelled,
            rng.binomial(labelled, rejected) / labelled,
            labelled,
        )
        interval = corrected(rng.binomial(2000, found) / 2000, 2000, seen)
        held += interval.low <= share <= interval.high
    assert 0.93 <= held / 4000 <= 0.985


def test_the_effective_size_of_independent_items_is_their_number() -> None:
    part = (np.arange(4000) % 5 == 0).astype(float)
    assert effective_size(over_clusters(part, np.ones(4000))) == pytest.approx(4000, rel=0.01)


def test_items_that_come_in_tens_are_worth_a_tenth() -> None:
    part = 10.0 * (np.arange(400) % 5 == 0)
    assert effective_size(over_clusters(part, np.full(400, 10.0))) == pytest.approx(400, rel=0.01)


def test_a_share_of_none_is_worth_its_clusters() -> None:
    assert effective_size(over_clusters(np.zeros(40), np.ones(40))) == pytest.approx(40)
