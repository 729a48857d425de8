"""Text as folded letters, and 64-bit hashes of every run of words in it; linear, vectorised.

The hash of a run depends on its letters alone, so `ana maria`, `AnaMaria` and `ana_maria` meet.
It is a polynomial over mixed code points modulo 2^64, so that all runs of a text come from one
prefix sum; a final mixing step spreads it evenly.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.gazetteer.folding import fold, fold_character

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Places = NDArray[np.int64]

#: Words in the longest run that is looked up.
MOST_WORDS: Final = 5

_BASE: Final = 0x9E6C63D0876A9A47
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
_UPPER: Final = (65, 90)
_LOWER: Final = (97, 122)
_CASE_BIT: Final = 32


@dataclass(frozen=True, slots=True)
class Letters:
    """The folded letters of a text.

    Args:
        codes: code points of the folded letters.
        origin: for each letter, its code point's place in the text.
        words: first letter of each word, and the number of letters at the end. A word ends where
            something that is no letter follows.
        pieces: the same, but a word also ends before a capital after a small letter.
    """

    codes: NDArray[np.uint32]
    origin: Places
    words: Places
    pieces: Places


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text in some reading.

    Args:
        codes: code points of the reading.
        origin: for each of them, its place in the text.
        kind: for each code point of the text, its place in `characters`.
        characters: the distinct code points of the text.
        sizes: how many code points the reading makes of each of `characters`.
    """

    codes: NDArray[np.uint32]
    origin: Places
    kind: Places
    characters: list[str]
    sizes: Places


@dataclass(frozen=True, slots=True)
class Windows:
    """Runs of one to `MOST_WORDS` words: first letter, letter after the last, hash, words."""

    first: Places
    end: Places
    hashes: Hashes
    words: Places


def mixed(values: Hashes) -> Hashes:
    """Return the SplitMix64 finaliser of each value."""
    z = values ^ (values >> np.uint64(30))
    z = z * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def letters_of(text: str) -> Letters:
    """Return the folded letters of a text with their places."""
    if text.isascii():
        return _ascii_letters(text)
    read = expand(text, fold_character)
    invisible = np.array([_is_invisible(c) for c in read.characters], dtype=np.bool_)
    capitals = np.array([c.isupper() for c in read.characters], dtype=np.bool_)
    nothing = (read.sizes == 0) & ~invisible
    breaks = np.cumsum(nothing[read.kind])[read.origin]
    gaps = np.ones(len(read.origin), dtype=np.bool_)
    gaps[1:] = np.diff(breaks) > 0
    return _letters(read.codes, read.origin, capitals[read.kind[read.origin]], gaps)


def expand(text: str, reading: Callable[[str], str]) -> Expanded:
    """Return a text with every code point replaced by what a reading makes of it.

    Args:
        text: anything; a lone surrogate is a code point like others.
        reading: of one code point; called once for each distinct one.
    """
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    points, kind = np.unique(raw, return_inverse=True)
    characters = [chr(point) for point in points]
    read = [reading(character) for character in characters]
    sizes = np.array([len(letters) for letters in read], dtype=np.int64)
    flat = np.frombuffer("".join(read).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    size = sizes[kind]
    origin = np.repeat(np.arange(len(raw), dtype=np.int64), size)
    within = np.arange(len(origin), dtype=np.int64) - np.repeat(np.cumsum(size) - size, size)
    codes = flat[(np.cumsum(sizes) - sizes)[kind[origin]] + within]
    return Expanded(codes, origin, kind, characters, sizes)


@lru_cache(maxsize=1 << 12)
def _is_invisible(character: str) -> bool:
    """Return whether a code point is a mark on a letter or takes no room at all."""
    category = unicodedata.category(character)
    return category[0] == "M" or category == "Cf"


def _ascii_letters(text: str) -> Letters:
    raw = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    capital = (raw >= _UPPER[0]) & (raw <= _UPPER[1])
    origin = np.flatnonzero(capital | ((raw >= _LOWER[0]) & (raw <= _LOWER[1])))
    codes = (raw[origin] | _CASE_BIT).astype(np.uint32)
    gaps = np.ones(len(origin), dtype=np.bool_)
    gaps[1:] = np.diff(origin) > 1
    return _letters(codes, origin.astype(np.int64), capital[origin], gaps)


def _letters(
    codes: NDArray[np.uint32],
    origin: Places,
    capital: NDArray[np.bool_],
    gaps: NDArray[np.bool_],
) -> Letters:
    turns = gaps.copy()
    turns[1:] |= capital[1:] & ~capital[:-1]
    end = np.array([len(codes)], dtype=np.int64)
    words = np.concatenate([np.flatnonzero(gaps), end])
    pieces = np.concatenate([np.flatnonzero(turns), end])
    return Letters(codes, origin, words, pieces)


def prefix_sums(codes: NDArray[np.uint32]) -> tuple[Hashes, Hashes]:
    """Return the running sums and the inverse powers from which any run's hash follows.

    Args:
        codes: code points of the letters.

    Returns:
        Two arrays of one element more than there are letters.
    """
    count = len(codes)
    powers = _powers(_BASE, count)
    sums = np.zeros(count + 1, dtype=np.uint64)
    np.cumsum(mixed(codes.astype(np.uint64)) * powers[:count], out=sums[1:])
    return sums, _powers(_INVERSE, count)


def _powers(base: int, count: int) -> Hashes:
    factors = np.full(count + 1, base, dtype=np.uint64)
    factors[0] = 1
    return np.asarray(np.multiply.accumulate(factors), dtype=np.uint64)


def run_hashes(sums: Hashes, inverse: Hashes, first: Places, end: Places) -> Hashes:
    """Return the hashes of runs of letters `first` to `end` (excluded)."""
    return mixed((sums[end] - sums[first]) * inverse[first])


def windows_of(letters: Letters, *, most: int = MOST_WORDS) -> Windows:
    """Return every run of up to `most` words, and of up to `most` pieces, with its hash.

    Args:
        letters: of one text.
        most: longest run, in words.
    """
    sums, inverse = prefix_sums(letters.codes)
    first, end, words = [], [], []
    kinds = [letters.words]
    if len(letters.pieces) > len(letters.words):
        kinds.append(letters.pieces)
    for starts in kinds:
        for length in range(1, min(most, len(starts) - 1) + 1):
            first.append(starts[:-length])
            end.append(starts[length:])
            words.append(np.full(len(starts) - length, length, dtype=np.int64))
    if not first:
        nothing = np.zeros(0, dtype=np.int64)
        return Windows(nothing, nothing, nothing.astype(np.uint64), nothing)
    begins, ends = np.concatenate(first), np.concatenate(end)
    return Windows(begins, ends, run_hashes(sums, inverse, begins, ends), np.concatenate(words))


def name_hashes(names: Sequence[str]) -> Hashes:
    """Return the hash of each name; names without letters share the hash of no letters.

    Args:
        names: in any spelling; folding happens inside.
    """
    joined: list[str] = []
    ends = np.zeros(len(names) + 1, dtype=np.int64)
    for place, name in enumerate(names):
        folded = fold(name)
        joined.append(folded)
        ends[place + 1] = ends[place] + len(folded)
    codes = np.frombuffer("".join(joined).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sums, inverse = prefix_sums(codes)
    return run_hashes(sums, inverse, ends[:-1], ends[1:])
