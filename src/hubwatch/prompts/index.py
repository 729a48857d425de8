"""The lake's tag index: `prompt_tags` and `tag_terms`, filled from `prompts` by increment.

Terms are numbered in the order in which they first appear in the table of prompts, so the same
lake gives the same numbers however it is split into row groups. A number never changes: what is
indexed later only adds terms, unless prompts are read otherwise than before (`VERSION`): then the
index is made again. Memory grows with the number of distinct terms, not of prompts.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hubwatch.lake.catalog import Lake, open_lake
from hubwatch.lake.derived import replace_tables
from hubwatch.lake.schema import arrow_schema
from hubwatch.prompts.batch import TagBatch, index_prompts
from hubwatch.prompts.parser import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

#: Prompts that are read and held at once.
_ROWS: Final = 32_768
_TERMS: Final = 131_072
_MADE_WITH: Final = {"prompts": VERSION}


class Each(Protocol):
    """What `map` does: a function applied to batches, the results in their order."""

    def __call__(
        self, work: Callable[[pa.StringArray], TagBatch], jobs: Iterable[pa.StringArray], /
    ) -> Iterable[TagBatch]:
        """Apply a function to each batch."""


class IndexSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What indexing a lake's prompts did.

    Args:
        prompts: prompts that were read now.
        tags: rows added to `prompt_tags`.
        terms: rows added to `tag_terms`.
        known: prompts that were indexed before.
    """

    prompts: int
    tags: int
    terms: int
    known: int


class _Indexing:
    """One run: the terms so far, and what was counted."""

    def __init__(self, lake: Lake, progress: Callable[[int], None] | None, each: Each) -> None:
        self.lake = lake
        self.fits = lake.catalog.made_with.get("prompt_tags") == _MADE_WITH
        self.progress = progress
        self.each = each
        self.numbers: dict[str, int] = {}
        for rows in _columns(lake, "tag_terms", "term", "term_id") if self.fits else ():
            self.numbers.update(
                zip(rows["term"].to_pylist(), rows["term_id"].to_pylist(), strict=True)
            )
        self.old_terms = len(self.numbers)
        self.prompts = self.tags = 0

    def rows(self, known: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
        """Yield the tags of the prompts that are not known yet."""
        waiting: deque[NDArray[np.int64]] = deque()
        for batch in self.each(index_prompts, _new_texts(self.lake, known, waiting)):
            ids = waiting.popleft()
            self.prompts += len(ids)
            self.tags += len(batch.term_ids)
            if self.progress is not None:
                self.progress(len(ids))
            if len(batch.term_ids):
                yield _record_batch(ids, batch, self._numbers(batch))

    def _numbers(self, batch: TagBatch) -> NDArray[np.int64]:
        """Return the lake's numbers of a batch's terms, giving new ones where there are none."""
        numbers = self.numbers
        found = [numbers.setdefault(term, len(numbers)) for term in batch.terms.to_pylist()]
        return np.array(found, np.int64)[batch.term_ids]

    def terms(self) -> Iterator[pa.RecordBatch]:
        """Yield the terms that are new, once all prompts were read."""
        new = list(self.numbers)[self.old_terms :]
        for start in range(0, len(new), _TERMS):
            part = new[start : start + _TERMS]
            first = self.old_terms + start
            yield pa.RecordBatch.from_pydict(
                {"term_id": range(first, first + len(part)), "term": part},
                schema=arrow_schema("tag_terms"),
            )


def build_tag_index(
    lake: Path, *, progress: Callable[[int], None] | None = None, each: Each = map
) -> IndexSummary:
    """Index the prompts of a lake that are not indexed yet, in one commit.

    All of them when the index was made by another `VERSION` of the prompt language.

    Args:
        lake: folder of the lake.
        progress: called with the number of prompts read since the last call.
        each: applies a function to batches, in order; give one that uses several processes.

    Returns:
        What was added. A prompt without a single tag leaves no row, so it is read again each time.

    Raises:
        LakeError: not a lake, in use by another writer, or changed meanwhile.
        StorageError: the disk refused it; the lake is as it was.
    """
    opened = open_lake(lake)
    run = _Indexing(opened, progress, each)
    known = _indexed(opened) if run.fits else np.empty(0, np.int64)
    rows = run.rows(known)
    first = next(rows, None)
    if first is not None or (not run.fits and opened.rows("prompt_tags")):
        replace_tables(
            lake,
            {
                "prompt_tags": rows if first is None else chain([first], rows),
                "tag_terms": run.terms(),
            },
            append={"prompt_tags", "tag_terms"} if run.fits else (),
            made_with={"prompt_tags": _MADE_WITH},
            generation=opened.catalog.generation,
        )
    return IndexSummary(
        prompts=run.prompts,
        tags=run.tags,
        terms=len(run.numbers) - run.old_terms,
        known=len(known),
    )


def _columns(lake: Lake, table: str, *columns: str) -> Iterator[pa.RecordBatch]:
    for path in lake.paths(table):
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(_TERMS, columns=list(columns))


def _indexed(lake: Lake) -> NDArray[np.int64]:
    """Return the ids of the prompts that are indexed, sorted; the rows of one stand together."""
    heads = []
    for rows in _columns(lake, "prompt_tags", "prompt_id"):
        ids = rows["prompt_id"].to_numpy()
        heads.append(ids[np.flatnonzero(np.diff(ids, prepend=~ids[:1]))])
    return np.unique(np.concatenate(heads)) if heads else np.empty(0, np.int64)


def _new_texts(
    lake: Lake, known: NDArray[np.int64], ids_of: deque[NDArray[np.int64]]
) -> Iterator[pa.StringArray]:
    """Yield the texts of the prompts that are not known, in the table's order; note their ids."""
    for path in lake.paths("prompts"):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_ROWS, columns=["prompt_id", "text"]):
                ids = batch["prompt_id"].to_numpy()
                new = ~_among(ids, known)
                if new.any():
                    ids_of.append(ids[new])
                    yield pc.filter(batch["text"], pa.array(new))


def _among(ids: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(ids), bool)
    place = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    found: NDArray[np.bool_] = known[place] == ids
    return found


def _record_batch(
    ids: NDArray[np.int64], batch: TagBatch, numbers: NDArray[np.int64]
) -> pa.RecordBatch:
    counts = np.diff(batch.offsets)
    return pa.RecordBatch.from_pydict(
        {
            "prompt_id": np.repeat(ids, counts),
            "position": np.arange(len(numbers)) - np.repeat(batch.offsets[:-1], counts),
            "term_id": numbers,
            "weight": batch.weights.astype(np.float64),
        },
        schema=arrow_schema("prompt_tags"),
    )
