"""Collecting from a hub into the raw store: exact answers first, resumable at any moment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.errors import UsageError
from hubwatch.hubs.window import window_of
from hubwatch.lake.collect.origins import require_same_hub
from hubwatch.lake.collect.resume import catch_up, reopen, set_aside
from hubwatch.lake.collect.run import Run
from hubwatch.lake.collect.state import SliceState, decode_state
from hubwatch.lake.collect.summary import CollectProgress, CollectSummary, Reporter, summarise
from hubwatch.lake.collect.walk import Desk
from hubwatch.lake.raw import lock_lake, read_records, start_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from hubwatch.hubs.protocol import Kind, LiveHub, Slice, Stored
    from hubwatch.hubs.window import Window
    from hubwatch.lake.raw import SnapshotWriter

__all__ = ["CollectProgress", "CollectSummary", "collect"]

KINDS: Final = ("models", "images", "creators", "tags")


def collect(
    hub: LiveHub,
    lake: Path,
    *,
    kinds: Sequence[str] = KINDS,
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    fresh: bool = False,
    count_only: bool = False,
    progress: Callable[[CollectProgress], None] | None = None,
) -> CollectSummary:
    """Collect what a hub lists, at every maturity level, into a snapshot of a lake.

    Every page is stored before the next one is asked for. When this ends early for any reason, the
    same call goes on where it stopped. The snapshot counts only when every slice came to its end
    and its walks agree; with `limit` it is a sample, never measured.

    Args:
        hub: where from.
        lake: folder of the lake; made when there is none.
        kinds: what to collect, of `models`, `images`, `creators`, `tags`.
        since: partial ISO date: only items from its first moment on, by the hub's time of the item.
        until: partial ISO date: only items before its first moment.
        limit: about so many items of each kind, spread over its slices; whole pages are kept.
        fresh: set an unfinished collection aside instead of going on with it.
        count_only: ask for everything once and store nothing; the hub tells no totals.
        progress: called after each page and before each longer wait.

    Returns:
        What was done, and how complete it is.

    Raises:
        UsageError: a kind, a date or a limit is wrong.
        LakeError: the lake is in use, was collected from another address, or holds an unfinished
            collection with other settings.
        HubUnreachableError: the hub cannot be reached, refuses us, or hides mature levels.
        StorageError: the disk refused a write; what was acknowledged is kept.
    """
    request = _Request(hub, lake, window_of(since, until), _plan(hub, kinds, limit), limit)
    with Reporter(hub, progress) as reporter:
        if count_only:
            return _run(request, None, reporter)
        origin = _origin(hub, kinds, since, until, limit)
        with lock_lake(lake), _open(lake, hub, origin, fresh=fresh) as writer:
            return _run(request, writer, reporter)


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for."""

    hub: LiveHub
    lake: Path
    window: Window
    parts: list[Slice]
    limit: int | None


def _run(request: _Request, writer: SnapshotWriter | None, reporter: Reporter) -> CollectSummary:
    """Do one run: from where the last one stopped to where this one ends."""
    hub, parts, limit = request.hub, request.parts, request.limit
    started = time.monotonic()
    state = decode_state(writer.state if writer else {})
    desk = Desk(hub, writer, request.window, state, quota=_quota(parts, limit), told=reporter.page)
    reporter.desk = desk
    run = Run(
        desk,
        _reader(request.lake, hub, desk),
        once=limit is not None or writer is None,
        on_wait=reporter.wait,
    )
    state.probe = dict(hub.probe([part.kind for part in parts]))
    if not state.slices:
        state.slices.extend(SliceState(part=part) for part in parts)
    desk.checkpoint(now=True)
    if writer is not None:
        catch_up(run, request.lake, writer.snapshot)
    run.finish()
    return _end(run, writer, limit, time.monotonic() - started)


def _plan(hub: LiveHub, kinds: Sequence[str], limit: int | None) -> list[Slice]:
    """Return the slices to walk; a taste asks for no more rows a page than it needs."""
    wanted: list[Kind] = []
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"`{kind}` is not a kind", hint=f"kinds: {', '.join(KINDS)}")
        wanted.append(kind)  # type: ignore[arg-type]  # just checked
    if limit is not None and limit < 1:
        raise UsageError(f"a limit of {limit} leaves nothing", hint="leave it out for everything")
    parts = list(hub.plan(wanted))
    quota = _quota(parts, limit)
    return [
        msgspec.structs.replace(part, page_size=min(part.page_size, quota.get(part.name, 1 << 30)))
        for part in parts
    ]


def _quota(parts: Sequence[Slice], limit: int | None) -> dict[str, int]:
    """Return how many rows of each slice a taste takes."""
    if limit is None:
        return {}
    kinds = [part.kind for part in parts]
    return {part.name: -(-limit // kinds.count(part.kind)) for part in parts}


def _origin(
    hub: LiveHub, kinds: Sequence[str], since: str | None, until: str | None, limit: int | None
) -> dict[str, Any]:
    return {
        "command": "collect",
        "base_url": hub.address,
        "kinds": list(kinds),
        "since": since,
        "until": until,
        "limit": limit,
    }


def _open(lake: Path, hub: LiveHub, origin: dict[str, Any], *, fresh: bool) -> SnapshotWriter:
    require_same_hub(lake, hub.name, hub.address)
    if fresh:
        set_aside(lake, hub.name)
    return reopen(lake, hub.name, origin) or start_snapshot(lake, hub.name, origin=origin)


def _reader(lake: Path, hub: LiveHub, desk: Desk) -> Stored:
    """Return what reads back the answers that were stored up to the last checkpoint."""

    def stored(kind: Kind) -> Iterator[bytes]:
        if desk.writer is not None:
            for _, _, record in read_records(lake, hub.name, desk.writer.snapshot, [kind]):
                yield record.exact()

    return stored


def _end(
    run: Run, writer: SnapshotWriter | None, limit: int | None, elapsed: float
) -> CollectSummary:
    """End the snapshot as what it became."""
    summary = summarise(run.desk, counted=writer is None, sample=limit is not None, elapsed=elapsed)
    if writer is None:
        return summary
    run.desk.checkpoint(now=True)
    kept = msgspec.to_builtins(summary)
    if summary.state == "sample":
        writer.end_as_sample(kept)
    elif summary.state == "complete":
        writer.complete(kept)
    return summary
