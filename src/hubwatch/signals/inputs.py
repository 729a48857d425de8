"""Files of hub documents or prompt records, read as subjects, item by item.

One item that cannot be read costs that item: it becomes an `ItemError`.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import msgspec

from hubwatch.errors import InputError
from hubwatch.files import read_lines
from hubwatch.hubs.civitai.records import kind_of
from hubwatch.hubs.dump.reading import DumpFile
from hubwatch.signals.documents import ItemError, model_subject, prompt_subject, subject_in
from hubwatch.signals.subjects import PromptSubject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.signals.signal import SubjectKind
    from hubwatch.signals.subjects import Subject

__all__ = [
    "ItemError",
    "another_kind",
    "items_on",
    "keys_of",
    "kind_of_item",
    "kind_of_keys",
    "lines_of",
    "model_subject",
    "prompt_subject",
    "read_subjects",
    "subjects_on",
]

_PROMPT_KEYS: Final = frozenset(("prompt", "positivePrompt", "negative_prompt", "negativePrompt"))
_KINDS: Final = {"models": "model", "images": "prompt"}
#: How compressed files and tables begin, which no line of JSON does.
_PACKED: Final = {b"\x28\xb5\x2f\xfd": "zstd", b"\x1f\x8b": "gzip", b"PAR1": "Parquet"}
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
        InputError: the file is missing, of another format or damaged from its start, a stream is
            compressed, or a line is too long.
    """
    if not isinstance(source, Path):
        yield from _lines_in(source)
        return
    file = DumpFile(source)
    some = False
    for block in file.blocks():
        for line in filter(bytes.strip, block.exact.split(b"\n")):
            some = True
            yield line
    failure = file.failure
    if failure and not some:
        raise InputError(failure, hint="the file is cut or damaged: get it again")
    if failure:
        yield ItemError(None, failure)


def _lines_in(stream: IO[bytes]) -> Iterator[bytes]:
    first = True
    for line in read_lines(stream):
        packed = [name for magic, name in _PACKED.items() if first and line.startswith(magic)]
        if packed:
            raise InputError(
                f"the stream holds {packed[0]} data, not JSON lines",
                hint="name the file instead of `-`, or unpack it first",
            )
        first = False
        if line.strip():
            yield line


def subjects_on(line: bytes, kind: SubjectKind) -> Iterator[Subject | ItemError]:
    """Yield the items on one line: a document, or the items of an API page.

    Args:
        line: JSON.
        kind: what the items are.
    """
    for item in items_on(line):
        yield _checked(subject_in(item, kind), item, kind)


def items_on(line: bytes) -> list[bytes]:
    """Return the exact items of a line: those of an API page, or the line itself."""
    if line.startswith(_PAGE):
        try:
            return [bytes(item) for item in _PAGE_DECODER.decode(line).items]
        except _REFUSED:
            pass
    return [line.removeprefix(_MARK)]


def keys_of(item: bytes) -> set[str]:
    """Return the keys of an item, none when it cannot be read."""
    try:
        return set(_KEYS.decode(item))
    except _REFUSED:
        return set()


def kind_of_keys(keys: set[str]) -> str | None:
    """Tell what an item is from its keys.

    Returns:
        `model`; `prompt`, also for an image record; `version`, which no signal reads; None when
        the keys do not tell.
    """
    if keys & _PROMPT_KEYS and "modelVersions" not in keys:
        return "prompt"
    found = kind_of(keys)
    return "version" if found == "versions" and "modelId" in keys else _KINDS.get(found or "")


def kind_of_item(line: bytes) -> str | None:
    """Tell what the first telling item of a line is, see `kind_of_keys`; None when none tells."""
    return next((found for item in items_on(line) if (found := kind_of_keys(keys_of(item)))), None)


def another_kind(keys: set[str], kind: SubjectKind) -> str | None:
    """Say that an item is clearly of another kind; None when it is not, or does not tell.

    Args:
        keys: of the item.
        kind: what it should be.
    """
    found = kind_of_keys(keys)
    return None if found is None or found == kind else f"the item is a {found}, not a {kind}"


def _checked(found: Subject | ItemError, item: bytes, kind: SubjectKind) -> Subject | ItemError:
    """Return what was read; its keys are looked at only where nothing of its kind was found."""
    if isinstance(found, ItemError):
        telling = False
    elif isinstance(found, PromptSubject):
        telling = bool(found.prompt or found.negative_prompt)
    else:
        telling = found.versions > 0
    wrong = None if telling else another_kind(keys_of(item), kind)
    return ItemError(found.id, wrong) if wrong else found
