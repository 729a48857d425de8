"""How often two tags stand in one prompt: counts of pairs in a triangle, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.measures.communities.documents import Documents

#: Pairs that are counted in one go: each go costs a pass over the triangle.
_BATCH: Final = 1 << 23
#: Tags beyond this many of one prompt, least used first, make no pairs.
MOST_TAGS: Final = 512


class PairCounts:
    """Counts of tags and of pairs of tags over prompts.

    Args:
        size: tags in the vocabulary.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.prompts = 0
        self.tags: NDArray[np.int64] = np.zeros(size, np.int64)
        self.pairs: NDArray[np.uint32] = np.zeros(size * (size - 1) // 2, np.uint32)
        first = np.arange(size, dtype=np.int64)
        self._base = first * size - first * (first + 1) // 2 - first - 1
        self._waiting: list[NDArray[np.int64]] = []
        self._held = 0

    def add(self, documents: Documents) -> None:
        """Count the tags and pairs of some prompts."""
        self.prompts += len(documents.rows)
        self.tags += np.bincount(documents.tags, minlength=self.size)
        sizes = np.minimum(documents.sizes, MOST_TAGS)
        for size in np.unique(sizes[sizes > 1]).tolist():
            heads = documents.starts[:-1][sizes == size]
            step = max(1, _BATCH // (size * (size - 1) // 2))
            for part in range(0, len(heads), step):
                self._pairs(documents.tags, heads[part : part + step], size)

    def _pairs(self, tags: NDArray[np.int32], heads: NDArray[np.int64], size: int) -> None:
        """Note the pairs of prompts of one size; tags ascend, so the smaller comes first."""
        table = tags[heads + np.arange(size)[:, None]].astype(np.int64)
        first, second = np.triu_indices(size, 1)
        index = self._base[table][first]
        index += table[second]
        self._waiting.append(index.ravel())
        self._held += index.size
        if self._held >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Put what waits into the counts."""
        if self._waiting:
            index = np.concatenate(self._waiting)
            self._waiting, self._held = [], 0
            np.add(
                self.pairs,
                np.bincount(index, minlength=len(self.pairs)),
                out=self.pairs,
                casting="unsafe",
            )

    def merge(self, other: PairCounts) -> None:
        """Add what was counted elsewhere."""
        other.flush()
        self.prompts += other.prompts
        self.tags += other.tags
        self.pairs += other.pairs
