"""How far a fan-tag vocabulary reaches: overlap with booru tags, and tokens of a lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.months import left_out
from hubwatch.report.numbers import NOT_KNOWN, count, decimal, month_name, percent, percent_interval
from hubwatch.report.suppress import is_small, mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row

#: Source to its words, colour and dashes.
_SOURCES: Final = {
    "captions": ("captions of training", "var(--c2)", (1, 0)),
    "prompts": ("prompts", "var(--c1)", (7, 3)),
}
_TOKENS: Final = "tokens"
#: Marker to its words, colour and dashes.
_MARKERS: Final = {
    "score": ("score_9 and the like", "var(--c1)", (1, 0)),
    "source": ("source_anime and the like", "var(--c3)", (7, 3)),
    "masterpiece": ("masterpiece, best quality", "var(--c2)", (2, 3)),
    "aesthetic": ("very aesthetic, newest", "var(--c5)", (9, 3)),
}
#: A base model is named in a sentence when it has so many items.
_ENOUGH: Final = 100
_DASHES: Final = {"(1, 0)": "", "(7, 3)": "7 3", "(2, 3)": "2 3", "(9, 3)": "9 3"}


def booru(results: Results) -> Figure | None:
    """Return the share of tag occurrences that a list of booru tags holds, by month."""
    measure = results.get("booru_overlap")
    lines = (
        {s: _line(measure.monthly(source=s, statistic=_TOKENS)) for s in _SOURCES}
        if measure
        else {}
    )
    lines = {source: rows for source, rows in lines.items() if rows}
    if measure is None or not lines:
        return None
    months = sorted({row["month"] for rows in lines.values() for row in rows})
    return Figure(
        id="booru",
        title="How much of what is written are booru tags",
        reading=_booru_reading(measure),
        alt=f"Lines with 95 % bands from {month_name(months[0])} to {month_name(months[-1])}: the "
        "share of tag occurrences that a list of booru tags holds, in captions and in prompts.",
        caption=_booru_caption(measure, lines) + left_out(results.run, months),
        spec=charts.series(
            [
                _record(source, _SOURCES[source][0], row)
                for source, rows in lines.items()
                for row in rows
            ],
            months,
            {source: _SOURCES[source][1:] for source in lines},
            charts.share_axis("value", top=1.0),
        ),
        legend=_legend(lines, _SOURCES),
        table=_booru_table(measure),
        files=("booru_overlap",),
    )


def _line(rows: Sequence[Row]) -> list[Row]:
    """Return the months that may be shown, those with a value and an interval."""
    return [row for row in rows if None not in (row.value, *row.interval) and not is_small(row)]


def _record(group: str, words: str, row: Row) -> dict[str, Any]:
    low, high = row.interval
    value = row.value
    return {
        "at": charts.month_middle(row["month"]), "group": group, "value": value,
        "low": value if low is None else low, "high": value if high is None else high,
        "label": f"{month_name(row['month'])}, {words}: {percent(value)} "
        f"({percent_interval(row)}), {count(row.n)} of {count(row.total)}",
    }  # fmt: skip


def _legend(
    lines: Mapping[str, Sequence[Row]], words: Mapping[str, tuple[str, str, tuple[int, int]]]
) -> tuple[Swatch, ...]:
    return tuple(
        Swatch(words[name][0], words[name][1], "line", _DASHES[str(words[name][2])])
        for name in lines
    )


def _booru_reading(measure: Measure) -> str:
    said = []
    for source, (words, *_) in _SOURCES.items():
        row = measure.one(source=source, statistic=_TOKENS, month="all")
        if row is not None and row.value is not None and not is_small(row):
            said.append(f"{percent(row.value)} ({percent_interval(row)}) of tags in {words}")
    held = " and ".join(said) if said else "Some tags"
    ranks = measure.one(source="captions", statistic="rank overlap", month="all")
    more = (
        f" The most frequent tags of captions agree with the list's at {decimal(ranks.value)} "
        "(rank-biased overlap; 1: the same order)."
        if ranks is not None and ranks.value is not None
        else ""
    )
    return f"{held} stand in the list of booru tags.{more}"


def _booru_caption(measure: Measure, lines: Mapping[str, Sequence[Row]]) -> str:
    told = [
        f"{count(sum(row.total or 0.0 for row in rows))} tags in {_SOURCES[source][0]}"
        for source, rows in lines.items()
    ]
    given = measure.about.parameters.get("booru_tags")
    size = given.get("tags") if isinstance(given, dict) else None
    of = f" The list holds {count(size)} tags." if isinstance(size, int) else ""
    return (
        f"n = {'; '.join(told)}.{of} Tags that may name somebody were replaced and are left out; "
        "common words are tags too, so sentences overlap by chance. Bands: 95 % intervals, by a "
        "jackknife over ten groups of creators (captions) or of prompts (prompts)."
    )


def _booru_table(measure: Measure) -> Table:
    rows = []
    for source, (words, *_) in _SOURCES.items():
        for row in [*measure.where(source=source, month="all"), *measure.monthly(source=source)]:
            month = "whole time" if row["month"] == "all" else month_name(row["month"])
            hidden = is_small(row) and row["statistic"] in ("types", _TOKENS)
            value = mark(row) if hidden else decimal(row.value)
            low, high = row.interval
            span = NOT_KNOWN if low is None or high is None else f"{low:.3f}–{high:.3f}"
            rows.append((
                words, month, row["statistic"], value, mark(row) if hidden else span,
                mark(row) if hidden else count(row.n), count(row.total),
            ))  # fmt: skip
    head = ("Where", "When", "What", "Value", "95 % interval", "n", "Of")
    return Table(head, tuple(rows))


def markers(results: Results) -> Figure | None:
    """Return the adoption of the marker tokens of lineages, in prompts or else in captions."""
    measure = results.get("marker_adoption")
    if measure is None:
        return None
    found = {source: _marker_lines(measure, source) for source in ("prompts", "captions")}
    source = next((name for name, lines in found.items() if lines), "")
    lines = found.get(source, {})
    if not lines:
        return None
    things = "images with a prompt" if source == "prompts" else "adapter files with caption tags"
    months = sorted({row["month"] for rows in lines.values() for row in rows})
    top = max(row.high or row.value or 0.0 for rows in lines.values() for row in rows)
    return Figure(
        id="markers",
        title=f"Tokens that a lineage of base models brought, in {_SOURCES[source][0]}",
        reading=_marker_reading(measure, lines, source, things),
        alt=f"Lines with 95 % bands from {month_name(months[0])} to {month_name(months[-1])}: the "
        f"share of {things} that hold a marker token. "
        + "; ".join(
            f"{_MARKERS[m][0]}, {percent(rows[-1].value)} at the end" for m, rows in lines.items()
        )
        + ".",
        caption=_marker_caption(lines, things) + left_out(results.run, months),
        spec=charts.series(
            [
                _record(marker, _MARKERS[marker][0], row)
                for marker, rows in lines.items()
                for row in rows
            ],
            months,
            {marker: _MARKERS[marker][1:] for marker in lines},
            charts.share_axis("value", top=min(1.0, top * 1.05) or 1.0),
        ),
        legend=_legend(lines, _MARKERS),
        table=_marker_table(measure),
        files=("marker_adoption",),
    )


def _marker_lines(measure: Measure, source: str) -> dict[str, list[Row]]:
    lines = {
        marker: _line(measure.monthly(marker=marker, source=source, family="all"))
        for marker in _MARKERS
    }
    return {marker: rows for marker, rows in lines.items() if rows}


def _marker_reading(
    measure: Measure, lines: Mapping[str, Sequence[Row]], source: str, things: str
) -> str:
    wholes = [
        (row.value or 0.0, marker, row)
        for marker in lines
        if (row := measure.one(marker=marker, source=source, family="all", month="all"))
        and row.value is not None
        and not is_small(row)
    ]
    if not wholes:
        return f"Share of {things} with a marker token, by month."
    value, marker, row = max(wholes, key=lambda one: one[:2])
    own = [
        r
        for r in measure.where(marker=marker, source=source, month="all")
        if r["family"] not in ("all", "unknown") and (r.total or 0.0) >= _ENOUGH and not is_small(r)
    ]
    best = max(own, key=lambda r: (r.low or 0.0, r["family"]), default=None)
    more = f"; most of all with {best['family']}: {percent(best.value)}" if best else ""
    held = f"{percent(value)} ({percent_interval(row)}) of {things}"
    return f"{held} hold “{_MARKERS[marker][0]}”{more}."


def _marker_caption(lines: Mapping[str, Sequence[Row]], things: str) -> str:
    rows = max(lines.values(), key=len)
    return (
        f"n = {count(sum(row.total or 0.0 for row in rows))} {things} over {len(rows)} months; "
        f"{count(sum(row.unknown or 0.0 for row in rows))} others left out. A marker came with a "
        "base model and follows it, so compare within a family (table). Bands: 95 % intervals "
        "with each item as an independent draw, so too narrow. Months with fewer than ten are left "
        "out."
    )


def _marker_table(measure: Measure) -> Table:
    rows = []
    for row in measure.rows:
        family, month = row["family"], row["month"]
        if row["marker"] not in _MARKERS or not month or "all" not in (family, month):
            continue
        hidden = is_small(row)
        rows.append((
            _MARKERS[row["marker"]][0], row["source"],
            "all families" if family == "all" else family,
            "whole time" if month == "all" else month_name(month),
            mark(row) if hidden else percent(row.value),
            mark(row) if hidden else percent_interval(row),
            mark(row) if hidden else count(row.n), count(row.total),
        ))  # fmt: skip
    head = ("Marker", "Where", "Base model", "When", "Share", "95 % interval", "n", "Of")
    return Table(head, tuple(rows))
