"""Which vocabulary leads: whether a community takes up or drops tags before another does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.statistics import UNDEFINED, Estimate, Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Cube = NDArray[np.float64]

#: Months by which one may follow the other.
LAGS: Final = 3
#: Prompts with the tag that each of both communities must have.
LEAST_USES: Final = 20
#: Tags that a pair of communities must share, and months that all must have.
LEAST_TAGS, LEAST_MONTHS = 20, 12
#: Prompts that a community must have in a month for its shares to count there.
LEAST_PROMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Lead:
    """How far one community leads another.

    Args:
        tags: that both use, which were compared.
        estimate: above 0 where the first leads; its interval leaves out 0 where that is more than
            chance.
    """

    tags: int
    estimate: Estimate


def leads(uses: NDArray[np.int32], prompts: NDArray[np.int64]) -> dict[tuple[int, int], Lead]:
    """Return for each ordered pair of communities how far the first leads the second.

    Of each tag that both use, the share of prompts that hold it changes from month to month. The
    lead is the mean over tags of how far changes in the first go with changes in the second one to
    three months later, less the same the other way round, as correlations. What chance gives is
    seen by shifting the second's months in a circle by more than that, which keeps what tags have
    in common.

    Args:
        uses: tags x communities x months: prompts that hold the tag.
        prompts: communities x months: all prompts.

    Returns:
        (first, second) to the lead; pairs with too few tags or months in common are left out.

    Source: circular shift, Besag and Diggle 1977, doi:10.2307/2346974; lagged adoption, cf.
        Leskovec et al. 2009, doi:10.1145/1557019.1557077.
    """
    _, communities, months = uses.shape
    if months < LEAST_MONTHS:
        return {}
    spectrum = np.fft.rfft(_changes(uses, prompts), axis=2)
    often = uses.sum(axis=2) >= LEAST_USES
    found: dict[tuple[int, int], Lead] = {}
    for first in range(communities):
        for second in range(first):
            both = often[:, first] & often[:, second]
            if both.sum() < LEAST_TAGS:
                continue
            crossed = np.conj(spectrum[both, first]) * spectrum[both, second]
            at_lag = np.fft.irfft(crossed.sum(axis=0), months - 1) / both.sum()
            lead = _lead(at_lag)
            found[first, second] = Lead(int(both.sum()), lead)
            found[second, first] = Lead(
                int(both.sum()), Estimate(-lead.value, -lead.high, -lead.low)
            )
    return found


def _changes(uses: NDArray[np.int32], prompts: NDArray[np.int64]) -> Cube:
    """Return each tag's changes from month to month, of length 1, 0 where too few prompts are."""
    enough = prompts >= LEAST_PROMPTS
    share = uses / np.where(enough, prompts, 1)
    change = np.diff(share, axis=2) * (enough[:, 1:] & enough[:, :-1])
    length = np.sqrt((change**2).sum(axis=2, keepdims=True))
    scaled: Cube = np.divide(change, length, out=np.zeros_like(change), where=length > 0)
    return scaled


def _lead(at_lag: NDArray[np.float64]) -> Estimate:
    """Return the lead at no shift, with an interval as wide as what other shifts give."""
    lags = np.arange(1, LAGS + 1)

    def at(shift: int) -> float:
        ahead, behind = (at_lag[(shift + sign * lags) % len(at_lag)] for sign in (1, -1))
        return float(ahead.sum() - behind.sum())

    null = [at(shift) for shift in range(2 * LAGS + 1, len(at_lag) - 2 * LAGS)]
    if len(null) < 2:
        return UNDEFINED
    value, reach = at(0), Z * float(np.sqrt(np.mean(np.square(null))))
    return Estimate(value, value - reach, value + reach)
