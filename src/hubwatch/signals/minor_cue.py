"""Minor cue: does a text point at a minor? Counted and escalated, never shown."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.signals.ages import NO_AGES, Ages, read_ages, tells_age
from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.language import count_words, is_negated, pieces, scan
from hubwatch.signals.lexicon import keys, load_lexicon, tokens
from hubwatch.signals.minor_examples import EXAMPLES
from hubwatch.signals.signal import Signal, TermReader
from hubwatch.signals.subjects import ModelSubject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hubwatch.signals.language import Piece
    from hubwatch.signals.subjects import Subject

CODES: Final = {
    "minor.weak": "a word that may point at a minor, often does not; or adults are to be avoided",
    "minor.clear": "a word for a minor",
    "minor.explicit": "an age below 18, or a word for sexualised minors",
    "minor.benign": "told apart: a harmless phrase, age of a thing, family picture, or negated",
}
GRADES: Final = {"minor.weak": 1, "minor.clear": 2, "minor.explicit": 3}
#: Levels of images that count as a mature cue.
MATURE_LEVELS: Final = frozenset(("R", "X", "XXX", "blocked"))

_LEXICON: Final = load_lexicon("minor")
_SEXUALISED: Final = load_lexicon("sexualised")
_PLACE: Final = re.compile(r"\[\d+\]")


class Cues(NamedTuple):
    """What one tag says.

    Args:
        weak, clear, explicit: cues of each grade.
        benign: what was told apart.
        family: of these, what a family context alone told apart.
        adults: words that name adults.
    """

    weak: int = 0
    clear: int = 0
    explicit: int = 0
    benign: int = 0
    family: int = 0
    adults: int = 0


NO_CUES: Final = Cues()


def cues(text: str, *, undone: bool = True) -> Cues:
    """Read one tag in every form that a disguise may hide; keep the form that says most.

    Args:
        text: in the form of `Tag.text`. Linear in its length.
        undone: False to read the ordinary form alone.
    """
    aged = tells_age(text)
    found = keys(text) if aged else _LEXICON.screened(text)
    if not found:
        return NO_CUES
    found = found if undone else found[:1]
    plainly = frozenset(tokens(found[0]))
    read = [
        _cues_in(form, plainly if place else frozenset(), aged=aged)
        for place, form in enumerate(found)
    ]
    return max(read, key=lambda said: (said.explicit, said.clear, said.weak, sum(said)))


def _cues_in(form: str, known: frozenset[str], *, aged: bool) -> Cues:
    row = tokens(form)
    counts: Counter[str] = Counter()
    reach = -1
    for mark in _LEXICON.find(row):
        if mark.role == "benign":
            counts["benign"] += 1
        elif not known.issuperset(row[mark.start : mark.stop]):
            negated = is_negated(row, mark, reach)
            reach = mark.stop + 1 if negated else reach
            counts[_counted(mark.role, mark.category, negated=negated)] += 1
    ages = read_ages(form) if aged else NO_AGES
    return _with_context(counts, ages, row)


def _counted(role: str, category: str, *, negated: bool) -> str:
    if role == "adults":
        return "weak" if negated else "adults"
    return "benign" if negated else category


def _with_context(counts: Counter[str], ages: Ages, row: Sequence[str]) -> Cues:
    """Tell family pictures apart, unless the tag itself is sexual."""
    weak, clear = counts["weak"], counts["clear"]
    persons, family = ages.persons, ages.family
    moved = 0
    if family or ((weak or clear) and _LEXICON.context(row)):
        if scan(_SEXUALISED, " ".join(row)).hits:
            persons += family
        else:
            moved = weak + clear + family
            weak = clear = 0
    return Cues(
        weak=weak,
        clear=clear,
        explicit=counts["explicit"] + persons,
        benign=counts["benign"] + ages.things + moved,
        family=moved,
        adults=counts["adults"],
    )


def read_term(text: str) -> tuple[str, ...]:
    """Return the codes of one tag, repeats included."""
    found = cues(text)
    if found is NO_CUES:
        return ()
    return tuple(code for code in CODES for _ in range(getattr(found, code.partition(".")[2])))


def grade(codes: Mapping[str, int]) -> int:
    """Return the grade of a text: 0 none, 1 weak, 2 clear, 3 explicit.

    Args:
        codes: hits by code; other signals' codes are passed over.
    """
    return max((GRADES[code] for code, hits in codes.items() if hits and code in GRADES), default=0)


class _Side(NamedTuple):
    """What the texts of one image, or of the model itself, say."""

    codes: Counter[str]
    family: int
    mature: bool


def _read_side(found: Iterable[Piece], *, mature: bool) -> tuple[_Side, set[tuple[str, str]], int]:
    codes: Counter[str] = Counter()
    places: set[tuple[str, str]] = set()
    family = words = 0
    for piece in found:
        said = cues(piece.text)
        words += count_words(piece.text)
        if piece.negative:
            benign = said.weak + said.clear + said.explicit + said.benign
            said = Cues(weak=said.adults, benign=benign)
        family += said.family
        mature = mature or (not piece.negative and bool(scan(_SEXUALISED, piece.text).hits))
        for code in CODES:
            hits = getattr(said, code.partition(".")[2])
            if hits:
                codes[code] += hits
                places.add((code, _PLACE.sub("", piece.field)))
    return _Side(codes, family, mature), places, words


def answer_one(subject: Subject) -> Answer:
    """Say what a subject's texts, and the prompts of its images, point at."""
    by_side: dict[str, list[Piece]] = {"": []}
    for piece in pieces(subject, prompts=True):
        side = piece.field.partition(".")[0] if piece.field.startswith("images") else ""
        by_side.setdefault(side, []).append(piece)
    levels = _levels(subject)
    sides: list[_Side] = []
    places: set[tuple[str, str]] = set()
    words = 0
    for name, found in by_side.items():
        read, where, count = _read_side(found, mature=name in levels)
        sides.append(read)
        places |= where
        words += count
    return _answer(subject.id, sides, places, words=words, mature=bool(levels))


