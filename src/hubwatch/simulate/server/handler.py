"""One connection of the simulated hub: read a request, answer it, let a fault have its way."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlencode

from hubwatch.simulate.server import routes
from hubwatch.simulate.server.damage import damaged
from hubwatch.simulate.server.parameters import to_microseconds, to_text
from hubwatch.simulate.server.routes_images import is_legacy
from hubwatch.simulate.server.send import send
from hubwatch.simulate.server.wire import Reply, Request, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.simulate.server.faults import Fault, Trait
    from hubwatch.simulate.server.hub import HubServer, SimulatedHub
    from hubwatch.simulate.server.routes import Route

LARGEST_BODY: Final = 2 << 20
DATE_HEADER: Final = "X-Simulated-Date"
NO_DAY: Final = "not a date"


class HubHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: HubServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # name of the base
        """Say nothing: the server counts its requests instead."""

    def respond(self) -> None:
        """Answer one request."""
        hub = self.server.hub
        request = self._read(hub)
        if request is None:
            self._send(hub, error(413, "Request body too large"), None, [])
            self.close_connection = True
            return
        route = routes.find_route(request.path)
        hub.count(route.name if route else "unknown")
        day = simulated_day(request.headers.get(DATE_HEADER.lower()))
        with hub.busy:
            reply = hub.edge.refusal(request) or self._answer(hub, route, request, day)
            fault = self._draw(hub, request, reply)
            if fault is not None:
                reply = damaged(reply, fault)
        if request.method == "HEAD":
            reply = replace(reply, omit_body=True)
        headers = self._headers(hub, request, reply, day)
        if fault is not None and fault.kind.group == "headers":
            headers *= 2
        self._send(hub, reply, fault, headers)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every method alike; the base looks for `do_` and the method's name."""
        if name.startswith("do_"):
            return self.respond
        raise AttributeError(name)

    def _read(self, hub: SimulatedHub) -> Request | None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return None
        path, _, text = self.path.partition("?")
        query = parse_qs(text, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        token = query.get("token", [None])[0]
        return Request(
            method=self.command,
            path=unquote(path).rstrip("/"),
            target=self.path,
            query=query,
            headers=headers,
            body=self.rfile.read(int(length)),
            base_url=hub.base_url,
            authorised=hub.edge.authorised(headers.get("authorization", ""), token),
        )

    def _answer(
        self, hub: SimulatedHub, route: Route | None, request: Request, day: str | None
    ) -> Reply:
        if day == NO_DAY:
            return error(400, f"{DATE_HEADER} is not a date")
        return routes.answer(route, hub.index(day), request, hub.setting)

    def _draw(self, hub: SimulatedHub, request: Request, reply: Reply) -> Fault | None:
        query = {name: values for name, values in request.query.items() if name != "cursor"}
        walk = f"{request.path}?{urlencode(sorted(query.items()), doseq=True)}"
        return hub.plan.draw(
            target=f"{request.method} {request.target}",
            walk=walk,
            cursor=request.first("cursor"),
            traits=traits(request, reply),
        )

    def _headers(
        self, hub: SimulatedHub, request: Request, reply: Reply, day: str | None
    ) -> list[tuple[str, str]]:
        headers = [("Date", formatdate(usegmt=True)), ("Server", "simulated-hub")]
        if any(value.startswith("public") for name, value in reply.headers):
            age = hub.edge.age(request.target, day or "")
            headers += [("Age", str(age)), ("CF-Cache-Status", "HIT" if age else "MISS")]
        if day is not None:
            headers.append((DATE_HEADER, day))
        return headers

    def _send(
        self, hub: SimulatedHub, reply: Reply, fault: Fault | None, headers: list[tuple[str, str]]
    ) -> None:
        try:
            again = send(self.connection, reply, headers=headers, fault=fault, closing=hub.closing)
        except OSError:
            again = False  # the caller hung up
        self.close_connection = self.close_connection or not again


def simulated_day(text: str | None) -> str | None:
    """Return the day that a caller asks for, `NO_DAY` when it is none."""
    try:
        return None if text is None else to_text(to_microseconds(text))[:10]
    except (ValueError, OverflowError):
        return NO_DAY


def traits(request: Request, reply: Reply) -> set[Trait]:
    """Return what decides which faults fit a request and its faultless answer."""
    found: set[Trait] = set()
    if reply.status == 206:
        found.add("ranged")
    if not reply.listing or reply.status != 200:
        return found
    found.add("listing")
    cursor = request.first("cursor")
    if reply.document["items"] and "nextCursor" in reply.document["metadata"]:
        found.add("followed")
    if cursor is not None:
        found |= {"cursor", "preceded"}
    elif is_legacy(request) and request.path.endswith("/images") and reply.document["items"]:
        found.add("legacy_first")
    return found
