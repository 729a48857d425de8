"""Intervals and indices that measures report; closed forms in numpy, no random numbers.

Why no resampling: a lake has up to 10⁶ models and creators, so a thousand replicates cost minutes,
and two runs of one lake must give the same bytes. Each interval over creators is the large-sample
limit of the bootstrap that resamples them; `tests/measures/test_statistics.py` compares them. They
share its weakness: where a few creators hold most of the whole they are too narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Integers = NDArray[np.int64]

#: Two-sided 95 % point of the normal distribution.
Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


UNDEFINED: Final = Estimate(math.nan, math.nan, math.nan)


def wilson(n: Integers, total: Integers) -> tuple[Reals, Reals]:
    """Return the 95 % score interval of each share n / total.

    Args:
        n: numerators, 0 ≤ n ≤ total.
        total: denominators; where 0 both ends are NaN.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    known = np.where(total > 0, total, np.nan).astype(np.float64)
    share = n / known
    middle = share + Z * Z / (2 * known)
    half = Z * np.sqrt(share * (1 - share) / known + Z * Z / (4 * known * known))
    scale = 1 + Z * Z / known
    low = np.where(n == 0, 0.0 * known, (middle - half) / scale)
    high = np.where(n == total, 1.0 + 0.0 * known, (middle + half) / scale)
    return low, high


def bounds(n: Integers, total: Integers, unknown: Integers) -> tuple[Reals, Reals]:
    """Return the lowest and highest share that the unknown items allow; NaN without any item.

    Source: Manski 1990, "Nonparametric bounds on treatment effects", AER 80(2).
    """
    items = np.where(total + unknown > 0, total + unknown, np.nan).astype(np.float64)
    return n / items, (n + unknown) / items


def ratio(part: Reals, whole: Reals, cluster: Integers) -> Estimate:
    """Return the ratio of two sums with an interval that treats clusters as independent draws.

    Args:
        part: each item's contribution to the numerator, 0 ≤ part ≤ whole.
        whole: each item's contribution to the denominator.
        cluster: number of the cluster (creator) that the item belongs to, from 0.

    Source: see `over_clusters`.
    """
    return over_clusters(sums(part, cluster), sums(whole, cluster))


def sums(values: Reals, cluster: Integers) -> Reals:
    """Return the sum of each cluster, by its number."""
    return np.bincount(cluster, weights=values).astype(np.float64, copy=False)


def over_clusters(parts: Reals, wholes: Reals, *, alone: tuple[float, float] = (0, 0)) -> Estimate:
    """Return a ratio of sums over clusters, with clusters as independent draws.

    When all or none of the whole is in the part, or all clusters have the same share, nothing
    varies and linearisation is silent: then the interval is that of as many items as there are
    clusters in effect (Kish): Wilson's, or on the logit scale between 0 and 1.

    Args:
        parts: each cluster's sum of the numerator.
        wholes: each cluster's sum of the denominator; a cluster without any does not count.
        alone: numerator and denominator of items of size one that are clusters of their own.

    Returns:
        The ratio; its interval is NaN when there are fewer than two clusters.

    Source: Taylor linearisation, Wolter 2007, "Introduction to Variance Estimation", ch. 6, made
        symmetric on the logit scale so that it stays within 0..1; Korn and Graubard 1998, Survey
        Methodology 24(2), for the effective size where nothing varies.
    """
    size = float(wholes.sum()) + alone[1]
    clusters = int((wholes > 0).sum() + alone[1])
    if size <= 0:
        return UNDEFINED
    share = (float(parts.sum()) + alone[0]) / size
    if clusters < 2:
        return Estimate(share, math.nan, math.nan)
    sizes = _squares(wholes) + alone[1]
    in_effect = size * size / sizes
    if share in (0.0, 1.0):
        return _nothing_varies(share, in_effect)
    apart = alone[0] * (1 - share) ** 2 + (alone[1] - alone[0]) * share**2
    spread = clusters / (clusters - 1) * (_squares(parts - share * wholes) + apart)
    apart = math.sqrt(spread) / size if spread > ROUNDING * sizes else 0.0
    return within_unit(share, spread_between(apart, share, in_effect))


#: Squares between clusters that are smaller, relative to those of their sizes, are rounding.
ROUNDING: Final = 1e-12


def spread_between(spread: float, share: float, clusters: float) -> float:
    """Return a standard error over clusters; where they all agree, that of so many single items.

    Args:
        spread: by linearisation; 0 where all clusters have the same share.
        share: between 0 and 1.
        clusters: how many there are in effect.
    """
    return spread or math.sqrt(share * (1 - share) / clusters)


def _nothing_varies(share: float, clusters: float) -> Estimate:
    """Return Wilson's interval of a share that is 0 or 1."""
    reach = Z * Z / (clusters + Z * Z)
    return Estimate(share, 0.0, reach) if share == 0 else Estimate(share, 1 - reach, 1.0)