def _levels(subject: Subject) -> set[str]:
    """Return the images with a mature level, named as the fields are."""
    images = subject.images if isinstance(subject, ModelSubject) else ()
    return {f"images[{at}]" for at, image in enumerate(images) if image.level in MATURE_LEVELS}


def _answer(
    name: str, sides: list[_Side], places: set[tuple[str, str]], *, words: int, mature: bool
) -> Answer:
    counts = sum((side.codes for side in sides), Counter[str]())
    found = grade(counts)
    own, *images = sides
    any_mature = mature or any(side.mature for side in sides)
    escalate = (_has_cue(own) and any_mature) or any(
        _has_cue(side) and (side.mature or own.mature) for side in images
    )
    order = sorted(places, key=lambda place: (-GRADES.get(place[0], 0), place))
    return Answer(
        id=name,
        value=(found >= 2 or (None if found else False)) if words else None,
        score=float(found) if words else None,
        origin="lexicon" if words else None,
        evidence=tuple(Evidence(code=code, field=field) for code, field in order),
        detail={
            "grade": found,
            "escalate": escalate,
            "counts": {code: counts[code] for code in CODES if counts[code]},
        },
    )


def _has_cue(side: _Side) -> bool:
    """Say whether there is a cue; beside a mature cue a family context excuses nothing."""
    return grade(side.codes) > 0 or side.family > 0


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    return [answer_one(subject) for subject in subjects]


def reference(subject: Subject) -> Answer:
    """Return the value by reading every form of every tag, without a screen."""
    counts: Counter[str] = Counter()
    words = 0
    for piece in pieces(subject, prompts=True):
        words += count_words(piece.text)
        found = keys(piece.text)
        known = frozenset(tokens(found[0]))
        read = [
            _cues_in(form, known if place else frozenset(), aged=True)
            for place, form in enumerate(found)
        ]
        said = max(read, key=lambda cue: (cue.explicit, cue.clear, cue.weak, sum(cue)))
        if piece.negative:
            counts["minor.weak"] += said.adults
        else:
            counts.update({code: getattr(said, code.partition(".")[2]) for code in GRADES})
    found_grade = grade(counts)
    value = found_grade >= 2 or (None if found_grade else False)
    return Answer(
        id=subject.id,
        value=value if words else None,
        evidence=(Evidence(code="minor.clear", field="prompt"),) if value else (),
    )


SIGNAL: Final = Signal(
    name="minor_cue",
    version="1",
    subjects=("prompt", "model"),
    answer="three-valued",
    question="Does the text point at a minor?",
    score="grade: 0 none, 1 weak, 2 clear, 3 explicit; from the lexicon and from ages",
    definition=(
        "Explicit: an age below 18 said of a person (digits, words, other scripts, disguised), or "
        "a word for sexualised minors. Clear: a word for a minor. Weak: words of youth and school "
        "that often mean adults, and prompts that want to avoid adults.\n\n"
        "Told apart and counted as benign: ages of things, ratings and biographies, harmless "
        "phrases, family and educational pictures, negated words, and words in a negative prompt, "
        "where they are a safeguard. Numbers without a unit (steps, seeds, sizes, weights, quality "
        "scores), counted figures such as `1girl`, and adult ages say nothing.\n\n"
        "True at grade 2 and up; unknown at grade 1, which needs a person, and when there is "
        "nothing to read. `detail.escalate` is true when a cue stands beside a mature one (sexual "
        "wording, or an image of level R and up): in the same prompt, the same image, or in the "
        "model's own texts. A family context does not excuse a cue there.\n\n"
        "Evidence names a field, never a place, a word or an item; nothing is shown even with "
        "`--reveal`. Cases may only be escalated. The vocabulary is kept minimal: ordinary words. "
        "An operator adds the list that a competent body licenses to them."
    ),
    codes=CODES,
    failures=(
        "Precision and recall are not measured: no data with positives may be held; only the "
        "rate of alarms on data without positives is.",
        "Coded wording and names of young characters are not known to it.",
        "Words of youth and school also mean adults: grade 1 alone decides nothing.",
        "A young person depicted in a harmless picture is a clear cue too.",
        "Languages other than English have few words.",
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
