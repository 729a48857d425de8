"""What a collection tells: progress while it runs, a summary when it ends."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from hubwatch.hubs.protocol import LiveHub
    from hubwatch.lake.collect.state import SliceState
    from hubwatch.lake.collect.walk import Desk


_ACCOUNT: Final = re.compile(r"(/user=).*")


class CollectProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a collection stands.

    Args:
        slice: name of the slice that is walked.
        walk: which walk of it.
        items: distinct items seen so far, all kinds.
        total: `None`: hubs tell no totals that could be relied on.
        pages: pages in this run.
        requests: requests in this run.
        note: slice and walk, or why it waits and until when.
    """

    slice: str
    walk: int
    items: int
    pages: int
    requests: int
    total: int | None = None
    note: str = ""


class SliceEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A slice that is not plainly complete.

    Args:
        name: of the slice.
        state: how it ended.
        covered: share of a sample of its items that finer slices showed, `None` when not cut.
        sample: size of that sample.
        missed: estimate of what its walks did not see.
        why: what made it so.
    """

    name: str
    state: str
    covered: float | None
    sample: int
    missed: float | None
    why: str


class CollectSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How a collection ended.

    Args:
        snapshot: id; empty when nothing was stored.
        state: `complete`; `incomplete` (run it again to go on); `sample`; `counted`.
        items: distinct items by kind in the whole snapshot.
        new: items that this run was the first to see.
        repeated: sightings of items that the same walk had seen already.
        requests, pages, stored, bytes: of this run.
        retries: by reason.
        waited: seconds that the hub made us wait.
        slices: number by state.
        missed: estimate of items that no walk saw, over all slices walked at least twice.
        doubtful: the slices that are not plainly complete.
        elapsed: seconds.
    """

    snapshot: str
    state: Literal["complete", "incomplete", "sample", "counted"]
    items: dict[str, int]
    new: int
    repeated: int
    requests: int
    pages: int
    stored: int
    bytes: int
    retries: dict[str, int]
    waited: float
    slices: dict[str, int]
    missed: float
    doubtful: list[SliceEnd]
    elapsed: float

    @property
    def ok(self) -> bool:
        """Whether nothing that was asked for failed."""
        return self.state != "incomplete"

    def lines(self) -> list[str]:
        """Return the summary as sentences for people."""
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in self.items.items()) or "nothing"
        retries = ", ".join(f"{n} {why}" for why, n in sorted(self.retries.items())) or "none"
        slices = ", ".join(f"{n} {state}" for state, n in sorted(self.slices.items()))
        first = f"{self.state}: {kinds}; new {self.new:,}, repeated {self.repeated:,}"
        lines = [
            f"snapshot {self.snapshot} {first}" if self.snapshot else first,
            f"requests {self.requests:,}, pages {self.pages:,}, asked again: {retries}, "
            f"took {self.elapsed:.0f} s, {self.waited:.0f} s of it waiting for the hub",
            f"lists: {slices}; items missed, as far as walking a list twice tells: "
            f"about {self.missed:,.0f}",
        ]
        return lines + [_doubt(end) for end in self.doubtful[:10]]


def _doubt(end: SliceEnd) -> str:
    parts = [f"{end.name} is {end.state}"]
    if end.covered is not None:
        parts.append(f"finer slices showed {end.covered:.1%} of {end.sample} known items")
    if end.missed is not None:
        parts.append(f"about {end.missed:.1f} missed")
    return "; ".join([*parts, end.why]) if end.why else "; ".join(parts)


def summarise(desk: Desk, *, counted: bool, sample: bool, elapsed: float) -> CollectSummary:
    """Sum a collection up."""
    slices, traffic = desk.state.slices, desk.hub.traffic
    states = Counter(state.state for state in slices)
    state: Literal["complete", "incomplete", "sample", "counted"] = "complete"
    if states["failed"] or states["suspicious"]:
        state = "incomplete"
    elif counted or sample:
        state = "counted" if counted else "sample"
    return CollectSummary(
        snapshot=desk.writer.snapshot if desk.writer else "",
        state=state,
        items={kind: len(ids) for kind, ids in desk.known.items()},
        new=desk.counts["new"],
        repeated=desk.counts["repeated"],
        requests=traffic.requests,
        pages=desk.counts["pages"],
        stored=desk.counts["stored"],
        bytes=traffic.bytes,
        retries=dict(traffic.retries),
        waited=round(traffic.waited, 3),
        slices={str(name): n for name, n in states.items()},
        missed=sum(s.missed or 0.0 for s in slices),
        doubtful=[_slice_end(s) for s in slices if s.state not in ("complete", "cut")],
        elapsed=round(elapsed, 3),
    )


def _slice_end(state: SliceState) -> SliceEnd:
    signs = ", ".join(f"{sign} {n}" for sign, n in sorted(state.signs.items()))
    covered = 1 - len(state.unseen) / state.sample if state.sample else None
    return SliceEnd(
        name=_shown(state.part.name),
        state=state.state,
        covered=covered,
        sample=state.sample,
        missed=state.missed,
        why=state.reason or signs,
    )


def _shown(name: str) -> str:
    """Return a slice's name without what stands for an account, which could be guessed back."""
    return _ACCOUNT.sub(r"\1(one account)", name)


class Reporter:
    """Turns pages and waits into `CollectProgress`."""

    def __init__(self, hub: LiveHub, listener: Callable[[CollectProgress], None] | None) -> None:
        self.desk: Desk | None = None
        self._hub = hub
        self._listener = listener
        self._slice, self._walk = "", 1

    def __enter__(self) -> Self:
        self._hub.tell_waits(self.wait)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hub.tell_waits(None)

    def page(self, state: SliceState) -> None:
        """Tell that a page was acknowledged."""
        self._slice, self._walk = state.part.name, state.walk
        self._tell(f"{self._slice}, walk {self._walk}" if self._walk > 1 else self._slice)

    def wait(self, seconds: float, reason: str) -> None:
        """Tell that the hub must be waited for."""
        until = (datetime.now(UTC) + timedelta(seconds=seconds)).astimezone()
        self._tell(f"waiting for the hub until {until:%H:%M:%S} ({reason})")

    def _tell(self, note: str) -> None:
        if self._listener is None or self.desk is None:
            return
        told = CollectProgress(
            slice=self._slice,
            walk=self._walk,
            items=sum(len(ids) for ids in self.desk.known.values()),
            pages=self.desk.counts["pages"],
            requests=self._hub.traffic.requests,
            note=note,
        )
        self._listener(told)
