"""The level model read slowly: one prompt, one tag, one feature at a time, in plain numbers."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log, log1p, sqrt
from typing import TYPE_CHECKING

from hubwatch.prompts import parse
from hubwatch.signals.level_features import SLOT_SHIFT, features_of, words_of
from hubwatch.signals.level_model import CUTS, weights

if TYPE_CHECKING:
    from hubwatch.signals.level_model import Side

Vector = list[float]


def chances(prompt: str, negative: str) -> Vector | None:
    """Return the probabilities of PG, PG-13, R, X and up; None when nothing can be read."""
    model = weights()
    tags = [tag.text for tag in parse(prompt).tags]
    if not any(
        _row(model.prompt, key) is not None for tag in tags for _, _, key in features_of(tag)
    ):
        return None
    positive = contribution(model.prompt, tags)
    avoided = contribution(model.avoided, [tag.text for tag in parse(negative).tags])
    above = [1.0]
    for cut in range(CUTS):
        odds = float(model.intercept[cut]) + positive[cut] + avoided[cut]
        above.append(min(above[-1], 1 / (1 + exp(-max(-30.0, min(30.0, odds))))))
    above.append(0.0)
    return [high - low for high, low in pairwise(above)]


def contribution(side: Side, tags: list[str]) -> Vector:
    """Return what a text's tags add to the log-odds of the three cuts."""
    if not tags:
        return [0.0] * CUTS
    tags = list(dict.fromkeys(tags))
    size = len(side.bias)
    total, mean, linear = [0.0] * size, [0.0] * size, [0.0] * CUTS
    gates, words, present = 0.5, 0, [0.0] * CUTS
    for tag in tags:
        vector, gate, odds = reading(side, tag)
        total = [a + b for a, b in zip(total, vector, strict=True)]
        mean = [a + gate * b for a, b in zip(mean, vector, strict=True)]
        linear = [a + b for a, b in zip(linear, odds, strict=True)]
        gates += gate
        words += len(words_of(tag))
        for kind, _, key in features_of(tag):
            if kind == "pair" and key in side.present:
                present = [max(a, b) for a, b in zip(present, side.present[key], strict=True)]
    pool = [value / (len(tags) + 2) ** 0.7 for value in total] + [value / gates for value in mean]
    pool += [0.5 * (log1p(len(tags)) - 2), 0.5 * (log(gates) - 2)]
    nothing = [0.0] * (2 * size) + [-1.0, 0.5 * (log(0.5) - 2)]
    net = [a - b for a, b in zip(network(side, pool), network(side, nothing), strict=True)]
    return [
        net[cut] * float(side.mix[0, cut])
        + linear[cut] / (words + 5) ** 0.8 * float(side.mix[1, cut])
        + present[cut]
        for cut in range(CUTS)
    ]


def reading(side: Side, tag: str) -> tuple[Vector, float, Vector]:
    """Return the vector, the gate and the log-odds of one tag."""
    size = len(side.bias)
    rows = [_row(side, key) for _, _, key in features_of(tag)]
    known = [side.values[row].tolist() for row in rows if row is not None]
    sums = [sum(column) for column in zip(*known, strict=True)] or [0] * (size + CUTS)
    values = [value * float(scale) for value, scale in zip(sums, side.scales, strict=True)]
    shrink = sqrt(len(known) + 1)
    raw = [
        value / shrink + float(bias) for value, bias in zip(values[:size], side.bias, strict=True)
    ]
    logit = sum(value * float(weight) for value, weight in zip(raw, side.gate, strict=True))
    gate = exp(max(-6.0, min(6.0, logit)))
    return [max(value, 0.0) for value in raw], gate, values[size:]


def network(side: Side, pool: Vector) -> Vector:
    """Return what the network makes of a pool."""
    hidden = [
        max(sum(value * weight for value, weight in zip(pool, column, strict=True)) + bias, 0.0)
        for column, bias in zip(side.hidden.T.tolist(), side.hidden_bias.tolist(), strict=True)
    ]
    return [
        sum(value * weight for value, weight in zip(hidden, out, strict=True))
        + sum(value * weight for value, weight in zip(pool, skip, strict=True))
        for out, skip in zip(side.out.T.tolist(), side.skip.T.tolist(), strict=True)
    ]


def _row(side: Side, key: int) -> int | None:
    row = int(side.slots[key >> SLOT_SHIFT])
    return row if row >= 0 and int(side.keys[row]) == key else None
