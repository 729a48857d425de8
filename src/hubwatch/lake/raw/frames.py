"""Walking over zstd frames without decompressing them.

A raw file is a run of self-contained frames. Knowing where each ends lets us cut a half-written
one off and lets several processes read different parts of one file.
Source: RFC 8878, sections 3.1.1, 3.1.1.2 and 3.1.2.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"
_RLE, _RESERVED = 1, 3


class Frame(NamedTuple):
    """One frame: where it starts and ends in its file, in bytes."""

    start: int
    end: int


def frames(path: Path, start: int = 0) -> Iterator[Frame]:
    """Yield the whole frames of a file from a frame boundary on; stop at the first that is not.

    Args:
        path: a file of zstd frames.
        start: byte offset at which a frame begins.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        while start < size:
            end = _frame_end(stream, start, size)
            if end is None:
                return
            yield Frame(start, end)
            start = end


def whole_length(path: Path, start: int = 0) -> int:
    """Return the length of a file without a half-written last frame.

    Args:
        path: a file of zstd frames.
        start: byte offset up to which the frames are known to be whole.
    """
    end = start
    for frame in frames(path, start):
        end = frame.end
    return end


def _frame_end(stream: IO[bytes], start: int, size: int) -> int | None:
    """Return where the frame that begins at `start` ends, `None` when it is not whole."""
    stream.seek(start)
    head = stream.read(8)
    if head[1:4] == _SKIPPABLE and head[0] >> 4 == 5 and len(head) == 8:
        end = start + 8 + int.from_bytes(head[4:], "little")
        return end if end <= size else None
    if len(head) < 5 or head[:4] != _MAGIC:
        return None
    descriptor = head[4]
    single_segment = descriptor >> 5 & 1
    content_size_field = descriptor >> 6
    at = start + 5 + (0 if single_segment else 1)
    at += (0, 1, 2, 4)[descriptor & 3]
    at += (single_segment, 2, 4, 8)[content_size_field]
    checksum = 4 if descriptor >> 2 & 1 else 0
    while at + 3 <= size:
        stream.seek(at)
        header = int.from_bytes(stream.read(3), "little")
        last, kind, length = header & 1, header >> 1 & 3, header >> 3
        if kind == _RESERVED:
            return None
        at += 3 + (1 if kind == _RLE else length)
        if last:
            return at + checksum if at + checksum <= size else None
    return None
