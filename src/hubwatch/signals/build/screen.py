"""Which tags may say something, and what their words say together: arithmetic over many tags.

The single form asks each word of a tag in turn (`Lexicon.screened`, `tells_age`, `keys`) and then
looks for entries. Here words are rows of a vocabulary; whether an entry stands in a tag is looked
up once for each distinct sequence of tokens that may be one. Only tags that pass are read alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc

from hubwatch.signals.build.vocabulary import (
    BEGINS,
    HIDES,
    LEXICONS,
    MINOR,
    NUMBER,
    ODD,
    UNIT,
    Vocabulary,
    entry,
)
from hubwatch.signals.gender_cues import REACH
from hubwatch.signals.lexicon import SCREENED, SPELLED

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.signals.build.vocabulary import Known

_LEXICON_BITS: Final = np.arange(len(LEXICONS))[:, None]


class Screened(NamedTuple):
    """What is known of some tags before they are read.

    Args:
        loud: for each lexicon a row: the tags of which its signal may say something.
        hiding: tags of which undoing disguises may change what a signal says.
        words: of each tag.
        women, men: cues of gender of each tag.
    """

    loud: NDArray[np.bool_]
    hiding: NDArray[np.bool_]
    words: NDArray[np.int64]
    women: NDArray[np.int64]
    men: NDArray[np.int64]


class _Tokens(NamedTuple):
    """The tokens of some tags.

    Args:
        rows: of the vocabulary's tokens.
        edges: n + 1 numbers; the tokens of tag i are `rows[edges[i]:edges[i + 1]]`.
    """

    rows: NDArray[np.int64]
    edges: NDArray[np.int64]

    def owner(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the tags of the tokens at some places."""
        return np.searchsorted(self.edges, places, side="right") - 1


def screen(terms: pa.StringArray, vocabulary: Vocabulary) -> Screened:
    """Return which of some tags may say something, and what is added up over their words.

    Args:
        terms: distinct, in the form of `Tag.text`.
        vocabulary: is added to.
    """
    parts = pc.split_pattern(terms, " ")
    encoded = parts.values.dictionary_encode()
    rows = vocabulary.rows(encoded.dictionary.to_pylist())[encoded.indices.to_numpy()]
    starts = parts.offsets.to_numpy().astype(np.int64)
    known = vocabulary.known
    tokens = _tokens(known, rows, starts)
    long = pc.utf8_length(terms).to_numpy(zero_copy_only=False) > SCREENED
    marks = _joined(known.marks[rows], starts)
    letters = _added(known.letters[rows], starts)
    hides = _added(known.hides[rows], starts) >= SPELLED
    aged = (marks & UNIT > 0) | (letters >= SPELLED)
    undone = long | (marks >> HIDES + _LEXICON_BITS & 1 > 0) | (letters >= SPELLED)
    hiding = hides & (undone.any(axis=0) | aged)
    read = marks >> BEGINS + _LEXICON_BITS & 1 > 0
    read[MINOR] |= aged
    undone[MINOR] |= aged & (hides | (marks & NUMBER > 0))
    odd = marks & ODD > 0
    read &= odd | (_entries(vocabulary, tokens, read.any(axis=0) & ~odd) >> _LEXICON_BITS & 1 > 0)
    women, men = _genders(known, tokens)
    return Screened(undone | read, hiding | long, np.diff(tokens.edges), women, men)


def _tokens(known: Known, rows: NDArray[np.int64], starts: NDArray[np.int64]) -> _Tokens:
    first = known.starts[rows]
    counts = known.starts[rows + 1] - first
    ends = np.concatenate(([0], np.cumsum(counts)))
    places = np.repeat(first - ends[:-1], counts) + np.arange(ends[-1])
    return _Tokens(known.tokens[places], ends[starts])


def _joined(values: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all bits that the words of each tag have; a tag has a word at least."""
    if not len(values):
        return np.zeros(0, np.int64)
    return np.bitwise_or.reduceat(values, starts[:-1])


def _added(values: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    sums = np.concatenate(([0], np.cumsum(values)))
    return np.asarray(sums[edges[1:]] - sums[edges[:-1]])


def _entries(
    vocabulary: Vocabulary, tokens: _Tokens, chosen: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the lexicons of which entries stand in each chosen tag, one bit each."""
    known, texts = vocabulary.known, vocabulary.texts
    found = np.zeros(len(chosen), np.int64)
    alone = known.alone[tokens.rows]
    some = np.flatnonzero(alone)
    np.bitwise_or.at(found, tokens.owner(some), alone[some])
    lengths = known.lengths[tokens.rows]
    places = np.flatnonzero(lengths)
    owners = tokens.owner(places)
    places, owners = places[chosen[owners]], owners[chosen[owners]]
    lengths, left = lengths[places], tokens.edges[owners + 1] - places
    for length in range(2, int(lengths.max(initial=0)).bit_length()):
        these = np.flatnonzero((lengths >> length & 1 > 0) & (left >= length))
        first, which = _distinct(tokens.rows, places[these], length)
        sequences = tokens.rows[first[:, None] + np.arange(length)].tolist()
        bits = [entry(" ".join([texts[token] for token in row])) for row in sequences]
        np.bitwise_or.at(found, owners[these], np.array(bits, np.int64)[which])
    return found


def _distinct(
    rows: NDArray[np.int64], places: NDArray[np.int64], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a place of each distinct sequence of tokens, and which one stands at each place."""
    width = int(rows.max(initial=0)) + 1
    which, first = rows[places], places
    for step in range(1, length):
        joined = which * width + rows[places + step]
        _, first, which = np.unique(joined, return_index=True, return_inverse=True)
    return places[first], which


def _genders(known: Known, tokens: _Tokens) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cues of women and of men in each tag, negated ones left out."""
    women, men = known.women[tokens.rows], known.men[tokens.rows]
    negates = known.negates[tokens.rows]
    told = np.flatnonzero(women | men)
    first = tokens.edges[tokens.owner(told)]
    for step in range(1, REACH + 1):
        before = np.maximum(told - step, 0)
        negated = (told - step >= first) & (negates[before] > 0)
        women[told[negated]] = men[told[negated]] = 0
    return _added(women, tokens.edges), _added(men, tokens.edges)
