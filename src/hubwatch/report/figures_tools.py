"""The tools behind adapters: who trains with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report.figure import MOST_CATEGORIES, REST, Figure, Swatch, Table, palette
from hubwatch.report.figures_mix import share_bars
from hubwatch.report.months import left_out
from hubwatch.report.numbers import count, month_name, percent, percent_interval
from hubwatch.report.parts_of_months import grey, shares_by_month, shown_parts
from hubwatch.report.suppress import SMALLEST, SUPPRESSED, count_or_few

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    shares, told = shares_by_month(rows, "name", names)
    if not shares:
        return None
    order = [*names.values(), *grey(shares)]
    colours = palette(order)
    return Figure(
        id="trainers",
        title="Trainers that adapter files bear the signature of",
        reading=_reading(measure, wholes, names),
        alt=f"Stacked bars that fill the height, one a month from {month_name(min(shares))} to "
        f"{month_name(max(shares))}: the share of adapter files by trainer. From the bottom: "
        f"{', '.join(order)}.",
        caption=_caption(told, measure) + left_out(results.run, shares),
        spec=share_bars(shares, {name: colours[name] for name in order}, ()),
        legend=tuple(Swatch(name, colours[name]) for name in order),
        table=_table(shares, order, told),
        files=("trainer_signature",),
    )


def _caption(told: Mapping[str, Row], measure: Measure) -> str:
    known, silent = (
        count(sum(getattr(row, name) or 0.0 for row in told.values()))
        for name in ("total", "unknown")
    )
    versions = [r for r in measure.where(dimension="trainer_version", month="all") if r.n]
    more = f" {count(len(versions))} versions of trainers are told apart." if versions else ""
    return (
        f"n = {known} files that say their trainer, over {len(told)} months; {silent} say nothing. "
        f"{REST.capitalize()}: rare trainers, and those with fewer than {SMALLEST} files in the "
        f"month.{more}"
    )


def _shown(measure: Measure, dimension: str) -> list[Row]:
    """Return the names of a dimension that may be shown, the most frequent first."""
    rows = measure.where(dimension=dimension, month="all")
    shown = shown_parts(rows, rows[0].total if rows else None)
    return sorted(shown, key=lambda row: (-(row.n or 0.0), row["name"]))


def _reading(measure: Measure, wholes: Sequence[Row], names: Mapping[str, str]) -> str:
    top = wholes[0]
    said = (
        f"{names[top['name']]} wrote {percent(top.value)} ({percent_interval(top)}) of the files "
        "that say their trainer."
    )
    said = said[:1].upper() + said[1:]
    styles = _shown(measure, _STYLE)
    if not styles:
        return said
    parts = [f"{_STYLES.get(r['name'], r['name'])} {percent(r.value)}" for r in styles]
    return f"{said} Captions they were trained on: {', '.join(parts)}."


def _table(
    shares: Mapping[str, Mapping[str, float]], order: Sequence[str], told: Mapping[str, Row]
) -> Table:
    rows = [
        (
            month_name(month),
            *(percent(parts[name]) if name in parts else SUPPRESSED for name in order),
            count(told[month].total),
            count_or_few(told[month].unknown),
        )
        for month, parts in shares.items()
    ]
    return Table(("Month", *order, "n", "Unknown"), tuple(rows))
