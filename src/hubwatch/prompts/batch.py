"""Reading many prompts at once: every distinct piece is read once, the rest is arithmetic.

A prompt is cut at the commas and line ends that stand outside brackets. What lies between two cuts
repeats a lot, so each distinct piece is read once (`pieces`). A prompt that cannot be cut so
(brackets that do not match, `AND`) is read whole by `parser.parse`. The result equals `parse` of
every text; a property test holds them equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.prompts.parser import parse_bare
from hubwatch.prompts.pieces import Readings, read_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CUT, _OPEN, _CLOSE, _ESCAPE = 1, 2, 3, 4
_CLASSES: Final = np.zeros(256, np.uint8)
for _bytes, _class in ((b",\n", _CUT), (b"([{", _OPEN), (b")]}", _CLOSE), (b"\\", _ESCAPE)):
    _CLASSES[list(_bytes)] = _class
_STEP: Final = np.array([0, 0, 1, -1, 0], np.int8)


@dataclass(frozen=True, slots=True)
class TagBatch:
    """The tags of many texts.

    Args:
        terms: distinct tag texts, in the order in which they first appear.
        offsets: n + 1 numbers; the tags of text i are those from offsets[i] to offsets[i + 1].
        term_ids: rows of `terms`, m of them.
        weights: of the same tags.
    """

    terms: pa.StringArray
    offsets: NDArray[np.int64]
    term_ids: NDArray[np.int32]
    weights: NDArray[np.float32]


def index_prompts(texts: pa.Array) -> TagBatch:
    """Return the tags of many texts, equal to what `parse` says of each.

    Args:
        texts: strings; null counts as empty.
    """
    texts = _plain_strings(texts)
    pieces, bounds = _cut(texts)
    encoded = pieces.dictionary_encode()
    which = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    readings, unclean = read_pieces(encoded.dictionary)
    readings, which = _read_whole(texts, readings, which, bounds, unclean)
    return _expand(readings, which, bounds)


def _plain_strings(texts: pa.Array) -> pa.StringArray:
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return pc.fill_null(texts.cast(pa.string()), "")


def _cut(texts: pa.StringArray) -> tuple[pa.StringArray, NDArray[np.int64]]:
    """Cut texts at commas and line ends outside brackets.

    Returns:
        The pieces, each with the sign before it, sharing the memory of the texts; and n + 1 numbers
        that say which pieces a text has.
    """
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    first = int(ends[0])
    raw = raw[first : int(ends[-1])]
    starts = ends - first
    classes = _CLASSES[raw]
    places = np.flatnonzero(classes)
    kinds = classes[places]
    _unescape(places, kinds)
    depth = np.cumsum(_STEP[kinds], dtype=np.int32)
    of_text = np.searchsorted(places, starts)
    before = np.concatenate(([0], depth))[of_text[:-1]]
    depth -= np.repeat(before, np.diff(of_text)).astype(np.int32)
    is_cut = (kinds == _CUT) & (depth == 0)
    cuts = places[is_cut]
    bounds = np.concatenate(([0], np.cumsum(is_cut)))[of_text] + np.arange(len(texts) + 1)
    edges = np.empty(len(cuts) + len(texts) + 1, np.int32)
    heads = np.zeros(len(edges), bool)
    heads[bounds] = True
    edges[heads] = starts
    edges[~heads] = cuts
    edges += first
    buffers = [None, pa.py_buffer(edges), data]
    return pa.StringArray.from_buffers(len(edges) - 1, buffers[1], buffers[2]), bounds


def _unescape(places: NDArray[np.int64], kinds: NDArray[np.uint8]) -> None:
    """Take the meaning from brackets behind an odd number of backslashes."""
    slashes = kinds == _ESCAPE
    if not slashes.any():
        return
    order = np.arange(len(places))
    joined = np.concatenate(([False], slashes[:-1] & (np.diff(places) == 1)))
    run_start = np.maximum.accumulate(np.where(joined & slashes, -1, order))
    behind = np.concatenate(([0], (order - run_start + 1)[:-1]))
    kinds[joined & ~slashes & (kinds != _CUT) & (behind % 2 == 1)] = 0


def _read_whole(
    texts: pa.StringArray,
    readings: Readings,
    which: NDArray[np.int64],
    bounds: NDArray[np.int64],
    unclean: NDArray[np.bool_],
) -> tuple[Readings, NDArray[np.int64]]:
    """Give texts with an unclean piece a reading of their own, in place of their first piece."""
    wrong = np.concatenate(([0], np.cumsum(unclean[which])))
    chosen = np.flatnonzero(wrong[bounds[1:]] > wrong[bounds[:-1]])
    if not len(chosen):
        return readings, which
    prompts = [parse_bare(text) for text in texts.take(pa.array(chosen)).to_pylist()]
    new_counts = np.array([len(tags) for tags in prompts], np.int64)
    tags = [tag for found in prompts for tag in found]
    new_starts = len(readings.terms) + np.cumsum(new_counts) - new_counts
    first_new = len(readings.counts)
    nothing = first_new + len(chosen)
    within = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    which = np.where(np.isin(within, chosen), nothing, which)
    which[bounds[chosen]] = first_new + np.arange(len(chosen))
    return Readings(
        np.concatenate((readings.starts, new_starts, [0])),
        np.concatenate((readings.counts, new_counts, [0])),
        pa.concat_arrays([readings.terms, pa.array([text for text, _ in tags], pa.string())]),
        np.append(readings.weights, np.array([weight for _, weight in tags], np.float32)),
    ), which


def _expand(readings: Readings, which: NDArray[np.int64], bounds: NDArray[np.int64]) -> TagBatch:
    """Put the readings where their pieces stand, and number the terms by first appearance."""
    encoded = readings.terms.dictionary_encode()
    ids = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    counts = readings.counts[which]
    ends = np.concatenate(([0], np.cumsum(counts)))
    total = int(ends[-1])
    places = np.repeat(readings.starts[which] - ends[:-1], counts) + np.arange(total)
    term_ids = ids[places]
    first = np.full(len(encoded.dictionary), total, np.int64)
    first[term_ids[::-1]] = np.arange(total - 1, -1, -1)
    order = np.argsort(first, kind="stable")[: int((first < total).sum())]
    number = np.empty(len(first), np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return TagBatch(
        terms=encoded.dictionary.take(pa.array(order)),
        offsets=ends[bounds],
        term_ids=number[term_ids],
        weights=readings.weights[places].astype(np.float32),
    )
