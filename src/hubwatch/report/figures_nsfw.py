"""The figure of NSFW shares: every definition side by side, with intervals and their spread."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.figures_mix import month_totals
from hubwatch.report.months import ends_or_all, left_out
from hubwatch.report.numbers import count, month_name, percent, percent_interval
from hubwatch.report.observed import said_of_images
from hubwatch.report.published import Comparator, changes, comparators

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row
    from hubwatch.report.run import Run

#: Definitions in the order of the page: name to plain words.
DEFINITIONS: Final = {
    "wide": "PG-13 and up, blocked included: the hub's public yes-or-no",
    "platform": "R and up, blocked included: the hub's own mask",
    "explicit": "X and XXX only",
    "tag": "a NSFW tag, whatever the level",
}
_COLOURS: Final = {
    "wide": "var(--c1)",
    "platform": "var(--c2)",
    "explicit": "var(--c5)",
    "tag": "var(--c3)",
}
_DASHES: Final = {"wide": [1, 0], "platform": [7, 3], "explicit": [2, 3], "tag": [9, 3, 2, 3]}
_POINT: Final = "published: Civiverse (wide)"


def nsfw(results: Results) -> Figure | None:
    """Return the NSFW share of images by month under all definitions, `None` when not measured."""
    measure = results.get("nsfw_share")
    if measure is None:
        return None
    series = {d: _rows(measure, d) for d in DEFINITIONS}
    series = {d: rows for d, rows in series.items() if rows}
    if not series:
        return None
    months = sorted({row["month"] for rows in series.values() for row in rows})
    marks = changes(results.run.platforms(), "levels", months[0], months[-1])
    points, studies = _published(months)
    return Figure(
        id="nsfw",
        title="NSFW share of images, under every definition",
        reading=_reading(results.run, series),
        alt=_alt(series, months),
        caption=_caption(series, measure, bool(marks))
        + said_of_images(results.run)
        + left_out(results.run, months),
        spec=_spec(series, months, points, charts.change_rules(marks)),
        legend=_legend(series, bool(points)),
        changes=marks,
        table=_table(series, months),
        beside=studies,
        files=("nsfw_share",),
    )


def _rows(measure: Measure, definition: str) -> tuple[Row, ...]:
    """Return the months of one definition that have a value."""
    rows = measure.monthly(unit="image", definition=definition)
    return tuple(row for row in rows if row.value is not None)


def _published(months: Sequence[str]) -> tuple[list[charts.Record], tuple[Comparator, ...]]:
    """Return published monthly shares inside the window, and the studies on the trend."""
    studies = comparators("nsfw_trend")
    points: list[charts.Record] = [
        {
            "at": charts.month_middle(month),
            "value": value,
            "label": f"{month_name(month)}, {study.study}: {percent(value)} (wide)",
        }
        for study in studies
        for month, value in study.series.items()
        if months[0] <= month <= months[-1]
    ]
    return points, studies


def _reading(run: Run, series: Mapping[str, Sequence[Row]]) -> str:
    parts: list[str] = []
    for name, rows in series.items():
        first, last = ends_or_all(run, month_totals(rows))
        at = {row["month"]: row for row in rows}
        parts.append(
            f"{name} {percent(at[first].value)} → {percent(at[last].value)}"
            if parts
            else f"From {month_name(first)} to {month_name(last)}: {name} "
            f"{percent(at[first].value)} → {percent(at[last].value)}"
        )
    return "; ".join(parts) + "."


def _alt(series: Mapping[str, Sequence[Row]], months: Sequence[str]) -> str:
    lines = []
    for name, rows in series.items():
        values = [row.value for row in rows if row.value is not None]
        lines.append(f"{name} between {percent(min(values))} and {percent(max(values))}")
    return (
        f"Lines, one for each definition of NSFW, from {month_name(months[0])} to "
        f"{month_name(months[-1])}, with 95 % intervals as bands and a grey band between the "
        f"lowest and the highest definition. {'; '.join(lines)}."
    )


def _caption(series: Mapping[str, Sequence[Row]], measure: Measure, marked: bool) -> str:
    rows = next(iter(series.values()))
    total = sum(row.total or 0.0 for row in rows)
    unknown = sum(row.unknown or 0.0 for row in rows)
    whole = measure.one(unit="image", month="all", definition=next(iter(series)))
    bounds = ""
    if whole and whole.unknown and whole.bound_low is not None and whole.bound_high is not None:
        bounds = (
            f" Were all unrated images safe, or all NSFW, the {whole['definition']} share of the "
            f"whole would be {percent(whole.bound_low)} or {percent(whole.bound_high)}."
        )
    return (
        f"n = {count(total)} images with a known level; {count(unknown)} without one are left out."
        f"{bounds}{_by_tag(series)} Coloured bands: Wilson's 95 % intervals, each image as an "
        f"independent draw.{_wider(whole)} Grey: the spread over definitions."
        + (" Numbered rules mark dated changes of the platform, listed below." if marked else "")
    )


def _by_tag(series: Mapping[str, Sequence[Row]]) -> str:
    """Return the other denominator, that of the definition by tag."""
    rows = series.get("tag", ())
    if not rows or len(series) == 1:
        return ""
    return (
        f" By tag: n = {count(sum(row.total or 0.0 for row in rows))} images of models whose tags "
        f"are known; {count(sum(row.unknown or 0.0 for row in rows))} others are left out."
    )


def _wider(whole: Row | None) -> str:
    """Return how much wider the interval of the whole is with creators as draws."""
    if whole is None or whole.creators_low is None or whole.low is None or whole.high is None:
        return ""
    plain = f"{percent(whole.low)} to {percent(whole.high)}"
    return (
        " Images of one creator are alike, so the bands are too narrow: for the whole window and "
        f"{whole['definition']} they would give {plain}, creators as draws "
        f"{percent_interval(whole)}."
    )


def _legend(series: Mapping[str, Sequence[Row]], points: bool) -> tuple[Swatch, ...]:
    lines = [Swatch(f"{d}: {DEFINITIONS[d]}", _COLOURS[d], "line", _dash(d)) for d in series]
    spread = [Swatch("spread over definitions", "var(--band)", "band")]
    return (*lines, *spread, *([Swatch(_POINT, charts.INK, "hollow")] if points else []))


def _dash(name: str) -> str:
    return " ".join(str(part) for part in _DASHES[name])


def _spread(series: Mapping[str, Sequence[Row]]) -> list[dict[str, Any]]:
    by_month: dict[str, list[float]] = defaultdict(list)
    for rows in series.values():
        for row in rows:
            if row.value is not None:
                by_month[row["month"]].append(row.value)
    return [
        {"at": charts.month_middle(m), "low": min(v), "high": max(v)}
        for m, v in sorted(by_month.items())
    ]


def _spec(
    series: Mapping[str, Sequence[Row]],
    months: Sequence[str],
    points: Sequence[charts.Record],
    rules: Sequence[Any],
) -> dict[str, Any]:
    records = [_record(name, row) for name, rows in series.items() for row in rows]
    colours = {name: _COLOURS[name] for name in series}
    x, y = charts.month_axis("at", months), charts.share_axis("value", top=1.0)
    base = alt.Chart(charts.data(records)).encode(
        x=alt.X("at:T"), color=charts.colour_of("definition", colours)
    )
    ends_of = {"y": alt.Y("low:Q"), "y2": "high:Q"}
    layers = [
        alt.Chart(charts.data(_spread(series)))
        .mark_area(color="var(--band)", opacity=1)
        .encode(x=x, **ends_of),
        base.mark_area(opacity=0.22).encode(**ends_of, detail="definition:N"),
        base.mark_line(strokeWidth=2.25).encode(
            y=y,
            strokeDash=alt.StrokeDash(
                "definition:N",
                scale=alt.Scale(domain=list(series), range=[_DASHES[d] for d in series]),
                legend=None,
            ),
        ),
        base.mark_point(filled=True, size=26, opacity=1).encode(y=y, tooltip="label:N"),
        *rules,
    ]
    if points:
        layers.append(
            alt.Chart(charts.data(points))
            .mark_point(shape="diamond", size=70, stroke=charts.INK, fill=charts.PAGE, opacity=1)
            .encode(x=alt.X("at:T"), y=alt.Y("value:Q"), tooltip="label:N")
        )
    return charts.finish(alt.layer(*layers), height=charts.HEIGHT)


def _record(name: str, row: Row) -> dict[str, Any]:
    return {
        "at": charts.month_middle(row["month"]),
        "definition": name,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "label": f"{month_name(row['month'])}, {name}: {percent(row.value)} "
        f"({percent_interval(row)}), n = {count(row.total)}",
    }


def _table(series: Mapping[str, Sequence[Row]], months: Sequence[str]) -> Table:
    at = {(name, row["month"]): row for name, rows in series.items() for row in rows}
    head = [column for name in series for column in (name.capitalize(), "95 % interval")]
    lead = next(iter(series))
    bases = [lead, *(["tag"] if "tag" in series and lead != "tag" else [])]
    rows = []
    for month in months:
        cells = [at.get((name, month)) for name in series]
        pairs = [
            text
            for row in cells
            for text in ((percent(row.value), percent_interval(row)) if row else ("–", "–"))
        ]
        counts: list[str] = []
        for name in bases:
            row = at.get((name, month))
            counts += (count(row.total), count(row.unknown)) if row else ("–", "–")
        rows.append((month_name(month), *pairs, *counts))
    tail = ("n", "Unknown", *(("n by tag", "Unknown by tag") if len(bases) > 1 else ()))
    return Table(("Month", *head, *tail), tuple(rows))
