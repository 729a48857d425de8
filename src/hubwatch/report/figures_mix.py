"""Figures of what is made: growth by method and base-model eras."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import (
    MOST_CATEGORIES,
    REST,
    Figure,
    Swatch,
    Table,
    palette,
)
from hubwatch.report.months import ends_or_all, left_out
from hubwatch.report.numbers import count, month_name, percent
from hubwatch.report.published import Change, changes, comparators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubwatch.report.results import Measure, Results, Row


def window(rows: Sequence[Row]) -> list[str]:
    """Return the months that rows hold, sorted."""
    return sorted({row["month"] for row in rows})


def month_totals(rows: Sequence[Row]) -> dict[str, float]:
    """Return the denominator of each month."""
    return {row["month"]: row.total or 0.0 for row in rows}


def _top(rows: Sequence[Row], name: Callable[[Row], str]) -> list[str]:
    """Return the biggest categories over the whole window, then the remainder if there is one."""
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        sums[name(row)] += row.n or 0.0
    order = sorted((c for c in sums if sums[c] > 0 and c != REST), key=lambda c: (-sums[c], c))
    if len(order) <= MOST_CATEGORIES and not sums[REST]:
        return order
    return [*order[: MOST_CATEGORIES - 1], REST]


def _grid(
    rows: Sequence[Row], categories: Sequence[str], name: Callable[[Row], str]
) -> dict[str, dict[str, float]]:
    """Return month to category to count, what is no category of its own under the remainder."""
    grid: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(categories, 0.0))
    for row in rows:
        category = name(row) if name(row) in categories else REST
        grid[row["month"]][category] = grid[row["month"]].get(category, 0.0) + (row.n or 0.0)
    return dict(sorted(grid.items()))


def growth(results: Results) -> Figure | None:
    """Return new versions by month and method, `None` when not measured."""
    mix = results.get("method_mix")
    rows = tuple(row for row in mix.monthly() if row["method"] != "all") if mix else ()
    order = _top(rows, lambda row: row["method"])
    if not order:
        return None
    colours = palette(order)
    grid = _grid(rows, order, lambda row: row["method"])
    months = list(grid)
    marks = changes(results.run.platforms(), "listing", months[0], months[-1])
    sums = {month: sum(parts.values()) for month, parts in grid.items()}
    return Figure(
        id="growth",
        title="New versions each month, by method",
        reading=_growth_reading(grid, sums, order),
        alt=_growth_alt(sums, order),
        caption=mix_caption(rows, "versions", "method")
        + " Old months have lost what was removed since."
        + left_out(results.run, months),
        spec=_growth_bars(grid, colours, marks),
        legend=tuple(Swatch(c, colours[c]) for c in order),
        changes=marks,
        table=_growth_table(grid, order, sums, results.get("new_items")),
        beside=comparators("growth"),
        files=("method_mix", "new_items"),
    )


def _growth_bars(
    grid: dict[str, dict[str, float]], colours: dict[str, str], marks: Sequence[Change]
) -> dict[str, object]:
    records = [
        bar
        for month, parts in grid.items()
        for bar in charts.stack(
            month,
            [(c, n, f"{month_name(month)}, {c}: {count(n)} versions") for c, n in parts.items()],
            colours,
        )
    ]
    axis = alt.Axis(
        format=",.0f", tickMinStep=1, tickCount=5, domain=False, ticks=False,
        title="versions a month",
    )  # fmt: skip
    bars = charts.stacked_months(records, colours, list(grid), alt.Y("from:Q", axis=axis))
    return charts.finish(alt.layer(bars, *charts.change_rules(marks)))


def _growth_reading(
    grid: dict[str, dict[str, float]], sums: dict[str, float], order: Sequence[str]
) -> str:
    peak = max(sums, key=lambda month: (sums[month], month))
    whole = sum(sums.values())
    first = sum(parts.get(order[0], 0.0) for parts in grid.values())
    return (
        f"{order[0]} makes up {percent(first / whole if whole else None)} of the "
        f"{count(whole)} versions with a known method; the busiest month is {month_name(peak)} "
        f"with {count(sums[peak])}."
    )


def _growth_alt(sums: dict[str, float], order: Sequence[str]) -> str:
    months = list(sums)
    return (
        f"Stacked bars, one a month from {month_name(months[0])} to {month_name(months[-1])}. "
        f"Height is the number of new versions, {count(sums[months[0]])} in the first month and "
        f"{count(sums[months[-1]])} in the last, {count(max(sums.values()))} at most. "
        f"Colours are methods, from the bottom: {', '.join(order)}."
    )


def _growth_table(
    grid: dict[str, dict[str, float]],
    order: Sequence[str],
    sums: dict[str, float],
    items: Measure | None,
) -> Table:
    units = ("model", "image") if items is not None else ()
    made = {(r["unit"], r["month"]): r for r in (items.monthly() if items is not None else ())}
    rows = [
        (
            month_name(month),
            *(count(parts.get(c, 0.0)) for c in order),
            count(sums[month]),
            *(count(r.n) if (r := made.get((u, month))) else "–" for u in units),
        )
        for month, parts in grid.items()
    ]
    return Table(("Month", *order, "All versions", *(f"New {u}s" for u in units)), tuple(rows))


def mix_caption(rows: Sequence[Row], things: str, key: str) -> str:
    """Return the sentence on denominators: each month's total and unknown counted once."""
    per_month = {row["month"]: (row.total or 0.0, row.unknown or 0.0) for row in rows}
    total = sum(t for t, _ in per_month.values())
    unknown = sum(u for _, u in per_month.values())
    left_out = f"{count(unknown)} with an unknown {key} are left out" if unknown else "none unknown"
    return (
        f"n = {count(total)} {things} with a known {key} over {len(per_month)} months; {left_out}."
    )


