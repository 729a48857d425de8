"""Figures of whose models travel how far: by kind of person, and by how well known they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Table
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.published import comparators
from hubwatch.report.suppress import MARKS, SMALLEST, is_small, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.report.results import Results, Row

_UNKNOWN: Final = "unknown"
_COLOUR: Final = "var(--c2)"
_GROUP: Final = "models"


def who(results: Results) -> Figure | None:
    """Return shares of downloads by kind of person depicted."""
    return _figure(
        results, "who_kind", "who", "Kinds of people that models depict, by downloads",
        "kind of person", "Kind",
        "The kind is known where a page or the gazetteer says it, and the better known a person "
        "the likelier; “private” means that a page says so, or that no public trace is known.",
    )  # fmt: skip


def prominence(results: Results) -> Figure | None:
    """Return shares of downloads by how well known the depicted are."""
    return _figure(
        results, "prominence", "prominence", "How well known the people are, by downloads",
        "degree of prominence", "Prominence",
        "Degrees come from the gazetteer: how many language editions of an encyclopedia know a "
        "person. No trace is not the same as private; nobody is looked up.",
    )  # fmt: skip


def _figure(
    results: Results, dimension: str, anchor: str, title: str, what: str, head: str, said: str
) -> Figure | None:
    measure = results.get("real_person_reach_by")
    rows = measure.where(dimension=dimension) if measure else ()
    shown = [r for r in rows if r["group"] != _UNKNOWN and not is_small(r) and r.value is not None]
    if not shown:
        return None
    shown.sort(key=lambda row: (-(row.value or 0.0), row["group"]))
    top = shown[0]
    known = sum(row.models or 0.0 for row in shown)
    unknown = next((row.models for row in rows if row["group"] == _UNKNOWN), 0.0)
    return Figure(
        id=anchor,
        title=title,
        reading=f"Most downloads are of models of group “{top['group']}”: {percent(top.value)} "
        f"({percent_interval(top)}) of the downloads of models whose {what} is known, "
        f"{count(top.models)} models.",
        alt="Dots with 95 % intervals, highest first: share of downloads of real-person models. "
        + "; ".join(f"{r['group']} {percent(r.value)}" for r in shown)
        + ".",
        caption=f"n = {count(top.total)} downloads of models whose {what} is known; "
        f"groups that are shown: {_models(known)}; "
        f"{_models(unknown)} with {count(top.unknown)} downloads are unknown and left out. "
        f"{said} Bars: 95 % intervals with creators as "
        "independent draws; a few models hold most downloads, so they are wide." + _hidden(rows),
        spec=charts.dot_rows(
            [_record(row) for row in shown],
            [row["group"] for row in shown],
            {_GROUP: (_COLOUR, "diamond")},
            _axis(),
        ),
        table=_table(rows, head),
        beside=comparators("real_person_reach_by"),
        files=("real_person_reach_by",),
    )


def _models(number: float | None) -> str:
    return f"fewer than {SMALLEST} models" if number is None else f"{count(number)} models"


def _axis() -> Any:
    axis = alt.Axis(format="%", tickCount=5, domain=False, ticks=False, title="share of downloads")
    return alt.X("value:Q", scale=alt.Scale(zero=True, nice=True), axis=axis)


def _record(row: Row) -> dict[str, Any]:
    return {
        "row": row["group"], "group": _GROUP, "value": row.value, "low": row.low,
        "high": row.high,
        "label": f"{row['group']}: {percent(row.value)} ({percent_interval(row)}) of downloads, "
        f"{count(row.models)} models",
    }  # fmt: skip


def _hidden(rows: Sequence[Row]) -> str:
    some = any(row["group"] != _UNKNOWN and is_small(row) for row in rows)
    if not some:
        return ""
    return f" {MARKS}"


def _table(rows: Sequence[Row], head: str) -> Table:
    order = sorted(rows, key=lambda r: (r["group"] == _UNKNOWN, -(r.value or 0.0), r["group"]))
    return Table(
        (head, "Share of downloads", "95 % interval", "Models", "Creators", "Median downloads",
         "95 % interval"),
        tuple(_cells(row) for row in order),
    )  # fmt: skip


def _cells(row: Row) -> tuple[str, ...]:
    unknown = row["group"] == _UNKNOWN
    if row.suppressed or (not unknown and is_small(row)):
        return (row["group"], mark(row), *("–",) * 5)
    shares = ("–", "–") if unknown else (percent(row.value, row.low, row.high),
                                         percent_interval(row))  # fmt: skip
    low, high = row.more.get("median_low"), row.more.get("median_high")
    middle = (count(row.more.get("median")), f"{count(low)}–{count(high)}")
    return (row["group"], *shares, count(row.models), count(row.creators), *middle)
