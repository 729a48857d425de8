"""Headers of `.safetensors` files by HTTP Range: 8 bytes, then exactly the header; never weights.

A hub's download address answers with a redirect to a signed one, which gets no token, is asked
again for the second part, and is neither stored nor shown. Some stores ignore `Range` and send
everything: of that answer the header is read and the connection is closed.
Source: RFC 9110 section 14; the safetensors format; shared facts on the hub's API, section 12.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from hubwatch.errors import AdapterError, HubUnreachableError, UsageError
from hubwatch.hubs.address import is_file_address, next_address
from hubwatch.hubs.http import PoliteClient
from hubwatch.hubs.parts import BEGINNING, HEADER_CAP, REFUSAL_BYTES, Part, Span, other_format
from hubwatch.hubs.refusals import Again, LeaveAloneError, Stop, judge, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.hubs.parts import Wanted

#: The header's length in 8 bytes, little end first.
PREFIX: Final = BEGINNING
MOST_REDIRECTS: Final = 5
#: How often a new signed address is asked for when one has expired.
RENEWALS: Final = 2
#: Attempts for an answer that is not the part that was asked for.
_WRONG_PARTS: Final = 4

#: Refusals that another attempt may get over; of any server, every other 4xx is final.
_PASSING: Final = frozenset({408, 425, 429})
_ONLY_SOUND: Final = "only sound .safetensors files can be read"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")


class FetchedHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The header of a file somewhere else.

    Args:
        raw: the exact JSON bytes.
        file_bytes: length of the whole file, `None` when nobody said.
        requests: HTTP requests that it took, redirects and repeated ones counted.
        bytes: of bodies that came over the wire for it.
    """

    raw: bytes
    file_bytes: int | None
    requests: int
    bytes: int


class NotServedError(HubUnreachableError):
    """The file is not to be had here, now.

    Args:
        status: 404 or 410 when it is not visible, 401 or 403 when we may not.
    """

    def __init__(
        self, status: int, hint: str = "check the address; some files need the hub's token"
    ) -> None:
        super().__init__(f"the file is not served: status {status}", hint=hint)
        self.status = status


class HeaderTooLargeError(AdapterError):
    """The header is longer than what we read."""


class DownloadsRefusedError(LeaveAloneError):
    """The hub finds our downloads too many; only stopping is right."""


@dataclass(slots=True)
class _Place:
    """Where a file is asked for: its address, and the signed one that it redirected to."""

    address: str
    link: str | None = None


class RangeReader:
    """Reads headers through one polite client.

    Args:
        client: keeps the pace, counts, retries; its own host alone gets its token.
        cap: longest header in bytes, at most `HEADER_CAP`.
        plain: any server, no hub: its pages of HTML are answers, not signs of an outage.
    """

    def __init__(self, client: PoliteClient, *, cap: int = HEADER_CAP, plain: bool = False) -> None:
        self._client = client
        self._cap = min(cap, HEADER_CAP)
        self._plain = plain

    def fetch_header(self, url: str) -> FetchedHeader:
        """Fetch the header of the file at an address.

        Raises:
            AdapterError: the file is too short to hold the header that it announces.
            HeaderTooLargeError: the header is longer than the cap.
            NotServedError: 401, 403, 404, 410.
            DownloadsRefusedError: the hub wants no more downloads from us.
            BudgetSpentError: the client's budget does not allow the next request.
            HubUnreachableError: no usable answer, or offline.
        """
        traffic = self._client.traffic
        requests, volume = traffic.requests, traffic.bytes
        place = _Place(url)
        start = self._part(place, 0, PREFIX - 1)
        size = _file_bytes(start)
        length = self._length(start.body, size)
        raw = start.body[PREFIX : PREFIX + length]
        if start.status == 206:
            rest = self._part(place, PREFIX, PREFIX + length - 1)
            raw = rest.body if rest.status == 206 else rest.body[PREFIX : PREFIX + length]
            if _file_bytes(rest) != size:
                raise _changed()
        if len(raw) != length:
            raise _too_short()
        return FetchedHeader(
            raw=raw,
            file_bytes=size,
            requests=traffic.requests - requests,
            bytes=traffic.bytes - volume,
        )

    def _length(self, body: bytes, size: int | None) -> int:
        if len(body) < PREFIX:
            raise _too_short(body)
        (length,) = struct.unpack("<Q", body[:PREFIX])
        if length > self._cap:
            other = other_format(body)
            if other is not None:
                raise AdapterError(other, hint=_ONLY_SOUND)
            raise HeaderTooLargeError(
                f"the header claims more than {self._cap:,} bytes", hint=_ONLY_SOUND
            )
        if length < 2 or (size is not None and PREFIX + length > size):
            raise _too_short(body)
        return int(length)

    def _part(self, place: _Place, first: int, last: int) -> Part:
        """Return the answer for a part: 206, or 200 with the beginning of the file."""
        for _ in range(RENEWALS + 1):
            part = self._follow(place, first, last)
            if part.status in (200, 206):
                return part
            if part.status == 416:
                raise _too_short()
            if place.link is None or part.status not in (400, 401, 403):
                break
            place.link = None  # signed addresses expire; the hub makes a new one
        if self._plain:
            raise NotServedError(part.status, "check the address; no token is sent to it")
        raise NotServedError(part.status)

    def _follow(self, place: _Place, first: int, last: int) -> Part:
        url = place.link or place.address
        judged = partial(_judge, first=first, last=last, cap=self._cap, plain=self._plain)
        for _ in range(MOST_REDIRECTS + 1):
            span = Span(first, last, self._wanted(first, last), authorised=url == place.address)
            part = self._client.get_part(url, span, judge=judged)
            if part.status not in _REDIRECTS:
                return part
            url = place.link = next_address(url, part.headers.get("location", ""))
        raise HubUnreachableError(
            f"`{self._client.base_url}` redirects without end", hint="check the address"
        )

    def _wanted(self, first: int, last: int) -> Wanted:
        """Return how much to read: a part and one byte, by which one that is too long shows."""

        def wanted(status: int, beginning: bytes) -> int:
            if status == 206:
                return last - first + 2
            if status != 200:
                return REFUSAL_BYTES
            if len(beginning) < PREFIX:
                return PREFIX
            (length,) = struct.unpack("<Q", beginning)
            return PREFIX + (length if length <= self._cap else 0)

        return wanted


