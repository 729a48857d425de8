"""What a report says before its first number: which hubs, which snapshots, what was set aside."""

from __future__ import annotations

import hashlib
from collections import Counter
from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import msgspec

import hubwatch
from hubwatch.errors import LakeError
from hubwatch.lake.raw import read_records, snapshots
from hubwatch.lake.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from hubwatch.lake.catalog import Drift, Lake, RefinedSnapshot
    from hubwatch.lake.raw.manifest import Manifest

_LIBRARIES: Final = ("duckdb", "narwhals", "numpy", "pyarrow")
#: Part of every picture's address on the simulated hub.
_SIMULATED: Final = "hub.invalid/simulated/"


def front_matter(lake: Lake, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `run.json` holds; nothing in it depends on when or where the run was made.

    Args:
        lake: what was measured.
        settings: what the results depend on besides the lake.
    """
    manifests = snapshots(lake.path)
    refined = {(one.hub, one.id): one for one in lake.catalog.snapshots}
    return {
        "hubs": sorted({manifest.hub for manifest in manifests}),
        "snapshots": [_snapshot(lake.path, m, refined.get((m.hub, m.id))) for m in manifests],
        "rows": {name: lake.rows(name) for name in TABLES},
        "quarantine": dict(sorted(lake.catalog.quarantine.items())),
        "versions": {"hubwatch": hubwatch.__version__, **{x: version(x) for x in _LIBRARIES}},
        "settings": dict(settings),
        "settings_digest": hashlib.sha256(
            msgspec.json.encode(dict(settings), order="sorted")
        ).hexdigest(),
        "lake_fingerprint": lake.fingerprint,
    }


def _snapshot(lake: Path, manifest: Manifest, refined: RefinedSnapshot | None) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "hub": manifest.hub,
        "state": manifest.state,
        "origin": _origin(manifest.origin),
        "simulated": _is_simulated(lake, manifest),
        "started_at": manifest.started_at,
        "finished_at": manifest.ended_at,
        "measured": refined is not None,
        "records": manifest.summary.get("records", sum(file.records for file in manifest.files)),
        "collection": _doubts(manifest.summary),
        "quarantined": refined.quarantined if refined else 0,
        "notes": dict(sorted(refined.notes.items())) if refined else {},
        "drift": _drift(refined.drift if refined else ()),
    }


def _doubts(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the collector or the import itself says may be missing.

    `missed` is the collector's estimate over slices that it walked at least twice; null where
    there is none, as for imports.
    """
    return {
        "slices": dict(sorted(summary.get("slices", {}).items())),
        "missed": summary.get("missed"),
        "doubtful": list(summary.get("doubtful", ())),
        "failures": list(summary.get("failures", ())),
    }


def _drift(signs: Iterable[Drift]) -> dict[str, int]:
    """Return how many unknown keys and values there were; their names can be anybody's words."""
    kinds = Counter(sign.what for sign in signs)
    return {"keys": kinds["key"], "values": kinds["value"]}


def _is_simulated(lake: Path, manifest: Manifest) -> bool:
    """Return whether the first answer links to the simulated hub, which no real hub can.

    Addresses below `.invalid` belong to nobody (RFC 2606). Raw answers can be missing from a copy.
    """
    try:
        first = next(read_records(lake, manifest.hub, manifest.id), None)
    except LakeError:
        return False
    return first is not None and _SIMULATED in first[2].body


def _origin(origin: Mapping[str, Any]) -> str:
    """Return where a snapshot came from in one line: the address, or names of files, no folders."""
    files = [PurePath(str(file["name"])).name for file in origin.get("files") or ()]
    place = str(origin.get("base_url") or "") or ", ".join(files)
    return f"{origin.get('command', '')} {place}".strip()
