"""Looking at a lake: what it holds, and whether what is on disk is what was recorded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from hubwatch.lake.catalog import Lake, is_table_file, open_lake, unreferenced
from hubwatch.lake.raw import snapshots
from hubwatch.lake.raw.frames import frames
from hubwatch.lake.refine import row_counts
from hubwatch.lake.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubwatch.lake.catalog import DataFile
    from hubwatch.lake.raw.manifest import Manifest, RawFile


class Problem(NamedTuple):
    """One difference between the disk and the records.

    Args:
        path: file below the lake.
        message: what differs, one phrase.
    """

    path: str
    message: str


def show(path: Path) -> dict[str, Any]:
    """Describe a lake in plain values.

    Returns:
        `format`, `id`, `fingerprint`; `tables` (every declared table: `rows`, `bytes`, `files`,
        `about`); `snapshots` (what was collected or imported, and what became of it); `quarantine`
        (rows by reason); `drift` (keys and values that hubwatch does not know, with counts);
        `notes` (what was mended or withheld, with counts).

    Raises:
        LakeError: not a lake, or made by a newer version.
    """
    lake = open_lake(path)
    refined = {(s.hub, s.id): s for s in lake.catalog.snapshots}
    drift: dict[tuple[str, str], int] = {}
    notes: dict[str, int] = {}
    for snapshot in lake.catalog.snapshots:
        for sign in snapshot.drift:
            drift[sign.what, sign.name] = drift.get((sign.what, sign.name), 0) + sign.count
        for note, count in snapshot.notes.items():
            notes[note] = notes.get(note, 0) + count
    return {
        "format": lake.card.format,
        "id": lake.card.id,
        "fingerprint": lake.fingerprint,
        "tables": _tables(lake),
        "snapshots": [_snapshot(m, refined.get((m.hub, m.id))) for m in snapshots(path)],
        "quarantine": lake.catalog.quarantine,
        "drift": [
            {"what": what, "name": name, "count": count}
            for (what, name), count in sorted(drift.items())
        ],
        "notes": dict(sorted(notes.items())),
    }


def _tables(lake: Lake) -> dict[str, dict[str, Any]]:
    rows = row_counts(lake.catalog)
    return {
        name: {
            "rows": rows[name],
            "bytes": sum(file.bytes for file in lake.catalog.tables.get(name, [])),
            "files": len(lake.catalog.tables.get(name, [])),
            "about": table.about,
        }
        for name, table in TABLES.items()
    }


def _snapshot(manifest: Manifest, refined: Any) -> dict[str, Any]:
    """Describe a snapshot; the collector's own state is left out, it is not for people."""
    return {
        "snapshot": manifest.id,
        "hub": manifest.hub,
        "state": manifest.state,
        "started_at": manifest.started_at,
        "ended_at": manifest.ended_at,
        "origin": manifest.origin,
        "bytes": sum(file.bytes for file in manifest.files),
        "records": sum(file.records for file in manifest.files),
        "summary": manifest.summary,
        "refined": msgspec.to_builtins(refined) if refined is not None else None,
    }


def verify(path: Path) -> list[Problem]:
    """Compare raw files and tables with what was recorded when they were written.

    Raises:
        LakeError: not a lake, or made by a newer version.
    """
    lake = open_lake(path)
    problems = list(_wrong_tables(lake))
    for manifest in snapshots(path):
        problems += _wrong_raw(path, manifest)
    return problems


def _wrong_tables(lake: Lake) -> Iterator[Problem]:
    """Check the tables; files of an interrupted or superseded refining are no difference."""
    for table, files in lake.catalog.tables.items():
        for file, path in zip(files, lake.paths(table), strict=True):
            message = _wrong_bytes(path, file.bytes, file.sha256) or _wrong_rows(path, table, file)
            if message:
                yield Problem(_below(lake.path, path), message)
    for path in unreferenced(lake.path, lake.catalog):
        if not is_table_file(path):
            yield Problem(_below(lake.path, path), "is not of hubwatch's making")


def _wrong_raw(lake: Path, manifest: Manifest) -> Iterator[Problem]:
    folder = lake / "raw" / manifest.hub / manifest.id
    for file in manifest.files:
        message = _wrong_raw_file(folder / file.name, file)
        if message:
            yield Problem(_below(lake, folder / file.name), message)
    known = {file.name for file in manifest.files} | {"manifest.json"}
    if manifest.state == "running":
        return
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield Problem(_below(lake, path), "is not in the snapshot's manifest")


def _wrong_raw_file(path: Path, file: RawFile) -> str:
    """Check a file: one that is still growing may be longer than at its last checkpoint."""
    if file.sha256:
        wrong = _wrong_bytes(path, file.bytes, file.sha256)
        if wrong:
            return wrong
        found = sum(1 for _ in frames(path))
        return "" if found == file.records else f"holds {found} records, recorded {file.records}"
    if not path.exists():
        return "is missing" if file.bytes else ""
    return "is shorter than recorded" if path.stat().st_size < file.bytes else ""


def _wrong_bytes(path: Path, size: int, sha256: str) -> str:
    if not path.exists():
        return "is missing"
    if path.stat().st_size != size:
        return f"has {path.stat().st_size} bytes, recorded {size}"
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    return "" if found == sha256 else "has other bytes than recorded (SHA-256 differs)"


def _wrong_rows(path: Path, table: str, file: DataFile) -> str:
    try:
        with pq.ParquetFile(path) as parquet:
            if parquet.metadata.num_rows != file.rows:
                return f"holds {parquet.metadata.num_rows} rows, recorded {file.rows}"
            if not parquet.schema_arrow.equals(arrow_schema(table)):
                return "has other columns than its table declares"
    except (OSError, pa.ArrowException) as error:
        return f"is not a Parquet file: {error}"
    return ""


def _below(lake: Path, path: Path) -> str:
    return path.relative_to(lake).as_posix()
