"""Headline numbers from the headers of adapter files: how little is needed, what files reveal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.report.figures_barrier import profile
from hubwatch.report.headline import CREATORS, Headline, each, share
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.published import comparators
from hubwatch.report.suppress import SMALLEST, count_or_few, few, is_small

if TYPE_CHECKING:
    from hubwatch.report.results import Results, Row


def barrier(results: Results) -> Headline | None:
    """Return the median number of training images, and how many took few."""
    cells = profile(results)
    row = cells.get(("all", "training_images", "median"))
    if row is None or row.low is None or row.high is None:
        return None
    few = cells.get(("all", "training_images", "share of few"))
    more = (
        f" {percent(few.value)} ({percent_interval(few)}) took at most "
        f"{count(few.more['few_images'])}."
        if few is not None and "few_images" in few.more
        else ""
    )
    person = cells.get(("real person", "training_images", "median"))
    those = (
        f" Models of real people: {count(person.value)} ({count(person.low)}–{count(person.high)}, "
        f"n = {count(person.total)})."
        if person is not None
        else ""
    )
    return Headline(
        id="barrier",
        label="Images that an adapter is trained on",
        value=f"median {count(row.value)}",
        interval=(f"{count(row.low)}–{count(row.high)}",),
        draws=CREATORS,
        sentence=f"Half of the adapters were trained on at most {count(row.value)} images."
        f"{more}{those}",
        denominator=f"{count(row.total)} adapter files that say so; "
        f"{count_or_few(row.unknown)} unknown",
        beside=comparators("barrier_to_entry_profile"),
    )


def leakage(results: Results) -> Headline | None:
    """Return the share of files with a name inside whose page points at nobody."""
    measure = results.get("name_leakage")
    row = measure.one(page="silent by signal", month="all") if measure else None
    if row is not None and not is_small(row):
        return share(
            row,
            "leakage",
            "Adapter files that hold a name their page hides",
            "{value} of adapter files hold a person-like name in their training strings while the "
            "model's page points at nobody.",
            "files with training metadata",
            "name_leakage",
            each("file"),
        )
    inside = measure.one(page="any", month="all") if measure else None
    if inside is None or is_small(inside):
        return None
    return share(
        inside,
        "leakage",
        "Adapter files that hold a name",
        "{value} of adapter files hold a person-like name in their training strings."
        + (f" On fewer than {SMALLEST} of their pages nobody is named." if few(_n(row)) else ""),
        "files with training metadata",
        "name_leakage",
        each("file"),
    )


def _n(row: Row | None) -> float | None:
    return None if row is None else row.n
