"""Counts of tags by month and by group of a jackknife, small enough for a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.measures.overlap import GROUPS

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TagCounts:
    """Counts of the tags that occur in some time.

    Args:
        tags: their numbers, sorted; a smaller number comes first in the alphabet.
        groups: counts, tags by groups.
    """

    tags: NDArray[np.int64]
    groups: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> TagCounts:
        """Return some of the tags.

        Args:
            chosen: one for each number that a tag can have.
        """
        mask = chosen[self.tags]
        return TagCounts(self.tags[mask], self.groups[mask])

    def top(self, counts: NDArray[np.int64], depth: int) -> list[int]:
        """Return the numbers of the most frequent tags, ties in the order of the alphabet."""
        kept = np.flatnonzero(counts > 0)
        if len(kept) > depth:
            least = -np.partition(-counts[kept], depth - 1)[depth - 1]
            kept = np.flatnonzero(counts >= max(least, 1))
        order = kept[np.lexsort((kept, -counts[kept]))][:depth]
        found: list[int] = self.tags[order].tolist()
        return found


def side_by_side(first: TagCounts, second: TagCounts) -> NDArray[np.int64]:
    """Return the counts of both over all their tags, the first above the second."""
    tags = np.union1d(first.tags, second.tags)
    both = np.zeros((2 * len(tags), GROUPS), dtype=np.int64)
    both[np.searchsorted(tags, first.tags)] = first.groups
    both[len(tags) + np.searchsorted(tags, second.tags)] = second.groups
    return both


@dataclass(frozen=True, slots=True)
class TagCells:
    """Counts of tags by month and group, sorted by month.

    Args:
        tags: texts in the order of the alphabet; a tag's number is its place.
        months: sorted.
        tag, at, group, number: one for each cell; `at` is a place in `months`.
    """

    tags: list[str]
    months: list[str]
    tag: NDArray[np.int64]
    at: NDArray[np.int64]
    group: NDArray[np.int64]
    number: NDArray[np.int64]

    def of(self, period: int | None) -> TagCounts:
        """Return the counts of one month, or of all."""
        ends = (
            np.searchsorted(self.at, [period, period + 1]) if period is not None else (None, None)
        )
        part = slice(*ends)
        tags, place = np.unique(self.tag[part], return_inverse=True)
        cell = place * GROUPS + self.group[part]
        # Sums of whole numbers below 2**53 are exact.
        summed = np.bincount(cell, weights=self.number[part], minlength=len(tags) * GROUPS)
        groups = summed.astype(np.int64).reshape(len(tags), GROUPS)
        held = groups.any(axis=1)
        return TagCounts(tags[held], groups[held])


def tag_cells(found: pa.Table, tag: NDArray[np.int64], tags: list[str]) -> TagCells:
    """Return collected cells, which come in no particular order.

    Args:
        found: `at`, `group` (a text, of whose last letter ten kinds are told apart), `number`.
        tag: number of each row's tag.
        tags: texts in the order of the alphabet.
    """
    at, months = numbered(found["at"])
    letter, letters = numbered(found["group"])
    groups = np.array([ord(one[-1:] or "0") % GROUPS for one in letters], dtype=np.int64)
    order = np.argsort(at, kind="stable")
    number = found["number"].to_numpy()
    return TagCells(
        tags, months, tag[order].astype(np.int64), at[order], groups[letter][order], number[order]
    )


def numbered(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """Return each text's place among the distinct texts, and those sorted."""
    texts = sorted(pc.unique(column).to_pylist())
    places = pc.index_in(column, value_set=pa.array(texts, column.type))
    return places.to_numpy().astype(np.int64), texts
