"""What a declared table and its columns are, and how they look in Arrow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Type = Literal["text", "word", "texts", "int", "real", "bool", "time", "hash"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        name: as in the Parquet file.
        type: `text`; `word` (text that repeats, stored dictionary-encoded); `texts` (list of text);
            `int` and `real` (64 bit); `bool`; `time` (microseconds, UTC); `hash` (signed 64 bit).
        about: what it holds, its unit and range.
    """

    name: str
    type: Type
    about: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Args:
        name: folder below `tables/`.
        about: one line: what a row is.
        key: columns that identify a row.
        columns: all columns in file order.
        partition: `month` when files are split by `month`, else empty.
        filled_by: the command that fills it.
    """

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partition: Literal["", "month"] = ""
    filled_by: str = "collect, import"

    def names(self) -> tuple[str, ...]:
        """Return the column names in file order."""
        return tuple(column.name for column in self.columns)


@cache
def arrow_type(kind: Type) -> pa.DataType:
    """Return the Arrow type of one kind of column."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "word": pa.dictionary(pa.int32(), pa.string()),
        "texts": pa.list_(pa.string()),
        "int": pa.int64(),
        "real": pa.float64(),
        "bool": pa.bool_(),
        "time": pa.timestamp("us", tz="UTC"),
        "hash": pa.int64(),
    }
    return types[kind]
