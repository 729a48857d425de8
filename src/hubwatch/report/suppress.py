"""Small cells: where a statistic is about few persons or creators, its numbers are not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.statistics import wilson
from hubwatch.report.numbers import count
from hubwatch.report.results import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Cells under this many persons or creators are not published.
SMALLEST: Final = 10
SUPPRESSED: Final = f"<{SMALLEST}"
#: Mark of a cell that is not small itself: a small one could be worked out from it.
WITHHELD: Final = "withheld"
#: What captions say of both marks.
MARKS: Final = (
    f"Cells under {SMALLEST} models or creators are shown as {SUPPRESSED}; cells from which one "
    f"could be worked out are {WITHHELD}."
)
#: How far apart the values must lie that a hidden cell could have, for all that is published.
_LEEWAY: Final = 5


@dataclass(frozen=True, slots=True)
class Split:
    """Rows that may be shown, and rows that may not."""

    shown: tuple[Row, ...]
    hidden: tuple[Row, ...]

    def pooled(self, **keys: str) -> Row | None:
        """Return the hidden rows, without sums, as one; None where together they are small.

        Anybody can have it from the sum and the shown rows.

        Args:
            keys: key columns of the row.
        """
        rows = [row for row in self.hidden if row.keys.get("method") != "all"]
        n, total, unknown = (
            sum(getattr(row, name) or 0.0 for row in rows) for name in ("n", "total", "unknown")
        )
        if len(rows) < 2 or min(n, total) < SMALLEST:
            return None
        ends = wilson(np.array([n]), np.array([total]))
        low, high = (float(end[0]) for end in ends)
        return Row(keys, n=n, total=total, unknown=unknown, value=n / total, low=low, high=high)


def mark(row: Row) -> str:
    """Return what stands in place of a hidden row: that it is small, or that it is withheld."""
    if "is_small" in row.more:
        return SUPPRESSED if row.more["is_small"] else WITHHELD
    few = [x for x in (row.n, row.total, row.models, row.creators) if x is not None]
    return SUPPRESSED if min(few, default=0.0) < SMALLEST else WITHHELD


def mark_of(row: Row, things: str) -> str:
    """Return `mark` with what there are fewer than ten of: creators, or what the row counts.

    Args:
        row: a hidden row.
        things: what its `n` counts.
    """
    said = mark(row)
    if said != SUPPRESSED:
        return said
    counted = [x for x in (row.n, row.total) if x is not None]
    return f"{said} {things if min(counted, default=0.0) < SMALLEST else 'creators'}"


def is_small(row: Row) -> bool:
    """Return whether few persons, models or creators stand behind a row, or it does not say.

    Where `n` counts something else, as downloads, the row's `models` and `creators` decide too.
    """
    more = [count for count in (row.models, row.creators) if count is not None]
    behind = (row.n, row.total, *more)
    return row.suppressed or any(count is None or count < SMALLEST for count in behind)


def few(number: float | None) -> bool:
    """Return whether a count is of somebody, but of few."""
    return number is not None and 0 < number < SMALLEST


def count_or_few(number: float | None) -> str:
    """Return a count for people; `<10` where it is of few."""
    return SUPPRESSED if few(number) else count(number)


def _no_sum(_: Row) -> bool:
    return False


def split_small(rows: Sequence[Row], *, is_sum: Callable[[Row], bool] = _no_sum) -> Split:
    """Set small cells aside, and as many more that what is hidden cannot be had by subtraction.

    Beside a published sum at least two cells are hidden that are not empty, the sum over them,
    which anybody can work out, is at least 10, and it leaves each some room; the smallest shown
    cells go first, in the end the published sum. Empty cells hide nobody and take none with them.

    Args:
        rows: cells of one family.
        is_sum: whether a row is the sum of the others.
    """
    hidden = [row for row in rows if is_small(row)]
    sums = [row for row in rows if is_sum(row) and not is_small(row)]
    parts = [row for row in rows if not is_small(row) and not is_sum(row)]
    parts.sort(key=lambda row: (_behind(row), sorted(row.keys.items())))
    while sums and _derivable([row for row in hidden if not is_sum(row)]):
        if parts:
            hidden.append(parts.pop(0))
        else:
            hidden, sums = hidden + sums, []
    gone = {id(row) for row in hidden}
    return Split(
        tuple(r for r in rows if id(r) not in gone), tuple(r for r in rows if id(r) in gone)
    )


def _behind(row: Row) -> float:
    """Return how many persons, models or creators stand behind a row, 0 when it does not say."""
    return min((x for x in (row.n, row.models, row.creators) if x is not None), default=0.0)


def _derivable(hidden: Sequence[Row]) -> bool:
    """Return whether the rest of a published sum would say something of few."""
    sizes = [_behind(row) for row in hidden if row.n is None or _behind(row) > 0]
    small = sum(size < SMALLEST for size in sizes)
    if not small:
        return False
    rest, large = sum(sizes), len(sizes) - small
    least = 0.0 if large else max(0.0, rest - (SMALLEST - 1) * (small - 1))
    most = min(SMALLEST - 1.0, rest - SMALLEST * large)
    return len(sizes) < 2 or rest < SMALLEST or most - least < _LEEWAY
