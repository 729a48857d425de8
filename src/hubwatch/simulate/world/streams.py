"""Random streams by purpose, and integer noise by position, both the same on every machine.

A purpose has a stream of its own, so that a change in one part of the generator does not move the
others. What comes out of `exp` or `log` is rounded to a grid before it decides anything, because
the last bit of those functions differs between processors.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")
Noise = NDArray[np.uint64]

_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_GRID: Final = 1 << 20


def stream(seed: int, purpose: str, *index: int) -> np.random.Generator:
    """Return the generator of one purpose (and place, such as a chunk's number)."""
    entropy = [seed, zlib.crc32(purpose.encode("ascii")), *index]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy)))


def noise_at(seed: int, purpose: str, positions: NDArray[np.int64]) -> Noise:
    """Return 64 noise bits for each position: the SplitMix64 function of position, seed, purpose.

    Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators".
    """
    key = (seed * _GOLDEN ^ zlib.crc32(purpose.encode("ascii")) * 0xD1B54A32D192ED03) & _MASK
    z = (positions.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN) + np.uint64(key)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to a grid of 2^-20, so that the last bits decide nothing."""
    return np.asarray(np.round(values * _GRID) / _GRID, dtype=np.float64)


def choose(rng: np.random.Generator, weights: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Draw `size` indices with the given weights (any positive sum)."""
    edges = np.cumsum(weights)
    drawn = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.asarray(np.minimum(drawn, len(weights) - 1), dtype=np.int64)


def choose_by_row(
    rng: np.random.Generator, weights: NDArray[np.float64], rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Draw one column index for each entry of `rows` from that row of a weight matrix."""
    edges = np.cumsum(weights, axis=1)
    drawn = np.zeros(len(rows), dtype=np.int64)
    point = rng.random(len(rows)) * edges[rows, -1]
    for column in range(edges.shape[1] - 1):
        drawn += point >= edges[rows, column]
    return drawn


def shares_exact(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Split `total` into whole parts in proportion to `weights` by largest remainder."""
    if total <= 0 or not len(weights):
        return np.zeros(len(weights), dtype=np.int64)
    ideal = rounded(weights / weights.sum() * total)
    parts = np.floor(ideal).astype(np.int64)
    order = np.argsort(parts - ideal, kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


class Picker:
    """A small stream of choices that starts from 64 noise bits; for the texts of one model."""

    __slots__ = ("_state",)

    def __init__(self, noise: int) -> None:
        self._state = noise & _MASK

    def below(self, bound: int) -> int:
        """Return a whole number in 0..bound-1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return (self._state >> 33) % bound

    def chance(self, share: float) -> bool:
        """Return true with the given probability."""
        return self.below(1 << 20) < share * (1 << 20)

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of `items`, all equally likely."""
        return items[self.below(len(items))]

    def some(self, items: Sequence[Any], count: int) -> list[Any]:
        """Return up to `count` different items in the order drawn."""
        return list(dict.fromkeys(self.pick(items) for _ in range(count)))
