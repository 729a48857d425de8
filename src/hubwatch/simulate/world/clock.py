"""Times of the simulated hub: microseconds since 1970 in UTC."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.errors import UsageError
from hubwatch.simulate.world.calibration import MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY: Final = 86_400_000_000


def _month_starts() -> NDArray[np.int64]:
    months = np.array([*MONTHS, "2025-01"], dtype="datetime64[M]")
    return months.astype("datetime64[us]").astype(np.int64)


#: Start of each month of `MONTHS`, and the end of the last one.
MONTH_START: Final = _month_starts()
END: Final = int(MONTH_START[-1])
NEVER: Final = np.iinfo(np.int64).max


def day_end(date: str | None) -> int:
    """Return the last microsecond of a day, or of the last simulated day.

    Raises:
        UsageError: not a date of the form YYYY-MM-DD.
    """
    if date is None:
        return END - 1
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        raise UsageError(f"`{date}` is not a date", hint="write it as YYYY-MM-DD")
    try:
        start = int(np.datetime64(date, "us").astype(np.int64))
    except ValueError as error:
        raise UsageError(f"`{date}` is not a date", hint="write it as YYYY-MM-DD") from error
    return start + DAY - 1


def iso(times: NDArray[np.int64]) -> list[str]:
    """Return times as the hub writes them, `2023-01-31T12:00:00.000Z`."""
    texts = np.datetime_as_string(times.astype("datetime64[us]"), unit="ms")
    return [f"{text}Z" for text in texts.tolist()]


def month_of(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index into `MONTHS` of each time."""
    found = np.searchsorted(MONTH_START, times, side="right") - 1
    return np.clip(found, 0, len(MONTHS) - 1)
