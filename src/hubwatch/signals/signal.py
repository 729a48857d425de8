"""What a signal declares: one definition, used in batch over a lake and singly in screening."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hubwatch.signals.answers import Answer
    from hubwatch.signals.subjects import Subject

SubjectKind = Literal["prompt", "model"]
AnswerType = Literal["three-valued", "label"]


@dataclass(frozen=True, slots=True)
class Example:
    """One invented subject and what the signal says of it; feeds tests and documentation.

    Args:
        about: what the example shows.
        subject: fictional; never real data, never explicit wording.
        value: the expected value.
    """

    about: str
    subject: Subject
    value: bool | str | None


@dataclass(frozen=True, slots=True)
class TermReader:
    """The part of a lexical signal that needs one tag only, so that a batch reads each tag once.

    Args:
        codes: every code that it can say, with what it means.
        read: codes found in one tag as `prompts.parse` gives it, repeats included. Linear in the
            length of the tag; equal for equal tags, whatever stands beside it.
    """

    codes: Mapping[str, str]
    read: Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact about one thing.

    Args:
        name: as on the command line and in tables.
        version: raised whenever an answer may change; part of what a lake records.
        subjects: kinds of subject that it can answer for.
        answer: `three-valued` (true, false, unknown) or `label`.
        labels: the labels, for a label signal.
        question: what it asks, one sentence.
        score: what the score means, its range and where it comes from.
        definition: paragraphs: what counts, what does not, what makes it unknown.
        codes: every evidence code, with what it means.
        failures: known failures, one sentence each.
        sources: papers, platform documents, data.
        examples: invented subjects and their answers.
        answer_many: answers for a batch, in order; the only form that is used.
        reference: a slow, obvious way to the same values, one subject at a time.
        terms: the per-tag part, for lexical signals.
        probability: the score is a probability that the value is true (of a label signal: of some
            labels), so that Brier score and calibration mean something.
    """

    name: str
    version: str
    subjects: tuple[SubjectKind, ...]
    answer: AnswerType
    question: str
    score: str
    definition: str
    codes: Mapping[str, str]
    failures: tuple[str, ...]
    sources: tuple[str, ...]
    examples: tuple[Example, ...]
    answer_many: Callable[[Sequence[Subject]], list[Answer]] = field(repr=False)
    reference: Callable[[Subject], Answer] = field(repr=False)
    labels: tuple[str, ...] = ()
    terms: TermReader | None = None
    probability: bool = False

    def answer_one(self, subject: Subject) -> Answer:
        """Answer for one subject, exactly as a batch would."""
        return self.answer_many([subject])[0]
