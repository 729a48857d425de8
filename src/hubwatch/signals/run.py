"""One signal over a file of items: streamed in batches, in order, on all processors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TYPE_CHECKING, Final

import msgspec

from hubwatch.signals.documents import ItemError
from hubwatch.signals.inputs import lines_of, subjects_on
from hubwatch.signals.kinds import with_kind
from hubwatch.signals.parallel import in_order
from hubwatch.signals.registry import signal
from hubwatch.signals.reveal import revealed, speaks_of_minors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from hubwatch.signals.answers import Answer
    from hubwatch.signals.signal import Signal, SubjectKind
    from hubwatch.signals.subjects import Subject

#: A batch ends at so many bytes or lines, whichever comes first.
BATCH_BYTES: Final = 2 << 20
BATCH_LINES: Final = 4096
#: Nothing is shown of a subject in which this signal finds anything, however harmless.
MINORS: Final = "minor_cue"


@dataclass(slots=True)
class RunCounts:
    """What a run has answered so far.

    Args:
        items: items read, failures included.
        failed: items that could not be read.
        values: answers by value: `true`, `false`, `unknown`, or a label.
    """

    items: int = 0
    failed: int = 0
    values: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Answered:
    """One batch: JSON lines in the order of the items, and what they say in numbers."""

    lines: bytes
    counts: RunCounts


def run_signal(
    name: str,
    source: Path | IO[bytes],
    *,
    kind: SubjectKind | None = None,
    workers: int = 1,
    reveal: bool = False,
    progress: Callable[[RunCounts], None] | None = None,
) -> Iterator[bytes]:
    """Answer for every item of a file.

    Args:
        name: of the signal.
        source: documents or prompt records, see `inputs.read_subjects`.
        kind: what the items are; needed when the signal answers for several kinds and no item's
            keys tell.
        workers: processes; small inputs are answered in this one.
        reveal: evidence holds the words it stands for; the caller has logged it.
        progress: called with the counts so far, after each batch.

    Yields:
        JSON lines, one object an item: an `Answer`, or `{"id", "error"}`.

    Raises:
        UsageError: no such signal, or it does not answer for this kind of item.
        InputError: the file is missing or of another format.
    """
    found = signal(name)
    lines, kind = with_kind(found, lines_of(source), kind)
    counts = RunCounts()
    work = partial(answer_lines, name, kind, reveal)
    for answered in in_order(work, batches(lines), workers=workers):
        counts.items += answered.counts.items
        counts.failed += answered.counts.failed
        counts.values += answered.counts.values
        if progress is not None:
            progress(counts)
        yield answered.lines


def batches(lines: Iterable[bytes | ItemError]) -> Iterator[list[bytes | ItemError]]:
    """Yield the lines in batches, in order."""
    held: list[bytes | ItemError] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line) if isinstance(line, bytes) else 0
        if size >= BATCH_BYTES or len(held) >= BATCH_LINES:
            yield held
            held, size = [], 0
    if held:
        yield held


def answer_lines(
    name: str, kind: SubjectKind, reveal: bool, lines: Sequence[bytes | ItemError]
) -> Answered:
    """Answer for the items on some lines.

    Args:
        name: of the signal.
        kind: what the items are.
        reveal: evidence holds the words it stands for.
        lines: JSON, or errors that are passed on.
    """
    items = [item for line in lines for item in _items(line, kind)]
    subjects = [item for item in items if not isinstance(item, ItemError)]
    answers = _answers(signal(name), subjects, reveal=reveal)
    following = iter(answers)
    said = [item if isinstance(item, ItemError) else next(following) for item in items]
    counts = RunCounts(len(items), len(items) - len(subjects), Counter(map(_word, answers)))
    return Answered(b"".join(msgspec.json.encode(one) + b"\n" for one in said), counts)


def _answers(found: Signal, subjects: Sequence[Subject], *, reveal: bool) -> list[Answer]:
    answers = found.answer_many(subjects)
    if not reveal:
        return answers
    minors = signal(MINORS).answer_many(subjects)
    return [
        answer if speaks_of_minors(minor) else revealed(answer, subject)
        for answer, subject, minor in zip(answers, subjects, minors, strict=True)
    ]


def _items(line: bytes | ItemError, kind: SubjectKind) -> Iterable[Subject | ItemError]:
    return [line] if isinstance(line, ItemError) else subjects_on(line, kind)


def _word(answer: Answer) -> str:
    if answer.value is None:
        return "unknown"
    return answer.value if isinstance(answer.value, str) else str(answer.value).lower()
