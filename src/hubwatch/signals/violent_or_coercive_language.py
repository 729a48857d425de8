"""Violent or coercive language: violence, restraint, coercion and humiliation of persons."""

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

LEXICON: Final = "violent"
PREFIX: Final = "violent"


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    return [answer(LEXICON, PREFIX, subject) for subject in subjects]


EXAMPLES: Final = (
    Example(
        about="an invented coercion term in a prompt",
        subject=PromptSubject(id="e1", prompt="two people in a cellar, coercion_term_003"),
        value=True,
    ),
    Example(
        about="forced perspective and tied hair are harmless",
        subject=PromptSubject(id="e2", prompt="forced perspective, hair tied back, jump rope"),
        value=False,
    ),
    Example(
        about="the term only in the negative prompt",
        subject=PromptSubject(id="e3", prompt="a lighthouse", negative_prompt="coercion_term_003"),
        value=False,
    ),
    Example(
        about="nothing to read",
        subject=PromptSubject(id="e4", prompt=""),
        value=None,
    ),
    Example(
        about="a model whose description uses the term",
        subject=ModelSubject(
            id="e5", name="Cellar Scenes", description="Made for coercion_term_007 scenes."
        ),
        value=True,
    ),
)

SIGNAL: Final = Signal(
    name="violent_or_coercive_language",
    version="2",
    subjects=("prompt", "model"),
    answer="three-valued",
    question="Does the text speak of violence, restraint, coercion or humiliation of persons?",
    score="hits per 1 000 words of the positive text, 0 and up; from the lexicon",
    definition=(
        "A hit is an entry of the `violent` lexicon: bodily or sexual violence, a person bound or "
        "gagged, acts against the will, humiliation. A prompt's tags are read, of a model its own "
        "texts (not the prompts of its images).\n\n"
        "Not counted: negative prompts and negated terms (counted as avoided), harmless phrases "
        "(clothing, tools, plants, games), and ambiguous words beside a word of history, sports, "
        "jewellery and the like.\n\n"
        "Unknown when there is no word to read."
    ),
    codes=load_lexicon(LEXICON).codes(PREFIX),
    failures=(
        "Fights and horror scenes use the words of violence; the signal does not know the genre.",
        "Consensual bondage and coercion share their vocabulary.",
        "Violence told without a listed word is missed.",
        "Languages other than English have few entries.",
    ),
    sources=(
        "measures reference E1: lexicon and intent rates",
        "lexicon `violent`: chosen by the developers, stored as hashes",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=partial(reference, LEXICON, PREFIX),
    terms=term_reader(load_lexicon(LEXICON), PREFIX),
)
