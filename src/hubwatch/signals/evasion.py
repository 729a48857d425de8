"""Evasion: how much of a text is disguised, and whether that hides something from a signal."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hubwatch.prompts.normalise import Strength, normalise
from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.language import MOST_EVIDENCE, scan, scan_words
from hubwatch.signals.lexicon import (
    SCREENED,
    SPELLED,
    hides,
    keys,
    load_lexicon,
    ordinary,
    single_letters,
    tokens,
)
from hubwatch.signals.minor_reading import cues
from hubwatch.signals.pieces import own_texts, pieces
from hubwatch.signals.signal import Example, Signal, TermReader
from hubwatch.signals.subjects import ModelSubject, PromptSubject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.signals.subjects import Subject

CODES: Final = {
    "evasion.sexualised": "undoing disguises shows sexual wording",
    "evasion.objectifying": "undoing disguises shows objectifying wording",
    "evasion.violent": "undoing disguises shows violent or coercive wording",
    "evasion.minor": "undoing disguises shows a minor cue",
}
_LEXICONS: Final = {
    f"evasion.{name}": load_lexicon(name) for name in ("sexualised", "objectifying", "violent")
}
#: Ordinary punctuation between words, whose removal is no sign of a disguise.
_PUNCTUATION: Final = frozenset("-'`~")


def hidden(text: str) -> tuple[str, ...]:
    """Return a code for every lexical signal that reads more once disguises are undone.

    Args:
        text: a tag in the form of `Tag.text`. Linear in its length.
    """
    forms = keys(text)
    if len(forms) == 1:
        return ()
    row = tokens(forms[0])
    found = [
        code
        for code, lexicon in _LEXICONS.items()
        if (whole := scan(lexicon, text).hits) and len(whole) > len(scan_words(lexicon, row).hits)
    ]
    said = cues(text)
    if any(said[:3]) and said[:3] != cues(text, undone=False)[:3]:
        found.append("evasion.minor")
    return tuple(found)


def disguised(term: str) -> bool:
    """Say whether undoing disguises changes what a lexical signal says of a tag.

    Args:
        term: in the form of `Tag.text`.
    """
    return bool(hidden(term))


def changed(text: str) -> int:
    """Return how many characters of a tag the undoing of disguises changes or takes away.

    Accents, width, hyphens, and words that are truly of another script count as unchanged.

    Args:
        text: in the form of `Tag.text`. Linear in its length.
    """
    if len(keys(text)) == 1:
        return 0
    words = text.split()
    joined = 0
    if not text.isascii() or sum(map(single_letters, words)) >= SPELLED:
        joined = text.count(" ") - normalise(text, Strength.STRONG).count(" ")
    altered = sum(
        _changed_again(word) if len(word) <= SCREENED else _changed_word(word) for word in words
    )
    return altered + max(0, joined)


def _changed_word(word: str) -> int:
    plainly = ordinary(word)
    letters = [char for char in plainly if char.isalpha()]
    if letters and not any(map(str.isascii, letters)):
        # A word of another script: only characters that are no letters can be a disguise.
        return sum(not char.isprintable() for char in plainly)
    gone = Counter(plainly) - Counter(normalise(word, Strength.STRONG))
    return sum(count for char, count in gone.items() if char not in _PUNCTUATION)


#: Disguised words repeat.
_changed_again: Final = lru_cache(maxsize=1 << 12)(_changed_word)


def answer_one(subject: Subject) -> Answer:
    """Say how much of what a subject asks for is disguised."""
    own = own_texts(subject)
    total = sum(len(piece.text) for piece in own.pieces if not piece.negative)
    altered = 0
    evidence: dict[Evidence, None] = {}
    counts: Counter[str] = Counter()
    for place in own.where(lambda word: hides(word) >= SPELLED):
        piece = own.pieces[place]
        if piece.negative or len(keys(piece.text)) == 1:
            continue
        altered += changed(piece.text)
        for code in hidden(piece.text):
            piece = own.with_span(place)
            counts[code] += 1
            evidence[_reason(code, piece.field, piece.start, piece.end)] = None
    return Answer(
        id=subject.id,
        value=bool(counts) if total else None,
        score=round(min(1.0, altered / total), 4) if total else None,
        origin="lexicon" if total else None,
        evidence=tuple(evidence)[:MOST_EVIDENCE],
        detail={"hits": dict(sorted(counts.items())), "characters": total, "changed": altered},
    )


def _reason(code: str, field: str, start: int | None, end: int | None) -> Evidence:
    """Return a reason; one about a minor names the field alone."""
    if code == "evasion.minor":
        return Evidence(code=code, field=field.partition("[")[0])
    return Evidence(code=code, field=field, start=start, end=end)


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    return [answer_one(subject) for subject in subjects]


def reference(subject: Subject) -> Answer:
    """Compare the reading of the ordinary form of every tag with that of all its forms."""
    seen = False
    differs = False
    for piece in pieces(subject, prompts=False):
        if piece.negative:
            continue
        seen = True
        plainly = tokens(ordinary(piece.text))
        for lexicon in _LEXICONS.values():
            differs |= scan_words(lexicon, plainly).hits != scan(lexicon, piece.text).hits
        differs |= cues(piece.text)[:3] != cues(piece.text, undone=False)[:3]
    return Answer(id=subject.id, value=differs if seen else None)


EXAMPLES: Final = (
    Example(
        about="a mature term with a digit for a letter",
        subject=PromptSubject(id="e1", prompt="a diver, m4ture_term_003"),
        value=True,
    ),
    Example(
        about="the term spelled out",
        subject=PromptSubject(id="e2", prompt="a diver, m a t u r e term 003"),
        value=True,
    ),
    Example(
        about="ordinary typography",
        subject=PromptSubject(id="e3", prompt="1girl, 4k, café, ｆｏｇ, t-shirt, close-up, 8k uhd"),
        value=False,
    ),
    Example(
        about="a term that is not disguised",
        subject=PromptSubject(id="e4", prompt="a diver, mature_term_003"),
        value=False,
    ),
    Example(
        about="a disguise that hides nothing from a signal",
        subject=PromptSubject(id="e5", prompt="h4rbour at d4wn"),
        value=False,
    ),
    Example(
        about="nothing to read",
        subject=PromptSubject(id="e6", prompt=""),
        value=None,
    ),
    Example(
        about="a model with a disguised name",
        subject=ModelSubject(id="e7", name="m.a.t.u.r.e_term_003 helper"),
        value=True,
    ),
)

SIGNAL: Final = Signal(
    name="evasion",
    version="2",
    subjects=("prompt", "model"),
    answer="three-valued",
    question="Is wording disguised so that a filter does not see it?",
    score="share of the characters that undoing disguises changes or takes away, 0..1",
    definition=(
        "Every tag is read twice by the lexical signals (sexualised, objectifying, violent or "
        "coercive language, minor cue): as ordinary typography, and in all forms that undoing "
        "disguises gives (look-alike letters, invisible characters, leetspeak, letters set apart, "
        "repeated letters). True when the second reading says more. A prompt's positive text is "
        "read, of a model its own texts.\n\n"
        "Accents, full-width letters, hyphens, counts such as `1girl` or `4k`, and words that are "
        "truly of another script are ordinary. A disguise that hides nothing from a signal raises "
        "the score alone. Unknown when there is nothing to read."
    ),
    codes=CODES,
    failures=(
        "Emphasis by repeated letters looks like a disguise of the same word.",
        "Euphemisms, code words and misspellings are no disguise of characters and are not seen.",
        "Words joined without a sign, one letter doubled throughout, and a sign that splits a word "
        "in two are not undone.",
        "It says what the undoing shows, not that somebody meant to hide it.",
    ),
    sources=(
        "Unicode Technical Standard 39: confusable characters",
        "Shared reference on the hub's moderation, section 1.3: what literal lists miss",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=reference,
    terms=TermReader(codes=CODES, read=hidden),
)
