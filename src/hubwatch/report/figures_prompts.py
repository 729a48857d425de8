"""The figure of whom prompts ask for, by browsing level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.levels import RATED
from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.observed import said_of_images
from hubwatch.report.published import comparators
from hubwatch.report.suppress import count_or_few

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Results, Row

#: Gender to words and colour, in stacking order; `none` is a prompt that names no gender.
ASKED: Final = {
    "women": ("women", "var(--c2)"),
    "both": ("women and men", "var(--c4)"),
    "men": ("men", "var(--c1)"),
    "none": ("no gender named", "var(--c-rest)"),
}


def prompt_gender(results: Results) -> Figure | None:
    """Return whom prompts ask for, by level."""
    measure = results.get("prompt_gender")
    at = {(r["level"], r["gender"]): r for r in measure.rows if r.total} if measure else {}
    levels = [lv for lv in (*RATED, "all") if all((lv, g) in at for g in ASKED)]
    if "all" not in levels:
        return None
    women, none = at["all", "women"], at["all", "none"]
    return Figure(
        id="prompt-gender",
        title="Whom prompts ask for, by the image's browsing level",
        reading=f"{percent(women.value, *women.interval)} ({percent_interval(women)}) of images "
        f"have a prompt that names women only, {percent(at['all', 'men'].value)} one that names "
        f"men only, {percent(none.value)} one that names no gender.{_by_level(at, levels)}",
        alt="Horizontal stacked bars that fill the width, one for each browsing level: "
        + "; ".join(
            f"{_level(lv)}: "
            + ", ".join(f"{words} {percent(at[lv, g].value)}" for g, (words, _) in ASKED.items())
            for lv in levels
        )
        + ".",
        caption=f"n = {count(women.total)} images with a prompt that was read; "
        "images without one are not part of it. "
        + (f"{count_or_few(women.unknown)} others left out. " if women.unknown else "")
        + f"The level is the picture's.{_silent(none)} 95 % intervals with creators as independent "
        "draws stand in the table." + said_of_images(results.run),
        spec=_stacked(at, levels),
        legend=tuple(Swatch(words, colour) for words, colour in ASKED.values()),
        table=_prompt_table(at, levels),
        beside=comparators("prompt_gender"),
        files=("prompt_gender",),
    )


def _level(level: str) -> str:
    return "All images with a prompt" if level == "all" else level


def _by_level(at: Mapping[tuple[str, str], Row], levels: Sequence[str]) -> str:
    ends = [lv for lv in levels if lv not in ("all", "blocked")]
    if len(ends) < 2:
        return ""
    first, last = (at[lv, "women"] for lv in (ends[0], ends[-1]))
    return (
        f" At {ends[0]} {percent(first.value)} of images have one that names women only, at "
        f"{ends[-1]} {percent(last.value)}."
    )


def _silent(row: Row) -> str:
    """Return what is known of images whose prompts name no gender."""
    men, women = (row.more.get(f"avoids_{who}", 0.0) for who in ("men", "women"))
    return (
        f" Of the {count(row.n)} images whose prompt names no gender {count_or_few(men)} leave men "
        f"out by their negative prompt and {count_or_few(women)} leave women out; what such "
        "pictures show is not read."
    )


def _stacked(at: Mapping[tuple[str, str], Row], levels: Sequence[str]) -> dict[str, Any]:
    records = []
    for level in levels:
        floor = 0.0
        for gender, (words, _) in ASKED.items():
            row = at[level, gender]
            top = floor + (row.value or 0.0)
            records.append(
                {"row": _level(level), "category": gender, "from": round(floor, 6),
                 "to": round(top, 6), "label": f"{_level(level)}, {words}: {percent(row.value)} "
                 f"({percent_interval(row)}), n = {count(row.total)}"}
            )  # fmt: skip
            floor = top
    axis = alt.Axis(title=None, domain=False, ticks=False, labelFontSize=12)
    bars = (
        alt.Chart(charts.data(records))
        .mark_bar(stroke=charts.PAGE, strokeWidth=1)
        .encode(
            y=alt.Y("row:N", sort=[_level(lv) for lv in levels], axis=axis),
            x=alt.X(
                "from:Q",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", tickCount=5, domain=False, ticks=False,
                              title="share of images with a prompt"),
            ),
            x2="to:Q",
            color=charts.colour_of("category", {g: colour for g, (_, colour) in ASKED.items()}),
            tooltip=alt.Tooltip("label:N"),
        )
    )  # fmt: skip
    return charts.finish(bars, height=34 * len(levels) + 10)


def _prompt_table(at: Mapping[tuple[str, str], Row], levels: Sequence[str]) -> Table:
    head = [text for words, _ in ASKED.values() for text in (words.capitalize(), "95 % interval")]
    rows = []
    for level in levels:
        pairs = [(percent(at[level, g].value), percent_interval(at[level, g])) for g in ASKED]
        row = at[level, "women"]
        cells = (x for pair in pairs for x in pair)
        rows.append((_level(level), *cells, count(row.total), count(row.unknown)))
    return Table(("Level", *head, "n", "Unknown"), tuple(rows))
