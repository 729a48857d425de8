"""What the lexical signals say of single tags: each distinct tag is read once by a process."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hubwatch.prompts.text import words
from hubwatch.signals import evasion, gender_cues
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.signals.signal import TermReader

#: Signals whose codes go into `prompt_codes`.
LEXICAL: Final = (
    "sexualised_language",
    "objectifying_language",
    "violent_or_coercive_language",
    "minor_cue",
)
#: Readings that are remembered, so that memory stays bounded.
_MOST: Final = 1 << 20

#: Letters of a tag: none, ASCII ones only, or others too.
NO_LETTER, ASCII, OTHER = 0, 1, 2


class Reading(NamedTuple):
    """What one tag says.

    Args:
        words: how many it has.
        letters: `NO_LETTER`, `ASCII` or `OTHER`.
        disguised: undoing disguises changes what a signal says of it.
        women, men: cues of gender.
        codes: numbers of the codes in `codes()`, repeats included.
    """

    words: int
    letters: int
    disguised: bool
    women: int
    men: int
    codes: tuple[int, ...]


class TermTable(NamedTuple):
    """The readings of some tags as arrays, one row a tag.

    Args:
        words, letters, women, men: see `Reading`.
        disguised: likewise.
        starts: n + 1 numbers; the codes of tag i are `codes[starts[i]:starts[i + 1]]`.
        codes: numbers of codes.
    """

    words: NDArray[np.int64]
    letters: NDArray[np.int8]
    disguised: NDArray[np.bool_]
    women: NDArray[np.int64]
    men: NDArray[np.int64]
    starts: NDArray[np.int64]
    codes: NDArray[np.int64]


@cache
def readers() -> tuple[TermReader, ...]:
    """Return the readers whose codes go into `prompt_codes`."""
    found = [signal(name).terms for name in LEXICAL]
    return tuple(reader for reader in found if reader is not None)


@cache
def codes() -> tuple[str, ...]:
    """Return all codes of the lexical signals, sorted."""
    return tuple(sorted({code for reader in readers() for code in reader.codes}))


@cache
def _numbers() -> dict[str, int]:
    return {code: number for number, code in enumerate(codes())}


def read_terms(terms: Sequence[str]) -> TermTable:
    """Return what the lexical signals say of some tags.

    Args:
        terms: distinct, in the form of `Tag.text`.
    """
    found = [_read(term) for term in terms]
    counts = np.array([len(reading.codes) for reading in found], dtype=np.int64)
    return TermTable(
        words=np.array([reading.words for reading in found], dtype=np.int64),
        letters=np.array([reading.letters for reading in found], dtype=np.int8),
        disguised=np.array([reading.disguised for reading in found], dtype=np.bool_),
        women=np.array([reading.women for reading in found], dtype=np.int64),
        men=np.array([reading.men for reading in found], dtype=np.int64),
        starts=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        codes=np.array([code for reading in found for code in reading.codes], dtype=np.int64),
    )


@lru_cache(maxsize=_MOST)
def _read(term: str) -> Reading:
    numbers = _numbers()
    said = [numbers[code] for reader in readers() for code in reader.read(term)]
    gender = gender_cues.TERMS.read(term)
    return Reading(
        words=len(words(term)),
        letters=_letters(term),
        disguised=evasion.disguised(term),
        women=gender.count("gender.women"),
        men=gender.count("gender.men"),
        codes=tuple(said),
    )


def _letters(term: str) -> int:
    if not term.isascii():
        return OTHER
    return ASCII if any(map(str.isalpha, term)) else NO_LETTER
