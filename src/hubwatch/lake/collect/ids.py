"""Sets of ids that stay small, and what two walks say about what both missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BITS: Final = 12


class IdSet:
    """An exact set of ids; whole numbers cost about a bit each where they lie close together."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._blocks: dict[int, bytearray] = {}
        self._texts: set[str] = set()
        self._numbers = 0
        self.update(keys)

    def __len__(self) -> int:
        return self._numbers + len(self._texts)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        number = _number(key)
        if number is None:
            return key in self._texts
        block = self._blocks.get(number >> _BITS)
        if block is None:
            return False
        at = number & ((1 << _BITS) - 1)
        return bool(block[at >> 3] >> (at & 7) & 1)

    def __iter__(self) -> Iterator[str]:
        """Yield the ids, whole numbers in their order first."""
        for high, block in sorted(self._blocks.items()):
            for at, byte in enumerate(block):
                for bit in range(8) if byte else ():
                    if byte >> bit & 1:
                        yield str((high << _BITS) + (at << 3) + bit)
        yield from sorted(self._texts)

    def meets(self, other: IdSet) -> bool:
        """Say whether any id is in both."""
        return any(key in other for key in self)

    def update(self, keys: Iterable[str]) -> None:
        """Add ids."""
        for key in keys:
            self.add(key)

    def add(self, key: str) -> bool:
        """Add an id; say whether it was new."""
        number = _number(key)
        if number is None:
            before = len(self._texts)
            self._texts.add(key)
            return len(self._texts) > before
        block = self._blocks.get(number >> _BITS)
        if block is None:
            block = self._blocks[number >> _BITS] = bytearray(1 << _BITS >> 3)
        at = number & ((1 << _BITS) - 1)
        mask = 1 << (at & 7)
        if block[at >> 3] & mask:
            return False
        block[at >> 3] |= mask
        self._numbers += 1
        return True


def _number(key: str) -> int | None:
    """Return the whole number that an id is written as, when it can be written only so."""
    if key.isascii() and key.isdigit() and len(key) <= 18 and (key[0] != "0" or key == "0"):
        return int(key)
    return None


def missed(first: int, second: int, both: int) -> float:
    """Estimate how many items neither of two walks saw.

    Args:
        first: distinct items of the first walk, or of all earlier ones together.
        second: distinct items of the second walk.
        both: items that both saw.

    Returns:
        Chapman's estimate of the whole minus what was seen, at least 0.

    Source: Chapman, "Some properties of the hypergeometric distribution with applications to
        zoological sample censuses" (1951): N = (n1 + 1)(n2 + 1) / (m + 1) - 1.
    """
    whole = (first + 1) * (second + 1) / (both + 1) - 1
    return max(whole - (first + second - both), 0.0)
