"""A text as a stream of letters with their places, in three readings for name screening.

`folded` undoes case, accents and everything between letters. `drawn` also reads look-alikes, digits
and signs as the letter that they are drawn like. `spoken` writes every script in Latin letters and
merges letters that sound alike. A name passes through the same reading, so the two can be compared.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from anyascii import anyascii

from hubwatch.gazetteer.folding import MOST_LETTERS, fold, fold_character
from hubwatch.gazetteer.windows import expand
from hubwatch.prompts.characters import unmasked

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.gazetteer.windows import Places

#: Digits and signs by the letter that they stand for. `1`, `|`, `!`, `i` and `l` are one letter
#: here, because nobody can tell which is meant; `rn` is drawn like `m`, and `vv` like `w`.
_DRAWN: Final = {
    **dict(zip("034576893@$€+", "oeastgbgeaset", strict=True)),
    **dict.fromkeys("1|!lL£", "i"),
    "2": "z",
    **dict.fromkeys("mM", "rn"),
    **dict.fromkeys("wW", "v"),
}
#: Letters that sound alike, longest first; what is read before the colon becomes what follows it.
_SOUNDS: Final = (
    "shch:s tkh:t dzh:i sch:s tch:c qu:ku ph:f kh:h th:t sh:s ch:c ck:k zh:s ts:s tz:s dz:s "
    "cz:c x:ks q:k c:k w:v y:i j:i g:k b:p d:t r:l z:s"
)
_SOUND: Final = dict(pair.split(":") for pair in _SOUNDS.split())
_SOUND_PATTERN: Final = re.compile("|".join([*_SOUND, "[a-z]"]))
#: What is left of a name in katakana; vowels, `h`, `w` and `y` come and go.
_SYLLABLES: Final = "sh:s ch:t ts:s th:s x:ks q:k c:k g:k b:p d:t l:r z:s j:s"
_SYLLABLE: Final = dict(pair.split(":") for pair in _SYLLABLES.split())
_SYLLABLE_PATTERN: Final = re.compile("|".join([*_SYLLABLE, "[b-df-gj-np-tvxz]"]))


@dataclass(frozen=True, slots=True)
class Stream:
    """Letters with their places.

    Args:
        letters: one reading of a text.
        starts: for each letter, the first code point of the text that it stands for.
        ends: for each letter, the code point after the last one.
    """

    letters: str
    starts: Places
    ends: Places


@lru_cache(maxsize=1 << 16)
def drawn_character(character: str) -> str:
    """Return the letters that one code point is drawn like; empty when it is like none."""
    if character in _DRAWN:
        return _DRAWN[character]
    if character.isascii():
        return fold_character(character)
    read = fold(unmasked(character))
    read = read.replace("l", "i").replace("m", "rn").replace("w", "v")
    return read if len(read) <= MOST_LETTERS else ""


@lru_cache(maxsize=1 << 16)
def _spoken_character(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalpha() else ""
    if unicodedata.category(character)[0] not in "LM":  # an emoji would be read as its name
        return ""
    read = "".join(c for c in anyascii(character).lower() if "a" <= c <= "z")
    return read if len(read) <= MOST_LETTERS else ""


def folded(text: str) -> Stream:
    """Return the folded letters of a text."""
    return _read(text, fold_character)


def drawn(text: str) -> Stream:
    """Return the letters that a text looks like; a letter that is repeated counts once."""
    return _unrepeated(_read(text, drawn_character))


def spoken(text: str) -> Stream:
    """Return how a text sounds, in Latin letters."""
    stream = _parted(_read(text, _spoken_character))
    return _unrepeated(_replaced(stream, _SOUND_PATTERN, _SOUND))


def syllabic(text: str) -> Stream:
    """Return the consonants that a syllabic script keeps of a name; it adds vowels of its own."""
    stream = _replaced(_read(text, _spoken_character), _SYLLABLE_PATTERN, _SYLLABLE)
    return _unrepeated(stream, apart=True)


def _replaced(stream: Stream, pattern: re.Pattern[str], table: dict[str, str]) -> Stream:
    """Return a stream with what a pattern finds replaced, and everything else left out."""
    found = [(m[0], m.start(), m.end()) for m in pattern.finditer(stream.letters)]
    letters = [table.get(read, read) for read, _, _ in found]
    size = [len(read) for read in letters]
    first = np.repeat(np.array([start for _, start, _ in found], dtype=np.int64), size)
    last = np.repeat(np.array([end for _, _, end in found], dtype=np.int64), size) - 1
    return Stream("".join(letters), stream.starts[first], stream.ends[last])


def _parted(stream: Stream) -> Stream:
    """Return a stream with a blank wherever something stands between two letters."""
    gaps = np.flatnonzero(stream.starts[1:] > stream.ends[:-1]) + 1
    codes = np.frombuffer(stream.letters.encode("utf-32-le"), dtype="<u4")
    letters = np.insert(codes, gaps, ord(" ")).tobytes().decode("utf-32-le")
    starts = np.insert(stream.starts, gaps, stream.starts[gaps])
    return Stream(letters, starts, np.insert(stream.ends, gaps, stream.ends[gaps]))


def signs_and_letters(text: str) -> int:
    """Return how many code points of a text are letters, or stand for one."""
    return sum(character.isalnum() or character in _DRAWN for character in text)


def has_signs(text: str) -> bool:
    """Return whether a text has digits or signs that may stand for letters."""
    return any(character in _DRAWN and not character.isalpha() for character in text)


def _read(text: str, reading: Callable[[str], str]) -> Stream:
    read = expand(text, reading)
    letters = read.codes.astype("<u4").tobytes().decode("utf-32-le")
    return Stream(letters, read.origin, read.origin + 1)


def _unrepeated(stream: Stream, *, apart: bool = False) -> Stream:
    """Return a stream in which a repeated letter counts once.

    Args:
        stream: any.
        apart: also when something stands between the two.
    """
    codes = np.frombuffer(stream.letters.encode("utf-32-le"), dtype="<u4")
    new = np.ones(len(codes), dtype=np.bool_)
    new[1:] = codes[1:] != codes[:-1]
    if not apart:
        new[1:] |= stream.starts[1:] > stream.ends[:-1]
    if new.all():
        return stream
    last = np.ones(len(codes), dtype=np.bool_)
    last[:-1] = new[1:]
    letters = codes[new].tobytes().decode("utf-32-le")
    return Stream(letters, stream.starts[new], stream.ends[last])
