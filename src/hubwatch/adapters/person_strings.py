"""Whether a string has the form of a person's name: a matter of form, never of who it is.

Names of characters have the same forms, so that this says what a header looks like, not whom it
means; measured error rates are on the page "Adapters". Words of the dictionary alone are no name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import digits
from typing import Final

from hubwatch.adapters.captions import is_sentence
from hubwatch.adapters.plain_words import CLASS_WORDS, PERSON_WORDS, TAG_WORDS
from hubwatch.gazetteer.names import given_name, is_common_word, is_surname, person_shape
from hubwatch.prompts.normalise import Strength, normalise
from hubwatch.signals.person.name_shape import name_words

_LONGEST: Final = 120
#: Support of a given name, or rank of a surname, that is asked for.
_RARE, _KNOWN, _FREQUENT = 1, 2, 3
#: Most words of a name, in the open and hidden.
_MOST, _MOST_HIDDEN = 2, 4
_SHORTEST: Final = 3
_JOINED: Final = range(7, 25)
_LETTERED: Final = re.compile(r"[^\W\d_]")
_NUMBERS: Final = re.compile(
    r"[\s_.-]+(?:v|ver|version|e|ep|epoch)?[\s_.-]*\d+$|^\d+_+", re.IGNORECASE
)
_PARTS: Final = re.compile(r"[_,|/()（）【】\-]+")


@lru_cache(maxsize=1 << 14)
def is_person_like(text: str) -> bool:
    """Return whether a string has the form of a person's name.

    True for: a known given name that is no everyday word and a known surname, two words or one; a
    known given name, or two words that no list knows, beside a word such as `woman` or `actress`;
    in other scripts, what `gazetteer.names.person_shape` says. Where digits or look-alike letters
    hid it, a rarer given name and further words between are enough. Everything else is false:
    initials, codes, a single name, and words of the dictionary alone.

    Args:
        text: name of a file or folder, a trigger word, a tag. Sentences are never names.
    """
    if not 1 < len(text) <= _LONGEST or is_sentence(text) or not _LETTERED.search(text):
        return False
    text = _NUMBERS.sub("", text.strip()) or text
    if not text.isascii() and _is_name_in_other_script(text):
        return True
    if _has_name(text, hidden=False):
        return True
    strong = normalise(text, Strength.STRONG)
    return strong != normalise(text, Strength.PLAIN) and _has_name(strong, hidden=True)


def _is_name_in_other_script(text: str) -> bool:
    parts = [text, *_PARTS.split(text)]
    return any(person_shape(part.strip()) for part in parts)


def _has_name(text: str, *, hidden: bool) -> bool:
    words = [word.lower().strip(digits) for word in name_words(text)]
    words = [word for word in words if word.isalpha()]
    rest = [word for word in words if word not in CLASS_WORDS and word not in TAG_WORDS]
    somebody = not PERSON_WORDS.isdisjoint(words)
    if len(rest) == 1:
        return _is_joined(rest[0], _KNOWN if hidden else _FREQUENT) or (
            somebody and _is_given(rest[0])
        )
    if not 1 < len(rest) <= (_MOST_HIDDEN if hidden else _MOST):
        return False
    if _is_given(rest[0], _RARE if hidden else _KNOWN) and is_surname(rest[-1]):
        return True
    return somebody and len(rest) == _MOST and all(map(_is_unknown, rest))


def _is_given(word: str, support: int = _RARE) -> bool:
    """Return whether a word is a given name and no everyday word."""
    return len(word) >= _SHORTEST and _support(word) >= support and not is_common_word(word)


def _is_unknown(word: str) -> bool:
    return len(word) >= _SHORTEST and not is_common_word(word)


@lru_cache(maxsize=1 << 14)
def _is_joined(word: str, support: int) -> bool:
    """Return whether one word is a given name and a common surname written together."""
    if len(word) not in _JOINED or not word.isascii() or is_common_word(word):
        return False
    for cut in range(_SHORTEST, len(word) - _SHORTEST + 1):
        first, last = word[:cut], word[cut:]
        everyday = is_common_word(first) and is_common_word(last)
        if _support(first) >= support and is_surname(last) >= _KNOWN and not everyday:
            return True
    return False


def _support(word: str) -> int:
    found = given_name(word)
    return found.support if found else 0
