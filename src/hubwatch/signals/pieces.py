"""The tags and sentences of a subject, cut once for all lexical signals and indexed by word.

A signal asks of each distinct word, not of each tag, whether it can matter to it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.prompts import parse
from hubwatch.prompts.tag_texts import tag_texts
from hubwatch.prompts.text import plain_text, split_text, words
from hubwatch.signals.lexicon import SCREENED, SPELLED, single_letters
from hubwatch.signals.subjects import FieldText, Subject, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Longer texts are cut without being remembered.
LONG_TEXT: Final = 10_000


class Piece(NamedTuple):
    """One tag or sentence of a subject, in the form of `Tag.text`; no span when it has none."""

    field: str
    text: str
    start: int | None = None
    end: int | None = None
    negative: bool = False


class OwnTexts(NamedTuple):
    """The tags and sentences of a subject without the prompts of its images.

    Args:
        pieces: in order.
        words: how many words those have that are not negative: the unit of every rate.
        by_word: places of pieces by word, as `str.split` parts them; long pieces left out.
        always: places of pieces that every signal reads: long ones, and spelled-out ones.
    """

    pieces: tuple[Piece, ...]
    words: int
    by_word: dict[str, list[int]]
    always: tuple[int, ...]

    def where(self, matters: Callable[[str], bool]) -> list[Piece]:
        """Return the pieces, in order, that hold a word that matters, and those of `always`.

        Args:
            matters: asked of each distinct word.
        """
        chosen = set(self.always)
        for word, places in self.by_word.items():
            if matters(word):
                chosen.update(places)
        return [self.pieces[place] for place in sorted(chosen)]


def pieces(subject: Subject, *, prompts: bool) -> Iterator[Piece]:
    """Yield the tags and sentences of a subject.

    Args:
        subject: a prompt or a model.
        prompts: also the prompts of a model's showcase images.
    """
    for text in texts_of(subject, prompts=prompts):
        yield from pieces_of(text)


def pieces_of(text: FieldText) -> Iterator[Piece]:
    """Yield the tags or sentences of one text of a subject."""
    field, negative = text.field, text.negative
    parts = _parts_again if len(text.text) < LONG_TEXT else _parts
    for piece, start, end in parts(kind_of(field), text.text):
        yield Piece(field, piece, start, end, negative)


def kind_of(field: str) -> str:
    """Return how a field is read: as `prompt`, as `page` (HTML), or as a `short` text."""
    if field.endswith("prompt") or field.startswith("trigger_words"):
        return "prompt"
    return "page" if field.startswith(("description", "version_descriptions")) else "short"


def piece_texts(kind: str, text: str) -> tuple[str, ...]:
    """Return the tags or sentences of one text, without their places.

    Args:
        kind: see `kind_of`.
        text: as written.
    """
    if kind == "prompt":
        return tag_texts(text)
    parts = _parts_again if len(text) < LONG_TEXT else _parts
    return tuple([piece for piece, _, _ in parts(kind, text)])


def _parts(kind: str, text: str) -> tuple[tuple[str, int | None, int | None], ...]:
    if kind == "prompt":
        return tuple([(tag.text, tag.start, tag.end) for tag in parse(text).tags])
    prose = page_text(text) if kind == "page" else text
    return tuple([(piece, None, None) for piece in split_text(prose)])


#: Several signals read the same text one after the other.
_parts_again: Final = lru_cache(maxsize=512)(_parts)
_page_again: Final = lru_cache(maxsize=16)(plain_text)


def page_text(html: str) -> str:
    """Return `plain_text`, remembered for the next signal."""
    return _page_again(html) if len(html) < 10 * LONG_TEXT else plain_text(html)


def _own_texts(subject: Subject) -> OwnTexts:
    found = tuple(pieces(subject, prompts=False))
    index: dict[str, list[int]] = {}
    always = []
    for place, piece in enumerate(found):
        if len(piece.text) > SCREENED:
            always.append(place)
            continue
        row = piece.text.split()
        for word in row:
            index.setdefault(word, []).append(place)
        if sum(map(single_letters, row)) >= SPELLED:
            always.append(place)
    count = sum(len(words(piece.text)) for piece in found if not piece.negative)
    return OwnTexts(found, count, index, tuple(always))


#: The signals answer for the same subject one after the other.
own_texts: Final = lru_cache(maxsize=2)(_own_texts)
