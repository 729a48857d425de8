"""A tiny signal for tests of the framework: does a text name a kite?"""

from __future__ import annotations

from collections.abc import Sequence

from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.signal import Example, Signal, TermReader
from hubwatch.signals.subjects import ModelSubject, PromptSubject, Subject, texts_of


def _answer(subject: Subject) -> Answer:
    evidence = []
    said = False
    for text in texts_of(subject):
        said = said or bool(text.text.strip())
        at = text.text.find("kite")
        if at >= 0 and not text.negative:
            evidence.append(Evidence(code="kite.named", field=text.field, start=at, end=at + 4))
    return Answer(
        id=subject.id,
        value=bool(evidence) if said else None,
        score=len(evidence) / (1 + len(evidence)) if said else None,
        origin="rule" if said else None,
        evidence=tuple(evidence),
    )


def _answers(subjects: Sequence[Subject]) -> list[Answer]:
    return [_answer(subject) for subject in subjects]


def _read(tag: str) -> tuple[str, ...]:
    return ("kite.named",) * tag.count("kite")


KITE = Signal(
    name="kite",
    version="1",
    subjects=("prompt", "model"),
    answer="three-valued",
    question="Does it name a kite?",
    score="share of something, 0..1",
    definition="A text that names a kite.",
    codes={"kite.named": "a kite is named"},
    failures=("misses dragons",),
    sources=("invented",),
    examples=(
        Example("a kite", PromptSubject(id="1", prompt="a red kite, sky"), True),
        Example("no kite", ModelSubject(id="2", name="sky"), False),
        Example("nothing", PromptSubject(id="3", prompt=""), None),
    ),
    answer_many=_answers,
    reference=_answer,
    terms=TermReader(codes={"kite.named": "a kite is named"}, read=_read),
)
