"""The trained part of `real_person`: a linear part and shallow trees, added in log-odds.

Weights are arrays beside this package; nothing in them is text. Every score is a sum over
features, so each answer can be taken apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Rows that are scored at a time, so that memory stays small.
_CHUNK: Final = 4096
_LIMIT: Final = 4.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained classifier.

    Args:
        mean, scale, coefficient: of each feature, for the linear part on standardised features,
            cut at 4 standard deviations.
        intercept: of the linear part.
        feature, threshold, left, right: of each node of each tree; a leaf points to itself.
        value: log-odds of each node; an inner node holds the mean of the leaves below it.
        depth: of the deepest tree.
        base: log-odds before the first tree.
        mix: share of the trees in the sum.
        slope, shift: Platt calibration of the sum.
        threshold_probability: from this probability on the answer is true.
        threshold_tagged: the same for a model with a tag for a person's role, where the hub's
            flag says more often no.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    coefficient: NDArray[np.float32]
    intercept: float
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: NDArray[np.float32]
    depth: int
    base: float
    mix: float
    slope: float
    shift: float
    threshold_probability: float
    threshold_tagged: float


_SCALARS: Final = (
    *("intercept", "depth", "base", "mix", "slope", "shift"),
    *("threshold_probability", "threshold_tagged"),
)


@cache
def shipped_weights() -> Weights:
    """Return the weights in the package."""
    place = files("hubwatch.signals").joinpath("weights", "real_person.npz")
    with place.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    scalars = {name: found.pop(name).item() for name in _SCALARS}
    return Weights(**found, **scalars)


def _standard(rows: NDArray[np.float32], weights: Weights) -> NDArray[np.float32]:
    standard = (rows - weights.mean) / weights.scale
    return np.clip(standard, -_LIMIT, _LIMIT, out=standard)


def _linear(rows: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    # A sum row by row and no matrix product: alone and in a batch a model scores the same.
    terms = _standard(rows, weights) * weights.coefficient
    total: NDArray[np.float64] = terms.sum(axis=1, dtype=np.float64) + weights.intercept
    return total


def _trees(rows: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    total, nodes = weights.feature.shape
    start = np.arange(total, dtype=np.int32) * nodes
    feature, threshold = weights.feature.ravel(), weights.threshold.ravel()
    left, right = weights.left.ravel(), weights.right.ravel()
    node = np.broadcast_to(start, (len(rows), total))
    line = np.arange(len(rows))[:, None]
    for _ in range(weights.depth):
        smaller = rows[line, feature[node]] <= threshold[node]
        node = start + np.where(smaller, left[node], right[node])
    value = weights.value.ravel()[node]
    total_odds: NDArray[np.float64] = value.sum(axis=1, dtype=np.float64) + weights.base
    return total_odds


def log_odds(rows: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    """Return the calibrated log-odds of each row that the model depicts a real person.

    Args:
        rows: n x features, as `feature_matrix` makes them.
        weights: the classifier.
    """
    found = np.zeros(len(rows))
    for first in range(0, len(rows), _CHUNK):
        some = rows[first : first + _CHUNK]
        mixed = (1 - weights.mix) * _linear(some, weights) + weights.mix * _trees(some, weights)
        found[first : first + _CHUNK] = weights.slope * mixed + weights.shift
    return found


def probability(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of log-odds."""
    return 1 / (1 + np.exp(-np.clip(odds, -30.0, 30.0)))


def contributions(rows: NDArray[np.float32], weights: Weights) -> NDArray[np.float64]:
    """Return what each feature of each model adds to its calibrated log-odds.

    The linear part adds weight times value; a tree adds, at each split on the model's way, what
    the mean of the leaves below changes by (path attribution).

    Args:
        rows: n x features, as `feature_matrix` makes them.
        weights: the classifier.

    Returns:
        n x features. With the score of an average model they sum to the log-odds.

    Source:
        Saabas, Interpreting random forests, 2014.
    """
    count, width = rows.shape
    linear = (_standard(rows, weights) * weights.coefficient).astype(np.float64)
    tree = np.arange(len(weights.feature))
    line = np.arange(count)[:, None]
    node = np.zeros((count, len(tree)), dtype=np.int64)
    added = np.zeros(count * width)
    for _ in range(weights.depth):
        feature = weights.feature[tree, node]
        smaller = rows[line, feature] <= weights.threshold[tree, node]
        after = np.where(smaller, weights.left[tree, node], weights.right[tree, node])
        change = weights.value[tree, after] - weights.value[tree, node]
        cells = (line * width + feature).ravel()
        added += np.bincount(cells, weights=change.ravel(), minlength=len(added))
        node = after
    mixed = (1 - weights.mix) * linear + weights.mix * added.reshape(count, width)
    result: NDArray[np.float64] = weights.slope * mixed
    return result
