"""What the lexical signals say of single tags: each distinct tag is read once by a process."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc

from hubwatch.prompts.text import words
from hubwatch.signals import evasion, gender_cues
from hubwatch.signals.ages import tells_age
from hubwatch.signals.lexicon import hides, load_lexicon
from hubwatch.signals.minor_cue import grade
from hubwatch.signals.minor_reading import cues
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.signals.lexicon import Lexicon
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

#: A tag is loud when its words weigh so much together, or when it is longer than the screen reads.
_LOUD: Final = 3
_LONG: Final = 256

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
    loud = _loud(terms)
    said: dict[int, tuple[int, ...]] = {}
    for reader, mask in zip(readers(), loud, strict=False):
        for at in np.flatnonzero(mask).tolist():
            if found := reader(texts[at]):
                said[at] = said.get(at, ()) + found
    counts = np.zeros(len(texts), dtype=np.int64)
    counts[list(said)] = [len(found) for found in said.values()]
    disguised = np.zeros(len(texts), dtype=np.bool_)
    for at in np.flatnonzero(loud[-1]).tolist():
        disguised[at] = _disguised(texts[at])
    avoided = np.zeros(len(texts), dtype=np.int64)
    for at in np.flatnonzero(loud[LEXICAL.index("minor_cue")]).tolist():
        avoided[at] = avoided_grade(texts[at])
    genders = [gender_cues.cues(text) for text in texts]
    return TermTable(
        words=np.array([len(words(text)) for text in texts], dtype=np.int64),
        letters=_letters(terms),
        disguised=disguised,
        avoided=avoided,
        women=np.array([women for women, _ in genders], dtype=np.int64),
        men=np.array([men for _, men in genders], dtype=np.int64),
        starts=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        codes=np.array([code for at in sorted(said) for code in said[at]], dtype=np.int64),
    )


def _loud(terms: pa.StringArray) -> NDArray[np.bool_]:
    """Say of which tags each lexical signal, and then evasion, may say something: one row each.

    It is the screen of the lexicons (`Lexicon.screened`, `tells_age`, `keys`), which adds up
    weights of words, for all lexicons and all tags at once: each distinct word is weighed once.
    """
    parts = pc.split_pattern(terms, " ")
    encoded = parts.values.dictionary_encode()
    weighed = [_weights(word) for word in encoded.dictionary.to_pylist()]
    weights = np.array(weighed, dtype=np.int64).reshape(-1, len(LEXICAL) + 1)
    own = weights[encoded.indices.to_numpy()]
    sums = np.concatenate((np.zeros((1, own.shape[1]), np.int64), np.cumsum(own, axis=0)))
    edges = parts.offsets.to_numpy()
    long = pc.utf8_length(terms).to_numpy(zero_copy_only=False) > _LONG
    return np.asarray((sums[edges[1:]] - sums[edges[:-1]] >= _LOUD).T | long)


@lru_cache(maxsize=_MOST)
def _weights(word: str) -> tuple[int, ...]:
    """Return how much a word speaks for a hit: `_LOUD` alone, or its single letters."""
    found = [min(_LOUD, lexicon.weigh(word)) for lexicon in _lexicons()]
    if tells_age(word):
        found[-1] = _LOUD
    return (*found, hides(word))


@cache
def _lexicons() -> tuple[Lexicon, ...]:
    """Return the lexicons of `LEXICAL`, in that order; the last one is read with ages."""
    return tuple(load_lexicon(name) for name in ("sexualised", "objectifying", "violent", "minor"))


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
