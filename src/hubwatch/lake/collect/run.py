"""A whole collection: slices are walked, walked again where that is in doubt, and cut finer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.errors import HubUnreachableError
from hubwatch.hubs.refusals import LeaveAloneError, QueryRefusedError, RegionBlockedError
from hubwatch.lake.collect.ids import IdSet, missed
from hubwatch.lake.collect.state import SliceState
from hubwatch.lake.collect.walk import run_walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hubwatch.hubs.protocol import Kind, Slice, Stored
    from hubwatch.lake.collect.walk import Desk, Walked

MAX_WALKS: Final = 6
MAX_RESTARTS: Final = 8
#: A list of this many rows or more has not shown its end.
DEEP: Final = 40_000
#: Depths at which hubs have been seen to stop; a list that ends just below one did not end there.
ROUND_DEPTHS: Final = (10_000, 20_000, 25_000, 30_000, 40_000)
_NEAR: Final = 0.02
#: Ids of a cut slice by which the finer ones are checked.
SAMPLE: Final = 400
#: Signs that say something of this slice alone; every other one puts its whole kind in doubt.
OWN_SIGNS: Final = frozenset({"nothing", "not_visible", "interrupted"})
_OUTAGES: Final = 2


@dataclass(slots=True)
class Run:
    """One run of a collection.

    Args:
        desk: what its walks share.
        stored: reads back stored answers, for cutting.
        once: walk every slice once and judge nothing: a taste or a count.
        sleep: waits, where the hub would only repeat an old answer.
        on_wait: told the seconds and the reason before.
        first_ids: ids of first walks that were interrupted, by slice name.
    """

    desk: Desk
    stored: Stored
    once: bool = False
    sleep: Callable[[float], None] = time.sleep
    on_wait: Callable[[float, str], None] | None = None
    first_ids: dict[str, IdSet] = field(default_factory=dict)
    begun: dict[tuple[str, int], float] = field(default_factory=dict)
    outages: int = 0

    def finish(self) -> None:
        """Walk until every slice is settled; rounds keep two walks of a slice apart in time."""
        slices = self.desk.state.slices
        while True:
            waiting = [state for state in slices if not self.settled(state)]
            for state in waiting:
                self.advance(state)
            if not waiting and not self.cut_further():
                break
        for state in slices:
            self._conclude(state)

    def settled(self, state: SliceState) -> bool:
        """Say whether a slice needs no further walk now."""
        if state.state in ("failed", "cut", "truncated"):
            return True
        if state.whole_walks == 0:
            return False
        return self.once or self.convinced(state) or state.whole_walks >= self._most_walks(state)

    def convinced(self, state: SliceState) -> bool:
        """Say whether the walks of a slice leave no doubt."""
        if state.quiet >= (2 if state.ends == "met" else 1):
            return True
        return not state.signs and not (state.part.depth == 0 and self.restless(state.part.kind))

    def restless(self, kind: Kind) -> bool:
        """Say whether the hub was odd anywhere in a kind: then nothing of it is trusted at once."""
        return any(
            state.signs.keys() - OWN_SIGNS
            for state in self.desk.state.slices
            if state.part.kind == kind and state.part.depth == 0
        )

    def advance(self, state: SliceState) -> None:
        """Walk a slice once; what the hub will not answer fails this slice only.

        Raises:
            HubUnreachableError: the hub did not answer for several slices in a row, or never will.
        """
        try:
            self._walk(state)
        except (RegionBlockedError, LeaveAloneError):
            raise
        except QueryRefusedError as error:
            _refused(state, error.what)
        except HubUnreachableError as error:
            _fail(state, error.what)
            self.outages += 1
            if self.outages >= _OUTAGES:
                raise
        else:
            self.outages = 0
        self.desk.checkpoint(now=state.part.depth == 0)

    def cut_further(self) -> bool:
        """Cut again what the finer slices did not cover; say whether there is more to walk."""
        cut = [s for s in self.desk.state.slices if s.state == "cut" and s.unseen]
        more = [self._cut(state, IdSet()) for state in cut]
        return any(more)

    def _walk(self, state: SliceState) -> None:
        if state.whole_walks and state.state != "running":
            self._begin_next_walk(state)
        while True:
            kept = self.first_ids.pop(state.part.name, None) if state.walk == 1 else None
            ids = IdSet() if kept is None else kept
            self._let_caches_expire(state)
            walked = run_walk(self.desk, state, ids)
            if walked.broken:
                self._restart(state, walked)
                if state.state == "failed":
                    return
            elif not self._settle(state, walked):
                return

    def _restart(self, state: SliceState, walked: Walked) -> None:
        """Give a walk up; what it saw stays seen."""
        _remember(state, walked)
        state.note("restart")
        state.restarts += 1
        if state.restarts > MAX_RESTARTS:
            _fail(state, walked.broken)
        else:
            self._begin_next_walk(state, same_order=state.ends == "hidden")

    def _begin_next_walk(self, state: SliceState, *, same_order: bool = False) -> None:
        """Start over, and remember it first, so that no two walks ever bear the same number."""
        state.begin_next_walk(same_order=same_order)
        self.desk.checkpoint(now=True)

    def _settle(self, state: SliceState, walked: Walked) -> bool:
        """Judge a whole walk; say whether the other end must be walked at once."""
        if state.known and state.ends != "hidden":
            stable = len(walked.ids) - walked.late
            state.missed = missed(state.known, stable, stable - walked.new)
        quiet = state.whole_walks > 0 and walked.new == 0
        state.quiet = state.quiet + 1 if quiet else 0
        state.whole_walks += 1
        _remember(state, walked)
        state.state = "complete"
        if self.once or not state.part.depth_limited:
            return False
        return self._look_for_the_end(state, walked)

    def _look_for_the_end(self, state: SliceState, walked: Walked) -> bool:
        name = state.part.name
        if state.ends == "hidden":
            first = self.first_ids.pop(first_end(name), IdSet())
            state.ends = "met" if first.meets(walked.ids) else "apart"
            if state.ends == "apart":
                first.update(walked.ids)
                self._cut(state, first)
        elif state.ends == "seen" and stops_at_a_depth(state.rows):
            if not state.part.reversible or self.desk.window.bounded:
                state.ends = "apart"
                self._cut(state, walked.ids)
                return False
            state.ends, state.state = "hidden", "running"
            self.first_ids[first_end(name)] = walked.ids
            self._begin_next_walk(state)
            return True
        return False

    def _cut(self, state: SliceState, ids: IdSet) -> bool:
        """Let finer slices stand for a slice; say whether there are any."""
        if not state.sample:
            state.unseen = nsmallest(SAMPLE, ids, key=_shuffled)
            state.sample = len(state.unseen)
        state.state = "cut"
        watch(self.desk, state)
        self.desk.checkpoint(now=True)
        pieces = self.desk.hub.split(state.part, self.stored)
        if pieces:
            state.part = msgspec.structs.replace(state.part, cut_by=pieces[0].cut_by)
        else:
            state.state = "truncated"
        self.desk.state.slices.extend(list(self._unplanned(pieces)))
        self.desk.checkpoint(now=True)
        return bool(pieces)

    def _unplanned(self, pieces: Sequence[Slice]) -> Iterator[SliceState]:
        planned = {state.part.name for state in self.desk.state.slices}
        return (SliceState(part=piece) for piece in pieces if piece.name not in planned)

    def _let_caches_expire(self, state: SliceState) -> None:
        """Wait until the hub's edge no longer repeats the answers of an earlier walk."""
        order = state.walk % 2 if state.part.reversible else 0
        began = self.begun.get((state.part.name, order))
        now = self.desk.clock()
        if began is not None and now - began < self.desk.hub.cached_for:
            pause = self.desk.hub.cached_for - (now - began)
            self.desk.hub.traffic.waited += pause
            if self.on_wait is not None:
                self.on_wait(pause, "it may still repeat its last answers")
            self.sleep(pause)
        self.begun[state.part.name, order] = self.desk.clock()

    def _most_walks(self, state: SliceState) -> int:
        return MAX_WALKS * (2 if state.ends == "met" else 1)

    def _conclude(self, state: SliceState) -> None:
        """Say how a slice ended; one without order is as complete as it can be."""
        if state.state == "cut" and state.unseen:
            state.state = "truncated"
        if state.state == "complete" and not self.once and state.part.ordered:
            state.state = "complete" if self.convinced(state) else "suspicious"


