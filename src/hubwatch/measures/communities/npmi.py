"""Which tags attract each other: a graph of tags weighted by normalised pointwise information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.measures.communities.cooccurrence import PairCounts

#: Prompts that a pair of tags must share to count.
LEAST_PROMPTS: Final = 5
#: Strongest neighbours of each tag that are kept.
NEIGHBOURS: Final = 50


@dataclass(frozen=True, slots=True)
class Graph:
    """An undirected graph; each edge once.

    Args:
        nodes: how many.
        first, second: ends of each edge.
        weight: of each edge, above 0.
    """

    nodes: int
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weight: NDArray[np.float64]


def npmi(
    both: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    prompts: int,
) -> NDArray[np.float64]:
    """Return ln(p(a, b) / (p(a) p(b))) / -ln p(a, b): -1 never, 0 as by chance, 1 only together.

    Args:
        both, first, second: prompts with both tags (above 0), with the one, with the other.
        prompts: all of them.

    Source: Bouma 2009, "Normalized (pointwise) mutual information in collocation extraction".
    """
    together = both / prompts
    apart = first * second / prompts / prompts
    certain = together >= 1
    scale = np.where(certain, 1.0, -np.log(np.where(certain, 0.5, together)))
    return np.where(certain, 1.0, np.log(together / apart) / scale)


def tag_graph(
    counts: PairCounts, *, least: int = LEAST_PROMPTS, neighbours: int = NEIGHBOURS
) -> Graph:
    """Return the graph of tags that stand together more often than by chance.

    Args:
        counts: of tags and pairs.
        least: prompts that a pair must share.
        neighbours: an edge is kept when it is among so many strongest of one of its ends.
    """
    size = counts.size
    ends, weights = [], []
    known = counts.tags.astype(np.float64)
    start = 0
    for tag in range(size - 1):
        row = counts.pairs[start : start + size - 1 - tag]
        start += size - 1 - tag
        later = np.flatnonzero(row >= least)
        strength = npmi(
            row[later].astype(np.float64), known[tag], known[tag + 1 + later], counts.prompts
        )
        attracted = strength > 0
        ends.append((np.full(attracted.sum(), tag), tag + 1 + later[attracted]))
        weights.append(strength[attracted])
    if not ends:
        nothing = np.empty(0, np.int64)
        return Graph(size, nothing, nothing, nothing.astype(np.float64))
    first = np.concatenate([pair[0] for pair in ends]).astype(np.int64)
    second = np.concatenate([pair[1] for pair in ends]).astype(np.int64)
    weight = np.concatenate(weights)
    kept = _strongest(first, second, weight, size, neighbours)
    return Graph(size, first[kept], second[kept], weight[kept])


def _strongest(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    weight: NDArray[np.float64],
    nodes: int,
    neighbours: int,
) -> NDArray[np.bool_]:
    """Return which edges are among the strongest of one of their ends."""
    ends = np.concatenate((first, second))
    edge = np.tile(np.arange(len(first)), 2)
    order = np.lexsort((edge, -weight[edge], ends))
    begin = np.cumsum(np.bincount(ends, minlength=nodes)) - np.bincount(ends, minlength=nodes)
    rank = np.arange(len(order)) - begin[ends[order]]
    kept = np.zeros(len(first), np.bool_)
    kept[edge[order[rank < neighbours]]] = True
    return kept
