"""The classes of spelling in which a watched name can stand in a text, and how they are told."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from hubwatch.gazetteer.folding import fold
from hubwatch.gazetteer.streams import has_signs

_SPACES: Final = re.compile(r"[\s_]*")


class Variant(StrEnum):
    """How a watched name is written; from the plainest to the least certain."""

    AS_LISTED = "as listed"
    CASE = "case"
    SPACING = "spacing"
    PUNCTUATION = "punctuation"
    DIACRITICS = "diacritics"
    REVERSED = "reversed order"
    LEETSPEAK = "leetspeak"
    CONFUSABLES = "confusables"
    NICKNAME = "nickname"
    TRANSLITERATION = "transliteration"
    SLIP = "one-letter slip"


#: Variants in the order of their certainty.
ORDER: Final = {variant: place for place, variant in enumerate(Variant)}


def plain_variant(span: str, name: str) -> Variant:
    """Return how a span differs from the name whose folded letters it has.

    Args:
        span: as written in the text.
        name: as listed.
    """
    if span == name:
        return Variant.AS_LISTED
    if span.casefold() == name.casefold():
        return Variant.CASE
    if _letters(span) != _letters(name):
        return Variant.DIACRITICS
    between = "".join(c for c in span if not c.isalpha())
    listed = "".join(c for c in name if not c.isalpha())
    only_spaces = _SPACES.fullmatch(between) is not None
    return Variant.SPACING if only_spaces or between == listed else Variant.PUNCTUATION


def drawn_variant(span: str) -> Variant:
    """Return whether a span hides a name by other scripts, by signs, or only repeats a letter."""
    if any(not c.isascii() and c.isalpha() and not fold(c).isascii() for c in span):
        return Variant.CONFUSABLES
    return Variant.LEETSPEAK if has_signs(span) else Variant.SLIP


def _letters(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).casefold()
    return "".join(c for c in composed if c.isalpha() or unicodedata.category(c)[0] == "M")


def within_one(first: str, second: str) -> bool:
    """Return whether at most one letter was added, left out, changed, or swapped with the next.

    Args:
        first, second: folded letters.
    """
    if abs(len(first) - len(second)) > 1:
        return False
    shorter, longer = sorted((first, second), key=len)
    at = 0
    while at < len(shorter) and shorter[at] == longer[at]:
        at += 1
    if len(shorter) != len(longer):
        return shorter[at:] == longer[at + 1 :]
    if shorter[at + 1 :] == longer[at + 1 :]:
        return True
    swapped = longer[at : at + 2][::-1]
    return shorter[at : at + 2] == swapped and shorter[at + 2 :] == longer[at + 2 :]
