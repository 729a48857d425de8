"""Importing saved answers: files of pages or items into the raw store, as one snapshot.

Files are streamed: memory does not grow with them. Lines are stored exactly as they are, in blocks;
whether they can be understood is decided by refining, which sets aside what cannot.
"""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

import msgspec

from hubwatch.errors import InputError
from hubwatch.hubs.dump import Dump
from hubwatch.lake.layout import ensure_lake, lock_lake
from hubwatch.lake.raw import SnapshotWriter, record_of, snapshots, start_snapshot
from hubwatch.lake.raw.frames import whole_length

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class ImportSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did.

    Args:
        snapshot: id of the snapshot that holds the files.
        records: lines or documents stored; 0 when they were there already.
        bytes: bytes of these lines.
        already_there: the same files were imported before, and nothing was changed.
        failures: one sentence for each file that could not be read to its end.
    """

    snapshot: str
    records: int
    bytes: int
    already_there: bool
    failures: list[str]


def import_files(
    files: Sequence[Path],
    lake: Path,
    *,
    hub: str = "civitai",
    observed_at: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Store saved answers or items in a lake, making the lake where there is none yet.

    Args:
        files: .json, .jsonl (also .gz, .zst) or .parquet.
        lake: folder of the lake.
        hub: name of the hub that gave the answers.
        observed_at: RFC 3339, UTC: when the hub gave them; default: the latest time that the
            documents name, which is the earliest that it can have been.
        progress: called with the number of lines stored, as they are.

    Raises:
        InputError: a file is missing, a folder, not readable, or of another format; then nothing
            is stored.
        LakeError: the lake is in use, or is none.
        StorageError: the disk is full; what was stored of this import does not count.
    """
    if not files:
        raise InputError("no file was named", hint="name at least one file")
    dump = Dump(files, name=hub)
    ensure_lake(lake)
    with lock_lake(lake):
        _discard_unfinished(lake, hub)
        digests = [_digest(file) for file in files]
        before = _imported_before(lake, hub, digests)
        if before is not None:
            return ImportSummary(
                snapshot=before, records=0, bytes=0, already_there=True, failures=[]
            )
        try:
            with start_snapshot(lake, hub, origin=_origin(files, digests)) as writer:
                return _store(writer, dump, files, observed_at, progress)
        finally:
            _discard_unfinished(lake, hub)


def _origin(files: Sequence[Path], digests: Sequence[str]) -> dict[str, Any]:
    described = [
        {"name": file.name, "bytes": file.stat().st_size, "sha256": digest}
        for file, digest in zip(files, digests, strict=True)
    ]
    return {"command": "import", "files": described}


def _discard_unfinished(lake: Path, hub: str) -> None:
    """Remove imports that did not end: they cannot be resumed, and the files are still there."""
    for manifest in snapshots(lake, hub):
        if manifest.state == "running" and manifest.origin.get("command") == "import":
            shutil.rmtree(lake / "raw" / hub / manifest.id)


def _store(
    writer: SnapshotWriter,
    dump: Dump,
    files: Sequence[Path],
    observed_at: str | None,
    progress: Callable[[int], None] | None,
) -> ImportSummary:
    records = size = 0
    for part in dump.plan():
        for page in dump.walk(part):
            writer.append(record_of(dump.name, page))
            records += page.rows
            size += len(page.body)
            if progress is not None:
                progress(page.rows)
    failures = [*dump.failures, *_cut(files, dump.failures)]
    summary: dict[str, Any] = {"records": records, "bytes": size, "failures": failures}
    if observed_at or dump.latest:
        summary["observed_at"] = observed_at or dump.latest
    writer.complete(summary)
    return ImportSummary(
        snapshot=writer.snapshot,
        records=records,
        bytes=size,
        already_there=False,
        failures=failures,
    )


def _cut(files: Sequence[Path], told: Sequence[str]) -> list[str]:
    """Name the zstd files that end inside a frame, which their decoder does not always tell."""
    cut = [
        file.name
        for file in files
        if file.suffix == ".zst" and whole_length(file) != file.stat().st_size
    ]
    return [
        f"`{name}` could not be read to its end: it is cut off"
        for name in cut
        if not any(sentence.startswith(f"`{name}`") for sentence in told)
    ]


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _imported_before(lake: Path, hub: str, digests: Sequence[str]) -> str | None:
    """Return the complete snapshots of the same hub that hold all of these files, if there are."""
    found: dict[str, str] = {}
    for manifest in snapshots(lake, hub):
        if manifest.state == "complete" and manifest.origin.get("command") == "import":
            if manifest.summary.get("failures"):
                continue
            for file in manifest.origin.get("files", []):
                found[file["sha256"]] = manifest.id
    held = [found.get(digest) for digest in digests]
    return held[-1] if all(held) else None
