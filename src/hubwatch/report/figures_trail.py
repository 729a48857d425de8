"""What adapter files hide, and what they reveal: stripped metadata, and names inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.suppress import MARKS, SMALLEST, count_or_few, few, is_small, mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Results, Row

#: Line of the chart to measure and keys of its row.
_TRAIL: Final = {
    "no training metadata": ("metadata_stripping", {"subject": "all"}),
    "└ models of real people": ("metadata_stripping", {"subject": "real person"}),
    "└ other models": ("metadata_stripping", {"subject": "other"}),
    "a person-like name inside": ("name_leakage", {"page": "any"}),
    "└ not marked by the hub": ("name_leakage", {"page": "silent by flag"}),
    "└ page names nobody": ("name_leakage", {"page": "silent by signal"}),
}
_GROUPS: Final = {
    "metadata_stripping": ("holds no trail", "var(--c5)", "square"),
    "name_leakage": ("holds a name", "var(--c2)", "diamond"),
}


def trail(results: Results) -> Figure | None:
    """Return what adapter files hide and what they reveal."""
    found: dict[str, Row] = {}
    for line, (name, keys) in _TRAIL.items():
        measure = results.get(name)
        row = measure.one(**keys, month="all") if measure else None
        if row is not None:
            found[line] = row
    drawn = {line: row for line, row in found.items() if not is_small(row) and _whole(row)}
    if not drawn:
        return None
    groups = {name: words[1:] for name, words in _GROUPS.items() if results.get(name)}
    return Figure(
        id="trail",
        title="What adapter files hide, and what they reveal",
        reading=_trail_reading(found, drawn),
        alt="Dots with 95 % intervals, shares of adapter files: "
        + "; ".join(f"{line.strip('└ ')} {percent(row.value)}" for line, row in drawn.items())
        + ".",
        caption=_trail_caption(found, drawn),
        spec=charts.dot_rows(
            [_trail_record(line, row) for line, row in drawn.items()],
            list(drawn),
            groups,
            _trail_axis(list(drawn.values())),
            beside=False,
            left=160,
        ),
        legend=tuple(
            Swatch(_GROUPS[name][0], _GROUPS[name][1], "square" if "strip" in name else "diamond")
            for name in groups
        ),
        table=_trail_table(found, drawn),
        files=tuple(groups),
    )


def _whole(row: Row) -> bool:
    return row.value is not None and None not in row.interval


def _trail_reading(found: Mapping[str, Row], drawn: Mapping[str, Row]) -> str:
    said = []
    if row := drawn.get("no training metadata"):
        said.append(
            f"{percent(row.value)} ({percent_interval(row)}) of {count(row.total)} files hold no "
            "training metadata."
        )
    if row := drawn.get("└ models of real people"):
        said.append(_ratio(row))
    if row := drawn.get("a person-like name inside"):
        said.append(
            f"{percent(row.value)} ({percent_interval(row)}) of the {count(row.total)} files with "
            "metadata reveal a person-like name in their training strings."
        )
    if row := drawn.get("└ page names nobody"):
        said.append(
            f"{percent(row.value)} ({percent_interval(row)}) do so while the model's page points "
            "at nobody."
        )
    elif (row := found.get("└ page names nobody")) and few(row.n):
        said.append(f"Fewer than {SMALLEST} do so while the model's page points at nobody.")
    return " ".join(filter(None, said)) or f"{percent(next(iter(drawn.values())).value)} of files."


def _ratio(row: Row) -> str:
    """Return how models of real people compare, or that no difference was found."""
    ratio, low, high = (row.more.get(c) for c in ("risk_ratio", "ratio_low", "ratio_high"))
    if ratio is None or low is None or high is None:
        return ""
    if low <= 1 <= high:
        return (
            f"No difference was found between models of real people and the others ({ratio:.2f} "
            f"times as frequent, {low:.2f}–{high:.2f}, which includes 1; n = {count(row.total)})."
        )
    return (
        f"Among models of real people that is {ratio:.2f} times ({low:.2f}–{high:.2f}; n = "
        f"{count(row.total)}) as frequent as among the others."
    )


def _trail_record(line: str, row: Row) -> dict[str, Any]:
    low, high = row.interval
    return {
        "row": line, "group": _TRAIL[line][0], "value": row.value, "low": low, "high": high,
        "label": f"{line}: {percent(row.value)} ({percent_interval(row)}), {count(row.n)} of "
        f"{count(row.total)} files",
    }  # fmt: skip


def _trail_axis(rows: Sequence[Row]) -> Any:
    top = max(row.interval[1] or 0.0 for row in rows)
    scale = alt.Scale(domain=[0, min(1.0, top * 1.08) or 1.0], nice=False)
    axis = alt.Axis(format="%", tickCount=4, title="share of adapter files")
    return alt.X("value:Q", scale=scale, axis=axis)


def _trail_caption(found: Mapping[str, Row], drawn: Mapping[str, Row]) -> str:
    parts = []
    for words, name in (
        ("files read", "metadata_stripping"),
        ("files with metadata", "name_leakage"),
    ):
        row = next((r for line, r in drawn.items() if _TRAIL[line][0] == name), None)
        if row is not None:
            parts.append(f"{count(row.total)} {words}, {count_or_few(row.unknown)} unknown")
    by = "files" if any(r.creators_low is None for r in drawn.values()) else "creators"
    small = f" {MARKS}" if len(drawn) < len(found) else ""
    return (
        f"n = {'; '.join(parts)}: files without metadata cannot say whether they held a "
        "name. Nobody is named: strings that may name somebody were replaced by "
        "keyed tokens before they were stored, and only whether there is one is counted. A name "
        "can be a character's or an artist's. Converters and some trainers write no metadata "
        f"without any intent. Bars: 95 % intervals with {by} as independent draws.{small}"
    )


def _trail_table(found: Mapping[str, Row], drawn: Mapping[str, Row]) -> Table:
    rows = tuple(
        (
            line,
            *((percent(row.value), percent_interval(row), count(row.n)) if line in drawn
              else (mark_of(row, "files"),) * 3),
            count_or_few(row.total),
            count_or_few(row.unknown),
        )
        for line, row in found.items()
    )  # fmt: skip
    return Table(("Files with", "Share", "95 % interval", "Files", "Of", "Unknown"), rows)
