"""Which months are whole: over before the hub was observed, and not cut by a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report.numbers import listed, month_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hubwatch.report.run import Run, Snapshot

#: A month that opens or closes a sentence holds at least so many items,
FEWEST: Final = 100
#: and at least this part of the items of the biggest month.
LEAST_PART: Final = 0.01
#: What a date that is given in part begins with.
_FIRST_MOMENT: Final = "0000-01-01T00:00:00"


def _moment(date: str) -> str:
    """Return the first moment of a date that is given in part."""
    return date + _FIRST_MOMENT[len(date) :]


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _covers(snapshot: Snapshot, month: str) -> bool:
    """Return whether a snapshot could see the whole month; unknown times hide nothing."""
    begin, end = _moment(month), _moment(_next(month))
    since, until = snapshot.window.since, snapshot.window.until
    seen = snapshot.observed.begin or snapshot.started_at or ""
    over = not seen or end <= _moment(seen)
    return over and (not since or _moment(since) <= begin) and (not until or end <= _moment(until))


def is_complete(run: Run, month: str) -> bool:
    """Return whether a month was over when the hub was observed, and inside the window."""
    measured = [one for one in run.snapshots if one.counts()]
    return not measured or any(_covers(one, month) for one in measured)


def ends(run: Run, totals: Mapping[str, float]) -> tuple[str, str] | None:
    """Return the first and last month that a sentence about a trend may name.

    Such a month is complete and holds at least 100 items and 1 % of the items of the biggest month.

    Args:
        run: what was observed when.
        totals: month to items.
    """
    enough = max(FEWEST, LEAST_PART * max(totals.values(), default=0.0))
    good = [m for m in sorted(totals) if totals[m] >= enough and is_complete(run, m)]
    return (good[0], good[-1]) if good else None


def ends_or_all(run: Run, totals: Mapping[str, float]) -> tuple[str, str]:
    """Return `ends`, or the first and last of all months where no month is good enough."""
    return ends(run, totals) or (min(totals), max(totals))


def left_out(run: Run, months: Iterable[str]) -> str:
    """Return the sentence on the months that are not complete, empty when all are."""
    cut = sorted({month for month in months if not is_complete(run, month)})
    if not cut:
        return ""
    names = (
        listed([month_name(month) for month in cut])
        if len(cut) <= 3
        else f"{len(cut)} months, {month_name(cut[0])} to {month_name(cut[-1])}"
    )
    one = len(cut) == 1
    return (
        f" Incomplete: {names}, because {'it was' if one else 'they were'} not over when the hub "
        "was observed, or the collection's window cuts "
        f"{'it' if one else 'them'}; no sentence names {'it' if one else 'them'} as an end."
    )
