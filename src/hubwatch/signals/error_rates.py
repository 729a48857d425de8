"""How often a signal errs, as a script in `training/` measured it on labelled items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.signals.measured import Interval, measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.signals.measured import Cell, MeasuredTable

#: Title of the table of `signals/measured/<name>.json` that holds the rates.
TITLE: Final = "Error rates"


class ErrorRates(msgspec.Struct, frozen=True, kw_only=True):
    """How often a signal says yes where it should, and no where it should.

    Args:
        sensitivity: share of the items that are so that it finds, 0..1.
        specificity: share of the items that are not so that it leaves, 0..1.
        n_positive, n_negative: labelled items of each kind; effective numbers where they are
            weighted.
        data: what was labelled.
        date: day of the measurement, ISO.
    """

    sensitivity: float
    specificity: float
    n_positive: float
    n_negative: float
    data: str = ""
    date: str = ""


def error_rates(name: str, *, flag: bool) -> ErrorRates | None:
    """Return the measured error rates of a signal; None when they were not measured.

    Args:
        name: of the signal.
        flag: whether the signal was shown the hub's own flag, which makes it err less.

    Raises:
        UsageError: there is no such signal.
    """
    found = measured(name)
    tables = found.tables if found else []
    table = next((one for one in tables if one.title == TITLE), None)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows] if table else []
    wanted = "shown" if flag else "hidden"
    row = next((one for one in rows if one.get("flag") == wanted), None)
    return None if table is None or row is None else _rates(table, row)


def _rates(table: MeasuredTable, row: Mapping[str, Cell]) -> ErrorRates:
    wanted = ("sensitivity", "specificity", "n_positive", "n_negative")
    numbers = {key: _number(row[key]) for key in wanted}
    return ErrorRates(**numbers, data=table.data, date=table.date)


def _number(cell: Cell) -> float:
    """Return the number of a cell, with or without an interval."""
    return float(cell.value if isinstance(cell, Interval) else cell or 0)
