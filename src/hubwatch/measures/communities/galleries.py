"""Which topics the same galleries use: how topics join into communities.

A gallery is what people made with one version of a model. People who share a subculture's models
share its words, so topics that one gallery uses, in different prompts, belong together even where
no prompt holds both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.communities.npmi import Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.measures.communities.documents import Documents
    from hubwatch.measures.communities.partition import Labels

#: Tags of one group that a prompt must hold to be about it.
LEAST_TAGS: Final = 2
_BLOCK: Final = 20_000
_CELLS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Images with a prompt, some of them or all.

    Args:
        documents: distinct prompts of the images.
        document: of each image, a row of `documents`.
        gallery: of each image, numbered from 0; -1 for none.
        creator: of each image, numbered from 0; -1 when unknown.
        month: of each image, number of the month; -1 when unknown.
    """

    documents: Documents
    document: NDArray[np.int64]
    gallery: NDArray[np.int64]
    creator: NDArray[np.int64]
    month: NDArray[np.int64]


def about(documents: Documents, group: Labels, weight: NDArray[np.float64]) -> Labels:
    """Return the group that each prompt is about: that whose tags weigh most; -1 for none.

    Args:
        documents: prompts.
        group: of each tag, -1 for none.
        weight: of each tag; rare tags say more.
    """
    groups = int(group.max(initial=-1)) + 1
    found = np.full(len(documents.rows), -1, np.int64)
    step = max(1, _CELLS // max(groups, 1))
    for start in range(0, len(found) if groups else 0, step):
        end = min(start + step, len(found))
        within = slice(int(documents.starts[start]), int(documents.starts[end]))
        tags = documents.tags[within]
        owner = np.repeat(np.arange(end - start), np.diff(documents.starts[start : end + 1]))
        known = group[tags] >= 0
        cell = owner[known] * groups + group[tags[known]]
        cells = (end - start) * groups
        score = np.bincount(cell, weights=weight[tags[known]], minlength=cells)
        best = score.reshape(-1, groups).argmax(axis=1)
        held = np.bincount(cell, minlength=cells).reshape(-1, groups)
        enough = held[np.arange(len(best)), best] >= LEAST_TAGS
        found[start:end] = np.where(enough, best, -1)
    return found


def rarity(tags: NDArray[np.int64], prompts: int) -> NDArray[np.float64]:
    """Return how much each tag says: the logarithm of one by its share of prompts."""
    return np.log(max(prompts, 1) / np.maximum(tags, 1))


@dataclass(frozen=True, slots=True)
class Uses:
    """How many images of each gallery are about each group: rows of a sparse table.

    Args:
        gallery, group: of each cell; galleries ascend.
        images: in the cell.
        galleries, groups: how many there are.
    """

    gallery: NDArray[np.int64]
    group: NDArray[np.int64]
    images: NDArray[np.float64]
    galleries: int
    groups: int


def uses(gallery: NDArray[np.int64], group: Labels, groups: int) -> Uses:
    """Count the images of each gallery by what they are about; galleries of one image tell nothing.

    Args:
        gallery: of each image, -1 for none.
        group: of each image, -1 for none.
        groups: how many there are.
    """
    known = (gallery >= 0) & (group >= 0)
    sizes = np.bincount(gallery[known])
    known[known] = sizes[gallery[known]] > 1
    names, place = np.unique(gallery[known], return_inverse=True)
    cells, images = np.unique(place * max(groups, 1) + group[known], return_counts=True)
    return Uses(
        cells // max(groups, 1),
        cells % max(groups, 1),
        images.astype(np.float64),
        len(names),
        groups,
    )


def used_together(found: Uses, weight: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return for each pair of groups how often one gallery uses both, in different images.

    Args:
        found: images of galleries by group.
        weight: of each gallery; none: 1 each.

    Returns:
        Symmetric table: the sum over galleries of n images of images_a images_b / (n - 1).
    """
    total = np.zeros((found.groups, found.groups))
    every = np.bincount(found.gallery, weights=found.images, minlength=found.galleries)
    scale = 1 / np.maximum(every - 1, 1)
    if weight is not None:
        scale = scale * weight
    for start in range(0, found.galleries, _BLOCK):
        end = min(start + _BLOCK, found.galleries)
        low, high = np.searchsorted(found.gallery, (start, end))
        cells = slice(low, high)
        table = np.zeros((end - start, found.groups))
        table[found.gallery[cells] - start, found.group[cells]] = found.images[cells]
        weighed = table * scale[start:end, None]
        total += weighed.T @ table
        total -= np.diag(weighed.sum(axis=0))
    return total


def group_graph(together: NDArray[np.float64]) -> Graph:
    """Return the graph of groups by how alike the galleries are that use them.

    Each weight is divided by the geometric mean of what both have in all, their own uses in
    common included (Salton's cosine), so that large groups do not pull everything together.
    """
    first, second = np.triu_indices(len(together), 1)
    every = together.sum(axis=0)
    weight = together[first, second]
    some = weight > 0
    first, second, weight = first[some], second[some], weight[some]
    return Graph(len(together), first, second, weight / np.sqrt(every[first] * every[second]))
