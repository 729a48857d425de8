"""What a model's description says, as numbers."""

from __future__ import annotations

import html
import math
import re
from typing import TYPE_CHECKING, Final

import ahocorasick_rs

from hubwatch.signals.person.adult_terms import is_adult
from hubwatch.signals.person.cues import TEXTS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_MARKUP_READ: Final = 8000
_TEXT_READ: Final = 4000
_MOST_COUNTED: Final = 4.0
#: Where a group is first met, in units of 200 characters; this many when it is not met.
_FAR: Final = 9.0
_UNIT: Final = 200
#: Groups of which the place of the first mention is read, too.
_PLACED: Final = (
    "actor",
    "she",
    "he",
    "real",
    "character",
    "fiction",
    "style",
    "place",
    "likeness",
)
_COPULA: Final = (" is ", " was ", ", ", " (", " - ")

_TAG: Final = re.compile(r"<[^>]{0,2000}>")
_WORD: Final = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_ASCII_WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")

_GROUPS: Final = tuple(TEXTS)
_TERMS: Final = tuple((term, place) for place, group in enumerate(_GROUPS) for term in TEXTS[group])
_GROUP_OF: Final = tuple(place for _, place in _TERMS)
_BOUNDED: Final = tuple(term.isascii() and term[-1].isalnum() for term, _ in _TERMS)
_MATCHER: Final = ahocorasick_rs.AhoCorasick(
    [term for term, _ in _TERMS], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
)
_FIRST: Final = tuple(_GROUPS.index(group) for group in _PLACED if group in TEXTS)

PAGE_FEATURES: Final = (
    *(f"text.{group}" for group in _GROUPS),
    *(f"text.first.{_GROUPS[place]}" for place in _FIRST),
    *("text.adult", "text.length", "text.name", "text.name_is", "text.none", "text.year"),
    "text.links",
)


def page_text(description: str) -> str:
    """Return the beginning of a description as plain text."""
    text = html.unescape(_TAG.sub(" ", description[:_MARKUP_READ]))[:_TEXT_READ]
    # A lone surrogate has no UTF-8 form, which the matcher asks for.
    return text.encode("utf-8", "replace").decode("utf-8")


def group_mentions(low: str) -> tuple[list[float], list[float]]:
    """Return how often each group of `TEXTS` is mentioned, and where first.

    Args:
        low: plain text in lower case.
    """
    counts, first = [0.0] * len(_GROUPS), [_FAR] * len(_GROUPS)
    length = len(low)
    for term, start, end in _MATCHER.find_matches_as_indexes(low):
        if _BOUNDED[term] and (
            (start and low[start - 1].isalnum()) or (end < length and low[end].isalnum())
        ):
            continue
        group = _GROUP_OF[term]
        if not counts[group]:
            first[group] = min(start / _UNIT, _FAR)
        counts[group] += 1
    return counts, first


def page_features(description: str, head: str, own: AbstractSet[str]) -> list[float]:
    """Return numbers about a description; see `PAGE_FEATURES`.

    Args:
        description: HTML as the uploader wrote it.
        head: the model's name.
        own: telling words of that name in lower case.
    """
    text = page_text(description)
    low = text.lower()
    counts, first = group_mentions(low)
    words = set((_ASCII_WORD if low.isascii() else _WORD).findall(low))
    name = head.lower()
    at = low.find(name) if name else -1
    after = low[at + len(name) :][:12] if at >= 0 else ""
    return [
        *(min(count, _MOST_COUNTED) for count in counts),
        *(first[place] for place in _FIRST),
        float(any(map(is_adult, words))),
        math.log1p(len(text)),
        float(not words.isdisjoint(own)),
        float(after.startswith(_COPULA)),
        float(not text.strip()),
        float(_YEAR.search(low) is not None),
        float(description.count("href", 0, _MARKUP_READ)),
    ]
