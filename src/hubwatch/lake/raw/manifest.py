"""What a snapshot is: its manifest, written atomically beside its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from hubwatch.errors import LakeError
from hubwatch.files import write_atomically
from hubwatch.lake.layout import PlainName, sync_folder

if TYPE_CHECKING:
    from pathlib import Path


MANIFEST: Final = "manifest.json"


class RawFile(msgspec.Struct, frozen=True, kw_only=True):
    """One raw file as far as it is recorded.

    Args:
        name: file name within the snapshot.
        kind: what its records hold.
        bytes: length at the last checkpoint or at its end.
        records: records in these bytes.
        sha256: hex digest of the whole file; empty while it is being written.
    """

    name: PlainName
    kind: PlainName
    bytes: int
    records: int
    sha256: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot: one crawl of a hub, or one import.

    Args:
        id: start time and a random part; sorts by time.
        hub: name of the hub.
        started_at, ended_at: RFC 3339, UTC.
        state: only `complete` counts; a `sample` is visible and never measured.
        origin: where the records come from.
        files: the raw files.
        collector: the collector's own state, opaque here.
        summary: counts that the collector or the import ended with.
    """

    id: PlainName
    hub: PlainName
    started_at: str
    ended_at: str | None = None
    state: Literal["running", "complete", "sample"] = "running"
    origin: dict[str, Any] = {}
    files: list[RawFile] = []
    collector: dict[str, Any] = {}
    summary: dict[str, Any] = {}


def read_manifest(path: Path) -> Manifest:
    """Read a manifest file.

    Raises:
        LakeError: it is missing or cannot be read.
    """
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise LakeError(
            f"no snapshot at `{path.parent}`", hint="`hubwatch lake show` lists the snapshots"
        ) from error
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LakeError(
            f"`{path}` cannot be read", hint="restore it from a copy of the lake"
        ) from error
    if (manifest.hub, manifest.id) != path.parts[-3:-1]:
        raise LakeError(
            f"`{path}` is of another snapshot than its folder says",
            hint="give the folder its old name back",
        )
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a snapshot's manifest as one atomic step.

    Raises:
        StorageError: the disk refused it; the old manifest stays.
    """
    raw = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    write_atomically(folder / MANIFEST, raw)
    sync_folder(folder)
