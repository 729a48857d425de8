"""Sexualised language: how often a text uses sexual wording, by category."""

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

LEXICON: Final = "sexualised"
PREFIX: Final = "sexualised"


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    return [answer(LEXICON, PREFIX, subject) for subject in subjects]


EXAMPLES: Final = (
    Example(
        about="an invented mature term in a prompt",
        subject=PromptSubject(id="e1", prompt="portrait of a woman, mature_term_003, soft light"),
        value=True,
    ),
    Example(
        about="a harbour at dawn",
        subject=PromptSubject(id="e2", prompt="harbour at dawn, (fog:1.2), oil painting"),
        value=False,
    ),
    Example(
        about="the term only in the negative prompt, where it is to be avoided",
        subject=PromptSubject(
            id="e3", prompt="portrait of a knight", negative_prompt="mature_term_003, blurry"
        ),
        value=False,
    ),
    Example(
        about="a tag that negates the term",
        subject=PromptSubject(id="e4", prompt="family picnic, no mature_term_003"),
        value=False,
    ),
    Example(
        about="nothing to read",
        subject=PromptSubject(id="e5", prompt="  "),
        value=None,
    ),
    Example(
        about="a model whose description uses a mature term",
        subject=ModelSubject(
            id="e6",
            name="Kite Style",
            description="<p>Paints kites. Use mature_term_010 for more.</p>",
        ),
        value=True,
    ),
    Example(
        about="colour names and light fittings are not sexual",
        subject=ModelSubject(id="e7", name="Nude colour lipstick", tags=("makeup", "led strip")),
        value=False,
    ),
)

SIGNAL: Final = Signal(
    name="sexualised_language",
    version="2",
    subjects=("prompt", "model"),
    answer="three-valued",
    question="Does the text use sexual wording, how often, and of what kind?",
    score="hits per 1 000 words of the positive text, 0 and up; from the lexicon",
    definition=(
        "A hit is an entry of the `sexualised` lexicon in one tag or sentence, in any form that "
        "undoing disguises gives; the longest entry counts once. A prompt's tags are read, of a "
        "model its own texts (not the prompts of its images).\n\n"
        "Not counted: terms in a negative prompt and terms that their tag negates (both are "
        "counted as avoided), harmless phrases (colours, clothing, food, animals, technology), and "
        "ambiguous words beside a medical, art-history or sports word.\n\n"
        "Unknown when there is no word to read."
    ),
    codes=load_lexicon(LEXICON).codes(PREFIX),
    failures=(
        "New slang and coded wording are missed until the lexicon knows them.",
        "Nudity in art and sexual wording look alike when no word beside them tells.",
        "Languages other than English have few entries: rates are not comparable across languages.",
        "Reclaimed uses are told apart only where a whole phrase marks them.",
        "It says what words are used, not whether that is unwanted.",
    ),
    sources=(
        "measures reference E1: lexicon and intent rates",
        "lexicon `sexualised`: chosen by the developers, checked against image levels of public "
        "prompts of 2023, stored as hashes",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=partial(reference, LEXICON, PREFIX),
    terms=term_reader(load_lexicon(LEXICON), PREFIX),
)
