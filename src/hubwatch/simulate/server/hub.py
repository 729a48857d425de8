"""The simulated hub as a server on this machine: the real hub's API, its rules and its faults.

Standard library only, so that resets and truncated bodies are in our hand.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from collections import Counter, OrderedDict
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Final, Literal, Self

from hubwatch.errors import UsageError
from hubwatch.simulate.server import routes
from hubwatch.simulate.server.edge import Edge
from hubwatch.simulate.server.faults import FaultPlan, Rate
from hubwatch.simulate.server.handler import HubHandler
from hubwatch.simulate.server.index import CatalogueIndex

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Collection
    from types import TracebackType

    from hubwatch.simulate.catalogue import Catalogue

KEPT_DAYS: Final = 8
REGION_LEVELS: Final = {"open": 63, "restricted": 3, "blocked": 63}


class SimulatedHub:
    """A hub on this machine that speaks the real hub's API; use it as a context manager.

    Args:
        catalogue_for: gives the world as of a day (`YYYY-MM-DD`), `None` for the last day.
        host: address to listen on.
        port: port to listen on, 0 for any free one.
        faults: how many requests go wrong: `none`, `some` (2.5 %), `many` (18 %).
        seed: seed of the faults; the same requests in the same order meet the same faults.
        depth_limit: rows per query after which lists of images end silently.
        token: the one right token; every other one is treated as anonymous.
        requests_per_second: above it the edge answers 429; `None` for no limit.
        as_of: the day shown to callers that send no `X-Simulated-Date`.
        region: `restricted` callers silently see PG and PG-13 only, `blocked` ones get 451.
        fault_kinds: names of the only faults that may occur (`faults.KINDS`); `None` for all.
        fault_share: share of the requests that go wrong, 0..1, in place of that of `faults`.

    Attributes:
        requests: number of requests by endpoint, for example `models` or `models/{id}`.
        faults_sent: number of faults by kind.
    """

    def __init__(
        self,
        catalogue_for: Callable[[str | None], Catalogue],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Rate = "none",
        seed: int = 1,
        depth_limit: int = 50_000,
        token: str | None = None,
        requests_per_second: float | None = None,
        as_of: str | None = None,
        region: Literal["open", "restricted", "blocked"] = "open",
        fault_kinds: Collection[str] | None = None,
        fault_share: float | None = None,
    ) -> None:
        key = hashlib.sha256(f"simulated hub {seed}".encode()).digest()
        self.setting = routes.Setting(REGION_LEVELS[region], depth_limit, key)
        self.edge = Edge(
            token=token, requests_per_second=requests_per_second, blocked=region == "blocked"
        )
        self.plan = FaultPlan(faults, seed, kinds=fault_kinds, share=fault_share)
        self.requests: Counter[str] = Counter()
        self.as_of = as_of
        self.closing = threading.Event()
        self.busy = threading.Lock()  # catalogues need not be safe to read from several threads
        self._catalogue_for = catalogue_for
        self._indexes: OrderedDict[str | None, CatalogueIndex] = OrderedDict()
        self._lock = threading.Lock()
        self._count_lock = threading.Lock()
        self._server = _listen(host, port)
        self._server.hub = self
        self._thread: threading.Thread | None = None
        self._started = False
        self.base_url = f"http://{host}:{self._server.server_address[1]}"

    @property
    def faults_sent(self) -> Counter[str]:
        """Number of faults by kind."""
        return self.plan.sent

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="simulated-hub"
        )
        self._started = True
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def serve_forever(self) -> None:
        """Answer requests in this thread until another one calls `close` or it is interrupted."""
        self._started = True
        self._server.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        """Stop listening, end open connections and wait for their threads; may be called twice."""
        if self.closing.is_set():
            return
        self.closing.set()
        if self._started:
            self._server.shutdown()
        if self._thread is not None:
            self._thread.join()
        self._server.server_close()
        self._server.end_connections()

    def index(self, date: str | None) -> CatalogueIndex:
        """Return the hub on one day, made on first use.

        Args:
            date: day (`YYYY-MM-DD`), `None` for the server's own day.
        """
        date = date or self.as_of
        with self._lock:
            if date not in self._indexes:
                self._indexes[date] = CatalogueIndex(self._catalogue_for(date), date)
            self._indexes.move_to_end(date)
            while len(self._indexes) > KEPT_DAYS:
                self._indexes.popitem(last=False)
            return self._indexes[date]

    def count(self, name: str) -> None:
        """Count a request."""
        with self._count_lock:
            self.requests[name] += 1


class HubServer(ThreadingHTTPServer):
    """Accepts connections and remembers them, so that closing does not wait for idle ones."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True
    hub: SimulatedHub

    def __init__(self, address: tuple[str, int]) -> None:
        self.open: dict[threading.Thread, socket.socket] = {}
        self.open_lock = threading.Lock()
        super().__init__(address, HubHandler)

    def process_request_thread(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]  # narrower than the standard library's union with datagrams
        """Answer one connection."""
        with self.open_lock:
            self.open[threading.current_thread()] = request
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.open_lock:
                self.open.pop(threading.current_thread(), None)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about callers that hung up; everything else is our fault and is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed through unread

    def end_connections(self) -> None:
        """Cut every open connection and wait until its thread has ended."""
        with self.open_lock:
            threads = list(self.open.items())
        for _, connection in threads:
            cut(connection)
        for thread, _ in threads:
            thread.join(timeout=5)


def cut(connection: socket.socket) -> None:
    """End a connection that may be gone already."""
    try:
        connection.shutdown(2)
    except OSError:
        return


def _listen(host: str, port: int) -> HubServer:
    try:
        return HubServer((host, port))
    except OSError as fault:
        what = f"cannot listen on `{host}:{port}`: {fault.strerror or fault}"
        raise UsageError(what, hint="choose another port, or 0 for any free one") from fault


def serve(
    *,
    models: int,
    images: int,
    seed: int,
    port: int,
    faults: Rate,
    ready: Callable[[str], None],
    as_of: str | None = None,
) -> None:
    """Make a world and serve it until interrupted.

    Args:
        models: models that a complete collection returns.
        images: images that a complete collection returns.
        seed: of the world and of the faults.
        port: to listen on, 0 for any free one.
        faults: `none`, `some` or `many`.
        ready: called once with the base address when requests are answered.
        as_of: the day that is shown, `YYYY-MM-DD`; default: the last one.

    Raises:
        UsageError: the port cannot be had, or the day is none.
    """
    from hubwatch.simulate.world.build import build_world

    world = build_world(models=models, images=images, seed=seed)
    hub = SimulatedHub(world.as_of, port=port, faults=faults, seed=seed, as_of=as_of)
    try:
        hub.index(None)
        ready(hub.base_url)
        hub.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        hub.close()
