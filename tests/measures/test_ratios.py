"""Rates and risk ratios: closed forms beside counts that anybody can check, and resampling."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.measures.ratios import Moments, rate, risk_ratio, share
from hubwatch.measures.statistics import over_clusters

CELLS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=40)


def moments(part: np.ndarray, whole: np.ndarray) -> Moments:
    return Moments(
        part.sum(), whole.sum(), (part * part).sum(), (part * whole).sum(), (whole * whole).sum(),
        int((whole > 0).sum()),
    )  # fmt: skip


@given(CELLS)
def test_a_share_from_sums_equals_the_share_from_clusters(cells: list[tuple[int, int]]) -> None:
    part, rest = (np.array(x, dtype=float) for x in zip(*cells, strict=True))
    whole = part + rest
    one, other = share(moments(part, whole)), over_clusters(part, whole)
    for name in ("value", "low", "high"):
        assert getattr(one, name) == pytest.approx(
            getattr(other, name), nan_ok=True, rel=1e-6, abs=1e-7
        )


def test_creators_who_agree_leave_an_interval_as_wide_as_their_number_says() -> None:
    agreed = share(moments(np.array([3.0, 3.0]), np.array([6.0, 6.0])))
    many = share(moments(np.full(200, 3.0), np.full(200, 6.0)))
    assert agreed.value == many.value == 0.5
    assert agreed.high - agreed.low > 0.7
    assert 0.13 < many.high - many.low < 0.14


def test_a_rate_of_nothing_has_the_poisson_upper_end() -> None:
    found = rate(Moments(0, 1000, 0, 0, 5000, 10))
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(3.689 / 1000, rel=1e-3)


def test_a_rate_of_one_creator_has_no_interval() -> None:
    found = rate(Moments(5, 100, 25, 500, 10_000, 1))
    assert found.value == 0.05
    assert math.isnan(found.low)


def test_the_interval_of_a_rate_is_near_the_bootstrap_over_creators() -> None:
    rng = np.random.default_rng(3)
    words = rng.lognormal(5, 1, 400).round()
    hits = rng.poisson(words * rng.gamma(2, 0.01, 400)).astype(float)
    found = rate(moments(hits, words))
    picks = rng.integers(0, 400, (2000, 400))
    drawn = hits[picks].sum(axis=1) / words[picks].sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found.low == pytest.approx(low, rel=0.05)
    assert found.high == pytest.approx(high, rel=0.05)


def test_a_risk_ratio_of_single_models_is_the_textbook_one() -> None:
    """30 of 100 against 5 of 50, each of a creator of its own: 3.0 (1.24 to 7.27)."""
    women = np.concatenate([np.ones(30), np.zeros(120)])
    of_women = np.concatenate([np.ones(100), np.zeros(50)])
    men = np.concatenate([np.zeros(100), np.ones(5), np.zeros(45)])
    found = risk_ratio((women, of_women), (men, 1 - of_women))
    error = math.sqrt(1 / 30 - 1 / 100 + 1 / 5 - 1 / 50)
    assert found.estimate.value == pytest.approx(3.0)
    assert math.log(found.estimate.high / 3) == pytest.approx(1.96 * error, rel=0.01)
    assert math.log(3 / found.estimate.low) == pytest.approx(1.96 * error, rel=0.01)
    assert not found.corrected


def test_an_empty_cell_is_corrected_and_said_so() -> None:
    ones = np.ones(20)
    found = risk_ratio((np.r_[np.ones(8), np.zeros(12)], ones), (np.zeros(20), ones))
    assert found.corrected
    assert found.estimate.value == pytest.approx((8.5 / 21) / (0.5 / 21))
    assert found.estimate.low < found.estimate.value < found.estimate.high < math.inf


def test_creators_with_nine_alike_make_the_ratio_three_times_wider() -> None:
    part, whole = np.tile([1.0, 0.0, 0.0], 90), np.ones(270)
    alone = risk_ratio((part, whole), (part[::-1], whole)).estimate
    alike = risk_ratio((9 * part[:30], 9 * whole[:30]), (9 * part[29::-1], 9 * whole[:30])).estimate
    widths = [math.log(one.high / one.value) for one in (alike, alone)]
    assert widths[0] / widths[1] == pytest.approx(3, rel=0.02)


def test_without_one_of_the_groups_there_is_no_ratio() -> None:
    none, some = (np.zeros(3), np.zeros(3)), (np.ones(3), 2 * np.ones(3))
    assert math.isnan(risk_ratio(some, none).estimate.value)


@pytest.mark.parametrize("creators", [1, 4, 5])
def test_a_group_of_fewer_than_five_creators_has_no_ratio(creators: int) -> None:
    part, whole = np.tile([1.0, 0.0], 20), np.ones(40)
    few = (np.arange(40) < creators).astype(float)
    found = risk_ratio((part, whole), (part * few, few)).estimate
    assert math.isnan(found.value) is (creators < 5)
    assert math.isnan(found.low) is (creators < 5)


def test_the_risk_ratio_holds_the_truth_about_as_often_as_it_says() -> None:
    """1,000 hubs of 150 creators with women's and fewer men's models, ratio 2: 92 to 98 %."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(1000):
        tilt = rng.beta(4, 4, 150) * 2
        women, men = rng.poisson(4, 150), rng.poisson(0.8, 150)
        cells = [
            (rng.binomial(n, np.minimum(tilt * p, 1)).astype(float), n.astype(float))
            for n, p in ((women, 0.3), (men, 0.15))
        ]
        found = risk_ratio(*cells).estimate
        held += found.low <= 2 <= found.high
    assert 0.92 <= held / 1000 <= 0.98
