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
from hubwatch.lake.raw import read_records
from hubwatch.lake.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hubwatch.lake.catalog import Drift, Lake, RefinedSnapshot
    from hubwatch.lake.raw.manifest import Manifest

_LIBRARIES: Final = ("duckdb", "narwhals", "numpy", "pyarrow")
#: Part of every picture's address on the simulated hub.
_SIMULATED: Final = "hub.invalid/simulated/"
#: States in which a snapshot does not count, in words.
_UNFINISHED: Final = {
    "sample": "a sample (`--limit`)",
    "running": "a collection that is not finished (collect again to resume it)",
}


def front_matter(
    lake: Lake, manifests: Sequence[Manifest], settings: Mapping[str, Any], held: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what `run.json` holds; nothing in it depends on when or where the run was made.

    Args:
        lake: what was measured.
        manifests: of its snapshots.
        settings: what the results depend on besides the lake.
        held: what the lake holds and what was written, as counts and digests.
    """
    refined = {(one.hub, one.id): one for one in lake.catalog.snapshots}
    return {
        "hubs": sorted({manifest.hub for manifest in manifests}),
        "snapshots": [_snapshot(lake.path, m, refined.get((m.hub, m.id))) for m in manifests],
        "rows": {name: lake.rows(name) for name in TABLES},
        "quarantine": dict(sorted(lake.catalog.quarantine.items())),
        "versions": {"hubwatch": hubwatch.__version__, **{x: version(x) for x in _LIBRARIES}},
        "signals": signals_made_with(lake),
        "settings": dict(settings),
        "settings_digest": hashlib.sha256(
            msgspec.json.encode(dict(settings), order="sorted")
        ).hexdigest(),
        "lake_fingerprint": lake.fingerprint,
        **held,
    }


def signals_made_with(lake: Lake) -> dict[str, dict[str, str]]:
    """Return table to signal and version that it was made with, as the lake's catalog notes it."""
    return {table: dict(sorted(w.items())) for table, w in sorted(lake.catalog.made_with.items())}


def data_digest(results: Mapping[str, str]) -> str:
    """Return a digest of the numbers: equal for the same content, measured alike, in any lake.

    `lake_fingerprint` is of one lake's files, which hold that lake's pseudonyms and snapshot ids.

    Args:
        results: measure to the SHA-256 of its CSV.
    """
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(results.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def warnings(lake: Lake, manifests: Sequence[Manifest]) -> tuple[str, ...]:
    """Return what makes all numbers of a run empty, one sentence each."""
    if lake.rows("models") or lake.rows("images"):
        return ()
    if not manifests:
        return ("the lake holds no snapshot; nothing is measured",)
    if any(manifest.state == "complete" for manifest in manifests):
        return ("the lake holds no model and no image; nothing is measured",)
    states = {manifest.state for manifest in manifests}
    said = [text for state, text in _UNFINISHED.items() if state in states]
    return (f"the lake holds only {' and '.join(said)}; nothing is measured",)


def _snapshot(lake: Path, manifest: Manifest, refined: RefinedSnapshot | None) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "hub": manifest.hub,
        "state": manifest.state,
        "origin": _origin(manifest.origin),
        "files": _files(manifest.origin),
        "window": _window(manifest.origin),
        "observed": _observed(manifest),
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


def _observed(manifest: Manifest) -> dict[str, str | None]:
    """Return when the hub gave the answers: first and last moment, null when it is not known.

    For an import both are the time that was given with it, else the latest that its records name.
    """
    if manifest.origin.get("command") == "import":
        known = manifest.summary.get("observed_at")
        moment = str(known) if known else None
        return {"from": moment, "until": moment}
    return {"from": manifest.started_at, "until": manifest.ended_at}


def _window(origin: Mapping[str, Any]) -> dict[str, str | None] | None:
    """Return the window of time that was asked for, null when there was none."""
    since, until = origin.get("since"), origin.get("until")
    return {"since": since, "until": until} if since or until else None


def _files(origin: Mapping[str, Any]) -> list[str]:
    """Return the SHA-256 of each imported file, without its name, so that others can match it."""
    return sorted(str(file["sha256"]) for file in origin.get("files") or () if file.get("sha256"))


def _origin(origin: Mapping[str, Any]) -> str:
    """Return where a snapshot came from in one line: the address, or names of files, no folders."""
    files = [PurePath(str(file["name"])).name for file in origin.get("files") or ()]
    place = str(origin.get("base_url") or "") or ", ".join(files)
    return f"{origin.get('command', '')} {place}".strip()
