"""Does this model depict a real person?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.signals.answers import Answer, Evidence
from hubwatch.signals.person.classifier import (
    Weights,
    contributions,
    log_odds,
    probability,
    shipped_weights,
)
from hubwatch.signals.person.evidence import CODES, field_of, reasons
from hubwatch.signals.person.examples import EXAMPLES
from hubwatch.signals.person.features import FEATURES, feature_matrix
from hubwatch.signals.person.listed import listed_persons
from hubwatch.signals.person.rules import RULES, apply_rules, has_role_tag, speaks_against
from hubwatch.signals.person.who import who_kind
from hubwatch.signals.signal import Signal
from hubwatch.signals.subjects import ModelSubject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.gazetteer.store import Hit
    from hubwatch.signals.subjects import Subject

#: How often the hub's flag is right, as two readers and one reader found.
_FLAGGED_SCORE: Final = 0.93
#: Reasons are worked out from this score on.
_REASONED: Final = 0.1
_DIGITS: Final = 4


def _says_something(subject: ModelSubject) -> bool:
    return bool(
        subject.name.strip()
        or any(subject.tags)
        or subject.description.strip()
        or any(subject.trigger_words)
        or any(subject.file_names)
    )


def scores(
    rows: NDArray[np.float32], weights: Weights
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the probability of each model and which rules hold; a rule halves the doubt.

    Args:
        rows: as `feature_matrix` makes them.
        weights: the classifier.
    """
    found = probability(log_odds(rows, weights))
    ruled = apply_rules(rows)
    return np.where(ruled.any(axis=1), _halved(found), found), ruled


