"""What a report says before its first number: which hubs, which snapshots, what was set aside."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import msgspec

import hubwatch
from hubwatch.lake.raw import snapshots
from hubwatch.lake.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.lake.catalog import Lake, RefinedSnapshot
    from hubwatch.lake.manifest import Manifest

_LIBRARIES: Final = ("duckdb", "narwhals", "numpy", "pyarrow")


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
        "snapshots": [_snapshot(m, refined.get((m.hub, m.id))) for m in manifests],
        "rows": {name: lake.rows(name) for name in TABLES},
        "quarantine": dict(sorted(lake.catalog.quarantine.items())),
        "versions": {"hubwatch": hubwatch.__version__, **{x: version(x) for x in _LIBRARIES}},
        "settings": dict(settings),
        "settings_digest": hashlib.sha256(
            msgspec.json.encode(dict(settings), order="sorted")
        ).hexdigest(),
        "lake_fingerprint": lake.fingerprint,
    }


def _snapshot(manifest: Manifest, refined: RefinedSnapshot | None) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "hub": manifest.hub,
        "state": manifest.state,
        "origin": _origin(manifest.origin),
        "started_at": manifest.started_at,
        "finished_at": manifest.ended_at,
        "measured": refined is not None,
        "quarantined": refined.quarantined if refined else 0,
        "notes": dict(sorted(refined.notes.items())) if refined else {},
    }


def _origin(origin: Mapping[str, Any]) -> str:
    """Return where a snapshot came from in one line: the address, or names of files, no folders."""
    files = [PurePath(str(file["name"])).name for file in origin.get("files") or ()]
    place = str(origin.get("base_url") or "") or ", ".join(files)
    return f"{origin.get('command', '')} {place}".strip()
