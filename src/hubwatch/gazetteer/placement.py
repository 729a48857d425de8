"""Where a run of letters may be a name: between the bounds of words, without wide gaps."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.gazetteer.names import is_everyday, words_of
from hubwatch.gazetteer.streams import syllabic

if TYPE_CHECKING:
    from hubwatch.gazetteer.streams import Stream

#: Letters from which a name written in one piece may be part of a longer word.
JOINED_LETTERS: Final = 8
#: Letters from which a name may be cut at other places than listed, or stand in another order or
#: in pieces inside longer words. Shorter ones meet by chance: `stone tarantula`, `a mara solo`.
LONG_LETTERS: Final = 12
#: Code points that may stand between two letters of a name.
WIDEST_GAP: Final = 12
#: Letters around a name that are read to see whether they make an everyday word with it.
LONGEST_WORD: Final = 20


def span_of(stream: Stream, first: int, end: int) -> tuple[int, int]:
    """Return first code point and end of a run of letters in the text."""
    return int(stream.starts[first]), int(stream.ends[end - 1])


def is_kana(character: str) -> bool:
    """Return whether a code point is hiragana or katakana."""
    return "\u3041" <= character <= "\u30ff"


def is_katakana(text: str) -> bool:
    """Return whether all letters and digits of a text are katakana."""
    return all("\u30a0" <= c <= "\u30ff" or not c.isalnum() for c in text)


def is_everyday_phrase(text: str) -> bool:
    """Return whether a text is made of everyday words; a row of single letters is not."""
    return any(len(word) > 1 for word in words_of(text)) and is_everyday(text)


def is_silent(character: str) -> bool:
    """Return whether a kana stands for no consonant that is compared."""
    return is_kana(character) and not syllabic(character).letters


def is_unspaced(character: str) -> bool:
    """Return whether a script is written without blanks between words."""
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"


def _parts_word(left: str, right: str) -> bool:
    """Return whether one word ends and another begins between two code points."""
    if not left.isalpha() or not right.isalpha():
        return True
    return (left.islower() and right.isupper()) or is_unspaced(left) or is_unspaced(right)


def opens_word(text: str, start: int) -> bool:
    """Return whether a word begins at a place."""
    return start == 0 or _parts_word(text[start - 1], text[start])


def closes_word(text: str, end: int) -> bool:
    """Return whether a word ends before a place."""
    return end == len(text) or _parts_word(text[end - 1], text[end])


def _has_wide_gap(stream: Stream, first: int, end: int) -> bool:
    gaps = stream.starts[first + 1 : end] - stream.ends[first : end - 1]
    return bool((gaps > WIDEST_GAP).any())


def stands_alone(text: str, stream: Stream, first: int, end: int) -> bool:
    """Return whether a run of letters begins and ends where words do."""
    start, stop = span_of(stream, first, end)
    opens, closes = opens_word(text, start), closes_word(text, stop)
    return opens and closes and not _has_wide_gap(stream, first, end)


def is_placed(text: str, stream: Stream, first: int, end: int, *, in_order: bool) -> bool:
    """Return whether a run of letters may be a name: words of its own, or a long part of one.

    Args:
        text: as written.
        stream: a reading of it.
        first, end: letters of the reading.
        in_order: the words stand as listed, not the other way round or shortened.
    """
    start, stop = span_of(stream, first, end)
    opens, closes = opens_word(text, start), closes_word(text, stop)
    if _has_wide_gap(stream, first, end):
        return False
    if opens and closes:
        return True
    in_one_piece = not bool((stream.starts[first + 1 : end] > stream.ends[first : end - 1]).any())
    if in_one_piece:
        around = text[_opening(text, start) : _closing(text, stop)]
        return end - first >= (JOINED_LETTERS if in_order else LONG_LETTERS) and not is_everyday(
            around
        )
    return end - first >= LONG_LETTERS and (opens or closes)


def _opening(text: str, start: int) -> int:
    least = max(0, start - LONGEST_WORD)
    while start > least and text[start - 1].isalpha():
        start -= 1
    return start


def _closing(text: str, stop: int) -> int:
    most = min(len(text), stop + LONGEST_WORD)
    while stop < most and text[stop].isalpha():
        stop += 1
    return stop


def blanks_of(text: str, stream: Stream, first: int, end: int) -> list[int]:
    """Return after how many letters of a run there are blanks or underscores in the text."""
    gaps = np.flatnonzero(stream.starts[first + 1 : end] > stream.ends[first : end - 1])
    return [
        at + 1
        for at in gaps.tolist()
        if any(c.isspace() or c == "_" for c in _between(text, stream, first + at))
    ]


def _between(text: str, stream: Stream, at: int) -> str:
    return text[int(stream.ends[at]) : int(stream.starts[at + 1])]


def is_cut_elsewhere(blanks: list[int], sizes: list[int]) -> bool:
    """Return whether blanks cut a short name where no listed word ends, but not after each letter.

    Args:
        blanks: of `blanks_of`.
        sizes: letters of each listed word in the same reading.
    """
    letters = sum(sizes)
    if letters >= LONG_LETTERS or len(blanks) >= letters - 1:
        return False
    if len(blanks) == 1 and letters >= JOINED_LETTERS:
        return False  # one blank that slipped, and no everyday words: see `is_everyday_phrase`
    return not set(blanks) <= set(accumulate(sizes))
