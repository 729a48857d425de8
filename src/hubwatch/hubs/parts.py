"""Parts of files over HTTP: what is asked for, what came, and how much may come at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from hubwatch.errors import HubUnreachableError

#: Response headers that decide what a part is.
PART_HEADERS = (
    *("date", "content-type", "retry-after", "content-range", "content-length"),
    *("content-encoding", "location", "etag"),
)
#: Most that is read of an answer that is no part: enough to tell one refusal from another.
REFUSAL_BYTES = 64 << 10

#: Longest header of a `.safetensors` file that is read at all, in bytes: the largest hub's own cap.
HEADER_CAP = 64 << 20
#: So many bytes of a body decide how much of it is wanted.
BEGINNING = 8
#: Status and the body's beginning, as far as it came, to the number of bytes wanted of it in all.
Wanted = Callable[[int, bytes], int]


class BudgetSpentError(HubUnreachableError):
    """The next request might not fit in what the operator allowed."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a client may spend in all; None is no bound.

    Args:
        requests: HTTP requests, redirects and repeated ones counted.
        bytes: of bodies as they come over the wire.
    """

    requests: int | None = None
    bytes: int | None = None

    def require_requests(self, count: int) -> None:
        """Raise `BudgetSpentError` when so many requests are more than allowed."""
        if self.requests is not None and count > self.requests:
            raise _spent("requests")

    def require_bytes(self, count: int) -> None:
        """Raise `BudgetSpentError` when so many bytes are more than allowed."""
        if self.bytes is not None and count > self.bytes:
            raise _spent("bytes")


def _spent(what: str) -> BudgetSpentError:
    return BudgetSpentError(
        f"the budget of {what} is spent", hint="run the same command again with a new budget"
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Which bytes of a file are asked for.

    Args:
        first, last: positions, both included.
        wanted: how much of an answer to read.
        authorised: the hub's token may go along, when the address is the hub's own.
    """

    first: int
    last: int
    wanted: Wanted
    authorised: bool = False

    def headers(self) -> dict[str, str]:
        """Return the request headers; a compressed body would have other positions."""
        return {
            "Range": f"bytes={self.first}-{self.last}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }


class Part(msgspec.Struct, frozen=True):
    """What came back: status, the headers of `PART_HEADERS`, and as much body as was wanted."""

    status: int
    headers: dict[str, str]
    body: bytes
