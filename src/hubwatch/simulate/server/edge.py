"""The edge in front of the hub: firewall, region, request rate, tokens and the age of answers."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from hubwatch.simulate.server.wire import Reply, error, html

if TYPE_CHECKING:
    from hubwatch.simulate.server.wire import Request

#: Names that libraries send when the program using them does not say who it is.
DEFAULT_AGENTS: Final = re.compile(
    r"python-|python/|curl/|wget/|aiohttp|httpx|go-http-client|java/|okhttp|axios|node|undici"
    r"|libwww|scrapy|ruby|faraday",
    re.IGNORECASE,
)
CACHE_SECONDS: Final = 300
KEPT_ADDRESSES: Final = 10_000


class Edge:
    """What happens to a request before the hub sees it.

    Args:
        token: the one right token, `None` when there is none.
        requests_per_second: above it requests are refused; `None` for no limit.
        blocked: the caller's country is blocked.
    """

    def __init__(
        self, *, token: str | None, requests_per_second: float | None, blocked: bool
    ) -> None:
        self.token = token
        self.rate = requests_per_second
        self.blocked = blocked
        self._allowance = max(1.0, requests_per_second or 0.0)
        self._checked_at = time.monotonic()
        self._first_asked: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def refusal(self, request: Request) -> Reply | None:
        """Return the answer to a request that does not get through, `None` when it does."""
        agent = request.headers.get("user-agent", "").strip()
        if not agent or DEFAULT_AGENTS.match(agent):
            return html(403, "403 Forbidden")
        if self.blocked:
            return error(451, "Not available in your region", code="REGION_BLOCKED")
        if not self._within_rate():
            return html(429, "429 Too Many Requests", ("Retry-After", "1"))
        return None

    def authorised(self, header: str, parameter: str | None) -> bool:
        """Tell whether the right token came, in the header or in the query."""
        sent = header[7:].strip() if header[:7].lower() == "bearer " else parameter
        return self.token is not None and sent == self.token

    def age(self, target: str, day: str) -> int:
        """Return how old the cached answer is, in seconds; 0 when it is fresh."""
        now = time.monotonic()
        with self._lock:
            since = self._first_asked.get((target, day))
            if since is not None and now - since < CACHE_SECONDS:
                return int(now - since)
            self._first_asked[target, day] = now
            self._first_asked.move_to_end((target, day))
            while len(self._first_asked) > KEPT_ADDRESSES:
                self._first_asked.popitem(last=False)
        return 0

    def _within_rate(self) -> bool:
        if self.rate is None:
            return True
        with self._lock:
            now = time.monotonic()
            gained = (now - self._checked_at) * self.rate
            self._allowance = min(max(1.0, self.rate), self._allowance + gained)
            self._checked_at = now
            if self._allowance < 1.0:
                return False
            self._allowance -= 1.0
            return True
