"""Labelled items of a file, answered by a signal that does not see the label."""

from __future__ import annotations

from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.errors import InputError, UsageError
from hubwatch.levels import WORD_TO_LEVEL
from hubwatch.signals.documents import ItemError, model_subject, prompt_subject
from hubwatch.signals.inputs import another_kind, items_on, lines_of
from hubwatch.signals.kinds import with_kind
from hubwatch.signals.parallel import in_order
from hubwatch.signals.registry import signal
from hubwatch.signals.run import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

    from hubwatch.signals.answers import Answer
    from hubwatch.signals.signal import SubjectKind
    from hubwatch.signals.subjects import Subject

#: Where a creator stands in the hub's documents.
CREATOR: Final = "creator"
#: Where the hub's image records have the account.
ACCOUNT: Final = "username"
_MOST_KEYS: Final = 1000
_REFUSED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Fields(msgspec.Struct, frozen=True):
    """Which fields of an item mean what, as dotted paths; numbers are places in lists.

    Args:
        label: the truth.
        group: items that are not independent; `creator` also stands for `username`, where the
            hub's image records name the account.
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
    """Some items, and what there was to read.

    Args:
        items: those that could be read.
        failed: how many could not.
        found: which of the fields that were asked for an item has.
        keys: keys beside which such a field was looked for in vain, as full paths.
        unfit: what stands at the label where it is no single value: `an object` or `a list`.
        unfit_by: likewise, at the field that parts are told apart by.
        grouped: the fields that groups were taken from.
    """

    items: list[Judged]
    failed: int
    found: set[str]
    keys: set[str]
    unfit: set[str]
    unfit_by: set[str]
    grouped: set[str]


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
    whole = JudgedBatch(items, 0, set(), set(), set(), set(), set())
    for batch in in_order(partial(_judge, name, kind, fields), batches(lines), workers=workers):
        items += batch.items
        whole = JudgedBatch(
            items,
            whole.failed + batch.failed,
            whole.found | batch.found,
            whole.keys | batch.keys,
            whole.unfit | batch.unfit,
            whole.unfit_by | batch.unfit_by,
            whole.grouped | batch.grouped,
        )
        if progress is not None:
            progress(len(items) + whole.failed)
    return whole


def _judge(
    name: str, kind: SubjectKind, fields: Fields, lines: Sequence[bytes | ItemError]
) -> JudgedBatch:
    """Answer for the labelled items on some lines."""
    exact = [
        item for line in lines for item in (items_on(line) if isinstance(line, bytes) else [b""])
    ]
    notes = JudgedBatch([], 0, set(), set(), set(), set(), set())
    read = [found for item in exact if (found := _read(item, kind, fields, notes)) is not None]
    answers = signal(name).answer_many([subject for subject, _ in read])
    judged = [_judged(answer, *facts) for answer, (_, facts) in zip(answers, read, strict=True)]
    return msgspec.structs.replace(notes, items=judged, failed=len(exact) - len(read))


def _read(
    item: bytes, kind: SubjectKind, fields: Fields, notes: JudgedBatch
) -> tuple[Subject, tuple[Any, str | None, str]] | None:
    """Return a subject that does not show its label, and the facts; `None` when unreadable."""
    try:
        document = msgspec.json.decode(item)
        if not isinstance(document, dict) or another_kind(set(document), kind):
            return None
        facts = _facts(document, fields)
        _note(document, fields, notes)
        for path in {fields.label, *fields.hide} - {"id"}:
            hide(document, path)
        return (model_subject if kind == "model" else prompt_subject)(document), facts
    except (*_REFUSED, InputError):
        return None


def _note(document: dict[str, Any], fields: Fields, notes: JudgedBatch) -> None:
    """Write down which fields there are, and names that are near to those that there are not."""
    for path in filter(None, (fields.label, fields.by, fields.group, *fields.hide)):
        if path in notes.found:
            continue
        above, _, key = path.rpartition(".")
        holder = field_of(document, above) if above else document
        if isinstance(holder, list):
            holder = dict.fromkeys(map(str, range(len(holder))))
        if isinstance(holder, dict) and key in holder:
            notes.found.add(path)
        elif isinstance(holder, dict) and len(notes.keys) < _MOST_KEYS:
            notes.keys.update(f"{above}.{name}" if above else str(name) for name in holder)
    for path, unfit in ((fields.label, notes.unfit), (fields.by, notes.unfit_by)):
        value = field_of(document, path) if path else None
        if isinstance(value, dict | list):
            unfit.add("a list" if isinstance(value, list) else "an object")
    if _group(field_of(document, fields.group)) is not None:
        notes.grouped.add(fields.group)
    elif fields.group == CREATOR and _group(field_of(document, ACCOUNT)) is not None:
        notes.grouped.add(ACCOUNT)


def _judged(answer: Answer, label: Any, group: str | None, by: str) -> Judged:
    return Judged(answer.id, label, answer.value, answer.score, group, by)


def _facts(document: Any, fields: Fields) -> tuple[Any, str | None, str]:
    label = field_of(document, fields.label)
    group = _group(field_of(document, fields.group))
    if group is None and fields.group == CREATOR:
        group = _group(field_of(document, ACCOUNT))
    return (
        label if isinstance(label, bool | int | float | str) else None,
        group,
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
        return text_of(label) in positive
    if label in (True, False):
        return bool(label)
    raise UsageError(
        "the labels are not true or false", hint="say which ones mean true: `--positive A,B`"
    )


def text_of(label: Any) -> str:
    """Return a label as text; truth values as JSON writes them."""
    return str(label).lower() if isinstance(label, bool) else str(label)


def level_or_label(label: Any) -> str | None:
    """Return a label as text; the hub's words for levels become levels."""
    return None if label is None else WORD_TO_LEVEL.get(text_of(label), text_of(label))


def groups_of(items: Sequence[Judged]) -> list[Hashable]:
    """Return each item's group; an item without one is a group of its own."""
    return [item.group if item.group is not None else (item.id, i) for i, item in enumerate(items)]
