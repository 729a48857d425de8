"""From a graph of tags to communities: topics first, then what the same galleries use.

Tags that go together in prompts make topics (many, small). Topics that go together in galleries
make communities (few). Each tag then belongs to the community in which it is most over-used, or
to none when everybody uses it. All of it is done many times, with other seeds, another
resolution and other galleries drawn; the answer is the run that agrees most with the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.communities.galleries import (
    about,
    group_graph,
    rarity,
    used_together,
    uses,
)
from hubwatch.measures.communities.partition import agreement, best_overlap, leiden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.measures.communities.cooccurrence import PairCounts
    from hubwatch.measures.communities.galleries import Sample
    from hubwatch.measures.communities.npmi import Graph
    from hubwatch.measures.communities.partition import Labels

#: Resolutions of topics; the two finest that crumble no topics are used, in turn over the seeds.
TOPIC_RESOLUTIONS: Final = (1.0, 2.0, 4.0, 6.0, 8.0, 10.0)
#: A topic of fewer tags is a crumb; so many of all tags more may be in crumbs than at the coarsest.
_CRUMB, _MORE_CRUMBS = 5, 0.02
#: Resolutions of communities; the most stable one is taken.
RESOLUTIONS: Final = (1.1, 1.2, 1.3, 1.4, 1.5)
SEEDS: Final = 8
#: A community has at least this share of the prompts that are about any.
LEAST_SHARE: Final = 0.005
#: A community that the runs do not find again (mean Jaccard index) is joined to another.
LEAST_STABLE: Final = 0.25
#: A tag that no community uses so many times as often as all together belongs to none.
LEAST_LIFT: Final = 1.5
#: Prompts added to each cell when a tag's use is compared, so that few prompts say little.
_PRIOR: Final = 5.0


@dataclass(frozen=True, slots=True)
class Detected:
    """Communities of tags.

    Args:
        community: of each tag, -1 for none.
        count: how many communities.
        resolution: at which they were found.
        agreement: adjusted Rand index of each pair of runs at that resolution.
        overlaps: of each community with the nearest of each run: count x runs, Jaccard index.
        by_resolution: mean agreement at each resolution that was tried.
    """

    community: Labels
    count: int
    resolution: float
    agreement: NDArray[np.float64]
    overlaps: NDArray[np.float64]
    by_resolution: dict[float, float]


@dataclass(frozen=True, slots=True)
class _Run:
    """What one seed found: topics, what images are about, and a graph of topics."""

    topic_of_document: Labels
    topics: int
    together: NDArray[np.float64]
    redrawn: NDArray[np.float64]
    seed: int


def detect(graph: Graph, counts: PairCounts, sample: Sample, *, seeds: int = SEEDS) -> Detected:
    """Return the communities of the tags.

    Args:
        graph: of tags.
        counts: of the same tags.
        sample: images, to see which topics galleries share.
        seeds: runs at each resolution.
    """
    weight = rarity(counts.tags, counts.prompts)
    fine = _topic_resolutions(graph)
    runs = [
        _run(graph, sample, weight, seed, fine[seed % len(fine)]) for seed in range(1, seeds + 1)
    ]
    stable: dict[float, float] = {}
    cuts: dict[float, list[Labels]] = {}
    for resolution in RESOLUTIONS:
        cuts[resolution] = [
            _most_used(sample, _about(run, run.redrawn, resolution), graph.nodes) for run in runs
        ]
        found = agreement(cuts[resolution])
        stable[resolution] = float(found[np.triu_indices(seeds, 1)].mean()) if seeds > 1 else 1.0
    chosen = max(stable, key=lambda resolution: (round(stable[resolution], 6), resolution))
    whole = [_about(run, run.together, chosen) for run in runs]
    agreed = agreement([_most_used(sample, of_document, graph.nodes) for of_document in whole])
    best = whole[int(agreed.sum(axis=1).argmax())]
    best = _found_again(sample, best, cuts[chosen], graph.nodes)
    community = _most_used(sample, best, graph.nodes)
    count = int(best.max(initial=-1)) + 1
    overlaps = [[best_overlap(community == c, cut) for cut in cuts[chosen]] for c in range(count)]
    return Detected(
        community=community,
        count=count,
        resolution=chosen,
        agreement=agreement(cuts[chosen]),
        overlaps=np.array(overlaps).reshape(count, seeds),
        by_resolution=stable,
    )


def _topic_resolutions(graph: Graph) -> tuple[float, ...]:
    """Return the two finest resolutions at which few tags lose their topic."""
    crumbs = []
    for resolution in TOPIC_RESOLUTIONS:
        topic = leiden(graph, resolution=resolution, seed=1)
        sizes = np.bincount(topic, minlength=1)
        crumbs.append(int(sizes[sizes < _CRUMB].sum()))
    most = crumbs[0] + _MORE_CRUMBS * graph.nodes
    fitting = [r for r, count in zip(TOPIC_RESOLUTIONS, crumbs, strict=True) if count <= most]
    return tuple(fitting[-2:])


def _run(
    graph: Graph, sample: Sample, weight: NDArray[np.float64], seed: int, resolution: float
) -> _Run:
    topic = leiden(graph, resolution=resolution, seed=seed)
    topics = int(topic.max(initial=-1)) + 1
    of_document = about(sample.documents, topic, weight)
    found = uses(sample.gallery, of_document[sample.document], topics)
    drawn = np.random.default_rng(seed).poisson(1.0, found.galleries).astype(np.float64)
    return _Run(of_document, topics, used_together(found), used_together(found, drawn), seed)


def _about(run: _Run, together: NDArray[np.float64], resolution: float) -> Labels:
    """Return the community of each prompt of the sample, as one run sees it; -1 for none."""
    joined = leiden(group_graph(together), resolution=resolution, seed=run.seed)
    known = run.topic_of_document >= 0
    of_document = np.full(len(known), -1, np.int64)
    of_document[known] = joined[run.topic_of_document[known]]
    sizes = np.bincount(of_document[known], minlength=1)
    return _renumbered(of_document, sizes >= max(LEAST_SHARE * sizes.sum(), 1))


def _renumbered(labels: Labels, kept: NDArray[np.bool_]) -> Labels:
    """Return labels with those that are kept numbered from 0, the others -1."""
    number = np.full(len(kept) + 1, -1, np.int64)
    number[:-1][kept] = np.arange(kept.sum())
    return number[labels]


def _found_again(sample: Sample, of_document: Labels, cuts: Sequence[Labels], tags: int) -> Labels:
    """Join communities of prompts that the runs do not find again to those they are used with."""
    community = _most_used(sample, of_document, tags)
    count = int(of_document.max(initial=-1)) + 1
    stable = np.array(
        [np.mean([best_overlap(community == c, cut) for cut in cuts]) for c in range(count)]
    )
    kept = stable >= LEAST_STABLE
    if not kept.any():
        return of_document
    alike = np.zeros((count, count))
    graph = group_graph(used_together(uses(sample.gallery, of_document[sample.document], count)))
    alike[graph.first, graph.second] = alike[graph.second, graph.first] = graph.weight
    number = np.full(count + 1, -1, np.int64)
    number[:-1][kept] = np.arange(kept.sum())
    for c in np.flatnonzero(~kept).tolist():
        number[c] = number[np.where(kept, alike[c], -1.0).argmax()]
    return number[of_document]


def _most_used(sample: Sample, of_document: Labels, tags: int) -> Labels:
    """Return the community that uses each tag most for its size; -1 where none stands out."""
    communities = int(of_document.max(initial=-1)) + 1
    if not communities:
        return np.full(tags, -1, np.int64)
    documents = sample.documents
    owner = of_document[documents.owners]
    known = owner >= 0
    cells = np.bincount(
        documents.tags[known] * communities + owner[known], minlength=tags * communities
    ).reshape(tags, communities)
    sizes = np.bincount(of_document[of_document >= 0], minlength=communities)
    share = sizes / sizes.sum()
    lift = (cells + _PRIOR * share) / ((cells.sum(axis=1)[:, None] + _PRIOR) * share)
    best = lift.argmax(axis=1)
    return np.where(lift.max(axis=1) >= LEAST_LIFT, best, -1)
