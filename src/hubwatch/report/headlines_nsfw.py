"""Headline numbers on how mature the content is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from hubwatch.report.figures_mix import month_totals
from hubwatch.report.headline import Headline, each, share
from hubwatch.report.months import ends, left_out
from hubwatch.report.numbers import count, month_name, percent, percent_interval
from hubwatch.report.observed import said_of_images
from hubwatch.report.published import changes, comparators

if TYPE_CHECKING:
    from hubwatch.report.results import Measure, Results, Row


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
    kind = "showcase image" if unit == "image" and results.run.showcase() else unit
    others = [
        f"{percent(r.value)} {'by tag' if d == 'tag' else f'under {d}'}"
        for d, r in rows.items()
        if r is not None and r.value is not None and d != lead
    ]
    more = f" Other definitions give {', '.join(others)}." if others else ""
    return share(
        row,  # type: ignore[arg-type]  # the row of `lead` is not None
        f"nsfw-{unit}",
        f"NSFW share of {unit}s ({lead} definition)",
        f"{{value}} of {kind}s are NSFW under the {lead} definition.{more}"
        f"{_unblocked(unit, measure, row)}{_bounds(row)}"
        + (said_of_images(results.run) if unit == "image" else ""),
        _JUDGED[unit] if lead != "tag" else f"{unit}s with known tags",
        f"nsfw_share.{unit}",
        each(unit),
    )


_JUDGED: Final = {"image": "images with a known level", "model": "models with a rated image"}


def _unblocked(unit: str, measure: Measure, row: Row | None) -> str:
    """Return the share without blocked items, where there are any."""
    found = measure.one(unit=unit, definition="wide_unblocked", month="all")
    if found is None or row is None or row["definition"] != "wide" or found.total == row.total:
        return ""
    return f" Without blocked {unit}s wide is {percent(found.value)}."


def _bounds(row: Row | None) -> str:
    if row is None or row.bound_low is None or row.bound_high is None or not row.unknown:
        return ""
    return (
        f" Whatever the unknown ones are, the share lies between {percent(row.bound_low)} and "
        f"{percent(row.bound_high)}."
    )


def nsfw_images(results: Results) -> Headline | None:
    """Return the NSFW share of images, `None` when not measured."""
    return _nsfw("image", results)


def nsfw_models(results: Results) -> Headline | None:
    """Return the NSFW share of models, `None` when not measured."""
    return _nsfw("model", results)


def rise(results: Results) -> Headline | None:
    """Return how the NSFW share of images changed, `None` with less than two months."""
    measure = results.get("nsfw_share")
    rows = measure.monthly(unit="image", definition="wide") if measure else ()
    between = ends(results.run, month_totals(rows))
    if between is None or between[0] == between[1]:
        return None
    at = {row["month"]: row for row in rows}
    first, last = (at[month] for month in between)
    if first.value is None or last.value is None:
        return None
    points = (last.value - first.value) * 100
    broken = bool(changes(results.run.platforms(), "levels", *between))
    labels = "the hub changed its labels in between"
    change = f"; {labels}, so this is no change of one variable" if broken else ""
    return Headline(
        id="nsfw-rise",
        label="NSFW share of images, first and last complete month"
        + (f" ({labels})" if broken else ""),
        value=f"{percent(first.value)} → {percent(last.value)}",
        interval=(percent_interval(first), percent_interval(last)),
        draws=each("image"),
        sentence=f"From {month_name(between[0])} to {month_name(between[1])}, the first and last "
        f"complete month with enough images, the wide NSFW share of images "
        f"{'rose' if points >= 0 else 'fell'} by {abs(points):.1f} percentage points"
        f"{change or _difference(first, last)}.{left_out(results.run, at)}",
        denominator=f"{count(first.total)} and {count(last.total)} images with a known level; "
        f"{count(first.unknown)} and {count(last.unknown)} unknown",
        beside=comparators("nsfw_trend"),
    )


def _difference(first: Row, last: Row) -> str:
    """Return the 95 % interval of the change in percentage points.

    Source: Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I,
        method 10: from the two Wilson intervals.
    """
    ends = (first.value, first.low, first.high, last.value, last.low, last.high)
    if any(end is None for end in ends):
        return ""
    p, p_low, p_high, q, q_low, q_high = (100 * (end or 0.0) for end in ends)
    low = q - p - math.hypot(q - q_low, p_high - p)
    high = q - p + math.hypot(q_high - q, p - p_low)
    return f", 95 % interval of the change {low:+.1f} to {high:+.1f}"


def unrated(results: Results) -> Headline | None:
    """Return the share of images without a level, `None` when not measured."""
    measure = results.get("unrated_share")
    row = measure.one(unit="image", month="all") if measure else None
    if row is None:
        return None
    return share(
        row,
        "unrated",
        "Images without a rating",
        (
            "{value} of images carry no level; shares that go by level leave them out."
            if row.n
            else "Every image that was collected carries a level."
        )
        + " A hub's listing can leave unrated images out, so this is a lower bound.",
        "images",
        draws=each("image"),
    )
