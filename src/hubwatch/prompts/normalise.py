"""Undoing what makes equal words look different, in three documented strengths.

Everything here takes time linear in the text.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from anyascii import anyascii

from hubwatch.prompts.characters import bare, nfkc, unmasked
from hubwatch.prompts.disguise import (
    join_letters,
    read_leetspeak,
    readings_of_one,
    repeats,
    unrepeat,
)

#: What is written without spaces between words, so that look-alikes are judged around it.
_IDEOGRAPHS: Final = "\u2e80-\u312f\u31a0-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN: Final = re.compile(rf"[^\s{_IDEOGRAPHS}]+")


class Strength(StrEnum):
    """How much is undone.

    `plain`: compatibility form (NFKC), lower case, `_` and any white space as one space.
    `folded`: also accents, invisible characters, and letters of other scripts that stand in for
    Latin ones; a word that is truly of another script keeps its letters.
    `strong`: also digits and signs inside words (leetspeak), spaced or dotted letters, punctuation
    inside words, and letters repeated three times or more.
    """

    PLAIN = "plain"
    FOLDED = "folded"
    STRONG = "strong"


def normalise(text: str, strength: Strength) -> str:
    """Return the normal form of a text.

    Args:
        text: anything; a tag, a name, a sentence.
        strength: see `Strength`.
    """
    form = plain(text)
    if strength == Strength.PLAIN:
        return form
    form = _fold(form)
    if strength == Strength.FOLDED:
        return form
    return unrepeat(join_letters(read_leetspeak(form)), keep=1)


def match_keys(text: str) -> tuple[str, ...]:
    """Return the normal forms that a matcher should look up, distinct, in this order.

    The folded form; the strong form; the strong form with `1`, `|` and `!` read as `l`; both with
    two of each repeated letter; the transliteration of what is written in another script. A form
    that is equal to one before it is left out.
    """
    form = plain(text)
    folded = _fold(form)
    readings = [join_letters(read_leetspeak(folded, one=one)) for one in readings_of_one(folded)]
    keys = [folded]
    if any(map(repeats, readings)):
        keys += [unrepeat(text, keep=keep) for keep in (1, 2) for text in readings]
    else:
        keys += readings
    if not form.isascii():
        keys.append(plain(anyascii(form)))
    return tuple(dict.fromkeys(key for key in keys if key))


def plain(text: str) -> str:
    """Return the form `Strength.PLAIN`, which is the form of `Tag.text`."""
    if not text.isascii():
        text = nfkc(nfkc(text).lower())
    return " ".join(text.lower().replace("_", " ").split())


def _fold(form: str) -> str:
    if form.isascii():
        return form
    return " ".join(_RUN.sub(_fold_run, bare(form)).split())


def _fold_run(match: re.Match[str]) -> str:
    """Read a word as Latin when all of its letters could be, else leave it."""
    run = match[0]
    if run.isascii():
        return run
    read = unmasked(run)
    foreign = any(char.isalpha() for char in read if char > "\x7f")
    return run if foreign else read
