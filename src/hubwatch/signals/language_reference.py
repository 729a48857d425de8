"""The lexical signals once more, slow and obvious: every window of every form is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.prompts.normalise import match_keys
from hubwatch.prompts.text import words
from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.language import NEGATIONS, REACH, TRAILING, TURNS
from hubwatch.signals.lexicon import Lexicon, digest, load_lexicon, ordinary, tokens
from hubwatch.signals.pieces import pieces

if TYPE_CHECKING:
    from hubwatch.signals.subjects import Subject


def reference(name: str, prefix: str, subject: Subject) -> Answer:
    """Say what `language.answer` says, by value and total score."""
    lexicon = load_lexicon(name)
    read = hits = 0
    evidence = []
    for piece in pieces(subject, prompts=False):
        if piece.negative:
            continue
        read += len(words(piece.text))
        found = best_hits(lexicon, piece.text)
        hits += len(found)
        evidence += [Evidence(code=f"{prefix}.{name}", field=piece.field) for name in found]
    return Answer(
        id=subject.id,
        value=hits > 0 if read else None,
        score=round(1000 * hits / read, 3) if read else None,
        evidence=tuple(evidence),
    )


def best_hits(lexicon: Lexicon, text: str) -> list[str]:
    """Return the categories of the hits in the form of a tag that says most."""
    first = tokens(ordinary(text))
    found = read_form(lexicon, first, set())
    for form in match_keys(text):
        other = read_form(lexicon, tokens(form), set(first))
        if len(other) > len(found):
            found = other
    return [category for category, negated in found if not negated]


def read_form(lexicon: Lexicon, row: list[str], known: set[str]) -> list[tuple[str, bool]]:
    """Return category and negation of every counted term of one form."""
    kept = leftmost_longest(lexicon, row)
    has_context = any(
        digest(" ".join(row[start:stop])) in lexicon.contexts
        for start in range(len(row))
        for stop in range(start + 1, min(len(row), start + 8) + 1)
    )
    found: list[tuple[str, bool]] = []
    reach = -1
    for start, stop, role, category in kept:
        if role == "benign" or set(row[start:stop]) <= known or (role == "soft" and has_context):
            continue
        before = row[max(0, start - REACH) : start]
        after_turn = [place for place, word in enumerate(before) if word in TURNS]
        before = before[after_turn[-1] + 1 :] if after_turn else before
        negated = (
            start <= reach
            or any(word in NEGATIONS for word in before)
            or tuple(row[stop:]) in TRAILING
        )
        reach = stop + 1 if negated else reach
        found.append((category, negated))
    return found


def leftmost_longest(lexicon: Lexicon, row: list[str]) -> list[tuple[int, int, str, str]]:
    """Return all entries of a form, the longest of those that begin first, without overlap."""
    windows = [
        (start, stop, *lexicon.marks[digest(" ".join(row[start:stop]))])
        for start in range(len(row))
        for stop in range(start + 1, min(len(row), start + 8) + 1)
        if digest(" ".join(row[start:stop])) in lexicon.marks
    ]
    kept: list[tuple[int, int, str, str]] = []
    for window in sorted(windows, key=lambda window: (window[0], -window[1])):
        if not kept or window[0] >= kept[-1][1]:
            kept.append(window)
    return kept
