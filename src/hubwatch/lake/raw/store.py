"""The raw store: a hub's exact answers as compressed JSON lines, one zstd frame a record.

Layout below a lake: `raw/<hub>/<snapshot>/manifest.json` and
`raw/<hub>/<snapshot>/<kind>-00001.jsonl.zst`. Frames make appending safe: a file that a kill left
half-written is cut back to its last whole frame. An appended record survives the death of the
process at once, and a power cut from the next checkpoint on.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import pyarrow as pa

from hubwatch.errors import LakeError
from hubwatch.lake.layout import ensure_lake, now, read_card, sync_folder
from hubwatch.lake.raw.file import OpenRawFile
from hubwatch.lake.raw.frames import Frame, frames
from hubwatch.lake.raw.manifest import Manifest, RawFile, read_manifest, write_manifest
from hubwatch.lake.raw.record import RawRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from types import TracebackType

ROLL_AT = 64 << 20


class SnapshotWriter:
    """Appends records to one snapshot of one hub; leaving the context closes the files.

    A snapshot that was neither completed nor ended as a sample stays `running` and can be resumed.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._open: dict[str, OpenRawFile] = {}
        self._closed = [file for file in manifest.files if file.sha256]
        self._codec = pa.Codec("zstd", compression_level=3)
        self._encoder = msgspec.json.Encoder()
        for file in manifest.files:
            if not file.sha256:
                self._open[file.kind] = OpenRawFile.resume(folder, file)

    @property
    def snapshot(self) -> str:
        """The id of the snapshot."""
        return self._manifest.id

    @property
    def state(self) -> dict[str, Any]:
        """The collector's own state at the last checkpoint."""
        return self._manifest.collector

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._open.values():
            file.close()

    def append(self, record: RawRecord) -> None:
        """Write one record through to the operating system.

        Raises:
            StorageError: the disk refused it; nothing of the record is left behind.
        """
        line = self._encoder.encode(record) + b"\n"
        self._file(record.kind).append(self._codec.compress(line, asbytes=True))

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Make everything appended so far durable, and remember the collector's own state.

        Raises:
            StorageError: the disk refused it; the last checkpoint stays.
        """
        for file in self._open.values():
            file.sync()
        self._write(collector=state)

    def complete(self, summary: dict[str, Any]) -> None:
        """End the snapshot: it counts from now on.

        Raises:
            StorageError: the disk refused it; the snapshot stays running.
        """
        self._end("complete", summary)

    def end_as_sample(self, summary: dict[str, Any]) -> None:
        """End the snapshot as a sample: visible, never refined or measured."""
        self._end("sample", summary)

    def _end(self, state: Literal["complete", "sample"], summary: dict[str, Any]) -> None:
        for kind in list(self._open):
            self._closed.append(self._open.pop(kind).seal())
        self._write(state=state, summary=summary, ended_at=now())

    def _file(self, kind: str) -> OpenRawFile:
        file = self._open.get(kind)
        if file is not None and file.bytes >= ROLL_AT:
            self._closed.append(self._open.pop(kind).seal())
            file = None
        if file is None:
            number = 1 + sum(closed.kind == kind for closed in self._closed)
            file = OpenRawFile.create(self._folder, f"{kind}-{number:05d}.jsonl.zst", kind)
            self._open[kind] = file
        return file

    def _write(self, **changes: Any) -> None:
        files = sorted([*self._closed, *(f.described() for f in self._open.values())], key=_name)
        manifest = msgspec.structs.replace(self._manifest, files=files, **changes)
        write_manifest(self._folder, manifest)
        self._manifest = manifest


def _name(file: RawFile) -> str:
    return file.name


def start_snapshot(lake: Path, hub: str, *, origin: dict[str, Any]) -> SnapshotWriter:
    """Begin a snapshot, making the lake where there is none yet.

    Args:
        lake: folder of the lake; the caller holds `lock_lake`.
        hub: name of the hub.
        origin: where the records come from: base address and options, or the imported files.

    Raises:
        LakeError: the folder is something else.
        StorageError: it cannot be written.
    """
    ensure_lake(lake)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    manifest = Manifest(
        id=f"{stamp}-{secrets.token_hex(3)}", hub=hub, started_at=now(), origin=origin
    )
    folder = lake / "raw" / hub / manifest.id
    write_manifest(folder, manifest)
    for above in (folder.parent, folder.parent.parent, lake):
        sync_folder(above)
    return SnapshotWriter(folder, manifest)


def resume_snapshot(lake: Path, hub: str) -> SnapshotWriter | None:
    """Reopen the newest running snapshot of a hub, its files cut back to their last whole frame.

    Records that were appended after the last checkpoint are kept; `read_records` yields them.

    Returns:
        The writer, or `None` when no snapshot is running.
    """
    running = [
        m
        for m in snapshots(lake, hub)
        if m.state == "running" and m.origin.get("command") != "import"
    ]
    if not running:
        return None
    manifest = running[-1]
    folder = lake / "raw" / hub / manifest.id
    manifest = _with_unlisted_files(folder, manifest)
    write_manifest(folder, manifest)
    return SnapshotWriter(folder, manifest)


def _with_unlisted_files(folder: Path, manifest: Manifest) -> Manifest:
    """Add the files that were begun after the last checkpoint."""
    known = {file.name for file in manifest.files}
    begun = sorted(path.name for path in folder.glob("*.jsonl.zst") if path.name not in known)
    added = [RawFile(name=name, kind=name.rsplit("-", 1)[0], bytes=0, records=0) for name in begun]
    files = [*manifest.files, *added]
    newest = {file.kind: file.name for file in sorted(files, key=_name)}
    sealed = [
        OpenRawFile.resume(folder, file).seal()
        if not file.sha256 and newest[file.kind] != file.name
        else file
        for file in files
    ]
    return msgspec.structs.replace(manifest, files=sorted(sealed, key=_name))


def snapshots(lake: Path, hub: str | None = None) -> list[Manifest]:
    """Return the manifests of all snapshots of one hub or of all, in the order of their start.

    Raises:
        LakeError: not a lake, or a manifest cannot be read.
    """
    read_card(lake)
    found = (lake / "raw").glob(f"{hub or '*'}/*/manifest.json")
    return sorted((read_manifest(path) for path in found), key=lambda m: (m.started_at, m.id))


def read_records(
    lake: Path, hub: str, snapshot: str, kinds: Collection[str] | None = None
) -> Iterator[tuple[str, int, RawRecord]]:
    """Yield the records of a snapshot in the order of their files.

    Args:
        lake: folder of the lake.
        hub: name of the hub.
        snapshot: id of the snapshot.
        kinds: only these kinds; default: all.

    Yields:
        The raw file below the lake, the record's number in it from 1, and the record.

    Raises:
        LakeError: a file is missing or damaged.
    """
    folder = lake / "raw" / hub / snapshot
    manifest = read_manifest(folder / "manifest.json")
    for file in manifest.files:
        if kinds is not None and file.kind not in kinds:
            continue
        path = folder / file.name
        if not path.is_file():
            raise LakeError(f"`{path}` is missing", hint="restore it from a copy of the lake")
        below = path.relative_to(lake).as_posix()
        for number, record in _records(path, frames(path)):
            yield below, number, record


def _records(path: Path, parts: Iterator[Frame]) -> Iterator[tuple[int, RawRecord]]:
    """Yield the records of consecutive frames, numbered from 1."""
    decoder = msgspec.json.Decoder(RawRecord)
    with path.open("rb") as stream:
        for number, (start, end) in enumerate(parts, 1):
            stream.seek(start)
            yield number, _decoded(stream.read(end - start), decoder, path)


def _decoded(frame: bytes, decoder: msgspec.json.Decoder[RawRecord], path: Path) -> RawRecord:
    try:
        with pa.input_stream(pa.BufferReader(frame), compression="zstd") as stream:
            return decoder.decode(stream.read())
    except (OSError, msgspec.MsgspecError) as error:
        raise LakeError(
            f"`{path}` holds a record that cannot be read",
            hint="`hubwatch lake verify` says what is damaged",
        ) from error
