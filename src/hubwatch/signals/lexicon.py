"""Lexicons: small versioned vocabularies that are matched by hash.

A lexicon's data file holds, for every group of entries (role, category, language), the 64-bit
BLAKE2b hashes of the entries' normal forms. The hashes keep the repository from being a list to
read, copy or search. They are no secret: who hashes a dictionary learns which of its words are in.

Roles:
    hit: counts wherever it stands.
    soft: counts unless a `context` word stands in the same tag (medical, art history, sports, …).
    benign: a longer phrase in which a term is harmless; it covers the term.
    context: a word or phrase that makes `soft` terms of the same tag harmless.
    adults: names adults; read only in what a prompt wants to avoid (minor cue).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

import disarm
import msgspec

from hubwatch.errors import InputError
from hubwatch.prompts.characters import bare
from hubwatch.prompts.normalise import match_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROLES: Final = ("hit", "soft", "benign", "context", "adults")
NAMES: Final = ("sexualised", "objectifying", "violent", "minor", "tools")

#: Scripts that are written without spaces (and Hangul, whose particles join the word): every
#: character is a token of its own, so that an entry is found inside a run.
_JOINED: Final = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
#: No entry has a longer word; the bound keeps what is remembered of hostile texts small.
_TOKEN: Final = re.compile(rf"[{_JOINED}]|[^\W_{_JOINED}]{{1,64}}")
_ALNUM: Final = re.compile(r"\w+")
_ACCENT: Final = re.compile("[\u0300-\u036f]")
_LATIN: Final = re.compile("[\u00df-\u017f]+")
#: Words in which nothing can be a disguise but repeats: letters alone, digits alone, and letters
#: beside digits that are too many, or have too few letters beside them, to be read as letters.
_WORD: Final = (
    r"(?:[a-z]{2,}|[0-9]+|[a-z]+[0-9]{2,}|[a-z]{1,2}[0-9]|[0-9]{2,}[a-z]+|[0-9][a-z]{1,2})"
)
_PLAIN_WORD: Final = re.compile(_WORD)
_PLAIN: Final = re.compile(rf"{_WORD}(?: {_WORD})*")
_REPEATED: Final = re.compile(r"([a-z])\1\1")
#: Longer words are several tokens.
_WHOLE: Final = 64
#: Single letters of a tag from which on they may be one word, spelled out.
SPELLED: Final = 3
#: Weights of a word in the screen: it begins an entry; undoing it gives a word of an entry.
_BEGINS: Final = 1_000
_HIDES: Final = 1_000_000
#: Longer tags are read without the screen.
SCREENED: Final = 256


class GroupData(msgspec.Struct, frozen=True, kw_only=True):
    """One group of a data file.

    Args:
        role: one of `ROLES`.
        category: the category of a hit, the kind of a context; `-` when there is none.
        language: ISO 639-1 code of the entries.
        lemmas: entries in the plain list.
        hashes: hashes by number of tokens; 16 hex digits each, for longer entries 32: the hash of
            the first token, then that of the whole entry. Sorted.
    """

    role: str
    category: str
    language: str
    lemmas: int
    hashes: dict[str, list[str]]


class LexiconData(msgspec.Struct, frozen=True, kw_only=True):
    """A data file: what it is, and its groups.

    Args:
        name, version, date, licence, sources: provenance.
        categories: meaning of every category of hits.
        vocabulary: hashes of all tokens of hits, for the screen. Sorted.
        groups: the entries.
    """

    name: str
    version: str
    date: str
    licence: str
    sources: tuple[str, ...]
    categories: dict[str, str]
    vocabulary: list[str]
    groups: tuple[GroupData, ...]


class Found(NamedTuple):
    """One entry in a sequence of tokens: tokens `start` to `stop`, end excluded."""

    start: int
    stop: int
    role: str
    category: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A lexicon ready to match.

    Args:
        data: the file as it was read.
        marks: role and category by hash of a whole entry.
        contexts: kinds of context by hash of a whole entry.
        lengths: lengths in tokens of the entries that begin with a token, longest first.
        weigh: how much a word of a tag, as written, speaks for a hit; for `screened`.
    """

    data: LexiconData
    marks: Mapping[int, tuple[str, str]] = field(repr=False)
    contexts: Mapping[int, str] = field(repr=False)
    lengths: Callable[[str], tuple[int, ...]] = field(repr=False)
    weigh: Callable[[str], int] = field(repr=False)

    def codes(self, prefix: str) -> dict[str, str]:
        """Return the meaning of every category's code, `<prefix>.<category>`."""
        return {f"{prefix}.{name}": text for name, text in self.data.categories.items()}

    def find(self, words: Sequence[str]) -> list[Found]:
        """Return hits, soft hits and benign phrases, leftmost and longest first, without overlap.

        Args:
            words: `tokens` of a text. Linear in their number.
        """
        found: list[Found] = []
        stop, end = 0, len(words)
        for start, lengths in enumerate(map(self.lengths, words)):
            if not lengths or start < stop:
                continue
            for length in lengths:
                if start + length > end:
                    continue
                mark = self.marks.get(digest(" ".join(words[start : start + length])))
                if mark is not None:
                    stop = start + length
                    found.append(Found(start, stop, *mark))
                    break
        return found

    def context(self, words: Sequence[str]) -> frozenset[str]:
        """Return the kinds of context that stand anywhere in a text.

        Args:
            words: `tokens` of a text. Linear in their number.
        """
        kinds = set()
        for start, word in enumerate(words):
            for length in self.lengths(word):
                if start + length <= len(words):
                    kinds.add(
                        self.contexts.get(digest(" ".join(words[start : start + length])), "")
                    )
        return frozenset(kinds - {""})

    def screened(self, text: str) -> tuple[str, ...]:
        """Return the forms of a tag that can hold a hit: none, the ordinary one, or all.

        Args:
            text: in the form of `Tag.text`.
        """
        if len(text) > SCREENED:
            return _forms_of_long(text)
        weight = sum(map(self.weigh, text.split()))
        if weight < SPELLED:
            return ()
        if weight >= _HIDES or weight % _BEGINS >= SPELLED:
            return _forms_again(text)
        return (ordinary(text),)


