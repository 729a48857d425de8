"""A dump: a hub's answers that somebody saved to a file, read in pieces as they are.

Understands .json (one document, possibly over many lines), .jsonl, both also as .gz and .zst, and
.parquet, whose rows become JSON lines.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from hubwatch.errors import InputError
from hubwatch.files import open_bytes, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BLOCK: Final = 256 << 10
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


class Dump:
    """One saved file.

    Args:
        path: the file.

    Raises:
        InputError: its name says that it is of a format that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        #: What kept the file from being read to its end, one sentence; empty when nothing did.
        self.failure = ""
        #: The latest time that the documents name, not later than now; empty when there is none.
        self.latest = ""
        self._now = datetime.now(UTC).isoformat()
        self._format = _format(path)

    def blocks(self) -> Iterator[Block]:
        """Yield the whole file in pieces of some hundred kilobytes.

        A damaged end is remembered in `failure`, and everything before it is kept.
        """
        number = 1
        held: list[bytes] = []
        size = 0
        for line in self._lines():
            self._look_for_times(line)
            if held and size + len(line) > _BLOCK:
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
        except (OSError, ValueError) as error:
            self.failure = f"`{self.path.name}` could not be read to its end: {error}"

    def _look_for_times(self, line: bytes) -> None:
        for found in _TIME.findall(line):
            time = found.decode("ascii")
            if self.latest < time < self._now:
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
        yield from read_lines(stream)


def _documents(path: Path) -> Iterator[bytes]:
    """Yield a document as one line; a file of several lines that are documents as they are."""
    with open_bytes(path) as stream:
        exact = stream.read()
    try:
        yield bytes(msgspec.json.format(exact, indent=-1))
    except msgspec.DecodeError:
        yield from exact.splitlines()


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