def base_models(results: Results) -> Figure | None:
    """Return shares of base-model families by month, `None` when not measured."""
    mix = results.get("base_model_mix")
    rows = tuple(row for row in _leaves(mix.monthly()) if row.total) if mix else ()
    if not any(row.n for row in rows):
        return None
    order = _by_time(_top(rows, _family), rows)
    colours = palette(order)
    grid = _grid(rows, order, _family)
    totals = month_totals(rows)
    shares = {m: {c: n / totals[m] for c, n in p.items()} for m, p in grid.items() if totals[m] > 0}
    months = list(shares)
    first, last = ends_or_all(results.run, totals)
    lead = [max(shares[m], key=lambda c, m=m: (shares[m][c], c)) for m in (first, last)]  # type: ignore[misc]  # mypy cannot type a lambda's default
    return Figure(
        id="base-models",
        title="Base-model eras",
        reading=_eras(lead, (first, last), shares),
        alt=f"Stacked bars that fill the height, one a month from {month_name(months[0])} to "
        f"{month_name(months[-1])}: the share of new versions by base-model family. From the "
        f"bottom: {', '.join(order)}.",
        caption=mix_caption(rows, "versions", "base model")
        + " Uploaders declare the base model; derivatives can hide under a parent's name."
        + left_out(results.run, months),
        spec=share_bars(shares, colours, ()),
        legend=tuple(Swatch(c, colours[c]) for c in order),
        table=share_table(shares, order, rows),
        files=("base_model_mix",),
    )


def _eras(lead: Sequence[str], months: tuple[str, str], shares: dict[str, dict[str, float]]) -> str:
    at = [percent(shares[month][name]) for name, month in zip(lead, months, strict=True)]
    first, last = (month_name(month) for month in months)
    if lead[0] == lead[1]:
        return f"{lead[0]} leads at both ends: {at[0]} of versions in {first}, {at[1]} in {last}."
    return f"{lead[0]} leads with {at[0]} of versions in {first}, {lead[1]} with {at[1]} in {last}."


def _family(row: Row) -> str:
    """Return the family; the measure's own `Other` joins the remainder."""
    return REST if row["family"] == "Other" else row["family"]


def _by_time(families: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Return families by the middle of their time, so that eras follow each other upwards."""
    months = window(rows)
    place = {month: i for i, month in enumerate(months)}
    middle: dict[str, float] = {REST: float("inf")}
    for family in families:
        mine = [(place[r["month"]], r.n or 0.0) for r in rows if r["family"] == family]
        if family not in middle:
            middle[family] = sum(at * n for at, n in mine) / sum(n for _, n in mine)
    return sorted(families, key=lambda family: (middle[family], family))


def _leaves(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows of single base models; rows that sum a family up are left out."""
    return tuple(row for row in rows if "all" not in (row["family"], row["base_model"]))


def share_bars(
    shares: dict[str, dict[str, float]], colours: dict[str, str], marks: Sequence[Change]
) -> dict[str, object]:
    """Return bars that fill the height, one a month, with rules at dated changes."""
    months = list(shares)
    records = [
        bar
        for month, parts in shares.items()
        for bar in charts.stack(
            month,
            [(c, s, f"{month_name(month)}, {c}: {percent(s)}") for c, s in parts.items()],
            colours,
        )
    ]
    bars = charts.stacked_months(records, colours, months, charts.share_axis("from", top=1.0))
    return charts.finish(alt.layer(bars, *charts.change_rules(marks)))


def share_table(
    shares: dict[str, dict[str, float]], order: Sequence[str], rows: Sequence[Row]
) -> Table:
    """Return the shares as a table with each month's n and unknown."""
    side = {row["month"]: (count(row.total), count(row.unknown)) for row in rows}
    return Table(
        ("Month", *order, "n", "Unknown"),
        tuple(
            (month_name(m), *(percent(parts.get(c, 0.0)) for c in order), *side[m])
            for m, parts in shares.items()
        ),
    )
