"""The gazetteer's file: a header, sorted hashes, their codes, and what the builder recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.errors import InputError
from hubwatch.files import require_file, writing_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from hubwatch.gazetteer.windows import Hashes

MAGIC: Final = b"HWGAZET1"
BYTES_PER_NAME: Final = 12
_HEADER: Final = 16


def write_gazetteer(
    path: Path,
    blocks: Iterator[tuple[Hashes, NDArray[np.uint32]]],
    about: dict[str, Any],
) -> int:
    """Write a gazetteer from sorted blocks and return the number of names.

    Args:
        path: file to write; replaced in one step.
        blocks: sorted distinct hashes with codes, block after block.
        about: what to record.
    """
    aside = path.with_name(f".{path.name}.tmp")
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        codes: list[NDArray[np.uint32]] = []
        with aside.open("wb") as out:
            out.write(MAGIC + bytes(8))
            written = 0
            for hashes, attributes in blocks:
                out.write(hashes.astype("<u8").tobytes())
                codes.append(attributes.astype("<u4"))
                written += len(hashes)
            for block in codes:
                out.write(block.tobytes())
            out.write(json.dumps(about, sort_keys=True).encode())
            out.seek(len(MAGIC))
            out.write(written.to_bytes(8, "little"))
        aside.replace(path)
    return written


def read_index(path: Path) -> tuple[Hashes, NDArray[np.uint32], dict[str, Any]]:
    """Map a gazetteer file into memory: hashes, codes, and what the builder recorded.

    Raises:
        InputError: no such file, or not a gazetteer of this version.
    """
    size = require_file(path).stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEADER)
        count = int.from_bytes(head[len(MAGIC) :], "little")
        end = _HEADER + BYTES_PER_NAME * count
        if head[: len(MAGIC)] != MAGIC or len(head) < _HEADER or end > size:
            raise InputError(
                f"`{path}` is not a whole gazetteer of this version",
                hint="build it again: hubwatch gazetteer build",
            )
        file.seek(end)
        about = _about(path, file.read())
    raw = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    hashes = raw[_HEADER : _HEADER + 8 * count].view("<u8")
    return hashes, raw[_HEADER + 8 * count : end].view("<u4"), about


def _about(path: Path, tail: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(tail)
    except ValueError as error:
        raise InputError(
            f"`{path}` ends in the middle", hint="build it again: hubwatch gazetteer build"
        ) from error
    return found
