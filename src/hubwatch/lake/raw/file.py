"""One raw file while it is being written: appended frame by frame, then sealed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from hubwatch.files import writing_to
from hubwatch.lake.raw.frames import frames, whole_length
from hubwatch.lake.raw.manifest import RawFile

if TYPE_CHECKING:
    from pathlib import Path


class OpenRawFile:
    """A growing file of whole frames; unbuffered, so that a killed process loses nothing."""

    def __init__(self, path: Path, kind: str, size: int, records: int) -> None:
        self.bytes = size
        self._path = path
        self._kind = kind
        self._records = records
        with writing_to(path):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            os.ftruncate(self._handle, size)
            os.lseek(self._handle, size, os.SEEK_SET)

    @classmethod
    def create(cls, folder: Path, name: str, kind: str) -> OpenRawFile:
        """Begin a new file."""
        return cls(folder / name, kind, 0, 0)

    @classmethod
    def resume(cls, folder: Path, file: RawFile) -> OpenRawFile:
        """Reopen a file after a kill, cut back to its last whole frame."""
        path = folder / file.name
        known = min(file.bytes, path.stat().st_size) if path.exists() else 0
        start, records = (known, file.records) if known == file.bytes else (0, 0)
        size = whole_length(path, start) if path.exists() else 0
        records += sum(1 for _ in frames(path, start)) if path.exists() else 0
        return cls(path, file.kind, size, records)

    def append(self, frame: bytes) -> None:
        """Write one frame whole or not at all.

        Raises:
            StorageError: the disk refused it; the file is as it was.
        """
        with writing_to(self._path):
            try:
                view = memoryview(frame)
                while view:
                    view = view[os.write(self._handle, view) :]
            except OSError:
                os.ftruncate(self._handle, self.bytes)
                os.lseek(self._handle, self.bytes, os.SEEK_SET)
                raise
        self.bytes += len(frame)
        self._records += 1

    def sync(self) -> None:
        """Make what was appended survive a power cut."""
        with writing_to(self._path):
            os.fsync(self._handle)

    def described(self, sha256: str = "") -> RawFile:
        """Return the file as a manifest records it."""
        return RawFile(
            name=self._path.name,
            kind=self._kind,
            bytes=self.bytes,
            records=self._records,
            sha256=sha256,
        )

    def seal(self) -> RawFile:
        """Close the file for good and return its record with the digest of what is on disk."""
        self.sync()
        self.close()
        with self._path.open("rb") as stream:
            return self.described(hashlib.file_digest(stream, "sha256").hexdigest())

    def close(self) -> None:
        """Close the file; calling it again is harmless."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
