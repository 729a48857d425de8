"""DuckDB inside the process, with hubwatch's limits."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from hubwatch.errors import HubwatchError, LakeError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from hubwatch.engine.tables import Source


class Session:
    """A DuckDB connection with hubwatch's limits; SQL in, Arrow out."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Execute a statement whose result is not needed."""
        with _plain_errors():
            self.connection.execute(sql, list(parameters))

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Return the result of a query as an Arrow table."""
        with _plain_errors():
            result: pa.Table = self.connection.execute(sql, list(parameters)).to_arrow_table()
        return result

    def batches(self, sql: str, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the result of a query in batches of at most `rows` rows, in its order."""
        with _plain_errors():
            yield from self.connection.execute(sql).to_arrow_reader(rows)

    def view(self, name: str, source: Source) -> None:
        """Give the files of a table a name for queries; no files are an empty table."""
        if source.paths:
            DuckDB(self).read(source).create_view(name, replace=True)
        else:
            self.hold(name, source.schema.empty_table())

    def hold(self, name: str, table: pa.Table) -> None:
        """Give an Arrow table a name for queries, in place of what had it before."""
        self.connection.register(name, table)


@contextmanager
def session(
    *, memory: str = "2GB", threads: int | None = None, spill: Path | None = None
) -> Iterator[Session]:
    """Open an in-process DuckDB and close it again.

    Args:
        memory: limit for the engine's buffers; beyond it DuckDB spills to disk.
        threads: worker threads; default: the processors that this process may use.
        spill: folder for spilled data; default: a temporary folder.

    Raises:
        UsageError: `memory` is not a size.
    """
    threads = threads or len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="hubwatch-", dir=spill) as folder:
        try:
            connection = duckdb.connect(
                ":memory:",
                config={
                    "memory_limit": memory,
                    "threads": threads,
                    "temp_directory": folder,
                    "preserve_insertion_order": False,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                },
            )
        except (duckdb.ParserException, duckdb.InvalidInputException) as error:
            raise UsageError(f"`{memory}` is not a size", hint="for example `4GB`") from error
        try:
            connection.execute("SET TimeZone = 'UTC'")
            yield Session(connection)
        finally:
            connection.close()


class DuckDB:
    """Tables on an in-process DuckDB."""

    def __init__(self, duck: Session) -> None:
        self._connection = duck.connection

    def read(self, source: Source) -> duckdb.DuckDBPyRelation:
        """Return the lazy table of a source."""
        if not source.paths:
            return self._connection.from_arrow(source.schema.empty_table())
        files = [_literal(path) for path in source.paths]
        with _plain_errors():
            return self._connection.read_parquet(files, hive_partitioning=False)

    def hold(self, rows: pa.Table) -> duckdb.DuckDBPyRelation:
        """Return the lazy table of rows in memory."""
        return self._connection.from_arrow(rows)

    def collect(self, native: duckdb.DuckDBPyRelation) -> pa.Table:
        """Run a lazy table and return its rows, in no particular order."""
        with _plain_errors():
            return native.to_arrow_table()


def _literal(path: Path) -> str:
    """Return a path in which DuckDB sees no wildcard."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what DuckDB says of files, memory and disk into one of our sentences."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StorageError(
            "the question does not fit the memory limit and the spill folder",
            hint="give more memory (settings `engine.memory`, `refine.memory`) or free disk space",
        ) from error
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException) as error:
        raise _unreadable(str(error)) from error


def _unreadable(said: str) -> HubwatchError:
    if "No space left on device" in said:
        return StorageError(
            "no space left in the spill folder", hint="free some space, then run it again"
        )
    first = said.splitlines()[0].rstrip(".") if said else "unknown"
    return LakeError(f"a table cannot be read: {first}", hint="check it: `hubwatch lake verify`")
