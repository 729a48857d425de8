"""Agreement of a signal that answers with labels: who is taken for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from hubwatch.signals.evaluation.bootstrap import REPLICATES, effective, interval, replicates
from hubwatch.signals.evaluation.estimates import Estimate, plain

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

#: Stands for an answer that is unknown.
UNKNOWN: Final = "unknown"


class LabelScores(msgspec.Struct, frozen=True):
    """How well one label is found."""

    label: str
    precision: Estimate
    recall: Estimate
    f1: Estimate


class Confusion(msgspec.Struct, frozen=True):
    """How answers and truth agree.

    Args:
        labels: of the truth, in order; each is a row.
        answers: in order; each is a column; the last is `unknown`.
        counts: items by row and column.
        agreement: share of items whose answer is the truth; an unknown one is not.
        by_label: precision, recall and F1 of each label.
        items, groups: how many.
        replicates, seed: of the bootstrap.
    """

    labels: list[str]
    answers: list[str]
    counts: list[list[int]]
    agreement: Estimate
    by_label: list[LabelScores]
    items: int
    groups: int
    replicates: int
    seed: int


def confusion(
    truth: Sequence[str],
    said: Sequence[str | None],
    groups: Sequence[Hashable],
    *,
    labels: Sequence[str] = (),
    count: int = REPLICATES,
    seed: int = 1,
) -> Confusion:
    """Compare labels with labels.

    Args:
        truth: of each item.
        said: the answers; None is unknown.
        groups: of each item; equal values are one group.
        labels: an order for labels; others follow in alphabetical order.
        count: bootstrap replicates.
        seed: of the bootstrap.
    """
    rows = _ordered(set(truth), labels)
    columns = [*_ordered({*truth, *(s for s in said if s is not None)}, labels), UNKNOWN]
    row = np.array([rows.index(label) for label in truth], dtype=np.int64)
    column = np.array([columns.index(s or UNKNOWN) for s in said], dtype=np.int64)
    known: dict[Hashable, int] = {}
    own = np.array([known.setdefault(g, len(known)) for g in groups], dtype=np.int64)
    size = (len(rows), len(columns))
    table = _tables(row, column, np.ones((1, len(row))), size)
    drawn = [
        _tables(row, column, weights, size)
        for weights in replicates(own, np.ones(len(row)), count=count, seed=seed)
    ]
    many = np.concatenate([table[:0], *drawn])
    same = np.array([columns.index(label) for label in rows], dtype=np.int64)
    return Confusion(
        labels=rows,
        answers=columns,
        counts=table[0].astype(int).tolist(),
        agreement=_agreement(table, many, same, effective(own, np.ones(len(row)))),
        by_label=[
            _scores(
                rows[i], table, many, (i, int(same[i])), _held(own, row == i, column == same[i])
            )
            for i in range(len(rows))
        ],
        items=len(row),
        groups=len(known),
        replicates=count,
        seed=seed,
    )


def _ordered(found: set[str], order: Sequence[str]) -> list[str]:
    return [*(label for label in order if label in found), *sorted(found - set(order))]


def _tables(
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    weights: NDArray[np.float64],
    size: tuple[int, int],
) -> NDArray[np.float64]:
    """Return the table of counts for each weighting, shape (b, rows, columns)."""
    cell = row * size[1] + column
    cells = size[0] * size[1]
    found = [np.bincount(cell, weights=each, minlength=cells) for each in weights]
    return np.array(found, dtype=np.float64).reshape(len(weights), *size)


def _held(
    groups: NDArray[np.int64], true: NDArray[np.bool_], said: NDArray[np.bool_]
) -> tuple[float, ...]:
    """Return what the groups behind precision, recall and F1 of a label are worth."""
    return tuple(
        effective(groups, inside.astype(np.float64)) for inside in (said, true, said | true)
    )


def _agreement(
    table: NDArray[np.float64],
    many: NDArray[np.float64],
    same: NDArray[np.int64],
    groups: float,
) -> Estimate:
    rows = np.arange(len(same))

    def share(tables: NDArray[np.float64]) -> NDArray[np.float64]:
        return _ratio(tables[:, rows, same].sum(axis=1), tables.sum(axis=(1, 2)))

    return _estimate(share(table), share(many), int(table.sum()), groups)


def _scores(
    label: str,
    table: NDArray[np.float64],
    many: NDArray[np.float64],
    cell: tuple[int, int],
    groups: tuple[float, ...],
) -> LabelScores:
    """Return precision, recall and F1 of one label."""
    row, column = cell

    def parts(tables: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        hits = tables[:, row, column]
        said, true = tables[:, :, column].sum(axis=1), tables[:, row].sum(axis=1)
        return _ratio(hits, said), _ratio(hits, true), _ratio(2 * hits, said + true)

    totals = (int(table[0, :, column].sum()), int(table[0, row].sum()), int(table.sum()))
    found = [
        _estimate(*parted) for parted in zip(parts(table), parts(many), totals, groups, strict=True)
    ]
    return LabelScores(label, *found)


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(whole > 0, part / whole, np.nan))


def _estimate(
    value: NDArray[np.float64], drawn: NDArray[np.float64], total: int, groups: float
) -> Estimate:
    low, high = interval(drawn, groups)
    return Estimate(plain(value[0]), plain(low), plain(high), total)
