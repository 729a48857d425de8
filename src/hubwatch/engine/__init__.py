"""Where tables are computed: the only door to DuckDB, Spark and the expression library.

A table is a lazy expression (narwhals, stable API v2) that runs inside the process on DuckDB, or on
Spark; the same definition gives the same rows. DuckDB works under a memory limit, with a spill
folder, without extension downloads and without network access.
Why narwhals: `docs/decisions/0001-portable-expressions.md`.
"""

from hubwatch.engine.duck import Session, session
from hubwatch.engine.tables import (
    ENGINES,
    INT,
    TEXT,
    Expression,
    Source,
    Table,
    Tables,
    any_of,
    col,
    concat,
    count_rows,
    lit,
    open_tables,
    sum_of,
    when,
)

__all__ = [
    "ENGINES",
    "INT",
    "TEXT",
    "Expression",
    "Session",
    "Source",
    "Table",
    "Tables",
    "any_of",
    "col",
    "concat",
    "count_rows",
    "lit",
    "open_tables",
    "session",
    "sum_of",
    "when",
]
