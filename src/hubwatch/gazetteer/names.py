"""Parts of names: given names, surnames and everyday words, looked up by hash.

The shipped table holds no readable name: forty bits of a BLAKE2 hash for each folded token and
two bytes of attributes. A random token is taken for a known one about twice in ten million.
Sources, licences and counts lie beside it in `name_parts.json`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hubwatch.gazetteer.folding import fold, romanised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAGIC: Final = b"HWNAMES1"
HASH_BYTES: Final = 5

#: Attribute bits of a token: support, surname, everyday word, share of women in hundredths.
SUPPORT_BITS: Final = 0b11
SURNAME_SHIFT: Final = 2
SURNAME_BITS: Final = 0b11
COMMON_SHIFT: Final = 4
WOMEN_SHIFT: Final = 8

#: Level of the most frequent given names, and of the most frequent surnames (a level of its own
#: inside the table; to callers they are common ones).
FREQUENT: Final = 3

_HAN_GIVEN: Final = 2
_JAPANESE_GIVEN: Final = 3
_LONGEST_HAN_SURNAME: Final = 3
_HANGUL_NAME: Final = (2, 4)
_MOST_CYRILLIC_WORDS: Final = 3
_CYRILLIC_ENDING: Final = re.compile(
    r"(?:ов|ев|ин|ова|ева|ина|ский|ская|енко|чук|ович|евич|овна|евна)$"
)
_LATIN_WORD: Final = re.compile("[A-Za-z]+")
_LONGEST_NAME: Final = 40
_KATAKANA_NAME: Final = re.compile(r"[゠-ヿ]{2,}(?:[・＝=\s][゠-ヿ]{2,}){1,3}")


class GivenName(NamedTuple):
    """What is known of a token as a given name.

    Args:
        support: 1 rare (70 bearers or more counted), 2 known (300), 3 frequent (10 000).
        women: share of women among the bearers counted, 0..1; an association of the name, never
            a statement about one person.
    """

    support: int
    women: float


@dataclass(frozen=True, slots=True)
class NameParts:
    """Attributes of many tokens, one array element for each.

    Args:
        support: 0..3 as in `GivenName`, 0 for none.
        women: share of women; NaN where `support` is 0.
        surname: 0 none, 1 rare, 2 common.
        common_word: an everyday English dictionary word.
    """

    support: NDArray[np.uint8]
    women: NDArray[np.float32]
    surname: NDArray[np.uint8]
    common_word: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Table:
    hashes: NDArray[np.uint64]
    attributes: NDArray[np.uint16]


def token_hash(folded: str) -> int:
    """Return the forty-bit hash under which a folded token is stored."""
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=HASH_BYTES).digest())


@cache
def _table() -> _Table:
    raw = files("hubwatch.gazetteer").joinpath("data", "name_parts.bin").read_bytes()
    count = int.from_bytes(raw[8:12], "little")
    end = 12 + HASH_BYTES * count
    wide = np.zeros((count, 8), dtype=np.uint8)
    wide[:, :HASH_BYTES] = np.frombuffer(raw[12:end], dtype=np.uint8).reshape(count, HASH_BYTES)
    attributes = np.frombuffer(zlib.decompress(raw[end:]), dtype="<u2")
    return _Table(wide.view("<u8").ravel(), attributes)


def _stored(folded: str) -> int:
    """Return a folded token's attributes, 0 when it is not stored."""
    table = _table()
    wanted = token_hash(folded)
    place = int(table.hashes.searchsorted(np.uint64(wanted)))
    if place < len(table.hashes) and int(table.hashes[place]) == wanted:
        return int(table.attributes[place])
    return 0


@lru_cache(maxsize=1 << 16)
def _attributes(token: str) -> int:
    """Return a token's attributes: as written first, then in Latin letters."""
    folded = fold(token)
    if not folded:
        return 0
    if found := _stored(folded):
        return found
    if folded.isascii() or _is_han(token):  # Mandarin syllables would match half the dictionary
        return 0
    return _stored(romanised(token)) & ~(1 << COMMON_SHIFT)


