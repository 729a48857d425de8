"""Objectifying language: wording that turns a person into a thing, a part or property."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from hubwatch.signals.language import answer, term_reader
from hubwatch.signals.language_reference import reference
from hubwatch.signals.lexicon import load_lexicon
from hubwatch.signals.signal import Example, Signal
from hubwatch.signals.subjects import ModelSubject, PromptSubject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.signals.answers import Answer
    from hubwatch.signals.subjects import Subject

LEXICON: Final = "objectifying"
PREFIX: Final = "objectifying"


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    return [answer(LEXICON, PREFIX, subject) for subject in subjects]


EXAMPLES: Final = (
    Example(
        about="an invented objectifying term in a prompt",
        subject=PromptSubject(id="e1", prompt="a woman in a red coat, object_term_004"),
        value=True,
    ),
    Example(
        about="a dog on a leash is no person as property",
        subject=PromptSubject(id="e2", prompt="old man, dog on a leash, autumn park"),
        value=False,
    ),
    Example(
        about="the term only in the negative prompt",
        subject=PromptSubject(id="e3", prompt="a diver", negative_prompt="object_term_004"),
        value=False,
    ),
    Example(
        about="nothing to read",
        subject=PromptSubject(id="e4", prompt=""),
        value=None,
    ),
    Example(
        about="a model whose tags hold the term",
        subject=ModelSubject(id="e5", name="Lantern Style", tags=("style", "object_term_002")),
        value=True,
    ),
)

SIGNAL: Final = Signal(
    name="objectifying_language",
    version="2",
    subjects=("prompt", "model"),
    answer="three-valued",
    question="Does the text speak of a person as a thing, a body part or property?",
    score="hits per 1 000 words of the positive text, 0 and up; from the lexicon",
    definition=(
        "A hit is an entry of the `objectifying` lexicon: a person as an object of use, attention "
        "reduced to a part of the body, possession of a person, or a debasing name. A prompt's "
        "tags are read, of a model its own texts (not the prompts of its images).\n\n"
        "Not counted: negative prompts and negated terms (counted as avoided), harmless phrases "
        "(animals, garden, history, clothing), reclaimed phrases.\n\n"
        "Unknown when there is no word to read."
    ),
    codes=load_lexicon(LEXICON).codes(PREFIX),
    failures=(
        "Objectification without a listed word (camera angles, cropped heads) is missed.",
        "Consensual role play and contempt use the same words.",
        "Words for sex work count as debasing names although some use them of themselves.",
        "Languages other than English have few entries.",
    ),
    sources=(
        "measures reference E1: lexicon and intent rates",
        "M. Nussbaum (1995): Objectification. Philosophy and Public Affairs 24(4): categories",
        "lexicon `objectifying`: chosen by the developers, stored as hashes",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=partial(reference, LEXICON, PREFIX),
    terms=term_reader(load_lexicon(LEXICON), PREFIX),
)
