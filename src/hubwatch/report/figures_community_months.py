"""How vocabulary communities grow and shrink."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hubwatch.report.figure import REST, REST_COLOUR, Figure, Swatch
from hubwatch.report.figures_communities import COLOURED, HINTS, colours_of, shown_communities
from hubwatch.report.months import left_out
from hubwatch.report.numbers import count, listed, percent, percent_interval
from hubwatch.report.parts import period_bars, period_table, periods_of
from hubwatch.report.suppress import few

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.figures_communities import Community
    from hubwatch.report.parts import Periods
    from hubwatch.report.results import Measure, Results, Row


def community_months(results: Results) -> Figure | None:
    """Return the share of images by community over time."""
    adoption, found = results.get("community_adoption"), shown_communities(results)
    if adoption is None or not found:
        return None
    names = {one.code: one.title for one in found[:COLOURED]}
    hints = {one.title for one in found if one.is_hint}
    rows = adoption.monthly()
    periods = periods_of(rows, "community", names, "images")
    if not periods.parts:
        return None
    order = periods.order(list(names.values()))
    all_colours = colours_of(found)
    colours = {name: all_colours[code] for code, name in names.items()} | {REST: REST_COLOUR}
    first, last = periods.parts[0], periods.parts[-1]
    known, unknown = (
        count(sum(getattr(part, x) for part in periods.parts)) for x in ("total", "unknown")
    )
    return Figure(
        id="community-months",
        title="Vocabulary communities over time",
        reading=_changes(found),
        alt=f"Stacked bars that fill the height, from {first.name} to {last.name}: the share of "
        f"images by community. From the bottom: {', '.join(order)}.",
        caption=f"n = {known} images whose prompt is about a community; {unknown} others left "
        "out. Growth is the share of images in the later half of the months by that in the "
        "earlier, with creators as independent draws. What few creators are behind is in the grey "
        f"part. Table: below each share its 95 % interval{_draws(periods)}; columns are the "
        f"numbers of communities. {HINTS}"
        + periods.note()
        + _merging(results, names)
        + left_out(results.run, sorted({row["month"] for row in rows})),
        spec=period_bars(periods, {name: colours[name] for name in order}),
        legend=tuple(
            Swatch(f"{name} – a hint" if name in hints else name, colours[name]) for name in order
        ),
        table=period_table(periods, order, {one.title: one.head for one in found}),
        files=("community_adoption",),
    )


def _draws(periods: Periods) -> str:
    """Return what the intervals of the table take as independent."""
    if periods.length == 1:
        return ", with creators as independent draws"
    return ", with each image as an independent draw, so too narrow"


def _changes(found: Sequence[Community]) -> str:
    """Return which communities grew or shrank by more than chance, and which did not."""
    told = [one for one in found if one.growth is not None]
    if not told:
        first = max(found, key=lambda one: (one.images.value or 0.0, one.code))
        return (
            f"No growth is told; {first.short} is the greatest: {percent(first.images.value)} "
            f"({percent_interval(first.images)}) of {count(first.images.total)} images."
        )
    moved = [one for one in told if one.grew or one.shrank]
    moved.sort(key=lambda one: -abs(math.log(max(one.growth or 0.0, 1e-9))))
    same = [f"{one.number}" for one in told if one not in moved]
    said = [_change(one) for one in moved[:3]]
    more = f" So did {len(moved) - 3} others (table of the map)." if len(moved) > 3 else ""
    text = f"From the earlier to the later half of the months {'; '.join(said)}.{more}"
    if not moved:
        return "No change between the earlier and the later half of the months is told from chance."
    if same:
        ends = "its interval includes" if len(same) == 1 else "their intervals include"
        text += f" No change told from chance: {listed(same)} ({ends} 1)."
    return text


def _change(one: Community) -> str:
    row = one.facts["growth"]
    verb = "grew" if one.grew else "shrank"
    return (
        f"{one.short} {verb} to {row.value:.2f} times its share of images "
        f"({row.low:.2f}–{row.high:.2f}; of {count(row.total)} images; "
        f"{one.trust})"
    )


def _merging(results: Results, names: Mapping[str, str]) -> str:
    """Return which communities the same galleries came to use together, where that is sure."""
    measure = results.get("tag_communities")
    pairs = [
        f"{int(row['community'])} and {int(row['other'])}, {_times(measure, row)}"
        for row in (measure.where(statistic="together_last") if measure else ())
        if row["community"] in names and row["other"] in names and not few(row.n)
        if (before := _before(measure, row)) is not None
        and row.low is not None and row.low > before
    ]  # fmt: skip
    if not pairs:
        return ""
    return (
        " Used together in galleries, by what chance would give, more in the later half than in "
        f"the earlier: {'; '.join(pairs[:3])}."
    )


def _times(measure: Measure | None, row: Row) -> str:
    """Return how often a pair was used together in both halves, with intervals and n."""
    keys = {"community": row["community"], "other": row["other"]}
    first = measure.one(statistic="together_first", **keys) if measure else None
    ends = [
        f"{r.value:.2f} times ({r.low:.2f}–{r.high:.2f})" for r in (first, row) if r is not None
    ]
    return f"{' to '.join(ends)}, {count(row.n)} of {count(row.total)} galleries"


def _before(measure: Measure | None, row: Row) -> float | None:
    """Return the upper end of how far a pair was used together in the earlier half."""
    keys = {"community": row["community"], "other": row["other"]}
    first = measure.one(statistic="together_first", **keys) if measure else None
    return first.high if first else None
