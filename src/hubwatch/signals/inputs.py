"""Files of hub documents or prompt records, read as subjects, item by item.

One item that cannot be read costs that item: it becomes an `ItemError`.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import msgspec

from hubwatch.files import read_lines
from hubwatch.hubs.civitai.records import kind_of
from hubwatch.hubs.dump.reading import DumpFile
from hubwatch.signals.documents import ItemError, model_subject, prompt_subject, subject_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.signals.signal import SubjectKind
    from hubwatch.signals.subjects import Subject

__all__ = [
    "ItemError",
    "items_on",
    "kind_of_item",
    "lines_of",
    "model_subject",
    "prompt_subject",
    "read_subjects",
    "subjects_on",
]

_PAGE: Final = b'{"items"'
_MARK: Final = b"\xef\xbb\xbf"
_REFUSED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]


_PAGE_DECODER: Final = msgspec.json.Decoder(_Page)
_KEYS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_subjects(source: Path | IO[bytes], kind: SubjectKind) -> Iterator[Subject | ItemError]:
    """Yield every item of a file, in its order.

    Args:
        source: .json, .jsonl (both also .gz or .zst), .parquet, or an open stream of JSON lines.
        kind: what the items are.

    Raises:
        InputError: the file is missing or of another format.
    """
    for line in lines_of(source):
        if isinstance(line, ItemError):
            yield line
        else:
            yield from subjects_on(line, kind)


def lines_of(source: Path | IO[bytes]) -> Iterator[bytes | ItemError]:
    """Yield the lines of a file that hold something; one error at the end if it is damaged there.

    Raises:
        InputError: the file is missing or of another format, or a line is too long.
    """
    if not isinstance(source, Path):
        yield from (line for line in read_lines(source) if line.strip())
        return
    file = DumpFile(source)
    for block in file.blocks():
        yield from (line for line in block.exact.split(b"\n") if line.strip())
    if file.failure:
        yield ItemError(None, file.failure)


def subjects_on(line: bytes, kind: SubjectKind) -> Iterator[Subject | ItemError]:
    """Yield the items on one line: a document, or the items of an API page.

    Args:
        line: JSON.
        kind: what the items are.
    """
    for item in items_on(line):
        yield subject_in(item, kind)


def items_on(line: bytes) -> list[bytes]:
    """Return the exact items of a line: those of an API page, or the line itself."""
    if line.startswith(_PAGE):
        try:
            return [bytes(item) for item in _PAGE_DECODER.decode(line).items]
        except _REFUSED:
            pass
    return [line.removeprefix(_MARK)]


def kind_of_item(line: bytes) -> SubjectKind | None:
    """Tell from the keys of a line's first item whether it is a model or a prompt.

    Returns:
        `None` when it is neither, or cannot be read.
    """
    first = next(iter(items_on(line)), b"")
    try:
        keys = set(_KEYS.decode(first))
    except _REFUSED:
        return None
    if keys & {"prompt", "positivePrompt", "negative_prompt", "negativePrompt"}:
        return "prompt"
    return {"models": "model", "images": "prompt"}.get(kind_of(keys) or "")  # type: ignore[return-value]  # two of the kinds
