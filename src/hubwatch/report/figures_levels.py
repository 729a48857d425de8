"""The figure of browsing levels over time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from hubwatch.levels import RATED
from hubwatch.report.figure import Figure, Swatch
from hubwatch.report.figures_mix import mix_caption, month_totals, share_bars, share_table
from hubwatch.report.months import ends_or_all, left_out
from hubwatch.report.numbers import month_name, percent
from hubwatch.report.observed import said_of_images
from hubwatch.report.published import Change, changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.report.results import Results

#: Levels have colours of their own: calm for general, warm and dark for mature.
LEVEL_COLOURS: Final = {level: f"var(--l{i})" for i, level in enumerate(RATED, start=1)}


def levels(results: Results) -> Figure | None:
    """Return the mix of browsing levels by month, `None` when not measured."""
    mix = results.get("level_mix")
    rows = mix.monthly() if mix else ()
    seen = {row["level"] for row in rows if row.n}
    order = [level for level in RATED if level in seen]
    if not order:
        return None
    colours: dict[str, str] = {level: LEVEL_COLOURS[level] for level in order}
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row["level"] in colours:
            shares[row["month"]][row["level"]] = row.value or 0.0
    months = list(shares)
    first, last = ends_or_all(results.run, month_totals(rows))
    marks = changes(results.run.platforms(), "levels", months[0], months[-1])
    safe = [percent(shares[m].get("PG", 0.0)) for m in (first, last)]
    strong = [percent(shares[m].get("X", 0.0) + shares[m].get("XXX", 0.0)) for m in (first, last)]
    return Figure(
        id="levels",
        title="Browsing levels over time",
        reading=f"PG goes from {safe[0]} of rated images in {month_name(first)} to {safe[1]} in "
        f"{month_name(last)}; X and XXX together from {strong[0]} to {strong[1]}.",
        alt=f"Stacked bars that fill the height, one a month from {month_name(months[0])} to "
        f"{month_name(months[-1])}: the share of rated images at each browsing level, from PG at "
        f"the bottom to the most explicit at the top. PG is {safe[0]} at first and {safe[1]} at "
        f"last; X and XXX together {strong[0]} and {strong[1]}.",
        caption=mix_caption(rows, "images", "level")
        + " Levels are the hub's own, taken as given."
        + said_of_images(results.run)
        + _numbered(marks)
        + left_out(results.run, months),
        spec=share_bars(shares, colours, marks),
        legend=tuple(Swatch(level, colours[level]) for level in order),
        changes=marks,
        table=share_table(shares, order, rows),
        files=("level_mix",),
    )


def _numbered(marks: Sequence[Change]) -> str:
    return " Numbered rules mark dated changes of the platform, listed below." if marks else ""
