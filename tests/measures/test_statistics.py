"""Intervals and indices against textbook values, definitions and the bootstrap they stand for."""

from __future__ import annotations

import math

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.measures.statistics import (
    Estimate,
    bounds,
    gini,
    lorenz,
    median,
    over_clusters,
    ratio,
    top_share,
    wilson,
)

COUNTS = st.tuples(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7))
AMOUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)


def one(value: int) -> np.ndarray:
    return np.array([value], dtype=np.int64)


@pytest.mark.parametrize(
    ("n", "total", "low", "high"),
    [
        (15, 148, 0.0624, 0.1605),  # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(n: int, total: int, low: float, high: float) -> None:
    """Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E."""
    found = wilson(one(n), one(total))
    assert (found[0][0], found[1][0]) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_is_undefined() -> None:
    low, high = wilson(one(0), one(0))
    assert math.isnan(low[0])
    assert math.isnan(high[0])


@given(COUNTS)
def test_interval_and_bounds_hold_the_share(counts: tuple[int, int, int]) -> None:
    n, more, unknown = counts
    total = n + more
    low, high = wilson(one(n), one(total))
    least, most = bounds(one(n), one(total), one(unknown))
    if total:
        assert 0 <= low[0] <= n / total <= high[0] <= 1
        assert least[0] <= n / total <= most[0]
    if total + unknown:
        assert most[0] - least[0] == pytest.approx(unknown / (total + unknown))


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([1, 2, 3, 4], 0.25), ([5], 0.0), ([1, 3], 0.25)],
)
def test_gini_of_known_vectors(values: list[int], expected: float) -> None:
    assert gini(np.array(values, float)).value == pytest.approx(expected)


@given(AMOUNTS)
def test_gini_is_half_the_relative_mean_difference(values: list[int]) -> None:
    expected = reference.gini(values)
    found = gini(np.array(values, float))
    if expected is None:
        assert math.isnan(found.value)
    else:
        assert found.value == pytest.approx(expected, abs=1e-9)
        assert found.low <= found.value <= found.high


@given(AMOUNTS, st.floats(0, 1))
def test_lorenz_and_top_share_are_the_definition(values: list[int], at: float) -> None:
    expected = reference.lorenz(values, at)
    found = lorenz(np.array(values, float), np.array([at]))[0]
    if expected is None:
        assert math.isnan(found.value)
    else:
        assert found.value == pytest.approx(expected, abs=1e-7)
        assert top_share(np.array(values, float), 1 - at).value == pytest.approx(
            1 - expected, abs=1e-7
        )


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 8)), min_size=1, max_size=60))
def test_median_lies_within_its_interval_of_observed_values(items: list[tuple[int, int]]) -> None:
    values = np.array([v for v, _ in items], float)
    found = median(values, np.array([c for _, c in items]))
    assert found.value == np.median(values)
    if len({c for _, c in items}) > 1:
        assert found.low <= found.value <= found.high
        assert found.low in values
        assert found.high in values
    else:
        assert math.isnan(found.low), "one creator alone tells nothing of the spread"


def test_median_of_independent_values_has_the_binomial_ranks() -> None:
    """For n = 10 the 95 % interval runs from the 2nd to the 9th value (Conover, table A3)."""
    found = median(np.arange(1.0, 11.0), np.arange(10))
    assert (found.low, found.high) == (2, 9)


def test_creators_with_alike_models_widen_the_median() -> None:
    rng = np.random.default_rng(1)
    values = np.repeat(rng.lognormal(5, 1, 50), 40)
    alone = median(values, np.arange(2000))
    together = median(values, np.repeat(np.arange(50), 40))
    assert together.high - together.low > 3 * (alone.high - alone.low)


def heavy(n: int) -> np.ndarray:
    return np.floor(np.random.default_rng(3).lognormal(3, 1.2, n))


def bootstrap(clusters: int, statistic: object, draws: int = 600) -> Estimate:
    """Return the percentile interval over resampled clusters."""
    rng = np.random.default_rng(5)
    found = [statistic(rng.integers(0, clusters, clusters)) for _ in range(draws)]  # type: ignore[operator]  # a callable
    low, high = np.percentile(found, [2.5, 97.5])
    return Estimate(float("nan"), float(low), float(high))


