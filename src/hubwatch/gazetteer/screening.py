"""Screening a text for watched names, in every spelling class that can be undone by rule.

For claimants and moderators: it says that a watched name occurs, where, and how it is spelled. It
takes a text and a list; it is no search for models of a person. The list lives in memory only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.gazetteer.finders import Finder, Form, SlipFinder
from hubwatch.gazetteer.folding import fold, romanised
from hubwatch.gazetteer.names import words_of
from hubwatch.gazetteer.nicknames import other_forms
from hubwatch.gazetteer.placement import (
    LONG_LETTERS,
    blanks_of,
    is_cut_elsewhere,
    is_everyday_phrase,
    is_kana,
    is_katakana,
    is_placed,
    is_silent,
    is_unspaced,
    span_of,
    stands_alone,
)
from hubwatch.gazetteer.streams import (
    Stream,
    drawn,
    folded,
    has_signs,
    signs_and_letters,
    spoken,
    syllabic,
)
from hubwatch.gazetteer.variants import (
    ORDER,
    Variant,
    drawn_variant,
    plain_variant,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: Fewest letters that are looked for in the looser readings.
LOOSE_LETTERS: Final = 6
#: Fewest consonants that are looked for in syllabic scripts.
CONSONANTS: Final = 5


@dataclass(frozen=True, slots=True)
class WatchedName:
    """One name to watch.

    Args:
        id: what a match answers; not the name.
        name: as it is mostly written.
        aliases: other names, and the name in other scripts.
        nicknames: short forms of the given name, beyond the common English ones.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A watched name in a text.

    Args:
        entry: id of the watched name.
        variant: how it is spelled.
        start, end: code points in the text, end excluded.
    """

    entry: str
    variant: Variant
    start: int
    end: int


class Watchlist:
    """Watched names, ready to be looked for.

    Args:
        names: what to watch. A name of one word is only found as a word of its own, in the
            spellings that differ by case, spacing, punctuation, accents, signs or look-alikes.
    """

    def __init__(self, names: Iterable[WatchedName]) -> None:
        forms = [form for name in names for form in _forms(name)]
        plain = [(fold(form.spelling), form) for form in forms]
        loose = [
            (drawn(spelling).letters, form)
            for form in forms
            for spelling in (form.spelling, "".join(words_of(form.spelling)))
        ]
        sounds = [
            (spoken(spelling), form)
            for form in forms
            if len(words_of(form.spelling)) > 1 or not form.spelling.isascii()
            for spelling in _soundings(form.spelling)
        ]
        self._plain = Finder((key, form) for key, form in plain if len(key) > 1)
        self._drawn = Finder((key, form) for key, form in loose if len(key) >= LOOSE_LETTERS)
        self._spoken = Finder(
            (key.letters, form) for key, form in sounds if len(key.letters) >= LOOSE_LETTERS
        )
        skeletons = ((syllabic(form.spelling).letters, form) for form in forms)
        self._syllabic = Finder((key, form) for key, form in skeletons if len(key) >= CONSONANTS)
        self._slips = SlipFinder(
            (key, form)
            for key, form in plain
            if form.kind == Variant.AS_LISTED and len(words_of(form.spelling)) > 1
        )
        self._other_scripts = any(not fold(form.spelling).isascii() for form in forms)

    def screen(self, text: str) -> list[Match]:
        """Return the watched names in a text, in order; of overlapping readings the plainest.

        Linear in the text.

        Args:
            text: a prompt, a model's name or description, a tag, a file's name.
        """
        if not text.isascii():  # a lone surrogate has no place in the automata
            text = text.encode("utf-8", "replace").decode()
        plain = folded(text)
        found = [*self._exact(text, plain), *self._looks(text), *self._nearly(text, plain)]
        if self._other_scripts or not text.isascii():
            found += self._sounds(text)
        return _plainest(found, len(text))

    def _exact(self, text: str, stream: Stream) -> Iterator[Match]:
        for first, end, forms in self._plain.hits(stream):
            start, stop = span_of(stream, first, end)
            span = text[start:stop]
            alone, everyday = stands_alone(text, stream, first, end), is_everyday_phrase(span)
            for form in _placed(forms, text, stream, first, end, _folded_size):
                variant = form.kind
                if variant == Variant.AS_LISTED:
                    variant = plain_variant(span, form.spelling)
                    if ORDER[variant] < ORDER[Variant.SPACING] and not alone:
                        variant = Variant.SPACING
                if not everyday or _is_plain(variant, span, form.spelling):
                    yield Match(form.entry, variant, start, stop)

    def _looks(self, text: str) -> Iterator[Match]:
        stream = drawn(text)
        for first, end, forms in self._drawn.hits(stream):
            start, stop = span_of(stream, first, end)
            span = text[start:stop]
            if is_everyday_phrase(span) and not has_signs(span):
                continue
            letters, variant, size = fold(span), drawn_variant(span), signs_and_letters(span)
            for form in _placed(forms, text, stream, first, end, _drawn_size):
                listed = fold(form.spelling)
                if letters != listed and size >= len(listed):  # equal: found in the plain reading
                    yield Match(form.entry, variant, start, stop)

    def _nearly(self, text: str, stream: Stream) -> Iterator[Match]:
        for first, end, forms in self._slips.hits(text, stream):
            start, stop = span_of(stream, first, end)
            if is_everyday_phrase(text[start:stop]):
                continue
            blanks = len(blanks_of(text, stream, first, end))
            for form in forms:
                if blanks < len(words_of(form.spelling)) or end - first >= LONG_LETTERS:
                    yield Match(form.entry, Variant.SLIP, start, stop)

    def _sounds(self, text: str) -> Iterator[Match]:
        stream = spoken(text)
        for first, end, forms in self._spoken.hits(stream):
            start, stop = span_of(stream, first, end)
            other = not fold(text[start:stop]).isascii()
            if is_everyday_phrase(text[start:stop]):
                continue
            for form in _placed(forms, text, stream, first, end, _spoken_size):
                if other or not fold(form.spelling).isascii():
                    yield Match(form.entry, Variant.TRANSLITERATION, start, stop)
        if any(is_kana(character) for character in text):
            kana = "".join(c if is_kana(c) or not c.isalnum() else " " for c in text)
            yield from self._syllables(text, syllabic(kana))

    def _syllables(self, text: str, stream: Stream) -> Iterator[Match]:
        for first, end, forms in self._syllabic.hits(stream):
            start, stop = span_of(stream, first, end)
            while stop < len(text) and is_silent(text[stop]):
                stop += 1
            while start > 0 and is_silent(text[start - 1]):
                start -= 1
            whole = (start == 0 or not is_kana(text[start - 1])) and (
                stop == len(text) or not is_kana(text[stop])
            )
            if whole and is_katakana(text[start:stop]):  # in which foreign names are written
                for form in forms:
                    yield Match(form.entry, Variant.TRANSLITERATION, start, stop)


def _forms(name: WatchedName) -> Iterator[Form]:
    """Yield the spellings of one watched name: listed, family name first, with short forms."""
    for spelling in (name.name, *name.aliases):
        if not fold(spelling):
            continue
        yield Form(name.id, Variant.AS_LISTED, spelling)
        words = words_of(spelling)
        if len(words) == 1:
            continue
        yield Form(name.id, Variant.REVERSED, " ".join([words[-1], *words[:-1]]))
        if len(words) > 2:
            yield Form(name.id, Variant.REVERSED, " ".join([*words[1:], words[0]]))
        for short in {*other_forms(fold(words[0])), *name.nicknames}:
            yield Form(name.id, Variant.NICKNAME, f"{short} {words[-1]}")
            yield Form(name.id, Variant.NICKNAME, f"{words[-1]} {short}")


def _placed(
    forms: list[Form],
    text: str,
    stream: Stream,
    first: int,
    end: int,
    size: Callable[[str], int],
) -> Iterator[Form]:
    """Yield those forms that may stand where they were found.

    Args:
        forms: that have these letters.
        text: as written.
        stream: the reading that they were found in.
        first, end: letters of it.
        size: letters of a listed word in the same reading.
    """
    alone = stands_alone(text, stream, first, end)
    blanks = blanks_of(text, stream, first, end)
    for form in forms:
        in_order = form.kind == Variant.AS_LISTED
        if form.is_word and not alone:
            continue
        if not is_placed(text, stream, first, end, in_order=in_order):
            continue
        sizes = [size(word) for word in words_of(form.spelling)]
        unspaced = any(is_unspaced(c) or is_kana(c) for c in form.spelling)
        if unspaced or not is_cut_elsewhere(blanks, sizes):
            yield form


def _folded_size(word: str) -> int:
    return len(fold(word))


def _drawn_size(word: str) -> int:
    return len(drawn(word).letters)


def _spoken_size(word: str) -> int:
    return len(spoken(word).letters)


def _is_plain(variant: Variant, span: str, listed: str) -> bool:
    """Return whether a span has the listed words one by one, with blanks between them only."""
    if variant == Variant.SPACING:
        return span.casefold().replace("_", " ").split() == listed.casefold().split()
    return ORDER[variant] < ORDER[Variant.SPACING]


def _soundings(spelling: str) -> set[str]:
    """Return a spelling, and the same with `qu` as it is often written in other scripts."""
    latin = spelling.casefold() if spelling.isascii() else romanised(spelling)
    return {spelling, latin.replace("qu", "kv"), latin.replace("kv", "ku")}


def _plainest(found: list[Match], size: int) -> list[Match]:
    """Return of each entry the plainest of matches that overlap, from left to right.

    Args:
        found: in any order.
        size: code points of the text.
    """
    found.sort(key=lambda match: (ORDER[match.variant], match.start - match.end, match.start))
    by_entry: dict[str, list[Match]] = {}
    for match in found:
        by_entry.setdefault(match.entry, []).append(match)
    taken = bytearray(size)
    kept = []
    for matches in by_entry.values():
        chosen = []
        for match in matches:
            if taken.find(1, match.start, match.end) < 0:
                taken[match.start : match.end] = b"\x01" * (match.end - match.start)
                chosen.append(match)
        for match in chosen:
            taken[match.start : match.end] = bytes(match.end - match.start)
        kept += chosen
    return sorted(kept, key=lambda match: (match.start, match.end, match.entry))