def stops_at_a_depth(rows: int) -> bool:
    """Say whether a list of so many rows may have been stopped by the hub rather than ended."""
    return rows >= DEEP or any(d * (1 - _NEAR) <= rows <= d * (1 + _NEAR) for d in ROUND_DEPTHS)


def first_end(name: str) -> str:
    """Return the key of `Run.first_ids` under which the walk from a slice's first end is kept."""
    return f"{name} first end"


def watch(desk: Desk, state: SliceState) -> None:
    """Have the finer slices tick off what a cut slice is known to hold."""
    for key in state.unseen:
        parents = desk.watched.setdefault(key, [])
        if state not in parents:
            parents.append(state)


def _remember(state: SliceState, walked: Walked) -> None:
    state.known = state.known + walked.new if state.known else len(walked.ids)


def _fail(state: SliceState, reason: str) -> None:
    state.state, state.reason = "failed", reason


def _refused(state: SliceState, reason: str) -> None:
    """Note that the hub will not answer a query: a finer one only shows less than hoped for."""
    _fail(state, reason)
    if state.part.depth > 0:
        state.state, state.whole_walks, state.quiet = "complete", 1, 1
        state.note("refused")


def _shuffled(key: str) -> bytes:
    """Order ids in a way that has nothing to do with what they mean, the same every time."""
    return blake2b(key.encode(), digest_size=8).digest()
