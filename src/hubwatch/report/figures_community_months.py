"""How vocabulary communities grow and shrink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.report.figure import REST, REST_COLOUR, Figure, Swatch, Table
from hubwatch.report.figures_communities import COLOURED, colours_of, shown_communities
from hubwatch.report.figures_mix import share_bars
from hubwatch.report.months import ends_or_all, left_out
from hubwatch.report.numbers import count, month_name, percent
from hubwatch.report.parts_of_months import grey, shares_by_month
from hubwatch.report.suppress import SUPPRESSED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Results, Row


def community_months(results: Results) -> Figure | None:
    """Return the share of each month's images by community."""
    adoption, found = results.get("community_adoption"), shown_communities(results)
    if adoption is None or not found:
        return None
    names = {one.code: one.title for one in found[:COLOURED]}
    shares, totals = shares_by_month(adoption.monthly(), "community", names)
    if not shares:
        return None
    order = [*names.values(), *grey(shares)]
    colours = {names[code]: colour for code, colour in colours_of(found).items() if code in names}
    colours[REST] = REST_COLOUR
    first, last = ends_or_all(results.run, {m: totals[m].total or 0.0 for m in shares})
    return Figure(
        id="community-months",
        title="Vocabulary communities over time",
        reading=_moved(shares, order, first, last),
        alt=f"Stacked bars that fill the height, one a month from {month_name(min(shares))} to "
        f"{month_name(max(shares))}: the share of images by community. From the bottom: "
        f"{', '.join(order)}.",
        caption=f"n = {count(sum(row.total or 0.0 for row in totals.values()))} images whose "
        f"prompt is about a community, over {len(shares)} months; "
        f"{count(sum(row.unknown or 0.0 for row in totals.values()))} others left out. "
        "Communities of a month with few creators are in the grey part."
        + left_out(results.run, shares),
        spec=share_bars(shares, {name: colours[name] for name in order}, ()),
        legend=tuple(Swatch(name, colours[name]) for name in order),
        table=_month_table(shares, order, totals),
        files=("community_adoption",),
    )


def _moved(shares: Mapping[str, Mapping[str, float]], order: Sequence[str], first: str,
           last: str) -> str:  # fmt: skip
    """Return which community grew and which shrank most between two months."""
    moved = {
        name: shares[last].get(name, 0.0) - shares[first].get(name, 0.0)
        for name in order
        if name != REST and name in shares[first] and name in shares[last]
    }
    if first == last or len(moved) < 2:
        top = max(shares[last], key=lambda name: (shares[last][name], name))
        return f"{top} leads in {month_name(last)} with {percent(shares[last][top])} of images."
    up = max(moved, key=lambda name: (moved[name], name))
    down = min(moved, key=lambda name: (moved[name], name))
    return (
        f"Between {month_name(first)} and {month_name(last)}, {_went(shares, up, first, last)}; "
        f"{_went(shares, down, first, last)}."
    )


def _went(shares: Mapping[str, Mapping[str, float]], name: str, first: str, last: str) -> str:
    return f"{name} went from {percent(shares[first][name])} to {percent(shares[last][name])}"


def _month_table(
    shares: Mapping[str, Mapping[str, float]], order: Sequence[str], totals: Mapping[str, Row]
) -> Table:
    rows = [
        (
            month_name(month),
            *(percent(parts[name]) if name in parts else SUPPRESSED for name in order),
            count(totals[month].total),
            count(totals[month].unknown),
        )
        for month, parts in shares.items()
    ]
    return Table(("Month", *order, "n", "Unknown"), tuple(rows))
