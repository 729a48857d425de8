"""Headline numbers: each with its interval, denominator and unknowns, and what others published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.report.figures_mix import ends, month_totals
from hubwatch.report.figures_people import MEDIAN, SHARE, flagged_split
from hubwatch.report.numbers import count, decimal, month_name, percent, percent_interval
from hubwatch.report.published import Comparator, changes, comparators
from hubwatch.report.suppress import is_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.report.results import Measure, Results, Row


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline number.

    Args:
        id: anchor in the page.
        label: what it is, a few words.
        value: the number in words.
        interval: its 95 % interval in words.
        sentence: the number in a sentence.
        denominator: what it was counted over, and what was left out.
        mark: (low, value, high) in 0..1 for the small scale; `None` where it is no share.
        beside: published figures on the same question.
    """

    id: str
    label: str
    value: str
    interval: str
    sentence: str
    denominator: str
    mark: tuple[float, float, float] | None = None
    beside: tuple[Comparator, ...] = ()


def _share(
    row: Row, anchor: str, label: str, sentence: str, things: str, beside: str = ""
) -> Headline | None:
    """Return a headline of a share; `None` when the row has no value or interval."""
    if row.value is None or row.low is None or row.high is None:
        return None
    text = percent(row.value, row.low, row.high)
    return Headline(
        id=anchor,
        label=label,
        value=text,
        interval=percent_interval(row),
        sentence=sentence.format(value=text),
        denominator=f"{count(row.n)} of {count(row.total)} {things}; {count(row.unknown)} unknown",
        mark=(row.low, row.value, row.high),
        beside=comparators(beside) if beside else (),
    )


def _nsfw(unit: str, results: Results) -> Headline | None:
    measure = results.get("nsfw_share")
    if measure is None:
        return None
    rows = {
        d: measure.one(unit=unit, definition=d, month="all")
        for d in ("wide", "platform", "explicit", "tag")
    }
    lead = next((d for d, row in rows.items() if row is not None and row.value is not None), None)
    if lead is None:
        return None
    row = rows[lead]
    others = [
        f"{percent(r.value)} {'by tag' if d == 'tag' else f'under {d}'}"
        for d, r in rows.items()
        if r is not None and r.value is not None and d != lead
    ]
    more = f" Other definitions give {', '.join(others)}." if others else ""
    return _share(
        row,  # type: ignore[arg-type]  # the row of `lead` is not None
        f"nsfw-{unit}",
        f"NSFW share of {unit}s ({lead} definition)",
        f"{{value}} of {unit}s are NSFW under the {lead} definition.{more}{_bounds(row)}",
        f"{unit}s with a known level" if lead != "tag" else f"{unit}s",
        f"nsfw_share.{unit}",
    )


def _bounds(row: Row | None) -> str:
    if row is None or row.bound_low is None or row.bound_high is None or not row.unknown:
        return ""
    return (
        f" Whatever the unknown ones are, the share lies between {percent(row.bound_low)} and "
        f"{percent(row.bound_high)}."
    )


def _nsfw_images(results: Results) -> Headline | None:
    return _nsfw("image", results)


def _nsfw_models(results: Results) -> Headline | None:
    return _nsfw("model", results)


def _rise(results: Results) -> Headline | None:
    measure = results.get("nsfw_share")
    rows = measure.monthly(unit="image", definition="wide") if measure else ()
    if len(rows) < 2:
        return None
    at = {row["month"]: row for row in rows}
    first, last = (at[month] for month in ends(month_totals(rows)))
    if first is last or first.value is None or last.value is None:
        return None
    months = month_name(first["month"]), month_name(last["month"])
    points = (last.value - first.value) * 100
    marks = changes(results.run.platforms(), "levels", first["month"], last["month"])
    broken = " The hub changed its levels in between; see the chart." if marks else ""
    return Headline(
        id="nsfw-rise",
        label="NSFW share of images, first and last month",
        value=f"{percent(first.value)} → {percent(last.value)}",
        interval=f"{percent_interval(first)} and {percent_interval(last)}",
        sentence=f"From {months[0]} to {months[1]} the wide NSFW share of images "
        f"{'rose' if points >= 0 else 'fell'} by {abs(points):.1f} percentage points.{broken}",
        denominator=f"{count(first.total)} and {count(last.total)} images with a known level; "
        f"{count(first.unknown)} and {count(last.unknown)} unknown",
        beside=comparators("nsfw_trend"),
    )


def _unrated(results: Results) -> Headline | None:
    measure = results.get("unrated_share")
    row = measure.one(unit="image", month="all") if measure else None
    if row is None:
        return None
    return _share(
        row,
        "unrated",
        "Images without a rating",
        "{value} of images carry no level; they are left out of every NSFW share.",
        "images",
    )


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
    return _share(
        row,
        "flagged",
        "Models that the hub marks as depicting a real person",
        f"The hub itself marks {{value}} of models{where} as depicting a real person.{more}",
        "models",
        "flagged_share",
    )


def _reach_share(results: Results) -> Headline | None:
    measure = results.get("real_person_reach")
    row = measure.one(group="real person", method="all", statistic=SHARE) if measure else None
    if row is None or is_small(row):
        return None
    return _share(
        row,
        "reach-share",
        "Downloads that go to real-person models",
        "{value} of all downloads are of models that the hub marks as depicting a real person.",
        "downloads",
        "real_person_reach",
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
        value=f"{count(person.value)} · {count(other.value)}",
        interval=" and ".join(intervals),
        sentence=f"Half of the real-person models have more than {count(person.value)} downloads; "
        f"half of the others more than {count(other.value)}.",
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
        if gini is not None
        else ""
    )
    found = _share(
        row,
        "top20",
        "Downloads of the top 20 % of creators",
        f"The top fifth of creators account for {{value}} of all downloads.{more}",
        "creators",
        "concentration",
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
    return _share(
        top,
        "method",
        f"Versions that are {top['method']}",
        f"{{value}} of versions are of method {top['method']}, the most common one.",
        "versions with a known method",
    )


def _whole(measure: Measure) -> tuple[Row, ...]:
    return measure.where(month="all")


_ALL: Final[tuple[Callable[[Results], Headline | None], ...]] = (
    _nsfw_images,
    _rise,
    _flagged,
    _reach_share,
    _reach_median,
    _concentration,
    _nsfw_models,
    _unrated,
    _adapters,
)


def headlines(results: Results) -> tuple[Headline, ...]:
    """Return the headline numbers that the results allow, in the order of the page."""
    return tuple(h for make in _ALL if (h := make(results)) is not None)
