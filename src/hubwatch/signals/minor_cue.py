"""Minor cue: does a text point at a minor? Counted and escalated, never shown."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.prompts.text import words
from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.lexicon import SCREENED
from hubwatch.signals.minor_examples import EXAMPLES
from hubwatch.signals.minor_reading import (
    CODES,
    NO_CUES,
    Cues,
    cues,
    cues_slowly,
    is_mature,
    may_cue,
    read_term,
)
from hubwatch.signals.pieces import LONG_TEXT, kind_of, piece_texts, pieces
from hubwatch.signals.signal import Signal, TermReader
from hubwatch.signals.subjects import ModelSubject, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hubwatch.signals.subjects import FieldText, Subject

GRADES: Final = {"minor.weak": 1, "minor.clear": 2, "minor.explicit": 3}
#: Levels of images that count as a mature cue.
MATURE_LEVELS: Final = frozenset(("R", "X", "XXX", "blocked"))
_PLACE: Final = re.compile(r"\[\d+\]")


def grade(codes: Mapping[str, int]) -> int:
    """Return the grade of a text: 0 none, 1 weak, 2 clear, 3 explicit.

    Args:
        codes: hits by code; other signals' codes are passed over.
    """
    return max((GRADES[code] for code, hits in codes.items() if hits and code in GRADES), default=0)


#: The images of a model repeat their tags.
_cues_again: Final = lru_cache(maxsize=1 << 14)(cues)
_LONG_TAG: Final = 256


class _Side(NamedTuple):
    """What the texts of one image, of a model's page, or of its other fields say."""

    codes: Counter[str]
    excused: int
    mature: bool


#: The model's own texts: short fields, and its descriptions.
_SHORT, _PAGE = "", "page"


def _side_of(field: str) -> str:
    if field.startswith("images"):
        return field.partition(".")[0]
    return _PAGE if field.startswith(("description", "version_descriptions")) else _SHORT


class _Said(NamedTuple):
    """What one text says: hits by code, what was excused, and whether it holds a word."""

    hits: tuple[tuple[str, int], ...]
    excused: int
    words: bool


def _read_text(kind: str, text: str, negative: bool) -> _Said:
    codes: Counter[str] = Counter()
    excused = 0
    tags = piece_texts(kind, text)
    wordy = any(map(words, tags))
    short = max(map(len, tags), default=0) <= SCREENED
    if short and not any(map(may_cue, " ".join(tags).split())):
        return _Said((), 0, wordy)
    for tag in tags:
        read = _cues_again if len(tag) < _LONG_TAG else cues
        said = read(tag, prose=kind == "page")
        if said is NO_CUES:
            continue
        if negative:
            benign = said.weak + said.clear + said.explicit + said.benign
            said = Cues(weak=said.adults, benign=benign)
        excused += said.excused
        for code in CODES:
            codes[code] += getattr(said, code.partition(".")[2])
    hits = tuple((code, count) for code, count in codes.items() if count)
    return _Said(hits, excused, wordy)


def _is_mature(kind: str, text: str) -> bool:
    return any(map(is_mature, piece_texts(kind, text)))


#: The images of a model repeat their texts.
_text_again: Final = lru_cache(maxsize=256)(_read_text)
_mature_again: Final = lru_cache(maxsize=256)(_is_mature)


def answer_one(subject: Subject) -> Answer:
    """Say what a subject's texts, and the prompts of its images, point at."""
    by_side: dict[str, list[tuple[FieldText, _Said]]] = {_SHORT: [], _PAGE: []}
    for text in texts_of(subject):
        read = _text_again if len(text.text) < LONG_TEXT else _read_text
        said = read(kind_of(text.field), text.text, text.negative)
        by_side.setdefault(_side_of(text.field), []).append((text, said))
    levels = _levels(subject)
    every = [one for found in by_side.values() for one in found]
    cued = any(said.excused or any(code in GRADES for code, _ in said.hits) for _, said in every)
    sides = {
        name: _side(found, mature=name in levels or (cued and _has_mature(found)))
        for name, found in by_side.items()
    }
    places = {(code, _PLACE.sub("", text.field)) for text, said in every for code, _ in said.hits}
    wordy = any(said.words for _, said in every)
    return _answer(subject.id, sides, places, words=wordy, mature=bool(levels))


def _side(found: Iterable[tuple[FieldText, _Said]], *, mature: bool) -> _Side:
    codes: Counter[str] = Counter()
    excused = 0
    for _, said in found:
        codes.update(dict(said.hits))
        excused += said.excused
    return _Side(codes, excused, mature)


def _has_mature(found: Iterable[tuple[FieldText, _Said]]) -> bool:
    return any(
        (_mature_again if len(text.text) < LONG_TEXT else _is_mature)(
            kind_of(text.field), text.text
        )
        for text, _ in found
        if not text.negative
    )


def _levels(subject: Subject) -> set[str]:
    """Return the images with a mature level, named as the fields are."""
    images = subject.images if isinstance(subject, ModelSubject) else ()
    return {f"images[{at}]" for at, image in enumerate(images) if image.level in MATURE_LEVELS}