def median(values: Reals, cluster: Integers) -> Estimate:
    """Return the median with an interval made of two order statistics; see `quantile`."""
    return quantile(values, cluster, 0.5)


def quantile(values: Reals, cluster: Integers, part: float) -> Estimate:
    """Return a quantile, linear between ranks, with an interval made of two order statistics.

    Without clusters the ranks are those of the binomial distribution-free interval, which is the
    bootstrap distribution of a quantile in closed form; clusters widen it by their design effect.

    Args:
        values: any order; no NaN.
        cluster: number of the cluster (creator) that the item belongs to, from 0.
        part: part of the values that is not above it, 0..1 without the ends.

    Source: Woodruff 1952, doi:10.1080/01621459.1952.10483443; Conover 1999, section 3.2.
    """
    n = len(values)
    if n == 0:
        return UNDEFINED
    ordered = np.sort(values)
    middle = float(np.quantile(ordered, part))
    if (clusters := len(np.unique(cluster))) < 2:
        return Estimate(middle, math.nan, math.nan)
    below = (values <= middle).astype(np.float64)
    residuals = np.bincount(cluster, weights=below) - below.mean() * np.bincount(cluster)
    alone = math.sqrt(part * (1 - part) / n)
    spread = Z * max(_clustered(residuals, clusters) / n, alone)
    first = min(max(math.ceil(n * (part - spread)), 1), n)
    last = min(max(math.ceil(n * (part + spread)), 1), n)
    return Estimate(middle, float(ordered[first - 1]), float(ordered[last - 1]))


def gini(values: Reals) -> Estimate:
    """Return Gini's coefficient of amounts per creator, 0 (equal) to nearly 1 (one has all).

    Args:
        values: amounts ≥ 0, one for each creator.

    Source: Davidson 2009, doi:10.1016/j.jeconom.2008.11.004 (estimate and variance).
    """
    n, amount = len(values), float(values.sum())
    if n == 0 or amount <= 0:
        return UNDEFINED
    x = np.sort(values)
    rank = (2 * np.arange(1, n + 1) - 1) / n
    value = float((rank * x).sum()) / amount - 1
    influence = (rank - value - 1) * x - 2 * np.cumsum(x) / n
    spread = math.sqrt(float(((influence - influence.mean()) ** 2).sum())) / amount
    return within_unit(max(value, 0.0), spread)


def lorenz(values: Reals, at: Reals) -> list[Estimate]:
    """Return the share that the lower part of creators holds, straight between creators.

    Args:
        values: amounts ≥ 0, one for each creator.
        at: shares of creators, 0..1.

    Source: Beach and Davidson 1983, doi:10.2307/2297772 (variance).
    """
    n, amount = len(values), float(values.sum())
    if n == 0 or amount <= 0:
        return [UNDEFINED] * len(at)
    x = np.sort(values)
    sums = np.concatenate(([0.0], np.cumsum(x)))
    squares = np.concatenate(([0.0], np.cumsum(x * x)))
    count = np.minimum(np.floor(at * n + 1e-9), n).astype(np.int64)
    here = x[np.minimum(count, n - 1)]
    held = (sums[count] + (at * n - count) * here) / amount
    below = squares[count] - 2 * here * sums[count] + here**2 * count
    cross = at * here * sums[count] - held * squares[count]
    cross += here * (held * sums[count] - at * here * count)
    rest = n * (at * here) ** 2 - 2 * at * here * held * amount + held**2 * squares[n]
    spread = np.sqrt(np.maximum(below + 2 * cross + rest, 0.0)) / amount
    return [within_unit(float(v), float(s)) for v, s in zip(held, spread, strict=True)]


def top_share(values: Reals, share: float) -> Estimate:
    """Return what the top part of creators holds, as one minus the Lorenz curve.

    Args:
        values: amounts ≥ 0, one for each creator.
        share: part of the creators, 0..1, for example .2.
    """
    (low,) = lorenz(values, np.array([1 - share]))
    return Estimate(1 - low.value, 1 - low.high, 1 - low.low)


def _clustered(residuals: Reals, clusters: int) -> float:
    """Return the standard error of a sum over clusters."""
    return math.sqrt(clusters / (clusters - 1) * _squares(residuals))


def _squares(values: Reals) -> float:
    """Return the sum of squares; sorted, so that order changes no digit."""
    ordered = np.sort(values)
    return float(ordered @ ordered)


def within_unit(value: float, spread: float) -> Estimate:
    """Return an interval that is symmetric on the logit scale."""
    value = min(max(value, 0.0), 1.0)
    if value in (0.0, 1.0) or spread == 0:
        return Estimate(value, value, value)
    centre = math.log(value / (1 - value))
    half = min(Z * spread / (value * (1 - value)), 700.0)
    return Estimate(value, _expit(centre - half), _expit(centre + half))


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
