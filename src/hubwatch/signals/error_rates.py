"""How often a signal errs, as a script in `training/` measured it on labelled items."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import msgspec

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


def error_rates(name: str) -> ErrorRates | None:
    """Return the measured error rates of a signal; None when they were not measured.

    Args:
        name: of the signal.
    """
    place = files("hubwatch.signals").joinpath("measured", f"{name}.json")
    if not place.is_file():
        return None
    document = msgspec.json.decode(place.read_bytes())
    table = next((t for t in document["tables"] if t["title"] == TITLE), None)
    return None if table is None else _rates(table)


def _rates(table: dict[str, Any]) -> ErrorRates:
    row = dict(zip(table["columns"], table["rows"][0], strict=True))
    wanted = ("sensitivity", "specificity", "n_positive", "n_negative")
    numbers = {key: _number(row[key]) for key in wanted}
    return ErrorRates(**numbers, data=table["data"], date=table["date"])


def _number(cell: Any) -> float:
    """Return the number of a cell, with or without an interval."""
    return float(cell["value"] if isinstance(cell, dict) else cell)