def ordinary(text: str) -> str:
    """Return a tag as ordinary typography reads: no accents, nothing else undone.

    Args:
        text: in the form of `Tag.text`. What a look-up finds beyond this form was disguised.
    """
    if text.isascii():
        return text
    parted = _ACCENT.sub("", disarm.normalize(text, form="NFD"))
    return _LATIN.sub(lambda match: bare(match[0]), unicodedata.normalize("NFC", parted))


def keys(text: str) -> tuple[str, ...]:
    """Return the forms of a tag that are looked up: the ordinary one first, then the undone ones.

    Args:
        text: in the form of `Tag.text`.
    """
    if len(text) > SCREENED:
        return _forms_of_long(text)
    return (text,) if sum(map(hides, text.split())) < SPELLED else _forms_again(text)


def forms(text: str) -> tuple[str, ...]:
    """Return the forms of a tag or of one of its words: the ordinary one, and the undone ones."""
    if _PLAIN.fullmatch(text) is not None and _REPEATED.search(text) is None:
        return (text,)
    return tuple(dict.fromkeys((ordinary(text), *match_keys(text))))


#: Several signals look up the same tag one after the other.
_forms_again: Final = lru_cache(maxsize=1 << 12)(forms)
#: A long one is looked up several times by one signal, then by the next.
_forms_of_long: Final = lru_cache(maxsize=1)(forms)


class WordReading(NamedTuple):
    """What all lexicons read of a word of a tag.

    Args:
        plainly: hashes of its tokens.
        undone: hashes of the tokens that undoing disguises adds.
        hides: see `hides`.
        letters: its single letters.
    """

    plainly: frozenset[int]
    undone: frozenset[int]
    hides: int
    letters: int


_NOTHING: Final = frozenset[int]()


def is_whole(word: str) -> bool:
    """Say whether a run of letters and digits is one token."""
    return len(word) <= _WHOLE


def is_plain(word: str) -> bool:
    """Say whether a word is one token of two or more characters that can hide nothing."""
    return (
        1 < len(word) <= _WHOLE
        and _PLAIN_WORD.fullmatch(word) is not None
        and _REPEATED.search(word) is None
    )


