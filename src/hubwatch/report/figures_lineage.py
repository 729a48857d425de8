"""The lineage tree: which base models adapters were made from, by their files and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.parts import shown_parts
from hubwatch.report.suppress import MARKS, count_or_few, is_small, mark_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row

_ROOT: Final = "root"
#: Basis to its words, colour and shape of a dot; `signal` has the same pair of colours elsewhere.
_BASES: Final = {
    "header": ("as the file says", "var(--c2)", "diamond"),
    "declared": ("as the uploader says", "var(--c1)", "circle"),
}
_KINDS: Final = ("a release", "a checkpoint of the hub", "another file")
#: Most lines of the tree; families beyond them are in the table.
_MOST: Final = 14


def lineage_tree(results: Results) -> Figure | None:
    """Return the tree of base models: architectures, below each its families."""
    measure = results.get("base_model_lineage_share")
    cells = _cells(measure) if measure else {}
    lines = list(_lines(cells))[:_MOST]
    drawn = [
        (basis, title, cells[basis, *node])
        for title, node in lines
        for basis in _BASES
        if (basis, *node) in cells and cells[basis, *node].value is not None
    ]
    if measure is None or not drawn:
        return None
    bases = [basis for basis in _BASES if any(basis == one for one, _, _ in drawn)]
    return Figure(
        id="lineage",
        title="Lineage of base models among adapter files",
        reading=_reading(measure, cells, lines),
        alt="A tree as lines of text: architectures, below each its families. Dots with 95 % "
        "intervals are shares of adapter files. "
        + "; ".join(
            f"{title.strip('└ ')}, {_BASES[b][0]}, {percent(r.value)}" for b, title, r in drawn
        )
        + ".",
        caption=_caption(measure, cells),
        spec=charts.dot_rows(
            [_record(basis, title, row) for basis, title, row in drawn],
            [title for title, _ in lines],
            {basis: _BASES[basis][1:] for basis in bases},
            _axis([row for _, _, row in drawn]),
            row_height=30,
            left=150,
        ),
        legend=tuple(
            Swatch(_BASES[b][0], _BASES[b][1], "diamond" if b == "header" else "dot") for b in bases
        ),
        table=_table(measure, cells),
        files=("base_model_lineage_share",),
    )


def _cells(measure: Measure) -> dict[tuple[str, str, str], Row]:
    """Return (basis, parent, node) to the row of the whole time, those that may be shown.

    Siblings make up a whole, so beside a small one the smallest shown is hidden as well.
    """
    siblings: dict[tuple[str, str], list[Row]] = {}
    for row in measure.where(month="all"):
        if row["basis"] in _BASES:
            siblings.setdefault((row["basis"], row["parent"]), []).append(row)
    shown = [
        row
        for rows in siblings.values()
        for row in shown_parts(rows, sum(row.n or 0.0 for row in rows))
    ]
    cells = {(row["basis"], row["parent"], row["node"]): row for row in shown}
    return {key: row for key, row in cells.items() if _above(key, cells)}


def _above(key: tuple[str, str, str], cells: Mapping[tuple[str, str, str], Row]) -> bool:
    """Return whether the node above is shown, so that a node does not tell what it hides."""
    basis, parent, node = key
    if parent == _ROOT:
        return True
    tops = [p for b, p, n in cells if b == basis and n == parent]
    return bool(tops) and (parent != node or (basis, _ROOT, node) in cells)


def _lines(cells: dict[tuple[str, str, str], Row]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the text and the node of each line, the greatest architecture first."""

    def size(parent: str, node: str) -> float:
        return max(
            (cells[b, parent, node].value or 0.0) for b in _BASES if (b, parent, node) in cells
        )

    nodes = {key[1:] for key in cells if key[0] in _BASES and key[2] not in _KINDS}
    tops = sorted((n for n in nodes if n[0] == _ROOT), key=lambda n: (-size(*n), n))
    for top in tops:
        yield top[1], top
        below = sorted((n for n in nodes if n[0] == top[1]), key=lambda n: (-size(*n), n))
        for node in below:
            if len(below) > 1 or node[1] != top[1]:
                yield f"└ {'itself' if node[1] == top[1] else node[1]}", node


