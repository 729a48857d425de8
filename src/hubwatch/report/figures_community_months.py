"""How vocabulary communities grow and shrink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.report.figure import REST, REST_COLOUR, Figure, Swatch
from hubwatch.report.figures_communities import COLOURED, colours_of, shown_communities
from hubwatch.report.months import FEWEST, is_complete, left_out
from hubwatch.report.numbers import count, percent
from hubwatch.report.parts import period_bars, period_table, periods_of
from hubwatch.report.suppress import few

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.parts import Period, Periods
    from hubwatch.report.results import Measure, Results, Row
    from hubwatch.report.run import Run


def community_months(results: Results) -> Figure | None:
    """Return the share of images by community over time."""
    adoption, found = results.get("community_adoption"), shown_communities(results)
    if adoption is None or not found:
        return None
    names = {one.code: one.title for one in found[:COLOURED]}
    rows = adoption.monthly()
    periods = periods_of(rows, "community", names)
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
        reading=_moved(*_ends(periods, results.run), order),
        alt=f"Stacked bars that fill the height, from {first.name} to {last.name}: the share of "
        f"images by community. From the bottom: {', '.join(order)}.",
        caption=f"n = {known} images whose prompt is about a community; {unknown} others left "
        "out. What few creators are behind is in the grey part."
        + periods.note()
        + _merging(results, names)
        + left_out(results.run, sorted({row["month"] for row in rows})),
        spec=period_bars(periods, {name: colours[name] for name in order}),
        legend=tuple(Swatch(name, colours[name]) for name in order),
        table=period_table(periods, order),
        files=("community_adoption",),
    )


def _ends(periods: Periods, run: Run) -> tuple[Period, Period]:
    """Return the first and last period of complete months that hold enough, else of all."""
    whole = [
        part
        for part in periods.parts
        if part.total >= FEWEST and all(is_complete(run, m) for m in (part.first, part.last))
    ] or periods.parts
    return whole[0], whole[-1]


def _moved(first: Period, last: Period, order: Sequence[str]) -> str:
    """Return which community grew and which shrank most between two periods."""
    moved = {
        name: last.shares[name] - first.shares[name]
        for name in order
        if name != REST and name in first.shares and name in last.shares
    }
    if first is last or len(moved) < 2:
        named = {name: share for name, share in last.shares.items() if name != REST}
        top = max(named, key=lambda name: (named[name], name))
        return f"In {last.name}, {top} is the greatest with {percent(named[top])} of images."
    up = max(moved, key=lambda name: (moved[name], name))
    down = min(moved, key=lambda name: (moved[name], name))
    return (
        f"Between {first.name} and {last.name}, {up} went from {percent(first.shares[up])} to "
        f"{percent(last.shares[up])} of images, {down} from {percent(first.shares[down])} to "
        f"{percent(last.shares[down])}."
    )


def _merging(results: Results, names: Mapping[str, str]) -> str:
    """Return which communities the same galleries came to use together, where that is sure."""
    measure = results.get("tag_communities")
    pairs = [
        f"{names[row['community']]} and {names[row['other']]}"
        for row in (measure.where(statistic="together_last") if measure else ())
        if row["community"] in names and row["other"] in names and not few(row.n)
        if (before := _before(measure, row)) is not None
        and row.low is not None and row.low > before
    ]  # fmt: skip
    if not pairs:
        return ""
    return f" Used together more in the later half than in the earlier: {'; '.join(pairs[:3])}."


def _before(measure: Measure | None, row: Row) -> float | None:
    """Return the upper end of how far a pair was used together in the earlier half."""
    keys = {"community": row["community"], "other": row["other"]}
    first = measure.one(statistic="together_first", **keys) if measure else None
    return first.high if first else None
