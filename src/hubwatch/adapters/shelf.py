"""Where rows of adapters go: held for a while, then committed to the lake in one step.

Nothing reaches the disk before it is redacted; a kill loses at most what is held.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from hubwatch.lake.catalog import open_lake, read_catalog
from hubwatch.lake.derived import commit_tables
from hubwatch.lake.schema import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

ADAPTERS: Final = "adapters"
TAGS: Final = "adapter_tags"
#: Files and seconds after which rows are committed.
CHUNK_FILES: Final = 100
CHUNK_SECONDS: Final = 60.0
#: Above this many data files a table is written again in one piece.
MOST_FILES: Final = 24

Row = dict[str, Any]


@dataclass(slots=True)
class Shelf:
    """Rows on their way into a lake that this process holds for writing.

    Args:
        lake: folder of the lake.
        chunk: files after which rows are committed.
        clock: stands in for time in tests.
    """

    lake: Path
    chunk: int = CHUNK_FILES
    clock: Callable[[], float] = time.monotonic
    rows: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    since: float = 0.0

    def put(self, row: Row, tags: Sequence[Row] = ()) -> None:
        """Hold the rows of one file; commit when there are enough, or after a while.

        Raises:
            StorageError: the disk refused it.
        """
        if not self.rows:
            self.since = self.clock()
        self.rows.append(row)
        self.tags.extend(tags)
        if len(self.rows) >= self.chunk or self.clock() - self.since >= CHUNK_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Make the held rows part of the lake.

        Raises:
            StorageError: the disk refused it; the rows are held still.
        """
        if not self.rows:
            return
        batches = {ADAPTERS: [_batch(ADAPTERS, self.rows)], TAGS: [_batch(TAGS, self.tags)]}
        commit_tables(self.lake, batches, append=(ADAPTERS, TAGS))
        self.rows, self.tags = [], []

    def tidy(self) -> None:
        """Join the many small files of earlier commits."""
        files = read_catalog(self.lake).tables
        if max(len(files.get(name, [])) for name in (ADAPTERS, TAGS)) > MOST_FILES:
            commit_tables(self.lake, {name: _all(self.lake, name) for name in (ADAPTERS, TAGS)})


def _batch(table: str, rows: Sequence[Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), schema=arrow_schema(table))


def _all(lake: Path, table: str) -> Iterator[pa.RecordBatch]:
    schema = arrow_schema(table)
    for path in open_lake(lake).paths(table):
        yield from pq.read_table(path).select(schema.names).cast(schema).to_batches()
