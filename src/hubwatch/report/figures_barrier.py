"""How little is needed to make an adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from hubwatch.report import charts
from hubwatch.report.figure import Figure, Swatch, Table
from hubwatch.report.numbers import NOT_KNOWN, count, percent, percent_interval
from hubwatch.report.published import comparators
from hubwatch.report.suppress import MARKS, SUPPRESSED, count_or_few, is_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row

_MEDIAN: Final = "median"
_FEW: Final = "share of few"
#: Quantity to its words.
_QUANTITIES: Final = {
    "training_images": "training images",
    "repeats": "repeats of an image",
    "epochs": "epochs",
    "steps": "training steps",
    "rank": "rank of the network",
    "resolution": "longer edge, pixels",
}
#: Subject to its words, colour and shape of a dot.
_SUBJECTS: Final = {
    "real person": ("models of real people", "var(--c2)", "diamond"),
    "other": ("other models", "var(--c1)", "circle"),
}
_ALL: Final = {"all": ("all models", "var(--c1)", "circle")}
#: Quantities in the chart; the others would say nothing on a common axis.
_DRAWN: Final = ("training_images", "epochs", "rank", "steps")
Profile = dict[tuple[str, str, str], "Row"]


def profile(results: Results) -> Profile:
    """Return (subject, quantity, statistic) to its row, those that may be shown."""
    measure = results.get("barrier_to_entry_profile")
    rows = measure.rows if measure else ()
    return {
        (row["subject"], row["quantity"], row["statistic"]): row
        for row in rows
        if not is_small(row) and row.value is not None
    }


def barrier(results: Results) -> Figure | None:
    """Return medians and the middle eight tenths of what adapters were made with."""
    measure, cells = results.get("barrier_to_entry_profile"), profile(results)
    subjects = {s: words for s, words in _SUBJECTS.items() if _any(cells, s)} or _ALL
    drawn = [
        (subject, quantity)
        for quantity in _DRAWN
        for subject in subjects
        if all((subject, quantity, s) in cells for s in (_MEDIAN, "decile1", "decile9"))
    ]
    if measure is None or not drawn:
        return None
    rows = [_QUANTITIES[q] for q in dict.fromkeys(q for _, q in drawn)]
    return Figure(
        id="barrier",
        title="How little is needed to make an adapter",
        reading=_reading(cells),
        alt="Dots at medians with lines from the first to the ninth decile, on a logarithmic axis: "
        + "; ".join(
            f"{_QUANTITIES[q]} of {subjects[s][0]} {count(cells[s, q, _MEDIAN].value)}"
            for s, q in drawn
        )
        + ".",
        caption=_caption(cells, measure),
        spec=charts.dot_rows(
            [_record(cells, s, q, subjects[s][0]) for s, q in drawn],
            rows,
            {s: words[1:] for s, words in subjects.items()},
            _axis(cells, drawn),
            row_height=44,
            ends=("first", "last"),
        ),
        legend=(
            *(
                Swatch(words, colour, "diamond" if shape == "diamond" else "dot")
                for words, colour, shape in subjects.values()
            ),
            Swatch("95 % interval of the median", "var(--band)", "band"),
            Swatch("eight of ten files", "var(--muted)", "whisker"),
        ),
        table=_table(measure, cells),
        beside=comparators("barrier_to_entry_profile"),
        files=("barrier_to_entry_profile",),
    )


def _any(cells: Profile, subject: str) -> bool:
    return any(key[0] == subject and key[2] == _MEDIAN for key in cells)


def _record(cells: Profile, subject: str, quantity: str, words: str) -> dict[str, Any]:
    low, middle, high = (cells[subject, quantity, s] for s in ("decile1", _MEDIAN, "decile9"))
    return {
        "row": _QUANTITIES[quantity], "group": subject, "value": max(middle.value or 0.0, 1.0),
        "low": max(middle.low or middle.value or 0.0, 1.0),
        "high": max(middle.high or middle.value or 0.0, 1.0),
        "first": max(low.value or 0.0, 1.0), "last": max(high.value or 0.0, 1.0),
        "label": f"{_QUANTITIES[quantity]}, {words}: median {count(middle.value)} "
        f"({_interval(middle)}), eight of ten from {count(low.value)} to {count(high.value)}, "
        f"{count(middle.total)} files",
    }  # fmt: skip


def _axis(cells: Profile, drawn: Sequence[tuple[str, str]]) -> Any:
    ends = [max(cells[s, q, d].value or 0.0, 1.0) for s, q in drawn for d in ("decile1", "decile9")]
    low, high = min(ends), max(ends)
    scale = alt.Scale(type="log", domain=[low / 1.15, high * 1.15], nice=False)
    axis = alt.Axis(
        values=[float(f"1e{power}") for power in range(19)], format="~s", grid=True,
        title="number, logarithmic",
    )  # fmt: skip
    return alt.X("value:Q", scale=scale, axis=axis)


def _interval(row: Row) -> str:
    return (
        NOT_KNOWN if row.low is None or row.high is None else f"{count(row.low)}–{count(row.high)}"
    )


def _reading(cells: Profile) -> str:
    said = []
    images = cells.get(("all", "training_images", _MEDIAN))
    if images is not None:
        said.append(
            f"Half of the adapters were trained on at most {count(images.value)} images "
            f"(95 % interval {_interval(images)}, n = {count(images.total)})."
        )
    few = cells.get(("all", "training_images", _FEW))
    if few is not None and few.more.get("few_images"):
        said.append(
            f"{percent(few.value)} ({percent_interval(few)}) took at most "
            f"{count(few.more['few_images'])}."
        )
    person = cells.get(("real person", "training_images", _MEDIAN))
    if person is not None:
        said.append(_person(person, cells.get(("other", "training_images", _MEDIAN))))
    return " ".join(said) or "Medians of what adapters were made with."


def _person(person: Row, other: Row | None) -> str:
    """Return the median of models of real people, and whether it differs from the others'."""
    ends = f"{count(person.value)} (95 % interval {_interval(person)}, n = {count(person.total)})"
    said = f"For models of real people the median is {ends}"
    if other is None or None in (person.low, person.high, other.low, other.high):
        return f"{said}."
    beside = f"{count(other.value)} ({_interval(other)}, n = {count(other.total)}) of other models"
    apart = (person.high or 0.0) < (other.low or 0.0) or (person.low or 0.0) > (other.high or 0.0)
    if apart:
        return f"{said}, against {beside}."
    return f"{said}, {beside}; the intervals overlap, so no difference is claimed."


