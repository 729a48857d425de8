"""Items in the order of their scores, and every statistic of that order for many weightings.

A bootstrap replicate is a weighting: how often each item's group was drawn. All sums are prefix
sums over the sorted items, so one pass answers for all statistics and thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

#: Bins of the calibration table, of about equal weight.
BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Ranked:
    """Labelled items, highest score first; all arrays have one entry an item.

    Args:
        labels: the truth.
        scores: what the signal gave; an unknown one counts as the lowest.
        said: the signal's own value was true.
        groups: dense number of the item's group, from 0.
        weights: sampling weight, 1 where there is none.
        blocks: ends of the runs of equal scores, as positions after their last item.
        bins: ends of the calibration bins, likewise; equal scores stay together.
    """

    labels: NDArray[np.bool_]
    scores: Floats
    said: NDArray[np.bool_]
    groups: NDArray[np.int64]
    weights: Floats
    blocks: NDArray[np.int64]
    bins: NDArray[np.int64]


def rank(
    labels: ArrayLike,
    scores: ArrayLike,
    *,
    said: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> Ranked:
    """Sort labelled items by score.

    Args:
        labels: booleans.
        scores: numbers; NaN is an unknown score and counts as the lowest.
        said: booleans, default: the score is at least a half.
        groups: any values; equal values are one group. Default: each item alone.
        weights: sampling weights, default 1.
    """
    truth = np.asarray(labels, dtype=bool)
    given = np.asarray(scores, dtype=np.float64)
    known = given[~np.isnan(given)]
    filled = np.where(np.isnan(given), min(0.0, known.min(initial=0.0)), given)
    order = np.argsort(-filled, kind="stable")
    own = np.arange(len(truth)) if groups is None else np.unique(groups, return_inverse=True)[1]
    positive = filled >= 0.5 if said is None else np.asarray(said, dtype=bool)
    each = np.ones(len(truth)) if weights is None else np.asarray(weights, dtype=np.float64)
    blocks = _block_ends(filled[order])
    return Ranked(
        labels=truth[order],
        scores=filled[order],
        said=positive[order],
        groups=own.astype(np.int64)[order],
        weights=each[order],
        blocks=blocks,
        bins=_bin_ends(each[order], blocks),
    )


def _block_ends(scores: Floats) -> NDArray[np.int64]:
    if not len(scores):
        return np.zeros(0, dtype=np.int64)
    return np.append(np.flatnonzero(np.diff(scores)) + 1, len(scores)).astype(np.int64)


def _bin_ends(weights: Floats, blocks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ends of at most `BINS` bins of about equal weight that split no block."""
    if not len(blocks):
        return blocks
    reached = np.cumsum(weights)[blocks - 1]
    wanted = reached[-1] * np.arange(1, BINS + 1) / BINS
    at = np.minimum(np.searchsorted(reached, wanted * (1 - 1e-12)), len(blocks) - 1)
    return np.unique(blocks[at])


def statistics(ranked: Ranked, weights: Floats, thresholds: Floats) -> dict[str, Floats]:
    """Return every statistic for every weighting.

    Args:
        ranked: the items.
        weights: one row a weighting, shape (b, n).
        thresholds: scores from which on an item would be called true, shape (t,).

    Returns:
        Shape (b,): `precision`, `recall`, `f1` of the signal's own values; `average_precision`,
        `roc_auc`, `brier`, `calibration_error`. Shape (b, t): `precision_at`, `recall_at`,
        `f1_at`, `share_at`. Shape (b, bins): `bin_score`, `bin_share`. NaN where undefined.
    """
    total, true = _prefix(weights), _prefix(weights * ranked.labels)
    found: dict[str, Floats] = {}
    said = weights * ranked.said
    hits = (said * ranked.labels).sum(axis=1)
    found |= _counted("", hits, said.sum(axis=1), true[:, -1])
    at = np.searchsorted(-ranked.scores, -thresholds, side="right")
    wide = true[:, -1:]
    found |= _counted("_at", true[:, at], total[:, at], wide)
    found["share_at"] = _ratio(total[:, at], total[:, -1:])
    found["average_precision"] = average_precision(true, total, ranked.blocks)
    found["roc_auc"] = roc_auc(true, total, ranked.blocks)
    squares = (ranked.scores - ranked.labels) ** 2
    found["brier"] = _ratio(weights @ squares, total[:, -1])
    found |= _calibration(ranked, weights, total, true)
    return found


def _prefix(rows: Floats) -> Floats:
    """Return running sums along each row, with a zero before them."""
    sums = np.zeros((rows.shape[0], rows.shape[1] + 1))
    np.cumsum(rows, axis=1, out=sums[:, 1:])
    return sums


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(whole > 0, part / whole, np.nan))


def _counted(suffix: str, hits: Floats, said: Floats, true: Floats) -> dict[str, Floats]:
    """Return precision, recall and their harmonic mean."""
    return {
        f"precision{suffix}": _ratio(hits, said),
        f"recall{suffix}": _ratio(hits, true),
        f"f1{suffix}": _ratio(2 * hits, said + true),
    }


def average_precision(true: Floats, total: Floats, blocks: NDArray[np.int64]) -> Floats:
    """Return the mean precision over the true items, equal scores taken together.

    Args:
        true, total: running sums of weights, of the true items and of all, shape (b, n + 1).
        blocks: ends of the runs of equal scores.
    """
    hits = true[:, blocks]
    steps = np.diff(hits, axis=1, prepend=0.0)
    precision = np.nan_to_num(_ratio(hits, total[:, blocks]))
    return _ratio((precision * steps).sum(axis=1), true[:, -1])


def roc_auc(true: Floats, total: Floats, blocks: NDArray[np.int64]) -> Floats:
    """Return how often a true item scores higher than a false one, a tie counting half.

    Args:
        true, total: running sums of weights, of the true items and of all, shape (b, n + 1).
        blocks: ends of the runs of equal scores.
    """
    false = total - true
    hits = np.diff(true[:, blocks], axis=1, prepend=0.0)
    misses = np.diff(false[:, blocks], axis=1, prepend=0.0)
    below = false[:, -1:] - false[:, blocks] + misses / 2
    return _ratio((hits * below).sum(axis=1), true[:, -1] * false[:, -1])


def _calibration(ranked: Ranked, weights: Floats, total: Floats, true: Floats) -> dict[str, Floats]:
    """Return mean score and share of true items by bin, and their mean distance."""
    held = np.diff(total[:, ranked.bins], axis=1, prepend=0.0)
    scores = np.diff(_prefix(weights * ranked.scores)[:, ranked.bins], axis=1, prepend=0.0)
    hits = np.diff(true[:, ranked.bins], axis=1, prepend=0.0)
    mean, share = _ratio(scores, held), _ratio(hits, held)
    gaps = np.abs(np.nan_to_num(mean - share)) * held
    return {
        "bin_score": mean,
        "bin_share": share,
        "calibration_error": _ratio(gaps.sum(axis=1), total[:, -1]),
    }


def counts(ranked: Ranked) -> dict[str, Any]:
    """Return how many items, groups and true items there are, unweighted."""
    return {
        "items": len(ranked.labels),
        "groups": len(np.unique(ranked.groups)),
        "true": int(ranked.labels.sum()),
        "said": int(ranked.said.sum()),
        "hits": int((ranked.said & ranked.labels).sum()),
    }
