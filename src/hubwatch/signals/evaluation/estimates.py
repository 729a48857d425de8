"""From labelled scores to numbers with intervals and denominators."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from hubwatch.signals.evaluation.bootstrap import REPLICATES, effective, interval, replicates
from hubwatch.signals.evaluation.ranking import Ranked, counts, statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Statistics of the whole, and which count is the denominator of each.
OVERALL: Final = {
    "precision": "said",
    "recall": "true",
    "f1": "items",
    "average_precision": "items",
    "roc_auc": "items",
    "brier": "items",
    "calibration_error": "items",
}
#: What only a probability can be asked.
OF_PROBABILITIES: Final = ("brier", "calibration_error")
_THRESHOLDS: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


class Estimate(msgspec.Struct, frozen=True):
    """A number with its 95 % interval; null where it is not defined.

    Args:
        value, low, high: the number and the ends of its interval.
        total: items in its denominator, unweighted.
    """

    value: float | None
    low: float | None
    high: float | None
    total: int


class AtThreshold(msgspec.Struct, frozen=True):
    """What calling everything true from one score on would give."""

    threshold: float
    precision: Estimate
    recall: Estimate
    f1: Estimate
    share: Estimate


class Bin(msgspec.Struct, frozen=True):
    """One tenth of the items by score: mean score, and the share that is true."""

    lowest: float
    highest: float
    score: float | None
    share: Estimate


class Evaluation(msgspec.Struct, frozen=True):
    """How well scores and values agree with labels.

    Args:
        items, groups, true, said, hits: counts, unweighted.
        overall: name to estimate, see `OVERALL`.
        thresholds: by score.
        calibration: bins of about equal weight, highest scores first; empty when scores are no
            probabilities.
        replicates, seed: of the bootstrap.
    """

    items: int
    groups: int
    true: int
    said: int
    hits: int
    overall: dict[str, Estimate]
    thresholds: list[AtThreshold]
    calibration: list[Bin]
    replicates: int
    seed: int


def evaluate_scores(
    ranked: Ranked, *, count: int = REPLICATES, seed: int = 1, probability: bool = True
) -> Evaluation:
    """Compare scores and values with labels.

    Args:
        ranked: labelled items, see `ranking.rank`.
        count: bootstrap replicates.
        seed: of the bootstrap.
        probability: the scores are probabilities; else Brier score and calibration are left out.
    """
    thresholds = _thresholds(ranked.scores)
    value = statistics(ranked, ranked.weights[None, :], thresholds)
    drawn: dict[str, list[NDArray[np.float64]]] = {name: [] for name in value}
    for weights in replicates(ranked.groups, ranked.weights, count=count, seed=seed):
        for name, found in statistics(ranked, weights, thresholds).items():
            drawn[name].append(found)
    known = counts(ranked)
    held = _effective(ranked, thresholds)
    made = {
        name: _estimates(found[0], np.concatenate([found[:0], *drawn[name]]), held[name])
        for name, found in value.items()
    }
    shown = {n: t for n, t in OVERALL.items() if probability or n not in OF_PROBABILITIES}
    return Evaluation(
        **known,
        overall={n: Estimate(*made[n][0], known[total]) for n, total in shown.items()},
        thresholds=_at_thresholds(ranked, thresholds, made),
        calibration=_bins(ranked, made) if probability else [],
        replicates=count,
        seed=seed,
    )


_Numbers = tuple[float | None, float | None, float | None]


def _thresholds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return round thresholds for probabilities, else the tenths of the scores."""
    if not len(scores):
        return np.zeros(0)
    if scores[0] <= 1.0 and scores[-1] >= 0.0:
        return np.array(_THRESHOLDS)
    return np.unique(np.quantile(scores, np.arange(1, 10) / 10))


def _effective(
    ranked: Ranked, thresholds: NDArray[np.float64]
) -> dict[str, NDArray[np.float64] | float]:
    """Return how many groups of equal weight each statistic's denominator is worth."""
    places = np.arange(len(ranked.labels))

    def held(inside: NDArray[np.bool_]) -> float:
        return effective(ranked.groups, ranked.weights * inside)

    said = np.searchsorted(-ranked.scores, -thresholds, side="right").tolist()
    ends = ranked.bins.tolist()
    binned = [held((start <= places) & (places < end)) for start, end in pairwise([0, *ends])]
    everything = held(np.ones(len(places), dtype=bool))
    true, false = held(ranked.labels), held(~ranked.labels)
    return {
        **dict.fromkeys(("share_at", *OF_PROBABILITIES), everything),
        "precision": held(ranked.said),
        "f1": held(ranked.said | ranked.labels),
        "precision_at": np.array([held(places < end) for end in said]),
        "f1_at": np.array([held(ranked.labels | (places < end)) for end in said]),
        **dict.fromkeys(("recall", "recall_at", "average_precision"), true),
        "roc_auc": min(true, false),
        **dict.fromkeys(("bin_score", "bin_share"), np.array(binned)),
    }


def _estimates(
    value: NDArray[np.float64], drawn: NDArray[np.float64], groups: NDArray[np.float64] | float
) -> list[_Numbers]:
    low, high = interval(drawn, groups)
    columns = (np.atleast_1d(part) for part in (value, low, high))
    return [(plain(v), plain(lo), plain(hi)) for v, lo, hi in zip(*columns, strict=True)]


def plain(number: np.float64 | NDArray[np.float64]) -> float | None:
    """Return one number as a plain one, `None` when it is not defined."""
    return None if np.isnan(number) else float(number)


def _at_thresholds(
    ranked: Ranked, thresholds: NDArray[np.float64], made: dict[str, list[_Numbers]]
) -> list[AtThreshold]:
    said = np.searchsorted(-ranked.scores, -thresholds, side="right")
    true, items = int(ranked.labels.sum()), len(ranked.labels)
    return [
        AtThreshold(
            threshold=float(threshold),
            precision=Estimate(*made["precision_at"][i], int(said[i])),
            recall=Estimate(*made["recall_at"][i], true),
            f1=Estimate(*made["f1_at"][i], items),
            share=Estimate(*made["share_at"][i], items),
        )
        for i, threshold in enumerate(thresholds)
    ]


def _bins(ranked: Ranked, made: dict[str, list[_Numbers]]) -> list[Bin]:
    ends = ranked.bins.tolist()
    return [
        Bin(
            lowest=float(ranked.scores[end - 1]),
            highest=float(ranked.scores[start]),
            score=made["bin_score"][i][0],
            share=Estimate(*made["bin_share"][i], int(end - start)),
        )
        for i, (start, end) in enumerate(zip([0, *ends], ends, strict=False))
    ]
