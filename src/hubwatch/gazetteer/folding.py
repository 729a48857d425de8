"""One folded form of names: lower case, no diacritics, letters only; spelling noise is gone.

`Ana-María`, `ANA MARIA` and `ana_maria` fold to the same letters. Scripts stay what they are:
turning one script into another is `romanised`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

#: Marks that carry no letter of their own: Latin, Greek and Cyrillic diacritics, Hebrew points,
#: Arabic vowel signs. Marks of other scripts (kana voicing, Indic vowels) are part of the letter.
_DROPPED: Final = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0640, 0x0640),
    (0x064B, 0x065F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
)

#: Letters that one code point may stand for. A few are whole phrases (U+FDFA); read out, they would
#: make a hostile text many times as long.
MOST_LETTERS: Final = 6


def _is_dropped(point: int) -> bool:
    return any(first <= point <= last for first, last in _DROPPED)


@lru_cache(maxsize=1 << 16)
def fold_character(character: str) -> str:
    """Return the folded letters of one code point; empty for what is no letter.

    Args:
        character: one code point.
    """
    if character.isascii():
        return character.lower() if character.isalpha() else ""
    letters = []
    for part in unicodedata.normalize("NFKD", character).casefold():
        category = unicodedata.category(part)
        if category[0] not in "LM" or _is_dropped(ord(part)):
            continue
        if not part.isascii() and unicodedata.name(part, "").startswith("LATIN"):
            letters.append("".join(c for c in anyascii(part).lower() if c.isalpha()))
        else:
            letters.append(part)
    folded = "".join(letters)
    return folded if len(folded) <= MOST_LETTERS else ""


def fold(text: str) -> str:
    """Return the folded letters of a text, everything else left out.

    Linear in the text. `fold(a) == fold(b)` means: the same letters in the same order.
    """
    if text.isascii():
        return text.lower() if text.isalpha() else "".join(filter(str.isalpha, text.lower()))
    return "".join(map(fold_character, text))


def romanised(text: str) -> str:
    """Return the folded Latin letters of a text in any script; empty when there are none.

    Han is read in Mandarin, whatever the language.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in anyascii(composed).lower() if c.isascii() and c.isalpha())
