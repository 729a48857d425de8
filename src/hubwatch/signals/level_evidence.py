"""Which tags speak for or against a level: what changes when one tag is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.prompts import parse
from hubwatch.signals.answers import Evidence
from hubwatch.signals.level_model import combine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.prompts.batch import TagBatch
    from hubwatch.signals.level_model import Readings, Side

#: The strongest tags that are given as evidence, and the least weight that is worth saying.
MOST: Final = 5
LEAST_WEIGHT: Final = 0.1
#: Evidence is about the border between PG-13 and R.
CUT: Final = 1
_ROWS: Final = 4096


def tag_weights(
    side: Side, batch: TagBatch, readings: Readings, odds: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return what each tag adds to the log-odds of R and up of its text, all others kept.

    Args:
        side: the weights.
        batch: distinct tags of n texts, m in all.
        readings: of the batch's terms.
        odds: the texts' contributions [n, 3].

    Returns:
        m numbers, 3 decimals.
    """
    counts = np.diff(batch.offsets)
    some = np.flatnonzero(counts)
    result = np.zeros(len(batch.term_ids))
    if not len(some):
        return result
    starts = batch.offsets[some]
    ids = batch.term_ids
    row = np.repeat(np.arange(len(some)), counts[some])
    pooled = np.add.reduceat(readings.pooled[ids], starts, axis=0)
    words = np.add.reduceat(readings.words[ids], starts)
    most = np.maximum.reduceat(readings.present[ids, CUT], starts)
    whole = odds[some, CUT] - most
    for first in range(0, len(ids), _ROWS):
        part = slice(first, first + _ROWS)
        of, term = row[part], ids[part]
        without = combine(
            side,
            pooled[of] - readings.pooled[term],
            counts[some][of] - 1,
            words[of] - readings.words[term],
        )[:, CUT]
        present = readings.present[term, CUT]
        result[part] = whole[of] - without + np.where(present == most[of], present, 0)
    return np.round(result, 3)


def evidence(text: str, weights: NDArray[np.float64], field: str, code: str) -> list[Evidence]:
    """Return the strongest tags of one text, strongest first; never their wording.

    Args:
        text: as written.
        weights: of its tags, in their order.
        field: where the text stands.
        code: for each of them.
    """
    order = np.argsort(-np.abs(weights), kind="stable")[:MOST]
    chosen = [place for place in order.tolist() if abs(weights[place]) >= LEAST_WEIGHT]
    if not chosen:
        return []
    tags = parse(text).tags
    return [
        Evidence(
            code=code,
            field=field,
            start=tags[place].start,
            end=tags[place].end,
            weight=float(weights[place]),
        )
        for place in chosen
    ]
