"""What is known of single words and their tokens: each distinct one is looked up once by a process.

A tag's words are parted by spaces; its tokens are the runs of letters and digits in them. What the
lexicons, the ages and the cues of gender ask of a word is asked of all lexicons at once.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hubwatch.prompts.text import words
from hubwatch.signals import gender_cues
from hubwatch.signals.ages import is_unit, may_number
from hubwatch.signals.language import NEGATIONS
from hubwatch.signals.lexicon import digest, is_plain, is_whole, load_lexicon, read_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Lexicons of the lexical signals, in the order of `terms.LEXICAL`, then that of tools.
LEXICONS: Final = ("sexualised", "objectifying", "violent", "minor", "tools")
#: Read with ages; read for its contexts, too.
MINOR, TOOLS = LEXICONS.index("minor"), LEXICONS.index("tools")
#: Shifts of marks of words that have one bit for each lexicon: a token of the word begins an entry
#: that is not benign; a token that undoing disguises adds stands in an entry.
BEGINS, HIDES = 0, len(LEXICONS)
#: Other marks of words: it may be the unit of an age; it may hold a number; its tokens are others
#: than those of `lexicon.tokens`.
UNIT, NUMBER, ODD = (1 << 2 * len(LEXICONS) + bit for bit in range(3))
#: Words that are remembered, so that memory stays bounded.
MOST: Final = 1 << 18


class Known(NamedTuple):
    """What is known of some words and tokens.

    Args:
        marks: of each word, see above.
        letters: how many letters stand alone in each word.
        hides: see `lexicon.hides`; of each word.
        starts: n + 1 numbers; the tokens of word i are `tokens[starts[i]:starts[i + 1]]`.
        tokens: rows of the following columns.
        women, men: cues of gender of each token.
        negates: the token turns a cue behind it around.
        alone: lexicons in which the token is an entry, one bit each.
        lengths: bit n is set when entries of n tokens, two or more, begin with it.
    """

    marks: NDArray[np.int64]
    letters: NDArray[np.int64]
    hides: NDArray[np.int64]
    starts: NDArray[np.int64]
    tokens: NDArray[np.int64]
    women: NDArray[np.int64]
    men: NDArray[np.int64]
    negates: NDArray[np.int64]
    alone: NDArray[np.int64]
    lengths: NDArray[np.int64]


class Vocabulary:
    """The words that were met so far.

    Attributes:
        known: what is known of them.
        texts: of their tokens.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        none = np.zeros(0, np.int64)
        self.known = Known(none, none, none, np.zeros(1, np.int64), *[none] * 6)
        self.texts: list[str] = []
        self._places: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        """Return how many words it holds."""
        return len(self._places)

    def rows(self, some: Sequence[str]) -> NDArray[np.int64]:
        """Return the rows of distinct words; those that are new are looked up.

        Rows are good until the next call: when there are too many words, all are forgotten.
        """
        if len(self) > MOST:
            self._forget()
        places = self._places
        if new := [word for word in some if word not in places]:
            self._add(new)
        return np.array([places[word] for word in some], np.int64)

    def _add(self, new: list[str]) -> None:
        first = len(self.texts)
        read = [_read(word) for word in new]
        tokens = [self._number(token) for *_, parts in read for token in parts]
        columns = np.array([row[:3] for row in read], np.int64).T
        told = [_read_token(token) for token in self.texts[first:]]
        ends = self.known.starts[-1] + np.cumsum([len(parts) for *_, parts in read])
        added = (*columns, ends, np.array(tokens, np.int64))
        added = (*added, *np.array(told, np.int64).reshape(-1, 5).T)
        self.known = Known(*map(np.concatenate, zip(self.known, added, strict=True)))
        self._places.update(zip(new, range(len(self), len(self) + len(new)), strict=True))

    def _number(self, token: str) -> int:
        number = self._numbers.setdefault(token, len(self.texts))
        if number == len(self.texts):
            self.texts.append(token)
        return number


def _read(word: str) -> tuple[int, int, int, Sequence[str]]:
    """Return marks, single letters, what it hides, and the tokens of a word."""
    marks = UNIT * is_unit(word) | NUMBER * may_number(word)
    if is_plain(word):
        return marks | _firsts().get(digest(word), _NO_ENTRY)[0] << BEGINS, 0, 0, (word,)
    said = read_word(word)
    for token in said.plainly:
        marks |= _firsts().get(token, _NO_ENTRY)[0] << BEGINS
    for token in said.undone:
        marks |= _vocabulary().get(token, 0) << HIDES
    parts = words(word)
    odd = not word.isascii() or not all(map(is_whole, parts))
    return marks | ODD * odd, said.letters, said.hides, parts


def _read_token(token: str) -> tuple[int, int, bool, int, int]:
    number = digest(token)
    lengths = _firsts().get(number, _NO_ENTRY)[1]
    return *gender_cues.cue(token), token in NEGATIONS, _entries().get(number, 0), lengths


_NO_ENTRY: Final = (0, 0)


@cache
def _firsts() -> dict[int, tuple[int, int]]:
    """Return by the hash of a first token where its entries are no benign ones, and their lengths.

    One bit for each lexicon; one for each length from 2 on.
    """
    found: dict[int, tuple[int, int]] = {}
    for bit, name in enumerate(LEXICONS):
        for group in load_lexicon(name).data.groups:
            for length, hashes in group.hashes.items():
                told = group.role != "context" or bit == TOOLS
                begins = (told and group.role != "benign") << bit
                own = (told and int(length) > 1) << int(length)
                for first in (int(text[:16], 16) for text in hashes):
                    before = found.get(first, _NO_ENTRY)
                    found[first] = before[0] | begins, before[1] | own
    return found


@cache
def _entries() -> dict[int, int]:
    """Return by the hash of an entry the lexicons to which it may matter, one bit each.

    A benign entry says nothing by itself, but for minors it is counted.
    """
    found: dict[int, int] = {}
    for bit, name in enumerate(LEXICONS):
        for whole, (role, _) in load_lexicon(name).marks.items():
            if role != "benign" or bit == MINOR:
                found[whole] = found.get(whole, 0) | 1 << bit
    for whole in load_lexicon(LEXICONS[TOOLS]).contexts:
        found[whole] = found.get(whole, 0) | 1 << TOOLS
    return found


@cache
def _vocabulary() -> dict[int, int]:
    """Return by the hash of a token the lexicons in whose hits it stands, one bit each."""
    found: dict[int, int] = {}
    for bit, name in enumerate(LEXICONS):
        for text in load_lexicon(name).data.vocabulary:
            found[int(text, 16)] = found.get(int(text, 16), 0) | 1 << bit
    for group in load_lexicon(LEXICONS[TOOLS]).data.groups:
        for first in (int(text[:16], 16) for hashes in group.hashes.values() for text in hashes):
            found[first] = found.get(first, 0) | 1 << TOOLS
    return found


@lru_cache(maxsize=1 << 17)
def entry(text: str) -> int:
    """Return the lexicons in which some tokens, joined by spaces, are an entry: one bit each."""
    return _entries().get(digest.__wrapped__(text), 0)
