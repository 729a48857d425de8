"""One figure of a report: its words, its chart, its legend and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.report.published import Change, Comparator

Shape = Literal["square", "line", "dot", "diamond", "hollow", "band", "ring", "whisker"]

#: Rates beyond this many categories are drawn as one grey remainder.
MOST_CATEGORIES: Final = 7
#: The remainder's name and colour.
REST: Final = "all others"
REST_COLOUR: Final = "var(--c-rest)"


@dataclass(frozen=True, slots=True)
class Swatch:
    """One entry of a legend.

    Args:
        label: what it stands for.
        colour: CSS colour, a variable of the page so that it follows the theme.
        shape: how it is drawn.
        dash: dashes of a line as in SVG; empty for a whole line.
    """

    label: str
    colour: str
    shape: Shape = "square"
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A small table in words; the first column heads its row.

    Args:
        header: column heads.
        rows: cells as text.
        numeric: cells after the first are numbers, set to the right.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Args:
        id: anchor in the page.
        title: what is shown.
        reading: one sentence that says what to see.
        alt: what somebody who does not see the chart is told.
        caption: denominators, unknowns, how to read bands and marks.
        spec: Vega-Lite.
        legend: entries in drawing order.
        changes: dated changes drawn as numbered rules.
        table: the numbers behind the chart.
        beside: published figures on the same question.
        files: measures that it is made from.
    """

    id: str
    title: str
    reading: str
    alt: str
    caption: str
    spec: Mapping[str, Any]
    table: Table
    legend: tuple[Swatch, ...] = ()
    changes: tuple[Change, ...] = ()
    beside: tuple[Comparator, ...] = ()
    files: tuple[str, ...] = field(default=())


def palette(categories: list[str]) -> dict[str, str]:
    """Return a colour for each category in the order given; the remainder is grey."""
    return {
        name: REST_COLOUR if name == REST else f"var(--c{i % MOST_CATEGORIES + 1})"
        for i, name in enumerate(categories)
    }
