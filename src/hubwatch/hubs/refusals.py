"""What a hub's answer means before anybody looks inside it: take, ask again, or stop.

Status and content type come first; a body is read only to tell one refusal from another. Pure.
Source: shared facts on the hub's API, section 2.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from hubwatch.errors import HubUnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Longest wait in seconds that we sit out; a hub that asks for more is left alone until then.
LONGEST_STAY = 600.0
#: Wait after a refusal by the hub's edge that names no time, in seconds.
EDGE_WAIT = 60.0

_PAGING = re.compile(rb"too many pages|page\s*\*\s*limit|use (?:the )?cursor", re.IGNORECASE)
_CURSOR = re.compile(rb"cursor", re.IGNORECASE)


class CursorRefusedError(HubUnreachableError):
    """The hub no longer knows a cursor; the slice must be walked from its beginning."""


class QueryRefusedError(HubUnreachableError):
    """The hub will never answer this query; asking again does not help."""


class LeaveAloneError(HubUnreachableError):
    """The hub asks not to be asked at all for longer than we stay."""


class RegionBlockedError(HubUnreachableError):
    """The hub does not serve the country that we ask from."""


class DamagedAnswerError(ValueError):
    """The answer's bytes are not what its status promised."""


@dataclass(frozen=True, slots=True)
class Again:
    """Ask again later.

    Args:
        reason: one word, counted in the summary.
        wait: seconds that the hub asked for; `None` leaves it to the backoff.
        at_least: shortest wait in seconds, before scaling.
        attempts: most attempts for this reason; `None` is the client's own limit.
    """

    reason: str
    wait: float | None = None
    at_least: float = 0.0
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Do not ask again: raise this."""

    error: HubUnreachableError


def judge(status: int, headers: Mapping[str, str], body: bytes) -> Again | Stop | None:
    """Say what an answer means.

    Args:
        status: HTTP status.
        headers: lower-case names.
        body: as much of it as was read.

    Returns:
        `None` when the answer can be taken (404 and 410 too: not visible here, now).
    """
    html = "html" in headers.get("content-type", "").lower()
    wait = retry_after(headers)
    if wait is not None and wait > LONGEST_STAY and status != 200:
        return Stop(_away(wait))
    if status in (200, 206):
        return Again("html", wait) if html else None
    if status in (404, 410) and not html:
        return None
    if status == 429:
        return _throttled(wait, body)
    if status == 403 and html:
        return Again("forbidden", wait, attempts=3)
    if status in (408, 425) or status >= 500:
        return Again(f"status {status}", wait)
    if status == 404:
        return Again("html", wait, attempts=3)
    return Stop(_refusal(status, body))


def _away(wait: float) -> LeaveAloneError:
    return LeaveAloneError(
        f"the hub asks to be left alone for {wait / 60:.0f} minutes",
        hint="run the same command again then; what was stored is kept",
    )


def _throttled(wait: float | None, body: bytes) -> Again | Stop:
    if wait is None and _PAGING.search(body):
        return Stop(QueryRefusedError("the hub refuses to page that deep", hint="use a cursor"))
    return Again("throttled", wait, at_least=EDGE_WAIT if wait is None else 0.0)


def _refusal(status: int, body: bytes) -> HubUnreachableError:
    if status == 400 and _CURSOR.search(body):
        return CursorRefusedError(
            "the hub no longer knows the cursor", hint="the slice is walked again"
        )
    if status == 451:
        return RegionBlockedError(
            "the hub does not serve the country that this request came from",
            hint="collect from another vantage point and record which",
        )
    if status in (401, 403):
        return QueryRefusedError(
            f"the hub refused the request with {status}", hint="check the token: `hubwatch doctor`"
        )
    return QueryRefusedError(
        f"the hub refused the query with {status}", hint="run again with `--verbose` and report it"
    )


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that `Retry-After` asks for, in either of its forms.

    Args:
        headers: lower-case names.
        now: present time; default: the answer's own `Date`, else the clock.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{0,9})?", text):
        return float(text)
    moment = http_date(text)
    if moment is None:
        return None
    present = now or http_date(headers.get("date", "")) or datetime.now(UTC)
    return max((moment - present).total_seconds(), 0.0)


def http_date(text: str) -> datetime | None:
    """Return the time of an HTTP date header in UTC, or `None`."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def observed_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return when the hub made the answer: its `Date` minus its `Age`, else our clock."""
    moment = http_date(headers.get("date", "")) or now
    age = headers.get("age", "").split(",")[0].strip()
    return moment - timedelta(seconds=int(age)) if re.fullmatch(r"[0-9]{1,8}", age) else moment
