"""Screening a text for watched names, in every spelling class that can be undone by rule.

For claimants and moderators: it says that a watched name occurs, where, and how it is spelled. It
takes a text and a list; it is no search for models of a person. The list lives in memory only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from hubwatch.gazetteer.folding import fold, romanised
from hubwatch.gazetteer.names import is_everyday, words_of
from hubwatch.gazetteer.nicknames import other_forms
from hubwatch.gazetteer.streams import Stream, consonants, drawn, folded, has_signs, spoken
from hubwatch.gazetteer.variants import (
    ORDER,
    Variant,
    drawn_variant,
    plain_variant,
    within_one,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Letters from which a name may be part of a longer word.
JOINED_LETTERS: Final = 10
#: Letters from which one wrong letter is allowed.
SLIP_LETTERS: Final = 8
#: Fewest letters that are looked for in the looser readings.
LOOSE_LETTERS: Final = 6
#: Fewest consonants that are looked for in syllabic scripts.
CONSONANTS: Final = 5
#: Code points that may stand between two letters of a name.
WIDEST_GAP: Final = 12


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


class _Form(NamedTuple):
    """One spelling that is looked for: of which entry, why, and the spelling itself."""

    entry: str
    kind: Variant
    spelling: str


class _Finder:
    """An automaton over one reading of all spellings."""

    def __init__(self, forms: Iterable[tuple[str, _Form]]) -> None:
        self.forms: dict[str, list[_Form]] = {}
        for letters, form in forms:
            known = self.forms.setdefault(letters, [])
            if form not in known:
                known.append(form)
        self.patterns = list(self.forms)
        self.automaton = _automaton(self.patterns)

    def hits(self, stream: Stream) -> Iterator[tuple[int, int, list[_Form]]]:
        """Yield first letter, letter after the last, and the forms that stand there."""
        if self.automaton is None:
            return
        found = self.automaton.find_matches_as_indexes(stream.letters, overlapping=True)
        for pattern, first, end in found:
            yield first, end, self.forms[self.patterns[pattern]]


def _automaton(patterns: list[str]) -> AhoCorasick | None:
    if not patterns:
        return None
    return AhoCorasick(patterns, implementation=Implementation.ContiguousNFA, store_patterns=False)


class _Slips:
    """Looks for names with one wrong letter: one part of the name is whole, the rest is compared.

    A wrong letter, or two swapped ones, leaves either the beginning or the end untouched.
    """

    def __init__(self, forms: Iterable[tuple[str, _Form]]) -> None:
        self.names: list[tuple[str, _Form]] = [
            (letters, form) for letters, form in forms if len(letters) >= SLIP_LETTERS
        ]
        parts: dict[tuple[str, bool], list[int]] = {}
        for number, (letters, _) in enumerate(self.names):
            half = len(letters) // 2
            parts.setdefault((letters[:half], True), []).append(number)
            parts.setdefault((letters[half + 1 :], False), []).append(number)
        self.parts = list(parts.items())
        self.automaton = _automaton([letters for (letters, _), _ in self.parts])

    def hits(self, text: str, stream: Stream) -> Iterator[tuple[int, int, list[_Form]]]:
        """Yield first letter, letter after the last, and the form that nearly stands there."""
        if self.automaton is None:
            return
        for part, first, end in self.automaton.find_matches_as_indexes(
            stream.letters, overlapping=True
        ):
            (_, is_start), numbers = self.parts[part]
            if is_start and not _opens(text, stream.starts[first]):
                continue
            if not is_start and not _closes(text, stream.ends[end - 1]):
                continue
            for number in numbers:
                letters, form = self.names[number]
                for size in (len(letters), len(letters) - 1, len(letters) + 1):
                    begin = first if is_start else end - size
                    last = begin + size
                    if begin < 0 or last > len(stream.letters):
                        continue
                    if within_one(stream.letters[begin:last], letters) and _stands_alone(
                        text, stream, begin, last
                    ):
                        yield begin, last, [form]


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
        self._plain = _Finder((key, form) for key, form in plain if len(key) > 1)
        self._drawn = _Finder((key, form) for key, form in loose if len(key) >= LOOSE_LETTERS)
        self._spoken = _Finder(
            (key.letters, form) for key, form in sounds if len(key.letters) >= LOOSE_LETTERS
        )
        skeletons = ((consonants(key).letters, form) for key, form in sounds)
        self._consonants = _Finder((key, form) for key, form in skeletons if len(key) >= CONSONANTS)
        self._slips = _Slips(
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
        return _plainest(found)

    def _exact(self, text: str, stream: Stream) -> Iterator[Match]:
        for first, end, forms in self._plain.hits(stream):
            if not _is_placed(text, stream, first, end):
                continue
            start, stop = _span(stream, first, end)
            for form in forms:
                variant = form.kind
                if variant == Variant.AS_LISTED:
                    variant = plain_variant(text[start:stop], form.spelling)
                yield Match(form.entry, variant, start, stop)

    def _looks(self, text: str) -> Iterator[Match]:
        stream = drawn(text)
        for first, end, forms in self._drawn.hits(stream):
            if not _is_placed(text, stream, first, end):
                continue
            start, stop = _span(stream, first, end)
            span = text[start:stop]
            if is_everyday(span) and not has_signs(span):
                continue
            letters = fold(span)
            for form in forms:
                if letters != fold(form.spelling):  # else the plain reading has found it
                    yield Match(form.entry, drawn_variant(span), start, stop)

    def _nearly(self, text: str, stream: Stream) -> Iterator[Match]:
        for first, end, forms in self._slips.hits(text, stream):
            start, stop = _span(stream, first, end)
            if not is_everyday(text[start:stop]):
                for form in forms:
                    yield Match(form.entry, Variant.SLIP, start, stop)

    def _sounds(self, text: str) -> Iterator[Match]:
        stream = spoken(text)
        for first, end, forms in self._spoken.hits(stream):
            if not _is_placed(text, stream, first, end):
                continue
            start, stop = _span(stream, first, end)
            other = not fold(text[start:stop]).isascii()
            for form in forms:
                if other or not fold(form.spelling).isascii():
                    yield Match(form.entry, Variant.TRANSLITERATION, start, stop)
        if any(_is_kana(character) for character in text):
            yield from self._syllables(text, consonants(stream))

    def _syllables(self, text: str, stream: Stream) -> Iterator[Match]:
        for first, end, forms in self._consonants.hits(stream):
            start, stop = _span(stream, first, end)
            while stop < len(text) and (_is_kana(text[stop]) and text[stop] in _VOWEL_KANA):
                stop += 1
            whole = (start == 0 or not _is_kana(text[start - 1])) and (
                stop == len(text) or not _is_kana(text[stop])
            )
            if whole and all(_is_kana(c) or not c.isalnum() for c in text[start:stop]):
                for form in forms:
                    yield Match(form.entry, Variant.TRANSLITERATION, start, stop)


_VOWEL_KANA: Final = frozenset("アイウエオァィゥェォーあいうえおぁぃぅぇぉハヒフヘホ")


def _forms(name: WatchedName) -> Iterator[_Form]:
    """Yield the spellings of one watched name: listed, family name first, with short forms."""
    for spelling in (name.name, *name.aliases):
        if not fold(spelling):
            continue
        yield _Form(name.id, Variant.AS_LISTED, spelling)
        words = words_of(spelling)
        if len(words) == 1:
            continue
        yield _Form(name.id, Variant.REVERSED, " ".join([words[-1], *words[:-1]]))
        if len(words) > 2:
            yield _Form(name.id, Variant.REVERSED, " ".join([*words[1:], words[0]]))
        for short in {*other_forms(fold(words[0])), *name.nicknames}:
            yield _Form(name.id, Variant.NICKNAME, f"{short} {words[-1]}")
            yield _Form(name.id, Variant.NICKNAME, f"{words[-1]} {short}")


def _soundings(spelling: str) -> set[str]:
    """Return a spelling, and the same with `qu` as it is often written in other scripts."""
    latin = spelling.casefold() if spelling.isascii() else romanised(spelling)
    return {spelling, latin.replace("qu", "kv"), latin.replace("kv", "ku")}


def _span(stream: Stream, first: int, end: int) -> tuple[int, int]:
    return int(stream.starts[first]), int(stream.ends[end - 1])


def _is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff"


def _is_unspaced(character: str) -> bool:
    """Return whether a script is written without blanks between words."""
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"


def _parts_word(left: str, right: str) -> bool:
    """Return whether one word ends and another begins between two code points."""
    if not left.isalpha() or not right.isalpha():
        return True
    return (left.islower() and right.isupper()) or _is_unspaced(left) or _is_unspaced(right)


def _opens(text: str, start: int) -> bool:
    return start == 0 or _parts_word(text[start - 1], text[start])


def _closes(text: str, end: int) -> bool:
    return end == len(text) or _parts_word(text[end - 1], text[end])


def _has_wide_gap(stream: Stream, first: int, end: int) -> bool:
    gaps = stream.starts[first + 1 : end] - stream.ends[first : end - 1]
    return bool((gaps > WIDEST_GAP).any())


def _stands_alone(text: str, stream: Stream, first: int, end: int) -> bool:
    """Return whether a run of letters begins and ends where words do."""
    start, stop = _span(stream, first, end)
    opens, closes = _opens(text, start), _closes(text, stop)
    return opens and closes and not _has_wide_gap(stream, first, end)


def _is_placed(text: str, stream: Stream, first: int, end: int) -> bool:
    """Return whether a run of letters may be a name: words of its own, or a long part of one."""
    start, stop = _span(stream, first, end)
    opens, closes = _opens(text, start), _closes(text, stop)
    if not (opens and closes) and end - first < JOINED_LETTERS:
        return False
    if _has_wide_gap(stream, first, end):
        return False
    return opens or closes or stop - start == end - first


def _plainest(found: list[Match]) -> list[Match]:
    """Return of each entry the plainest of matches that overlap, from left to right."""
    found.sort(key=lambda match: (ORDER[match.variant], match.start - match.end, match.start))
    taken: dict[str, list[Match]] = {}
    for match in found:
        known = taken.setdefault(match.entry, [])
        if not any(match.start < other.end and other.start < match.end for other in known):
            known.append(match)
    return sorted(
        (match for known in taken.values() for match in known),
        key=lambda match: (match.start, match.end, match.entry),
    )