def _is_han(token: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" for c in token)


def given_name(token: str) -> GivenName | None:
    """Return how common a token is as a given name and which share of its bearers are women.

    Args:
        token: one word in any case and script; folding happens inside.

    Returns:
        None when the token is not known as a given name.

    Source:
        nomquamgender 0.1.4 (Van Buskirk, Clauset, Larremore 2022), 36 open sources.
    """
    attributes = _attributes(token)
    support = attributes & SUPPORT_BITS
    return GivenName(support, (attributes >> WOMEN_SHIFT) / 100) if support else None


def is_surname(token: str) -> int:
    """Return 0 when a token is no known surname, 1 for a rare one, 2 for a common one.

    Args:
        token: one word in any case and script.
    """
    return min((_attributes(token) >> SURNAME_SHIFT) & SURNAME_BITS, 2)


def is_common_name(given: str, family: str) -> bool:
    """Return whether a frequent given name stands with one of the most frequent surnames.

    Many bear such a name, so that it alone points at nobody.

    Args:
        given, family: one word each.
    """
    known = given_name(given)
    level = (_attributes(family) >> SURNAME_SHIFT) & SURNAME_BITS
    return known is not None and known.support == FREQUENT and level == FREQUENT


def is_common_word(token: str) -> bool:
    """Return whether a token is an everyday English dictionary word.

    Args:
        token: one word in any case.
    """
    return bool(_attributes(token) >> COMMON_SHIFT & 1)


def words_of(name: str) -> list[str]:
    """Return the words of a text: runs of letters with the marks on them."""
    if not name.isascii():
        name = "".join(c if c.isalpha() or unicodedata.category(c)[0] == "M" else " " for c in name)
        return name.split()
    return _LATIN_WORD.findall(name)


def is_everyday(text: str) -> bool:
    """Return whether a text is made of everyday words (and single letters) only.

    Such a run of words is a listed name only when the name itself is made of them.
    """
    return all(len(word) == 1 or is_common_word(word) for word in words_of(text))


def name_parts(tokens: Sequence[str]) -> NameParts:
    """Return the attributes of many tokens at once; equal to the single functions.

    Args:
        tokens: words in any case and script.
    """
    found = np.fromiter(map(_attributes, tokens), dtype=np.uint16, count=len(tokens))
    support = (found & SUPPORT_BITS).astype(np.uint8)
    women = np.where(support > 0, (found >> WOMEN_SHIFT) / np.float32(100), np.float32(np.nan))
    return NameParts(
        support,
        women.astype(np.float32),
        np.minimum(found >> SURNAME_SHIFT & SURNAME_BITS, 2).astype(np.uint8),
        (found >> COMMON_SHIFT & 1).astype(np.bool_),
    )


def given_names(tokens: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return support and share of women of many tokens; see `given_name`.

    Args:
        tokens: words in any case and script.

    Returns:
        Support 0..3 (0: no given name) and share of women (NaN there), one element per token.
    """
    parts = name_parts(tokens)
    return parts.support, parts.women


def person_shape(text: str) -> str | None:
    """Return the script in whose manner a short text has the form of a personal name.

    `Han`: a known surname and one or two more characters (Japanese: up to three). `Hangul`: a
    known surname of one syllable and one or two more. `Kana`: words of katakana joined by a
    middle dot or blank, as foreign names are written, or a known given name in kana.
    `Cyrillic`: two or three words of which one is a known name or has a surname's ending. The
    form alone says nothing about whether such a person exists; Latin names are not decided here.

    Args:
        text: for example one tag or a trigger word.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not 1 < len(text) <= _LONGEST_NAME or text.isascii():
        return None
    for script, matches in _SHAPES.items():
        if matches(text):
            return script
    return None


def _is_han_name(text: str) -> bool:
    if not all(_is_han(c) or c == "々" for c in text):
        return False
    for length in range(min(_LONGEST_HAN_SURNAME, len(text) - 1), 0, -1):
        rest = len(text) - length
        if is_surname(text[:length]) and rest <= _HAN_GIVEN:
            return True
        if length > 1 and rest <= _JAPANESE_GIVEN and is_surname(text[:length]):
            return True
    return False


def _is_hangul_name(text: str) -> bool:
    first, last = _HANGUL_NAME
    letters = text.replace(" ", "")
    if not all("가" <= c <= "힣" for c in letters) or not first <= len(letters) <= last:
        return False
    surname = letters[:2] if len(letters) == last else letters[:1]
    return is_surname(surname) > 0


def _is_kana_name(text: str) -> bool:
    if _KATAKANA_NAME.fullmatch(text):
        return True
    return all("\u3040" <= c <= "\u30ff" for c in text) and given_name(text) is not None


def _is_cyrillic_name(text: str) -> bool:
    words = text.split()
    if not 1 < len(words) <= _MOST_CYRILLIC_WORDS:
        return False
    if not all(c.isalpha() and "\u0400" <= c <= "\u052f" for word in words for c in word):
        return False
    return any(
        _CYRILLIC_ENDING.search(word.casefold()) or is_surname(word) or given_name(word)
        for word in words
    )


_SHAPES: Final = {
    "Han": _is_han_name,
    "Hangul": _is_hangul_name,
    "Kana": _is_kana_name,
    "Cyrillic": _is_cyrillic_name,
}
