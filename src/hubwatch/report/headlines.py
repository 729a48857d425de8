"""Headline numbers: each with its interval, denominator and unknowns, and what others published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report import headlines_people, headlines_tools
from hubwatch.report.figures_people import MEDIAN, SHARE, flagged_split
from hubwatch.report.headline import CREATORS, Headline, each, share
from hubwatch.report.headlines_nsfw import nsfw_images, nsfw_models, rise, unrated
from hubwatch.report.numbers import count, decimal, percent, percent_interval
from hubwatch.report.suppress import is_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.report.results import Measure, Results, Row


def _flagged(results: Results) -> Headline | None:
    measure = results.get("flagged_share")
    if measure is None:
        return None
    shown = flagged_split(measure).shown
    row = next((r for r in shown if r["method"] == "all"), None)
    top = max(
        (r for r in shown if r["method"] != "all"), key=lambda r: r.value or 0.0, default=None
    )
    row = row or top
    if row is None:
        return None
    where = "" if row["method"] == "all" else f" of method {row['method']}"
    more = (
        f" The share is highest among {top['method']}: {percent(top.value)} "
        f"({percent_interval(top)}; {count(top.n)} of {count(top.total)})."
        if top is not None and top is not row
        else ""
    )
    return share(
        row,
        "flagged",
        "Models that the hub marks as depicting a real person",
        f"The hub itself marks {{value}} of models{where} as depicting a real person.{more}",
        "models",
        "flagged_share",
        each("model"),
    )


def _reach_share(results: Results) -> Headline | None:
    measure = results.get("real_person_reach")
    row = measure.one(group="real person", method="all", statistic=SHARE) if measure else None
    if row is None or is_small(row):
        return None
    return share(
        row,
        "reach-share",
        "Downloads that go to real-person models",
        "{value} of all downloads are of models that the hub marks as depicting a real person.",
        "downloads",
        "real_person_reach",
        CREATORS,
    )


def _reach_median(results: Results) -> Headline | None:
    measure = results.get("real_person_reach")
    if measure is None:
        return None
    found = [measure.one(group=g, method="all", statistic=MEDIAN) for g in ("real person", "other")]
    rows = [row for row in found if row is not None and row.value is not None and not is_small(row)]
    if len(rows) < 2:
        return None
    person, other = rows
    intervals = [f"{count(row.low)}–{count(row.high)}" for row in rows]
    return Headline(
        id="reach-median",
        label="Median downloads, real-person models and others",
        value=f"{count(person.value)} against {count(other.value)}",
        interval=tuple(intervals),
        draws=CREATORS,
        sentence=f"The middle real-person model has {count(person.value)} downloads, the middle "
        f"one of the others {count(other.value)}. Older models had more time.",
        denominator=f"{count(person.n)} and {count(other.n)} models; "
        f"{count(person.unknown)} and {count(other.unknown)} with hidden counters",
    )


def _concentration(results: Results) -> Headline | None:
    measure = results.get("concentration")
    row = measure.one(unit="downloads", statistic="top20") if measure else None
    if measure is None or row is None or is_small(row):
        return None
    gini = measure.one(unit="downloads", statistic="gini")
    more = (
        f" Gini coefficient {decimal(gini.value)} ({decimal(gini.low)}–{decimal(gini.high)})."
        if gini is not None and not is_small(gini)
        else ""
    )
    found = share(
        row,
        "top20",
        "Downloads of the top 20 % of creators",
        f"The top fifth of creators account for {{value}} of all downloads.{more}",
        "creators",
        "concentration",
        CREATORS,
    )
    return found and _over_creators(found, row)


def _over_creators(headline: Headline, row: Row) -> Headline:
    """Return the headline with creators as its denominator: the value is no n of total."""
    from dataclasses import replace

    return replace(
        headline,
        denominator=f"{count(row.total)} creators; {count(row.unknown)} models of unknown creator "
        "or with hidden counters left out",
    )


def _adapters(results: Results) -> Headline | None:
    measure = results.get("method_mix")
    rows = [r for r in _whole(measure) if r["method"] != "all"] if measure else []
    top = max(rows, key=lambda r: (r.value or 0.0, r["method"]), default=None)
    if top is None:
        return None
    return share(
        top,
        "method",
        f"Versions that are {top['method']}",
        f"{{value}} of versions are of method {top['method']}, the most common one.",
        "versions with a known method",
        draws=each("version"),
    )


def _whole(measure: Measure) -> tuple[Row, ...]:
    return measure.where(month="all")


_ALL: Final[tuple[Callable[[Results], Headline | None], ...]] = (
    nsfw_images,
    rise,
    headlines_people.people,
    _flagged,
    _reach_share,
    _reach_median,
    headlines_people.targets,
    headlines_people.pairing,
    headlines_people.prompts,
    headlines_people.language,
    headlines_tools.barrier,
    headlines_tools.leakage,
    _concentration,
    nsfw_models,
    unrated,
    _adapters,
)


def headlines(results: Results) -> tuple[Headline, ...]:
    """Return the headline numbers that the results allow, in the order of the page."""
    return tuple(h for make in _ALL if (h := make(results)) is not None)
