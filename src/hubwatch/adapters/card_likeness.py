"""What `real_person` says of one file, told for a card: only what the file itself has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hubwatch.signals.answers import Answer
from hubwatch.signals.person.classifier import shipped_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.signals.answers import Evidence
    from hubwatch.signals.subjects import ModelSubject


def of_the_file(answer: Answer, subject: ModelSubject) -> Answer:
    """Return an answer of `real_person` with the reasons that the file itself gives.

    The signal reads a model's page. A file has none: that the page is silent is no reason here,
    nor is the form of a trigger word that is not there. Where nothing is left, and the file is
    called true or has no name inside, the answer is unknown.

    Args:
        answer: what the signal said.
        subject: of whom it said it.
    """
    there = _there(subject)
    kept = tuple(one for one in answer.evidence if _is_told(one, there))
    named = there["name"] or there["trigger"] or bool(subject.training_tags)
    if not kept and (answer.value is True or not named):
        return Answer(id=answer.id, value=None)
    return msgspec.structs.replace(answer, evidence=kept)


def threshold() -> float:
    """Return the score from which `real_person` says true of a file without a page."""
    return shipped_weights().threshold_probability


def _there(subject: ModelSubject) -> dict[str, bool]:
    """Return which parts of a model a file has, by the first part of a code."""
    return {
        "name": bool(subject.name.strip()),
        "trigger": any(subject.trigger_words),
        "file": any(subject.file_names),
        "tag": any(subject.tags),
        "text": bool(subject.description.strip()),
        "prompt": bool(subject.images),
        "card.kind": any(subject.base_models),
        "card.silent": False,
    }


def _is_told(evidence: Evidence, there: Mapping[str, bool]) -> bool:
    return there.get(evidence.code, there.get(evidence.code.partition(".")[0], True))
