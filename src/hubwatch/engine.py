"""Where tables are computed: the only door to DuckDB and to the expression library.

Everything runs inside the process under a memory limit, with a spill folder, without extension
downloads and without network access.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa


class Session:
    """A DuckDB connection with hubwatch's limits; SQL in, Arrow out."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Execute a statement whose result is not needed."""
        self.connection.execute(sql, list(parameters))

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Return the result of a query as an Arrow table."""
        result: pa.Table = self.connection.execute(sql, list(parameters)).fetch_arrow_table()
        return result


@contextmanager
def session(
    *, memory: str = "2GB", threads: int | None = None, spill: Path | None = None
) -> Iterator[Session]:
    """Open an in-process DuckDB and close it again.

    Args:
        memory: limit for the engine's buffers; beyond it DuckDB spills to disk.
        threads: worker threads; default: the processors that this process may use.
        spill: folder for spilled data; default: a temporary folder.
    """
    threads = threads or len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="hubwatch-", dir=spill) as folder:
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
        try:
            connection.execute("SET TimeZone = 'UTC'")
            yield Session(connection)
        finally:
            connection.close()
