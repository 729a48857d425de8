"""Chart parts that figures are put together from, as Vega-Lite through Altair.

Colours are CSS variables of the page: one drawing serves the light page, the dark page and paper.
Legends are HTML beside the chart, so that they wrap on a phone and can be read aloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import altair as alt

if TYPE_CHECKING:
    from hubwatch.report.published import Change

INK: Final = "var(--ink)"
MUTED: Final = "var(--muted)"
GRID: Final = "var(--grid)"
PAGE: Final = "var(--page)"
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
HEIGHT: Final = 300

Record = Mapping[str, Any]

_AXIS: Final = {
    "domainColor": GRID,
    "gridColor": GRID,
    "tickColor": GRID,
    "labelColor": MUTED,
    "titleColor": MUTED,
    "labelFont": FONT,
    "titleFont": FONT,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "titlePadding": 10,
    "labelPadding": 6,
}
_MONTH_LABEL: Final = (
    "utcmonth(datum.value) == 0 || datum.index == 0"
    " ? [utcFormat(datum.value, '%b'), utcFormat(datum.value, '%Y')]"
    " : utcFormat(datum.value, '%b')"
)


def data(records: Sequence[Record]) -> Any:
    """Return records as data inside the specification."""
    return alt.InlineData(values=[dict(record) for record in records])


def finish(chart: Any, *, height: int | None = HEIGHT) -> dict[str, Any]:
    """Return a chart's Vega-Lite, as wide as its box, in the page's type and colours."""
    size = {"width": "container"} | ({"height": height} if height else {})
    styled = (
        chart.properties(
            **size,
            background="transparent",
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            padding={"left": 2, "right": 12, "top": 6, "bottom": 2},
        )
        .configure(font=FONT, aria=False)
        .configure_view(stroke=None)
        .configure_axis(**_AXIS)
    )
    spec: dict[str, Any] = styled.to_dict()
    return spec


def month_start(month: str) -> str:
    """Return the first instant of a month `YYYY-MM`, UTC."""
    return f"{month}-01T00:00:00Z"


def month_end(month: str) -> str:
    """Return the first instant of the next month, UTC."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}-01T00:00:00Z"


def month_middle(month: str) -> str:
    """Return the middle of a month, UTC, where a value of the whole month is drawn."""
    return f"{month}-15T12:00:00Z"


def _instant(month: str) -> Any:
    return alt.DateTime(year=int(month[:4]), month=int(month[5:7]), date=1, utc=True)


def _step(months: int) -> int:
    for limit, step in ((9, 1), (36, 3), (72, 6)):
        if months <= limit:
            return step
    return 12


def month_axis(field: str, months: Sequence[str], *, spans: bool = False) -> Any:
    """Return the x channel of a series of months.

    Args:
        field: field that holds an instant.
        months: sorted `YYYY-MM`; ticks stand at whole quarters, halves or years of this window.
        spans: marks span whole months, so that they make the axis as wide as the window.
    """
    first, last = months[0], months[-1]
    every = _step(_span(first, last))
    ticks = [m for m in _between(first, last) if (int(m[5:7]) - 1) % every == 0] or [first]
    return alt.X(
        f"{field}:T",
        title=None,
        # Vega-Lite reads a domain of dates twice, differently, where a channel has a second end.
        scale=alt.Scale(type="utc", nice=False)
        if spans
        else alt.Scale(type="utc", domain=[_instant(first), _instant(month_end(last)[:7])]),
        axis=alt.Axis(
            values=[_instant(m) for m in ticks],
            labelExpr=_MONTH_LABEL,
            labelOverlap="greedy",
            labelAlign="left",
            labelOffset=0,
            labelPadding=4,
            grid=False,
        ),
    )


def _span(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7]) + 1


def _between(first: str, last: str) -> list[str]:
    start = int(first[:4]) * 12 + int(first[5:7]) - 1
    return [f"{i // 12:04d}-{i % 12 + 1:02d}" for i in range(start, start + _span(first, last))]


def share_axis(field: str, *, top: float | None = None, title: str | None = None) -> Any:
    """Return the y channel of a share in 0..1, from zero."""
    scale = alt.Scale(domain=[0, top]) if top else alt.Scale(zero=True)
    axis = alt.Axis(format="%", tickCount=5, domain=False, ticks=False, title=title)
    return alt.Y(f"{field}:Q", scale=scale, axis=axis)


