"""The numbers that the classifier reads of one model; none can tell one name from another.

No vocabulary is learned: words count only through the groups of `cues`, names only through their
shape. Lengths are capped, so time is linear and bounded.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.gazetteer.names import person_shape
from hubwatch.signals.person import page, showcase
from hubwatch.signals.person.adult_terms import is_adult
from hubwatch.signals.person.cues import TAGS
from hubwatch.signals.person.name_shape import (
    NAME_FEATURES,
    SHAPE,
    full_name,
    head_of,
    name_features,
    name_words,
    token_of,
    words_shape,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.signals.subjects import ModelSubject

METHODS: Final = ("Checkpoint", "LORA", "LoCon", "TextualInversion", "Hypernetwork", "Poses")
LEVELS: Final = ("PG", "PG-13", "R", "X")
ROLES: Final = ("real", "actor", "musician", "influencer", "politician", "athlete")
_PERSON_WORDS: Final = frozenset(("woman", "man", "person", "girl", "female", "male"))
_TAG_GROUP: Final = {term: group for group, terms in TAGS.items() for term in terms}
_MIXED: Final = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_NAME_LENGTH: Final = 200
_TAGS_READ: Final = 60

FEATURES: Final = (
    *NAME_FEATURES,
    "name.person_shape",
    *(f"trigger.{x}" for x in SHAPE),
    *("trigger.n", "trigger.code", "trigger.long", "trigger.same", "trigger.person"),
    *("trigger.shape", "trigger.digits"),
    *("file.full", "file.given", "file.surname", "file.same", "file.pickle"),
    *(f"tag.{group}" for group in TAGS),
    *("tag.adult", "tag.n", "tag.name", "tag.role", "tag.name_like"),
    *page.PAGE_FEATURES,
    *showcase.SHOWCASE_FEATURES,
    *(f"method.{method}" for method in METHODS),
    *("base.sdxl", "base.sd1", "base.sd2", "base.other"),
    *("use.sell", "use.none", "size", "versions", "images", "declared_nsfw"),
    *(f"level.{level}" for level in LEVELS),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What a model calls its subject, as words.

    Args:
        head: the model's name before brackets and separators.
        words: the telling words of it in lower case, everyday words left out where others remain.
        joined: these words written together.
    """

    head: str
    words: frozenset[str]
    joined: str


def names_of(subject: ModelSubject) -> Names:
    """Return how a model's name reads."""
    head = head_of(subject.name[:_NAME_LENGTH])
    words = [word.lower() for word in name_words(head)]
    own = [w for w in words if len(w) > 1 and not token_of(w).common] or words
    return Names(head, frozenset(own), "".join(own))


def _repeats(names: Names, words: set[str], flat: str) -> float:
    return float(bool(names.words) and (bool(names.words & words) or names.joined in flat))


def _trigger_features(subject: ModelSubject, names: Names) -> list[float]:
    written = [text[:120] for text in subject.trigger_words[:8]]
    first = written[0] if written else ""
    lists = [[word.lower() for word in name_words(text)] for text in written]
    words = {word for some in lists for word in some}
    best = max((full_name(name_words(text[:60])) for text in written[:6]), default=0.0)
    flat = "".join(word for some in lists[:4] for word in some)
    return [
        *words_shape(name_words(first.split(",")[0])),
        float(len(subject.trigger_words)),
        float(any("_" in text and len(text) < 16 for text in written[:3])),
        float(any("," in text for text in written[:3])),
        _repeats(names, words, flat),
        float(not words.isdisjoint(_PERSON_WORDS)),
        best,
        float(_MIXED.search(first) is not None),
    ]


def _file_features(subject: ModelSubject, names: Names) -> list[float]:
    files = subject.file_names
    words = name_words(files[0].rsplit(".", 1)[0][:100]) if files else []
    tokens = [token_of(word) for word in words]
    low = [word.lower() for word in words]
    return [
        full_name(words),
        float(max((token.given for token in tokens), default=0)),
        float(max((token.surname for token in tokens), default=0)),
        _repeats(names, set(low), "".join(low)),
        float(any(name.endswith((".pt", ".bin")) for name in files[:20])),
    ]


@lru_cache(maxsize=1 << 14)
def tag_group(tag: str) -> str | None:
    """Return the group of a hub tag, `adult` for adult performers; None when it has none."""
    term = tag.strip().lower()
    return "adult" if is_adult(term) else _TAG_GROUP.get(term)


def _tag_features(subject: ModelSubject, names: Names) -> list[float]:
    tags = [tag[:80] for tag in subject.tags[:_TAGS_READ]]
    groups = [tag_group(tag) for tag in tags]
    present = set(groups)
    adult = float("adult" in present)
    others = [_name_in(tag) for tag, group in zip(tags, groups, strict=True) if group is None]
    return [
        *(float(group in present) for group in TAGS),
        adult,
        float(len(subject.tags)),
        float(any(not names.words.isdisjoint(words) for words, _ in others)),
        adult + sum(group in present for group in ROLES),
        max((shape for _, shape in others), default=0.0),
    ]


#: Models share their tags.
@lru_cache(maxsize=1 << 14)
def _name_in(tag: str) -> tuple[frozenset[str], float]:
    """Return the words of a tag in lower case, and how much they look like a name."""
    words = name_words(tag)
    return frozenset([word.lower() for word in words]), full_name(words)


def _card_features(subject: ModelSubject) -> list[float]:
    base = " ".join(subject.base_models[:20]).lower()
    levels = [image.level for image in subject.images]
    shown = max(len(levels), 1)
    return [
        *(float(subject.method == method) for method in METHODS),
        float("xl" in base),
        float("sd 1" in base),
        float("sd 2" in base),
        float("other" in base or not base),
        float("Sell" in subject.commercial_use),
        float(not subject.commercial_use),
        math.log1p(max(subject.largest_file_kib or 0.0, 0.0)),
        math.log1p(max(subject.versions, 0)),
        math.log1p(max(subject.image_count, 0)),
        float(bool(subject.declared_nsfw)),
        *(levels.count(level) / shown for level in LEVELS),
    ]


def features(subject: ModelSubject) -> list[float]:
    """Return the numbers of one model in the order of `FEATURES`."""
    names = names_of(subject)
    return [
        *name_features(subject.name[:_NAME_LENGTH]),
        float(person_shape(names.head) is not None),
        *_trigger_features(subject, names),
        *_file_features(subject, names),
        *_tag_features(subject, names),
        *page.page_features(subject.description, names.head, names.words),
        *showcase.showcase_features(subject.images, names.words, names.joined),
        *_card_features(subject),
    ]


def feature_matrix(subjects: Sequence[ModelSubject]) -> NDArray[np.float32]:
    """Return one row of `FEATURES` for each model."""
    rows = np.zeros((len(subjects), len(FEATURES)), dtype=np.float32)
    for place, subject in enumerate(subjects):
        rows[place] = features(subject)
    return rows
