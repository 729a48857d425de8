"""Intervals of shares and of differences of shares; closed forms, no random numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Places = NDArray[np.int64]
    Reals = NDArray[np.float64]

#: Two-sided 95 % point of the normal distribution.
Z: Final = 1.959963984540054
_DIGITS: Final = 6
#: A spread below this is none but for rounding.
_NOTHING: Final = 1e-9


class Share(msgspec.Struct, frozen=True):
    """A share with its 95 % interval.

    Args:
        n: those that count.
        total: those that were asked.
        value, low, high: n / total and its Wilson interval; None when total is 0.
    """

    n: int
    total: int
    value: float | None
    low: float | None
    high: float | None


class Difference(msgspec.Struct, frozen=True):
    """A difference of two shares in -1..1 with its 95 % interval; None where there is none."""

    value: float | None
    low: float | None
    high: float | None


UNDEFINED: Final = Difference(None, None, None)


def share(n: int, total: int) -> Share:
    """Return a share with its interval.

    Args:
        n, total: 0 ≤ n ≤ total.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    if total == 0:
        return Share(n, total, None, None, None)
    low, high = wilson(n, total)
    return Share(n, total, _rounded(n / total), _rounded(low), _rounded(high))


def wilson(n: int, total: int) -> tuple[float, float]:
    """Return the 95 % score interval of n / total, total above 0."""
    value, square = n / total, Z * Z
    middle = value + square / (2 * total)
    half = Z * math.sqrt(value * (1 - value) / total + square / (4 * total * total))
    low = 0.0 if n == 0 else (middle - half) / (1 + square / total)
    high = 1.0 if n == total else (middle + half) / (1 + square / total)
    return low, high


def difference(first: Share, second: Share) -> Difference:
    """Return the first share minus the second one, of independent items.

    Source: Newcombe 1998, Statistics in Medicine 17, method 10 (hybrid score interval).
    """
    if first.total == 0 or second.total == 0:
        return UNDEFINED
    (a, b), p = wilson(first.n, first.total), first.n / first.total
    (c, d), q = wilson(second.n, second.total), second.n / second.total
    value = p - q
    low = value - math.hypot(p - a, d - q)
    high = value + math.hypot(b - p, q - c)
    return Difference(_rounded(value), _rounded(max(low, -1.0)), _rounded(min(high, 1.0)))


def matched_difference(women: Mask, sexual: Mask, unit: Places, concept: Places) -> Difference:
    """Return how much larger a share is among women than among men beside the same concepts.

    Of each concept the difference of the two shares is taken; concepts weigh n_w n_m / (n_w + n_m),
    so that one that is met with one gender only weighs nothing. A unit may have several concepts:
    the interval takes units as independent draws, not the pairs.

    Args:
        women: of each unit whether it depicts women, else men.
        sexual: of each unit whether it is sexualised.
        unit, concept: pairs of places: this unit has that concept; each pair once.

    Returns:
        The difference; undefined when no concept is met with both. Where nothing varies, Newcombe's
        interval of the units that count stands in.

    Source: Mantel and Haenszel 1959; Greenland and Robins 1985, Biometrics 41, 55-68 (risk
        difference); linearised over units (Wolter 2007, ch. 6).
    """
    tables = _tables(women[unit], sexual[unit], concept)
    n = np.maximum(tables.n_w + tables.n_m, 1)
    both = (tables.n_w > 0) & (tables.n_m > 0)
    weight = float((tables.n_w * tables.n_m / n)[both].sum())
    if weight <= 0:
        return UNDEFINED
    gain = (tables.x_w * tables.n_m - tables.x_m * tables.n_w) / n
    value = float(gain[both].sum()) / weight
    added, heavier = _one_more(tables, gain / n, women[unit], sexual[unit], concept)
    counts = both[concept]
    moved = np.where(counts, added - value * heavier, 0.0) / weight
    influence = np.bincount(unit, weights=moved, minlength=len(women))
    counted = np.bincount(unit, weights=counts, minlength=len(women)) > 0
    units = int(counted.sum())
    spread = math.sqrt(units / max(units - 1, 1) * float(np.sort(influence**2).sum()))
    if spread < _NOTHING:
        return _unvaried(value, women[counted], sexual[counted])
    low, high = max(value - Z * spread, -1.0), min(value + Z * spread, 1.0)
    return Difference(_rounded(value), _rounded(low), _rounded(high))


class _Tables(NamedTuple):
    """Of each concept: units and sexualised units, of women and of men."""

    n_w: Reals
    x_w: Reals
    n_m: Reals
    x_m: Reals


def _tables(women: Mask, sexual: Mask, concept: Places) -> _Tables:
    size = int(concept.max()) + 1 if len(concept) else 0
    masks = (women, women & sexual, ~women, ~women & sexual)
    counts = [np.bincount(concept[mask], minlength=size).astype(np.float64) for mask in masks]
    return _Tables(*counts)


def _one_more(
    tables: _Tables, step: Reals, women: Mask, sexual: Mask, concept: Places
) -> tuple[Reals, Reals]:
    """Return what each pair adds to the sum of gains and to the sum of weights: derivatives."""
    n = np.maximum(tables.n_w + tables.n_m, 1)
    of_w, of_m = (tables.n_w / n)[concept], (tables.n_m / n)[concept]
    said_w, said_m = (tables.x_w / n)[concept], (tables.x_m / n)[concept]
    gains = np.where(women, sexual * of_m - said_m, said_w - sexual * of_w)
    return gains - step[concept], np.where(women, of_m, of_w) ** 2


def _unvaried(value: float, women: Mask, sexual: Mask) -> Difference:
    """Return an interval where every unit of a kind says the same."""
    plain = difference(
        share(int((women & sexual).sum()), int(women.sum())),
        share(int((~women & sexual).sum()), int((~women).sum())),
    )
    return Difference(_rounded(value), plain.low, plain.high)


def _rounded(value: float) -> float:
    return round(value, _DIGITS) + 0.0
