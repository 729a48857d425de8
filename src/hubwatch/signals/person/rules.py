"""Rules of `real_person` that stand by themselves: each is a reason that a person can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.signals.person.features import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT: Final = {feature: place for place, feature in enumerate(FEATURES)}
#: Tags that speak against a person: a model with one of them needs the classifier's consent.
_AGAINST: Final = ("tag.fiction", "tag.character", "tag.style", "tag.thing", "tag.base")
_NAMED: Final = (
    *("name.full_name", "name.any_full", "name.leet_full"),
    *("trigger.shape", "tag.name_like", "file.full"),
)
#: From here on given name and surname are both supported, or one of them strongly.
_SUPPORTED: Final = 0.4
#: A role that stands within the first 200 characters belongs to the subject.
_EARLY: Final = 1.0

RULES: Final = ("rule.role_tag", "rule.stated")


def _column(rows: NDArray[np.float32], feature: str) -> NDArray[np.float32]:
    return rows[:, _AT[feature]]


def speaks_against(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which models have a tag for fiction, a style, a thing or a base model."""
    found: NDArray[np.bool_] = np.any([_column(rows, name) > 0 for name in _AGAINST], axis=0)
    return found


def has_role_tag(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which models have a tag for a person's role, such as an actor's."""
    return _column(rows, "tag.role") > 0


def apply_rules(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which rule holds for which model.

    Args:
        rows: as `feature_matrix` makes them.

    Returns:
        One column for each of `RULES`.
    """
    clean = ~speaks_against(rows)
    named = np.any([_column(rows, feature) >= _SUPPORTED for feature in _NAMED], axis=0)
    named |= _column(rows, "name.person_shape") > 0
    role = has_role_tag(rows)
    said = (_column(rows, "text.name_is") > 0) & (_column(rows, "text.first.actor") < _EARLY)
    said |= _column(rows, "text.depicts") > 0
    return np.stack([role & named & clean, said & clean], axis=1)
