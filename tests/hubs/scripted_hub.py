"""A scripted hub on a real socket: each test says what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from hubwatch.hubs.civitai import CivitAI
from hubwatch.hubs.http import PoliteClient

API = "/api/v1/"


def listing(items: Sequence[Any], cursor: str | None = None, **metadata: Any) -> Response:
    """Return a page as the hub sends it."""
    if cursor is not None:
        metadata["nextCursor"] = cursor
    body = json.dumps({"items": list(items), "metadata": metadata})
    return Response(body, content_type="application/json")


def refusal(status: int, body: str = '{"error": "no"}', **headers: str) -> Response:
    """Return a refusal in JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status=status, headers=named, content_type="application/json")


def page_of_html(status: int = 200) -> Response:
    """Return what an edge sends instead of an answer."""
    return Response("<html>one moment</html>", status=status, content_type="text/html")


@dataclass
class Script:
    """What the hub was asked, and what it answers next."""

    server: HTTPServer
    asked: list[Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def answers(self, *responses: Response) -> None:
        """Answer one after the other, the last one for ever."""
        waiting = list(responses)
        self.decides(lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0])

    def decides(self, decide: Callable[[Request], Response]) -> None:
        """Answer as a function of the request says."""

        def handle(request: Request) -> Response:
            request.get_data()
            self.asked.append(request)
            return decide(request)

        self.server.clear()
        self.server.expect_request(re.compile(".*")).respond_with_handler(handle)

    @property
    def queries(self) -> list[dict[str, str]]:
        """The queries that came, in order."""
        return [request.args.to_dict() for request in self.asked]

    def client(self, **options: Any) -> PoliteClient:
        """Return a client of this hub that never really waits."""
        base = options.pop("base_url", self.server.url_for("").rstrip("/"))
        chosen = {"rate": float("inf"), "scale": 1.0, "sleep": self.slept.append} | options
        return PoliteClient(base, **chosen)

    def hub(self, **options: Any) -> CivitAI:
        """Return the connector over such a client."""
        return CivitAI(self.client(**options))
