"""How well a signal does: tables measured by the scripts in `training/`, with data and date."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import msgspec

from hubwatch.errors import UsageError
from hubwatch.signals.registry import NAMES


class Interval(msgspec.Struct, frozen=True):
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


Cell = str | int | float | Interval | None


class MeasuredTable(msgspec.Struct, frozen=True):
    """One table.

    Args:
        title: what is measured.
        data: on which data, and that it was not used for tuning.
        date: when, YYYY-MM-DD.
        unit: what a row's denominator counts.
        note: what to keep in mind.
        columns: their names.
        rows: cells: text, numbers, or numbers with their interval.
    """

    title: str
    data: str
    date: str
    columns: list[str]
    rows: list[list[Cell]]
    unit: str = ""
    note: str = ""


class Measured(msgspec.Struct, frozen=True):
    """All tables of one signal, and the version that they are about."""

    signal: str
    version: str
    tables: list[MeasuredTable] = []


def measured(name: str) -> Measured | None:
    """Return what was measured of a signal, `None` when nothing was.

    Args:
        name: of the signal.

    Raises:
        UsageError: there is no such signal.
    """
    if name not in NAMES:
        raise UsageError(f"no signal is named `{name}`", hint="see `hubwatch signals list`")
    file = files("hubwatch.signals") / "measured" / f"{name}.json"
    if not file.is_file():
        return None
    return msgspec.json.decode(file.read_bytes(), type=Measured)


def cell_text(cell: Cell) -> str:
    """Write one cell: numbers in three digits after the point, an interval behind its number."""
    if isinstance(cell, Interval):
        return f"{cell.value:.3f} [{cell.low:.3f}, {cell.high:.3f}]"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else cell or ""


def plain(found: Measured | None) -> dict[str, Any] | None:
    """Return measured tables in plain values."""
    return None if found is None else dict(msgspec.to_builtins(found))
