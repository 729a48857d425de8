"""Rates and risk ratios with intervals that treat creators as independent draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.statistics import (
    ROUNDING,
    UNDEFINED,
    Estimate,
    Z,
    spread_between,
    within_unit,
)

if TYPE_CHECKING:
    from hubwatch.measures.statistics import Reals


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over creators, which is all that a ratio and its spread need.

    Args:
        part, whole: sums of numerator and denominator.
        part_squares, cross, whole_squares: sums of their squares and of their product.
        clusters: creators with any denominator.
    """

    part: float
    whole: float
    part_squares: float
    cross: float
    whole_squares: float
    clusters: int

    @property
    def ratio(self) -> float:
        """Part by whole; NaN without any whole."""
        return self.part / self.whole if self.whole > 0 else math.nan

    @property
    def spread(self) -> float:
        """Standard error of the ratio (Taylor linearisation); NaN with fewer than two clusters."""
        if self.clusters < 2 or not self.whole > 0:
            return math.nan
        value = self.ratio
        squares = self.part_squares - 2 * value * self.cross + value * value * self.whole_squares
        inflated = self.clusters / (self.clusters - 1) * squares
        return math.sqrt(inflated) / self.whole if squares > ROUNDING * self.whole_squares else 0.0


def share(sums: Moments) -> Estimate:
    """Return a share in 0..1; where nothing varies, Wilson's interval of the clusters in effect."""
    value, spread = sums.ratio, sums.spread
    if math.isnan(value) or math.isnan(spread):
        return Estimate(value, math.nan, math.nan)
    size = sums.whole**2 / sums.whole_squares
    if value in (0.0, 1.0):
        reach = Z * Z / (size + Z * Z)
        return Estimate(value, 0.0, reach) if value == 0 else Estimate(value, 1 - reach, 1.0)
    return within_unit(value, spread_between(spread, value, size))


#: Upper end of a 95 % interval of a Poisson count of zero.
_NONE_SEEN = -math.log(0.025)


def rate(sums: Moments) -> Estimate:
    """Return a rate ≥ 0, its interval symmetric on the logarithmic scale.

    A rate of zero has the exact upper end of a Poisson count of zero, which takes the units of the
    denominator as independent.
    """
    value, spread = sums.ratio, sums.spread
    if math.isnan(value):
        return UNDEFINED
    if value == 0:
        return Estimate(0.0, 0.0, _NONE_SEEN / sums.whole)
    if math.isnan(spread):
        return Estimate(value, math.nan, math.nan)
    reach = math.exp(min(Z * spread / value, 700.0))
    return Estimate(value, value / reach, value * reach)


#: Creators that each group of a risk ratio needs.
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class RiskRatio:
    """A ratio of two shares with its interval.

    Args:
        estimate: the ratio and its 95 % interval.
        corrected: half an item was added to every cell because one was empty (Haldane).
    """

    estimate: Estimate
    corrected: bool


def risk_ratio(first: tuple[Reals, Reals], second: tuple[Reals, Reals]) -> RiskRatio:
    """Return the ratio of two shares, first by second, creators as independent draws.

    Args:
        first, second: each creator's items that count and items in all, in one order of creators;
            a creator may have items in both groups.

    Returns:
        The ratio with an interval that is symmetric on the logarithmic scale; undefined where a
        group has items of fewer than five creators, whose spread nobody can tell. When a cell is
        empty, half an item is added to all four, and the spread is that of two binomial shares
        widened by the design effect of each group (Kish).

    Source: Katz et al. 1978, doi:10.2307/2530610 (logarithm); Wolter 2007, ch. 6 (linearisation);
        Haldane 1956, doi:10.1111/j.1469-1809.1956.tb01285.x (empty cells).
    """
    groups = (first, second)
    if any((whole > 0).sum() < FEWEST for _, whole in groups):
        return RiskRatio(UNDEFINED, corrected=False)
    empty = any(part.sum() in (0.0, whole.sum()) for part, whole in groups)
    shares = [_share(part, whole, added=0.5 * empty) for part, whole in groups]
    value = shares[0] / shares[1]
    spread = math.sqrt(
        sum(_binomial(part, whole) for part, whole in groups)
        if empty
        else _linearised(groups, shares)
    )
    reach = math.exp(min(Z * spread, 700.0))
    return RiskRatio(Estimate(value, value / reach, value * reach), corrected=empty)


def _share(part: Reals, whole: Reals, added: float) -> float:
    return (float(part.sum()) + added) / (float(whole.sum()) + 2 * added)


def _binomial(part: Reals, whole: Reals) -> float:
    """Return the variance of a share's logarithm with half an item more in both cells."""
    seen, size = float(part.sum()) + 0.5, float(whole.sum()) + 1
    design = float((whole * whole).sum() / whole.sum())
    return design * (1 / seen - 1 / size)


def _linearised(groups: tuple[tuple[Reals, Reals], ...], shares: list[float]) -> float:
    """Return the variance of the logarithm of the ratio, creators that are in both included."""
    apart = np.zeros_like(groups[0][0])
    for sign, (part, whole), share_ in zip((1, -1), groups, shares, strict=True):
        apart += sign * (part - share_ * whole) / (share_ * whole.sum())
    clusters = int(((groups[0][1] + groups[1][1]) > 0).sum())
    squares = float(np.sort(apart * apart).sum())
    return clusters / (clusters - 1) * squares
