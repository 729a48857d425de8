"""Parts of a whole over time that may be shown: where few are behind one, it joins the remainder.

On a small hub the months of a quarter, half-year or year stand together, so that most parts are
not of few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import REST, Table
from hubwatch.report.numbers import count, month_name, percent
from hubwatch.report.results import Row
from hubwatch.report.suppress import SUPPRESSED, count_or_few, split_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Months that stand together, the first length that is long enough.
_LENGTHS: Final = (1, 3, 6, 12)
_LENGTH_NAMES: Final = {3: "quarter", 6: "half-year", 12: "year"}
#: At least this part of everything must be in parts that are shown.
_ENOUGH: Final = 0.9


@dataclass(frozen=True, slots=True)
class Period:
    """Some months that stand together, and what may be shown of them.

    Args:
        first, last: months `YYYY-MM` that hold something.
        shares: name to share; what has no name or is of few is the remainder.
        total: denominator.
        unknown: left out.
    """

    first: str
    last: str
    shares: Mapping[str, float]
    total: float
    unknown: float

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


def periods_of(rows: Sequence[Row], key: str, names: Mapping[str, str]) -> Periods:
    """Return parts over time, in the shortest periods in which most may be shown.

    Args:
        rows: all parts of single months.
        key: key column of the part.
        names: part to the name it has on the page.
    """
    found = Periods(_LENGTHS[-1], ())
    for length in _LENGTHS:
        found = Periods(length, _pooled(rows, length, key, names))
        everything = sum(row.n or 0.0 for row in rows if row[key] in names)
        shown = sum(
            part.total * sum(s for name, s in part.shares.items() if name != REST)
            for part in found.parts
        )
        if everything <= 0 or shown >= _ENOUGH * everything:
            break
    return found


def _pooled(
    rows: Sequence[Row], length: int, key: str, names: Mapping[str, str]
) -> tuple[Period, ...]:
    """Return the periods of one length in which something may be shown."""
    groups: dict[int, list[Row]] = {}
    for row in rows:
        month = int(row["month"][:4]) * 12 + int(row["month"][5:7]) - 1
        groups.setdefault(month // length, []).append(row)
    periods = (_period(groups[at], key, names) for at in sorted(groups))
    return tuple(period for period in periods if period.shares)


def _period(rows: Sequence[Row], key: str, names: Mapping[str, str]) -> Period:
    whole = {row["month"]: (row.total or 0.0, row.unknown or 0.0) for row in rows}
    total, unknown = (sum(pair[i] for pair in whole.values()) for i in (0, 1))
    shown = {
        names[row[key]]: (row.n or 0.0) / total
        for row in shown_parts(_summed(rows, key, total), total)
        if row[key] in names
    }
    rest = 1.0 - sum(shown.values())
    held = [month for month, pair in whole.items() if pair[0]]
    return Period(
        min(held, default=""),
        max(held, default=""),
        shown | ({REST: rest} if shown and rest > 1e-9 else {}),
        total,
        unknown,
    )


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
        told = [(n, s, f"{part.name}, {n}: {percent(s)}") for n, s in part.shares.items()]
        end = charts.month_end(part.last)
        records += [{**bar, "end": end} for bar in charts.stack(part.first, told, colours)]
    months = [periods.parts[0].first, periods.parts[-1].last]
    y = charts.share_axis("from", top=1.0)
    return charts.finish(alt.layer(charts.stacked_months(records, colours, months, y)))


def period_table(periods: Periods, order: Sequence[str]) -> Table:
    """Return the shares as a table with each period's n and unknown."""
    rows = tuple(
        (
            part.name,
            *(percent(part.shares[name]) if name in part.shares else SUPPRESSED for name in order),
            count(part.total),
            count_or_few(part.unknown),
        )
        for part in periods.parts
    )
    return Table(("When", *order, "n", "Unknown"), rows)
