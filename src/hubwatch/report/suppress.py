"""Small cells: where a statistic is about few persons or creators, its numbers are not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubwatch.report.results import Row

#: Cells under this many persons or creators are not published.
SMALLEST: Final = 10
SUPPRESSED: Final = f"<{SMALLEST}"


@dataclass(frozen=True, slots=True)
class Split:
    """Rows that may be shown, and rows that may not."""

    shown: tuple[Row, ...]
    hidden: tuple[Row, ...]


def is_small(row: Row) -> bool:
    """Return whether few persons, models or creators stand behind a row, or it does not say.

    Where `n` counts something else, as downloads, the row's `models` and `creators` decide too.
    """
    more = [count for count in (row.models, row.creators) if count is not None]
    behind = (row.n, row.total, *more)
    return row.suppressed or any(count is None or count < SMALLEST for count in behind)


def _no_sum(_: Row) -> bool:
    return False


def split_small(rows: Sequence[Row], *, is_sum: Callable[[Row], bool] = _no_sum) -> Split:
    """Set small cells aside, and as many more that what is hidden cannot be had by subtraction.

    Beside a published sum at least two cells are hidden, and the sum over them, which anybody can
    work out, is at least 10; the smallest shown cells go first, in the end the published sum.

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
    return bool(hidden) and (len(hidden) < 2 or sum(map(_behind, hidden)) < SMALLEST)
