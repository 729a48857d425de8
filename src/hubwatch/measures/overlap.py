"""How alike two vocabularies are: rank-biased overlap, Jensen-Shannon distance, and intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.statistics import UNDEFINED, Estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from hubwatch.measures.statistics import Reals

#: Groups of the jackknife.
GROUPS: Final = 10
#: Fewer groups than this do not tell a spread.
_FEWEST: Final = 5
#: Two-sided 95 % points of Student's t with 4 to 9 degrees of freedom.
_T: Final = {4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


def rank_biased_overlap(
    first: Sequence[Hashable], second: Sequence[Hashable], persistence: float
) -> float:
    """Return how far two rankings agree, 0..1, the top counting most; NaN when one is empty.

    The extrapolated form: what is beyond the shorter ranking is taken to agree as its end does.

    Args:
        first, second: distinct items, the best first; lengths can differ.
        persistence: 0..1; with .98 the top 50 hold about 86 % of the weight.

    Source: Webber, Moffat and Zobel 2010, doi:10.1145/1852102.1852106, equation 32.
    """
    short, long = sorted((first, second), key=len)
    s, n, p = len(short), len(long), persistence
    if s == 0:
        return math.nan
    seen: tuple[set[Hashable], set[Hashable]] = (set(), set())
    agreed, total, overlap_at_s = 0, 0.0, 0
    for depth in range(1, n + 1):
        agreed += _common(seen, long[depth - 1], short[depth - 1] if depth <= s else None)
        if depth == s:
            overlap_at_s = agreed
        total += agreed / depth * p**depth
        if depth > s:
            total += overlap_at_s * (depth - s) / (s * depth) * p**depth
    end = (agreed - overlap_at_s) / n + overlap_at_s / s
    return min(max((1 - p) / p * total + end * p**n, 0.0), 1.0)


def _common(
    seen: tuple[set[Hashable], set[Hashable]], one: Hashable, other: Hashable | None
) -> int:
    """Return how many more items both rankings hold after one more depth."""
    more = 0
    for own, theirs, item in ((seen[0], seen[1], one), (seen[1], seen[0], other)):
        if item is not None:
            more += item in theirs
            own.add(item)
    return more


def jensen_shannon(first: Reals, second: Reals) -> float:
    """Return the Jensen-Shannon distance of two distributions, 0 (equal) to 1 (disjoint).

    Args:
        first, second: counts of the same items in the same order; NaN when one sums to 0.

    Source: Endres and Schindelin 2003, doi:10.1109/TIT.2003.813506 (the square root is a metric).
    """
    if not first.sum() > 0 or not second.sum() > 0:
        return math.nan
    p, q = first / first.sum(), second / second.sum()
    divergence = (_against(p, (p + q) / 2) + _against(q, (p + q) / 2)) / 2
    return math.sqrt(min(max(divergence, 0.0), 1.0))


def _against(p: Reals, middle: Reals) -> float:
    """Return the relative entropy in bits."""
    held = p > 0
    return float(np.sum(p[held] * np.log2(p[held] / middle[held])))


def jackknife(
    statistic: Callable[[NDArray[np.int64]], float], groups: NDArray[np.int64]
) -> Estimate:
    """Return a statistic in 0..1 with a 95 % interval that leaves out one group after the other.

    Args:
        statistic: of counts, one for each item.
        groups: counts of each item in each group, items by groups; a group is a tenth of the
            creators, or of whatever is an independent draw.

    Returns:
        The interval is NaN with fewer than five groups that hold anything.

    Source: Kott 2001, "The delete-a-group jackknife", Journal of Official Statistics 17(4).
    """
    whole = groups.sum(axis=1)
    value = statistic(whole)
    if math.isnan(value):
        return UNDEFINED
    held = np.flatnonzero(groups.sum(axis=0) > 0)
    if len(held) < _FEWEST:
        return Estimate(value, math.nan, math.nan)
    parts = np.array([statistic(whole - groups[:, group]) for group in held])
    parts = parts[~np.isnan(parts)]
    if len(parts) < _FEWEST:
        return Estimate(value, math.nan, math.nan)
    many = len(parts)
    spread = math.sqrt((many - 1) / many * float(((parts - parts.mean()) ** 2).sum()))
    reach = _T[many - 1] * spread
    return Estimate(value, max(value - reach, 0.0), min(value + reach, 1.0))
