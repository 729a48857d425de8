"""Figures of models that the hub marks as real persons: share and reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.numbers import count, listed, percent, percent_interval
from hubwatch.report.published import comparators
from hubwatch.report.results import Row
from hubwatch.report.suppress import SMALLEST, SUPPRESSED, WITHHELD, Split, mark, split_small

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.report.results import Measure, Results

#: `real_person_reach` says these two words of every group.
SHARE: Final = "share of downloads"
MEDIAN: Final = "median"
#: Colours; what the hub marks has the colour and the dot that it has in `figures_share`.
GROUPS: Final = {"real person": "var(--c1)", "other": "var(--c4)"}
_GROUP_WORDS: Final = {
    "real person": "marked by the hub as a real person",
    "other": "not marked by the hub",
}
#: The method of hidden methods together.
POOL: Final = "other methods"
_ROW: Final = 34
#: Medians that lie further apart than this are drawn on a logarithmic axis.
_FAR: Final = 20


def _methods(split: Split) -> list[Row]:
    """Return shown rows of single methods, the highest value first."""
    rows = [row for row in split.shown if row["method"] != "all" and row.value is not None]
    return sorted(rows, key=lambda row: (-(row.value or 0.0), row["method"]))


def _left_out(split: Split, what: str) -> str:
    """Return the sentence on suppressed cells, empty when there are none."""
    hidden = len(split.hidden)
    if not hidden:
        return ""
    return (
        f" {hidden} {'cell is' if hidden == 1 else 'cells are'} left out of the chart: shown as "
        f"{SUPPRESSED} where fewer than {SMALLEST} {what} stand behind it, as {WITHHELD} where "
        "such a cell could be worked out from it."
    )


def _draws(rows: Sequence[Row]) -> str:
    """Return what the intervals of these rows take as independent."""
    return "models" if any(row.creators_low is None for row in rows) else "creators"


def pool(split: Split, **keys: str) -> tuple[Row, ...]:
    """Return the hidden methods together as one row, none where together they are few."""
    row = split.pooled(method=POOL, **keys)
    return () if row is None else (row,)


def pool_note(split: Split) -> str:
    """Return which methods stand together as the others."""
    names = sorted(row["method"] for row in split.hidden if row["method"] != "all")
    if not pool(split):
        return ""
    return (
        f" {POOL.capitalize()}: {listed(names)} together, its interval with each model as an "
        "independent draw."
    )


def flagged_split(measure: Measure) -> Split:
    """Return the cells of the whole window that may be shown."""
    return split_small(measure.where(month="all"), is_sum=lambda row: row["method"] == "all")


def flagged(results: Results) -> Figure | None:
    """Return the share of models flagged as depicting a real person, by method."""
    measure = results.get("flagged_share")
    if measure is None or not measure.where(month="all"):
        return None
    split = flagged_split(measure)
    rows = [*_methods(split), *pool(split)]
    if not rows:
        return None
    whole = next((row for row in split.shown if row["method"] == "all"), None)
    top = rows[0]
    return Figure(
        id="flagged",
        title="Models that the hub marks as depicting a real person, by method",
        reading=f"{top['method']} has the highest share, {percent(top.value)} "
        f"({percent_interval(top)}) of {count(top.total)} models.",
        alt="Dots with 95 % intervals, one for each method, highest first: "
        + "; ".join(f"{r['method']} {percent(r.value)}" for r in rows)
        + ".",
        caption=f"{_base(rows, whole, 'no flag known')} Bars: 95 % intervals "
        f"with {_draws(_methods(split) or rows)} as independent draws. "
        "The flag is the hub's and has errors; a flag "
        "that is absent is no proof that nobody is depicted."
        + pool_note(split)
        + _left_out(split, "models"),
        spec=_dots([_flagged_record(r) for r in rows], [r["method"] for r in rows]),
        table=_flagged_table(measure, split),
        beside=comparators("flagged_share"),
        files=("flagged_share",),
    )


def _flagged_record(row: Row) -> dict[str, Any]:
    return {
        "method": row["method"],
        "value": row.value,
        "low": row.interval[0],
        "high": row.interval[1],
        "label": f"{row['method']}: {percent(row.value)} ({percent_interval(row)}), "
        f"{count(row.n)} of {count(row.total)}",
    }


def _method_axis(methods: Sequence[str]) -> Any:
    axis = alt.Axis(title=None, domain=False, ticks=False, labelLimit=130, labelFontSize=12)
    return alt.Y("method:N", sort=list(methods), axis=axis)


def _dots(records: Sequence[charts.Record], methods: Sequence[str]) -> dict[str, Any]:
    axis = alt.Axis(format="%", tickCount=5, domain=False, ticks=False, title="share of models")
    x = alt.X("value:Q", scale=alt.Scale(zero=True, nice=True), axis=axis)
    base = alt.Chart(charts.data(records)).encode(
        y=_method_axis(methods), tooltip=alt.Tooltip("label:N")
    )
    layers = alt.layer(
        base.mark_rule(color="var(--c1)", strokeWidth=6, opacity=0.35, strokeCap="round").encode(
            x=alt.X("low:Q"), x2="high:Q"
        ),
        base.mark_point(color="var(--c1)", filled=True, size=85, opacity=1).encode(x=x),
    )
    return charts.finish(layers, height=_ROW * len(methods) + 10)


def _flagged_table(measure: Measure, split: Split) -> Table:
    hidden = {id(row) for row in split.hidden}
    rows = sorted(
        (*measure.where(month="all"), *pool(split)),
        key=lambda row: (row["method"] == "all", -(row.total or 0.0), row["method"]),
    )
    cells = [
        (row["method"], mark(row), "–", "–", "–", "–")
        if id(row) in hidden
        else (
            _label(row["method"]),
            count(row.n), count(row.total), count(row.unknown),
            percent(row.value, *row.interval), percent_interval(row),
        )
        for row in rows
    ]  # fmt: skip
    return Table(
        ("Method", "Flagged", "n", "Unknown", "Share", "95 % interval"),
        tuple(cells),
    )


def reach(results: Results) -> Figure | None:
    """Return the median downloads of real-person and other models, by method."""
    measure = results.get("real_person_reach")
    if measure is None or not measure.where(statistic=MEDIAN):
        return None
    split = _reach_split(results, MEDIAN)
    both = _paired(split)
    if not both:
        return None
    rows = [row for pair in both for row in pair]
    methods = [pair[0]["method"] for pair in both]
    lead = both[0]
    single = [row for row in rows if row["method"] != "all"]
    everything = _pair_row(lead) if methods[0] == "all" else None
    return Figure(
        id="reach",
        title="How far models travel that the hub marks as real persons",
        reading=f"Median downloads of {_name(lead[0])}: {count(lead[0].value)} for models that "
        f"the hub marks as real persons, {count(lead[1].value)} for others.",
        alt="Two dots for each method with 95 % intervals: median downloads "
        "of models that the hub marks as real persons and of others. "
        + "; ".join(f"{_name(a)} {count(a.value)} and {count(b.value)}" for a, b in both)
        + ".",
        caption=f"{_base(single, everything, 'hidden counters')} "
        "A real-person model is here one that is marked by the hub, not one that the signal finds, "
        "so there are fewer than in the charts above. "
        "Downloads are the hub's all-time counter, one for each fetch, so older models had more "
        "time. Bars: 95 % intervals of the median (order statistics), with creators as "
        "independent draws." + _left_out(split, "models or creators"),
        spec=_dumbbells(rows, [_label(m) for m in methods]),
        legend=tuple(
            Swatch(_GROUP_WORDS[g], c, "dot" if g == "real person" else "square")
            for g, c in GROUPS.items()
        ),
        table=_reach_table(results, measure),
        beside=comparators("real_person_reach"),
        files=("real_person_reach",),
    )


def _pair_row(pair: Sequence[Row]) -> Row:
    sums = _summed(pair)
    return Row({}, total=sums["total"], unknown=sums["unknown"])


def _summed(pair: Sequence[Row]) -> dict[str, float]:
    return {
        "total": sum(row.total or 0.0 for row in pair),
        "unknown": sum(row.unknown or 0.0 for row in pair),
    }


def _base(single: Sequence[Row], whole: Row | None, lacking: str) -> str:
    """Return n and unknowns: of all models where they have a row, and of the methods drawn."""
    drawn = _summed(single)
    parts = [] if whole is None else [(whole.total, whole.unknown, "of all methods")]
    parts += [(drawn["total"], drawn["unknown"], "of the single methods drawn")] if single else []
    said = [f"{count(n)} models {words} ({count(out)} with {lacking} left out)"
            for n, out, words in parts]  # fmt: skip
    return f"n = {'; '.join(said)}."


def _label(method: str) -> str:
    return {"all": "All methods", POOL: POOL.capitalize()}.get(method, method)


def _name(row: Row) -> str:
    return "all methods" if row["method"] == "all" else row["method"]


def _paired(split: Split) -> list[tuple[Row, Row]]:
    """Return (real person, other) of each method that shows both; all methods first."""
    at = {(row["group"], row["method"]): row for row in split.shown if row.value is not None}
    methods = {m for g, m in at if g == "real person"} & {m for g, m in at if g == "other"}
    order = sorted(methods, key=lambda m: (m != "all", -(at["other", m].n or 0.0), m))
    return [(at["real person", m], at["other", m]) for m in order]


def _dumbbells(rows: Sequence[Row], methods: Sequence[str]) -> dict[str, Any]:
    records = [
        {"method": _label(r["method"]), "group": r["group"], "value": r.value, "low": r.low,
         "high": r.high, "label": f"{_label(r['method'])}, {_GROUP_WORDS[r['group']]}: "
         f"median {count(r.value)} ({count(r.low)}–{count(r.high)}), n = {count(r.n)}"}
        for r in rows
    ]  # fmt: skip
    x = _download_axis(rows)
    base = alt.Chart(charts.data(records)).encode(
        y=_method_axis(methods),
        color=charts.colour_of("group", GROUPS),
        tooltip=alt.Tooltip("label:N"),
    )
    line = alt.Chart(charts.data(records)).mark_line(color=charts.GRID, strokeWidth=2)
    return charts.finish(
        alt.layer(
            line.encode(x=x, y=_method_axis(methods), detail="method:N"),
            base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round").encode(
                x=alt.X("low:Q"), x2="high:Q"
            ),
            base.mark_point(filled=True, size=85, opacity=1).encode(
                x=x, shape=alt.Shape("group:N", legend=None, scale=alt.Scale(
                    domain=list(GROUPS), range=["circle", "square"]))
            ),
        ),
        height=_ROW * len(methods) + 10,
    )  # fmt: skip


def _download_axis(rows: Sequence[Row]) -> Any:
    """Return the x channel of medians: from zero, or logarithmic where they lie far apart."""
    values = [row.value or 0.0 for row in rows]
    far = max(values) > _FAR * max(min(values), 1.0)
    # A plain logarithm cannot draw an interval that reaches zero.
    kind: Any = "log" if min(row.low or 0.0 for row in rows) > 0 else "symlog"
    scale = alt.Scale(type=kind, nice=False, padding=14) if far else alt.Scale(zero=True)
    axis = alt.Axis(
        format=",.0f",
        tickMinStep=1,
        domain=False,
        ticks=False,
        tickCount=5,
        title="median downloads of a model" + (", logarithmic" if far else ""),
    )
    return alt.X("value:Q", scale=scale, axis=axis)


def _reach_split(results: Results, statistic: str) -> Split:
    """Return the cells of a statistic that may be shown.

    Groups add up over methods, and the number of flagged models also stands in `flagged_share`: a
    method that is hidden there is hidden here.
    """
    measure, flags = results.measures["real_person_reach"], results.get("flagged_share")
    elsewhere = {row["method"] for row in flagged_split(flags).hidden} if flags else set()
    shown: list[Row] = []
    hidden: list[Row] = []
    for group in GROUPS:
        split = split_small(
            measure.where(statistic=statistic, group=group), is_sum=lambda r: r["method"] == "all"
        )
        gone = {row["method"] for row in split.hidden} | elsewhere
        for row in (*split.shown, *split.hidden):
            (hidden if row["method"] in gone else shown).append(row)
    return Split(tuple(shown), tuple(hidden))


def _reach_table(results: Results, measure: Measure) -> Table:
    hidden = {id(row) for s in (SHARE, MEDIAN) for row in _reach_split(results, s).hidden}
    rows = sorted(
        measure.rows,
        key=lambda r: (
            r["method"] != "all",
            r["method"],
            r["group"] != "real person",
            r["statistic"],
        ),
    )
    return Table(
        ("Method", "Group", "Statistic", "Value", "95 % interval", "n", "Of", "Unknown"),
        tuple(_reach_cells(row, small=id(row) in hidden) for row in rows),
    )


def _reach_cells(row: Row, *, small: bool) -> tuple[str, ...]:
    head = (_label(row["method"]), _GROUP_WORDS[row["group"]], row["statistic"])
    if small:
        return (*head, mark(row), "–", "–", "–", "–")
    if row["statistic"] == SHARE:
        shown = (percent(row.value, row.low, row.high), percent_interval(row))
    else:
        shown = (count(row.value), f"{count(row.low)}–{count(row.high)}")
    return (*head, *shown, count(row.n), count(row.total), count(row.unknown))
