"""Whether a caption tag is everyday wording that can name nobody, judged word by word.

Safe by default: a tag is everyday only when every one of its words is known to be harmless and no
two words beside each other have the form of a given name and a surname.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from hubwatch.adapters.plain_words import (
    FILE_WORDS,
    LETTERS,
    PERSON_WORDS,
    SEEN,
    TAG_WORDS,
    THINGS,
    THINGS_BESIDE,
)
from hubwatch.gazetteer.names import given_name, is_common_word, is_surname
from hubwatch.prompts.normalise import Strength, normalise
from hubwatch.signals.registry import NAMES, signal

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD: Final = re.compile(r"[^\W_]+(?:\+[^\W_]+)*")
#: Flags, boxed letters, Braille and invisible signs can spell a name that no word shows; control
#: characters steer a terminal.
_ODD: Final = re.compile(r"(?:[^\w\s!-~‘’“”–—…×°·]|[\x00-\x1f\x7f-\x9f])")
_POSSESSIVE: Final = re.compile(r"'s(?=\W|$)")
_COUNTED: Final = re.compile(
    r"\d{1,4}(?:\+?(?:girl|boy|other|koma|people)s?|k|mm|d|p|fps|st|nd|rd|th|s|x|cm)?"
)
_FACE: Final = re.compile(r"[:;=^><@.\-_+|/\\)(*'xodp3~,]{2,5}")
_BESIDE: Final = FILE_WORDS | PERSON_WORDS
_MOST_WORDS: Final = 6
_LONGEST: Final = 120
_FREQUENT: Final = 3
_KNOWN: Final = 2


@lru_cache(maxsize=1 << 16)
def is_everyday_tag(tag: str) -> bool:
    """Return whether a tag holds everyday words only, so that it can be kept in clear.

    At most six words, each of them of the dictionary, of a lexicon, of `plain_words` or a number;
    no signs beside common punctuation; no initials; no frequent given name that
    is no thing; no given name with a surname after it.

    Args:
        tag: in the form of `Tag.text`.
    """
    if not 0 < len(tag) <= _LONGEST or _ODD.search(tag):
        return False
    words = _WORD.findall(_POSSESSIVE.sub("", normalise(tag, Strength.FOLDED)))
    if not any(word.isalpha() and len(word) > 1 for word in words):
        return _is_face_or_count(tag, words)
    if len(words) > _MOST_WORDS or not all(is_everyday_word(w) or len(w) == 1 for w in words):
        return False
    return _letters_fit(words) and not _names_somebody(words)


@lru_cache(maxsize=1 << 16)
def is_everyday_word(word: str) -> bool:
    """Return whether a word of several letters (or a number) is harmless by itself.

    Args:
        word: folded, lower case.
    """
    if word in TAG_WORDS or _COUNTED.fullmatch(word):
        return True
    if not (word.isascii() and word.isalpha()):
        return False
    return len(word) > 1 and (is_common_word(word) or _is_term(word))


def _is_face_or_count(tag: str, words: list[str]) -> bool:
    """Return whether a tag without words is a face drawn with signs, or only counts."""
    if words and all(_COUNTED.fullmatch(word) for word in words):
        return True
    return _FACE.fullmatch(tag) is not None and not tag.isalnum()


def _letters_fit(words: list[str]) -> bool:
    """Return whether single letters stand only where they cannot be initials."""
    for word in words:
        if len(word) == 1 and word.isalpha():
            beside = LETTERS.get(word, frozenset())
            others = [other for other in words if other is not word]
            if beside is not None and beside.isdisjoint(others):
                return False
            if beside is None and not any(_fits(word, other) for other in others):
                return False
    return True


def _fits(letter: str, other: str) -> bool:
    """`a` stands before any word that is no name; `f` and `d` beside numbers."""
    if letter == "a":
        return len(other) > 1 and not _given(other)
    return other.isdecimal()


def _names_somebody(words: list[str]) -> bool:
    """Return whether a word is a frequent given name that is nothing else, or two are a name."""
    rest = [word for word in words if word not in _BESIDE] or words
    if any(_is_first_name(word, words) for word in rest):
        return True
    return any(map(_is_name_pair, *zip(*pairwise(words), strict=True))) if len(words) > 1 else False


def _is_first_name(word: str, words: list[str]) -> bool:
    """Return whether a word of a tag is a frequent given name and no thing."""
    if word in THINGS or _given(word) < _FREQUENT:
        return False
    return THINGS_BESIDE.get(word, frozenset()).isdisjoint(words)


@lru_cache(maxsize=1 << 16)
def _is_name_pair(first: str, last: str) -> bool:
    """Return whether two everyday words have the form of a given name and a surname.

    Two frequent given names do; a frequent given name before any known surname that is nothing to
    be seen; a known given name that is no thing before a common surname that is not to be seen.
    """
    given, surname = _given(first), is_surname(last)
    if given == _FREQUENT and _given(last) == _FREQUENT:
        return True
    if not surname or last in SEEN:
        return False
    if given == _FREQUENT:
        return True
    return given == _KNOWN and surname == _KNOWN and first not in THINGS


def _given(word: str) -> int:
    found = given_name(word)
    return found.support if found else 0


@cache
def _readers() -> tuple[Callable[[str], tuple[str, ...]], ...]:
    readers = (signal(name).terms for name in NAMES)
    return tuple(reader.read for reader in readers if reader is not None)


@lru_cache(maxsize=1 << 16)
def _is_term(word: str) -> bool:
    """Return whether one of the lexicons knows a word."""
    return any(read(word) for read in _readers())
