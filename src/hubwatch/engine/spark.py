"""Spark: a session of the cluster's or one inside this machine; imported only when asked for."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from hubwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubwatch.engine.tables import Source


class Spark:
    """Tables on a Spark session."""

    def __init__(self, spark: Any) -> None:
        self._spark = spark

    def read(self, source: Source) -> Any:
        """Return the lazy table of a source."""
        columns = ", ".join(f"`{field.name}` {_spark_type(field.type)}" for field in source.schema)
        if not source.paths:
            return self._spark.createDataFrame([], columns)
        return self._spark.read.schema(columns).parquet(*map(str, source.paths))

    def hold(self, rows: pa.Table) -> Any:
        """Return the lazy table of rows in memory."""
        return self._spark.createDataFrame(rows)

    def collect(self, native: Any) -> pa.Table:
        """Run a lazy table and return its rows, in no particular order."""
        return native.toArrow()


@contextmanager
def spark_session(
    *, memory: str, threads: int | None = None, spill: Path | None = None
) -> Iterator[Any]:
    """Yield the active Spark session, or one of our own that is stopped again.

    Args:
        memory: of the driver of a local session, for example `4GB`.
        threads: worker threads of a local session; default: the processors of this process.
        spill: folder for spilled data; default: the system's temporary folder.

    Raises:
        UsageError: Spark is not installed or cannot be started.
    """
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
    return _SPARK_TYPES[str(arrow)]
