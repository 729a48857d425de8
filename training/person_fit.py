"""Fit the classifier of `real_person`: a linear part and shallow monotone trees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold

from hubwatch.signals.person.classifier import Weights
from hubwatch.signals.person.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

#: Features that can only speak for a person, and only against one: trees may not learn otherwise.
MORE: Final = (
    *("tag.real", "tag.actor", "tag.musician", "tag.model", "tag.influencer", "tag.politician"),
    *("tag.athlete", "tag.adult", "tag.role", "tag.person", "tag.name_like", "name.full_name"),
    *("name.any_full", "name.leet_full", "name.joined", "name.word.role", "name.inside.role"),
    *("trigger.shape", "trigger.full_name", "trigger.joined", "file.full", "text.actor"),
    *("text.musician", "text.model", "text.influencer", "text.likeness", "text.depicts"),
    *("text.born", "text.pictures", "text.real", "text.private", "text.name_is"),
    *("prompt.of_name",),
)
LESS: Final = (
    *("tag.fiction", "tag.style", "tag.thing", "tag.base", "name.word.style", "name.word.merge"),
    *("name.word.thing", "name.word.fiction", "name.inside.fiction", "text.fiction", "text.style"),
    *("text.merge", "text.thing", "text.fantasy", "prompt.scene", "name.common_share"),
)
LIMIT: Final = 4.0
SEED: Final = 3
_AT: Final = {feature: place for place, feature in enumerate(FEATURES)}
#: What an uploader leaves out who does not want a model to be found.
HIDEABLE: Final = (
    *("tag.real", "tag.actor", "tag.musician", "tag.influencer", "tag.politician", "tag.athlete"),
    *("tag.adult", "tag.role", "tag.model", "tag.person"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to fit.

    Args:
        regularisation: inverse strength for the linear part.
        linear_power, tree_power: a model counts as its creator's number of models to minus this.
        trees, rate, leaves, depth, least, share, l2: of the boosted trees.
        mix: share of the trees in the sum of log-odds.
        hidden: how much a copy of a model without its telling tags counts.
    """

    regularisation: float = 0.01
    linear_power: float = 0.5
    tree_power: float = 0.3
    trees: int = 250
    rate: float = 0.06
    leaves: int = 10
    depth: int = 5
    least: int = 20
    share: float = 0.3
    l2: float = 5.0
    mix: float = 0.5
    hidden: float = 0.2


def creator_weights(creators: NDArray[Any], power: float) -> NDArray[np.float64]:
    """Return weights that keep a few productive creators from teaching their house style."""
    counts = Counter(creators.tolist())
    return np.array([counts[creator] ** -power for creator in creators.tolist()])


