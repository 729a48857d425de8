"""What the own texts of many models say: every distinct piece is read once, for all signals.

The same readings as the signals' own (`language.scan`, `minor_reading.cues`,
`nudification_tool.read_quickly`, `gender_cues.cues`), but one screen for all of them decides which
pieces are read at all; tests hold both equal.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.prompts.text import plain_text, split_text, words
from hubwatch.signals import nudification_tool as tool
from hubwatch.signals.ages import tells_age
from hubwatch.signals.depicted_gender import cues_on_page
from hubwatch.signals.gender_cues import cues as gender_cues
from hubwatch.signals.language import scan
from hubwatch.signals.lexicon import (
    SCREENED,
    SPELLED,
    forms_of_word,
    load_lexicon,
    single_letters,
    tokens,
)
from hubwatch.signals.minor_cue import grade
from hubwatch.signals.minor_reading import CODES, cues
from hubwatch.signals.pieces import SHORT, TRIGGERS, piece_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hubwatch.signals.subjects import ModelSubject

#: Where a piece stands, as far as its reading depends on it.
TAG, NAME, PAGE = "tags", "name", "description"
_MOST: Final = 1 << 17
_SEXUALISED: Final = load_lexicon("sexualised")
_MINOR: Final = load_lexicon("minor")
_TOOLS: Final = load_lexicon("tools")

#: Weights of a word for each reading, side by side in one number; no piece that is screened has
#: words enough to overflow into the next.
_BITS: Final = 12
_MASK: Final = (1 << _BITS) - 1
_AT_SEXUALISED, _AT_MINOR, _AT_TOOL, _AT_TOOL_NAMED, _AT_GENDER = range(0, 5 * _BITS, _BITS)
_ALL: Final = sum(SPELLED << at for at in range(0, 5 * _BITS, _BITS))


class OwnReading(NamedTuple):
    """What the own texts of one model say.

    Args:
        pieces: there are any.
        wordy: they hold a word.
        sexualised: they hold a sexualised term.
        minor_grade: of the minor cue, 0..3.
        tool_codes: of `nudification_tool`, the model's kind included.
        gender: cues of women and of men in the description.
    """

    pieces: bool
    wordy: bool
    sexualised: bool
    minor_grade: int
    tool_codes: frozenset[str]
    gender: tuple[int, int]


class _Said(NamedTuple):
    """What one piece says; see `OwnReading`."""

    sexualised: bool
    minor_grade: int
    tool_codes: tuple[str, ...]
    gendered: bool


def read_own(subject: ModelSubject) -> OwnReading:
    """Return what the own texts of a model say, without the prompts of its images."""
    tags = list(_pieces(SHORT, subject.tags))
    named = list(
        chain(
            _pieces(SHORT, (subject.name,)),
            _pieces(TRIGGERS, subject.trigger_words),
            _pieces(SHORT, subject.version_names),
            _pieces(SHORT, subject.file_names),
            _pieces(SHORT, subject.training_tags),
        )
    )
    text = plain_text(subject.description) if subject.description else ""
    described = split_text(text)
    versions = [
        piece for page in subject.version_descriptions for piece in split_text(plain_text(page))
    ]
    on_page = [said for piece in described if (said := _said(PAGE, piece))]
    found = [
        *on_page,
        *(said for piece in versions if (said := _said(PAGE, piece))),
        *(said for piece in tags if (said := _said(TAG, piece))),
        *(said for piece in named if (said := _said(NAME, piece))),
    ]
    codes = {code for said in found for code in said.tool_codes}
    codes.update(code for code, _ in tool.method_codes(subject))
    gendered = not text.isascii() or any(said.gendered for said in on_page)
    return OwnReading(
        pieces=bool(named or tags or described or versions),
        wordy=any(map(words, chain(named, tags, described, versions))),
        sexualised=any(said.sexualised for said in found),
        minor_grade=max((said.minor_grade for said in found), default=0),
        tool_codes=frozenset(codes),
        gender=cues_on_page(text) if gendered else (0, 0),
    )


def _pieces(kind: str, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _cut_again(kind, text) if len(text) < SCREENED else piece_texts(kind, text)


#: Models share their tags, and a model's files and versions their names.
_cut_again: Final = lru_cache(maxsize=1 << 14)(piece_texts)


def _said(place: str, piece: str) -> _Said | None:
    """Return what one piece says, None for nothing.

    Args:
        place: `TAG`, `NAME` or `PAGE`.
        piece: in the form of `Tag.text`.
    """
    return _read_again(place, piece) if len(piece) <= SCREENED else _read(place, piece)


def _read(place: str, piece: str) -> _Said | None:
    loud = sum(map(_weights, piece.split())) if len(piece) <= SCREENED else _ALL
    if not loud:
        return None
    found = _Said(
        sexualised=_is_loud(loud, _AT_SEXUALISED) and bool(scan(_SEXUALISED, piece).hits),
        minor_grade=_grade(place, piece) if _is_loud(loud, _AT_MINOR) else 0,
        tool_codes=_tool_codes(place, piece, loud),
        gendered=loud >> _AT_GENDER > 0,
    )
    return found if any(found) else None


_read_again: Final = lru_cache(maxsize=_MOST)(_read)


def _is_loud(loud: int, at: int) -> bool:
    return (loud >> at) & _MASK >= SPELLED


def _grade(place: str, piece: str) -> int:
    said = cues(piece, prose=place == PAGE)
    return grade({code: getattr(said, code.partition(".")[2]) for code in CODES})


def _tool_codes(place: str, piece: str, loud: int) -> tuple[str, ...]:
    if not _is_loud(loud, _AT_TOOL if place == PAGE else _AT_TOOL_NAMED):
        return ()
    said = tool.read_quickly(piece)
    return tool.codes_on_page(*said) if place == PAGE else tool.codes_of_short(place, *said)


@lru_cache(maxsize=_MOST)
def _weights(word: str) -> int:
    """Return how much a word of a piece speaks for each reading: `SPELLED` is enough.

    What is less adds up over a piece: single letters that may be one word, spelled out.
    """
    named = any(map(_TOOLS.lengths, chain.from_iterable(map(tokens, forms_of_word(word)))))
    return (
        min(SPELLED, _SEXUALISED.weigh(word)) << _AT_SEXUALISED
        | (SPELLED if tells_age(word) else min(SPELLED, _MINOR.weigh(word))) << _AT_MINOR
        | min(SPELLED, _TOOLS.weigh(word)) << _AT_TOOL
        | (SPELLED if named else single_letters(word)) << _AT_TOOL_NAMED
        | any(gender_cues(word)) << _AT_GENDER
    )
