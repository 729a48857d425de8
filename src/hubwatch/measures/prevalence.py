"""Shares corrected for the error of the classifier that they are counted with (J3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hubwatch.measures.statistics import UNDEFINED, Estimate, Z

if TYPE_CHECKING:
    from hubwatch.signals.error_rates import ErrorRates


def corrected(share: float, size: float, rates: ErrorRates) -> Estimate:
    """Return the share that is really so, from the share that a classifier says is so.

    Args:
        share: share that the classifier says is so, 0..1.
        size: items that it was counted over; fewer in effect where items are alike.
        rates: the classifier's error, measured on labelled items.

    Returns:
        The Rogan-Gladen estimate with the 95 % interval of Lang and Reiczigel, which carries the
        error of the share and of both rates, all cut to 0..1 and widened to hold the estimate;
        undefined without items, without labelled items of both kinds, or when the classifier
        tells no better than chance; 0..1 where so few were labelled that it may not.

    Source: Rogan and Gladen 1978, doi:10.1093/oxfordjournals.aje.a112510; Lang and Reiczigel 2014,
        doi:10.1016/j.prevetmed.2013.09.015.
    """
    better = rates.sensitivity + rates.specificity - 1
    labelled = min(rates.n_positive, rates.n_negative)
    if not size > 0 or not labelled > 0 or math.isnan(share) or better <= 0:
        return UNDEFINED
    value = _unit((share + rates.specificity - 1) / better)
    share = (share * size + Z * Z / 2) / (size + Z * Z)
    hit, rejected = (
        _shrunk(rates.sensitivity, rates.n_positive),
        _shrunk(rates.specificity, rates.n_negative),
    )
    better = hit + rejected - 1
    if better <= 0:
        return Estimate(value, 0.0, 1.0)
    middle = (share + rejected - 1) / better
    missed = hit * (1 - hit) / (rates.n_positive + 2)
    alarms = rejected * (1 - rejected) / (rates.n_negative + 2)
    chance = share * (1 - share) / (size + Z * Z)
    shift = 2 * Z * Z * (middle * missed - (1 - middle) * alarms)
    half = Z * math.sqrt(chance + middle**2 * missed + (1 - middle) ** 2 * alarms) / better
    low, high = _unit(middle + shift - half), _unit(middle + shift + half)
    return Estimate(value, min(low, value), max(high, value))


def _shrunk(rate: float, size: float) -> float:
    """Return a rate with one success and one failure more."""
    return (rate * size + 1) / (size + 2)


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def effective_size(share: Estimate) -> float:
    """Return how many independent items would give a share this interval; NaN without one.

    Args:
        share: as `statistics.over_clusters` gives it, symmetric on the logit scale.
    """
    value, high, low = share.value, share.high, share.low
    if math.isnan(low) or math.isnan(high) or high <= low:
        return math.nan
    if value in (0.0, 1.0):
        return Z * Z * (1 / (high - low) - 1)
    half = (_logit(high) - _logit(low)) / 2
    return Z * Z / (half * half * value * (1 - value)) if half > 0 else math.nan


def _logit(share: float) -> float:
    share = min(max(share, 1e-12), 1 - 1e-12)
    return math.log(share / (1 - share))
