"""Parts of a whole over time that may be shown: where few are behind one, it joins the remainder.

On a small hub the months of a quarter, half-year or year stand together, so that most parts are
not of few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import altair as alt
import numpy as np

from hubwatch.measures.statistics import wilson
from hubwatch.report import charts
from hubwatch.report.figure import REST, Table
from hubwatch.report.numbers import count, month_name, percent, percent_interval
from hubwatch.report.results import Row
from hubwatch.report.suppress import count_or_few, mark_of, split_small

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

#: Months that stand together, the first length that is long enough.
_LENGTHS: Final = (1, 3, 6, 12)
_LENGTH_NAMES: Final = {3: "quarter", 6: "half-year", 12: "year"}
#: At least this part of everything must be in parts that are shown.
_ENOUGH: Final = 0.9
#: What stands where there is nothing to show.
NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class Period:
    """Some months that stand together, and what may be shown of them.

    Args:
        first, last: months `YYYY-MM` that hold something.
        shares: name to share; what has no name or is of few is the remainder.
        ends: name to the 95 % interval of its share.
        marks: name to what stands in place of a share that is not shown.
        total: denominator.
        unknown: left out.
    """

    first: str
    last: str
    shares: Mapping[str, float]
    ends: Mapping[str, tuple[float, float]]
    marks: Mapping[str, str]
    total: float
    unknown: float

    def share(self, name: str) -> str:
        """Return a share with its interval below it, or what stands in its place."""
        if name not in self.shares:
            return self.marks.get(name, NONE)
        low, high = self.ends[name]
        row = Row({}, value=self.shares[name], low=low, high=high)
        return f"{percent(row.value, low, high)}\n{percent_interval(row)}"

    @property
    def name(self) -> str:
        """The period in words."""
        if self.first == self.last:
            return month_name(self.first)
        same = self.first[:4] == self.last[:4]
        first = month_name(self.first)[: -5 if same else None]
        return f"{first} – {month_name(self.last)}"


@dataclass(frozen=True, slots=True)
class Periods:
    """A whole time in periods of one length, in months."""

    length: int
    parts: tuple[Period, ...]

    def note(self) -> str:
        """Return the sentence on the length of a period, empty for single months."""
        name = _LENGTH_NAMES.get(self.length)
        return f" The months of a {name} stand together, as single months hold few." if name else ""

    def order(self, names: Sequence[str]) -> list[str]:
        """Return the names that occur, the remainder last."""
        seen = {name for part in self.parts for name in part.shares}
        return [name for name in (*names, REST) if name in seen]


def periods_of(
    rows: Sequence[Row], key: str, names: Mapping[str, str], things: str = "items"
) -> Periods:
    """Return parts over time, in the shortest periods in which most may be shown.

    Args:
        rows: all parts of single months.
        key: key column of the part.
        names: part to the name it has on the page.
        things: what is counted.
    """
    found = Periods(_LENGTHS[-1], ())
    for length in _LENGTHS:
        found = Periods(length, _pooled(rows, length, key, names, things))
        everything = sum(row.n or 0.0 for row in rows if row[key] in names)
        shown = sum(
            part.total * sum(s for name, s in part.shares.items() if name != REST)
            for part in found.parts
        )
        if everything <= 0 or shown >= _ENOUGH * everything:
            break
    return found


def _pooled(
    rows: Sequence[Row], length: int, key: str, names: Mapping[str, str], things: str
) -> tuple[Period, ...]:
    """Return the periods of one length in which something may be shown."""
    groups: dict[int, list[Row]] = {}
    for row in rows:
        month = int(row["month"][:4]) * 12 + int(row["month"][5:7]) - 1
        groups.setdefault(month // length, []).append(row)
    parts = [_parts(groups[at], key) for at in sorted(groups)]
    kept = _apart(parts, key)
    periods = (
        _period(groups[at], some, shown, key, names, things)
        for at, some, shown in zip(sorted(groups), parts, kept, strict=True)
    )
    return tuple(period for period in periods if period.shares)


def _parts(rows: Sequence[Row], key: str) -> list[Row]:
    """Return the sum of each part over the months of a period."""
    total = sum({row["month"]: row.total or 0.0 for row in rows}.values())
    return _summed(rows, key, total)


def _apart(parts: Sequence[Sequence[Row]], key: str) -> list[set[str]]:
    """Return of each period the parts that may be shown beside those of the other periods.

    A part that is hidden in one period alone could be had from its sum over all periods, so its
    smallest shown cell is hidden as well.
    """
    kept = [
        {row[key] for row in shown_parts(some, some[0].total if some else None)} for some in parts
    ]
    cells: dict[str, list[tuple[float, int]]] = {}
    for place, some in enumerate(parts):
        for row in some:
            if row.n:
                cells.setdefault(row[key], []).append((row.n, place))
    for name, found in cells.items():
        shown = sorted((n, place) for n, place in found if name in kept[place])
        if shown and len(found) - len(shown) == 1:
            kept[shown[0][1]].discard(name)
    return kept


def _period(
    rows: Sequence[Row],
    parts: Sequence[Row],
    kept: Collection[str],
    key: str,
    names: Mapping[str, str],
    things: str,
) -> Period:
    whole = {row["month"]: (row.total or 0.0, row.unknown or 0.0) for row in rows}
    total, unknown = (sum(pair[i] for pair in whole.values()) for i in (0, 1))
    named = {names[row[key]]: row for row in parts if row[key] in names}
    shown = {name: row for name, row in named.items() if row[key] in kept}
    shares = {name: (row.n or 0.0) / total for name, row in shown.items()}
    rest = 1.0 - sum(shares.values())
    if shares and rest > 1e-9:
        shares[REST] = rest
        shown[REST] = Row({}, n=round(rest * total), total=total)
    held = [month for month, pair in whole.items() if pair[0]]
    return Period(
        min(held, default=""),
        max(held, default=""),
        shares,
        {name: _ends(row) for name, row in shown.items()},
        {
            name: mark_of(row, things) if row.n else percent(0.0)
            for name, row in named.items()
            if name not in shown
        },
        total,
        unknown,
    )


def _ends(row: Row) -> tuple[float, float]:
    """Return the interval of a single month, else Wilson's."""
    low, high = row.interval
    if low is not None and high is not None:
        return low, high
    ends = wilson(np.array([row.n]), np.array([row.total]))
    return float(ends[0][0]), float(ends[1][0])


