"""Polite HTTP: the only room that speaks it.

One client per hub, one request in flight, one pace. The retry loop is our own: how often to ask
again depends on the reason, waits are injected and counted, and the retry library's switches and
log lines are global to the process.
"""

from __future__ import annotations

import os
import random
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2
import msgspec

from hubwatch import __version__
from hubwatch.errors import HubUnreachableError, UsageError
from hubwatch.hubs.address import checked_address, is_loopback, origin
from hubwatch.hubs.exchange import Answer, Taken, Traffic
from hubwatch.hubs.parts import BEGINNING, PART_HEADERS, PIECE_BYTES, Budget, Part
from hubwatch.hubs.refusals import Again, DamagedAnswerError, Stop, judge, observed_at
from hubwatch.hubs.secrets import scrub
from hubwatch.hubs.small_reads import small_reads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubwatch.errors import HubwatchError
    from hubwatch.hubs.parts import Span

    Judge = Callable[[Part], Again | Stop | None]

T = TypeVar("T")

OFFLINE_VARIABLE = "HUBWATCH_OFFLINE"
BODY_CAP = 64 << 20
#: Backoff in seconds: the first wait and the longest one.
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
#: A host on this machine needs no courtesy: waits that it did not ask for are this much shorter.
LOOPBACK_SCALE = 0.02

_KEPT_HEADERS = ("date", "age", "cf-cache-status", "content-type", "retry-after")


