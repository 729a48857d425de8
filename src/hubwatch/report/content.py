"""What the page says around its numbers: front matter, limits, definitions, citation."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from hubwatch import __version__
from hubwatch.errors import UsageError
from hubwatch.report.brief import brief
from hubwatch.report.figures import Section, figures, lacking, sections
from hubwatch.report.headlines import headlines
from hubwatch.report.numbers import day_name, listed, month_name
from hubwatch.report.observed import doubt_table, front_tables, observed, snapshot_table
from hubwatch.report.published import load_published, recalled

if TYPE_CHECKING:
    from hubwatch.report.figure import Figure, Table
    from hubwatch.report.headline import Headline
    from hubwatch.report.published import Comparator
    from hubwatch.report.results import Measure, Results
    from hubwatch.report.run import Run

_HUB_NAMES: Final = {"civitai": "CivitAI", "huggingface": "Hugging Face"}
_PREFERRED: Final = ("new_items", "method_mix", "nsfw_share", "level_mix")

#: (head, text) of the limits that every report has; the text on breaks depends on the window.
_LIMITS: Final = (
    (
        "Survivorship",
        "A snapshot shows what was still there when it was taken. What was removed before is "
        "missing, most from old months, and removal is not random.",
    ),
    (
        "Selection",
        "Numbers are of what the hub lists to the one who asked. Listings hide items by "
        "level, by region and by rule; an item that is absent once is unknown, never "
        "removed. A dump can be a selection, such as the most downloaded of a kind; growth "
        "and totals are then the dump's, not the hub's.",
    ),
    (
        "Definitions",
        "“NSFW” has several definitions that differ by tens of percentage points on the same "
        "images. For a full listing the spread over definitions says more than the 95 % "
        "interval, which covers chance alone.",
    ),
    (
        "Intervals",
        "A full listing is no sample. A 95 % interval says what another draw from a hub like this "
        "could give. Items of one creator are alike; intervals that take each item as an "
        "independent draw (every month of a series, the mixes) are therefore too narrow, often "
        "several times. Where few creators hold most of the whole, intervals with creators as "
        "independent draws are too narrow as well.",
    ),
    ("Breaks in labels", ""),
    (
        "Flags",
        "The real-person flag is the hub's or the uploader's. It misses people and marks "
        "characters. Since 22 May 2025 CivitAI's listings leave out flagged models, so that a "
        "share of zero there is a rule of the listing, not a finding.",
    ),
    (
        "Signals",
        "What signals say rests on texts, so it misses what no text gives away and can be wrong "
        "where it is sure. How often a signal errs, on which data, stands on its own reference "
        "page; only the share of real-person models is corrected for it here. Gender is what "
        "texts, prompts or given names say of others, in two words; people beyond them are not "
        "seen.",
    ),
    (
        "Counters",
        "Downloads are counted by the hub, once for each fetch, bots included, and grow with "
        "an item's age.",
    ),
    (
        "Small cells",
        "Hidden cells protect people; sums can therefore exceed what is shown.",
    ),
)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template shows."""

    title: str
    lede: str
    date: str
    simulated: bool
    mixed: bool
    observed: tuple[str, ...]
    snapshots: Table
    doubts: Table
    front_tables: tuple[tuple[str, Table], ...]
    brief: tuple[str, ...]
    headlines: tuple[Headline, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    missing: str
    limits: tuple[tuple[str, str], ...]
    published: tuple[Comparator, ...]
    recalled: tuple[Comparator, ...]
    observed_until: str
    definitions: tuple[Measure, ...]
    citation: str
    licence: str
    fingerprint: str
    settings: str


def page_of(results: Results, *, title: str | None = None) -> Page:
    """Return the content of a report."""
    run = results.run
    simulated = run.is_simulated()
    hub, window = hub_name(run, simulated=simulated), _window(results)
    when = _date(run)
    drawn, numbers = figures(results), headlines(results)
    published = _published(numbers, drawn)
    heading = title or (f"{hub}, {window}" if window else hub)
    return Page(
        title=heading,
        lede=_lede(hub, window),
        date=when,
        simulated=simulated,
        mixed=run.is_mixed(),
        observed=observed(run, hub),
        snapshots=snapshot_table(run),
        doubts=doubt_table(run),
        front_tables=front_tables(results),
        brief=brief(numbers),
        headlines=numbers,
        figures=drawn,
        sections=sections(drawn, results),
        missing=_missing(results, drawn),
        limits=_limits(drawn),
        published=published,
        recalled=recalled(key for one in published for key in one.beside),
        observed_until=day_name(run.last_observed()),
        definitions=tuple(results.measures.values()),
        citation=_citation(run, heading, when),
        licence=_licence(simulated=simulated),
        fingerprint=run.lake_fingerprint or _fingerprint(results),
        settings=run.settings_digest,
    )


def hub_name(run: Run, *, simulated: bool) -> str:
    """Return the hubs' names as people write them."""
    if run.is_mixed():
        return "The simulated hub and others together"
    if simulated:
        return "The simulated hub"
    return listed([_HUB_NAMES.get(name, name) for name in sorted(run.hubs)] or ["A hub"])


def _window(results: Results) -> str:
    for name in _PREFERRED:
        measure = results.get(name)
        rows = measure.monthly() if measure else ()
        if rows:
            first, last = rows[0]["month"], rows[-1]["month"]
            return (
                month_name(first) if first == last else f"{month_name(first)} – {month_name(last)}"
            )
    return ""


def _lede(hub: str, window: str) -> str:
    when = f" between {window.replace(' – ', ' and ')}" if window else ""
    return (
        f"What was shared{when}, by which methods, how much of it is not safe for work under "
        f"which definition, how much depicts real people, and how far it travels. Measured on "
        f"public metadata of {hub[:1].lower() + hub[1:] if hub.startswith('The ') else hub}."
    )


def _date(run: Run) -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return day_name(datetime.fromtimestamp(int(epoch), UTC).date().isoformat())
        except (ValueError, OverflowError, OSError) as error:
            raise UsageError(
                "`SOURCE_DATE_EPOCH` is no time in seconds since 1970", hint="unset it or mend it"
            ) from error
    times = [t for s in run.snapshots if (t := s.finished_at or s.started_at)]
    return day_name(max(times)) if times else ""


def _missing(results: Results, drawn: tuple[Figure, ...]) -> str:
    left_out = lacking(drawn)
    if not left_out:
        return ""
    names = listed(list(left_out))
    return (
        f"Left out, because the results hold no numbers for them that may be shown: {names}. "
        f"Measures that are missing: {', '.join(results.missing()) or 'none'}."
    )


def _published(numbers: tuple[Headline, ...], drawn: tuple[Figure, ...]) -> tuple[Comparator, ...]:
    """Return the published figures that stand on the page, in the order of their file."""
    parts: list[Headline | Figure] = [*numbers, *drawn]
    beside = {c.id for part in parts for c in part.beside}
    return tuple(c for c in load_published().comparator if c.id in beside)


def _limits(drawn: tuple[Figure, ...]) -> tuple[tuple[str, str], ...]:
    changed = any(figure.changes for figure in drawn)
    breaks = (
        "The platform changed its rules and labels inside the window; the dates are numbered "
        "rules in the charts. Numbers on both sides of a rule are not the same variable."
        if changed
        else "Platforms change labels and rules; a jump in a series can be such a change."
    )
    return tuple((head, text or breaks) for head, text in _LIMITS)


def _citation(run: Run, title: str, when: str) -> str:
    snapshots = ", ".join(s.id for s in run.snapshots[:3]) or "not recorded"
    more = f" and {len(run.snapshots) - 3} more" if len(run.snapshots) > 3 else ""
    return (
        f"hubwatch developers. hubwatch {__version__}: observatory and moderation toolkit for "
        f"hubs that share text-to-image models [software].\n"
        f"Report: {title}{f', {when}' if when else ''}. Snapshots: {snapshots}{more}."
        + (f" Data observed until {day_name(seen)}." if (seen := run.last_observed()) else "")
        + (f" Data digest: {run.data_digest}." if run.data_digest else "")
        + (
            f" Lake: {run.lake_fingerprint}."
            if run.lake_fingerprint and not run.data_digest
            else ""
        )
    )


def _licence(*, simulated: bool) -> str:
    if simulated:
        return (
            "The simulated hub's data are generated by hubwatch and carry hubwatch's licence, "
            "Apache-2.0."
        )
    return (
        "The metadata behind these numbers belong to the hub and to those who uploaded them; the "
        "hub's terms apply to the records, which this page does not contain. The research data "
        "sets that it is compared with are published under CC BY-NC 4.0 and are gated by their "
        "authors."
    )


def _fingerprint(results: Results) -> str:
    return next((m.about.lake_fingerprint for m in results.measures.values()), "")
