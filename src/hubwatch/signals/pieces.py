"""The tags and sentences of a subject, cut once for all lexical signals and indexed by word.

A signal asks of each distinct word, not of each tag, whether it can matter to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.prompts import parse
from hubwatch.prompts.tag_texts import tag_texts
from hubwatch.prompts.text import plain_text, split_text, words
from hubwatch.signals.lexicon import SCREENED, SPELLED, single_letters
from hubwatch.signals.subjects import FieldText, Subject, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: Longer texts are cut without being remembered.
LONG_TEXT: Final = 10_000
#: How a text is read: as a prompt, as trigger words, as HTML, or as a short text.
PROMPT, TRIGGERS, PAGE, SHORT = "prompt", "triggers", "page", "short"
#: Adapters and embeddings that a prompt calls: parsing takes them out of the tags.
_CALLED: Final = re.compile(r"<[A-Za-z0-9_]+:([^<>\n]*)>|\b[Ee]mbedding:([^\s,()\[\]{}|:<>\\]+)")
_LETTER: Final = r"[^\W\d_]"
#: Where words of a name are run together, and the few signs of it that are worth a second reading.
_SEAM: Final = re.compile(rf"(?<=[a-z])(?=[A-Z])|(?<={_LETTER})(?=\d)|(?<=\d)(?={_LETTER})")
_RUN_TOGETHER: Final = re.compile(rf"[a-z][A-Z]|{_LETTER}{{3}}\d|\d{_LETTER}{{3}}")


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
        pieces: in order, without spans.
        texts: what they are pieces of, with the place of the first piece of each.
        words: how many words those have that are not negative: the unit of every rate.
        by_word: places of pieces by word, as `str.split` parts them; long pieces left out.
        always: places of pieces that every signal reads: long ones, and spelled-out ones.
    """

    pieces: tuple[Piece, ...]
    texts: tuple[tuple[int, FieldText], ...]
    words: int
    by_word: Mapping[str, list[int]]
    always: tuple[int, ...]

    def where(self, matters: Callable[[str], bool]) -> list[int]:
        """Return the places of pieces that hold a word that matters, and those of `always`.

        Args:
            matters: asked of each distinct word.
        """
        chosen = set(self.always)
        for word, places in self.by_word.items():
            if matters(word):
                chosen.update(places)
        return sorted(chosen)

    def with_span(self, place: int) -> Piece:
        """Return one piece with its span."""
        piece = self.pieces[place]
        kind = kind_of(piece.field)
        if kind not in (PROMPT, TRIGGERS):
            return piece
        first, text = self.texts[bisect_right(self.texts, place, key=itemgetter(0)) - 1]
        parts = _parts_again if len(text.text) < LONG_TEXT else _parts_of_last
        return Piece(text.field, *parts(kind, text.text)[place - first], text.negative)


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
    """Return how a field is read: `PROMPT`, `TRIGGERS`, `PAGE` or `SHORT`."""
    if field.endswith("prompt"):
        return PROMPT
    if field.startswith("trigger_words"):
        return TRIGGERS
    return PAGE if field.startswith(("description", "version_descriptions")) else SHORT


def piece_texts(kind: str, text: str) -> tuple[str, ...]:
    """Return the tags or sentences of one text, without their places.

    Args:
        kind: see `kind_of`.
        text: as written.
    """
    if kind in (PROMPT, TRIGGERS):
        return tag_texts(text) + _beside_tags(kind, text)
    parts = _parts_again if len(text) < LONG_TEXT else _parts
    return tuple([piece for piece, _, _ in parts(kind, text)])


def _parts(kind: str, text: str) -> tuple[tuple[str, int | None, int | None], ...]:
    if kind in (PROMPT, TRIGGERS):
        beside = [(piece, None, None) for piece in _beside_tags(kind, text)]
        return (*[(tag.text, tag.start, tag.end) for tag in parse(text).tags], *beside)
    found = split_text(page_text(text)) if kind == PAGE else short_texts(text)
    return tuple([(piece, None, None) for piece in found])


def parted(name: str) -> str:
    """Return a short text with its run-together words parted: camel case, letters and digits."""
    return _SEAM.sub(" ", name) if _RUN_TOGETHER.search(name) else name


def short_texts(name: str) -> tuple[str, ...]:
    """Return the pieces of a short text, as written and parted; either may be a disguise."""
    apart = parted(name)
    return split_text(name) if apart == name else split_text(name) + split_text(apart)


def called(prompt: str) -> tuple[str, ...]:
    """Return the pieces of the names of all adapters and embeddings that a prompt calls.

    Args:
        prompt: as written. Linear in its length.
    """
    if "<" not in prompt and "mbedding:" not in prompt:
        return ()
    names = (match[1] or match[2] or "" for match in _CALLED.finditer(prompt))
    return tuple([piece for name in names for piece in _short_again(name.partition(":")[0])])


def _beside_tags(kind: str, text: str) -> tuple[str, ...]:
    """Return what is read of a prompt or of trigger words beside their tags."""
    names = called(text)
    if kind == PROMPT or (apart := parted(text)) == text:
        return names
    return names + tag_texts(apart)


#: The prompts of a hub call the same adapters.
_short_again: Final = lru_cache(maxsize=1 << 12)(short_texts)
#: Several signals read the same text one after the other.
_parts_again: Final = lru_cache(maxsize=512)(_parts)
_parts_of_last: Final = lru_cache(maxsize=1)(_parts)
_page_again: Final = lru_cache(maxsize=16)(plain_text)


def page_text(html: str) -> str:
    """Return `plain_text`, remembered for the next signal."""
    return _page_again(html) if len(html) < 10 * LONG_TEXT else plain_text(html)


def _own_texts(subject: Subject) -> OwnTexts:
    found: list[Piece] = []
    first = []
    for text in texts_of(subject, prompts=False):
        field, negative = text.field, text.negative
        first.append((len(found), text))
        found += [
            Piece(field, part, None, None, negative)
            for part in piece_texts(kind_of(field), text.text)
        ]
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    always = []
    for place, piece in enumerate(found):
        if len(piece.text) > SCREENED:
            always.append(place)
            continue
        for word in piece.text.split():
            by_word[word].append(place)
    letters: Counter[int] = Counter()
    for word, places in by_word.items():
        alone = single_letters(word)
        for place in places if alone else ():
            letters[place] += alone
    always += [place for place, alone in letters.items() if alone >= SPELLED]
    count = len(words(" ".join([piece.text for piece in found if not piece.negative])))
    return OwnTexts(tuple(found), tuple(first), count, by_word, tuple(always))


#: The signals answer for the same subjects one after the other.
own_texts: Final = lru_cache(maxsize=16)(_own_texts)
