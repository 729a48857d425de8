"""Cutting a snapshot's raw files into runs of records that are read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.errors import LakeError
from hubwatch.lake.raw.frames import frames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubwatch.lake.raw.manifest import Manifest

UNIT_BYTES: Final = 6 << 20
#: Records that are read together at most: what compresses well must not add up without end.
UNIT_RECORDS: Final = 256


class Unit(msgspec.Struct, frozen=True):
    """A run of whole raw records.

    Args:
        number: position in the snapshot, from 0.
        file: raw file below the lake.
        start, end: bytes in the file.
        first: number of the first record in the file, from 1.
    """

    number: int
    file: str
    start: int
    end: int
    first: int


def units(lake: Path, manifest: Manifest) -> Iterator[Unit]:
    """Cut a snapshot's files into runs of records of about `UNIT_BYTES`, `UNIT_RECORDS` at most.

    Raises:
        LakeError: a file is shorter than recorded.
    """
    number = 0
    for file in manifest.files:
        below = f"raw/{manifest.hub}/{manifest.id}/{file.name}"
        start = end = count = 0
        first = 1
        if not (lake / below).is_file():
            raise damaged(below)
        for frame in frames(lake / below):
            end, count = frame.end, count + 1
            if end - start >= UNIT_BYTES or count - first + 1 >= UNIT_RECORDS:
                yield Unit(number, below, start, end, first)
                number, start, first = number + 1, end, count + 1
        if end > start:
            yield Unit(number, below, start, end, first)
            number += 1
        if end != file.bytes or count != file.records:
            raise damaged(below)


def damaged(file: str) -> LakeError:
    """Return the error for a raw file that is not as recorded."""
    return LakeError(
        f"`{file}` is missing, lacks records or holds one that cannot be read",
        hint="`hubwatch lake verify` says what is damaged",
    )
