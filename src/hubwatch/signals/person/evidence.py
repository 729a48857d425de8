"""The codes under which `real_person` gives its reasons."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.signals.answers import Evidence
from hubwatch.signals.person.features import FEATURES, ROLES, feature_matrix
from hubwatch.signals.subjects import ModelSubject

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What each code means; the first part is where the reason was found.
CODES: Final = {
    "flag.real_person": "the hub itself marks the model as depicting a real person",
    "gazetteer.person": "the name is in the gazetteer of people",
    "rule.role_tag": "a tag names a person's role, no tag speaks of fiction, a style or a thing",
    "rule.stated": "the description calls the subject by a role or speaks of a likeness",
    "name.form": "the name has, or has not, the form of a personal name",
    "name.words": "the name holds words for a role, a style, a thing, a work",
    "name.disguise": "the name is written so that filters miss it, or is a code",
    "trigger.form": "trigger words have, or have not, the form of a personal name",
    "file.form": "file names have, or have not, the form of a personal name",
    "tag.person_role": "tags name what real people are: famous, actors, singers, ...",
    "tag.person": "tags speak of a person, a gender, looks, an origin",
    "tag.fiction": "tags speak of fictional characters, games, series",
    "tag.style": "tags speak of a style, a thing, a base model",
    "tag.photo": "tags speak of photographs and realism",
    "tag.other": "how many tags there are, and whether one repeats the name",
    "text.role": "the description names what real people are",
    "text.biography": "the description tells a life: birth, origin, career, platforms",
    "text.likeness": "the description speaks of a likeness, photographs of somebody, consent",
    "text.pronoun": "the description speaks of her or him",
    "text.fiction": "the description speaks of fictional or invented characters",
    "text.style": "the description speaks of styles, things, merges",
    "text.name": "the description repeats the name",
    "text.other": "length and further wording of the description",
    "prompt.name": "example prompts name the subject",
    "prompt.photo": "example prompts are written as for photographs",
    "prompt.drawn": "example prompts are written as for drawings",
    "prompt.other": "further wording of example prompts",
    "card.silent": "what the page does not say, for example no tag for fiction, style or things",
    "card.kind": "method, base model, size and further numbers of the model's page",
}
_FIELDS: Final = {
    "flag": "flagged_real_person",
    "gazetteer": "name",
    "name": "name",
    "trigger": "trigger_words",
    "file": "file_names",
    "tag": "tags",
    "text": "description",
    "prompt": "images",
    "card": "method",
    "rule.role_tag": "tags",
    "rule.stated": "description",
}
_GROUPS: Final = {
    "name.form": ("name.",),
    "name.words": ("name.word.", "name.inside"),
    "name.disguise": ("name.code", "name.spaced", "name.leet", "name.mixed"),
    "trigger.form": ("trigger.",),
    "file.form": ("file.",),
    "tag.other": ("tag.",),
    "tag.person_role": (*(f"tag.{role}" for role in ROLES), "tag.adult", "tag.role", "tag.model"),
    "tag.person": ("tag.person", "tag.woman", "tag.man", "tag.place", "tag.looks"),
    "tag.fiction": ("tag.fiction", "tag.character"),
    "tag.style": ("tag.style", "tag.thing", "tag.base"),
    "tag.photo": ("tag.photo",),
    "text.other": ("text.",),
    "text.role": (
        *(f"text.{role}" for role in ROLES),
        *("text.model", "text.other", "text.adult", "text.first.actor", "text.first.real"),
    ),
    "text.biography": ("text.born", "text.place", "text.year", "text.first.place"),
    "text.likeness": (
        *("text.likeness", "text.depicts", "text.pictures", "text.consent", "text.private"),
        "text.first.likeness",
    ),
    "text.pronoun": ("text.she", "text.he", "text.first.she", "text.first.he"),
    "text.fiction": ("text.fiction", "text.fantasy", "text.invented", "text.first.fiction"),
    "text.style": ("text.style", "text.thing", "text.merge", "text.first.style"),
    "text.name": ("text.name",),
    "prompt.other": ("prompt.", "negative.none"),
    "prompt.name": ("prompt.name", "prompt.of_name"),
    "prompt.photo": ("prompt.photo", "prompt.person_of", "prompt.wear", "negative.not_drawn"),
    "prompt.drawn": (
        *("prompt.anime", "prompt.painting", "prompt.girl_tag", "prompt.quality", "prompt.commas"),
        *("negative.booru", "negative.not_photo"),
    ),
}
_NAMES: Final = tuple(CODES)
_SILENT: Final = _NAMES.index("card.silent")
#: Groups that say something of a model in any case.
_ALWAYS: Final = ("name.form", "trigger.form", "file.form", "card.kind")
_SHOWN: Final = 5
_LEAST: Final = 0.05


def code_of(feature: str) -> str:
    """Return the code under which a feature is reported: that of its longest known beginning."""
    best, length = "card.kind", 0
    for code, beginnings in _GROUPS.items():
        for start in beginnings:
            if feature.startswith(start) and len(start) > length:
                best, length = code, len(start)
    return best


_CODE_OF: Final = np.array([_NAMES.index(code_of(feature)) for feature in FEATURES])


def field_of(code: str) -> str:
    """Return the field of a model that a code speaks of."""
    return _FIELDS[code if code in _FIELDS else code.split(".")[0]]


@cache
def _empty_page() -> NDArray[np.float32]:
    """Return the numbers of a model of which nothing is said."""
    row: NDArray[np.float32] = feature_matrix([ModelSubject(id="")])[0]
    return row


def reasons(added: NDArray[np.float64], row: NDArray[np.float32]) -> list[Evidence]:
    """Return what speaks for a real person, strongest first.

    What a group adds because the model has nothing of it is reported as `card.silent`.

    Args:
        added: what each feature adds to the log-odds.
        row: numbers of the model.
    """
    there = np.bincount(_CODE_OF, weights=row != _empty_page(), minlength=len(_NAMES)) > 0
    there[[_NAMES.index(code) for code in _ALWAYS]] = True
    codes = np.where(there[_CODE_OF], _CODE_OF, _SILENT)
    sums = np.bincount(codes, weights=added, minlength=len(_NAMES))
    order = np.argsort(-sums, kind="stable")[:_SHOWN]
    return [
        Evidence(code=_NAMES[i], field=field_of(_NAMES[i]), weight=round(float(sums[i]), 3))
        for i in order.tolist()
        if sums[i] >= _LEAST
    ]
