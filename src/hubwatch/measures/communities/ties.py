"""The rows of `tag_communities` that are about two communities, and their places on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.communities.facts import code
from hubwatch.measures.communities.galleries import group_graph, used_together, uses
from hubwatch.measures.communities.layout import layout
from hubwatch.measures.communities.rows import row
from hubwatch.measures.statistics import Estimate, over_clusters, sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hubwatch.measures.communities.galleries import Uses
    from hubwatch.measures.communities.rows import Row
    from hubwatch.measures.communities.study import Study

#: Links of each community that are given.
STRONGEST: Final = 3
#: Times that galleries are drawn again for an interval.
_DRAWS: Final = 200
_SEED: Final = 20


def places(study: Study) -> NDArray[np.float64]:
    """Return where communities stand on a map: n x 2, each in -1..1."""
    count = study.detected.count
    graph = group_graph(used_together(_uses(study)))
    weight = np.zeros((count, count))
    weight[graph.first, graph.second] = weight[graph.second, graph.first] = graph.weight
    return layout(weight)


def _uses(study: Study, kept: NDArray[np.bool_] | None = None) -> Uses:
    """Return the images of the sample's galleries by community.

    Args:
        study: communities.
        kept: images of the sample that count; none: all.
    """
    sample = study.sample
    community = study.community[sample.documents.rows].astype(np.int64)[sample.document]
    gallery = sample.gallery if kept is None else np.where(kept, sample.gallery, -1)
    return uses(gallery, community, study.detected.count)


def link_rows(study: Study) -> Iterator[Row]:
    """Yield for the strongest pairs the share of images with tags of both."""
    held = _held(study)
    count, sample = study.detected.count, study.sample
    of_image = held[sample.document]
    both = of_image.T.astype(np.float64) @ of_image
    alone = np.diag(both)
    lift = both / np.maximum(np.outer(alone, alone), 1)
    np.fill_diagonal(lift, 0.0)
    strongest = np.argsort(-lift, axis=1, kind="stable")[:, :STRONGEST]
    pairs = {
        (min(c, int(other)), max(c, int(other)))
        for c in range(count)
        for other in strongest[c]
        if lift[c, other] > 0
    }
    for first, second in sorted(pairs):
        part = of_image[:, first] & of_image[:, second]
        whole = of_image[:, first] | of_image[:, second]
        creators = len(np.unique(sample.creator[part & (sample.creator >= 0)]))
        counts = (int(part.sum()), int(whole.sum()))
        estimate = _over_creators(part, whole, sample.creator)
        yield row(code(first), "link", counts, estimate, other=code(second), creators=creators)


def _held(study: Study) -> NDArray[np.bool_]:
    """Return for each prompt of the sample which communities it has tags of."""
    documents, community = study.sample.documents, study.detected.community
    held = np.zeros((len(documents.rows), study.detected.count), np.bool_)
    of_tag = community[documents.tags]
    known = of_tag >= 0
    held[documents.owners[known], of_tag[known]] = True
    return held


def _over_creators(
    part: NDArray[np.bool_], whole: NDArray[np.bool_], creator: NDArray[np.int64]
) -> Estimate:
    owned = creator >= 0
    _, place = np.unique(creator[owned], return_inverse=True)
    parts, wholes = (sums(x[owned].astype(np.float64), place) for x in (part, whole))
    alone = float(part[~owned].sum()), float(whole[~owned].sum())
    return over_clusters(parts, wholes, alone=alone)


def together_rows(study: Study) -> Iterator[Row]:
    """Yield how far galleries use two communities together, in both halves of the months."""
    sample = study.sample
    known = np.unique(sample.month[sample.month >= 0])
    if len(known) < 2:
        return
    middle = known[len(known) // 2]
    halves = {
        "together_first": (sample.month >= 0) & (sample.month < middle),
        "together_last": sample.month >= middle,
    }
    for statistic, kept in halves.items():
        found = _uses(study, kept)
        lift, spread = _lift(found)
        present = np.zeros((found.galleries, found.groups))
        present[found.gallery, found.group] = 1
        both = present.T @ present
        for first in range(found.groups):
            for second in range(first + 1, found.groups):
                value = lift[first, second]
                if np.isfinite(value):
                    low, high = spread[:, first, second]
                    counts = (int(both[first, second]), found.galleries)
                    estimate = Estimate(float(value), float(low), float(high))
                    yield row(code(first), statistic, counts, estimate, other=code(second))


def _lift(found: Uses) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how often galleries use two groups by what chance gives, and its 95 % interval.

    The interval is from drawing the galleries again, with Poisson weights.
    """
    random = np.random.default_rng(_SEED)
    drawn = [
        _by_chance(used_together(found, random.poisson(1.0, found.galleries).astype(np.float64)))
        for _ in range(_DRAWS)
    ]
    spread: NDArray[np.float64] = np.quantile(np.array(drawn), (0.025, 0.975), axis=0)
    return _by_chance(used_together(found)), spread


def _by_chance(together: NDArray[np.float64]) -> NDArray[np.float64]:
    every = together.sum(axis=0)
    chance = np.outer(every, every) / max(float(every.sum()), 1e-12)
    return np.divide(together, chance, out=np.full_like(together, np.nan), where=chance > 0)
