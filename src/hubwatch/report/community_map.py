"""The drawing of the map of vocabulary communities, readable on a phone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import numpy as np

from hubwatch.report import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Pixels of the narrowest page that the map is made for, and its height.
_WIDTH: Final = 300
_HEIGHT: Final = 400
#: Widths at which no line may cross a name.
_WIDTHS: Final = (300, 350, 600, 800, 1000)
#: Places are drawn from -1 to 1; so much more is left for names at the edges.
_EDGE: Final = 1.2
#: Most names on the map; the others stand in the legend alone.
_NAMES: Final = 5
#: Lines for each circle, the strongest: more of them hide what they are to show.
_LINKS: Final = 1.2
_LETTER: Final = 6.6
_LINE: Final = 15
_LONGEST: Final = 22
#: Area of the smallest and the greatest circle, square pixels.
_AREAS: Final = (420.0, 2600.0)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """One community on the map.

    Args:
        number: as in the legend.
        name: its most distinctive tag.
        share: of images, 0..1.
        x, y: place, -1..1.
        colour: of its circle.
        label: tooltip.
        hint: it is no finding: a ring in place of a disc.
    """

    number: str
    name: str
    share: float
    x: float
    y: float
    colour: str
    label: str
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Two communities whose tags meet in prompts.

    Args:
        ends: their numbers.
        share: how often, 0..1.
        label: tooltip.
    """

    ends: tuple[str, str]
    share: float
    label: str


def community_map(nodes: Sequence[Node], links: Sequence[Link]) -> dict[str, Any]:
    """Return the map: circles by share of images, lines by how often prompts mix two communities.

    Args:
        nodes: at least one, the greatest first.
        links: between nodes.
    """
    nodes = _spread(nodes)
    areas = _areas(nodes)
    circles = [_record(node, areas[node.number]) for node in nodes]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-_EDGE, _EDGE], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-_EDGE, _EDGE], nice=False))
    base = alt.Chart(charts.data(circles)).encode(x=x, y=y, tooltip=alt.Tooltip("label:N"))
    layers = [
        *_lines(nodes, links, x, y),
        *_discs(circles, x, y),
        *_text(base, "number", fontSize=12, fontWeight="bold"),
    ]
    layers += [
        layer
        for align, records in _names(nodes, areas, _drawn(nodes, links)).items()
        for layer in _text(
            alt.Chart(charts.data(records)).encode(x=x, y=y), "name", fontSize=12, align=align
        )
    ]
    return charts.finish(alt.layer(*layers), height=_HEIGHT)


def _discs(circles: Sequence[dict[str, Any]], x: Any, y: Any) -> list[Any]:
    """Return discs, and rings for what is a hint."""
    layers = []
    for hint in (False, True):
        some = [circle for circle in circles if circle["hint"] is hint]
        if some:
            base = alt.Chart(charts.data(some)).encode(
                x=x, y=y, size=alt.Size("area:Q", scale=None), tooltip=alt.Tooltip("label:N")
            )
            colour = alt.Color("colour:N", scale=None)
            layers.append(
                base.mark_point(
                    filled=False, fill=charts.PAGE, strokeWidth=3, strokeDash=[5, 3], opacity=1
                ).encode(stroke=alt.Stroke("colour:N", scale=None))
                if hint
                else base.mark_point(
                    filled=True, opacity=1, stroke=charts.PAGE, strokeWidth=1.5
                ).encode(color=colour)
            )
    return layers


def _spread(nodes: Sequence[Node]) -> list[Node]:
    """Return nodes that fill the map: only who is near whom means something."""
    places = [np.array([getattr(node, axis) for node in nodes]) for axis in ("x", "y")]
    middles = [(place.max() + place.min()) / 2 for place in places]
    halves = [(place.max() - place.min()) / 2 or 1.0 for place in places]
    return [
        replace(node, x=(node.x - middles[0]) / halves[0], y=(node.y - middles[1]) / halves[1])
        for node in nodes
    ]


def _record(node: Node, area: float) -> dict[str, Any]:
    return {
        "x": round(node.x, 4), "y": round(node.y, 4), "area": round(area, 1),
        "colour": node.colour, "number": node.number, "label": node.label,
        "hint": node.hint,
    }  # fmt: skip


def _areas(nodes: Sequence[Node]) -> dict[str, float]:
    """Return the area of each circle: with the share, and big enough for its number."""
    top = max(node.share for node in nodes) or 1.0
    low, high = _AREAS
    return {node.number: low + (high - low) * node.share / top for node in nodes}


def _drawn(nodes: Sequence[Node], links: Sequence[Link]) -> list[Link]:
    """Return the links that are drawn."""
    numbers = {node.number for node in nodes}
    return _strongest(nodes, [link for link in links if numbers.issuperset(link.ends)])


