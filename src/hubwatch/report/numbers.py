"""How numbers, intervals and months are written for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hubwatch.report.results import Row

_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
NOT_KNOWN: Final = "not known"
#: Keeps a number and its percent sign on one line.
_SIGN: Final = "\N{NO-BREAK SPACE}%"

#: Intervals narrower than this many percentage points are written with more decimals.
_NARROW: Final = 0.2


def count(number: float | None) -> str:
    """Return a count with thousands separators; `not known` for a missing one."""
    return NOT_KNOWN if number is None else f"{number:,.0f}"


def _places(value: float, low: float | None, high: float | None) -> int:
    """Return as many decimals as the interval needs to show its width, 1 to 3."""
    width = abs(high - low) * 100 if low is not None and high is not None else 1.0
    if width < _NARROW / 10:
        return 3
    return 2 if width < _NARROW or 0 < value < 0.01 else 1


def _rate(value: float, places: int) -> str:
    return "0" if value == 0 else f"{value * 100:.{places}f}"


def percent(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """Return a share in 0..1 as a percentage, with decimals that fit its interval."""
    return NOT_KNOWN if value is None else _rate(value, _places(value, low, high)) + _SIGN


def percent_interval(row: Row) -> str:
    """Return the 95 % interval of a share as `40.9–41.2 %`."""
    low, high = row.interval
    if low is None or high is None:
        return NOT_KNOWN
    places = _places(row.value or 0.0, low, high)
    return f"{_rate(low, places)}–{_rate(high, places)}{_SIGN}"


def decimal(value: float | None) -> str:
    """Return a coefficient such as Gini's with three decimals."""
    return NOT_KNOWN if value is None else f"{value:.3f}"


def month_name(month: str) -> str:
    """Return `2024-02` as `Feb 2024`."""
    return f"{_MONTHS[int(month[5:7]) - 1]} {month[:4]}"


def day_name(day: str) -> str:
    """Return the date of an ISO day or time as `6 Feb 2024`; anything else unchanged."""
    try:
        return f"{int(day[8:10])} {month_name(day)}"
    except (ValueError, IndexError):
        return day


def listed(words: list[str]) -> str:
    """Return words joined as in a sentence."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
