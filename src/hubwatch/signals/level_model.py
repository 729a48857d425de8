"""The level model: what the tags of a prompt add to the log-odds of each browsing level.

Each known feature of a tag (`level_features`) holds small learned numbers. They sum to a reading of
the tag: three log-odds and a short vector. The readings of a prompt's distinct tags are pooled
(sum, and a mean in which telling tags weigh more), and a small network turns the pool into three
numbers. The positive and the negative prompt have weights of their own; their contributions simply
add up.

Arithmetic is ordered so that a prompt's numbers do not depend on what else is in the batch.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.prompts.batch import TagBatch
from hubwatch.signals.level_features import SLOT_SHIFT, SLOTS, features
from hubwatch.signals.level_sums import add_known, pack, pool_rows, product

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.signals.level_features import Features

#: Levels that are told apart, from the mildest; the last means this level and up.
STEPS: Final = ("PG", "PG-13", "R", "X")
#: Columns of contributions: log-odds of PG-13 and up, R and up, X and up.
CUTS: Final = 3

_SUM_POWER: Final = 0.7
_SUM_PRIOR: Final = 2.0
_GATE_PRIOR: Final = 0.5
_GATE_LIMIT: Final = 6.0
_LINEAR_POWER: Final = 0.8
_LINEAR_PRIOR: Final = 5.0
#: Prompts that go through the network together.
_ROWS: Final = 2048

Floats = Any  # NDArray[np.float32] of a shape that the text beside it says


@dataclass(frozen=True, slots=True)
class Side:
    """The weights for one kind of text: positive or negative prompts.

    Args:
        keys: hashes of the known features [f].
        slots: row of a feature by its slot, -1 for none.
        values: small integers [f, d + 3]: vector and log-odds.
        packed: the same, as `level_sums` adds them up.
        scales: what one unit of each column is worth [d + 3].
        bias, gate: of the vector [d].
        hidden, hidden_bias, out, skip: the network [2d + 2, h], [h], [h, 3], [2d + 2, 3].
        mix: weight of the network and of the linear log-odds, by cut [2, 3].
        nothing: what the network says of a text without tags [3].
        present: log-odds of features that count once in a prompt, by hash.
    """

    keys: NDArray[np.uint32]
    slots: NDArray[np.int32]
    values: NDArray[np.int8]
    packed: NDArray[np.uint64]
    scales: NDArray[np.float32]
    bias: NDArray[np.float32]
    gate: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    out: NDArray[np.float32]
    skip: NDArray[np.float32]
    mix: NDArray[np.float32]
    nothing: NDArray[np.float32]
    present: dict[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Weights:
    """All weights, and the log-odds of a prompt that says nothing [3]."""

    prompt: Side
    avoided: Side
    intercept: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Readings:
    """What a side says of n tags.

    Args:
        pooled: per tag [n, 2d + 4]: vector, gated vector, gate, log-odds (3 columns).
        words: of each tag [n].
        known: features of each tag that the model knows [n].
        present: log-odds that count once in a prompt [n, 3].
    """

    pooled: NDArray[np.float32]
    words: NDArray[np.int64]
    known: NDArray[np.int64]
    present: NDArray[np.float32]


@cache
def weights() -> Weights:
    """Return the weights that ship with the package."""
    return read_weights((files("hubwatch.signals") / "weights" / "prompt_level.npz").read_bytes())


def read_weights(content: bytes) -> Weights:
    """Read the bytes of a weights file as `training/prompt_level.py` writes it."""
    with np.load(io.BytesIO(content)) as held:
        parts = {name: held[name] for name in held.files}
    return Weights(_side(parts, "prompt"), _side(parts, "avoided"), parts["intercept"])


def _side(parts: dict[str, NDArray[Any]], name: str) -> Side:
    keys = parts[f"{name}.keys"]
    slots = np.full(SLOTS, -1, np.int32)
    slots[keys >> SLOT_SHIFT] = np.arange(len(keys), dtype=np.int32)
    names = ("values", "scales", "bias", "gate", "hidden", "hidden_bias", "out", "skip", "mix")
    present = zip(
        parts[f"{name}.present_keys"].tolist(), parts[f"{name}.present"].tolist(), strict=True
    )
    held = {part: parts[f"{name}.{part}"] for part in names}
    empty = _empty_pool(len(held["bias"]))
    return Side(
        keys=keys,
        slots=slots,
        packed=pack(held["values"]),
        nothing=_network(empty, held["hidden"], held["hidden_bias"], held["out"], held["skip"]),
        present={key: tuple(odds) for key, odds in present},
        **held,
    )


def contributions(batch: TagBatch, *, avoided: bool) -> NDArray[np.float32]:
    """Return the log-odds that texts add to PG-13 and up, R and up, X and up.

    Args:
        batch: the tags of n texts.
        avoided: the texts are negative prompts.

    Returns:
        Three columns, n rows; zeros for a text without tags.
    """
    side = weights().avoided if avoided else weights().prompt
    return contributions_of(side, batch)


def contributions_of_both(batch: TagBatch) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return `contributions` of texts as positive and as negative prompts."""
    once, _ = distinct_tags(batch)
    sides = (weights().prompt, weights().avoided)
    read = read_sides(sides, batch.terms)
    prompt, avoided = map(contributions_from, sides, (once, once), read)
    return prompt, avoided


def contributions_of(side: Side, batch: TagBatch) -> NDArray[np.float32]:
    """Return `contributions` by the weights of one side."""
    once, _ = distinct_tags(batch)
    return contributions_from(side, once, read_terms(side, batch.terms))


