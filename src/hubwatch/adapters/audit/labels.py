"""Label lists of taggers and captioners: CSV, plain text, JSON."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from hubwatch.adapters.dataset.reading import read_whole, text_of
from hubwatch.errors import InputError
from hubwatch.prompts.normalise import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LARGEST: Final = 64 << 20
MOST_LABELS: Final = 1_000_000
#: Suffixes of weights, archives and documents: never a list of labels.
_NO_TEXT: Final = frozenset(
    (
        *(".ckpt", ".safetensors", ".pt", ".pth", ".bin", ".onnx", ".pkl", ".pickle", ".h5"),
        *(".gguf", ".msgpack", ".zip", ".gz", ".zst", ".xz", ".bz2", ".7z", ".tar", ".parquet"),
        *(".sqlite", ".db", ".pdf", ".xls", ".xlsx", ".docx", ".exe", ".so", ".dll"),
    )
)
#: Share of control characters, and of bytes that are no text, from which a file is no text.
_GARBLED: Final = 0.3
#: Longest label in characters; what is longer is no label.
LONGEST: Final = 256

_NAMES: Final = ("name", "tag", "label", "tag_name", "tags", "text")
_COUNTS: Final = ("count", "post_count", "postcount", "images", "frequency", "freq")
_CATEGORIES: Final = ("category", "type", "group")
#: Categories of labels that name somebody or some work, as booru taggers number and call them.
NAMING: Final = frozenset(
    (
        *("1", "3", "4", "artist", "artists", "copyright", "copyrights", "character"),
        *("characters", "person", "people", "series", "contributor", "studio"),
    )
)


class Label(NamedTuple):
    """One label.

    Args:
        text: in the form of `Tag.text`.
        number: its place in the list, from 1; of captions its rank by frequency.
        frequency: images or captions that have it; None when not said.
        naming: its category says that it names somebody or some work.
    """

    text: str
    number: int
    frequency: int | None = None
    naming: bool = False


class Labels(NamedTuple):
    """A list of labels, each once.

    Args:
        labels: in the order of the list.
        form: `csv`, `txt` or `json`.
        repeated: labels that were there before.
        sha256: digest of the file.
        not_read: what was not read, by reason.
    """

    labels: list[Label]
    form: str
    repeated: int
    sha256: str
    not_read: Counter[str]


def read_labels(path: Path) -> Labels:
    """Read a list of labels.

    Args:
        path: `.csv` or `.tsv` with a header that names a column `name`, `tag` or `label`, or
            without one; `.json` (a list, an object of labels, or an object of lists); any other
            text is one label a line.

    Raises:
        InputError: it is missing, too large, no text, or of another form.
    """
    raw = read_whole(path, LARGEST)
    not_read: Counter[str] = Counter()
    form = {".csv": "csv", ".tsv": "csv", ".json": "json"}.get(path.suffix.lower(), "txt")
    found: Iterable[_Row]
    if form == "json":
        found = _of_json(path, raw)
    else:
        text, sound = text_of(raw)
        _require_text(path, text)
        not_read["not_utf8"] += not sound
        found = _of_csv(path, text) if form == "csv" else _of_lines(text)
    labels: dict[str, Label] = {}
    repeated = 0
    for number, (said, category, count) in enumerate(found, 1):
        if number > MOST_LABELS:
            raise InputError(f"`{path}` has more than {MOST_LABELS:,} labels", hint="split it")
        label = plain(said.replace("\\", "")) if len(said) <= 2 * LONGEST else ""
        if not label or len(label) > LONGEST:
            not_read["no_label"] += 1
        elif label in labels:
            repeated += 1
        else:
            labels[label] = Label(label, number, count, category.strip().lower() in NAMING)
    if not labels:
        raise InputError(f"`{path}` holds no label", hint="one label a line, or a column `name`")
    digest = hashlib.sha256(raw).hexdigest()
    return Labels(list(labels.values()), form, repeated, digest, +not_read)


_Row = tuple[str, str, int | None]


def _require_text(path: Path, text: str) -> None:
    odd = sum(char == "\ufffd" or not (char >= " " or char.isspace()) for char in text)
    if path.suffix.lower() in _NO_TEXT or "\0" in text or odd > _GARBLED * len(text):
        raise InputError(
            f"`{path}` is not a text file", hint="a list of labels is text, CSV or JSON"
        )


def _of_lines(text: str) -> Iterator[_Row]:
    for line in text.splitlines():
        if line.strip():
            yield line.strip(), "", None


def _of_csv(path: Path, text: str) -> Iterator[_Row]:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        first = next(rows, [])
        columns = _columns(first)
        if columns is None:
            columns = _guessed(first)
            yield _cells(first, columns)
        for row in rows:
            if row:
                yield _cells(row, columns)
    except csv.Error as error:
        raise InputError(
            f"`{path}:{rows.line_num}` is not sound CSV", hint="mend that line"
        ) from error


_Columns = tuple[int, int | None, int | None]


def _columns(header: list[str]) -> _Columns | None:
    """Return the places of label, category and count; None when the row is no header."""
    low = [cell.strip().lower() for cell in header]

    def place(names: Iterable[str]) -> int | None:
        return next((low.index(name) for name in names if name in low), None)

    name = place(_NAMES)
    return None if name is None else (name, place(_CATEGORIES), place(_COUNTS))


def _guessed(row: list[str]) -> _Columns:
    """Return the places in a list without a header: label, category, count, or an id before."""
    at = 1 if len(row) > 1 and row[0].strip().isdigit() and not row[1].strip().isdigit() else 0
    numbers = [i for i in range(at + 1, len(row)) if row[i].strip().isdigit()][:2]
    if len(numbers) > 1:
        return at, numbers[0], numbers[1]
    return at, None, numbers[0] if numbers else None


def _cells(row: list[str], columns: _Columns) -> _Row:
    name, category, count = (
        row[place] if place is not None and place < len(row) else "" for place in columns
    )
    return name, category, int(count) if count.isdecimal() and len(count) < 16 else None


def _of_json(path: Path, raw: bytes) -> list[_Row]:
    try:
        value = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        value = None
    found = _of_object(path, value) if isinstance(value, dict) else value
    rows = [_json_row(one) for one in found] if isinstance(found, list) else []
    if not any(label for label, _, _ in rows):
        raise InputError(
            f"`{path}` is not a list of labels",
            hint="a JSON list of texts, or an object of labels with their counts",
        )
    return rows


def _of_object(path: Path, value: dict[str, Any]) -> list[Any]:
    """Return the labels of an object: its texts, those in its lists, or its keys with counts."""
    said = list(value.values())
    if all(isinstance(one, str) for one in said):
        return said
    if all(isinstance(one, list) for one in said):
        return [label for one in said for label in one]
    if any(isinstance(one, list | dict | str) for one in said):
        raise InputError(
            f"`{path}` holds other things beside labels",
            hint="a JSON list of texts, or an object of labels with their counts",
        )
    return list(value.items())


def _json_row(value: Any) -> _Row:
    """Return a label with its category and count; an empty one for what is none."""
    if isinstance(value, str):
        return value, "", None
    if isinstance(value, tuple):
        label, said = value
        return label, "", said if isinstance(said, int) else None
    if isinstance(value, dict):
        label = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
        category = next((str(value[key]) for key in _CATEGORIES if key in value), "")
        count = next((value[key] for key in _COUNTS if isinstance(value.get(key), int)), None)
        return label or "", category, count
    return "", "", None