class PoliteClient:
    """Asks one hub, at one pace, and asks again only where that can help.

    Args:
        base_url: address below which paths lie.
        rate: requests a second at most; `inf` for none.
        timeout: seconds to connect and between two pieces of an answer; ten times as much for all.
        contact: who we are, for the hub's operators.
        token: sent as a header to this host only; never in an address.
        max_attempts: requests for one answer at most.
        scale: factor on waits that the hub did not ask for; default: 1, or little on loopback.
        transport: stands in for the network in tests.
        sleep, clock: stand in for time in tests.
        on_wait: told the seconds and the reason before each wait of a second or more.
        kept: what the hint says, beside asking later, when no usable answer came.
    """

    def __init__(
        self,
        base_url: str,
        *,
        rate: float = 1.0,
        timeout: float = 30.0,
        contact: str | None = None,
        token: str | None = None,
        max_attempts: int = 8,
        scale: float | None = None,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        on_wait: Callable[[float, str], None] | None = None,
        kept: str = "; what was stored is kept",
    ) -> None:
        self.base_url = checked_address(base_url)
        self.traffic, self.budget = Traffic(), Budget()
        self.on_wait = on_wait
        self.has_token = token is not None
        local = is_loopback(base_url)
        if token is not None and not local and not base_url.startswith("https:"):
            raise UsageError("a token is only sent over https", hint="write https://host")
        if not (rate > 0 and timeout > 0):
            raise UsageError("rate and time-out must be above zero", hint="for example 1/s and 30")
        self._scale = (LOOPBACK_SCALE if local else 1.0) if scale is None else scale
        self._gap = 1.0 / rate
        self._next = clock()
        self._timeout, self._max_attempts = timeout, max_attempts
        self._sleep, self._clock, self._token = sleep, clock, token
        self._kept = kept
        self._jitter = random.Random()  # noqa: S311 - spreads waits, keeps no secret
        self._http = httpx2.Client(
            headers=_headers(contact, token),
            timeout=timeout,
            transport=transport,
            follow_redirects=True,
            max_redirects=5,
            event_hooks={"request": [self._before_request]},
            trust_env=not local,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(
        self, path: str, query: Sequence[tuple[str, str]], check: Callable[[bytes], T]
    ) -> tuple[Answer, T | None]:
        """Ask until there is an answer to take.

        Args:
            path: below the base address.
            query: names and values.
            check: reads the body of a 200; raises `DamagedAnswerError` to have it asked for again.

        Returns:
            The answer, and what `check` made of it (`None` for 404 and 410).

        Raises:
            CursorRefusedError, QueryRefusedError, RegionBlockedError, LeaveAloneError: see
                `refusals`.
            HubUnreachableError: no usable answer after all attempts, or offline.
        """
        found, damaged = self._persist(lambda: self._once(path, query, check))
        return msgspec.structs.replace(found.answer, damaged=damaged), found.value

    def get_part(self, url: str, span: Span, *, judge: Judge) -> Part:
        """Ask for a part of a file until there is an answer to take; follow no redirect.

        The token goes along to this client's own host alone, and only when `span` says so. Of a
        body as much is read as `span` wants, and then the connection is closed.

        Args:
            url: whole address.
            span: which bytes.
            judge: says what an answer means; see `refusals.judge`.

        Raises:
            BudgetSpentError: the answer might not fit in what is left.
            HubUnreachableError: no usable answer after all attempts, or what `judge` says.
        """
        return self._persist(lambda: self._once_part(url, span, judge))[0]

    def _persist(self, once: Callable[[], T | Again]) -> tuple[T, int]:
        """Ask until there is an answer; return it with how many broken ones came before it."""
        damaged, reason = 0, ""
        for attempt in range(1, self._max_attempts + 1):
            found = once()
            if not isinstance(found, Again):
                return found, damaged
            reason = found.reason
            self.traffic.retries[reason] += 1
            damaged += reason in ("html", "damaged")
            if attempt >= min(found.attempts or self._max_attempts, self._max_attempts):
                break
            self._wait(self._wait_for(found, attempt), reason)
        raise HubUnreachableError(
            f"`{self.base_url}` gave no usable answer after {attempt} attempts ({reason})",
            hint=f"run the same command again later{self._kept}",
        )

    def _once(
        self, path: str, query: Sequence[tuple[str, str]], check: Callable[[bytes], T]
    ) -> Taken[T] | Again:
        answer = self._try(lambda: self._exchange(f"{self.base_url}{path}", query))
        if isinstance(answer, Again):
            return answer
        verdict = judge(answer.status, answer.headers, answer.body)
        if isinstance(verdict, Stop):
            raise verdict.error
        if verdict is not None:
            return verdict
        try:
            return Taken(answer, check(answer.body) if answer.status < 300 else None)
        except DamagedAnswerError:
            return Again("damaged")

    def _once_part(self, url: str, span: Span, judge: Judge) -> Part | Again:
        part = self._try(lambda: self._exchange_part(url, span))
        if isinstance(part, Again):
            return part
        verdict = judge(part)
        if isinstance(verdict, Stop):
            raise verdict.error
        return part if verdict is None else verdict

    def _try(self, exchange: Callable[[], T]) -> T | Again:
        """Make one exchange; what may work another time is asked again."""
        refuse_offline()
        try:
            return exchange()
        except httpx2.TimeoutException:
            return Again("timeout")
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            return Again("connection" if isinstance(error, httpx2.ConnectError) else "damaged")
        except (httpx2.TooManyRedirects, httpx2.InvalidURL, UnicodeError) as error:
            raise self._failure(error) from None

    def _exchange_part(self, url: str, span: Span) -> Part:
        self.budget.require_bytes(self.traffic.bytes + span.last + 1 - span.first)
        trace = small_reads(self._piece)
        request = self._http.build_request(
            "GET", url, headers=span.headers(), extensions={"trace": trace}
        )
        if not span.authorised or origin(url) != origin(self.base_url):
            request.headers.pop("Authorization", None)
        response = self._http.send(request, stream=True, follow_redirects=False)
        with closing(response):
            headers = _headers_once(response)
            body = self._read_part(response, span)
        return Part(status=response.status_code, headers=headers, body=body)

    def _read_part(self, response: httpx2.Response, span: Span) -> bytes:
        """Read as many bytes of an answer as are wanted, and not beyond the budget."""
        deadline = self._clock() + 10 * self._timeout
        status, body = response.status_code, bytearray()
        pieces = response.iter_raw()
        while len(body) < (wanted := span.wanted(status, bytes(body[:BEGINNING]))):
            needed = span.needed(status, wanted) - len(body)
            self.budget.require_bytes(self.traffic.bytes + max(needed, 0))
            if self.budget.bytes_left(self.traffic.bytes) == 0:
                break
            piece = next(pieces, b"")
            if not piece:
                break
            body += piece
            self.traffic.bytes += len(piece)
            if self._clock() > deadline:
                raise httpx2.ReadTimeout("the answer trickles")
        return bytes(body)

    def _piece(self) -> int:
        """Return how many bytes may be taken from the connection at once, at least one."""
        left = self.budget.bytes_left(self.traffic.bytes)
        return PIECE_BYTES if left is None else max(min(PIECE_BYTES, left), 1)

    def _exchange(self, url: str, query: Sequence[tuple[str, str]]) -> Answer:
        deadline = self._clock() + 10 * self._timeout
        with self._http.stream("GET", url, params=list(query)) as response:
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > BODY_CAP:
                    raise HubUnreachableError(
                        f"an answer is larger than {BODY_CAP >> 20} MiB", hint="ask for less"
                    )
                if self._clock() > deadline:
                    raise httpx2.ReadTimeout("the answer trickles")
        self.traffic.bytes += len(body)
        headers = {k: response.headers[k] for k in _KEPT_HEADERS if k in response.headers}
        moment = observed_at(headers, datetime.now(UTC))
        return Answer(
            url=scrub(str(response.request.url), self._token),
            status=response.status_code,
            headers=headers,
            body=bytes(body),
            received_at=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        )

    def _before_request(self, _: httpx2.Request) -> None:
        """Keep the pace and count, for redirected requests too."""
        self.budget.require_requests(self.traffic.requests + 1)
        self._keep_pace()
        self.traffic.requests += 1

    def _keep_pace(self) -> None:
        early = self._next - self._clock()
        if early > 0:
            self._sleep(early)
        self._next = max(self._next, self._clock()) + self._gap

    def _wait_for(self, again: Again, attempt: int) -> float:
        backoff: float = min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT)
        jittered: float = (
            max(backoff, again.at_least) * self._jitter.uniform(0.5, 1.0) * self._scale
        )
        if not again.wait:
            return jittered
        return again.wait + self._jitter.uniform(0.0, 0.1) * min(again.wait, FIRST_WAIT)

    def _wait(self, seconds: float, reason: str) -> None:
        if self.on_wait is not None and seconds >= 1:
            self.on_wait(seconds, reason)
        self.traffic.waited += seconds
        self._sleep(seconds)

    def _failure(self, error: Exception) -> HubwatchError:
        return HubUnreachableError(
            scrub(f"`{self.base_url}` could not be asked: {error}", self._token),
            hint="check the address and the network",
        )


def _headers(contact: str | None, token: str | None) -> dict[str, Any]:
    who = f"hubwatch/{__version__}" + (f" (+{contact})" if contact else "")
    agent = " ".join(who.encode("ascii", "replace").decode().split())
    headers = {"User-Agent": agent, "Accept": "application/json"}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _headers_once(response: httpx2.Response) -> dict[str, str]:
    """Return the headers that say what a part is; one that is sent twice alike counts once."""
    values = {name: response.headers.get_list(name) for name in PART_HEADERS}
    return {name: ", ".join(dict.fromkeys(found)) for name, found in values.items() if found}


def refuse_offline() -> None:
    """Raise `HubUnreachableError` where the operator wants no network."""
    if os.environ.get(OFFLINE_VARIABLE, "") not in ("", "0"):
        raise HubUnreachableError(
            f"{OFFLINE_VARIABLE} is set, so no hub is asked", hint=f"unset {OFFLINE_VARIABLE}"
        )
