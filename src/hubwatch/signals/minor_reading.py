"""What one tag says about minors: words and ages, told apart from their harmless uses."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.signals.ages import NO_AGES, Ages, read_ages, tells_age
from hubwatch.signals.language import is_directly_negated, scan
from hubwatch.signals.lexicon import forms, keys, load_lexicon, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

CODES: Final = {
    "minor.weak": "a word that may point at a minor, often does not; or adults are to be avoided",
    "minor.clear": "a word for a minor",
    "minor.explicit": "an age below 18, or a word for sexualised minors",
    "minor.benign": "told apart: a harmless phrase, age of a thing, family picture, or negated",
}
_LEXICON: Final = load_lexicon("minor")
_SEXUALISED: Final = load_lexicon("sexualised")
#: Words of rules and warnings: what they speak of is forbidden, not wanted.
_FORBIDDING: Final = frozenset(
    ("prohibited", "forbidden", "banned", "illegal", "disallowed", "refrain", "disclaimer")
)
_FORBIDDING_PAIRS: Final = frozenset(
    (
        *(("do", "not"), ("don", "t"), ("not", "allowed"), ("must", "not"), ("may", "not")),
        *(("not", "use"), ("not", "to"), ("not", "permitted"), ("will", "not"), ("never", "use")),
    )
)


class Cues(NamedTuple):
    """What one tag says.

    Args:
        weak, clear, explicit: cues of each grade.
        benign: what was told apart.
        excused: of these, what counts again beside a mature cue: told apart by a family context,
            or in a prompt by a negation or as the age of a thing.
        adults: words that name adults.
    """

    weak: int = 0
    clear: int = 0
    explicit: int = 0
    benign: int = 0
    excused: int = 0
    adults: int = 0


NO_CUES: Final = Cues()


@lru_cache(maxsize=1 << 16)
def may_cue(word: str) -> bool:
    """Say whether a tag with this word may say anything; a quick screen for `cues`.

    Args:
        word: a word of a tag of at most `SCREENED` characters, as `str.split` parts it.
    """
    return tells_age(word) or _LEXICON.weigh(word) > 0


def cues(text: str, *, undone: bool = True, prose: bool = False) -> Cues:
    """Read one tag in every form that a disguise may hide; keep the form that says most.

    Args:
        text: in the form of `Tag.text`. Linear in its length.
        undone: False to read the ordinary form alone.
        prose: it is a sentence of a description: only those hold rules, warnings and lives.
    """
    aged = tells_age(text)
    found = keys(text) if aged else _LEXICON.screened(text)
    if not found:
        return NO_CUES
    found = found if undone else found[:1]
    plainly = frozenset(tokens(found[0]))
    read = [
        _cues_in(form, plainly if place else frozenset(), aged=aged, prose=prose)
        for place, form in enumerate(found)
    ]
    return max(read, key=_strength)


def _strength(said: Cues) -> tuple[int, ...]:
    return said.explicit, said.clear, said.weak, sum(said)


def _cues_in(form: str, known: frozenset[str], *, aged: bool, prose: bool) -> Cues:
    row = tokens(form)
    counts: Counter[str] = Counter()
    reach = -1
    excused = 0
    for mark in _LEXICON.find(row):
        if mark.role == "benign":
            counts["benign"] += 1
        elif not known.issuperset(row[mark.start : mark.stop]):
            negated = is_directly_negated(row, mark, reach)
            reach = mark.stop + 1 if negated else reach
            excused += negated and mark.role != "adults"
            counts[_counted(mark.role, mark.category, negated=negated)] += 1
    ages = read_ages(form, prose=prose) if aged else NO_AGES
    if prose and (counts or ages is not NO_AGES) and _forbids(row):
        return Cues(benign=sum(counts.values()) - counts["adults"] + sum(ages))
    said = _with_context(counts, ages, row)
    return said if prose else said._replace(excused=said.excused + excused + ages.things)


def _forbids(row: Sequence[str]) -> bool:
    """Say whether a sentence is a rule or a warning."""
    return not _FORBIDDING.isdisjoint(row) or not _FORBIDDING_PAIRS.isdisjoint(pairwise(row))


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
        excused=moved,
        adults=counts["adults"],
    )


def is_mature(text: str) -> bool:
    """Say whether a tag is sexual; a negation excuses it only directly before the word.

    Args:
        text: in the form of `Tag.text`. Linear in its length.
    """
    found = scan(_SEXUALISED, text)
    if found.hits or not found.negated:
        return bool(found.hits)
    row = tokens(forms(text)[0])
    return any(
        mark.role != "benign" and not is_directly_negated(row, mark, -1)
        for mark in _SEXUALISED.find(row)
    )


def cues_slowly(text: str, *, prose: bool = False) -> Cues:
    """Say what `cues` says by reading every form, without a screen."""
    found = forms(text)
    known = frozenset(tokens(found[0]))
    read = [
        _cues_in(form, known if place else frozenset(), aged=True, prose=prose)
        for place, form in enumerate(found)
    ]
    return max(read, key=_strength)


def read_term(text: str) -> tuple[str, ...]:
    """Return the codes of one tag, repeats included."""
    found = cues(text)
    if found is NO_CUES:
        return ()
    return tuple(code for code in CODES for _ in range(getattr(found, code.partition(".")[2])))
