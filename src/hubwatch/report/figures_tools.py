"""The tools behind adapters: who trains with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report.figure import MOST_CATEGORIES, REST, Figure, Swatch, palette
from hubwatch.report.months import left_out
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.parts import period_bars, period_table, periods_of, shown_parts
from hubwatch.report.suppress import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.parts import Periods
    from hubwatch.report.results import Measure, Results, Row

_TRAINER: Final = "trainer"
_STYLE: Final = "caption_style"
#: Trainers as people write them.
_NAMES: Final = {
    "kohya": "kohya sd-scripts", "onetrainer": "OneTrainer", "ai-toolkit": "ai-toolkit",
    "diffusers": "diffusers", "onsite": "the hub's own trainer", "unknown": "a trainer not known",
}  # fmt: skip
_STYLES: Final = {
    "tags": "tags", "sentences": "sentences", "mixed": "tags and sentences", "none": "no captions",
}  # fmt: skip


def trainers(results: Results) -> Figure | None:
    """Return the mix of trainers by month."""
    measure = results.get("trainer_signature")
    wholes = _shown(measure, _TRAINER) if measure else []
    names = {row["name"]: _NAMES.get(row["name"], row["name"]) for row in wholes}
    names = dict(list(names.items())[: MOST_CATEGORIES - 1])
    if measure is None or not names:
        return None
    rows = measure.monthly(dimension=_TRAINER)
    periods = periods_of(rows, "name", names, "files")
    if not periods.parts:
        return None
    order = periods.order(list(names.values()))
    colours = palette(order)
    first, last = periods.parts[0], periods.parts[-1]
    return Figure(
        id="trainers",
        title="Trainers that adapter files bear the signature of",
        reading=_reading(measure, wholes, names),
        alt=f"Stacked bars that fill the height, from {first.name} to {last.name}: the share of "
        f"adapter files by trainer. From the bottom: {', '.join(order)}.",
        caption=_caption(periods, measure)
        + left_out(results.run, sorted({row["month"] for row in rows})),
        spec=period_bars(periods, {name: colours[name] for name in order}),
        legend=tuple(Swatch(name, colours[name]) for name in order),
        table=period_table(periods, order),
        files=("trainer_signature",),
    )


def _caption(periods: Periods, measure: Measure) -> str:
    known, silent = (
        count(sum(getattr(part, name) for part in periods.parts)) for name in ("total", "unknown")
    )
    versions = [r for r in measure.where(dimension="trainer_version", month="all") if r.n]
    more = f" {count(len(versions))} versions of trainers are told apart." if versions else ""
    return (
        f"n = {known} files that tell their trainer; {silent} tell nothing. These are more than "
        "the files with metadata, as the names of tensors, or the hub's word that its own trainer "
        "made a version, tell a trainer where metadata are gone. Table: below each share its 95 % "
        "interval with each file as an independent draw, so too narrow. "
        f"{REST.capitalize()}: rare trainers, and those with fewer than {SMALLEST} files at a "
        f"time.{more}{periods.note()}"
    )


def _shown(measure: Measure, dimension: str) -> list[Row]:
    """Return the names of a dimension that may be shown, the most frequent first."""
    rows = measure.where(dimension=dimension, month="all")
    shown = shown_parts(rows, rows[0].total if rows else None)
    return sorted(shown, key=lambda row: (-(row.n or 0.0), row["name"]))


def _reading(measure: Measure, wholes: Sequence[Row], names: Mapping[str, str]) -> str:
    top = wholes[0]
    said = (
        f"{names[top['name']]} wrote {percent(top.value)} ({percent_interval(top)}) of the "
        f"{count(top.total)} files that tell their trainer."
    )
    said = said[:1].upper() + said[1:]
    styles = _shown(measure, _STYLE)
    if not styles:
        return said
    parts = [
        f"{_STYLES.get(r['name'], r['name'])} {percent(r.value)} ({percent_interval(r)})"
        for r in styles
    ]
    return (
        f"{said} Captions they were trained on, of the {count(styles[0].total)} files with "
        "metadata: "
        f"{', '.join(parts)}."
    )
