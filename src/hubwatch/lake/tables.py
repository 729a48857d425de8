"""Writing table files: sorted batches in, Parquet files with digests out."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hubwatch.files import writing_to
from hubwatch.lake.catalog import DataFile
from hubwatch.lake.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROW_GROUP: Final = 131_072
ROWS_PER_FILE: Final = 8 * ROW_GROUP
_REPEATING: Final = frozenset({"word", "int", "real"})


class TableWriter:
    """Writes one table's files of one generation; nothing refers to them until the commit."""

    def __init__(self, lake: Path, table: str, generation: int) -> None:
        self._table = table
        self._folder = lake / "tables" / table
        self._generation = generation
        self._schema = arrow_schema(table)
        self._files: list[DataFile] = []
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._month: str | None = None
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0

    def write(self, batches: Iterable[pa.RecordBatch]) -> list[DataFile]:
        """Write rows in their order and return the files.

        Args:
            batches: rows with the declared columns by name; sorted by month where the table is
                split by month.

        Raises:
            StorageError: the disk refused it.
        """
        by_month = TABLES[self._table].partition == "month"
        with writing_to(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            for batch in batches:
                for month, part in _split(batch) if by_month else ((None, batch),):
                    if month != self._month:
                        self._finish()
                        self._month = month
                    self._hold(part)
            self._finish()
        return self._files

    def _hold(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._held_rows += batch.num_rows
        while self._held_rows >= ROW_GROUP:
            self._write_group(ROW_GROUP)

    def _write_group(self, rows: int) -> None:
        held = pa.Table.from_batches(self._held)
        group, rest = held.slice(0, rows), held.slice(rows)
        self._held, self._held_rows = rest.to_batches(), rest.num_rows
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path(), self._schema, **_options(self._table))
        # In one piece, so that the bytes do not depend on how the rows came in batches.
        whole = group.select(self._schema.names).combine_chunks()
        self._writer.write_table(whole.cast(self._schema))
        self._rows += group.num_rows
        if self._rows >= ROWS_PER_FILE:
            self._close()

    def _finish(self) -> None:
        if self._held_rows:
            self._write_group(self._held_rows)
        self._close()

    def _close(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        self._writer = None
        path = self._path()
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        self._files.append(
            DataFile(
                name=path.name,
                rows=self._rows,
                bytes=path.stat().st_size,
                sha256=digest,
                month=self._month,
            )
        )
        self._rows = 0

    def _path(self) -> Path:
        label = f"{self._month or 'undated'}-" if self._month is not None else ""
        number = len(self._files) + 1
        return self._folder / f"{label}{self._generation:05d}-{number:05d}.parquet"


def _options(table: str) -> dict[str, object]:
    columns = TABLES[table].columns
    return {
        "compression": "zstd",
        "compression_level": 3,
        "use_dictionary": [c.name for c in columns if c.type in _REPEATING],
        "write_page_index": True,
        "data_page_version": "2.0",
    }


def _split(batch: pa.RecordBatch) -> Iterable[tuple[str, pa.RecordBatch]]:
    """Split a batch that is sorted by month where the month changes."""
    ends = pc.run_end_encode(batch["month"])
    start = 0
    for month, end in zip(ends.values.to_pylist(), ends.run_ends.to_pylist(), strict=True):
        yield month, batch.slice(start, end - start)
        start = end
