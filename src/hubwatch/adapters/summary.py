"""How a collection of adapter headers ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections import Counter

    from hubwatch.hubs.exchange import Traffic

#: complete: every waiting file was asked for; limit, budget: what was allowed is done; stopped: by
#: the hub or the network.
State = Literal["complete", "limit", "budget", "stopped"]


class AdapterSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What one run did.

    Args:
        state: how it ended.
        why: one sentence when it stopped.
        found: files that waited when it began.
        read: headers that are in the lake now.
        unsound: files that are not sound `.safetensors` files.
        not_visible: files that the hub does not show (404, 410).
        too_large: files whose header is longer than what is read.
        refused: files that we may not have (401, 403); they wait for another time.
        failed: files for which no usable answer came; they wait for another time.
        requests: HTTP requests, redirects and repeated ones counted.
        bytes: of bodies that came over the wire.
        waited: seconds that the hub made us wait.
        retries: by reason.
    """

    state: State
    why: str
    found: int
    read: int
    unsound: int
    not_visible: int
    too_large: int
    refused: int
    failed: int
    requests: int
    bytes: int
    waited: float
    retries: dict[str, int]

    @property
    def ok(self) -> bool:
        """Whether nothing but its own limits ended it."""
        return self.state != "stopped"

    @property
    def settled(self) -> int:
        """Files that have a row now and are never asked for again."""
        return self.read + self.unsound + self.not_visible + self.too_large

    def lines(self) -> list[str]:
        """Return what people are told, one line each."""
        if not self.found:
            return ["no adapter file waits: all are read, or the lake knows no models yet"]
        told = [f"read {self.read:,} of {self.found:,} adapter headers that were waiting"]
        others = {
            "not sound": self.unsound,
            "not visible": self.not_visible,
            "too large": self.too_large,
            "refused": self.refused,
            "without an answer": self.failed,
        }
        if any(others.values()):
            told.append(", ".join(f"{count:,} {what}" for what, count in others.items() if count))
        told.append(
            f"{self.requests:,} requests, {_size(self.bytes)}, "
            f"{self.waited:,.0f} s of waiting for the hub"
        )
        left = self.found - self.settled
        if left:
            why = f": {self.why}" if self.why else ""
            told.append(f"{left:,} wait still{why}; run the same command again to go on")
        return told


def _size(count: int) -> str:
    """Write a number of bytes so that small budgets can be told apart."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"


def summary_of(
    state: State, why: str, found: int, outcomes: Counter[str], traffic: Traffic
) -> AdapterSummary:
    """Return the summary of a run.

    Args:
        state, why, found: see `AdapterSummary`.
        outcomes: files by status as in the table `adapters`, and `refused` and `failed`.
        traffic: of the client.
    """
    return AdapterSummary(
        state=state,
        why=why,
        found=found,
        read=outcomes["read"],
        unsound=outcomes["unsound"],
        not_visible=outcomes["not-visible"],
        too_large=outcomes["too-large"],
        refused=outcomes["refused"],
        failed=outcomes["failed"],
        requests=traffic.requests,
        bytes=traffic.bytes,
        waited=traffic.waited,
        retries=dict(traffic.retries),
    )
