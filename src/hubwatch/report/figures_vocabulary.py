"""How far a fan-tag vocabulary reaches: overlap with booru tags, and tokens of a lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.months import left_out
from hubwatch.report.numbers import NOT_KNOWN, count, decimal, month_name, percent, percent_interval
from hubwatch.report.parts import NONE
from hubwatch.report.suppress import SMALLEST, is_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row

#: Source to its words, colour and dashes.
_SOURCES: Final = {
    "captions": ("captions of training", "var(--c2)", (1, 0)),
    "prompts": ("prompts", "var(--c1)", (7, 3)),
}
_TOKENS: Final = "tokens"
#: Statistic of booru tags to the head of its column.
_STATISTICS: Final = {
    _TOKENS: "uses of tags", "types": "different tags", "rank overlap": "rank overlap",
    "distance to the month before": "distance to the month before",
}  # fmt: skip
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
            said.append(
                f"{percent(row.value)} ({percent_interval(row)}) of {count(row.total)} tags "
                f"in {words}"
            )
    held = " and ".join(said) if said else "Some tags"
    ranks = measure.one(source="captions", statistic="rank overlap", month="all")
    more = (
        f" The most frequent tags of captions agree with the list's at {decimal(ranks.value)} "
        f"{_ends(ranks)}(rank-biased overlap of {count(ranks.total)} tags; 1: the same order)."
        if ranks is not None and ranks.value is not None
        else ""
    )
    return f"{held} stand in the list of booru tags.{more}"


def _ends(row: Row) -> str:
    low, high = row.interval
    return "" if low is None or high is None else f"({low:.3f}–{high:.3f}) "


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
        + _dropped([row for row in measure.rows if _hides(row)], "tags")
    )


def _booru_table(measure: Measure) -> Table:
    rows = []
    for source, (words, *_) in _SOURCES.items():
        found: dict[str, dict[str, Row]] = {}
        for row in [*measure.where(source=source, month="all"), *measure.monthly(source=source)]:
            if not _hides(row):
                found.setdefault(row["month"], {})[row["statistic"]] = row
        rows += [
            (f"{words}, {_when(month)}", *(_number(cells.get(name)) for name in _STATISTICS))
            for month, cells in found.items()
        ]
    return Table(("Where and when", *_STATISTICS.values()), tuple(rows))


def _when(month: str) -> str:
    return "whole time" if month == "all" else month_name(month)


def _number(row: Row | None) -> str:
    """Return a number of a table with its interval and denominator below it."""
    if row is None:
        return NONE
    low, high = row.interval
    span = NOT_KNOWN if low is None or high is None else f"{low:.3f}–{high:.3f}"
    return f"{decimal(row.value)}\n{span}\nof {count(row.total)}"


def _hides(row: Row) -> bool:
    """Return whether a row of booru tags is of few."""
    return is_small(row) and row["statistic"] in ("types", _TOKENS)


def _dropped(rows: Sequence[Row], things: str) -> str:
    """Return the sentence on rows of which a table would show nothing."""
    if not rows:
        return ""
    return f" {count(len(rows))} cells of fewer than {SMALLEST} {things} are not in the table (–)."


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
        title=f"Marker tokens of lineages of base models, in {_SOURCES[source][0]}",
        reading=_marker_reading(measure, lines, source, things),
        alt=f"Lines with 95 % bands from {month_name(months[0])} to {month_name(months[-1])}: the "
        f"share of {things} that hold a marker token. "
        + "; ".join(
            f"{_MARKERS[m][0]}, {percent(rows[-1].value)} at the end" for m, rows in lines.items()
        )
        + ".",
        caption=_marker_caption(measure, lines, things) + left_out(results.run, months),
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
    held = f"{percent(value)} ({percent_interval(row)}) of {count(row.total)} {things}"
    return f"{held} hold “{_MARKERS[marker][0]}”{_by_family(measure, row)}."


def _by_family(measure: Measure, whole: Row) -> str:
    """Return with which base model a marker stands most often, where the intervals tell that."""
    own = [
        r
        for r in measure.where(marker=whole["marker"], source=whole["source"], month="all")
        if r["family"] not in ("all", "unknown") and (r.total or 0.0) >= _ENOUGH and not is_small(r)
    ]
    best = max(own, key=lambda r: (r.low or 0.0, r["family"]), default=None)
    if best is None:
        return ""
    said = f"{best['family']}: {percent(best.value)} ({percent_interval(best)}, n = "
    said += f"{count(best.total)})"
    others = [r.high or 1.0 for r in own if r is not best]
    if others and (best.low or 0.0) > max(others):
        return f"; most of all with {said}"
    return f"; no base model stands out, the highest is {said}"


def _marker_caption(measure: Measure, lines: Mapping[str, Sequence[Row]], things: str) -> str:
    rows = max(lines.values(), key=len)
    of = things.partition(" ")[0] if things.startswith("images") else "files"
    return (
        f"n = {count(sum(row.total or 0.0 for row in rows))} {things} over {len(rows)} months; "
        f"{count(sum(row.unknown or 0.0 for row in rows))} others left out. A lineage's captions "
        "gave each marker its name, but a token is counted wherever it stands: the chart shows how "
        "far it has spread, not from where it came, nor that who writes it uses that lineage. "
        "Whether it stands more with one base model is in the table, by base model; a change "
        "over months can be one of the mix of base models. Bands: 95 % intervals with each item as "
        "an independent draw, so too narrow. Months with fewer than ten are left out."
        + _dropped([row for row in _marker_rows(measure) if is_small(row)], of)
    )


def _marker_rows(measure: Measure) -> list[Row]:
    """Return the rows of markers that are known, over months or over families."""
    return [
        row
        for row in measure.rows
        if row["marker"] in _MARKERS and row["month"] and "all" in (row["family"], row["month"])
    ]


def _marker_table(measure: Measure) -> Table:
    """Return the shares, a marker a column; rows without one that may be shown are left out."""
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in _marker_rows(measure):
        if not is_small(row):
            place = (row["source"], row["family"], row["month"])
            found.setdefault(place, {})[row["marker"]] = row
    rows = tuple(
        (
            f"{source}, {_when(month) if family == 'all' else family}",
            count(next(iter(cells.values())).total),
            *(_share(cells.get(marker)) for marker in _MARKERS),
        )
        for (source, family, month), cells in sorted(
            found.items(), key=lambda one: (one[0][0], one[0][2] != "all", one[0])
        )
    )
    return Table(("Where, and with what or when", "Of", *(w[0] for w in _MARKERS.values())), rows)


def _share(row: Row | None) -> str:
    return NONE if row is None else f"{percent(row.value)}\n{percent_interval(row)}"
