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


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot as `run.json` lists it."""

    id: str = ""
    hub: str = ""
    origin: Any = None
    state: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    base_url: str = ""
    simulated: bool = False
    measured: bool | None = None
    collection: Collection | None = None
    notes: dict[str, int] = {}
    drift: dict[str, int] = {}

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
    simulated: bool = False

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
