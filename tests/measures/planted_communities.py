"""A small lake in which three groups of creators write with words of their own."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

from hubwatch.simulate.world import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golden_lake import Rows

GROUPS: Final = 3
_TOPICS, _TAGS = 4, 7
_GALLERIES, _IMAGES = 25, 24
_CREATORS: Final = 15
MONTHS: Final = tuple(f"2023-{month:02d}" for month in range(1, 13))
GENERAL: Final = ("masterpiece", "best quality", "sharp focus")
_OWN: Final = (words.GARMENTS, words.PLACES, words.CAMERA)
_COLOURS: Final = ("red", "blue", "green", "brown")


def tags_of(group: int, topic: int) -> list[str]:
    """Return the tags of one topic of a group; no two topics share one."""
    base = [word for word in _OWN[group] if " " not in word and word.isalpha()]
    return [f"{_COLOURS[topic]} {word}" for word in base[:_TAGS]]


def planted() -> dict[str, int]:
    """Return every tag of a group, and which."""
    return {
        tag: group
        for group in range(GROUPS)
        for topic in range(_TOPICS)
        for tag in tags_of(group, topic)
    }


def planted_lake(extra: Mapping[str, int] | None = None, seed: int = 1) -> dict[str, Rows]:
    """Return the rows of a lake; images of a gallery use the topics of one group.

    Args:
        extra: further tags to the group in whose prompts half the time they stand.
        seed: of the draws.
    """
    draw = random.Random(seed)
    terms: dict[str, int] = {}
    rows: dict[str, Rows] = {name: [] for name in ("images", "versions", "models")}
    rows |= {"model_signals": [], "prompt_tags": []}
    for group in range(GROUPS):
        more = [tag for tag, of_group in (extra or {}).items() if of_group == group]
        for gallery in range(_GALLERIES):
            version = f"v{group}-{gallery}"
            rows["versions"].append(_keyed(version_id=version, model_id=f"m{version}"))
            creator = f"c{group}-{gallery % _CREATORS}"
            rows["models"].append(
                _keyed(model_id=f"m{version}", creator_key=creator, month=MONTHS[0])
            )
            rows["model_signals"].append(_keyed(model_id=f"m{version}", real_person=group == 0))
            for _ in range(_IMAGES):
                prompt = len(rows["images"]) * 7919 % 100_003
                tags = draw.sample(tags_of(group, draw.randrange(_TOPICS)), 4)
                tags += [draw.choice(GENERAL), *(tag for tag in more if draw.random() < 0.5)]
                rows["images"].append(_image(len(rows["images"]), prompt, version, creator, draw))
                rows["prompt_tags"] += _tagged(prompt, tags, terms)
    rows["prompt_tags"].sort(key=lambda row: (row["prompt_id"], row["position"]))
    rows["tag_terms"] = [{"term_id": number, "term": term} for term, number in terms.items()]
    return rows


def _keyed(**columns: Any) -> dict[str, Any]:
    return {"hub": "simulated", **columns}


def _image(
    number: int, prompt: int, version: str, creator: str, draw: random.Random
) -> dict[str, Any]:
    level = draw.choice(["PG", "PG", "PG", "R", "X"]) if creator[1] != "2" else "PG"
    return _keyed(image_id=str(number), prompt_id=prompt, version_id=version, level=level,
                  creator_key=creator, month=draw.choice(MONTHS))  # fmt: skip


def _tagged(prompt: int, tags: list[str], terms: dict[str, int]) -> Rows:
    return [
        {"prompt_id": prompt, "position": at, "weight": 1.0,
         "term_id": terms.setdefault(tag, len(terms))}
        for at, tag in enumerate(tags)
    ]  # fmt: skip