def _record(basis: str, title: str, row: Row) -> dict[str, Any]:
    return {
        "row": title, "group": basis, "value": row.value, "low": row.interval[0],
        "high": row.interval[1],
        "label": f"{row['node']}, {_BASES[basis][0]}: {percent(row.value)} "
        f"({percent_interval(row)}), {count(row.n)} of {count(row.total)} files",
    }  # fmt: skip


def _axis(rows: Sequence[Row]) -> Any:
    top = max(row.interval[1] or row.value or 0.0 for row in rows)
    scale = alt.Scale(domain=[0, min(1.0, top * 1.05) or 1.0], nice=False)
    axis = alt.Axis(format="%", tickCount=4, title="share of adapter files", orient="bottom")
    return alt.X("value:Q", scale=scale, axis=axis)


def _reading(
    measure: Measure,
    cells: dict[tuple[str, str, str], Row],
    lines: Sequence[tuple[str, tuple[str, str]]],
) -> str:
    first = next(node for _, node in lines)
    row = next(cells[b, *first] for b in _BASES if (b, *first) in cells)
    agree = measure.one(basis="same architecture", month="all", parent="all", node="all")
    said = (
        f"{percent(row.value)} ({percent_interval(row)}) of adapter files are of the architecture "
        f"{first[1]}, {_BASES[row['basis']][0]}."
    )
    if agree is None or agree.value is None or is_small(agree):
        return said
    return (
        f"{said} File and uploader name the same architecture in {percent(agree.value)} "
        f"({percent_interval(agree)}) of the {count(agree.total)} files of which both speak."
    )


def _caption(measure: Measure, cells: dict[tuple[str, str, str], Row]) -> str:
    told = [
        f"n = {count(row.total)} files {_BASES[basis][0]}, {count(row.unknown)} unknown"
        for basis in _BASES
        if (row := next((r for k, r in cells.items() if k[:2] == (basis, _ROOT)), None))
    ]
    draws = any(row.creators_low is None for key, row in cells.items() if key[2] not in _KINDS)
    hidden = sum(
        bool(row.n) and (row["basis"], row["parent"], row["node"]) not in cells
        for row in measure.where(month="all")
        if row["basis"] in _BASES
    )
    small = f" {hidden} cells are left out of the chart. {MARKS}" if hidden else ""
    return (
        f"{'; '.join(told)}. Where metadata are gone, the architecture is inferred from the names "
        "and shapes of the tensors, which every file has. Most trainers write an "
        "architecture only, so families below it are "
        "seen on the uploader's word; a header can check it. Bars: 95 % intervals with "
        f"{'files' if draws else 'creators'} as independent draws.{small}"
    )


def _table(measure: Measure, cells: dict[tuple[str, str, str], Row]) -> Table:
    places = [(r["basis"], r["parent"]) for r in measure.where(month="all") if r.n]
    places = [place for place in places if place[1] not in ("all", _ROOT)]
    alone = {place for place in places if places.count(place) == 1}
    rows = []
    for row in measure.where(month="all"):
        basis, parent, node = row["basis"], row["parent"], row["node"]
        if node == "all" or not row.n or (parent == node and (basis, node) in alone):
            continue
        words = {"header": "File", "declared": "Uploader"}.get(basis, f"Agreement: {basis}")
        hidden = is_small(row) if basis not in _BASES else (basis, parent, node) not in cells
        if hidden and basis not in _BASES:
            continue
        numbers = (percent(row.value), percent_interval(row), count(row.n))
        rows.append((
            node if parent == _ROOT else f"{parent} › {node}", words,
            *((mark_of(row, "files"),) * 3 if hidden else numbers), count_or_few(row.total),
        ))  # fmt: skip
    head = ("Node", "Who says so", "Share", "95 % interval", "Files", "Of")
    return Table(head, tuple(sorted(rows)))
