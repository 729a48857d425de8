"""A list of booru tags with their counts, as a user brings it; hubwatch ships none."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.errors import InputError
from hubwatch.prompts.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: Names that the two columns have in lists that people share.
_TAG: Final = ("tag", "name")
_COUNT: Final = ("count", "post_count")
#: No list of tags is longer; a bigger file is another thing.
_MOST_BYTES: Final = 256 << 20
_HINT: Final = "a CSV file with the columns `tag` and `count`"


@dataclass(frozen=True, slots=True)
class TagList:
    """Booru tags, the most frequent first, and the digest of the file that they are from.

    Args:
        tags: tag in its plain form.
        counts: posts that bear it, one for each tag.
        sha256: digest of the file's bytes.
    """

    tags: tuple[str, ...]
    counts: tuple[int, ...]
    sha256: str

    def told(self) -> dict[str, object]:
        """Return what a result says of its list; never the tags, which can be explicit."""
        return {"tags": len(self.tags), "sha256": self.sha256}


def read_tag_list(path: Path) -> TagList:
    """Read a list of tags: CSV with a header that names `tag` or `name`, and `count`.

    Tags that are equal in their plain form are one, their counts added.

    Raises:
        InputError: it cannot be read, has no such columns, or a count is no number.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"`{path.name}` is too big for a list of tags", hint=_HINT)
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"`{path}` cannot be read: {error.strerror}", hint=_HINT) from error
    counts: dict[str, int] = {}
    for tag, number in _rows(raw, path.name):
        counts[tag] = counts.get(tag, 0) + number
    return tag_list(counts, hashlib.sha256(raw).hexdigest())


def tag_list(counts: Mapping[str, int], sha256: str = "") -> TagList:
    """Return a list, the most frequent tag first, ties in the order of their text."""
    ranked = ranking(counts.items())
    return TagList(tuple(ranked), tuple(counts[tag] for tag in ranked), sha256)


def ranking(counts: Iterable[tuple[str, int]]) -> list[str]:
    """Return tags by falling count, ties in the order of their text."""
    return [tag for tag, _ in sorted(counts, key=lambda pair: (-pair[1], pair[0]))]


def _rows(raw: bytes, file: str) -> Iterable[tuple[str, int]]:
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        names = reader.fieldnames or ()
        tag = next((name for name in _TAG if name in names), None)
        number = next((name for name in _COUNT if name in names), None)
        if tag is None or number is None:
            raise InputError(f"`{file}` lacks a column of tags or of counts", hint=_HINT)
        for row in reader:
            if text := plain((row[tag] or "").replace("\\", "")):
                yield text, _number(row[number], f"`{file}`, line {reader.line_num}")
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"`{file}` is not a CSV file in UTF-8", hint=_HINT) from error


def _number(text: str | None, place: str) -> int:
    if text is None or not text.strip().isascii() or not text.strip().isdecimal():
        raise InputError(f"{place}: the count is not a whole number", hint=_HINT)
    return int(text[:18])
