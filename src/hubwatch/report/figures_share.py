"""Figures of how many models depict a real person: flagged, found, and corrected for error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.figures_people import POOL, flagged_split, pool, pool_note
from hubwatch.report.months import ends_or_all, left_out
from hubwatch.report.numbers import count, month_name, percent, percent_interval
from hubwatch.report.published import changes, comparators
from hubwatch.report.suppress import MARKS, SMALLEST, Split, is_small, mark, split_small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row

FLAGGED: Final = "flagged"
SIGNAL: Final = "signal"
CALIBRATED: Final = "calibrated"
#: Basis to its words, colour, shape of a dot and dashes of a line.
BASES: Final = {
    FLAGGED: ("marked by the hub", "var(--c1)", "circle", (7, 3)),
    SIGNAL: ("found by the signal", "var(--c2)", "diamond", (1, 0)),
    CALIBRATED: ("corrected for the signal's error", "var(--c5)", "square", (2, 3)),
}
Cells = dict[tuple[str, str], "Row"]


def share_split(measure: Measure, basis: str = SIGNAL) -> Split:
    """Return the cells of the whole window that may be shown, of one basis."""
    rows = measure.where(month="all", basis=basis)
    return split_small(rows, is_sum=lambda row: row["method"] == "all")


def share_cells(results: Results) -> Cells:
    """Return (method, basis) to the row of the whole window, those that may be shown."""
    measure, flags = results.get("real_person_share"), results.get("flagged_share")
    if measure is None:
        return {}
    splits = {SIGNAL: share_split(measure), CALIBRATED: share_split(measure, CALIBRATED)}
    if flags is not None:
        splits[FLAGGED] = flagged_split(flags)
    return {
        (row["method"], basis): row
        for basis, split in splits.items()
        for row in (*split.shown, *(pool(split) if basis == SIGNAL else ()))
        if row.value is not None and row.interval[0] is not None
    }


def people(results: Results) -> Figure | None:
    """Return the share of models that depict a real person, by method and basis."""
    cells = share_cells(results)
    found = [row for (_, basis), row in cells.items() if basis == SIGNAL]
    if not found:
        return None
    single = sorted((r for r in found if r["method"] not in ("all", POOL)),
                    key=lambda r: -(r.value or 0.0))  # fmt: skip
    methods = [*(["all"] if ("all", SIGNAL) in cells else []), *(r["method"] for r in single),
               *([POOL] if (POOL, SIGNAL) in cells else [])]  # fmt: skip
    whole = next((r for r in found if r["method"] == "all"), None)
    bases = [basis for basis in BASES if any(key[1] == basis for key in cells)]
    return Figure(
        id="people",
        title="Models that depict a real person, marked or not, by method",
        reading=_reading(cells, single),
        alt="Dots with 95 % intervals by method, one for each way to know: "
        + "; ".join(_said(cells, method, bases) for method in methods)
        + ".",
        caption=_caption(results, whole or found[0], cells),
        spec=charts.dot_rows(
            list(_records(cells, methods, bases)),
            [_method(m) for m in methods],
            {basis: (BASES[basis][1], BASES[basis][2]) for basis in bases},
            _share_axis("share of models"),
            row_height=20 + 10 * len(bases),
        ),
        legend=tuple(_swatch(basis) for basis in bases),
        table=_table(results, bases),
        beside=comparators("real_person_share"),
        files=("real_person_share", "flagged_share"),
    )


def _swatch(basis: str) -> Swatch:
    words, colour, shape, _ = BASES[basis]
    shapes: dict[str, Any] = {"circle": "dot", "diamond": "diamond", "square": "square"}
    return Swatch(words, colour, shapes[shape])


def _method(method: str) -> str:
    return {"all": "All methods", POOL: POOL.capitalize()}.get(method, method)


def _said(cells: Cells, method: str, bases: Sequence[str]) -> str:
    parts = [f"{percent(cells[method, b].value)} {BASES[b][0]}" for b in bases
             if (method, b) in cells]  # fmt: skip
    return f"{_method(method)} {', '.join(parts)}"


def _reading(cells: Cells, single: Sequence[Row]) -> str:
    parts = [f"{percent(cells['all', b].value)} {BASES[b][0]}" for b in BASES
             if ("all", b) in cells]  # fmt: skip
    whole = f"Of all models {', '.join(parts)}. " if parts else ""
    if not single:
        return whole.strip()
    top = single[0]
    return f"{whole}The signal finds most among {top['method']}: {percent(top.value)} " + (
        f"({percent_interval(top)}) of {count(top.total)} models."
    )


def _caption(results: Results, row: Row, cells: Cells) -> str:
    what = "models" if row["method"] == "all" else f"models of method {row['method']}"
    corrected = _corrected(cells.get(("all", CALIBRATED)), simulated=results.run.is_simulated())
    split = share_split(results.measures["real_person_share"])
    small = f"{pool_note(split)} {MARKS}" if split.hidden else ""
    return (
        f"n = {count(row.total)} {what} of which the signal says yes or no "
        f"({count(row.unknown)} unknown left out). {corrected}"
        "Bars: 95 % intervals with creators as independent draws. A signal reads what a page says; "
        "what neither text nor flag gives away is not counted." + small
    )


def _corrected(row: Row | None, *, simulated: bool) -> str:
    """Return how the calibrated share comes about; what it lacks where there is none."""
    if row is None:
        return (
            "No corrected share: the signal's error is not measured, or too few models are "
            "behind it. "
        )
    rates = {name: row.more.get(name, 0.0) for name in ("sensitivity", "specificity")}
    return (
        f"Corrected: on labelled models the signal finds {percent(rates['sensitivity'])} of the "
        f"real-person models and leaves {percent(rates['specificity'])} of the others (in effect "
        f"{count(row.more.get('labelled_positive'))} and "
        f"{count(row.more.get('labelled_negative'))} labelled models); the interval carries both "
        "errors. These rates are over all methods, so no single method is corrected; they were "
        f"measured on {'another hub' if simulated else 'documents of one hub and time'}, with the "
        "hub's flag shown to the signal where it is known here, else hidden. "
    )


def _share_axis(title: str) -> Any:
    axis = alt.Axis(format="%", tickCount=5, domain=False, ticks=False, title=title)
    return alt.X("value:Q", scale=alt.Scale(zero=True, nice=True), axis=axis)


def _records(
    cells: Cells, methods: Sequence[str], bases: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    for method in methods:
        for basis in bases:
            row = cells.get((method, basis))
            if row is None:
                continue
            yield {
                "row": _method(method), "group": basis, "value": row.value,
                "low": row.interval[0], "high": row.interval[1],
                "label": f"{_method(method)}, {BASES[basis][0]}: {percent(row.value)} "
                f"({percent_interval(row)}), n = {count(row.total)}",
            }  # fmt: skip


def _table(results: Results, bases: Sequence[str]) -> Table:
    cells = share_cells(results)
    measure = results.measures["real_person_share"]
    rows = sorted(measure.where(month="all", basis=SIGNAL),
                  key=lambda r: (r["method"] != "all", -(r.total or 0.0)))  # fmt: skip
    head = [text for basis in bases for text in (BASES[basis][0].capitalize(), "95 % interval")]
    rows += pool(share_split(measure))
    lines = []
    for row in rows:
        raw = {FLAGGED: _flag_row(results, row["method"]), SIGNAL: row}
        pairs = [_pair(cells.get((row["method"], b)), raw.get(b)) for b in bases]
        shown = cells.get((row["method"], SIGNAL))
        tail = (count(row.n), count(row.total), count(row.unknown)) if shown else ("–", "–", "–")
        lines.append((_method(row["method"]), *(x for pair in pairs for x in pair), *tail))
    return Table(("Method", *head, "Found", "n", "Unknown"), tuple(lines))


def _flag_row(results: Results, method: str) -> Row | None:
    flags = results.get("flagged_share")
    return flags.one(method=method, month="all") if flags else None


def _pair(row: Row | None, raw: Row | None) -> tuple[str, str]:
    """Return share and interval; where it may not be shown the mark of its row, if it has one."""
    if row is None:
        return (mark(raw) if raw else "–", "–")
    return percent(row.value, *row.interval), percent_interval(row)


def people_months(results: Results) -> Figure | None:
    """Return the share of models that depict a real person by month and basis."""
    lines = {basis: rows for basis in BASES if (rows := _monthly(results, basis))}
    months = sorted({row["month"] for rows in lines.values() for row in rows})
    if len(lines.get(SIGNAL, ())) < 2:
        return None
    marks = changes(results.run.platforms(), "people", months[0], months[-1])
    return Figure(
        id="people-months",
        title="Real-person models among the new models of each month",
        reading=_trend(results, lines),
        alt=f"Lines with 95 % intervals as bands from {month_name(months[0])} to "
        f"{month_name(months[-1])}: the share of new models that depict a real person, "
        + "; ".join(f"{BASES[b][0]} between {_range(rows)}" for b, rows in lines.items())
        + ".",
        caption=_months_caption(lines, bool(marks)) + left_out(results.run, months),
        spec=charts.series(
            [_point(basis, row) for basis, rows in lines.items() for row in rows],
            months,
            {basis: (BASES[basis][1], BASES[basis][3]) for basis in lines},
            charts.share_axis("value"),
            charts.change_rules(marks),
        ),
        legend=tuple(
            Swatch(BASES[b][0], BASES[b][1], "line", " ".join(map(str, BASES[b][3]))) for b in lines
        ),
        changes=marks,
        table=_months_table(results, lines, months),
        files=("real_person_share", "flagged_share"),
    )


def _monthly(results: Results, basis: str) -> tuple[Row, ...]:
    """Return the months of one basis that may be shown."""
    name = "flagged_share" if basis == FLAGGED else "real_person_share"
    measure = results.get(name)
    if measure is None:
        return ()
    keys = {"method": "all"} | ({} if basis == FLAGGED else {"basis": basis})
    whole = measure.one(month="all", **keys)
    split = split_small(
        (*measure.monthly(**keys), *([whole] if whole else [])),
        is_sum=lambda row: row["month"] == "all",
    )
    return tuple(r for r in split.shown if r["month"] != "all" and not is_small(r) and r.value)


def _trend(results: Results, lines: Mapping[str, Sequence[Row]]) -> str:
    rows = {row["month"]: row for row in lines[SIGNAL]}
    first, last = ends_or_all(results.run, {m: r.total or 0.0 for m, r in rows.items()})
    return (
        f"Found by the signal: {percent(rows[first].value)} ({percent_interval(rows[first])}) of "
        f"the models new in {month_name(first)}, {percent(rows[last].value)} "
        f"({percent_interval(rows[last])}) in {month_name(last)}."
    )


def _range(rows: Sequence[Row]) -> str:
    values = [row.value or 0.0 for row in rows]
    return f"{percent(min(values))} and {percent(max(values))}"


def _months_caption(lines: Mapping[str, Sequence[Row]], marked: bool) -> str:
    total = sum(row.total or 0.0 for row in lines[SIGNAL])
    unknown = sum(row.unknown or 0.0 for row in lines[SIGNAL])
    return (
        f"n = {count(total)} models with an answer in the months shown, {count(unknown)} without "
        f"one left out. Months with fewer than {SMALLEST} such models are not drawn. Bands: 95 % "
        "intervals, each model as an independent draw, so too narrow"
        + (
            "; the corrected band also carries the signal's own error, which is taken to be the "
            "same in every month"
            if CALIBRATED in lines
            else ""
        )
        + ". Old months have lost what was removed since, and real-person models are removed more "
        "than others."
        + (" Numbered rules mark dated changes of the platform, listed below." if marked else "")
    )


def _point(basis: str, row: Row) -> dict[str, Any]:
    return {
        "at": charts.month_middle(row["month"]), "group": basis,
        "value": row.value, "low": row.low, "high": row.high,
        "label": f"{month_name(row['month'])}, {BASES[basis][0]}: {percent(row.value)} "
        f"({percent(row.low)}–{percent(row.high)}), n = {count(row.total)}",
    }  # fmt: skip


def _month_row(results: Results, basis: str, month: str) -> Row | None:
    """Return the row of a month as it was measured; none of what has no numbers of its own."""
    keys = {} if basis == FLAGGED else {"basis": basis}
    measure = results.get("flagged_share" if basis == FLAGGED else "real_person_share")
    return measure.one(method="all", month=month, **keys) if measure else None


def _months_table(
    results: Results, lines: Mapping[str, Sequence[Row]], months: Sequence[str]
) -> Table:
    at = {(basis, row["month"]): row for basis, rows in lines.items() for row in rows}
    head = [text for basis in lines for text in (BASES[basis][0].capitalize(), "95 % interval")]
    rows = []
    for month in months:
        raw = {basis: _month_row(results, basis, month) for basis in lines}
        pairs = [_pair(at.get((basis, month)), raw[basis]) for basis in lines]
        said = at.get((SIGNAL, month))
        tail = (count(said.total), count(said.unknown)) if said else ("–", "–")
        rows.append((month_name(month), *(x for pair in pairs for x in pair), *tail))
    return Table(("Month", *head, "n", "Unknown"), tuple(rows))