def _answer(
    name: str, sides: dict[str, _Side], places: set[tuple[str, str]], *, words: bool, mature: bool
) -> Answer:
    counts = sum((side.codes for side in sides.values()), Counter[str]())
    found = grade(counts)
    order = sorted(places, key=lambda place: (-GRADES.get(place[0], 0), place))
    return Answer(
        id=name,
        value=(found >= 2 or (None if found else False)) if words else None,
        score=float(found) if words else None,
        origin="lexicon" if words else None,
        evidence=tuple(Evidence(code=code, field=field) for code, field in order),
        detail={
            "grade": found,
            "escalate": _escalates(sides, mature_image=mature),
            "counts": {code: counts[code] for code in CODES if counts[code]},
        },
    )


def _escalates(sides: Mapping[str, _Side], *, mature_image: bool) -> bool:
    """Say whether a cue stands beside a mature one.

    A weak word in a description is too far from a picture to be read together with its level.
    """
    own_mature = sides[_SHORT].mature or sides[_PAGE].mature
    any_mature = mature_image or any(side.mature for side in sides.values())
    if _cue(sides[_SHORT]) and any_mature:
        return True
    on_page = _cue(sides[_PAGE])
    if on_page and (own_mature or (on_page > 1 and any_mature)):
        return True
    images = [side for name, side in sides.items() if name not in (_SHORT, _PAGE)]
    return any(_cue(side) and (side.mature or own_mature) for side in images)


def _cue(side: _Side) -> int:
    """Return the grade; beside a mature cue nothing is excused."""
    return max(grade(side.codes), 2 if side.excused else 0)


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    return [answer_one(subject) for subject in subjects]


def reference(subject: Subject) -> Answer:
    """Return the value by reading every form of every tag, without a screen."""
    counts: Counter[str] = Counter()
    read = 0
    for piece in pieces(subject, prompts=True):
        read += len(words(piece.text))
        said = cues_slowly(piece.text, prose=kind_of(piece.field) == "page")
        if piece.negative:
            counts["minor.weak"] += said.adults
        else:
            counts.update({code: getattr(said, code.partition(".")[2]) for code in GRADES})
    found_grade = grade(counts)
    value = found_grade >= 2 or (None if found_grade else False)
    return Answer(
        id=subject.id,
        value=value if read else None,
        evidence=(Evidence(code="minor.clear", field="prompt"),) if value else (),
    )


SIGNAL: Final = Signal(
    name="minor_cue",
    version="2",
    subjects=("prompt", "model"),
    answer="three-valued",
    question="Does the text point at a minor?",
    score="grade: 0 none, 1 weak, 2 clear, 3 explicit; from the lexicon and from ages",
    definition=(
        "Explicit: an age below 18 said of a person (digits, words, other scripts, disguised), or "
        "a word for sexualised minors. Clear: a word for a minor. Weak: words of youth and school "
        "that often mean adults, and prompts that want to avoid adults.\n\n"
        "Told apart and counted as benign: ages of things, ratings, biographies, rules and "
        "warnings, harmless phrases, family and educational pictures, negated words, and words in "
        "a negative prompt, where they are a safeguard. Numbers without a unit (steps, seeds, "
        "sizes, weights, quality scores), counted figures such as `1girl`, and adult ages say "
        "nothing. A negation counts only directly before its word; rules, warnings and "
        "biographies only in descriptions. Names of called resources are read, and names also with "
        "camel case, letters and digits parted.\n\n"
        "True at grade 2 and up; unknown at grade 1, which needs a person, and when there is "
        "nothing to read. `detail.escalate` is true when a cue stands beside a mature one (sexual "
        "wording, or an image of level R and up): in the same prompt, the same image, or in the "
        "model's own texts (a weak word of a description only beside sexual wording of those). A "
        "family context, a negation or the age of a thing excuses no cue of a prompt there.\n\n"
        "Evidence names a field, never a place, a word or an item; nothing is shown even with "
        "`--reveal`. Cases may only be escalated. The vocabulary is kept minimal and hashed: "
        "ordinary words of age, youth and school, and the terms that platform rules name."
    ),
    codes=CODES,
    failures=(
        "Precision and recall are not measured: no data with positives may be held; only the "
        "rate of alarms on data without positives is.",
        "Coded wording and names of young characters are not known to it.",
        "Words of youth and school also mean adults: grade 1 alone decides nothing.",
        "A young person depicted in a harmless picture is a clear cue too.",
        "Languages other than English have few words.",
        "Disguises that it misses: words joined without a sign, one letter doubled throughout, a "
        "sign that splits a word in two, a plural s on words that have none in the lexicon.",
        "An age split over two tags (a noun, then a bare number) is not seen: tags are read alone.",
        "The age of a model that is a file (`model age 2`) counts as a person's in a prompt.",
    ),
    sources=(
        "Shared reference on the hub's moderation, section 1: age patterns, quality scores and "
        "decimal weights as known false alarms",
        "lexicon `minor`: ordinary words, stored as hashes",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=reference,
    terms=TermReader(codes=CODES, read=read_term),
)
