"""Automata that find spellings in a reading of a text: whole, or with one letter wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from hubwatch.gazetteer.names import words_of
from hubwatch.gazetteer.placement import closes_word, opens_word, stands_alone
from hubwatch.gazetteer.variants import Variant, within_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hubwatch.gazetteer.streams import Stream

#: Letters from which one wrong letter is allowed.
SLIP_LETTERS: Final = 8


class Form(NamedTuple):
    """One spelling that is looked for: of which entry, why, and the spelling itself."""

    entry: str
    kind: Variant
    spelling: str

    @property
    def is_word(self) -> bool:
        """Return whether it is one word, which counts only as a word of its own."""
        return len(self.spelling.split()) == 1 and len(words_of(self.spelling)) == 1


class Finder:
    """An automaton over one reading of all spellings."""

    def __init__(self, forms: Iterable[tuple[str, Form]]) -> None:
        self.forms: dict[str, list[Form]] = {}
        for letters, form in forms:
            known = self.forms.setdefault(letters, [])
            if form not in known:
                known.append(form)
        self.patterns = list(self.forms)
        self.automaton = _automaton(self.patterns)

    def hits(self, stream: Stream) -> Iterator[tuple[int, int, list[Form]]]:
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


class SlipFinder:
    """Looks for names with one wrong letter: one half of the name is whole, the rest is looked up.

    A wrong letter, or two swapped ones, leaves either the beginning or the end untouched. The rest
    is found by what both spellings are with one letter left out (Garbe's symmetric deletion), so
    that the time does not depend on how many names share a half.
    """

    def __init__(self, forms: Iterable[tuple[str, Form]]) -> None:
        self.names: list[tuple[str, Form]] = [
            (letters, form) for letters, form in forms if len(letters) >= SLIP_LETTERS
        ]
        sizes: dict[tuple[str, bool], set[int]] = {}
        self.rests: dict[tuple[str, bool, str], list[int]] = {}
        for number, (letters, _) in enumerate(self.names):
            half = len(letters) // 2
            for part, is_start, rest in (
                (letters[:half], True, letters[half:]),
                (letters[half + 1 :], False, letters[: half + 1]),
            ):
                sizes.setdefault((part, is_start), set()).update(
                    (len(rest) - 1, len(rest), len(rest) + 1)
                )
                for key in _shortened(rest):
                    self.rests.setdefault((part, is_start, key), []).append(number)
        self.parts = [(part, is_start, sorted(size)) for (part, is_start), size in sizes.items()]
        self.automaton = _automaton([part for part, _, _ in self.parts])

    def hits(self, text: str, stream: Stream) -> Iterator[tuple[int, int, list[Form]]]:
        """Yield first letter, letter after the last, and the forms that nearly stand there."""
        if self.automaton is None:
            return
        for place, first, end in self.automaton.find_matches_as_indexes(
            stream.letters, overlapping=True
        ):
            _, is_start, _ = self.parts[place]
            if is_start and not opens_word(text, stream.starts[first]):
                continue
            if is_start or closes_word(text, stream.ends[end - 1]):
                yield from self._around(text, stream, place, first, end)

    def _around(
        self, text: str, stream: Stream, place: int, first: int, end: int
    ) -> Iterator[tuple[int, int, list[Form]]]:
        """Yield the names of which one half stands at a place; of several lengths the likest."""
        part, is_start, sizes = self.parts[place]
        best: dict[int, tuple[int, int, int]] = {}
        for size in sizes:
            begin, last = (first, end + size) if is_start else (first - size, end)
            if begin >= 0 and last <= len(stream.letters):
                if not stands_alone(text, stream, begin, last):
                    continue
                rest = stream.letters[end:last] if is_start else stream.letters[begin:first]
                for number in self._near(part, rest, is_start=is_start):
                    unlike = abs(last - begin - len(self.names[number][0]))
                    best[number] = min(best.get(number, (2, 0, 0)), (unlike, begin, last))
        for number, (_, begin, last) in best.items():
            letters, form = self.names[number]
            if not _is_whole(stream.letters, begin, last, letters):
                yield begin, last, [form]

    def _near(self, part: str, rest: str, *, is_start: bool) -> list[int]:
        """Return the names with this half whose rest is written with one slip at most."""
        numbers = {
            number
            for key in _shortened(rest)
            for number in self.rests.get((part, is_start, key), ())
        }
        written = part + rest if is_start else rest + part
        return sorted(n for n in numbers if within_one(written, self.names[n][0]))


def _is_whole(letters: str, begin: int, last: int, name: str) -> bool:
    """Return whether a name stands there without a slip: then other readings decide."""
    runs = (letters[begin:last], letters[max(0, begin - 1) : last], letters[begin : last + 1])
    return name in runs


def _shortened(letters: str) -> set[str]:
    """Return a spelling, and what it is with any one letter left out."""
    return {letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))}