def close(found: Estimate, expected: Estimate, width: float = 0.15) -> None:
    """Both ends agree within a part of the interval's width."""
    allowed = width * (expected.high - expected.low)
    assert found.low == pytest.approx(expected.low, abs=allowed)
    assert found.high == pytest.approx(expected.high, abs=allowed)


def test_closed_forms_agree_with_the_bootstrap_over_creators() -> None:
    values = heavy(800)
    close(gini(values), bootstrap(800, lambda i: gini(values[i]).value))
    close(top_share(values, 0.2), bootstrap(800, lambda i: top_share(values[i], 0.2).value))
    half = np.array([0.5])
    close(lorenz(values, half)[0], bootstrap(800, lambda i: lorenz(values[i], half)[0].value))


def test_ratio_and_median_agree_with_the_cluster_bootstrap() -> None:
    rng = np.random.default_rng(9)
    cluster = np.sort(rng.integers(0, 300, 2000))
    whole = np.floor(rng.lognormal(5, 1, 300)[cluster] * rng.lognormal(0, 0.5, 2000))
    part = np.where(rng.random(300)[cluster] < 0.3, whole, 0.0)
    members = [np.flatnonzero(cluster == c) for c in range(300)]

    def pick(draw: np.ndarray) -> np.ndarray:
        return np.concatenate([members[c] for c in draw])

    def share(draw: np.ndarray) -> float:
        rows = pick(draw)
        return float(part[rows].sum() / whole[rows].sum())

    close(ratio(part, whole, cluster), bootstrap(300, share))
    close(median(whole, cluster), bootstrap(300, lambda d: np.median(whole[pick(d)])))


def test_the_order_of_rows_changes_no_digit() -> None:
    rng = np.random.default_rng(2)
    whole, cluster = heavy(5000), rng.integers(0, 700, 5000)
    part = np.where(rng.random(5000) < 0.2, whole, 0.0)
    mixed = rng.permutation(5000)
    assert ratio(part, whole, cluster) == ratio(part[mixed], whole[mixed], cluster[mixed])
    assert median(whole, cluster) == median(whole[mixed], cluster[mixed])
    assert gini(whole) == gini(whole[mixed])


@pytest.mark.parametrize("values", [[], [0.0], [0.0, 0.0]])
def test_nothing_to_share_is_undefined(values: list[float]) -> None:
    empty = np.array(values)
    found = [gini(empty), top_share(empty, 0.2), ratio(empty, empty, np.arange(len(empty)))]
    assert all(math.isnan(estimate.value) for estimate in found)


@pytest.mark.parametrize("yes", [0, 1])
def test_a_share_of_none_or_all_has_an_interval_of_its_clusters(yes: int) -> None:
    """A thousand alike items of 20 creators say as much as 20 items, not as a thousand."""
    cluster = np.repeat(np.arange(20), 50)
    found = ratio(np.full(1000, float(yes)), np.ones(1000), cluster)
    low, high = wilson(np.array([20 * yes]), np.array([20]))
    assert (found.value, found.low, found.high) == pytest.approx((yes, low[0], high[0]))


def test_items_alone_are_clusters_of_their_own() -> None:
    """Told in sums, or as one cluster each: the same interval."""
    part, cluster = np.array([1.0, 0, 1, 1, 0, 0, 0]), np.array([0, 0, 0, 1, 2, 3, 4])
    told = over_clusters(np.array([2.0]), np.array([3.0]), alone=(1, 4))
    assert told == ratio(part, np.ones(7), cluster)


def test_an_interval_over_creators_covers_where_wilson_does_not() -> None:
    """With 150 creators of 40 alike items, 95 % hold about 95 %; Wilson's hold far fewer."""
    rng = np.random.default_rng(4)
    cluster, draws, held = np.repeat(np.arange(150), 40), 300, [0, 0]
    for _ in range(draws):
        part = (rng.random(6000) < rng.beta(0.5, 1.5, 150)[cluster]).astype(float)
        found = ratio(part, np.ones(6000), cluster)
        low, high = wilson(np.array([int(part.sum())]), np.array([6000]))
        held[0] += found.low <= 0.25 <= found.high
        held[1] += bool(low[0] <= 0.25 <= high[0])
    assert held[0] / draws > 0.9
    assert held[1] / draws < 0.5
