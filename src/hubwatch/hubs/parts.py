"""Parts of files over HTTP: what is asked for, what came, and how much may come at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

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
#: Most bytes of a part that are taken from the connection at once.
PIECE_BYTES = 16 << 10

#: How files begin that are given for `.safetensors` by mistake, and what is said of them.
_OTHERS: Final = (
    (rb"\x80[\x02-\x05]", "this is a pickle file, which hubwatch never opens"),
    (
        rb"PK[\x03\x05]",
        "this is a zip archive, as .ckpt and .pt files are; hubwatch never opens it",
    ),
    (rb"(?:\xef\xbb\xbf)?\s*<[!?A-Za-z]", "this is a page of HTML or XML, not a .safetensors file"),
    (rb"\s*[{\[][\s\"{\[\]}]", "this is JSON text, not a .safetensors file"),
    (rb"version ", "this is a Git LFS pointer, which stands for a file that was not fetched"),
)
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

    def bytes_left(self, spent: int) -> int | None:
        """Return how many bytes may still come when so many came; None for no bound."""
        return None if self.bytes is None else max(self.bytes - spent, 0)

    def require_requests(self, count: int) -> None:
        """Raise `BudgetSpentError` when so many requests are more than allowed."""
        if self.requests is not None and count > self.requests:
            raise _spent("requests")

    def require_bytes(self, count: int) -> None:
        """Raise `BudgetSpentError` when so many bytes are more than allowed."""
        if self.bytes is not None and count > self.bytes:
            raise _spent("bytes")


def other_format(beginning: bytes) -> str | None:
    """Say what a file is that cannot be `.safetensors`, by how it begins; None when unclear.

    A sound file may begin like one of these: ask only about one that is refused anyway.

    Args:
        beginning: the first bytes of the file; eight are enough.
    """
    return next((what for form, what in _OTHERS if re.match(form, beginning)), None)


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

    def needed(self, status: int, wanted: int) -> int:
        """Return how much of an answer is of any use, of which `wanted` bytes are wanted."""
        if status == 206:
            return self.last + 1 - self.first
        return wanted if status == 200 else 0

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
