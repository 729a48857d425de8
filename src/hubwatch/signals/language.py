"""How the lexical signals read: one tag by its lexicon and context rules, then a whole subject.

The reading of one tag depends on the tag alone, so that a batch reads each distinct tag once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.lexicon import SPELLED, Found, Lexicon, load_lexicon, tokens
from hubwatch.signals.pieces import own_texts
from hubwatch.signals.signal import TermReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.signals.subjects import Subject

#: Words that turn what follows around, and words that end their reach.
NEGATIONS: Final = frozenset(
    (
        *("no", "not", "non", "never", "without", "zero", "avoid"),
        *("sin", "ningun", "ninguna", "sans", "pas", "aucun", "aucune", "kein", "keine", "ohne"),
        *("nicht", "sem", "nenhum", "nenhuma", "nao", "нет", "без", "не"),
        *("无", "無", "没", "沒", "不", "非"),
    )
)
ARTICLES: Final = frozenset(("a", "an", "any", "the", "un", "una", "une", "ein", "eine"))
TURNS: Final = frozenset(("but", "only", "except", "just", "pero", "mais", "aber", "mas", "но"))
#: Tokens between a negation and the term that it turns around, at most.
REACH: Final = 3
#: What turns around a term before it, at the end of a tag.
TRAILING: Final = (("free",), ("な", "し"), ("な", "い"), ("없", "음"), ("없", "는"))
#: Reasons that an answer lists.
MOST_EVIDENCE: Final = 32


class Scan(NamedTuple):
    """What a lexicon says of one tag: categories of hits, and of terms that it negates."""

    hits: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()


NOTHING: Final = Scan()


def scan(lexicon: Lexicon, text: str) -> Scan:
    """Read one tag in every form that a disguise may hide, and keep the form that says most.

    Args:
        text: in the form of `Tag.text`. Linear in its length.
    """
    forms = lexicon.screened(text)
    if not forms:
        return NOTHING
    plainly = tokens(forms[0])
    best = scan_words(lexicon, plainly)
    if len(forms) == 1:
        return best
    known = frozenset(plainly)
    for form in forms[1:]:
        other = scan_words(lexicon, tokens(form), known)
        if sum(map(len, other)) > sum(map(len, best)):
            best = other
    return best


def scan_words(
    lexicon: Lexicon, found_words: Sequence[str], known: frozenset[str] = frozenset()
) -> Scan:
    """Read one form of a tag.

    Args:
        found_words: tokens of the form.
        known: words of the ordinary form: a term made of them alone has been read there already.
    """
    found = lexicon.find(found_words)
    if not found:
        return NOTHING
    hits: list[str] = []
    negated: list[str] = []
    context: frozenset[str] | None = None
    reach = -1
    for mark in found:
        if mark.role == "benign" or known.issuperset(found_words[mark.start : mark.stop]):
            continue
        if mark.role == "soft":
            context = lexicon.context(found_words) if context is None else context
            if context:
                continue
        turned = is_negated(found_words, mark, reach)
        (negated if turned else hits).append(mark.category)
        reach = mark.stop + 1 if turned else reach
    return Scan(tuple(hits), tuple(negated))


def is_negated(found_words: Sequence[str], mark: Found, reach: int) -> bool:
    """Say whether a term is negated: before it, behind it, or by the negation of the one before.

    Args:
        found_words: tokens of the tag.
        mark: the term.
        reach: the last token at which a term still shares the negation of the one before it.
    """
    if any(tuple(found_words[mark.stop :]) == trailing for trailing in _endings(found_words, mark)):
        return True
    if mark.start <= reach:
        return True
    for place in range(mark.start - 1, max(-1, mark.start - 1 - REACH), -1):
        if found_words[place] in TURNS:
            return False
        if found_words[place] in NEGATIONS:
            return True
    return False


def is_directly_negated(found_words: Sequence[str], mark: Found, reach: int) -> bool:
    """Say whether nothing but an article stands between a term and its negation.

    Where being wrong is worst: one word anywhere before must not switch a signal off.

    Args:
        found_words, mark, reach: as for `is_negated`; a shared negation needs an "or".
    """
    if any(tuple(found_words[mark.stop :]) == trailing for trailing in _endings(found_words, mark)):
        return True
    before = mark.start - 1
    if before >= 0 and found_words[before] in ("or", "nor", "and") and before < reach:
        return True
    if before > 0 and found_words[before] in ARTICLES:
        before -= 1
    return before >= 0 and found_words[before] in NEGATIONS


def _endings(found_words: Sequence[str], mark: Found) -> tuple[tuple[str, ...], ...]:
    return TRAILING if len(found_words) - mark.stop <= 2 else ()


def term_reader(lexicon: Lexicon, prefix: str) -> TermReader:
    """Return the per-tag part of a signal whose codes are `<prefix>.<category>`."""
    code = {category: f"{prefix}.{category}" for category in lexicon.data.categories}

    def read(text: str) -> tuple[str, ...]:
        found = scan(lexicon, text)
        return tuple([code[category] for category in found.hits]) if found.hits else ()

    return TermReader(codes=lexicon.codes(prefix), read=read)


def answer(name: str, prefix: str, subject: Subject) -> Answer:
    """Say what a lexicon finds in a subject's own texts.

    Args:
        name: of the lexicon.
        prefix: of the codes.
        subject: a prompt, or a model (without the prompts of its images).
    """
    lexicon = load_lexicon(name)
    hits: Counter[str] = Counter()
    avoided: Counter[str] = Counter()
    evidence: dict[Evidence, None] = {}
    own = own_texts(subject)
    read = own.words
    for place in own.where(lambda word: lexicon.weigh(word) >= SPELLED):
        piece = own.pieces[place]
        found = scan(lexicon, piece.text)
        if found is NOTHING:
            continue
        if piece.negative:
            avoided.update(found.hits)
            continue
        avoided.update(found.negated)
        hits.update(found.hits)
        if found.hits and len(evidence) < MOST_EVIDENCE:
            piece = own.with_span(place)
        for category in found.hits:
            reason = Evidence(
                code=f"{prefix}.{category}", field=piece.field, start=piece.start, end=piece.end
            )
            evidence[reason] = None
    total = hits.total()
    return Answer(
        id=subject.id,
        value=total > 0 if read else None,
        score=round(1000 * total / read, 3) if read else None,
        origin="lexicon" if read else None,
        evidence=tuple(evidence)[:MOST_EVIDENCE],
        detail={
            "hits": {f"{prefix}.{name}": hits[name] for name in sorted(hits)},
            "words": read,
            "avoided": {f"{prefix}.{name}": avoided[name] for name in sorted(avoided)},
        },
    )
