"""Prompt level: the browsing level that a hub would give to a picture made from this prompt."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pyarrow as pa

from hubwatch.prompts.batch import index_prompts
from hubwatch.signals.answers import Answer
from hubwatch.signals.level_evidence import evidence, tag_weights
from hubwatch.signals.level_model import (
    STEPS,
    contributions_from,
    distinct_tags,
    probabilities,
    read_terms,
    weights,
)
from hubwatch.signals.level_reference import chances
from hubwatch.signals.signal import Example, Signal
from hubwatch.signals.subjects import PromptSubject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hubwatch.signals.level_model import Side
    from hubwatch.signals.subjects import Subject

#: The first of `STEPS` that counts as mature.
_MATURE: Final = STEPS.index("R")


class _Read:
    """What one side says of some texts."""

    def __init__(self, side: Side, texts: Iterable[str]) -> None:
        self.texts = [text.encode("utf-8", "replace").decode() for text in texts]
        self.batch = index_prompts(pa.array(self.texts, pa.string()))
        once, kept = distinct_tags(self.batch)
        readings = read_terms(side, once.terms)
        self.odds = contributions_from(side, once, readings)
        self.weights = np.zeros(len(self.batch.term_ids))
        self.weights[kept] = tag_weights(side, once, readings, self.odds)
        known = np.append(readings.known[self.batch.term_ids] > 0, False)
        self.known = np.array([known[a:b].any() for a, b in self.spans()], bool)

    def spans(self) -> list[tuple[int, int]]:
        ends = self.batch.offsets.tolist()
        return list(pairwise(ends))

    def weights_of(self, place: int) -> NDArray[np.float64]:
        return self.weights[self.batch.offsets[place] : self.batch.offsets[place + 1]]


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return answers in order."""
    if not subjects:
        return []
    prompts = cast("Sequence[PromptSubject]", subjects)
    positive = _Read(weights().prompt, (subject.prompt for subject in prompts))
    avoided = _Read(weights().avoided, (subject.negative_prompt or "" for subject in prompts))
    rows = probabilities(positive.odds, avoided.odds)
    answers = []
    for place, subject in enumerate(prompts):
        if not positive.known[place]:
            answers.append(Answer(id=subject.id, value=None))
            continue
        found = evidence(
            positive.texts[place], positive.weights_of(place), "prompt", "level.term"
        ) + evidence(
            avoided.texts[place], avoided.weights_of(place), "negative_prompt", "level.avoided"
        )
        row = [round(chance, 6) + 0.0 for chance in rows[place].tolist()]
        answers.append(
            Answer(
                id=subject.id,
                value=_label(rows[place].tolist()),
                score=round(sum(row[_MATURE:]), 6),
                origin="classifier",
                evidence=tuple(sorted(found, key=lambda one: -abs(one.weight or 0))),
                detail=dict(zip(STEPS, row, strict=True)),
            )
        )
    return answers


def _label(chance: Sequence[float]) -> str:
    """Return the median level: the highest that is reached with probability one half or more."""
    above = [sum(chance[place:]) for place in range(len(STEPS))]
    return [step for step, odds in zip(STEPS, above, strict=True) if odds >= 0.5][-1]


def reference(subject: Subject) -> Answer:
    """Answer for one prompt the slow way."""
    prompt = cast("PromptSubject", subject)
    chance = chances(prompt.prompt, prompt.negative_prompt or "")
    if chance is None:
        return Answer(id=subject.id, value=None)
    return Answer(
        id=subject.id,
        value=_label(chance),
        score=sum(chance[_MATURE:]),
        origin="classifier",
        detail=dict(zip(STEPS, chance, strict=True)),
    )


EXAMPLES: Final = (
    Example(
        about="a harbour at dawn",
        subject=PromptSubject(id="e1", prompt="harbour at dawn, fishing boats, fog, oil painting"),
        value="PG",
    ),
    Example(
        about="swimwear on the beach",
        subject=PromptSubject(id="e2", prompt="woman in a bikini on the beach"),
        value="PG-13",
    ),
    Example(
        about="one of the simulated hub's mature words",
        subject=PromptSubject(id="e4", prompt="woman on a bed, mature_term_003"),
        value="X",
    ),
    Example(
        about="nothing to read",
        subject=PromptSubject(id="e3", prompt="  "),
        value=None,
    ),
)

SIGNAL: Final = Signal(
    name="prompt_level",
    version="1",
    subjects=("prompt",),
    answer="label",
    labels=STEPS,
    question="Which browsing level would a hub give to a picture made from this prompt?",
    probability=True,
    score="probability of R and up, 0..1; calibrated out of fold on real prompts and their levels",
    definition=(
        "The level that a hub's own rating gives to pictures made from such prompts: PG, PG-13, "
        "R, or X, which stands for X and up. It says what a prompt asks for, as the hub rated it, "
        "not what a picture shows.\n\n"
        "The value is the median level: the highest that is reached with probability one half or "
        "more. The detail holds the probability of all four. Tags of the positive and of the "
        "negative prompt are read with weights of their own and add up; weights in brackets, "
        "repeated tags and names of called adapters are not read.\n\n"
        "Unknown when the prompt holds no tag of which the model knows any part."
    ),
    codes={
        "level.term": "a tag of the prompt; its weight is what leaving it out takes from the "
        "log-odds of R and up",
        "level.avoided": "the same for a tag of the negative prompt",
    },
    failures=(
        "About one in five explicit pictures has a prompt that does not give it away.",
        "Trained on prompts of one hub up to July 2023, mostly English; later models and other "
        "languages are read worse.",
        "A long list of different harmless tags can hide one that is not; the sexualised language "
        "signal still finds it.",
        "R was rarely given before May 2023; it is seldom the most probable level.",
        "Disguised spellings are read only as far as their parts look alike; see evasion.",
        "Its features are stored as hashes, so that nobody reads, copies or searches a list of "
        "words. They can be guessed: hashing all short character sequences, or a dictionary, "
        "shows which are features and what they weigh.",
    ),
    sources=(
        "Public API answers of one hub, July 2023, 87,000 showcase prompts with their levels.",
        "Joulin et al. 2017, Bag of Tricks for Efficient Text Classification (hashed features).",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=reference,
)
