"""Reading one tag for whom it depicts: cues of women and of men, with their strength."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from hubwatch.prompts.text import words
from hubwatch.signals.language import NEGATIONS
from hubwatch.signals.signal import TermReader

if TYPE_CHECKING:
    from collections.abc import Sequence

CODES: Final = {
    "gender.women": "a word that says that women are depicted; four for a noun, one for a hint",
    "gender.men": "the same for men",
}
#: Codes for one noun; a role, a pronoun or a look counts once.
NOUN: Final = 4
#: Both are depicted when the weaker side has at least a third of the stronger.
_BOTH: Final = 3
#: Words between a negation and the cue that it turns around, at most.
REACH: Final = 2

_COUNTED: Final = re.compile(r"\d{1,2}(\D.*)")
_LISTS: Final = tomllib.loads(
    (files("hubwatch.signals") / "gender_words.toml").read_text(encoding="utf-8")
)


def _listed(name: str) -> tuple[str, ...]:
    """Return one list, over all languages."""
    parts = [_LISTS] + [part for part in _LISTS.values() if isinstance(part, dict)]
    return tuple(word for part in parts for word in part.get(name, "").split())


_CUES: Final = {
    **dict.fromkeys(_listed("hints_women"), (1, 0)),
    **dict.fromkeys(_listed("hints_men"), (0, 1)),
    **dict.fromkeys(_listed("women"), (NOUN, 0)),
    **dict.fromkeys(_listed("men"), (0, NOUN)),
}
_INSIDE_WOMEN: Final = _listed("inside_women")
_INSIDE_MEN: Final = _listed("inside_men")
#: Bare plural tags that creators put on everything, whoever is depicted.
LOOSE_TAGS: Final = frozenset(_listed("loose_tags"))
_NOTHING: Final = (0, 0)
#: Longer words are read without being remembered.
_LONG_WORD: Final = 64


def gender_of(women: int, men: int) -> str:
    """Return whom a prompt depicts, by its cues.

    Args:
        women, men: codes summed over its tags.

    Returns:
        `women`, `men`, `both`, or `none` without any cue.
    """
    if not women and not men:
        return "none"
    if _BOTH * min(women, men) >= max(women, men):
        return "both"
    return "women" if women > men else "men"


def cues(text: str) -> tuple[int, int]:
    """Return the strength of the cues of women and of men in a tag or a sentence.

    Args:
        text: lower case. Linear in its length.
    """
    found = words(text)
    women = men = 0
    for place, word in enumerate(found):
        mark = _cue_again(word) if len(word) <= _LONG_WORD else cue(word)
        if mark is not _NOTHING and not _is_negated(found, place):
            women += mark[0]
            men += mark[1]
    return women, men


def cue(word: str) -> tuple[int, int]:
    """Return the strength of the cue of women and of men in one word of `words`."""
    return _CUES.get(word) or _cue(word)


_cue_again: Final = lru_cache(maxsize=1 << 16)(cue)


def _cue(word: str) -> tuple[int, int]:
    """Return the cue of a word that is not listed as it stands."""
    if word.isascii():
        counted = _COUNTED.fullmatch(word) if word[0].isdigit() else None
        mark = _CUES.get(counted[1], _NOTHING) if counted else _NOTHING
        return mark if NOUN in mark else _NOTHING
    women = NOUN * any(part in word for part in _INSIDE_WOMEN)
    men = NOUN * any(part in word for part in _INSIDE_MEN)
    return (women, men) if women or men else _NOTHING


def _is_negated(found: Sequence[str], place: int) -> bool:
    return any(word in NEGATIONS for word in found[max(0, place - REACH) : place])


def _read(text: str) -> tuple[str, ...]:
    women, men = cues(text)
    return ("gender.women",) * women + ("gender.men",) * men if women or men else ()


TERMS: Final = TermReader(codes=CODES, read=_read)