def _caption(cells: Profile, measure: Measure) -> str:
    images = cells.get(("all", "training_images", _MEDIAN))
    known = (
        f"n = {count(images.total)} files of {count(images.creators)} creators that say their "
        f"number of images; {count_or_few(images.unknown)} do not. "
        if images is not None
        else ""
    )
    hidden = len([row for row in measure.rows if is_small(row)])
    return (
        f"{known}Thin lines with ends go from the first to the ninth decile, so eight of ten files "
        "lie there: they show how much files differ, not how sure a number is. Thick bars: 95 % "
        "intervals of the medians, with creators as independent draws. Who removed the metadata "
        "says nothing." + (f" {MARKS}" if hidden else "")
    )


def _table(measure: Measure, cells: Profile) -> Table:
    rows = []
    words = {"all": "all models"} | {s: w[0] for s, w in _SUBJECTS.items()}
    for quantity, name in _QUANTITIES.items():
        for subject in words:
            row = measure.one(subject=subject, quantity=quantity, statistic=_MEDIAN)
            if row is not None and row.total:
                rows.append((name, words[subject], *_cells(cells, subject, quantity, row)))
    head = ("What", "Of", "Median", "95 % interval", "Middle half", "Eight of ten", "Files",
            "Unknown")  # fmt: skip
    return Table(head, tuple(rows))


def _cells(cells: Profile, subject: str, quantity: str, row: Row) -> tuple[str, ...]:
    found: Mapping[str, Row] = {
        key[2]: cell for key, cell in cells.items() if key[:2] == (subject, quantity)
    }
    if _MEDIAN not in found:
        return (*((SUPPRESSED,) * 4), count_or_few(row.total), count_or_few(row.unknown))

    def span(low: str, high: str) -> str:
        ends = [count(found[s].value) if s in found else NOT_KNOWN for s in (low, high)]
        return "–".join(ends)

    return (
        count(row.value), _interval(row), span("quartile1", "quartile3"),
        span("decile1", "decile9"), count(row.total), count_or_few(row.unknown),
    )  # fmt: skip
