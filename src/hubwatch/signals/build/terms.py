"""What the lexical signals say of single tags: each distinct tag is read once by a process."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc

from hubwatch.signals import evasion
from hubwatch.signals.build.screen import screen
from hubwatch.signals.build.vocabulary import MINOR, Vocabulary
from hubwatch.signals.minor_cue import grade
from hubwatch.signals.minor_reading import cues
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
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
_MOST: Final = 1 << 18

#: Letters of a tag: none, ASCII ones only, or others too.
NO_LETTER, ASCII, OTHER = 0, 1, 2


class TermTable(NamedTuple):
    """The readings of some tags as arrays, one row a tag.

    Args:
        words: how many it has.
        letters: `NO_LETTER`, `ASCII` or `OTHER`.
        disguised: undoing disguises changes what a signal says of it.
        avoided: grade of the minor cue when it stands in a negative prompt.
        women, men: cues of gender.
        starts: n + 1 numbers; the codes of tag i are `codes[starts[i]:starts[i + 1]]`.
        codes: numbers of codes.
    """

    words: NDArray[np.int64]
    letters: NDArray[np.int8]
    disguised: NDArray[np.bool_]
    avoided: NDArray[np.int64]
    women: NDArray[np.int64]
    men: NDArray[np.int64]
    starts: NDArray[np.int64]
    codes: NDArray[np.int64]


@cache
def _term_readers() -> tuple[TermReader, ...]:
    found = [signal(name).terms for name in LEXICAL]
    return tuple(reader for reader in found if reader is not None)


@cache
def readers() -> tuple[Callable[[str], tuple[int, ...]], ...]:
    """Return for each lexical signal what reads the numbers of its codes in one tag."""
    return tuple(_numbered(reader.read) for reader in _term_readers())


def _numbered(read: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[int, ...]]:
    numbers = _numbers()

    @lru_cache(maxsize=_MOST)
    def read_numbers(term: str) -> tuple[int, ...]:
        return tuple(numbers[code] for code in read(term))

    return read_numbers


@cache
def codes() -> tuple[str, ...]:
    """Return all codes of the lexical signals, sorted."""
    return tuple(sorted({code for reader in _term_readers() for code in reader.codes}))


@cache
def _numbers() -> dict[str, int]:
    return {code: number for number, code in enumerate(codes())}


def read_terms(terms: pa.StringArray) -> TermTable:
    """Return what the lexical signals say of some tags.

    Args:
        terms: distinct, in the form of `Tag.text`.
    """
    texts = terms.to_pylist()
    found = screen(terms, vocabulary())
    lexical = found.loud[: len(LEXICAL)]
    said: dict[int, tuple[int, ...]] = {}
    some = np.flatnonzero(lexical.any(axis=0))
    for at, row in zip(some.tolist(), lexical[:, some].T.tolist(), strict=True):
        loud = zip(readers(), row, strict=True)
        if numbers := tuple([number for read, own in loud if own for number in read(texts[at])]):
            said[at] = numbers
    counts = np.zeros(len(texts), dtype=np.int64)
    counts[list(said)] = [len(numbers) for numbers in said.values()]
    disguised = np.zeros(len(texts), dtype=np.bool_)
    for at in np.flatnonzero(found.hiding).tolist():
        disguised[at] = _disguised(texts[at])
    avoided = np.zeros(len(texts), dtype=np.int64)
    for at in np.flatnonzero(found.loud[MINOR]).tolist():
        avoided[at] = avoided_grade(texts[at])
    return TermTable(
        words=found.words,
        letters=_letters(terms),
        disguised=disguised,
        avoided=avoided,
        women=found.women,
        men=found.men,
        starts=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        codes=np.array([number for numbers in said.values() for number in numbers], dtype=np.int64),
    )


@cache
def vocabulary() -> Vocabulary:
    """Return what this process knows of words."""
    return Vocabulary()


@lru_cache(maxsize=_MOST)
def _disguised(term: str) -> bool:
    return evasion.disguised(term)


@lru_cache(maxsize=_MOST)
def avoided_grade(term: str) -> int:
    """Return the grade of the minor cue of a tag of a negative prompt."""
    return grade({"minor.weak": cues(term).adults})


def _letters(terms: pa.StringArray) -> NDArray[np.int8]:
    """Return for each tag whether it has letters, and whether only ASCII ones."""
    plainly = pc.string_is_ascii(terms).to_numpy(zero_copy_only=False)
    lettered = pc.match_substring_regex(terms, "[A-Za-z]").to_numpy(zero_copy_only=False)
    return np.where(plainly, np.where(lettered, ASCII, NO_LETTER), OTHER).astype(np.int8)