def colour_of(field: str, colours: Mapping[str, str]) -> Any:
    """Return the colour channel with a fixed colour for each category and no legend."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{field}:N", scale=scale, legend=None)


def stacked_months(
    records: Sequence[Record], colours: Mapping[str, str], months: Sequence[str], y: Any
) -> Any:
    """Return bars stacked from `from` to `to`, one a month and category.

    Args:
        records: `start`, `end`, `from`, `to`, `category` and `label` (the tooltip).
        colours: category to colour, in stacking order.
        months: the window.
        y: y channel of `from`.
    """
    return (
        alt.Chart(data(records))
        .mark_rect(stroke=PAGE, strokeWidth=1)
        .encode(
            x=month_axis("start", months, spans=True),
            x2="end:T",
            y=y,
            y2="to:Q",
            color=colour_of("category", colours),
            tooltip=alt.Tooltip("label:N"),
        )
    )


def change_rules(changes: Sequence[Change]) -> list[Any]:
    """Return numbered vertical rules at the dates of a platform's changes; none, no layers.

    The layers take their axes from the layer below: a scale is declared once in a chart.
    """
    if not changes:
        return []
    rows = [
        {"at": f"{c.date}T00:00:00Z", "number": str(i), "label": f"{c.date}: {c.what}"}
        for i, c in enumerate(changes, start=1)
    ]
    base = alt.Chart(data(rows)).encode(x=alt.X("at:T"), tooltip="label:N")
    return [
        base.mark_rule(color=INK, strokeDash=[2, 3], strokeWidth=1, opacity=0.75).encode(
            y=alt.value(-4), y2=alt.value(HEIGHT)
        ),
        base.mark_text(color=INK, fontSize=11, fontWeight="bold", font=FONT, dy=-10).encode(
            y=alt.value(0), text="number:N"
        ),
    ]


def stack(
    month: str, parts: Sequence[tuple[str, float, str]], colours: Mapping[str, str]
) -> list[Record]:
    """Return the bars of one month, stacked in the order of `colours`.

    Args:
        month: `YYYY-MM`.
        parts: category, height, tooltip.
        colours: categories in stacking order, the first at the bottom.
    """
    heights = {category: (height, label) for category, height, label in parts}
    records: list[Record] = []
    floor = 0.0
    for category in colours:
        height, label = heights.get(category, (0.0, ""))
        if height > 0:
            records.append(
                {"start": month_start(month), "end": month_end(month), "category": category,
                 "from": round(floor, 6), "to": round(floor + height, 6), "label": label}
            )  # fmt: skip
            floor += height
    return records


def dot_rows(
    records: Sequence[Record],
    rows: Sequence[str],
    groups: Mapping[str, tuple[str, str]],
    x: Any,
    *,
    under: Sequence[Any] = (),
    row_height: int = 34,
    left: int = 0,
    beside: bool = True,
    ends: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Return dots with intervals, rows below each other, the groups of a row beside each other.

    Args:
        records: `row`, `group`, `value`, `low`, `high` and `label` (the tooltip).
        rows: rows from the top.
        groups: group to its colour and the shape of its dot.
        x: x channel of `value`.
        under: layers below the dots.
        row_height: pixels of a row.
        left: pixels for the names of rows, which then begin at one edge; 0: they end at the axis.
        beside: the groups of a row stand beside each other, not on one line.
        ends: fields of a wider range, drawn as a thin line with ends: no interval.
    """
    edge = {"labelAlign": "left", "labelPadding": left} if left else {}
    axis = alt.Axis(title=None, domain=False, ticks=False, labelLimit=165, labelFontSize=12, **edge)
    shapes = [shape for _, shape in groups.values()]
    base = alt.Chart(data(records)).encode(
        y=alt.Y("row:N", sort=list(rows), axis=axis, scale=alt.Scale(paddingInner=0.3)),
        color=colour_of("group", {name: colour for name, (colour, _) in groups.items()}),
        tooltip=alt.Tooltip("label:N"),
    )
    if len(groups) > 1 and beside:
        base = base.encode(yOffset=alt.YOffset("group:N", sort=list(groups)))
    shape = alt.Shape("group:N", legend=None, scale=alt.Scale(domain=list(groups), range=shapes))
    layers = alt.layer(
        *under,
        *(_whiskers(base, *ends) if ends else ()),
        base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round").encode(
            x=alt.X("low:Q"), x2="high:Q"
        ),
        base.mark_point(filled=True, size=85, opacity=1).encode(x=x, shape=shape),
    )
    return finish(layers, height=row_height * len(rows) + 10)


def _whiskers(base: Any, first: str, last: str) -> list[Any]:
    """Return thin lines with ends, so that nobody takes them for intervals."""
    line = base.mark_rule(strokeWidth=1.25, opacity=1)
    tick = base.mark_tick(thickness=1.5, size=11, orient="vertical", opacity=1)
    return [
        line.encode(x=alt.X(f"{first}:Q"), x2=f"{last}:Q"),
        tick.encode(x=alt.X(f"{first}:Q")),
        tick.encode(x=alt.X(f"{last}:Q")),
    ]


def series(
    records: Sequence[Record],
    months: Sequence[str],
    styles: Mapping[str, tuple[str, Sequence[int]]],
    y: Any,
    rules: Sequence[Any] = (),
) -> dict[str, Any]:
    """Return lines over months with their intervals as bands.

    Args:
        records: `at`, `group`, `value`, `low`, `high` and `label` (the tooltip).
        months: the window.
        styles: group to its colour and its dashes.
        y: y channel of `value`.
        rules: layers of dated changes.
    """
    colours = {name: colour for name, (colour, _) in styles.items()}
    dashes = alt.Scale(domain=list(styles), range=[list(dash) for _, dash in styles.values()])
    base = alt.Chart(data(records)).encode(x=alt.X("at:T"), color=colour_of("group", colours))
    return finish(
        alt.layer(
            alt.Chart(data(records))
            .mark_area(opacity=0.18)
            .encode(
                x=month_axis("at", months), y=alt.Y("low:Q"), y2="high:Q",
                color=colour_of("group", colours), detail="group:N",
            ),
            base.mark_line(strokeWidth=2.25).encode(
                y=y, strokeDash=alt.StrokeDash("group:N", scale=dashes, legend=None)
            ),
            base.mark_point(filled=True, size=26, opacity=1).encode(y=y, tooltip="label:N"),
            *rules,
        )
    )  # fmt: skip


def log_ticks(low: float, high: float) -> list[float]:
    """Return round numbers for a logarithmic axis: 1, 2 and 5, or powers of ten of a wide one."""
    steps = (1, 2, 5) if high < 1000 * max(low, 1e-9) else (1,)
    numbers = [step * 10.0**power for power in range(-9, 10) for step in steps]
    return [float(f"{number:.1g}") for number in numbers if low <= number <= high]
