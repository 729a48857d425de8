"""What one label says: whom it depicts, of what kind its wording is, and what is left of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.everyday import is_everyday_tag
from hubwatch.adapters.person_strings import is_person_like
from hubwatch.signals.gender_cues import cues, gender_of
from hubwatch.signals.lexicon import load_lexicon, tokens
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.adapters.audit.labels import Label

#: Signals whose codes are told of a label.
LEXICAL: Final = (
    "sexualised_language",
    "objectifying_language",
    "violent_or_coercive_language",
)
MINORS: Final = "minor_cue"
#: Prefixes of codes for which a safer label is looked for.
UNSAFE: Final = ("sexualised.", "objectifying.")
SEXUALISED: Final = "sexualised."
#: Words that are no concept of their own.
_EMPTY: Final = frozenset(
    (
        *("a", "an", "and", "as", "at", "by", "for", "from", "her", "his", "in", "into", "is"),
        *("it", "its", "no", "not", "of", "off", "on", "one", "or", "other", "out", "over"),
        *("own", "photo", "portrait", "self", "solo", "the", "their", "to", "two", "under"),
        *("up", "view", "with", "without", "multiple", "single", "focus", "many", "three"),
    )
)
_SHORTEST: Final = 3


class Reading(NamedTuple):
    """What one label says.

    Args:
        gender: `women`, `men`, `both` or `none`.
        codes: of the lexical signals, each once; empty for a label about minors.
        minor: it holds a cue of a minor; then nothing else of it may be told.
        words: its neutral words: what is left without gender and without any coded wording.
        rest: the label without gender and without any coded wording.
        dressed: the label without any coded wording; its gender stays.
        public: it is made of everyday words, says nothing sexual and names nobody.
    """

    gender: str
    codes: tuple[str, ...]
    minor: bool
    words: tuple[str, ...]
    rest: str
    dressed: str
    public: bool

    @property
    def sexualised(self) -> bool:
        """`sexualised_language` finds a term."""
        return any(code.startswith(SEXUALISED) for code in self.codes)

    @property
    def unsafe(self) -> bool:
        """It is sexualised or objectifying."""
        return any(code.startswith(UNSAFE) for code in self.codes)


@cache
def _readers() -> tuple[Callable[[str], tuple[str, ...]], ...]:
    found = [signal(name).terms for name in LEXICAL]
    return tuple(reader.read for reader in found if reader is not None)


@cache
def _unpublished() -> tuple[Callable[[str], tuple[str, ...]], ...]:
    """Return the readers of wording that is never printed, also where it is disguised."""
    found = [signal(name).terms for name in (*LEXICAL, MINORS, "evasion")]
    return tuple(reader.read for reader in found if reader is not None)


@cache
def _minors() -> Callable[[str], tuple[str, ...]]:
    reader = signal(MINORS).terms
    assert reader is not None  # noqa: S101 - the signal declares it
    return reader.read


def read_label(label: Label) -> Reading:
    """Return what a label says, by the definitions of the signals."""
    text = label.text
    gender = gender_of(*cues(text))
    if _minors()(text):
        return Reading(gender, (), True, (), "", "", False)
    codes = tuple(dict.fromkeys(code for read in _readers() for code in read(text)))
    row = tokens(text)
    harmless = _without_terms(row)
    kept = [word for word in harmless if not any(cues(word))]
    words = dict.fromkeys(filter(_is_concept, kept))
    public = not codes and not label.naming and is_public(text)
    # Where a term was found in disguise only, nobody knows which words are left.
    disguised = any(code.startswith(UNSAFE) for code in codes) and harmless == row
    return Reading(
        gender,
        codes,
        False,
        () if disguised else tuple(words),
        "" if disguised else " ".join(kept),
        "" if disguised else " ".join(harmless),
        public,
    )


def _without_terms(row: list[str]) -> list[str]:
    """Return the words that belong to no entry of the lexicons."""
    taken: set[int] = set()
    for name in ("sexualised", "objectifying", "violent"):
        for mark in load_lexicon(name).find(row):
            if mark.role != "benign":
                taken.update(range(mark.start, mark.stop))
    return [word for place, word in enumerate(row) if place not in taken]


def _is_concept(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in _EMPTY and not word.isdigit()


def is_public(text: str) -> bool:
    """Say whether a text may be printed: everyday words without any code that name nobody.

    Args:
        text: a label or a concept, in the form of `Tag.text`.
    """
    if not tokens(text) or any(read(text) for read in _unpublished()):
        return False
    return is_everyday_tag(text) and not is_person_like(text)
