"""From staged rows and the tables so far to the tables that follow.

Wide rows are never held in hash tables: what is decided is decided on narrow keys, then the rows
are streamed, sorted, and written. All statements are over views `staged_<table>` and
`old_<table>`; `old_` holds all hubs, `staged_` one snapshot of one hub.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from hubwatch.lake.refine.staging import MISSES, STAGED, staged_columns
from hubwatch.lake.schema import TABLES, arrow_schema
from hubwatch.lake.tables import ROW_GROUP, TableWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hubwatch.engine import Session
    from hubwatch.lake.catalog import Catalog, DataFile
    from hubwatch.lake.raw.manifest import Manifest


class Merge:
    """One snapshot being merged: the engine, what is staged, and what the tables are so far.

    Args:
        engine: an open session.
        lake: folder of the lake.
        staging: folder of the staged files.
        catalog: the tables so far.
        manifest: the snapshot that is staged.
    """

    def __init__(
        self, engine: Session, lake: Path, staging: Path, catalog: Catalog, manifest: Manifest
    ) -> None:
        self.engine = engine
        self.lake = lake
        self.staging = staging
        self.catalog = catalog
        self.manifest = manifest
        self.generation = catalog.generation + 1
        for name in (*STAGED, "prompts", "misses", "quarantine"):
            self.stage_view(name)
        for name in TABLES:
            self.read_old(name)

    @property
    def hub(self) -> str:
        """The snapshot's hub as an SQL literal."""
        return literal(self.manifest.hub)

    @property
    def snapshot(self) -> str:
        """The snapshot's id as an SQL literal."""
        return literal(self.manifest.id)

    def read_old(self, table: str, months: Iterable[str] | None = None) -> None:
        """Point the view `old_<table>` at the table so far, or at some of its months."""
        wanted = None if months is None else set(months)
        files = [
            self.lake / "tables" / table / file.name
            for file in self.catalog.tables.get(table, [])
            if wanted is None or file.month in wanted
        ]
        self.view(f"old_{table}", files, arrow_schema(table))

    def view(self, name: str, files: Iterable[Path], schema: pa.Schema) -> None:
        """Make a view over Parquet files, or over nothing with the same columns."""
        paths = [str(path) for path in files]
        if not paths:
            empty = self.staging / f"empty-{name}.parquet"
            pq.write_table(schema.empty_table(), empty)
            paths = [str(empty)]
        listed = ", ".join(literal(re.sub(r"([*?\[])", r"[\1]", path)) for path in paths)
        self.engine.run(
            f"CREATE OR REPLACE TEMP VIEW {name} AS "  # noqa: S608 - our own file names, quoted
            f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"
        )

    def write(self, table: str, *queries: str) -> list[DataFile]:
        """Write the rows of queries, one after the other, as new files of a table."""
        batches = chain.from_iterable(self.batches(sql) for sql in queries)
        return TableWriter(self.lake, table, self.generation).write(ahead(batches))

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a query piece by piece."""
        yield from self.engine.batches(sql, ROW_GROUP)

    def number(self, sql: str) -> int:
        """Return the one number that a query answers, 0 for null."""
        return int(self.engine.table(sql).column(0)[0].as_py() or 0)

    def texts(self, sql: str) -> list[str]:
        """Return the first column of a query."""
        found: list[str] = self.engine.table(sql).column(0).to_pylist()
        return found

    def stage_view(self, name: str) -> None:
        """Point the view `staged_<name>` at the files staged so far."""
        files = sorted(self.staging.glob(f"{name}-[0-9]*.parquet"))
        self.view(f"staged_{name}", files, _staged_schema(name))


def ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Have the next batch made by a second thread while this one is written."""
    with ThreadPoolExecutor(1) as helper:
        coming = helper.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = helper.submit(next, batches, None)
            yield batch


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def by_id(column: str) -> str:
    """Return the sort key that puts ids in numeric order."""
    return f"length({column}), {column}"


def _staged_schema(name: str) -> pa.Schema:
    if name == "misses":
        return MISSES
    declared = arrow_schema(name)
    own = staged_columns(name) if name in STAGED else declared.names
    fields = [declared.field(column) for column in own]
    if "month" in declared.names:
        fields.append(declared.field("month"))
    fields += [pa.field("rid", pa.int64())] if name != "quarantine" else []
    return pa.schema([f.with_nullable(True) for f in dict.fromkeys(fields)])


#: Sightings of one item: a full record before a mention, then the newest, then the last read.
_NEWEST: Final = "ORDER BY full_record DESC, observed_at DESC, fresh DESC, rid DESC"


def newest(merge: Merge, table: str, *, full: str = "true") -> list[DataFile]:
    """Merge a table of which the newest record of an item wins as a whole.

    A time of creation stays the earliest that was ever seen, for it moves forward when old
    versions are removed.

    Args:
        merge: the snapshot.
        table: `models`, `versions` or `files`.
        full: SQL condition that tells a full record from a mention.
    """
    declared = TABLES[table]
    key = declared.key[1]
    keeps_first = "created_at" in declared.names()
    dated = "created_at IS NOT NULL"
    first = "min({'t': created_at, 's': created_at_source}) FILTER (" + dated + ") OVER same"
    columns = ", ".join(_first_time(name, keeps=keeps_first) for name in declared.names())
    return merge.write(
        table,
        f"""
        WITH sightings AS (
            SELECT *, 0 AS fresh, 0::BIGINT AS rid FROM old_{table}
            UNION ALL BY NAME
            SELECT *, {merge.hub} AS hub, {merge.snapshot} AS snapshot, 1 AS fresh
            FROM staged_{table}
        ), judged AS (SELECT *, ({full}) AS full_record FROM sightings),
        ranked AS (
            SELECT *, row_number() OVER (PARTITION BY hub, {key} {_NEWEST}) AS place,
                {first if keeps_first else "NULL"} AS first
            FROM judged WINDOW same AS (PARTITION BY hub, {key})
        )
        SELECT {columns} FROM ranked WHERE place = 1 ORDER BY hub, {by_id(key)}
        """,  # noqa: S608 - names come from the declared tables
    )


def _first_time(name: str, *, keeps: bool) -> str:
    quoted = f'"{name}"'
    if not keeps:
        return quoted
    return {
        "created_at": "first.t AS created_at",
        "created_at_source": "first.s AS created_at_source",
        "month": "coalesce(strftime(first.t, '%Y-%m'), '') AS month",
    }.get(name, quoted)
