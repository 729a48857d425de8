"""Reading and writing files safely: compressed line streams in, whole files out.

Nothing here knows what the files hold.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from hubwatch.errors import InputError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CODECS = {".gz": "gzip", ".zst": "zstd"}
_CHUNK = 1 << 20


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turn the operating system's write errors into one `StorageError` that names `path`.

    Raises:
        StorageError: the disk is full, read-only or refuses us.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError(
                f"no space left while writing `{path}`",
                hint="free some space and run the same command again; nothing was lost",
            ) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise StorageError(
                f"not allowed to write `{path}`: {error.strerror}",
                hint="choose another folder or mend its permissions",
            ) from error
        raise


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write a whole file aside and rename it into place, so that no reader sees half of it.

    Raises:
        StorageError: see `writing_to`; the old file, if any, is untouched.
    """
    raw = data.encode("utf-8") if isinstance(data, str) else data
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("wb") as out:
                out.write(raw)
                out.flush()
                os.fsync(out.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def writing_aside(path: Path) -> Iterator[IO[bytes]]:
    """Open a stream whose file appears under its name only when all of it is written.

    Args:
        path: `.gz` and `.zst` compress by suffix.

    Raises:
        StorageError: see `writing_to`; the old file, if any, is untouched.
    """
    import pyarrow as pa

    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with pa.output_stream(str(aside), compression=_CODECS.get(path.suffix)) as out:
                yield out
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def require_file(path: Path) -> Path:
    """Return `path` when it is a readable file.

    Raises:
        InputError: it is missing, a folder, or not readable.
    """
    if not path.exists():
        raise InputError(f"no such file: `{path}`", hint="check the path")
    if path.is_dir():
        raise InputError(f"`{path}` is a folder, not a file", hint=f"name files: {path}/*")
    if not os.access(path, os.R_OK):
        raise InputError(f"`{path}` cannot be read", hint="check its permissions")
    return path


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, decompressing `.gz` and `.zst` by suffix.

    A truncated compressed file raises `OSError` when its end is reached.
    """
    import pyarrow as pa

    codec = _CODECS.get(path.suffix)
    stream: IO[bytes] = pa.input_stream(str(require_file(path)), compression=codec)
    return stream


def read_lines(stream: IO[bytes], *, limit: int = 256 << 20) -> Iterator[bytes]:
    """Yield the lines of a byte stream without their ends, holding one line at a time.

    Args:
        stream: readable; short reads are allowed.
        limit: longest accepted line in bytes.

    Raises:
        InputError: a line is longer than `limit`.
        OSError: the stream ends inside a compressed frame.
    """
    held: list[bytes] = []
    size = 0
    while chunk := stream.read(_CHUNK):
        first, *rest = chunk.split(b"\n")
        held.append(first)
        size += len(first)
        if size > limit:
            raise InputError(
                f"a line is longer than {limit >> 20} MiB",
                hint="is this a JSON Lines file with one record a line?",
            )
        if not rest:
            continue
        yield b"".join(held).removesuffix(b"\r")
        yield from (line.removesuffix(b"\r") for line in rest[:-1])
        held, size = [rest[-1]], len(rest[-1])
    if size:
        yield b"".join(held).removesuffix(b"\r")
