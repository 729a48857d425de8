"""Going on with an unfinished collection: what is stored says more than the last checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hubwatch.errors import LakeError
from hubwatch.lake.collect.ids import IdSet
from hubwatch.lake.collect.run import first_end, watch
from hubwatch.lake.raw import read_records, resume_snapshot, snapshots

if TYPE_CHECKING:
    from pathlib import Path

    from hubwatch.lake.collect.run import Run
    from hubwatch.lake.collect.state import SliceState
    from hubwatch.lake.raw import RawRecord, SnapshotWriter

#: Settings that must be the same for a collection to go on.
SETTINGS = ("base_url", "kinds", "since", "until", "limit")


def reopen(lake: Path, hub: str, origin: dict[str, Any]) -> SnapshotWriter | None:
    """Reopen the newest unfinished collection of a hub.

    Args:
        lake: folder of the lake, locked.
        hub: name of the hub.
        origin: settings of the collection that is asked for.

    Raises:
        LakeError: it was begun with other settings.
    """
    running = [
        m
        for m in snapshots(lake, hub)
        if m.state == "running" and m.origin.get("command") == "collect"
    ]
    if not running:
        return None
    begun = running[-1].origin
    other = [name for name in SETTINGS if begun.get(name) != origin.get(name)]
    if other:
        was = ", ".join(f"{name} {begun.get(name)!r}" for name in other)
        raise LakeError(
            f"an unfinished collection in `{lake}` was begun with other settings ({was})",
            hint="repeat those settings to finish it, or start over with `--fresh`",
        )
    return resume_snapshot(lake, hub)


def set_aside(lake: Path, hub: str) -> None:
    """End every unfinished collection of a hub as a sample; nothing is deleted."""
    while (writer := resume_snapshot(lake, hub)) is not None:
        with writer:
            writer.end_as_sample({"set_aside": "a fresh collection was begun"})


@dataclass(slots=True)
class _Stored:
    """What is stored of one unfinished slice: its first walk, and the walks before this one."""

    pages: int = 0
    rows: int = 0
    cursor: str | None = None
    first: IdSet = field(default_factory=IdSet)
    other_end: IdSet = field(default_factory=IdSet)


def catch_up(run: Run, lake: Path, snapshot: str) -> None:
    """Bring a run to where the stored pages say it is.

    Pages that were stored after the last checkpoint are recognised by slice, walk and number, so
    that none is asked for or stored twice. A later walk that was interrupted begins anew.
    """
    desk = run.desk
    unfinished = {s.part.name: s for s in desk.state.slices if not _done(s)}
    for state in desk.state.slices:
        if state.state == "cut":
            watch(desk, state)
    depths = {s.part.name: s for s in desk.state.slices}
    found: dict[str, _Stored] = {}
    for _, _, record in read_records(lake, desk.hub.name, snapshot):
        ids = list(desk.hub.identify(record.kind, record.exact(), desk.window))  # type: ignore[arg-type]  # kinds are written by us
        desk.seen(record.kind).update(ids)
        if record.slice in depths:
            desk.tick_off(depths[record.slice], ids)
        if record.slice in unfinished:
            stored = found.setdefault(record.slice, _Stored())
            _gather(stored, unfinished[record.slice], record, ids)
    for name, state in unfinished.items():
        _place(run, state, found.get(name, _Stored()))


def _done(state: SliceState) -> bool:
    return state.state in ("complete", "cut", "truncated")


def _gather(stored: _Stored, state: SliceState, record: RawRecord, ids: list[str]) -> None:
    if record.walk < state.walk and record.walk % 2 != state.walk % 2:
        stored.other_end.update(ids)
    if record.walk == 1:
        stored.first.update(ids)
        answered = record.status == 200 or state.part.depth > 0
        if record.via == "listing" and answered and record.position > stored.pages:
            stored.pages, stored.cursor = record.position, record.next_cursor
            stored.rows += len(ids)


def _place(run: Run, state: SliceState, stored: _Stored) -> None:
    """Set one unfinished slice to where it goes on."""
    name = state.part.name
    if state.state != "planned" or stored.pages:
        state.note("interrupted")
    state.restarts, state.reason, state.state = 0, "", "running" if stored.pages else "planned"
    if state.ends == "hidden":
        run.first_ids[first_end(name)] = stored.other_end
    if state.walk > 1:
        state.whole_walks = min(state.whole_walks, 1)
        state.state = "running"
        state.begin_next_walk(same_order=state.ends == "hidden")
    elif stored.pages:
        state.pages, state.rows, state.cursor = stored.pages, stored.rows, stored.cursor
        run.first_ids[name] = stored.first
