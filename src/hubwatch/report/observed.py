"""What was observed and what was dropped: snapshots, doubts, what was set aside or is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report.figure import Table
from hubwatch.report.numbers import NOT_KNOWN, count, day_name, listed, percent

if TYPE_CHECKING:
    from hubwatch.report.results import Results
    from hubwatch.report.run import Doubt, Run, Snapshot

#: Measure, the row of the whole window, and what its `unknown` counts.
_UNKNOWN: Final[tuple[tuple[str, dict[str, str], str], ...]] = (
    ("method_mix", {"month": "all"}, "versions without a known method"),
    ("base_model_mix", {"month": "all"}, "versions without a known base model"),
    (
        "nsfw_share",
        {"unit": "image", "definition": "wide", "month": "all"},
        "images without a known level",
    ),
    (
        "nsfw_share",
        {"unit": "image", "definition": "tag", "month": "all"},
        "images of no model whose tags are known",
    ),
    (
        "nsfw_share",
        {"unit": "model", "definition": "wide", "month": "all"},
        "models without a rated image",
    ),
    ("flagged_share", {"method": "all", "month": "all"}, "models without a known flag"),
    ("new_items", {"unit": "model", "month": "all"}, "models without a month: only in totals"),
    ("new_items", {"unit": "image", "month": "all"}, "images without a month: only in totals"),
)
#: Short name of a note of refining, and what it counts.
_NOTES: Final = {
    "withheld-generation-data": "images whose prompt and settings the hub does not show",
}


def observed(run: Run, hub: str) -> tuple[str, ...]:
    """Return what stands before the first number, one paragraph each; empty ones are left out."""
    if not run.snapshots:
        return ("The results do not say which snapshots they were measured on.",)
    told = [f(s) for s in run.snapshots for f in (_collected, _windowed, _matched)]
    parts = (_snapshots_said(run, hub), _pooled(run), showcase(run), *told)
    return tuple(text for text in (*parts, _dropped(run), _noted(run), _drifted(run)) if text)


def _snapshots_said(run: Run, hub: str) -> str:
    many = len(run.snapshots)
    complete = [s for s in run.snapshots if s.state == "complete"]
    left_out = [s for s in complete if s.measured is False]
    first = (
        f"{hub}: 1 snapshot, {'complete' if complete else 'not complete'}."
        if many == 1
        else f"{hub}: {many} snapshots, {len(complete)} of them complete."
    )
    more = (
        f" {len(left_out)} complete {_were(len(left_out), 'snapshot')} not refined yet and "
        f"{'is' if len(left_out) == 1 else 'are'} in no number."
        if left_out
        else ""
    )
    return f"{first} Only complete snapshots are measured.{more}"


def showcase(run: Run) -> str:
    """Return what most images are where they are not what users post, else nothing."""
    shown = run.showcase()
    if not shown:
        return ""
    dated = ", dated by their version" if run.dated_by_version() else ""
    return (
        f"{count(shown)} of {count(sum(run.images_by_source.values()))} images are the uploaders' "
        f"showcase images (at most a few per version){dated}, not what users post; published "
        "figures on images are about posts."
    )


def said_of_images(run: Run) -> str:
    """Return the sentence of `showcase` to go on with, nothing where most images are posts."""
    said = showcase(run)
    return f" {said}" if said else ""


def _windowed(snapshot: Snapshot) -> str:
    """Return the window of time that was asked for."""
    since, until = snapshot.window.since, snapshot.window.until
    if not since and not until:
        return ""
    ends = [f"from {since} on"] if since else []
    ends += [f"before {until}"] if until else []
    return (
        f"Snapshot {snapshot.id} asked for items {' and '.join(ends)} only; months that this "
        "window cuts are incomplete."
    )


def _matched(snapshot: Snapshot) -> str:
    """Return the digests of imported files, by which others can know that theirs are the same."""
    if not snapshot.files:
        return ""
    digests = [f"`{digest}`" for digest in snapshot.files[:8]]
    more = f" and {len(snapshot.files) - 8} more (`run.json`)" if len(snapshot.files) > 8 else ""
    return f"Snapshot {snapshot.id} is of files with these SHA-256: {', '.join(digests)}{more}."


def _were(many: int, thing: str) -> str:
    return f"{thing} was" if many == 1 else f"{thing}s were"


def _pooled(run: Run) -> str:
    if len(run.hubs) < 2 and not run.is_mixed():
        return ""
    what = f"{len(run.hubs)} hubs" if len(run.hubs) > 1 else "real and simulated answers"
    return (
        f"Every number pools {what}: an item or a creator that is on two of them counts twice, and "
        "a definition can mean different things on each."
    )


def _collected(snapshot: Snapshot) -> str:
    """Return what a collection or an import itself says may be missing."""
    said = snapshot.collection
    if said is None:
        return ""
    if not said.slices:
        cut = f" Not read to the end: {'; '.join(said.failures)}." if said.failures else ""
        return (
            f"Snapshot {snapshot.id} was imported: it holds what its files hold, and how much of "
            f"the hub that is cannot be told from them.{cut}"
        )
    parts = sum(n for state, n in said.slices.items() if state != "cut")
    doubtful = len(said.doubtful)
    whole = (
        f"All {parts} parts of the listing were walked to their end."
        if not doubtful
        else f"{doubtful} of {parts} parts of the listing {'is' if doubtful == 1 else 'are'} not "
        "plainly complete; they stand in the table below."
    )
    return f"Snapshot {snapshot.id}: {whole} {_missed(said.missed)}"


def _missed(missed: float | None) -> str:
    if missed is None:
        return "How many items the walks missed was not estimated."
    items = "no item" if missed < 0.5 else f"about {count(missed)} items"  # rounds to none
    return (
        f"Where a part was walked more than once, the walks are estimated to have missed {items}; "
        "for parts that were walked once there is no estimate."
    )


def _dropped(run: Run) -> str:
    dropped = sum(run.quarantine.values())
    if not dropped:
        return "Every record could be read; nothing is in quarantine."
    return (
        f"{count(dropped)} records or parts of records could not be read; they lie untouched in "
        "quarantine and are in no number on this page."
    )


def _noted(run: Run) -> str:
    notes: dict[str, int] = {}
    for snapshot in run.snapshots:
        for name, number in snapshot.notes.items():
            notes[name] = notes.get(name, 0) + number
    if not notes:
        return ""
    said = [f"{count(n)} {_note(name)}" for name, n in sorted(notes.items())]
    return f"Noted while reading, repeats included: {listed(said)}."


def _note(name: str) -> str:
    if name.startswith("status-"):
        return f"requests answered with status {name.removeprefix('status-')}"
    return _NOTES.get(name, f"times “{name}”")


def _drifted(run: Run) -> str:
    keys = sum(s.drift.get("keys", 0) for s in run.snapshots)
    values = sum(s.drift.get("values", 0) for s in run.snapshots)
    if not keys and not values:
        return ""
    return (
        f"The hub's answers held {_many(keys, 'key')} and {_many(values, 'value')} that hubwatch "
        "does not know. Such keys are kept in the raw answers only, such values as they are; "
        "`hubwatch lake show` lists them."
    )


def _many(number: int, thing: str) -> str:
    return f"{count(number)} {thing if number == 1 else thing + 's'}"


def front_tables(results: Results) -> tuple[tuple[str, Table], ...]:
    """Return caption and table of what is in the lake, doubtful, set aside and unknown."""
    run = results.run
    rows = {name: number for name, number in run.rows.items() if number}
    tables = [
        ("Rows in the lake", Table(("Table", "Rows"), _pairs(rows))),
        ("Set aside, by reason", Table(("Reason", "Records"), _pairs(run.quarantine))),
        (
            "Unknown, left out of shares or of months",
            Table(("What", "Unknown", "Of"), _unknowns(results)),
        ),
    ]
    return tuple((caption, table) for caption, table in tables if table.rows)


def snapshot_table(run: Run) -> Table:
    """Return the snapshots, one a row."""
    rows = tuple(
        (s.id, "simulated" if run.is_invented(s) else s.hub, s.state, _seen(s), _time(s), _how(s))
        for s in run.snapshots
    )
    return Table(
        ("Snapshot", "Hub", "State", "The hub answered", "Stored", "How"), rows, numeric=False
    )


def doubt_table(run: Run) -> Table:
    """Return the parts of listings that are not plainly complete, one a row."""
    found = [d for s in run.snapshots if s.collection is not None for d in s.collection.doubtful]
    head = ("Part of the listing", "State", "Shown by finer parts", "Missed, estimate", "Why")
    return Table(head, tuple(_doubt(d) for d in found), numeric=False)


def _doubt(doubt: Doubt) -> tuple[str, ...]:
    shown = (
        "–" if doubt.covered is None else f"{percent(doubt.covered)} of {count(doubt.sample)} known"
    )
    missed = NOT_KNOWN if doubt.missed is None else count(doubt.missed)
    return (doubt.name, doubt.state, shown, missed, doubt.why or "–")


def _pairs(counts: dict[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple((name, count(number)) for name, number in sorted(counts.items()))


def _seen(snapshot: Snapshot) -> str:
    """Return when the hub gave the answers."""
    first, last = (day_name(t or "") for t in (snapshot.observed.begin, snapshot.observed.until))
    return first if first == last or not last else f"{first} – {last}" if first else last


def _time(snapshot: Snapshot) -> str:
    return day_name(snapshot.finished_at or snapshot.started_at or "") or "–"


def _how(snapshot: Snapshot) -> str:
    """Return how a snapshot came, never a path of somebody's machine."""
    known = snapshot.place().lower()
    if "import" in known:
        return "imported from saved answers"
    return "collected over the hub's API" if known.strip() else NOT_KNOWN


def _unknowns(results: Results) -> tuple[tuple[str, ...], ...]:
    """Return what is not known of how many things, from the rows on the whole window."""
    rows = []
    for name, keys, words in _UNKNOWN:
        measure = results.get(name)
        row = measure.one(**keys) if measure else None
        if row is not None and row.total is not None and row.unknown is not None:
            rows.append((words, count(row.unknown), count(row.total + row.unknown)))
    return tuple(rows)