def _summed(rows: Sequence[Row], key: str, total: float) -> list[Row]:
    """Return the sum of each part; creators of a month are the least that there are of a period."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(row[key], []).append(row)
    return [
        Row(
            {key: name},
            n=sum(row.n or 0.0 for row in some),
            total=total,
            creators=max((c for row in some if (c := row.creators) is not None), default=None),
            low=some[0].interval[0] if len(some) == 1 else None,
            high=some[0].interval[1] if len(some) == 1 else None,
        )
        for name, some in parts.items()
    ]


def shown_parts(rows: Sequence[Row], whole: float | None) -> tuple[Row, ...]:
    """Return the parts that may be shown beside their sum.

    Args:
        rows: all parts of one whole; `n` is what is behind each.
        whole: their sum, which the page tells.
    """
    if not whole or whole <= 0:
        return ()
    everything = Row({}, n=whole, total=whole)
    split = split_small([*rows, everything], is_sum=lambda row: row is everything)
    return tuple(row for row in split.shown if row is not everything)


def period_bars(periods: Periods, colours: Mapping[str, str]) -> dict[str, object]:
    """Return bars that fill the height, one a period.

    Args:
        periods: at least one.
        colours: name to colour, from the bottom.
    """
    records = []
    for part in periods.parts:
        told = [(n, s, _tooltip(part, n)) for n, s in part.shares.items()]
        end = charts.month_end(part.last)
        records += [{**bar, "end": end} for bar in charts.stack(part.first, told, colours)]
    months = [periods.parts[0].first, periods.parts[-1].last]
    y = charts.share_axis("from", top=1.0)
    return charts.finish(alt.layer(charts.stacked_months(records, colours, months, y)))


def _tooltip(part: Period, name: str) -> str:
    value, ends = part.share(name).split("\n")
    return f"{part.name}, {name}: {value} ({ends}), n = {count(part.total)}"


def period_table(
    periods: Periods, order: Sequence[str], heads: Mapping[str, str] | None = None
) -> Table:
    """Return the shares as a table with each period's n and unknown.

    Args:
        periods: what is shown.
        order: names, one a column.
        heads: name to a shorter one for the head of its column.
    """
    rows = tuple(
        (
            part.name,
            *(part.share(name) for name in order),
            count(part.total),
            count_or_few(part.unknown),
        )
        for part in periods.parts
    )
    return Table(("When", *((heads or {}).get(name, name) for name in order), "n", "Unknown"), rows)
