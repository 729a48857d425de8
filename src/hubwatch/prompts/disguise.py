"""What the strong normal form undoes: leetspeak, letters set apart, letters repeated."""

from __future__ import annotations

import re
from typing import Final

_LEET: Final = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
                "@": "a", "$": "s", "€": "e", "£": "l", "+": "t"}  # fmt: skip
_ONES: Final = "1|!"
_TABLES: Final = {one: _LEET | dict.fromkeys(_ONES, one) for one in "il"}
_TOKEN: Final = re.compile(r"[\w@$€£+|!]+")
_RUNS: Final = re.compile(r"[^\W\d_]+|[\W\d_]+")
_HAS_LEET: Final = re.compile(r"[\d@$€£+|!]")
#: Words that a leading number counts, so that `1girl` is never read as a disguised word.
_COUNTED: Final = re.compile(
    r"(?:girl|boy|other|wom[ae]n|m[ae]n|people|person|koma|year|yo|st|nd|rd|th|mm|px)"
)
#: Signs that part the letters of one word, as in `t.a.y` or `tay-lor`.
_SIGNS: Final = frozenset(".-*~'`·^")
_PARTING: Final = _SIGNS | {" "}
_PIECE: Final = re.compile(r"\w+|\W+")
_REPEATED: Final = re.compile(r"([^\W\d_])\1{2,}")


def read_leetspeak(text: str, *, one: str = "i") -> str:
    """Return a text in lower case with digits and signs inside words read as letters.

    Inside: with a letter on the left, and at most two in a row; the first one when three letters
    follow and it does not count them (`1girl`); the last one after three letters.

    Args:
        text: folded.
        one: what `1`, `|` and `!` stand for: `i` or `l`.
    """
    if _HAS_LEET.search(text) is None:
        return text
    table = _TABLES[one]
    return _TOKEN.sub(lambda match: _read_token(match[0], table), text)


def readings_of_one(text: str) -> str:
    """Return what `1`, `|` and `!` may stand for in a text: `i` and `l`, or `i` without them."""
    return "il" if any(sign in text for sign in _ONES) else "i"


def _read_token(token: str, table: dict[str, str]) -> str:
    """Read one word; its runs of letters and of other characters alternate."""
    if token.isalpha():
        return token
    runs = _RUNS.findall(token)
    last = len(runs) - 1
    for place, run in enumerate(runs):
        if run[0].isalpha() or len(run) > 2 or not _inside(runs, place, last):
            continue
        runs[place] = "".join(table.get(char, char) for char in run)
    return "".join(runs)


def _inside(runs: list[str], place: int, last: int) -> bool:
    if place == last:
        return place > 0 and len(runs[place]) == 1 and runs[place] != "!" and _long(runs, -1)
    if place == 0:
        counts = runs[0].isdigit() and _COUNTED.match(runs[1]) is not None
        return len(runs[0]) == 1 and not counts and _long(runs, 1)
    return True


def _long(runs: list[str], step: int) -> bool:
    """Say whether the letters on one side are three or more in all."""
    letters = 0
    for run in runs[1:6] if step > 0 else runs[-2:-7:-1]:
        letters += len(run) if run[0].isalpha() else 0
    return letters >= 3


def join_letters(text: str) -> str:
    """Return a text with set-apart letters joined: `t.a.y`, `t a y`, `tay-lor`.

    Three or more single letters in a row make one word; a sign between two letters goes when
    there is no space beside it.
    """
    if text.isalnum():
        return text
    pieces = _PIECE.findall(text)
    kept = pieces.copy()
    run: list[int] = []
    for place in range(1, len(pieces) - 1):
        left, gap, right = pieces[place - 1 : place + 2]
        if not left[-1].isalpha() or not right[0].isalpha():
            continue
        if len(left) == len(right) == 1 and len(gap) <= 3 and _PARTING.issuperset(gap):
            run = [*run[-1:], place] if run and run[-1] == place - 2 else [place]
            if len(run) == 2:
                kept[run[0]] = kept[place] = ""
        elif gap in _SIGNS:
            kept[place] = ""
    return "".join(kept)


def repeats(text: str) -> bool:
    """Say whether a letter stands three times or more in a row."""
    return _REPEATED.search(text) is not None


def unrepeat(text: str, *, keep: int) -> str:
    """Return a text with letters that stand three times or more in a row written `keep` times."""
    return _REPEATED.sub(r"\1" * keep, text)
