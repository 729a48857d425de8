"""Which requests go wrong, and how: drawn from a seed, one draw a request, within fair bounds.

The bounds are what a robust collector may rely on: never more than three refusals of the same
address in a row, an item is missing from one page at most, a cursor expires at most twice a query,
and no item loses what it is counted by.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

Rate = Literal["none", "some", "many"]
Trait = Literal["listing", "followed", "cursor", "preceded", "legacy_first", "ranged"]
Group = Literal["refusal", "transport", "delay", "page", "items", "headers"]

SHARES: Final = {"none": 0.0, "some": 0.025, "many": 0.18}
MOST_REFUSALS: Final = 3
MOST_EXPIRIES: Final = 2


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way to go wrong.

    Args:
        name: as counted in `SimulatedHub.faults_sent`.
        group: `refusal` and `transport` give the caller nothing to use; the others do.
        weight: how often, relative to the others that fit.
        needs: what the request or its answer must be.
        once: at most once for the same address.
    """

    name: str
    group: Group
    weight: float
    needs: frozenset[Trait] = frozenset()
    once: bool = False


def _kind(name: str, group: Group, weight: float, *needs: Trait, once: bool = False) -> FaultKind:
    return FaultKind(name, group, weight, frozenset(needs), once)


KINDS: Final = (
    _kind("rate_limit_seconds", "refusal", 1.0),
    _kind("rate_limit_date", "refusal", 1.0),
    _kind("edge_rate_limit_html", "refusal", 0.7),
    _kind("server_error", "refusal", 1.0),
    _kind("bad_gateway", "refusal", 1.0),
    _kind("unavailable", "refusal", 1.0),
    _kind("html_instead_of_json", "refusal", 1.0),
    _kind("connection_reset", "transport", 1.0),
    _kind("truncated_length", "transport", 1.0),
    _kind("truncated_chunks", "transport", 1.0),
    _kind("slow_body", "delay", 1.0),
    _kind("item_repeated", "page", 2.0, "preceded"),
    _kind("items_missing", "page", 1.5, "followed", once=True),
    _kind("page_empty", "page", 0.5, "followed", once=True),
    _kind("cursor_expired", "page", 0.5, "cursor"),
    _kind("legacy_timeout", "page", 2.0, "legacy_first", once=True),
    _kind("range_ignored", "page", 4.0, "ranged"),
    _kind("range_wrong", "page", 1.0, "ranged"),
    _kind("range_short", "page", 1.0, "ranged"),
    _kind("link_expired", "page", 1.0, "ranged", once=True),
    _kind("unknown_enum", "items", 1.0, "listing"),
    _kind("null_value", "items", 1.0, "listing"),
    _kind("wrong_type", "items", 1.0, "listing"),
    _kind("renamed_stats", "items", 1.0, "listing"),
    _kind("duplicated_headers", "headers", 1.0),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}
EXPIRED: Final = BY_NAME["cursor_expired"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that was drawn.

    Args:
        kind: which one.
        details: decides its details.
        withheld: items that were missing from a page before, and are not to be again; grows.
    """

    kind: FaultKind
    details: np.random.Generator
    withheld: set[tuple[str, int]] = field(default_factory=set)


class FaultPlan:
    """Draws the faults of one server; safe to use from several threads.

    Args:
        rate: share of requests that go wrong: none, 2.5 % (`some`) or 18 % (`many`).
        seed: the n-th request of a server meets the n-th draw of the seed.
        kinds: names of the only faults that may occur; `None` for all.
        share: of the requests, 0..1, in place of the rate's.

    Attributes:
        sent: number of faults by kind.
    """

    def __init__(
        self,
        rate: Rate,
        seed: int,
        *,
        kinds: Collection[str] | None = None,
        share: float | None = None,
    ) -> None:
        self.share = SHARES[rate] if share is None else share
        self.kinds = KINDS if kinds is None else tuple(BY_NAME[name] for name in kinds)
        self.seed = seed
        self.sent: Counter[str] = Counter()
        self._number = 0
        self._refusals: Counter[str] = Counter()
        self._done: set[tuple[str, str]] = set()
        self._withheld: set[tuple[str, int]] = set()
        self._expiries: Counter[str] = Counter()
        self._expired: dict[str, str] = {}
        self._lock = threading.Lock()

    def draw(
        self, *, target: str, walk: str, cursor: str | None, traits: Collection[Trait]
    ) -> Fault | None:
        """Return the fault that a request meets, `None` for most.

        Args:
            target: method and address, the identity of a request that is repeated.
            walk: the address without its cursor.
            cursor: the cursor that was sent.
            traits: what the request and its faultless answer are.
        """
        if not self.share:
            return None
        with self._lock:
            self._number += 1
            details = np.random.default_rng((self.seed, self._number))
            kind = self._forced(target, walk, cursor) or self._drawn(details, target, walk, traits)
            self._note(kind, target, walk, cursor)
        return None if kind is None else Fault(kind, details, self._withheld)

    def _forced(self, target: str, walk: str, cursor: str | None) -> FaultKind | None:
        """An expired cursor stays expired until its query is begun again."""
        if cursor is None:
            self._expired.pop(walk, None)
            return None
        refused_enough = self._refusals[target] >= MOST_REFUSALS
        expired = self._expired.get(walk) == cursor and not refused_enough
        return EXPIRED if expired else None

    def _drawn(
        self, details: np.random.Generator, target: str, walk: str, traits: Collection[Trait]
    ) -> FaultKind | None:
        if details.random() >= self.share:
            return None
        fitting = [
            kind
            for kind in self.kinds
            if kind.needs <= set(traits)
            and not (_refuses(kind) and self._refusals[target] >= MOST_REFUSALS)
            and not (kind.once and (kind.name, target) in self._done)
            and not (kind is EXPIRED and self._expiries[walk] >= MOST_EXPIRIES)
        ]
        if not fitting:
            return None
        weights = np.array([kind.weight for kind in fitting])
        return fitting[int(details.choice(len(fitting), p=weights / weights.sum()))]

    def _note(self, kind: FaultKind | None, target: str, walk: str, cursor: str | None) -> None:
        if kind is None or not _refuses(kind):
            self._refusals.pop(target, None)
        else:
            self._refusals[target] += 1
        if kind is None:
            return
        self.sent[kind.name] += 1
        if kind.once:
            self._done.add((kind.name, target))
        if kind is EXPIRED and cursor is not None and self._expired.get(walk) != cursor:
            self._expired[walk] = cursor
            self._expiries[walk] += 1


def _refuses(kind: FaultKind) -> bool:
    return kind.group in {"refusal", "transport"} or kind is EXPIRED
