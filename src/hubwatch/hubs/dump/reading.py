"""Reading one saved file in pieces, exactly as it is, up to where it is damaged.

Understands .json (one document, possibly over many lines), .jsonl, both also as .gz and .zst, and
.parquet, whose rows become JSON lines.
"""

from __future__ import annotations

import codecs
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

import msgspec

from hubwatch.errors import InputError
from hubwatch.files import open_bytes, read_lines, require_file
from hubwatch.hubs.window import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BLOCK: Final = 256 << 10
_CHUNK: Final = 1 << 20
#: Lines in a block at most: reading must not be flooded by millions of tiny ones.
_LINES: Final = 1000
#: Longest line or document that is taken, in bytes.
LARGEST: Final = 32 << 20
_TOO_LARGE: Final = f"one document is larger than {LARGEST >> 20} MiB"
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_MARKS: Final = re.compile(r"[\s,]*")
_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".parquet")
_TIME: Final = re.compile(
    rb'"(?:created|updated|published)At": ?"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)"'
)


class Block(NamedTuple):
    """Some lines of a dump, or one document.

    Args:
        first: number of the first line, from 1.
        lines: how many lines or documents.
        exact: the bytes, without the last line end.
        is_lines: the bytes are JSON lines, not one document.
    """

    first: int
    lines: int
    exact: bytes
    is_lines: bool


class DumpFile:
    """One saved file.

    Args:
        path: the file.

    Raises:
        InputError: it is missing, a folder, not readable, or of a format that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = require_file(path)
        #: What kept the file from being read to its end, one sentence; empty when nothing did.
        self.failure = ""
        #: The latest time that the documents name, not later than now; empty when there is none.
        self.latest = ""
        self._now = datetime.now(UTC).isoformat()
        self._format = _format(path)

    def blocks(self, start: int = 1) -> Iterator[Block]:
        """Yield the file from a line on in pieces of some hundred kilobytes.

        A damaged end is remembered in `failure`, and everything before it is kept.

        Args:
            start: number of the first line to yield, from 1.
        """
        number = start
        held: list[bytes] = []
        size = 0
        for line in islice(self._lines(), start - 1, None):
            self._look_for_times(line)
            if held and (size + len(line) > _BLOCK or len(held) == _LINES):
                yield Block(number, len(held), b"\n".join(held), is_lines=True)
                number, held, size = number + len(held), [], 0
            held.append(line)
            size += len(line) + 1
        if held:
            yield Block(number, len(held), b"\n".join(held), is_lines=True)

    def _lines(self) -> Iterator[bytes]:
        try:
            if self._format == ".parquet":
                yield from _rows(self.path)
            elif self._format == ".json":
                yield from _documents(self.path)
            else:
                yield from _text_lines(self.path)
        except InputError as error:
            self.failure = f"`{self.path.name}` could not be read to its end: {error.what}"
        except (OSError, ValueError) as error:
            self.failure = f"`{self.path.name}` could not be read to its end: {error}"

    def _look_for_times(self, line: bytes) -> None:
        for found in _TIME.findall(line):
            time = found.decode("ascii")
            if self.latest < time < self._now and moment_of(time) is not None:
                self.latest = time


def _format(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return suffix
    raise InputError(
        f"`{path}` is of a format that cannot be read",
        hint="it should end in .json, .jsonl (both also .gz or .zst) or .parquet",
    )


def _text_lines(path: Path) -> Iterator[bytes]:
    with open_bytes(path) as stream:
        yield from read_lines(cast("IO[bytes]", _UpToTheCut(path, stream)), limit=LARGEST)


class _UpToTheCut:
    """Reads a compressed stream up to the very byte at which it is damaged, then raises.

    A failed read loses what was decompressed in the same call; so the stream is opened again and
    read in ever smaller pieces, up to where it fails.
    """

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path = path
        self._stream = stream
        self._position = 0
        self._error: OSError | None = None

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; the read after the last good byte raises."""
        if self._error is not None:
            raise self._error
        try:
            chunk = self._stream.read(size)
        except OSError as error:
            self._error = error
            rest = self._rest(4096) + self._rest(1)
            if not rest:
                raise
            return rest
        self._position += len(chunk)
        return chunk

    def _rest(self, piece: int) -> bytes:
        """Return what can be read from the position on in pieces of one size."""
        found = b""
        with open_bytes(self._path) as stream:
            try:
                ahead = self._position
                while ahead:
                    ahead -= len(stream.read(min(ahead, 1 << 16)))
                while chunk := stream.read(piece):
                    found += chunk
            except OSError:
                self._position += len(found)
        return found


def _documents(path: Path) -> Iterator[bytes]:
    """Yield the members of a list, or the lines of a file of lines, or the one document."""
    with open_bytes(path) as stream:
        head = stream.read(_CHUNK)
    if head.lstrip(_BLANK)[:1] == b"[":
        yield from _members(path)
    elif _is_document(head.partition(b"\n")[0]):
        yield from _text_lines(path)
    else:
        with open_bytes(path) as stream:
            exact = stream.read(LARGEST + 1)
        if len(exact) > LARGEST:
            raise ValueError(_TOO_LARGE)
        yield exact.replace(b"\n", b" ").strip()


def _is_document(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _members(path: Path) -> Iterator[bytes]:
    """Yield the members of one big JSON list, holding little more than one at a time."""
    decoder = json.JSONDecoder(parse_int=_integer)
    with open_bytes(path) as stream:
        read = codecs.getreader("utf-8")(cast("IO[bytes]", _UpToTheCut(path, stream)), "replace")
        text, at = read.read(_CHUNK), 0
        at = text.index("[") + 1
        while True:
            at = _MARKS.match(text, at).end()  # type: ignore[union-attr]  # matches emptiness
            try:
                if text[at : at + 1] == "]":
                    return
                _, end = decoder.raw_decode(text, at)
            except RecursionError:
                raise ValueError("a member is nested too deeply") from None
            except ValueError:
                if len(text) - at > LARGEST:
                    raise ValueError(_TOO_LARGE) from None
                more = read.read(max(_CHUNK, len(text) - at))
                if not more:
                    raise ValueError("the list does not end") from None
                text, at = text[at:] + more, 0
                continue
            yield text[at:end].replace("\n", " ").encode("utf-8")
            text, at = (text[end:], 0) if end > _CHUNK else (text, end)


def _integer(text: str) -> int:
    """Stand for a whole number of any length: only where it ends matters."""
    return len(text)


def _rows(path: Path) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1024):
                yield from _encoded(batch.to_pylist())
    except pa.ArrowException as error:
        raise OSError(str(error)) from error


def _encoded(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield msgspec.json.encode(row, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