#: Several signals look up the same word one after the other.
forms_of_word: Final = lru_cache(maxsize=1 << 12)(forms)


@lru_cache(maxsize=1 << 16)
def single_letters(word: str) -> int:
    """Return how many letters stand alone in a word of a tag, as those of `t.a.y` do."""
    if word.isalnum():
        return int(len(word) == 1 and word.isalpha())
    return sum(len(run) == 1 and run.isalpha() for run in _ALNUM.findall(word))


@lru_cache(maxsize=1 << 12)
def read_word(word: str) -> WordReading:
    """Return what all lexicons read of a word of a tag."""
    if is_plain(word):
        return WordReading(frozenset((digest(word),)), _NOTHING, 0, 0)
    found = forms_of_word(word)
    plainly = tokens(ordinary(word))
    letters = single_letters(word)
    if len(found) == 1:
        undone = _NOTHING
    else:
        added = {token for form in found[1:] for token in tokens(form)}
        undone = frozenset(map(digest, added.difference(plainly)))
    changes = not word.isascii() or len(found) > 1
    hidden = SPELLED if changes else letters
    return WordReading(frozenset(map(digest, plainly)), undone, hidden, letters)


@lru_cache(maxsize=1 << 16)
def hides(word: str) -> int:
    """Return how much a word of a tag can hide: 3 when undoing disguises changes it.

    Else the number of its single letters, which may belong to a word that is spelled out.
    """
    return read_word(word).hides


def tokens(text: str) -> list[str]:
    """Return the tokens of a normalised text: words, or characters where words are not spaced."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=1 << 16)
def digest(text: str) -> int:
    """Return the hash under which a token or an entry (tokens joined by one space) is stored."""
    hashed = blake2b(text.encode("utf-8", "replace"), digest_size=8, person=b"hubwatch-lexicon")
    return int.from_bytes(hashed.digest(), "big")


def read_data(content: bytes) -> LexiconData:
    """Read the bytes of a data file.

    Raises:
        InputError: it is not a lexicon.
    """
    try:
        return msgspec.json.decode(content, type=LexiconData)
    except msgspec.DecodeError as error:
        raise InputError(
            "the lexicon's data file cannot be read", hint=f"write it again: {error}"
        ) from error


def build_lexicon(data: LexiconData) -> Lexicon:
    """Make a lexicon ready to match."""
    marks: dict[int, tuple[str, str]] = {}
    contexts: dict[int, str] = {}
    lengths: dict[int, set[int]] = {}
    begins: set[int] = set()
    for group in data.groups:
        for length, hashes in group.hashes.items():
            for text in hashes:
                first, whole = int(text[:16], 16), int(text[-16:], 16)
                lengths.setdefault(first, set()).add(int(length))
                if group.role == "context":
                    contexts[whole] = group.category
                    continue
                marks[whole] = (group.role, group.category)
                if group.role != "benign":
                    begins.add(first)
    table = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}

    @lru_cache(maxsize=1 << 16)
    def lengths_of(word: str) -> tuple[int, ...]:
        return table.get(digest(word), ())

    vocabulary = frozenset(int(text, 16) for text in data.vocabulary)
    weigh = lru_cache(maxsize=1 << 16)(partial(_weigh, frozenset(begins), vocabulary))
    return Lexicon(data, marks, contexts, lengths_of, weigh)


def _weigh(begins: frozenset[int], vocabulary: frozenset[int], word: str) -> int:
    read = read_word(word)
    weight = read.letters
    if not begins.isdisjoint(read.plainly):
        weight += _BEGINS
    return weight if vocabulary.isdisjoint(read.undone) else weight + _HIDES


@cache
def load_lexicon(name: str) -> Lexicon:
    """Return one of the lexicons that ship with the package, `NAMES`.

    Raises:
        InputError: there is no such lexicon, or its file is damaged.
    """
    if name not in NAMES:
        raise InputError(f"no lexicon is named `{name}`", hint=f"one of: {', '.join(NAMES)}")
    return build_lexicon(
        read_data((files("hubwatch.signals") / "lexicons" / f"{name}.json").read_bytes())
    )
