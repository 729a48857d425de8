"""What hub connectors offer: slices to walk, and pages of exact answers.

A hub is slices (an endpoint with fixed parameters, a saved file); walking a slice yields pages, and
the lake stores each as it is. A live hub also changes while it is walked, forgets cursors and hides
ends: what a collection needs to cope with that is in `LiveHub`. Nothing here knows one hub.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import msgspec

if TYPE_CHECKING:
    from hubwatch.hubs.exchange import Traffic
    from hubwatch.hubs.window import Window

#: What the items of an answer are; `items` where they are of kinds that only refining tells apart.
Kind = Literal["models", "versions", "images", "creators", "tags", "items"]
Via = Literal["listing", "boundary_repair", "by-id", "by-hash", "import"]

#: Reads back the bodies of the answers of one kind that this collection has stored so far.
Stored = Callable[[Kind], Iterator[bytes]]


class Slice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of a crawl: an endpoint and its fixed parameters.

    Args:
        name: stable identifier within the crawl, for example `images/level=4`.
        kind: what its items are.
        endpoint: path below the hub's base address.
        parameters: query, without cursor and without secrets.
        page_size: rows a page is asked for; a shorter page that is not the last is a sign.
        reversible: even walks run in the opposite order.
        ordered: `False` when the hub gives no order, so that walks never quite agree.
        depth_limited: the hub stops at some depth without saying so.
        depth: how often the slice was cut finer.
        cut_by: what it was cut by last, empty at the top.
    """

    name: str
    kind: Kind
    endpoint: str
    parameters: Mapping[str, str | Sequence[str]] = {}
    page_size: int = 100
    reversible: bool = False
    ordered: bool = True
    depth_limited: bool = False
    depth: int = 0
    cut_by: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One exact answer of a hub, with what is needed to repeat and to judge the request.

    Args:
        slice: name of the slice.
        walk: which walk of the slice, from 1.
        number: position in the walk, from 1; of a saved file, the page's first line.
        kind: what its items are.
        url: requested address with its query, secrets removed.
        cursor: cursor that was sent, `None` on the first page.
        next_cursor: cursor that came back, `None` at the end.
        status: HTTP status.
        received_at: RFC 3339, UTC, from the hub's `Date` minus `Age` where sent; empty where
            nobody knows.
        headers: the response headers that are kept, lower case.
        body: exact bytes of the answer.
        item_ids: ids of the items inside the window, in the order of the answer, as text.
        moments: the hub's time of each of these items, `None` when unknown.
        rows: items in the answer, readable or not; of a saved file, its lines.
        form: `document` when the body is one answer, `lines` when it is JSON lines.
        via: how the items were found.
        signs: what was odd about the answer: `short`, `empty`, `nothing`, `damaged`, `unreadable`,
            `other_level`, `zero_stats`, `not_visible`.
    """

    slice: str
    walk: int
    number: int
    kind: Kind
    url: str
    cursor: str | None
    next_cursor: str | None
    status: int
    received_at: str
    headers: Mapping[str, str]
    body: bytes
    item_ids: Sequence[str] = ()
    moments: Sequence[datetime | None] = ()
    rows: int = 0
    form: Literal["document", "lines"] = "document"
    via: Via = "listing"
    signs: Sequence[str] = ()


@runtime_checkable
class Hub(Protocol):
    """Where answers come from: a platform that shares models, or what somebody saved of one."""

    name: str

    def plan(self, kinds: Sequence[Kind]) -> Sequence[Slice]:
        """Return the slices whose union is everything of some kinds.

        Raises:
            UsageError: there is no such kind here.
        """

    def walk(
        self, part: Slice, *, walk: int = 1, number: int = 1, cursor: str | None = None
    ) -> Iterator[Page]:
        """Yield the pages of one slice from a cursor on, to its end.

        Args:
            part: the slice.
            walk: which walk of the slice.
            number: position of the first page to ask for.
            cursor: where to go on; `None` is the beginning.
        """


@runtime_checkable
class LiveHub(Hub, Protocol):
    """A platform that is asked over the network while it changes.

    `cached_for` is how many seconds the hub may repeat an old answer to the same request.
    """

    address: str
    cached_for: float

    @property
    def traffic(self) -> Traffic:
        """Requests, retries and waits so far."""

    def tell_waits(self, listener: Callable[[float, str], None] | None) -> None:
        """Have `listener` told the seconds and the reason of each longer wait."""

    def probe(self, kinds: Sequence[Kind]) -> Mapping[str, Any]:
        """Ask what this vantage point may see, before a collection.

        Raises:
            HubUnreachableError: the hub cannot be reached, or would hide what is asked for.
        """

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
        """Yield the pages of one slice as `Hub.walk` does; an even walk may run backwards.

        Args:
            part: the slice.
            walk: which walk of the slice; an even one runs in the opposite order where it can.
            number: position of the first page to ask for.
            cursor: where to go on; `None` is the beginning.
            known: ids that need no repair at the page boundaries.
            window: only items of this time; pages beyond it end the walk.

        Raises:
            CursorRefusedError: the hub no longer knows the cursor; walk again from the beginning.
            QueryRefusedError: the hub will never answer this query.
            HubUnreachableError: the hub did not answer.
        """

    def split(self, part: Slice, stored: Stored) -> Sequence[Slice]:
        """Cut a slice finer that the hub did not show to its end; empty when it cannot be."""

    def identify(self, kind: Kind, body: bytes, window: Window | None = None) -> Sequence[str]:
        """Return the ids in a stored answer, as `Page.item_ids` gives them."""