def fetch_url_header(
    url: str, *, timeout: float = 30.0, on_wait: Callable[[float, str], None] | None = None
) -> FetchedHeader:
    """Fetch the header of the file at any address, without a token.

    Args:
        url: http or https.
        timeout: seconds to connect and between two pieces of an answer.
        on_wait: told the seconds and the reason before each wait of a second or more.

    Raises:
        UsageError: not such an address.
        AdapterError: no sound file can begin like this; a page of HTML cannot.
        NotServedError: a refusal that asking again does not get over.
        HubUnreachableError: no usable answer came, or offline.
    """
    if not is_file_address(url):
        raise UsageError("this is not the address of a file", hint="write https://host/file")
    parts = urlsplit(url)
    client = PoliteClient(
        f"{parts.scheme}://{parts.netloc}",
        rate=float("inf"),
        timeout=timeout,
        max_attempts=4,
        on_wait=on_wait,
        kept="",
    )
    try:
        return RangeReader(client, plain=True).fetch_header(url)
    finally:
        client.close()


def _judge(part: Part, first: int, last: int, cap: int, *, plain: bool) -> Again | Stop | None:
    """Say what an answer to a request for a part means; see `refusals.judge`."""
    status, headers = part.status, part.headers
    html = not plain and "html" in headers.get("content-type", "").lower()
    if plain and 400 <= status < 500 and status not in _PASSING:
        return None
    if status in _REDIRECTS:
        return None if headers.get("location") else Again("damaged", attempts=_WRONG_PARTS)
    if status == 206:
        return None if _is_part(part, first, last) else Again("damaged", attempts=_WRONG_PARTS)
    if status == 416 or (status in (400, 401, 403) and not html):
        return None
    if status == 429 and not html and retry_after(headers) is None:
        return Stop(
            DownloadsRefusedError(
                "the hub finds our downloads too many", hint="wait a day and ask for fewer"
            )
        )
    if status == 200 and not html:
        return None if _is_beginning(part, cap) else Again("damaged", attempts=_WRONG_PARTS)
    return judge(status, headers, part.body)


def _is_part(part: Part, first: int, last: int) -> bool:
    """Say whether a 206 holds what was asked for, or all that there is of it."""
    found = _RANGE.fullmatch(part.headers.get("content-range", ""))
    if found is None or _encoded(part):
        return False
    begin, end = int(found[1]), int(found[2])
    size = None if found[3] == "*" else int(found[3])
    complete = end == last or (size is not None and end == size - 1 and end < last)
    return (
        begin == first
        and complete
        and (size is None or end < size)
        and len(part.body) == end - begin + 1
    )


def _is_beginning(part: Part, cap: int) -> bool:
    """Say whether a 200 holds the header, or is a whole file that ends before it."""
    if _encoded(part):
        return False
    body = part.body
    if len(body) >= PREFIX:
        (length,) = struct.unpack("<Q", body[:PREFIX])
        if length > cap or len(body) >= PREFIX + length:
            return True
    return part.headers.get("content-length", "") == str(len(body))


def _encoded(part: Part) -> bool:
    return part.headers.get("content-encoding", "identity") not in ("", "identity")


def _file_bytes(part: Part) -> int | None:
    found = _RANGE.fullmatch(part.headers.get("content-range", ""))
    text = found[3] if part.status == 206 and found else part.headers.get("content-length", "")
    return int(text) if re.fullmatch(r"\d{1,18}", text) else None


def _too_short(body: bytes = b"") -> AdapterError:
    what = other_format(body) or "the file is shorter than the header that it announces"
    return AdapterError(what, hint=_ONLY_SOUND)


def _changed() -> HubUnreachableError:
    return HubUnreachableError("the file changed while it was read", hint="run it again")
