"""Tables as portable expressions: one definition, the same rows on every engine."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import narwhals.stable.v2 as nw
import pyarrow as pa

from hubwatch.engine.duck import DuckDB, session
from hubwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

#: A lazy table, and the words that expressions over its columns are made of.
Table = nw.LazyFrame[Any]
Kept = TypeVar("Kept")
Expression = nw.Expr
col = nw.col
lit = nw.lit
when = nw.when
concat = nw.concat
any_of = nw.any_horizontal
sum_of = nw.sum_horizontal
count_rows = nw.len
INT: Final = nw.Int64
TEXT: Final = nw.String

ENGINES: Final = ("duckdb", "spark")


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

    def hold(self, rows: pa.Table) -> Any:
        """Return the engine's own lazy table of rows in memory."""


class Tables:
    """The tables of one lake on one engine: expressions by name, results as Arrow."""

    def __init__(self, backend: Backend, sources: Mapping[str, Source]) -> None:
        self._backend = backend
        self._sources = sources
        self._kept: dict[str, Any] = {}

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

    def files(self, name: str) -> tuple[Path, ...]:
        """Return the Parquet files of a table, for what no expression can say.

        Raises:
            KeyError: there is no table of that name.
        """
        return self._sources[name].paths

    def hold(self, rows: pa.Table) -> Table:
        """Return rows in memory as an expression, to be joined with tables of the lake."""
        lazy: Table = nw.from_native(self._backend.hold(rows))
        return lazy

    def collect(self, table: Table) -> pa.Table:
        """Run an expression.

        Returns:
            Its rows in no particular order; sums of integers are 64-bit integers.

        Raises:
            LakeError: a file of the lake cannot be read.
            StorageError: the result does not fit the memory limit and the spill folder.
        """
        return _plain(self._backend.collect(table.to_native()))

    def collect_once(self, name: str, table: Table) -> pa.Table:
        """Run an expression that several questions need, and keep its rows under a name.

        Args:
            name: unique to the expression, for example `concentration.images`.
            table: the same expression whenever the name is the same.
        """
        found: pa.Table = self.once(name, lambda: self.collect(table))
        return found

    def once(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Make what several questions need once, and keep it under a name.

        Args:
            name: unique to what is made.
            make: gives the same whenever the name is the same.
        """
        if name not in self._kept:
            self._kept[name] = make()
        kept: Kept = self._kept[name]
        return kept


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
        from hubwatch.engine.spark import Spark, spark_session

        with spark_session(memory=memory, threads=threads, spill=spill) as spark:
            yield Tables(Spark(spark), sources)
    else:
        with session(memory=memory, threads=threads, spill=spill) as duck:
            yield Tables(DuckDB(duck), sources)


def _plain(table: pa.Table) -> pa.Table:
    """Return integers for DuckDB's 128-bit sums."""
    fields = [
        field.with_type(pa.int64()) if pa.types.is_decimal(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields)) if fields != list(table.schema) else table
