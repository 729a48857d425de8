"""Where a run of letters may be a name: between the bounds of words, without wide gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.gazetteer.streams import syllabic

if TYPE_CHECKING:
    from hubwatch.gazetteer.streams import Stream

#: Letters from which a name may be part of a longer word.
JOINED_LETTERS: Final = 8
#: Code points that may stand between two letters of a name.
WIDEST_GAP: Final = 12


def span_of(stream: Stream, first: int, end: int) -> tuple[int, int]:
    """Return first code point and end of a run of letters in the text."""
    return int(stream.starts[first]), int(stream.ends[end - 1])


def is_kana(character: str) -> bool:
    """Return whether a code point is hiragana or katakana."""
    return "\u3041" <= character <= "\u30ff"


def is_silent(character: str) -> bool:
    """Return whether a kana stands for no consonant that is compared."""
    return is_kana(character) and not syllabic(character).letters


def _is_unspaced(character: str) -> bool:
    """Return whether a script is written without blanks between words."""
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"


def _parts_word(left: str, right: str) -> bool:
    """Return whether one word ends and another begins between two code points."""
    if not left.isalpha() or not right.isalpha():
        return True
    return (left.islower() and right.isupper()) or _is_unspaced(left) or _is_unspaced(right)


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


def is_placed(text: str, stream: Stream, first: int, end: int) -> bool:
    """Return whether a run of letters may be a name: words of its own, or a long part of one."""
    start, stop = span_of(stream, first, end)
    opens, closes = opens_word(text, start), closes_word(text, stop)
    if not (opens and closes) and end - first < JOINED_LETTERS:
        return False
    if _has_wide_gap(stream, first, end):
        return False
    return opens or closes or stop - start == end - first
