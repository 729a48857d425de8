"""Labelled items of a file, answered by a signal that does not see the label."""

from __future__ import annotations

from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.errors import InputError, UsageError
from hubwatch.levels import WORD_TO_LEVEL
from hubwatch.signals.documents import ItemError, model_subject, prompt_subject
from hubwatch.signals.inputs import items_on, lines_of
from hubwatch.signals.parallel import in_order
from hubwatch.signals.registry import signal
from hubwatch.signals.kinds import with_kind
from hubwatch.signals.run import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

    from hubwatch.signals.answers import Answer
    from hubwatch.signals.signal import SubjectKind
    from hubwatch.signals.subjects import Subject

#: Where a creator stands in the hub's documents.
CREATOR: Final = "creator"
_REFUSED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Fields(msgspec.Struct, frozen=True):
    """Which fields of an item mean what, as dotted paths; numbers are places in lists.

    Args:
        label: the truth.
        group: items that are not independent.
        by: what results are told apart by; empty for nothing.
        hide: fields that the signal must not see, besides the label.
    """

    label: str
    group: str = CREATOR
    by: str = ""
    hide: tuple[str, ...] = ()


class Judged(msgspec.Struct, frozen=True):
    """One item: what it is, and what the signal says.

    Args:
        id: of the item.
        label: the truth as the file has it; None when the item has none.
        value, score: the signal's.
        group: of the item; None when it belongs to none.
        by: as text.
    """

    id: str
    label: bool | int | float | str | None
    value: bool | str | None
    score: float | None
    group: str | None
    by: str


class JudgedBatch(msgspec.Struct, frozen=True):
    """Some items, and how many could not be read."""

    items: list[Judged]
    failed: int


def judge_file(
    name: str,
    source: Path | IO[bytes],
    fields: Fields,
    *,
    kind: SubjectKind | None = None,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> JudgedBatch:
    """Answer for every labelled item of a file.

    Args:
        name: of the signal.
        source: documents or prompt records.
        fields: which field is the label, and so on.
        kind: see `run.run_signal`.
        workers: processes.
        progress: called with the number of items so far.

    Raises:
        UsageError: no such signal, or it does not answer for this kind.
        InputError: the file is missing or of another format.
    """
    lines, kind = with_kind(signal(name), lines_of(source), kind)
    items: list[Judged] = []
    failed = 0
    for batch in in_order(partial(_judge, name, kind, fields), batches(lines), workers=workers):
        items += batch.items
        failed += batch.failed
        if progress is not None:
            progress(len(items) + failed)
    return JudgedBatch(items, failed)


def _judge(
    name: str, kind: SubjectKind, fields: Fields, lines: Sequence[bytes | ItemError]
) -> JudgedBatch:
    """Answer for the labelled items on some lines."""
    exact = [
        item for line in lines for item in (items_on(line) if isinstance(line, bytes) else [b""])
    ]
    read = [found for item in exact if (found := _read(item, kind, fields)) is not None]
    answers = signal(name).answer_many([subject for subject, _ in read])
    judged = [_judged(answer, *facts) for answer, (_, facts) in zip(answers, read, strict=True)]
    return JudgedBatch(judged, len(exact) - len(read))


def _read(
    item: bytes, kind: SubjectKind, fields: Fields
) -> tuple[Subject, tuple[Any, str | None, str]] | None:
    """Return a subject that does not show its label, and the facts; `None` when unreadable."""
    try:
        document = msgspec.json.decode(item)
        facts = _facts(document, fields)
        for path in (fields.label, *fields.hide):
            hide(document, path)
        return (model_subject if kind == "model" else prompt_subject)(document), facts
    except (*_REFUSED, InputError):
        return None


def _judged(answer: Answer, label: Any, group: str | None, by: str) -> Judged:
    return Judged(answer.id, label, answer.value, answer.score, group, by)


def _facts(document: Any, fields: Fields) -> tuple[Any, str | None, str]:
    label = field_of(document, fields.label)
    return (
        label if isinstance(label, bool | int | float | str) else None,
        _group(field_of(document, fields.group)),
        str(field_of(document, fields.by)) if fields.by else "",
    )


def _group(value: Any) -> str | None:
    """Return a group's name; of a creator, as the hub writes it, the account's."""
    if isinstance(value, dict):
        value = value.get("username")
    return None if value in (None, "") else str(value)


def field_of(document: Any, path: str) -> Any:
    """Return what stands at a dotted path, `None` when nothing does.

    Args:
        document: any JSON value.
        path: keys, and numbers for places in lists: `modelVersions.0.baseModel`.
    """
    for key in path.split("."):
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document


def hide(document: Any, path: str) -> None:
    """Remove what stands at a dotted path; it is unknown from then on."""
    above, _, key = path.rpartition(".")
    holder = field_of(document, above) if above else document
    if isinstance(holder, dict):
        holder.pop(key, None)


def truth_of(label: Any, positive: frozenset[str]) -> bool | None:
    """Return whether a label means true.

    Args:
        label: as the file has it.
        positive: labels that mean true, as text; when empty, the label must be a truth value.

    Raises:
        UsageError: the label is no truth value, and nothing says which labels are.
    """
    if label is None:
        return None
    if positive:
        return _text(label) in positive
    if label in (True, False):
        return bool(label)
    raise UsageError(
        "the labels are not true or false", hint="say which ones mean true: `--positive A,B`"
    )


def _text(label: Any) -> str:
    return str(label).lower() if isinstance(label, bool) else str(label)


def level_or_label(label: Any) -> str | None:
    """Return a label as text; the hub's words for levels become levels."""
    return None if label is None else WORD_TO_LEVEL.get(_text(label), _text(label))


def groups_of(items: Sequence[Judged]) -> list[Hashable]:
    """Return each item's group; an item without one is a group of its own."""
    return [item.group if item.group is not None else (item.id, i) for i, item in enumerate(items)]
