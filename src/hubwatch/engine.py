"""Where tables are computed: the only door to DuckDB, Spark and the expression library.

A table is a lazy expression (narwhals, stable API v2) that runs inside the process on DuckDB, or on
Spark; the same definition gives the same rows. DuckDB works under a memory limit, with a spill
folder, without extension downloads and without network access.
Why narwhals: `docs/decisions/0001-portable-expressions.md`.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import duckdb
import narwhals.stable.v2 as nw
import pyarrow as pa

from hubwatch.errors import HubwatchError, LakeError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

#: A lazy table, and the words that expressions over its columns are made of.
Table = nw.LazyFrame[Any]
Expression = nw.Expr
col = nw.col
lit = nw.lit
when = nw.when
concat = nw.concat
any_of = nw.any_horizontal
count_rows = nw.len
INT: Final = nw.Int64
TEXT: Final = nw.String

ENGINES: Final = ("duckdb", "spark")


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


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of one table lie.

    Args:
        schema: declared columns; a file may hold them in any order.
        paths: Parquet files; none means an empty table.
    """

    schema: pa.Schema
    paths: tuple[Path, ...] = ()


class Backend(Protocol):
    """What an engine must be able to do."""

    def read(self, source: Source) -> Any:
        """Return the engine's own lazy table of a source."""

    def collect(self, native: Any) -> pa.Table:
        """Run a lazy table and return its rows, in no particular order."""


class Tables:
    """The tables of one lake on one engine: expressions by name, results as Arrow."""

    def __init__(self, backend: Backend, sources: Mapping[str, Source]) -> None:
        self._backend = backend
        self._sources = sources

    def names(self) -> tuple[str, ...]:
        """Return the names of the tables."""
        return tuple(self._sources)

    def __getitem__(self, name: str) -> Table:
        """Return a table as an expression; nothing is read yet.

        Raises:
            KeyError: there is no table of that name.
        """
        source = self._sources[name]
        lazy: Table = nw.from_native(self._backend.read(source))
        return lazy.select(*source.schema.names)

    def collect(self, table: Table) -> pa.Table:
        """Run an expression.

        Returns:
            Its rows in no particular order; sums of integers are 64-bit integers.

        Raises:
            LakeError: a file of the lake cannot be read.
            StorageError: the result does not fit the memory limit and the spill folder.
        """
        return _plain(self._backend.collect(table.to_native()))


@contextmanager
def open_tables(
    sources: Mapping[str, Source],
    *,
    engine: str = "duckdb",
    memory: str = "4GB",
    threads: int | None = None,
    spill: Path | None = None,
) -> Iterator[Tables]:
    """Open tables on an engine and close it again.

    Args:
        sources: table name to its files and columns.
        engine: `duckdb` (in the process) or `spark` (the active session, what `spark-submit`
            offers, or a local one).
        memory: DuckDB's buffers, or the local Spark driver's memory, for example `4GB`.
        threads: worker threads; default: the processors that this process may use.
        spill: folder for spilled data; default: a temporary folder.

    Raises:
        UsageError: no such engine, or its extra is not installed.
    """
    if engine not in ENGINES:
        raise UsageError(f"no such engine: `{engine}`", hint=f"one of: {', '.join(ENGINES)}")
    if engine == "spark":
        with _spark(memory, threads, spill) as spark:
            yield Tables(_Spark(spark), sources)
    else:
        with session(memory=memory, threads=threads, spill=spill) as duck:
            yield Tables(_DuckDB(duck), sources)


class _DuckDB:
    def __init__(self, duck: Session) -> None:
        self._connection = duck.connection

    def read(self, source: Source) -> duckdb.DuckDBPyRelation:
        if not source.paths:
            return self._connection.from_arrow(source.schema.empty_table())
        files = [_literal(path) for path in source.paths]
        with _plain_errors():
            return self._connection.read_parquet(files, hive_partitioning=False)

    def collect(self, native: duckdb.DuckDBPyRelation) -> pa.Table:
        with _plain_errors():
            return native.to_arrow_table()


class _Spark:
    def __init__(self, spark: Any) -> None:
        self._spark = spark

    def read(self, source: Source) -> Any:
        columns = ", ".join(f"`{field.name}` {_spark_type(field.type)}" for field in source.schema)
        if not source.paths:
            return self._spark.createDataFrame([], columns)
        return self._spark.read.schema(columns).parquet(*map(str, source.paths))

    def collect(self, native: Any) -> pa.Table:
        return native.toArrow()


@contextmanager
def _spark(memory: str, threads: int | None, spill: Path | None) -> Iterator[Any]:
    """Yield the active Spark session, or one of our own that is stopped again."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError(
            "Spark is not installed", hint="pip install 'hubwatch[spark]'; it also needs Java 17"
        ) from error
    if (active := SparkSession.getActiveSession()) is not None:
        yield active
        return
    threads = threads or len(os.sched_getaffinity(0))
    builder = SparkSession.builder.appName("hubwatch").config("spark.sql.session.timeZone", "UTC")
    if "PYSPARK_GATEWAY_PORT" not in os.environ:  # not started by spark-submit
        for key, value in _local_spark(memory, threads, spill).items():
            builder = builder.config(key, value)
    try:
        own = builder.getOrCreate()
    except (RuntimeError, OSError) as error:
        raise UsageError("Spark cannot be started", hint="is Java 17 installed?") from error
    try:
        yield own
    finally:
        own.stop()


def _local_spark(memory: str, threads: int, spill: Path | None) -> dict[str, str]:
    """Return the settings of a Spark inside this machine: no web page, no outside address."""
    return {
        "spark.master": f"local[{threads}]",
        "spark.driver.memory": re.sub(r"i?b$", "", memory.lower()),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(spill or tempfile.gettempdir()),
        "spark.sql.shuffle.partitions": str(threads * 2),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


_SPARK_TYPES: Final = {
    "string": "string",
    "int64": "bigint",
    "double": "double",
    "bool": "boolean",
}


def _spark_type(arrow: pa.DataType) -> str:
    """Return Spark's name of an Arrow type."""
    if pa.types.is_dictionary(arrow):
        return _spark_type(arrow.value_type)
    if pa.types.is_list(arrow):
        return f"array<{_spark_type(arrow.value_type)}>"
    if pa.types.is_timestamp(arrow):
        return "timestamp"
    return {"string": "string", "int64": "bigint", "double": "double", "bool": "boolean"}[
        str(arrow)
    ]


def _literal(path: Path) -> str:
    """Return a path in which DuckDB sees no wildcard."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _plain(table: pa.Table) -> pa.Table:
    """Return integers for DuckDB's 128-bit sums."""
    fields = [
        field.with_type(pa.int64()) if pa.types.is_decimal(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields)) if fields != list(table.schema) else table


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what DuckDB says of files, memory and disk into one of our sentences."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StorageError(
            "the question does not fit the memory limit and the spill folder",
            hint="give more memory (setting `engine.memory`) or free disk space",
        ) from error
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.BinderException) as error:
        raise _unreadable(str(error)) from error


def _unreadable(said: str) -> HubwatchError:
    first = said.splitlines()[0].rstrip(".") if said else "unknown"
    return LakeError(f"a table cannot be read: {first}", hint="check it: `hubwatch lake verify`")
