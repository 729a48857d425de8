"""The figure of concentration: how few creators account for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.numbers import count, decimal, listed, percent, percent_interval
from hubwatch.report.published import comparators
from hubwatch.report.suppress import SMALLEST, SUPPRESSED, is_small

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.report.results import Measure, Results, Row

_UNITS: Final = {"downloads": "var(--c1)", "uploads": "var(--c2)", "images": "var(--c3)"}
_DASHES: Final = {"downloads": [1, 0], "uploads": [7, 3], "images": [2, 3]}
_DECILES: Final = tuple(i / 10 for i in range(11))


def concentration(results: Results) -> Figure | None:
    """Return Lorenz curves of what creators upload and of what is downloaded from them."""
    curve = results.get("lorenz")
    if curve is None:
        return None
    units = [u for u in _UNITS if any((r.total or 0) >= SMALLEST for r in curve.where(unit=u))]
    if not units:
        return None
    points = {u: _points(curve.where(unit=u)) for u in units}
    ginis = results.get("concentration")
    gini = {u: ginis.one(unit=u, statistic="gini") if ginis else None for u in units}
    said = [f"{u} {decimal(g.value)}" for u, g in gini.items() if g and not is_small(g)]
    top = 1 - _at(points[units[0]], 0.8)
    return Figure(
        id="concentration",
        title="Concentration over creators",
        reading=f"The top 20 % of creators account for {percent(top)} of {units[0]}."
        + (f" Gini coefficients: {listed(said)}." if said else ""),
        alt="Lorenz curves under the diagonal of equality: the share that the lower part of "
        "creators accounts for. "
        + "; ".join(
            f"the top 20 % account for {percent(1 - _at(points[u], 0.8))} of {u}" for u in units
        )
        + ".",
        caption=f"n = {listed([_base(curve.where(unit=u)[0], u) for u in units])}. Deleted "
        "accounts are gone from hub and curve alike. Intervals, in the table, take creators as "
        "independent draws; with heavy tails they are too narrow.",
        spec=_lorenz(points),
        legend=(
            *(Swatch(u, _UNITS[u], "line", " ".join(map(str, _DASHES[u]))) for u in units),
            Swatch("equality", charts.MUTED, "line"),
        ),
        table=_lorenz_table(points, ginis, units),
        beside=comparators("concentration"),
        files=("lorenz", "concentration"),
    )


def _base(row: Row, unit: str) -> str:
    """Return denominator and unknowns of one curve in words."""
    things = {"downloads": "models without known creator or counter", "images": "images"}
    left = things.get(unit, "models")
    if unit != "downloads":
        left += " without known creator"
    return f"{count(row.total)} creators for {unit} ({count(row.unknown)} {left} left out)"


def _points(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Return the curve as (share of creators, share of the whole), sorted, from (0, 0) on."""
    pairs = {(float(r["population_share"] or 0), r.value) for r in rows if r.value is not None}
    return sorted({(0.0, 0.0), *pairs})


def _at(points: Sequence[tuple[float, float]], share: float) -> float:
    """Return the curve's height at a share of creators, straight between points."""
    before = max(p for p in points if p[0] <= share)
    after = min((p for p in points if p[0] >= share), default=before)
    if after[0] == before[0]:
        return before[1]
    return before[1] + (after[1] - before[1]) * (share - before[0]) / (after[0] - before[0])


def _lorenz(points: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    records = [
        {"unit": unit, "creators": x, "value": y,
         "label": f"The lower {percent(x)} of creators: {percent(y)} of {unit}"}
        for unit, pairs in points.items() for x, y in pairs
    ]  # fmt: skip
    axis = alt.Axis(
        format="%", tickCount=5, domain=False, ticks=False, grid=False,
        title="creators, from the smallest to the biggest",
    )  # fmt: skip
    x = alt.X("creators:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)
    y = charts.share_axis("value", top=1.0, title="share of the whole")
    corner = [{"creators": 0, "value": 0}, {"creators": 1, "value": 1}]
    dashes = alt.Scale(domain=list(points), range=[_DASHES[u] for u in points])
    equality = alt.Chart(charts.data(corner)).mark_line(color=charts.MUTED, strokeWidth=1)
    return charts.finish(
        alt.layer(
            equality.encode(x=x, y=y),
            alt.Chart(charts.data(records)).mark_line(strokeWidth=2.25).encode(
                x=x, y=y, color=charts.colour_of("unit", {u: _UNITS[u] for u in points}),
                strokeDash=alt.StrokeDash("unit:N", scale=dashes, legend=None),
                tooltip=alt.Tooltip("label:N"),
            ),
        ),
        height=320,
    )  # fmt: skip


def _lorenz_table(
    points: dict[str, list[tuple[float, float]]], ginis: Measure | None, units: Sequence[str]
) -> Table:
    rows = [
        (f"Lower {percent(share)} of creators", *(percent(_at(points[u], share)) for u in units))
        for share in _DECILES
    ]
    for name, words in (("gini", "Gini"), ("top1", "Top 1 %"), ("top20", "Top 20 %")):
        found = [ginis.one(unit=u, statistic=name) if ginis else None for u in units]
        if any(found):
            rows.append((f"{words} (95 % interval)", *(_statistic(row, name) for row in found)))
    return Table(("Creators", *(f"Share of {u}" for u in units)), tuple(rows))


def _statistic(row: Row | None, name: str) -> str:
    if row is None or is_small(row):
        return SUPPRESSED if row is not None else "–"
    if name == "gini":
        return f"{decimal(row.value)} ({decimal(row.low)}–{decimal(row.high)})"
    return f"{percent(row.value)} ({percent_interval(row)})"
