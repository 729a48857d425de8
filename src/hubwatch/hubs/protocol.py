"""What every hub connector offers: slices to walk, and pages of exact answers.

A crawl is a list of slices (an endpoint with fixed parameters); walking a slice yields pages. The
lake stores each page before anything but its envelope is read. Nothing here knows one hub.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

Kind = Literal["models", "versions", "images", "creators", "tags"]


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a crawl: an endpoint and its fixed parameters.

    Args:
        name: stable identifier within the crawl, for example `images/level=4`.
        kind: what its items are.
        endpoint: path below the hub's base address.
        parameters: query, without cursor and without secrets.
    """

    name: str
    kind: Kind
    endpoint: str
    parameters: Mapping[str, str | Sequence[str]] = {}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One exact answer of a hub, with what is needed to repeat and to judge the request.

    Args:
        slice: name of the slice.
        walk: which walk of the slice, from 1.
        number: position in the walk, from 1.
        kind: what its items are.
        url: requested address with its query, secrets removed.
        cursor: cursor that was sent, `None` on the first page.
        next_cursor: cursor that came back, `None` at the end.
        status: HTTP status.
        received_at: RFC 3339, UTC, from the hub's `Date` minus `Age` where sent.
        headers: the response headers that are kept, lower case.
        body: exact bytes of the answer.
        item_ids: ids of the items in the order of the answer, as text.
        via: `listing`, `boundary_repair`, `by-id`, `by-hash` or `import`.
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
    via: str = "listing"


class Hub(Protocol):
    """A platform that shares models."""

    name: str

    def plan(self, kinds: Sequence[Kind]) -> Sequence[Slice]:
        """Return the slices whose union is a complete collection at every maturity level."""

    def walk(self, part: Slice, *, walk: int = 1, cursor: str | None = None) -> Iterator[Page]:
        """Yield the pages of one slice from a cursor on, to its end."""