def _halved(score: Any) -> Any:
    """Return a probability with half of what is missing to 1 added."""
    return 1 - (1 - score) / 2


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found of one model.

    Args:
        row: its numbers.
        score: the probability that it depicts a real person.
        ruled: which rules hold.
        hit: who is listed under its name.
        added: what each number adds to the log-odds; None where no reasons are worked out.
    """

    row: NDArray[np.float32]
    score: float
    ruled: NDArray[np.bool_]
    hit: Hit | None
    added: NDArray[np.float64] | None


def _origin(subject: ModelSubject, found: _Found) -> str:
    if subject.flagged_real_person:
        return "flag"
    if found.ruled.any():
        return "rule"
    return "gazetteer" if found.hit else "classifier"


def _evidence(subject: ModelSubject, found: _Found) -> tuple[Evidence, ...]:
    if found.added is None:
        return ()
    first = []
    if subject.flagged_real_person:
        first.append(Evidence(code="flag.real_person", field="flagged_real_person"))
    if hit := found.hit:
        first.append(Evidence(code="gazetteer.person", field="name", start=hit.start, end=hit.end))
    holding = zip(RULES, found.ruled.tolist(), strict=True)
    first += [Evidence(code=rule, field=field_of(rule)) for rule, holds in holding if holds]
    more = reasons(found.added, found.row)
    return (*first, *more) or (Evidence(code="card.kind", field="method"),)


def _answer(subject: ModelSubject, found: _Found, weights: Weights) -> Answer:
    origin = _origin(subject, found)
    if origin != "flag" and not _says_something(subject):
        return Answer(id=subject.id, value=None)
    score = _halved(found.score) if found.hit else found.score
    tagged = has_role_tag(found.row[None])[0]
    threshold = weights.threshold_tagged if tagged else weights.threshold_probability
    value = origin != "classifier" or score >= threshold
    if origin == "flag":
        score = max(score, _FLAGGED_SCORE)
    return Answer(
        id=subject.id,
        value=value,
        score=round(score, _DIGITS),
        origin=origin,
        evidence=_evidence(subject, found),
        detail={"who": who_kind(found.row.tolist(), found.hit)} if value else {},
    )


def answer_many(subjects: Sequence[Subject]) -> list[Answer]:
    """Return for each model whether it depicts a real person."""
    models = [subject for subject in subjects if isinstance(subject, ModelSubject)]
    if not models:
        return []
    weights = shipped_weights()
    rows = feature_matrix(models)
    score, ruled = scores(rows, weights)
    against = speaks_against(rows).tolist()
    hits = [None if no else hit for no, hit in zip(against, listed_persons(models), strict=True)]
    told = [
        bool(subject.flagged_real_person or hit) for subject, hit in zip(models, hits, strict=True)
    ]
    reasoned = ruled.any(axis=1) | np.array(told) | (score >= _REASONED)
    places = np.flatnonzero(reasoned).tolist()
    added = dict(zip(places, contributions(rows[places], weights), strict=True))
    return [
        _answer(
            subject, _Found(rows[at], float(score[at]), ruled[at], hits[at], added.get(at)), weights
        )
        for at, subject in enumerate(models)
    ]


def _reference(subject: Subject) -> Answer:
    """Answer as `answer_many`, with the classifier walked node by node."""
    if not isinstance(subject, ModelSubject):
        return Answer(id=subject.id, value=None)
    weights = shipped_weights()
    rows = feature_matrix([subject])
    odds = float(weights.intercept)
    for place in range(len(FEATURES)):
        standard = (rows[0, place] - weights.mean[place]) / weights.scale[place]
        odds += float(np.clip(standard, -4, 4) * weights.coefficient[place])
    trees = sum(_walk(rows[0], weights, tree) for tree in range(len(weights.feature)))
    mixed = (1 - weights.mix) * odds + weights.mix * (weights.base + trees)
    score = float(probability(np.array([weights.slope * mixed + weights.shift]))[0])
    ruled = apply_rules(rows)[0]
    hit = None if speaks_against(rows)[0] else listed_persons([subject])[0]
    score = _halved(score) if ruled.any() else score
    return _answer(
        subject, _Found(rows[0], score, ruled, hit, contributions(rows, weights)[0]), weights
    )


def _walk(row: NDArray[np.float32], weights: Weights, tree: int) -> float:
    node = 0
    while (after := _child(row, weights, tree, node)) != node:
        node = after
    return float(weights.value[tree, node])


def _child(row: NDArray[np.float32], weights: Weights, tree: int, node: int) -> int:
    smaller = row[weights.feature[tree, node]] <= weights.threshold[tree, node]
    children: Any = weights.left if smaller else weights.right
    return int(children[tree, node])


SIGNAL: Final = Signal(
    name="real_person",
    version="1",
    subjects=("model",),
    answer="three-valued",
    question="Does this model depict a real person who can be told by it?",
    probability=True,
    score=(
        "Probability from 0 to 1 that the model depicts a real person, calibrated out of fold; "
        "a rule that holds halves what is missing to 1, the hub's own flag lifts it to 0.93."
    ),
    definition=(
        "True: the model is made to show one or several existing people, living or dead, famous or "
        "private, under their name, a code or a handle, or in a role that they played.\n\n"
        "False: fictional characters, characters of games and series, artists' styles, places, "
        "brands, clothing, people whom the uploader invented or mixed, and general base models.\n\n"
        "Unknown: there is no name, tag, trigger word, file name or description to read.\n\n"
        "The hub's flag, where it is shown, makes the answer true; its absence says little. "
        "Otherwise two rules, the gazetteer that the operator built (if there is one) "
        "and a trained classifier decide. The classifier knows words only "
        "in groups that are written down, and names only by their form: it cannot remember a name. "
        "It says true from a score of 0.34 on, and from 0.58 on where a tag names a person's role: "
        "thresholds that were chosen out of fold against the flag, so a true near them is a reason "
        "to look, not a finding."
    ),
    codes=CODES,
    failures=(
        "A character of a game or series with an everyday name and no tag is taken for a person.",
        "A person under a code, a handle or a single name without further words is missed.",
        "A role named instead of the actor who played it is often missed.",
        "Checkpoints of photographic look are hard: about two thirds of them rank rightly.",
        "It was fitted on one hub in 2022 and 2023; other hubs and years can differ.",
        "A model's document may lack prompts of its images that a lake has from the image list, so "
        "that its score can differ between its document and a lake.",
    ),
    sources=(
        "Wagner and Cetinic, Perpetuating Misogyny with Generative AI, arXiv 2505.04600, 2025",
        "Hawkins, Russell and Mittelstadt, Deepfakes on Demand, arXiv 2505.03859, 2025",
        "10 572 models of one hub, July 2023, with the hub's own flag",
    ),
    examples=EXAMPLES,
    answer_many=answer_many,
    reference=_reference,
)
