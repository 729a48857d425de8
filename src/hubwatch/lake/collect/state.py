"""How far a collection has come: one state a slice, kept in the snapshot's manifest."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from hubwatch.errors import LakeError
from hubwatch.hubs.protocol import Slice  # noqa: TC001 - msgspec reads the annotations

#: Version of what a collection keeps in a manifest.
STATE_VERSION = 1

State = Literal["planned", "running", "complete", "cut", "truncated", "suspicious", "failed"]
Ends = Literal["seen", "hidden", "met", "apart"]


class SliceState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How far one slice has come.

    Args:
        part: the slice.
        state: `cut` when finer slices stand for it, `truncated` when none can,
            `suspicious` when its walks do not agree, `failed` when the hub would not answer.
        walk: number of the walk that is or was under way, from 1.
        pages: pages of this walk that were acknowledged.
        cursor: where this walk goes on.
        rows: rows of this walk.
        whole_walks: walks that ran from the beginning to the end.
        quiet: whole walks in a row that found nothing new.
        restarts: walks that had to be given up.
        ends: whether the hub showed the end of the list: `hidden` after one walk that stopped at a
            depth, `met` when walks from both ends overlap, `apart` when they do not.
        known: distinct items that the walks before this one saw.
        found: items that this slice was the first to show.
        missed: estimate of what no walk saw; `None` after one walk.
        started_at: when its first page was given, by the hub's clock.
        signs: what was odd, with how often.
        sample: ids of a cut slice by which the finer ones are checked.
        unseen: those that no finer slice has shown yet.
        reason: why it failed.
    """

    part: Slice
    state: State = "planned"
    walk: int = 1
    pages: int = 0
    cursor: str | None = None
    rows: int = 0
    whole_walks: int = 0
    quiet: int = 0
    restarts: int = 0
    ends: Ends = "seen"
    known: int = 0
    found: int = 0
    missed: float | None = None
    started_at: str = ""
    signs: dict[str, int] = {}
    sample: int = 0
    unseen: list[str] = []
    reason: str = ""

    def note(self, sign: str) -> None:
        """Count one sign."""
        self.signs[sign] = self.signs.get(sign, 0) + 1

    def begin_next_walk(self, *, same_order: bool = False) -> None:
        """Start over from the beginning; even and odd walks run in opposite orders."""
        self.walk += 2 if same_order else 1
        self.pages = self.rows = 0
        self.cursor = None


class CollectState(msgspec.Struct, kw_only=True):
    """What a collection keeps between two runs."""

    version: int = STATE_VERSION
    probe: dict[str, Any] = {}
    slices: list[SliceState] = []
    storing: str = "walk 1 whole; of later walks only pages that hold something new"


def encode_state(state: CollectState) -> dict[str, Any]:
    """Return the state as a manifest keeps it."""
    made: dict[str, Any] = msgspec.to_builtins(state)
    return made


def decode_state(kept: dict[str, Any]) -> CollectState:
    """Read a state from a manifest; an empty one is the beginning.

    Raises:
        LakeError: it was written by another version.
    """
    try:
        state = msgspec.convert(kept, CollectState)
    except msgspec.ValidationError as error:
        raise _foreign() from error
    if state.version != STATE_VERSION:
        raise _foreign()
    return state


def _foreign() -> LakeError:
    return LakeError(
        "the unfinished collection was begun by another version of hubwatch",
        hint="finish it with that version, or start over with `--fresh`",
    )
