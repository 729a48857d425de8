"""The grade of the minor cue of many models: their prompts are read together, tag by tag.

The same reading as the signal's own (`minor_reading.cues`, `minor_cue.grade`), but each distinct
tag of all showcase prompts is read once; a test holds both equal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
import pyarrow as pa

from hubwatch.prompts.batch import index_prompts
from hubwatch.signals import minor_cue
from hubwatch.signals.minor_reading import cues
from hubwatch.signals.pieces import called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.signals.subjects import ModelSubject

_MOST: Final = 1 << 18


def minor_grades(subjects: Sequence[ModelSubject]) -> list[int]:
    """Return the grade of each model: 0 none, 1 weak, 2 clear, 3 explicit.

    Args:
        subjects: models with their showcase prompts.
    """
    return [max(pair) for pair in zip(page_grades(subjects), prompt_grades(subjects), strict=True)]


def page_grades(subjects: Sequence[ModelSubject]) -> list[int]:
    """Return the grade of each model's own texts."""
    pages = [msgspec.structs.replace(subject, images=()) for subject in subjects]
    return [answer.detail["grade"] for answer in minor_cue.answer_many(pages)]


def prompt_grades(subjects: Sequence[ModelSubject]) -> list[int]:
    """Return the grade of each model's showcase prompts."""
    found = np.zeros(len(subjects), dtype=np.int64)
    for negative in (False, True):
        owners: list[int] = []
        numbers: list[int] = []
        known: dict[str, int] = {}
        for owner, subject in enumerate(subjects):
            for image in subject.images:
                if text := image.negative_prompt if negative else image.prompt:
                    owners.append(owner)
                    numbers.append(known.setdefault(text, len(known)))
        np.maximum.at(found, owners, _grades(list(known), negative=negative)[numbers])
    return [int(grade) for grade in found]


def _grades(texts: list[str], *, negative: bool) -> NDArray[np.int64]:
    """Return the grade of each prompt, or of each negative prompt."""
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    batch = index_prompts(pa.array(clean, pa.string()))
    read = [_of_term(term)[negative] for term in batch.terms.to_pylist()]
    terms = np.array(read, dtype=np.int64)
    result = np.zeros(len(texts), dtype=np.int64)
    some = np.flatnonzero(np.diff(batch.offsets))
    if len(some):
        result[some] = np.maximum.reduceat(terms[batch.term_ids], batch.offsets[some])
    for place, text in enumerate(texts):
        for name in called(text):
            result[place] = max(result[place], _of_term(name)[negative])
    return result


@lru_cache(maxsize=_MOST)
def _of_term(term: str) -> tuple[int, int]:
    """Return the grade of a tag: what is asked for, and what is to be avoided."""
    said = cues(term)
    codes = {code: getattr(said, code.partition(".")[2]) for code in minor_cue.GRADES}
    return minor_cue.grade(codes), minor_cue.grade({"minor.weak": said.adults})
