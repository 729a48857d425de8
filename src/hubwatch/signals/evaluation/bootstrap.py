"""Uncertainty by drawing whole groups again: items of one creator are not independent.

Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 6 and 13; cluster
bootstrap: Field and Welsh 2007, Journal of the Royal Statistical Society B 69.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

REPLICATES: Final = 1000
#: Of the normal distribution, for 95 %.
_Z: Final = 1.959964
#: Numbers in a piece of replicates at most, so that memory stays bounded.
_PIECE: Final = 4_000_000


def replicates(
    groups: NDArray[np.int64], weights: NDArray[np.float64], *, count: int, seed: int
) -> Iterator[NDArray[np.float64]]:
    """Yield the items' weights of bootstrap replicates, some rows at a time.

    Args:
        groups: dense group number of each item, from 0.
        weights: each item's own weight.
        count: replicates in all.
        seed: equal seed, equal replicates.
    """
    rng = np.random.default_rng(seed)
    held = int(groups.max()) + 1 if len(groups) else 0
    rows = max(1, _PIECE // max(1, len(groups)))
    for start in range(0, count if held else 0, rows):
        piece = np.empty((min(rows, count - start), len(groups)))
        for row in piece:
            drawn = np.bincount(rng.integers(0, held, held), minlength=held)
            np.multiply(weights, drawn[groups], out=row)
        yield piece


def interval(
    drawn: NDArray[np.float64], groups: NDArray[np.float64] | float = np.inf
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the 95 % percentile interval over the first axis; NaN where undefined.

    A statistic that more than one replicate in twenty cannot give has no interval. Where all
    replicates are 0, or all are 1, drawing again says nothing: Wilson's interval stands in.
    Where they are all equal because there is one group only, there is no interval.

    Args:
        drawn: replicates of each statistic.
        groups: effective number of groups in each statistic's denominator, see `effective`.

    Source: Wilson 1927, Journal of the American Statistical Association 22.
    """
    if not len(drawn):
        nothing = np.full(drawn.shape[1:], np.nan)
        return nothing, nothing
    missing = np.isnan(drawn).mean(axis=0) > 0.05
    filled = np.where(missing, 0.0, drawn)
    low, high = np.nanpercentile(filled, [2.5, 97.5], axis=0)
    lowest, highest = np.nanmin(filled, axis=0), np.nanmax(filled, axis=0)
    alone = (lowest == highest) & (np.asarray(groups) <= 1)
    margin = _Z**2 / (np.maximum(groups, 1) + _Z**2)
    high = np.where(highest <= 0, margin, np.where(alone & (lowest < 1), np.nan, high))
    low = np.where(lowest >= 1, 1 - margin, np.where(alone & (highest > 0), np.nan, low))
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)


def effective(groups: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """Return how many groups of equal weight would say as much: (sum w)^2 / sum of w^2.

    Args:
        groups: dense group number of each item.
        weights: of each item in a denominator, 0 for those outside it.

    Returns:
        0 when the denominator is empty.

    Source: Kish 1965, Survey Sampling, section 11.7.
    """
    held = np.bincount(groups, weights) if len(groups) else np.zeros(1)
    squares = float((held**2).sum())
    return float(held.sum()) ** 2 / squares if squares else 0.0
