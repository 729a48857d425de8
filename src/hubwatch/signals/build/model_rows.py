"""From model subjects to rows of `model_signals`; a row stays while nothing it read changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa

from hubwatch.lake.schema import arrow_schema
from hubwatch.signals.build.models import Chunk, shown_by, subjects_of
from hubwatch.signals.build.own import read_own
from hubwatch.signals.build.prominence import own_gazetteer, prominence_of
from hubwatch.signals.depicted_gender import value_of
from hubwatch.signals.nudification_tool import CODES, decide
from hubwatch.signals.perceived_gender import perceived_gender
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.gazetteer.store import Gazetteer
    from hubwatch.signals.answers import Answer
    from hubwatch.signals.build.models import Shown
    from hubwatch.signals.build.own import OwnReading
    from hubwatch.signals.subjects import ModelSubject

#: All signals that a row depends on.
OF_MODELS: Final = (
    *("real_person", "depicted_gender", "sexualised_language", "nudification_tool", "minor_cue"),
)
#: What the signal says of a person whose kind nothing tells; in tables that is null.
UNKNOWN: Final = "unknown"
#: Evidence codes that a row keeps.
MOST_CODES: Final = 12
_ENCODER: Final = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class ModelJob:
    """Some models, and what is known of them.

    Args:
        chunk: the models.
        known: their present rows with `row`, the model's place; none when all are to be answered.
    """

    chunk: Chunk
    known: pa.Table | None


@dataclass(frozen=True, slots=True)
class ModelRows:
    """Rows of `model_signals`, and how many of them are new."""

    rows: pa.RecordBatch
    answered: int


def digest(subject: ModelSubject, shown: Shown) -> int:
    """Return 64 bits of the digest of all that a row depends on.

    Args:
        subject: a model; its creator is never read, and a new key changes its pseudonym.
        shown: what its prompts say.
    """
    raw = _ENCODER.encode((msgspec.structs.replace(subject, creator=None), shown))
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big", signed=True)


def answer_models(job: ModelJob) -> ModelRows:
    """Return the rows of some models, in order."""
    subjects = subjects_of(job.chunk)
    shown = shown_by(job.chunk)
    digests = list(map(digest, subjects, shown))
    rows: list[dict[str, Any] | None] = [None] * len(subjects)
    for old in job.known.to_pylist() if job.known is not None else ():
        place = old.pop("row")
        if old["input"] == digests[place]:
            rows[place] = old
    new = [place for place, row in enumerate(rows) if row is None]
    hubs = job.chunk.models["hub"].to_pylist()
    answered = _answered([subjects[place] for place in new], [shown[place] for place in new])
    for place, row in zip(new, answered, strict=True):
        rows[place] = {"hub": hubs[place], "input": digests[place], **row}
    schema = arrow_schema("model_signals")
    return ModelRows(pa.RecordBatch.from_pylist(rows, schema=schema), len(new))


def _answered(subjects: Sequence[ModelSubject], shown: Sequence[Shown]) -> list[dict[str, Any]]:
    people = signal("real_person").answer_many(subjects)
    gazetteer = own_gazetteer()
    return [
        _row(*each, gazetteer=gazetteer)
        for each in zip(subjects, people, read_own(subjects), shown, strict=True)
    ]


def _row(
    subject: ModelSubject,
    person: Answer,
    own: OwnReading,
    shown: Shown,
    *,
    gazetteer: Gazetteer | None,
) -> dict[str, Any]:
    """Return a row; a name is looked at only where a real person is meant."""
    is_person = person.value is True
    perceived = perceived_gender(subject.name) if is_person else None
    tool, score = decide(own.tool_codes)
    reasons = [reason.code for reason in person.evidence]
    reasons += [code for code in CODES if score and code in own.tool_codes]
    return {
        "model_id": subject.id,
        "real_person": person.value,
        "real_person_score": person.score,
        "real_person_origin": person.origin,
        "who_kind": kind if (kind := person.detail.get("who")) != UNKNOWN else None,
        "prominence": prominence_of(subject.name, gazetteer) if is_person else None,
        "gender": value_of(subject, shown.genders, own.gender),
        "perceived_gender": perceived[0] if perceived else None,
        "perceived_gender_probability": perceived[1] if perceived else None,
        "sexualised": own.sexualised if own.wordy else None,
        "nudification_tool": tool if own.pieces else None,
        "minor_grade": max(own.minor_grade, shown.minor_grade),
        "evidence": list(dict.fromkeys(reasons))[:MOST_CODES],
    }