def folds(
    creators: NDArray[Any], *, by_creator: bool, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield five folds: unseen creators, or models at random."""
    split = GroupKFold if by_creator else KFold
    groups = creators if by_creator else None
    yield from split(5, shuffle=True, random_state=seed).split(creators, groups=groups)


def corrected(rows: NDArray[np.float32], flag: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the flag, or a tag that says a real person, an actor or the like and no fiction.

    The flag misses about one real person in four; such tags are right 97 times in 100 (facts
    page, sections 4 and 6). Calibration and copies without tags use this label, ranking the flag.
    """
    said = (rows[:, [_AT["tag.real"], _AT["tag.actor"], _AT["tag.adult"]]] > 0).any(axis=1)
    return flag | (said & (rows[:, _AT["tag.fiction"]] == 0))


def without_roles(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the same models as if their telling tags had been left out."""
    places = [_AT[feature] for feature in HIDEABLE]
    found = rows.copy()
    found[:, _AT["tag.n"]] -= (found[:, places[:7]] > 0).sum(axis=1)
    found[:, places] = 0
    return found


def _with_copies(
    rows: NDArray[np.float32], flag: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.int64]]:
    """Return rows and labels with a copy of each tagged model without its telling tags."""
    tagged = np.flatnonzero((rows[:, [_AT[feature] for feature in HIDEABLE]] > 0).any(axis=1))
    more = np.concatenate([rows, without_roles(rows[tagged])])
    labels = np.concatenate([flag, corrected(rows, flag)[tagged]])
    return more, labels, tagged


def _node_means(nodes: Any) -> NDArray[np.float64]:
    """Return the value of every node: a leaf's own, otherwise the mean of the leaves below."""
    value = np.zeros(len(nodes))
    for place in range(len(nodes) - 1, -1, -1):  # children come after their parent
        node = nodes[place]
        if node["is_leaf"]:
            value[place] = node["value"]
        else:
            some = [int(node["left"]), int(node["right"])]
            weight = nodes["count"][some].astype(float)
            value[place] = np.average(value[some], weights=weight)
    return value


def _tree_arrays(model: HistGradientBoostingClassifier) -> dict[str, Any]:
    trees = [predictors[0].nodes for predictors in model._predictors]
    most = max(len(nodes) for nodes in trees)
    shape = (len(trees), most)
    arrays = {
        "feature": np.zeros(shape, np.int16),
        "threshold": np.zeros(shape, np.float32),
        "left": np.tile(np.arange(most, dtype=np.int16), (len(trees), 1)),
        "right": np.tile(np.arange(most, dtype=np.int16), (len(trees), 1)),
        "value": np.zeros(shape, np.float32),
    }
    depth = 0
    for row, nodes in enumerate(trees):
        inner = np.flatnonzero(nodes["is_leaf"] == 0)
        arrays["feature"][row, inner] = nodes["feature_idx"][inner]
        arrays["threshold"][row, inner] = nodes["num_threshold"][inner]
        arrays["left"][row, inner] = nodes["left"][inner]
        arrays["right"][row, inner] = nodes["right"][inner]
        arrays["value"][row, : len(nodes)] = _node_means(nodes)
        depth = max(depth, int(nodes["depth"].max()))
    base = float(np.ravel(model._baseline_prediction)[0])
    return {**arrays, "depth": depth, "base": base}


def fit(
    rows: NDArray[np.float32],
    flag: NDArray[np.bool_],
    creators: NDArray[Any],
    settings: Settings,
) -> Weights:
    """Return a classifier that is not calibrated yet.

    Args:
        rows: as `feature_matrix` makes them.
        flag: the hub's mark of each.
        creators: stable key of each model's creator; only for weights.
        settings: how to fit.
    """
    more, labels, tagged = _with_copies(rows, flag)

    def counts(power: float) -> NDArray[np.float64]:
        own = creator_weights(creators, power)
        return np.concatenate([own, settings.hidden * own[tagged]])

    mean, scale = rows.mean(0), rows.std(0) + 1e-6
    standard = np.clip((more - mean) / scale, -LIMIT, LIMIT)
    linear = LogisticRegression(C=settings.regularisation, max_iter=400)
    linear.fit(standard, labels, sample_weight=counts(settings.linear_power))
    trees = _boosted(settings).fit(more, labels, sample_weight=counts(settings.tree_power))
    return Weights(
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        coefficient=linear.coef_[0].astype(np.float32),
        intercept=float(linear.intercept_[0]),
        mix=settings.mix,
        slope=1.0,
        shift=0.0,
        threshold_probability=0.5,
        threshold_tagged=0.5,
        **_tree_arrays(trees),
    )


def _boosted(settings: Settings) -> HistGradientBoostingClassifier:
    order = [1 if f in MORE else -1 if f in LESS else 0 for f in FEATURES]
    return HistGradientBoostingClassifier(
        max_iter=settings.trees,
        learning_rate=settings.rate,
        max_leaf_nodes=settings.leaves,
        max_depth=settings.depth,
        min_samples_leaf=settings.least,
        l2_regularization=settings.l2,
        max_features=settings.share,
        monotonic_cst=order,
        early_stopping=False,
        random_state=SEED,
    )


def platt(odds: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and shift of a calibration of log-odds."""
    model = LogisticRegression(C=1e6).fit(odds[:, None], truth)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def out_of_fold(
    score: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]],
    creators: NDArray[Any],
    *,
    by_creator: bool,
    seeds: tuple[int, ...] = (1,),
) -> NDArray[np.float64]:
    """Return scores of every model by classifiers that did not see it, averaged over partitions.

    Args:
        score: from rows to fit on and rows to score, the scores of the latter.
        creators: key of each model's creator.
        by_creator: leave out all models of a creator together.
        seeds: one partition each.
    """
    found = np.zeros(len(creators))
    for seed in seeds:
        for known, left_out in folds(creators, by_creator=by_creator, seed=seed):
            found[left_out] += score(known, left_out) / len(seeds)
    return found