def _lines(nodes: Sequence[Node], links: Sequence[Link], x: Any, y: Any) -> list[Any]:
    """Return the layer of lines, none without any; its axes are those of the circles."""
    at = {node.number: node for node in nodes}
    known = _drawn(nodes, links)
    least, top = (one((link.share for link in known), default=0.0) for one in (min, max))
    range_ = top - least or 1.0
    records = [
        {
            "x": round(at[a].x, 4), "y": round(at[a].y, 4), "x2": round(at[b].x, 4),
            "y2": round(at[b].y, 4), "width": round(1.5 + 6 * (link.share - least) / range_, 2),
            "label": link.label,
        }
        for link in known
        for a, b in (link.ends,)
    ]  # fmt: skip
    if not records:
        return []
    return [
        alt.Chart(charts.data(records))
        .mark_rule(color=charts.MUTED, opacity=0.3, strokeCap="round")
        .encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None), tooltip=alt.Tooltip("label:N"),
        )
    ]  # fmt: skip


def _strongest(nodes: Sequence[Node], links: Sequence[Link]) -> list[Link]:
    """Return the strongest lines, and the strongest of each circle, so that none stands alone."""
    ordered = sorted((x for x in links if x.share > 0), key=lambda x: (-x.share, x.ends))
    kept = ordered[: round(_LINKS * len(nodes))]
    for node in nodes:
        own = next((link for link in ordered if node.number in link.ends), None)
        if own is not None and own not in kept:
            kept.append(own)
    return kept


def _text(base: Any, field: str, **style: Any) -> list[Any]:
    """Return text with a rim in the colour of the page, so that it can be read on anything."""
    plain = {"font": charts.FONT, "baseline": "middle", **style}
    text = alt.Text(f"{field}:N")
    return [
        base.mark_text(
            color=charts.PAGE, stroke=charts.PAGE, strokeWidth=3.5, strokeJoin="round", **plain
        ).encode(text=text),
        base.mark_text(color=charts.INK, **plain).encode(text=text),
    ]


def _names(
    nodes: Sequence[Node], areas: dict[str, float], links: Sequence[Link]
) -> dict[str, list[dict[str, Any]]]:
    """Return the names that fit on a phone and cross no line or other name, by their alignment.

    What fits at the smallest width fits at any: places move apart and letters stay as they are.
    """
    taken = [_circle(node, areas[node.number]) for node in nodes]
    found: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        if sum(map(len, found.values())) == _NAMES:
            break
        name = node.name if len(node.name) <= _LONGEST else f"{node.name[: _LONGEST - 1]}…"
        for below in (True, False):
            align, box = _name_box(node, areas[node.number], name, below=below)
            free = not any(_touch(box, other) for other in taken)
            if _inside(box) and free and not _crossed(node, box, nodes, links):
                taken.append(box)
                y = _to_y((box[1] + box[3]) / 2)
                record = {"x": round(node.x, 4), "y": round(y, 4), "name": name}
                found.setdefault(align, []).append(record)
                break
    return dict(sorted(found.items()))


def _pixels(x: float, y: float) -> tuple[float, float]:
    return (x + _EDGE) / (2 * _EDGE) * _WIDTH, (_EDGE - y) / (2 * _EDGE) * _HEIGHT


def _to_y(pixels: float) -> float:
    return _EDGE - pixels / _HEIGHT * 2 * _EDGE


def _circle(node: Node, area: float) -> Box:
    (x, y), r = _pixels(node.x, node.y), math.sqrt(area / math.pi)
    return x - r, y - r, x + r, y + r


def _name_box(node: Node, area: float, name: str, *, below: bool) -> tuple[str, Box]:
    """Return the alignment of a name and the room that it takes."""
    (x, y), r = _pixels(node.x, node.y), math.sqrt(area / math.pi)
    width = _LETTER * len(name)
    align = "left" if x < width / 2 else "right" if x > _WIDTH - width / 2 else "center"
    left = {"left": x, "center": x - width / 2, "right": x - width}[align]
    top = y + r + 2 if below else y - r - 2 - _LINE
    return align, (left, top, left + width, top + _LINE)


def _crossed(node: Node, box: Box, nodes: Sequence[Node], links: Sequence[Link]) -> bool:
    """Return whether a line runs through a name, on a phone or a wider page.

    Args:
        node: whose name it is.
        box: room of the name where the map is as narrow as it gets.
        nodes, links: what is drawn.
    """
    at = {one.number: one for one in nodes}
    x = _pixels(node.x, node.y)[0]
    for width in _WIDTHS:
        wide = (node.x + _EDGE) / (2 * _EDGE) * width
        moved = (box[0] - x + wide, box[1], box[2] - x + wide, box[3])
        for a, b in (link.ends for link in links):
            ends = [_pixels(at[end].x, at[end].y) for end in (a, b)]
            first, last = (np.array((px * width / _WIDTH, py)) for px, py in ends)
            points = first + (last - first) * np.linspace(0, 1, 201)[:, None]
            inside = (points > moved[:2]).all(axis=1) & (points < moved[2:]).all(axis=1)
            if inside.any():
                return True
    return False


def _inside(box: Box) -> bool:
    return box[0] >= 0 and box[2] <= _WIDTH and box[1] >= 0 and box[3] <= _HEIGHT


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
