"""What a measure answers: one tidy table, its files and their exact formatting.

Columns: the measure's keys, then `n, total, unknown, value, low, high`, then columns of its own.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hubwatch.measures.statistics import bounds, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

VALUES: Final = ("n", "total", "unknown", "value", "low", "high")
_COUNTS: Final = frozenset({"n", "total", "unknown"})
#: A row about fewer persons or creators than this is suppressed.
SMALL_CELL: Final = 10
ALL: Final = "all"

Cell = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Share:
    """One share before its interval is known.

    Args:
        keys: values of the key columns.
        n: numerator. total: denominator. unknown: left out of both.
    """

    keys: tuple[str, ...]
    n: int
    total: int
    unknown: int


def share_table(names: Sequence[str], shares: Iterable[Share]) -> pa.Table:
    """Return shares with Wilson intervals and with the bounds that their unknowns allow.

    Args:
        names: key columns.
        shares: one for each row.
    """
    rows = list(shares)
    n, total, unknown = (
        np.array([getattr(row, name) for row in rows], dtype=np.int64)
        for name in ("n", "total", "unknown")
    )
    value = n / np.where(total > 0, total, np.nan)
    low, high = wilson(n, total)
    least, most = bounds(n, total, unknown)
    columns = {
        **{name: [row.keys[i] for row in rows] for i, name in enumerate(names)},
        "n": n.tolist(),
        "total": total.tolist(),
        "unknown": unknown.tolist(),
        "value": value.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "bound_low": least.tolist(),
        "bound_high": most.tolist(),
    }
    return tidy(names, columns)


def row_table(
    names: Sequence[str], rows: Sequence[Mapping[str, Cell]], extra: Sequence[str] = ()
) -> pa.Table:
    """Return rows as a tidy table.

    Args:
        names: key columns.
        rows: column to value; a missing value is null.
        extra: columns after the value columns.
    """
    columns = (*names, *VALUES, *extra)
    return tidy(names, {name: [row.get(name) for row in rows] for name in columns})


def tidy(names: Sequence[str], columns: Mapping[str, Sequence[Cell]]) -> pa.Table:
    """Return a table sorted by its keys, with numbers of 12 significant digits, NaN as null."""
    order = sorted(
        range(len(columns["n"])), key=lambda i: tuple(columns[name][i] for name in names)
    )
    arrays = {
        name: pa.array([_rounded(values[i]) for i in order], type=_type(name, names, values))
        for name, values in columns.items()
    }
    return pa.table(arrays)


def _type(name: str, keys: Sequence[str], values: Sequence[Cell]) -> pa.DataType:
    if name in keys or any(isinstance(value, str) for value in values):
        return pa.string()
    if any(isinstance(value, bool) for value in values):
        return pa.bool_()
    if name in _COUNTS or any(isinstance(value, int) for value in values):
        return pa.int64()
    return pa.float64()


def _rounded(value: Cell) -> Cell:
    if not isinstance(value, float):
        return value
    return float(f"{value:.12g}") if math.isfinite(value) else None


def to_csv(table: pa.Table) -> str:
    """Return a tidy table as CSV: UTF-8, `\\n`, empty for null, shortest exact numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return out.getvalue()


def to_parquet(table: pa.Table) -> bytes:
    """Return a tidy table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
