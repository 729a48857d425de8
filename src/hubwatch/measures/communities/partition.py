"""Cutting a graph into groups, and how far two cuts agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.measures.communities.npmi import Graph

    Labels = NDArray[np.int64]

#: Full cycles of Leiden; each starts from the last one's result.
_CYCLES: Final = 3


def leiden(graph: Graph, *, resolution: float, seed: int) -> Labels:
    """Return the group of each node, numbered from 0; a node without an edge is in one of its own.

    Args:
        graph: weighted.
        resolution: of the modularity; more give more groups.
        seed: the same seed gives the same groups.

    Source: Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z.
    """
    from graspologic_native import leiden_csr

    if not graph.nodes:
        return np.empty(0, np.int64)
    if not len(graph.first):
        return np.arange(graph.nodes)
    ends = np.concatenate((graph.first, graph.second))
    others = np.concatenate((graph.second, graph.first))
    order = np.lexsort((others, ends))
    starts = np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=graph.nodes))))
    _, found = leiden_csr(
        starts.astype(np.int64),
        others[order].astype(np.int32),
        np.tile(graph.weight, 2)[order],
        graph.nodes,
        resolution=resolution,
        iterations=_CYCLES,
        seed=seed,
    )
    groups = np.full(graph.nodes, -1, np.int64)
    groups[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(
        found.values(), np.int64, len(found)
    )
    alone = np.flatnonzero(groups < 0)
    groups[alone] = groups.max(initial=-1) + 1 + np.arange(len(alone))
    return groups


def adjusted_rand(first: Labels, second: Labels) -> float:
    """Return how far two cuts agree: 0 as by chance, 1 when they are the same.

    Args:
        first, second: group of each item.

    Source: Hubert and Arabie 1985, doi:10.1007/BF01908075.
    """
    table = _crossed(first, second)
    both, rows, columns = (_pairs(x) for x in (table, table.sum(axis=1), table.sum(axis=0)))
    every = _pairs(np.array([len(first)]))
    chance = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def _crossed(first: Labels, second: Labels) -> NDArray[np.int64]:
    """Return how many items each pair of groups shares."""
    names, one = np.unique(first, return_inverse=True)
    others, two = np.unique(second, return_inverse=True)
    crossed = np.bincount(one * len(others) + two, minlength=len(names) * len(others))
    return crossed.reshape(len(names), len(others))


def _pairs(sizes: NDArray[np.int64]) -> float:
    return float((sizes.astype(np.float64) * (sizes - 1) / 2).sum())


def agreement(runs: Sequence[Labels]) -> NDArray[np.float64]:
    """Return the adjusted Rand index of each pair of runs, with 1 on the diagonal."""
    found = np.eye(len(runs))
    for i, one in enumerate(runs):
        for j in range(i):
            found[i, j] = found[j, i] = adjusted_rand(one, runs[j])
    return found


def best_overlap(group: NDArray[np.bool_], labels: Labels) -> float:
    """Return the greatest Jaccard index of a group with one of a cut's groups.

    Args:
        group: which items are in it.
        labels: group of each item; below 0 in none.
    """
    valid = labels >= 0
    sizes = np.bincount(labels[valid])
    shared = np.bincount(labels[valid & group], minlength=len(sizes))
    union = sizes + group.sum() - shared
    return float((shared / np.maximum(union, 1)).max(initial=0.0))
