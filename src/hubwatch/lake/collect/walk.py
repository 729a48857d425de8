"""One walk of one slice: every page stored before the next one is asked for."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hubwatch.hubs.refusals import CursorRefusedError, QueryRefusedError
from hubwatch.hubs.window import Window, moment_of
from hubwatch.lake.collect.ids import IdSet
from hubwatch.lake.collect.state import CollectState, encode_state
from hubwatch.lake.raw import record_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.hubs.protocol import LiveHub, Page
    from hubwatch.lake.collect.state import SliceState
    from hubwatch.lake.raw import SnapshotWriter

#: Empty pages in a row that are still taken for filtered ones.
EMPTY_RUN: Final = 50
#: Two pages that share more of their ids than this are one page.
SAME_PAGE: Final = 0.9
_SMALL_PAGE: Final = 5
#: Seconds between two checkpoints at least, and how many times longer than writing one.
_CHECKPOINT_EVERY: Final = 0.5
_CHECKPOINT_SHARE: Final = 20.0


class WalkBrokenError(Exception):
    """A walk leads nowhere: the reason is its only argument."""


@dataclass(slots=True)
class Walked:
    """What one walk saw.

    Args:
        ids: distinct ids.
        new: ids that nothing in this collection had shown, without those that appeared on the hub
            after the slice was begun.
        late: ids that appeared on the hub after the slice was begun.
        broken: why it was given up; empty when it ran to its end.
    """

    ids: IdSet
    new: int = 0
    late: int = 0
    broken: str = ""


@dataclass(slots=True)
class Desk:
    """What every walk of a collection shares.

    Args:
        hub: the connector.
        writer: where pages go; `None` stores nothing.
        window: the time asked for.
        state: the collection so far.
        quota: rows after which a walk stops, by slice name; a taste.
        told: called after each page.
        known: ids seen so far, by kind.
        watched: ids of cut slices that no finer slice has shown yet.
        owed: ids that were shown with all counters zero, to be stored again when they have some.
        counts: pages, stored, new and repeated items of this run.
    """

    hub: LiveHub
    writer: SnapshotWriter | None
    window: Window
    state: CollectState
    quota: dict[str, int] = field(default_factory=dict)
    told: Callable[[SliceState], None] | None = None
    known: dict[str, IdSet] = field(default_factory=dict)
    watched: dict[str, list[SliceState]] = field(default_factory=dict)
    owed: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    clock: Callable[[], float] = time.monotonic
    next_checkpoint: float = 0.0

    def seen(self, kind: str) -> IdSet:
        """Return the ids of one kind that this collection has seen."""
        return self.known.setdefault(kind, IdSet())

    def store(self, page: Page) -> None:
        """Append a page to the raw store."""
        if self.writer is not None:
            self.writer.append(record_of(self.hub.name, page))
        self.counts["stored"] += 1

    def checkpoint(self, *, now: bool = False) -> None:
        """Remember how far the collection has come, not more often than it costs."""
        started = self.clock()
        if self.writer is None or (not now and started < self.next_checkpoint):
            return
        self.writer.checkpoint(encode_state(self.state))
        ended = self.clock()
        pause = max(_CHECKPOINT_EVERY, _CHECKPOINT_SHARE * (ended - started))
        self.next_checkpoint = ended + pause

    def tick_off(self, state: SliceState, ids: list[str]) -> None:
        """Note which watched ids a finer slice has shown."""
        for key in ids if self.watched else ():
            for parent in self.watched.get(key, ()):
                if state.part.depth > parent.part.depth and key in parent.unseen:
                    parent.unseen.remove(key)


def run_walk(desk: Desk, state: SliceState, ids: IdSet) -> Walked:
    """Walk a slice from where it stands to its end.

    Args:
        desk: what the collection shares.
        state: the slice; kept up to date page by page.
        ids: what this walk saw before an interruption.

    Raises:
        HubUnreachableError: the hub does not answer, or refuses the query.
        StorageError: the disk is full; everything acknowledged is kept.
    """
    state.state = "running"
    walked, guard = Walked(ids), _Guard()
    if state.pages and state.cursor is None:
        return walked
    pages = desk.hub.walk(
        state.part,
        walk=state.walk,
        number=state.pages + 1,
        cursor=state.cursor,
        known=desk.seen(state.part.kind),
        window=desk.window,
    )
    try:
        for page in pages:
            guard.check(page)
            _take(desk, state, page, walked)
            if state.rows >= desk.quota.get(state.part.name, state.rows + 1):
                break
    except CursorRefusedError as error:
        walked.broken = error.what
    except WalkBrokenError as error:
        walked.broken = str(error)
    return walked


def _take(desk: Desk, state: SliceState, page: Page, walked: Walked) -> None:
    """Store a page, then acknowledge it."""
    seen = desk.seen(page.kind)
    state.started_at = state.started_at or page.received_at
    began = moment_of(state.started_at)
    moments = dict(zip(page.item_ids, page.moments, strict=True))
    fresh = [key for key in moments if key not in seen]
    if _worth_storing(desk, state, page, fresh):
        desk.store(page)
    late = {k for k, moment in moments.items() if moment and began and moment > began}
    repeated = len(page.item_ids) - sum(key not in walked.ids for key in moments)
    _count(desk, state, page, len(fresh), repeated)
    walked.new += sum(key not in late for key in fresh)
    walked.late += sum(key not in walked.ids for key in late)
    walked.ids.update(moments)
    seen.update(fresh)
    desk.tick_off(state, list(moments))
    if page.via == "listing" and page.status != 200 and state.part.depth == 0:
        raise QueryRefusedError(
            f"the hub answers {page.status} to its list of {page.kind}",
            hint="the list may have moved: update hubwatch",
        )
    if page.via == "listing":
        state.pages, state.cursor = page.number, page.next_cursor
        state.rows += page.rows
    desk.checkpoint()
    if desk.told is not None:
        desk.told(state)


def _worth_storing(desk: Desk, state: SliceState, page: Page, fresh: list[str]) -> bool:
    idle = "zero_stats" in page.signs
    paid = set() if idle else desk.owed.intersection(page.item_ids)
    desk.owed.difference_update(paid)
    if idle:
        desk.owed.update(page.item_ids)
    outside = page.rows > 0 and not page.item_ids and desk.window.bounded
    return not outside and (state.walk == 1 or bool(fresh) or bool(paid))


def _count(desk: Desk, state: SliceState, page: Page, fresh: int, repeated: int) -> None:
    desk.counts.update(pages=1, new=fresh, repeated=repeated)
    state.found += fresh
    for sign in page.signs:
        state.note(sign)
    if repeated and page.via == "listing":
        state.note("repeated")


class _Guard:
    """Notices a walk that leads nowhere."""

    def __init__(self) -> None:
        self._cursors: set[str] = set()
        self._last: frozenset[str] = frozenset()
        self._idle = 0

    def check(self, page: Page) -> None:
        """Look at the next page.

        Raises:
            WalkBrokenError: the cursor stands still, the page is the last one again, or too many
                pages in a row are empty or the same.
        """
        if page.via != "listing":
            return
        if page.next_cursor is not None and (
            page.next_cursor == page.cursor or page.next_cursor in self._cursors
        ):
            raise WalkBrokenError("the cursor does not move")
        ids = frozenset(page.item_ids)
        if len(ids) >= _SMALL_PAGE and len(ids & self._last) > SAME_PAGE * len(ids):
            raise WalkBrokenError("the same page came again")
        self._idle = 0 if page.rows and (not ids or ids != self._last) else self._idle + 1
        if self._idle > EMPTY_RUN:
            raise WalkBrokenError(f"{EMPTY_RUN} pages in a row were empty or the same")
        self._last = ids
        if page.next_cursor is not None:
            self._cursors.add(page.next_cursor)
