"""What the level model reads in a tag: its words, pairs of words and character sequences, hashed.

A tag with a space before and behind it is a sequence of code points. Its features are the whole
tag, every word, every two words that follow each other, and every three or four characters; each
is one 32-bit number. Nothing here knows which of them mean something: see `level_model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

KINDS: Final = ("tag", "word", "pair", "three", "four")

#: A feature's slot is the top bits of its hash.
SLOT_SHIFT: Final = 12
SLOTS: Final = 1 << (32 - SLOT_SHIFT)

_MASK: Final = (1 << 64) - 1
_STEP: Final = 0x9E3779B97F4A7C15
_UNSTEP: Final = pow(_STEP, -1, 1 << 64)
_MIX: Final = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_PAIR: Final = 0xD6E8FEB86659FD93
_SEEDS: Final = {"tag": 0x1B873593CC9E2D51, "word": 0x2545F4914F6CDD1D, "pair": 0x632BE59BD9B4E019}
_THREE: Final = 0xA0761D6478BD642F
_FOUR: Final = (0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3)
#: Code points are read in runs of about so many, to stay in the processor's cache.
_RUN: Final = 1 << 16

_SPACE: Final = ord(" ")
#: What parts words: ASCII other than letters and digits, and the punctuation blocks.
_BREAKS: Final = np.ones(128, bool)
_BREAKS[[code for code in range(128) if chr(code).isalnum()]] = False
_PUNCTUATION: Final = ((0x80, 0xAA), (0x2000, 0x2070), (0x3000, 0x3005), (0x3008, 0x3020))


@dataclass(frozen=True, slots=True)
class Features:
    """Features of one kind over many tags.

    Args:
        kind: one of `KINDS`.
        owners: tag of each feature, ascending.
        hashes: of the same features.
    """

    kind: str
    owners: NDArray[np.int64]
    hashes: NDArray[np.uint32]


def features(terms: pa.StringArray) -> Iterator[list[Features]]:
    """Yield the features of many tags, some tags at a time, in order.

    Args:
        terms: in the form of `Tag.text`; the owners count from the first of all of them.
    """
    lengths = pc.utf8_length(terms).to_numpy(zero_copy_only=False).astype(np.int64)
    ends = np.cumsum(lengths + 1)
    runs = np.searchsorted(ends, np.arange(_RUN, int(ends[-1]) if len(ends) else 0, _RUN))
    edges = np.unique(np.concatenate(([0], runs, [len(terms)])))
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield _read(terms[first:last], lengths[first:last], first)


def _read(terms: pa.StringArray, lengths: NDArray[np.int64], first: int) -> list[Features]:
    text = " " + " ".join(terms.to_pylist()) + " "
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    gaps = np.concatenate(([0], np.cumsum(lengths + 1)))
    is_gap = np.zeros(len(codes), bool)
    is_gap[gaps] = True
    owners = np.cumsum(is_gap) - 1 + first
    prefix, unstep = _prefixes(codes)

    def between(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        return (prefix[ends] - prefix[starts]) * unstep[starts]

    breaks = _breaks(codes)
    starts = np.flatnonzero(breaks[:-1] & ~breaks[1:]) + 1
    ends = np.flatnonzero(~breaks[:-1] & breaks[1:]) + 1
    words = between(starts, ends)
    of_word = owners[starts]
    paired = np.flatnonzero(of_word[1:] == of_word[:-1])
    pairs = words[paired] * np.uint64(_PAIR) + words[paired + 1]
    tags = between(gaps[:-1] + 1, gaps[1:])
    return [
        Features("tag", np.arange(first, first + len(lengths)), _mix(tags, "tag")),
        Features("word", of_word, _mix(words, "word")),
        Features("pair", of_word[paired], _mix(pairs, "pair")),
        *_grams(codes, is_gap, owners),
    ]


def _grams(
    codes: NDArray[np.uint64], is_gap: NDArray[np.bool_], owners: NDArray[np.int64]
) -> tuple[Features, Features]:
    """Return the sequences of three and of four characters that lie within one tag."""
    packed = codes[:-2] | codes[1:-1] << np.uint64(21) | codes[2:] << np.uint64(42)
    three = np.flatnonzero(~is_gap[1:-1])
    four = three[:-1][~is_gap[three[:-1] + 2]] if len(three) else three
    longer = packed[four] * np.uint64(_FOUR[0]) + codes[four + 3] * np.uint64(_FOUR[1])
    return (
        Features("three", owners[three], _top(packed[three] * np.uint64(_THREE))),
        Features("four", owners[four], _top(longer ^ longer >> np.uint64(29))),
    )


def _prefixes(codes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return sums from which the hash of any stretch follows, and what undoes its place."""
    powers = np.full(len(codes) + 1, _STEP, np.uint64)
    powers[0] = 1
    unstep = np.full(len(codes) + 1, _UNSTEP, np.uint64)
    unstep[0] = 1
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumprod(powers, out=powers)
    np.cumprod(unstep, out=unstep)
    np.cumsum((codes + np.uint64(1)) * powers[:-1], out=sums[1:])
    return sums, unstep


