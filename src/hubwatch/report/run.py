"""What `run.json` says of the run that made the results: hubs, snapshots, what they lack."""

from __future__ import annotations

from typing import Any, Final

import msgspec

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a listing that is not plainly complete, as the collector ended with it."""

    name: str = ""
    state: str = ""
    covered: float | None = None
    sample: int = 0
    missed: float | None = None
    why: str = ""


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """What a collection or an import itself says may be missing."""

    slices: dict[str, int] = {}
    missed: float | None = None
    doubtful: list[Doubt] = []
    failures: list[str] = []


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """When the hub gave the answers: first and last moment, RFC 3339, UTC."""

    begin: str | None = msgspec.field(default=None, name="from")
    until: str | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The window of time that a collection asked for; partial ISO dates."""

    since: str | None = None
    until: str | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot as `run.json` lists it."""

    id: str = ""
    hub: str = ""
    origin: Any = None
    state: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    base_url: str = ""
    files: list[str] = []
    maybe_window: Window | None = msgspec.field(default=None, name="window")
    observed: Observed = Observed()
    simulated: bool = False
    measured: bool | None = None
    collection: Collection | None = None
    notes: dict[str, int] = {}
    drift: dict[str, int] = {}

    @property
    def window(self) -> Window:
        """The window that was asked for, without ends where there was none."""
        return self.maybe_window or Window()

    def counts(self) -> bool:
        """Return whether its answers are in the numbers, as far as the run says."""
        return self.measured is not False and self.state in ("", "complete")

    def place(self) -> str:
        """Return where it came from, as one text to search in; never shown."""
        return f"{self.origin or ''} {self.base_url}".strip()


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What `run.json` says of the run that made the results."""

    hubs: list[str] = []
    snapshots: list[Snapshot] = []
    rows: dict[str, int] = {}
    quarantine: dict[str, int] = {}
    versions: dict[str, str] = {}
    settings_digest: str = ""
    lake_fingerprint: str = ""
    data_digest: str = ""
    images_by_source: dict[str, int] = {}
    images_by_date_source: dict[str, int] = {}
    simulated: bool = False

    def showcase(self) -> int:
        """Return the number of showcase images where they are most of all, else 0."""
        shown = self.images_by_source.get("showcase", 0)
        return shown if 2 * shown > sum(self.images_by_source.values()) else 0

    def dated_by_version(self) -> bool:
        """Return whether most images bear the date of their version."""
        dates = self.images_by_date_source
        own = sum(n for name, n in dates.items() if name.startswith("version."))
        return 2 * own > sum(dates.values())

    def last_observed(self) -> str:
        """Return the latest moment of an answer that is in the numbers; empty if not known."""
        counted = (s.observed.until or s.observed.begin for s in self.snapshots if s.counts())
        return max((moment for moment in counted if moment), default="")

    def is_simulated(self) -> bool:
        """Return whether something here is of the simulated hub."""
        return (
            self.simulated
            or any(_says_so(name) for name in self.hubs)
            or any(self.is_invented(snapshot) for snapshot in self.snapshots)
        )

    def is_mixed(self) -> bool:
        """Return whether simulated and other answers are pooled."""
        named = bool(self.hubs) and all(_says_so(name) for name in self.hubs)
        invented = all(self.is_invented(snapshot) for snapshot in self.snapshots)
        return self.is_simulated() and not (self.simulated or named or invented)

    def is_invented(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot is of the simulated hub: by mark, name or loopback address."""
        place = snapshot.place()
        return (
            self.simulated
            or snapshot.simulated
            or any(_says_so(name) for name in (snapshot.hub, place))
            or any(address in place for address in _LOOPBACK)
        )

    def platforms(self) -> list[str]:
        """Return the hubs whose history belongs to these results; the simulated hub has none."""
        return [] if self.is_simulated() else self.hubs


def _says_so(name: str) -> bool:
    return "simulat" in name.lower()
