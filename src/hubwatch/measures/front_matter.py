"""What a report says before its first number: which hubs, which snapshots, what was set aside."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import msgspec

import hubwatch
from hubwatch.engine import col, lit
from hubwatch.lake.raw import snapshots
from hubwatch.measures.counts import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.engine import Tables
    from hubwatch.lake.catalog import Lake
    from hubwatch.lake.manifest import Manifest

_LIBRARIES: Final = ("duckdb", "narwhals", "numpy", "pyarrow")


def front_matter(lake: Lake, tables: Tables, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `run.json` holds; nothing in it depends on when or where the run was made.

    Args:
        lake: what was measured.
        tables: its tables.
        settings: what the results depend on besides the lake.
    """
    manifests = snapshots(lake.root)
    return {
        "hubs": sorted({manifest.hub for manifest in manifests}),
        "snapshots": [_snapshot(manifest) for manifest in manifests],
        "rows": row_counts(tables),
        "quarantine": quarantine(tables),
        "versions": {"hubwatch": hubwatch.__version__, **{x: version(x) for x in _LIBRARIES}},
        "settings": dict(settings),
        "settings_digest": hashlib.sha256(
            msgspec.json.encode(dict(settings), order="sorted")
        ).hexdigest(),
        "lake_fingerprint": lake.fingerprint,
    }


def _snapshot(manifest: Manifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "hub": manifest.hub,
        "state": manifest.state,
        "origin": str(manifest.origin.get("kind", "")),
        "started_at": manifest.started_at,
        "finished_at": manifest.ended_at,
    }


def row_counts(tables: Tables) -> dict[str, int]:
    """Return the number of rows of each table."""
    return {name: count(tables, tables[name], one=lit(1)).total() for name in tables.names()}


def quarantine(tables: Tables) -> dict[str, int]:
    """Return reason → things set aside for it, sorted."""
    reasons = count(tables, tables["quarantine"], reason=col("reason"))
    return {str(reason): n for (reason,), n in sorted(reasons.items(), key=str)}
