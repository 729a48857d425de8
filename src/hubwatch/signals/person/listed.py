"""Whether a model's name is in the gazetteer that the operator built; without one nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.gazetteer.store import default_path, open_gazetteer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.gazetteer.store import Hit
    from hubwatch.signals.subjects import ModelSubject

_NAME_READ: Final = 200


def listed_persons(subjects: Sequence[ModelSubject]) -> list[Hit | None]:
    """Return for each model the first listed person whom its name tells.

    The shipped seed alone is not asked: it holds mostly people of the past, whose names stand for
    styles more often than for likenesses.
    """
    if not default_path().exists():
        return [None] * len(subjects)
    gazetteer = open_gazetteer()
    return [
        next((hit for hit in gazetteer.find(subject.name[:_NAME_READ]) if hit.telling), None)
        for subject in subjects
    ]
