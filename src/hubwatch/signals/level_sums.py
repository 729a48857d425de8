"""Adding up for the level model, in an order that does not depend on what else is read.

The numbers of a feature are small integers: their sums are exact. Four of them are added at once,
each as 16 bits of one 64-bit number, raised by 128 so that none is below zero; no more than 256
rows are added so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.signals.level_features import SLOT_SHIFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.signals.level_features import Features
    from hubwatch.signals.level_model import Side

Floats = Any  # NDArray[np.float32] of any shape

_RAISED: Final = 128
_PARTS: Final = 4
#: Rows that are added up as parts of larger numbers: 256 x 255 fits into 16 bits.
_ROWS: Final = 256
#: Texts whose tags are gathered together, to stay in the processor's cache.
_TEXTS: Final = 128


def pack(values: NDArray[np.int8]) -> NDArray[np.uint64]:
    """Return rows of small integers as rows of numbers that hold four of them each.

    Args:
        values: any number of columns.
    """
    rows, columns = values.shape
    parts = np.zeros((rows, -(-columns // _PARTS) * _PARTS), "<u2")
    parts[:, :columns] = values.astype(np.int16) + _RAISED
    return parts.view("<u8").astype(np.uint64, copy=False)


def add_known(
    side: Side, found: Sequence[Features], sums: NDArray[np.int32], known: NDArray[np.int64]
) -> None:
    """Set the sums of the numbers of all known features of some tags, and how many there are.

    Args:
        side: the weights.
        found: features of all kinds of the same tags.
        sums: by tag, a column for each column of the side's values.
        known: by tag.
    """
    if not len(side.keys):
        return
    rows, owners = zip(*(_known(side, kind) for kind in found), strict=True)
    of_all = np.concatenate(owners)
    order = np.argsort(of_all, kind="stable")
    of_all = of_all.take(order)
    if not len(of_all):
        return
    starts = np.flatnonzero(np.concatenate(([True], of_all[1:] != of_all[:-1])))
    tags, counts = of_all[starts], np.diff(starts, append=len(of_all))
    sums[tags] = _added(side, np.concatenate(rows).take(order), starts, counts)
    known[tags] = counts


def _known(side: Side, kind: Features) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the rows of the known features of one kind, and their tags."""
    rows = side.slots.take(kind.hashes >> SLOT_SHIFT)
    hits = np.flatnonzero(side.keys.take(rows, mode="wrap") == kind.hashes)
    return rows.take(hits), kind.owners.take(hits)


def _added(
    side: Side, rows: NDArray[np.int32], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the sums of the numbers of some rows, from each start on."""
    pieces = -(-counts // _ROWS)
    first = np.cumsum(pieces) - pieces
    within = np.arange(pieces.sum()) - np.repeat(first, pieces)
    cuts = np.repeat(starts, pieces) + within * _ROWS
    packed: Any = np.add.reduceat(side.packed.take(rows, axis=0), cuts, axis=0)
    parts = packed.astype("<u8", copy=False).view("<u2")[:, : side.values.shape[1]]
    sums = parts.astype(np.int32)
    if len(cuts) > len(starts):
        sums = np.add.reduceat(sums, first, axis=0)
    return np.asarray(sums - (_RAISED * counts).astype(np.int32)[:, None])


def pool_rows(
    pooled: NDArray[np.float32], ids: NDArray[np.int32], starts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the sums of the rows of each text's tags.

    Args:
        pooled: numbers of each tag.
        ids: rows of `pooled`: the tags of all texts.
        starts: where the tags of each text begin in `ids`; every text has some.
    """
    sums = np.empty((len(starts), pooled.shape[1]), np.float32)
    ends = np.append(starts[_TEXTS::_TEXTS], len(ids))
    for place, end in zip(range(0, len(starts), _TEXTS), ends.tolist(), strict=True):
        own = starts[place : place + _TEXTS]
        held = pooled.take(ids[own[0] : end], axis=0)
        np.add.reduceat(held, own - own[0], axis=0, out=sums[place : place + _TEXTS])
    return sums


def product(left: Floats, right: Floats) -> Floats:
    """Multiply two matrices in a fixed order, which a BLAS does not promise."""
    total = left[:, :1] * right[:1]
    for place in range(1, len(right)):
        total += left[:, place : place + 1] * right[place]
    return total
