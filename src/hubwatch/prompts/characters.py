"""What one character stands for: invisible, accented, or drawn like another."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import disarm
from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Callable

#: Blocks of combining marks that serve accents and disguise, not the vowels of a script.
_MARKS: Final = (
    range(0x0300, 0x0370),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE20, 0xFE30),
)
_PHRASES: Final = ("\ufdfa", "\ufdfb")
#: Drawn as nothing, although Unicode does not call them format characters.
_BLANK: Final = frozenset(
    (0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10))
) | frozenset(range(0xE0100, 0xE01F0))


def nfkc(text: str) -> str:
    """Return the compatibility form (NFKC); a lone surrogate becomes U+FFFD.

    The standard library needs quadratic time for a long run of combining marks; this does not. The
    two ligatures that stand for a whole phrase become a space: they would make a text 18 times as
    long.

    Source: Unicode Standard Annex 15.
    """
    if text.isascii():
        return text
    for phrase in _PHRASES:
        text = text.replace(phrase, " ")
    return disarm.normalize(text, form="NFKC")


def _bare(code: int) -> str:
    char = chr(code)
    kind = unicodedata.category(char)
    if kind == "Cf" or code in _BLANK or any(code in block for block in _MARKS):
        return ""
    if code < 0x80:
        return char
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    name = unicodedata.name(char, "")
    if kind[0] == "P" or (kind[0] == "L" and name.startswith("LATIN ")):
        return anyascii(char).lower() or char
    if name.startswith("GREEK "):
        return unicodedata.normalize("NFD", char)[0]
    return char


def _lookalike(code: int) -> str:
    char = chr(code)
    return char if code < 0x80 else disarm.strip_obfuscation(char).lower() or char


class _Translation(dict[int, str]):
    """What `str.translate` looks characters up in; each is worked out once."""

    def __init__(self, of: Callable[[int], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, code: int) -> str:
        found = self[code] = self._of(code)
        return found


_BARE: Final = _Translation(_bare)
_LOOKALIKE: Final = _Translation(_lookalike)


def bare(text: str) -> str:
    """Return a text without invisible characters and accents.

    Latin letters, digits and punctuation become ASCII; letters of other scripts stay.
    """
    return text if text.isascii() else text.translate(_BARE)


def unmasked(text: str) -> str:
    """Return a text with every character replaced by the Latin letters that it looks like.

    Source: Unicode Technical Standard 39, as the library `disarm` carries it.
    """
    return text if text.isascii() else text.translate(_LOOKALIKE)
