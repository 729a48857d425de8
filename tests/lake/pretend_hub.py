"""A hub in this process, for tests of collecting: lists with a depth, losses and late arrivals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hubwatch.errors import HubUnreachableError
from hubwatch.hubs.exchange import Traffic
from hubwatch.hubs.protocol import Kind, Page, Slice, Stored
from hubwatch.hubs.refusals import CursorRefusedError
from hubwatch.hubs.window import Window, moment_of

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
NOW = "2024-12-31T12:00:00Z"


@dataclass
class PretendHub:
    """Lists of ids, oldest first.

    Args:
        lists: ids by slice name.
        pieces: slices that a slice can be cut into, by its name and what it was cut by.
        depth: rows after which a list ends silently.
        lose: says which ids an answer leaves out, by slice, walk and number.
        refuse: says which requests the hub does not answer, and how.
        late: ids that appeared after the collection began.
    """

    lists: Mapping[str, Sequence[int]]
    pieces: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    depth: int = 1 << 30
    page_size: int = 10
    ordered: bool = True
    lose: Callable[[str, int, int], set[int]] = lambda *_: set()
    refuse: Callable[[str, int, int], Exception | None] = lambda *_: None
    late: Container[int] = frozenset()
    kind: Kind = "images"
    name: str = "civitai"
    address: str = "http://127.0.0.1:1"
    cached_for: float = 0.0
    traffic: Traffic = field(default_factory=Traffic)
    asked: Counter[tuple[str, int, int]] = field(default_factory=Counter)

    def tell_waits(self, listener: object) -> None:
        self.listener = listener

    def probe(self, kinds: Sequence[Kind]) -> Mapping[str, Any]:
        return {"kinds": list(kinds)}

    def plan(self, kinds: Sequence[Kind]) -> Sequence[Slice]:
        cut = {name for names in self.pieces.values() for name in names}
        return [self.part(name) for name in self.lists if name not in cut]

    def part(self, name: str, depth: int = 0, cut_by: str = "") -> Slice:
        return Slice(
            name=name,
            kind=self.kind,
            endpoint=self.kind,
            page_size=self.page_size,
            reversible=True,
            ordered=self.ordered,
            depth_limited=self.kind == "images",
            depth=depth,
            cut_by=cut_by,
        )

    def split(self, part: Slice, stored: Stored) -> Sequence[Slice]:
        assert all(json.loads(body) for body in stored("images"))
        by = {"": "first", "first": "second", "second": "third"}[part.cut_by]
        names = self.pieces.get((part.name, by), ())
        return [self.part(name, part.depth + 1, by) for name in names]

    def identify(self, kind: Kind, body: bytes, window: Window | None = None) -> Sequence[str]:
        window = window or Window()
        return [k for k in json.loads(body) if window.contains(moment(int(k)))]

    def walk(
        self,
        part: Slice,
        *,
        walk: int = 1,
        number: int = 1,
        cursor: str | None = None,
        known: Container[str] = frozenset(),
        window: Window | None = None,
    ) -> Iterator[Page]:
        ids = list(self.lists[part.name])
        ids = (ids[::-1] if walk % 2 == 0 else ids)[: self.depth]
        while True:
            page = self._page(part, ids, walk, number, int(cursor or 0), window or Window())
            yield page
            if page.next_cursor is None:
                return
            cursor, number = page.next_cursor, number + 1

    def _page(
        self, part: Slice, ids: list[int], walk: int, number: int, start: int, window: Window
    ) -> Page:
        self.traffic.requests += 1
        self.asked[part.name, walk, number] += 1
        if refusal := self.refuse(part.name, walk, number):
            raise refusal
        end = start + part.page_size
        gone = self.lose(part.name, walk, number)
        shown = [key for key in ids[start:end] if key not in gone]
        kept = [key for key in shown if window.contains(moment(key))]
        following = str(end) if end < len(ids) else None
        short = following is not None and len(shown) < part.page_size
        return Page(
            slice=part.name,
            walk=walk,
            number=number,
            kind=part.kind,
            url=f"{self.address}/{part.name}?cursor={start}",
            cursor=str(start) if start else None,
            next_cursor=following,
            status=200,
            received_at=NOW,
            headers={},
            body=json.dumps([str(key) for key in shown]).encode(),
            item_ids=[str(key) for key in kept],
            moments=[self._moment(key) for key in kept],
            rows=len(shown),
            signs=("short",) if short else (),
        )

    def _moment(self, key: int) -> datetime | None:
        late = moment_of(NOW)
        return late + timedelta(hours=1) if late and key in self.late else moment(key)


def moment(key: int) -> datetime:
    """Return the hub's time of an id: a minute apart."""
    return BEGIN + timedelta(minutes=key)


def cursor_refused() -> Exception:
    return CursorRefusedError("the hub no longer knows the cursor")


def unanswered() -> Exception:
    return HubUnreachableError("no usable answer")