def distinct_tags(batch: TagBatch) -> tuple[TagBatch, NDArray[np.int64]]:
    """Return the batch with every tag once in a text, so that repeating one changes nothing.

    Returns:
        The batch, first places kept in order, and the kept places.
    """
    count = len(batch.offsets) - 1
    rows = np.repeat(np.arange(count), np.diff(batch.offsets))
    _, first = np.unique(rows * (len(batch.terms) + 1) + batch.term_ids, return_index=True)
    if len(first) == len(rows):
        return batch, np.arange(len(rows))
    kept = np.sort(first)
    ends = np.concatenate(([0], np.cumsum(np.bincount(rows[kept], minlength=count))))
    once = TagBatch(batch.terms, ends, batch.term_ids[kept], batch.weights[kept])
    return once, kept


def contributions_from(side: Side, batch: TagBatch, readings: Readings) -> NDArray[np.float32]:
    """Return `contributions` of a batch of distinct tags by what one side said of its terms."""
    counts = np.diff(batch.offsets)
    some = np.flatnonzero(counts)
    result = np.zeros((len(counts), CUTS), np.float32)
    for place in range(0, len(some), _ROWS):
        rows = some[place : place + _ROWS]
        first, last = batch.offsets[rows[0]], batch.offsets[rows[-1] + 1]
        starts = batch.offsets[rows] - first
        ids = batch.term_ids[first:last]
        words = np.add.reduceat(readings.words.take(ids), starts)
        present = np.maximum.reduceat(readings.present.take(ids, axis=0), starts, axis=0)
        pooled = pool_rows(readings.pooled, ids, starts)
        result[rows] = combine(side, pooled, counts[rows], words) + present
    return result


def read_terms(side: Side, terms: pa.StringArray) -> Readings:
    """Return what one side says of each tag."""
    return read_sides((side,), terms)[0]


def read_sides(sides: Sequence[Side], terms: pa.StringArray) -> list[Readings]:
    """Return what some sides say of each tag; their features are found once."""
    sums = [np.zeros((len(terms), side.values.shape[1]), np.int32) for side in sides]
    known = [np.zeros(len(terms), np.int64) for _ in sides]
    present = [np.zeros((len(terms), CUTS), np.float32) for _ in sides]
    words = np.zeros(len(terms), np.int64)
    for found in features(terms):
        for kind in found:
            if kind.kind == "word" and len(kind.owners):
                first, last = int(kind.owners[0]), int(kind.owners[-1]) + 1
                words[first:last] += np.bincount(kind.owners - first)
        for place, side in enumerate(sides):
            add_known(side, found, sums[place], known[place])
            for kind in found if side.present else ():
                if kind.kind == "pair":
                    _mark(side, kind, present[place])
    return [
        Readings(_pooled(side, sums[place], known[place]), words, known[place], present[place])
        for place, side in enumerate(sides)
    ]


def _pooled(side: Side, sums: NDArray[np.int32], known: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return what the pool of a text adds up of each tag, by the sums of its features."""
    size = side.values.shape[1] - CUTS
    values = sums.astype(np.float32) * side.scales
    scaled = values[:, :size] / np.sqrt(known + 1, dtype=np.float32)[:, None]
    reading = scaled + side.bias
    gate = np.exp(np.clip(product(reading, side.gate[:, None]), -_GATE_LIMIT, _GATE_LIMIT))
    vector = np.maximum(reading, 0)
    return np.concatenate((vector, gate * vector, gate, values[:, size:]), axis=1)


def _mark(side: Side, kind: Features, present: NDArray[np.float32]) -> None:
    for key, odds in side.present.items():
        present[kind.owners[kind.hashes == key]] = odds


def combine(
    side: Side, pooled: Floats, counts: NDArray[np.int64], words: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Turn the pool of a text's tags into its contribution.

    Args:
        side: the weights.
        pooled: sums over the tags of each text [n, 2d + 4].
        counts: tags of each text [n].
        words: words of each text [n].
    """
    size = len(side.bias)
    gates = pooled[:, 2 * size : 2 * size + 1] + np.float32(_GATE_PRIOR)
    shrink = (counts + _SUM_PRIOR) ** -_SUM_POWER
    pool = np.concatenate(
        (
            pooled[:, :size] * shrink.astype(np.float32)[:, None],
            pooled[:, size : 2 * size] / gates,
            0.5 * (np.log1p(counts).astype(np.float32)[:, None] - 2),
            0.5 * (np.log(gates) - 2),
        ),
        axis=1,
    )
    net = _network(pool, side.hidden, side.hidden_bias, side.out, side.skip) - side.nothing
    weight = (words + _LINEAR_PRIOR) ** -_LINEAR_POWER
    linear = pooled[:, 2 * size + 1 :] * weight.astype(np.float32)[:, None]
    return np.asarray(net * side.mix[0] + linear * side.mix[1], np.float32)


def _empty_pool(size: int) -> NDArray[np.float32]:
    """Return the pool of a text without tags."""
    pool = np.zeros((1, 2 * size + 2), np.float32)
    pool[:, -2:] = -1, 0.5 * (np.log(np.float32(_GATE_PRIOR)) - 2)
    return pool


def _network(pool: Floats, hidden: Floats, bias: Floats, out: Floats, skip: Floats) -> Floats:
    units = np.maximum(product(pool, hidden) + bias, 0)
    return product(units, out) + product(pool, skip)


def probabilities(
    positive: NDArray[np.float32], avoided: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the probability of each of `STEPS`; rows sum to 1.

    Args:
        positive: contributions of positive prompts [n, 3].
        avoided: contributions of their negative prompts [n, 3], zeros where there is none.
    """
    odds = weights().intercept + positive.astype(np.float64) + avoided.astype(np.float64)
    above = np.minimum.accumulate(1 / (1 + np.exp(-np.clip(odds, -30, 30))), axis=1)
    return -np.diff(above, axis=1, prepend=1.0, append=0.0)
