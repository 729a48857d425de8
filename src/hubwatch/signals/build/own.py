"""What the own texts of many models say: every distinct piece is read once, for all signals.

The same readings as the signals' own (`language.scan`, `minor_reading.cues`,
`nudification_tool.read_quickly`, `depicted_gender.cues_on_page`), but one screen decides for all
pieces of some models which of them are read at all; tests hold both equal.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from hubwatch.prompts.text import plain_text, split_text
from hubwatch.signals import nudification_tool as tool
from hubwatch.signals.build.screen import screen
from hubwatch.signals.build.terms import vocabulary
from hubwatch.signals.build.vocabulary import LEXICONS, MINOR, TOOLS
from hubwatch.signals.depicted_gender import cues_on_page
from hubwatch.signals.language import scan
from hubwatch.signals.lexicon import SCREENED, load_lexicon
from hubwatch.signals.minor_cue import grade
from hubwatch.signals.minor_reading import CODES, cues
from hubwatch.signals.pieces import SHORT, TRIGGERS, piece_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hubwatch.signals.subjects import ModelSubject

#: Where a piece stands, as far as its reading depends on it.
TAG, NAME, PAGE = "tags", "name", "description"
SEXUALISED: Final = LEXICONS.index("sexualised")
_SEXUALISED: Final = load_lexicon("sexualised")
_MOST: Final = 1 << 16


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


class _Cut(NamedTuple):
    """The pieces of one model's texts by where they stand, and its description as plain text."""

    tags: list[str]
    named: list[str]
    described: list[str]
    versions: list[str]
    text: str


class _Said(NamedTuple):
    """What one piece says; see `OwnReading`."""

    sexualised: bool
    minor_grade: int
    tool_codes: tuple[str, ...]


class _Screened(NamedTuple):
    """What the screen says of each distinct piece.

    Args:
        loud: the lexicons that may find something, one bit each.
        wordy: it holds a word.
        gendered: it holds a cue of gender.
    """

    loud: dict[str, int]
    wordy: frozenset[str]
    gendered: frozenset[str]


def read_own(subjects: Sequence[ModelSubject]) -> list[OwnReading]:
    """Return what the own texts of each model say, without the prompts of its images."""
    cut = list(map(_cut, subjects))
    screened = _screen({piece: None for parts in cut for piece in chain(*parts[:4])})
    return [
        _reading(subject, parts, screened) for subject, parts in zip(subjects, cut, strict=True)
    ]


def _cut(subject: ModelSubject) -> _Cut:
    text = plain_text(subject.description) if subject.description else ""
    named = _pieces(SHORT, (subject.name,))
    named += _pieces(TRIGGERS, subject.trigger_words)
    for texts in (subject.version_names, subject.file_names, subject.training_tags):
        named += _pieces(SHORT, texts)
    versions = [
        piece for page in subject.version_descriptions for piece in split_text(plain_text(page))
    ]
    return _Cut(_pieces(SHORT, subject.tags), named, list(split_text(text)), versions, text)


def _pieces(kind: str, texts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for text in texts:
        found += _cut_again(kind, text) if len(text) < SCREENED else piece_texts(kind, text)
    return found


#: Models share their tags, and a model's files and versions their names.
_cut_again: Final = lru_cache(maxsize=1 << 14)(piece_texts)


def _screen(pieces: Iterable[str]) -> _Screened:
    """Screen distinct pieces, in the form of `Tag.text`."""
    texts = list(pieces)
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    found = screen(pa.array(clean, pa.string()), vocabulary())
    bits = (found.loud * (1 << np.arange(len(LEXICONS)))[:, None]).sum(axis=0)
    return _Screened(
        {texts[at]: int(bits[at]) for at in np.flatnonzero(bits).tolist()},
        frozenset([texts[at] for at in np.flatnonzero(found.words).tolist()]),
        frozenset([texts[at] for at in np.flatnonzero(found.women | found.men).tolist()]),
    )


def _reading(subject: ModelSubject, parts: _Cut, screened: _Screened) -> OwnReading:
    loud = screened.loud
    placed = ((TAG, parts.tags), (NAME, parts.named), (PAGE, parts.described + parts.versions))
    found = [
        _said_again(place, piece, loud[piece]) if len(piece) <= SCREENED else _said(place, piece)
        for place, pieces in placed
        for piece in pieces
        if piece in loud
    ]
    codes = {code for said in found for code in said.tool_codes}
    codes.update([code for code, _ in tool.method_codes(subject)])
    gendered = not parts.text.isascii() or not screened.gendered.isdisjoint(parts.described)
    return OwnReading(
        pieces=any(parts[:4]),
        wordy=any(piece in screened.wordy for piece in chain(*parts[:4])),
        sexualised=any(said.sexualised for said in found),
        minor_grade=max((said.minor_grade for said in found), default=0),
        tool_codes=frozenset(codes),
        gender=cues_on_page(parts.text) if gendered else (0, 0),
    )


def _said(place: str, piece: str, loud: int = -1) -> _Said:
    """Read one piece.

    Args:
        place: `TAG`, `NAME` or `PAGE`.
        piece: in the form of `Tag.text`.
        loud: see `_Screened`; -1 for all.
    """
    return _Said(
        sexualised=bool(loud >> SEXUALISED & 1 and scan(_SEXUALISED, piece).hits),
        minor_grade=_grade(place, piece) if loud >> MINOR & 1 else 0,
        tool_codes=_tool_codes(place, piece) if loud >> TOOLS & 1 else (),
    )


_said_again: Final = lru_cache(maxsize=_MOST)(_said)


def _grade(place: str, piece: str) -> int:
    said = cues(piece, prose=place == PAGE)
    return grade({code: getattr(said, code.partition(".")[2]) for code in CODES})


def _tool_codes(place: str, piece: str) -> tuple[str, ...]:
    said = tool.read_quickly(piece)
    return tool.codes_on_page(*said) if place == PAGE else tool.codes_of_short(place, *said)
