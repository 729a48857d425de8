"""A signal against the labels of a file: the whole, its parts, and who is taken for whom."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import msgspec
import numpy as np

from hubwatch.signals.evaluation.bootstrap import REPLICATES
from hubwatch.signals.evaluation.estimates import Evaluation, evaluate_scores
from hubwatch.signals.evaluation.fields import (
    require_fields,
    require_impersonal,
    require_labels,
    require_parts,
    require_positive,
)
from hubwatch.signals.evaluation.items import (
    ACCOUNT,
    CREATOR,
    Fields,
    Judged,
    groups_of,
    judge_file,
    level_or_label,
    truth_of,
)
from hubwatch.signals.evaluation.labels import Confusion, confusion
from hubwatch.signals.evaluation.ranking import rank
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from hubwatch.signals.signal import Signal, SubjectKind


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an evaluation found.

    Args:
        signal, version: what was evaluated.
        label: the field that is the truth; the signal did not see it.
        hidden: further fields that it did not see.
        positive: labels that mean true; empty when the labels are truth values.
        group: the field whose values are drawn as wholes, as the items have it.
        items: labelled items that were answered.
        failed: items that could not be read.
        unlabelled: items without a label, left out.
        ungrouped: items without a group; each is a group of its own.
        unknown: answers that are unknown; they count as not true, with the lowest score.
        whole: scores and values against the labels; None for labels without `positive`.
        confusion: for a signal that answers with labels.
        by: the field that parts are told apart by.
        parts: value of that field to the same for its items, largest part first.
    """

    signal: str
    version: str
    label: str
    hidden: list[str]
    positive: list[str]
    group: str
    items: int
    failed: int
    unlabelled: int
    ungrouped: int
    unknown: int
    whole: Evaluation | None
    confusion: Confusion | None
    by: str
    parts: dict[str, Evaluation]


def evaluate_file(
    name: str,
    source: Path | IO[bytes],
    fields: Fields,
    *,
    positive: Collection[str] = (),
    kind: SubjectKind | None = None,
    workers: int = 1,
    count: int = REPLICATES,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Evaluate a signal on a file of labelled items.

    Args:
        name: of the signal.
        source: documents or prompt records.
        fields: which field is the label, the group, and so on.
        positive: labels that mean true; needed when they are no truth values.
        kind: see `run.run_signal`.
        workers: processes.
        count, seed: of the bootstrap.
        progress: called with the number of items so far.

    Raises:
        UsageError: no such signal, not for this kind, no item has a field that was named, labels
            that are no truth values or no labels at all, none of them among `positive`, or parts
            that would be told apart by names.
        InputError: the file is missing or of another format.
    """
    found = signal(name)
    require_impersonal(fields)
    judged = judge_file(name, source, fields, kind=kind, workers=workers, progress=progress)
    require_fields(judged, fields)
    items = [item for item in judged.items if item.label is not None]
    require_labels(items, fields.label)
    require_parts(items, fields.by)
    require_positive(items, fields.label, positive)
    scored = bool(positive) or found.answer == "three-valued"

    def scores(some: Sequence[Judged]) -> Evaluation:
        return _scores(found, some, frozenset(positive), count, seed)

    return Report(
        signal=name,
        version=found.version,
        label=fields.label,
        hidden=list(fields.hide),
        positive=sorted(positive),
        group=_group_used(fields.group, judged.grouped),
        items=len(items),
        failed=judged.failed,
        unlabelled=len(judged.items) - len(items),
        ungrouped=sum(item.group is None for item in items),
        unknown=sum(item.value is None for item in items),
        whole=scores(items) if scored else None,
        confusion=_confusion(found, items, count, seed) if found.answer == "label" else None,
        by=fields.by,
        parts={
            name: scores(some) for name, some in (_parts(items) if scored and fields.by else ())
        },
    )


def _group_used(asked: str, grouped: Collection[str]) -> str:
    """Return the field that groups were taken from; `creator` may stand for `username`."""
    if ACCOUNT not in grouped or asked != CREATOR:
        return asked
    return f"{CREATOR} or {ACCOUNT}" if CREATOR in grouped else ACCOUNT


def _scores(
    found: Signal, items: Sequence[Judged], positive: frozenset[str], count: int, seed: int
) -> Evaluation:
    ranked = rank(
        [truth_of(item.label, positive) is True for item in items],
        [np.nan if item.score is None else item.score for item in items],
        said=[item.value is True or item.value in positive for item in items],
        groups=_numbered(items),
    )
    return evaluate_scores(ranked, count=count, seed=seed, probability=found.probability)


def _numbered(items: Sequence[Judged]) -> list[int]:
    """Return dense numbers of the items' groups, in the order of their first items."""
    known: dict[object, int] = {}
    return [known.setdefault(group, len(known)) for group in groups_of(items)]


def _confusion(found: Signal, items: Sequence[Judged], count: int, seed: int) -> Confusion:
    return confusion(
        [level_or_label(item.label) or "" for item in items],
        [item.value if isinstance(item.value, str) else None for item in items],
        groups_of(items),
        labels=found.labels,
        count=count,
        seed=seed,
    )


def _parts(items: Sequence[Judged]) -> list[tuple[str, list[Judged]]]:
    parts: dict[str, list[Judged]] = {}
    for item in items:
        parts.setdefault(item.by, []).append(item)
    return sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))
