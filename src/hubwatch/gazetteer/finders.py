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
    """Looks for names with one wrong letter: one part of the name is whole, the rest is compared.

    A wrong letter, or two swapped ones, leaves either the beginning or the end untouched.
    """

    def __init__(self, forms: Iterable[tuple[str, Form]]) -> None:
        self.names: list[tuple[str, Form]] = [
            (letters, form) for letters, form in forms if len(letters) >= SLIP_LETTERS
        ]
        parts: dict[tuple[str, bool], list[int]] = {}
        for number, (letters, _) in enumerate(self.names):
            half = len(letters) // 2
            parts.setdefault((letters[:half], True), []).append(number)
            parts.setdefault((letters[half + 1 :], False), []).append(number)
        self.parts = list(parts.items())
        self.automaton = _automaton([letters for (letters, _), _ in self.parts])

    def hits(self, text: str, stream: Stream) -> Iterator[tuple[int, int, list[Form]]]:
        """Yield first letter, letter after the last, and the form that nearly stands there."""
        if self.automaton is None:
            return
        for part, first, end in self.automaton.find_matches_as_indexes(
            stream.letters, overlapping=True
        ):
            (_, is_start), numbers = self.parts[part]
            if is_start and not opens_word(text, stream.starts[first]):
                continue
            if not is_start and not closes_word(text, stream.ends[end - 1]):
                continue
            anchor = first if is_start else end
            for number in numbers:
                letters, form = self.names[number]
                for begin, last in _candidates(anchor, len(letters), is_start=is_start):
                    if (
                        0 <= begin < last <= len(stream.letters)
                        and within_one(stream.letters[begin:last], letters)
                        and stands_alone(text, stream, begin, last)
                    ):
                        yield begin, last, [form]
                        break


def _candidates(anchor: int, size: int, *, is_start: bool) -> list[tuple[int, int]]:
    """Return the runs of letters that could be a name with one slip: as long, shorter, longer."""
    sizes = (size, size - 1, size + 1)
    return [(anchor, anchor + n) if is_start else (anchor - n, anchor) for n in sizes]