def _breaks(codes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    low = codes < np.uint64(128)
    found = low & _BREAKS[np.where(low, codes, 0)]
    if low.all():
        return found
    for first, last in _PUNCTUATION:
        found |= (codes >= np.uint64(first)) & (codes < np.uint64(last))
    return found


def _mix(values: NDArray[np.uint64], kind: str) -> NDArray[np.uint32]:
    values = values ^ np.uint64(_SEEDS[kind])
    values = (values ^ values >> np.uint64(30)) * np.uint64(_MIX[0])
    values = (values ^ values >> np.uint64(27)) * np.uint64(_MIX[1])
    return _top(values)


def _top(values: NDArray[np.uint64]) -> NDArray[np.uint32]:
    return (values >> np.uint64(32)).astype(np.uint32)


def features_of(term: str) -> list[tuple[str, str, int]]:
    """Return kind, text and hash of each feature of one tag: the slow, obvious way.

    Args:
        term: in the form of `Tag.text`.
    """
    words = words_of(term)
    padded = f" {term} "
    found = [("tag", term, _mixed(_stretch(term), "tag"))]
    found += [("word", word, _mixed(_stretch(word), "word")) for word in words]
    for one, two in pairwise(words):
        joined = (_stretch(one) * _PAIR + _stretch(two)) & _MASK
        found.append(("pair", f"{one} {two}", _mixed(joined, "pair")))
    for place in range(len(padded) - 2):
        found.append(("three", padded[place : place + 3], _gram(padded[place : place + 3])))
    for place in range(len(padded) - 3):
        found.append(("four", padded[place : place + 4], _gram(padded[place : place + 4])))
    return found


def words_of(term: str) -> list[str]:
    """Return the words of one tag as the features see them."""
    parted = "".join(" " if _is_break(ord(char)) else char for char in term)
    return [word for word in parted.split(" ") if word]


def _is_break(code: int) -> bool:
    if code < len(_BREAKS):
        return bool(_BREAKS[code])
    return any(first <= code < last for first, last in _PUNCTUATION)


def _stretch(text: str) -> int:
    return sum((ord(char) + 1) * pow(_STEP, place, 1 << 64) for place, char in enumerate(text))


def _mixed(value: int, kind: str) -> int:
    value = (value & _MASK) ^ _SEEDS[kind]
    value = ((value ^ value >> 30) * _MIX[0]) & _MASK
    value = ((value ^ value >> 27) * _MIX[1]) & _MASK
    return value >> 32


def _gram(text: str) -> int:
    packed = ord(text[0]) | ord(text[1]) << 21 | ord(text[2]) << 42
    if len(text) == 3:
        return ((packed * _THREE) & _MASK) >> 32
    longer = (packed * _FOUR[0] + ord(text[3]) * _FOUR[1]) & _MASK
    return (longer ^ longer >> 29) >> 32
