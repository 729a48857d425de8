"""Reading which tags each prompt has, a group of rows at a time, whatever the lake's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_COLUMNS: Final = ("prompt_id", "term_id")


@dataclass(frozen=True, slots=True)
class Documents:
    """The tags of some prompts; a tag that a prompt repeats counts once.

    Args:
        rows: each prompt's place in `Prompts.ids`.
        starts: n + 1 numbers; the tags of prompt i are `tags[starts[i]:starts[i + 1]]`.
        tags: places in the vocabulary, ascending within a prompt.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    tags: NDArray[np.int32]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many tags each prompt has."""
        return np.diff(self.starts)

    @property
    def owners(self) -> NDArray[np.int64]:
        """For each tag, which of the prompts here it belongs to, from 0."""
        return np.repeat(np.arange(len(self.rows)), self.sizes)

    def take(self, kept: NDArray[np.bool_]) -> Documents:
        """Return some of the prompts."""
        sizes = self.sizes
        starts = np.concatenate(([0], np.cumsum(sizes[kept]))).astype(np.int64)
        return Documents(self.rows[kept], starts, self.tags[np.repeat(kept, sizes)])


def read_documents(
    paths: Iterable[Path], ids: NDArray[np.int64], numbers: NDArray[np.int32]
) -> Iterator[Documents]:
    """Yield the prompts of some files of `prompt_tags` that are wanted, with their known tags.

    A prompt whose rows two files share counts twice, once a file: at most one prompt a file.

    Args:
        paths: files, each with the rows of a prompt side by side.
        ids: prompts that are wanted, ascending.
        numbers: row of `tag_terms` to place in the vocabulary, -1 for none.
    """
    for path in paths:
        rest = [np.empty(0, np.int64), np.empty(0, np.int64)]
        with pq.ParquetFile(path) as file:
            groups = file.metadata.num_row_groups
            for group in range(groups):
                read = file.read_row_group(group, columns=list(_COLUMNS))
                columns = [
                    np.concatenate((kept, read[name].to_numpy().astype(np.int64, copy=False)))
                    for kept, name in zip(rest, _COLUMNS, strict=True)
                ]
                cut = len(columns[0]) if group == groups - 1 else _last(columns[0])
                rest = [column[cut:] for column in columns]
                yield _documents(columns[0][:cut], columns[1][:cut], ids, numbers)


def _last(prompts: NDArray[np.int64]) -> int:
    """Return where the rows of the last prompt begin."""
    if not len(prompts):
        return 0
    others = np.flatnonzero(prompts != prompts[-1])
    return int(others[-1]) + 1 if len(others) else 0


def _documents(
    prompts: NDArray[np.int64],
    terms: NDArray[np.int64],
    ids: NDArray[np.int64],
    numbers: NDArray[np.int32],
) -> Documents:
    heads = np.flatnonzero(np.diff(prompts, prepend=~prompts[:1]))
    place = np.minimum(np.searchsorted(ids, prompts[heads]), max(len(ids) - 1, 0))
    wanted = ids[place] == prompts[heads] if len(ids) else np.zeros(len(heads), np.bool_)
    place = np.where(wanted, place, -1)
    sizes = np.diff(heads, append=len(prompts))
    known = terms < len(numbers)
    tag = np.where(known, numbers[np.where(known, terms, 0)], -1) if len(numbers) else terms * 0 - 1
    local = np.repeat(np.arange(len(heads)), sizes)
    keep = (tag >= 0) & np.repeat(wanted, sizes)
    key = (local[keep] << np.int64(32)) | tag[keep]
    key.sort(kind="stable")  # within prompts only: radix or merge, nearly sorted already
    if len(key):
        key = key[np.concatenate(([True], key[1:] != key[:-1]))]
    owner = key >> np.int64(32)
    counts = np.bincount(owner, minlength=len(heads))
    some = counts > 0
    starts = np.concatenate(([0], np.cumsum(counts[some]))).astype(np.int64)
    return Documents(place[some], starts, (key & np.int64(0xFFFFFFFF)).astype(np.int32))


def joined(parts: Sequence[Documents]) -> Documents:
    """Return the prompts of several parts as one."""
    sizes = [part.sizes for part in parts]
    starts = np.concatenate(([0], np.cumsum(np.concatenate(sizes)))) if parts else np.zeros(1)
    empty = np.empty(0, np.int64)
    return Documents(
        np.concatenate([part.rows for part in parts]) if parts else empty,
        starts.astype(np.int64),
        np.concatenate([part.tags for part in parts]) if parts else empty.astype(np.int32),
    )
