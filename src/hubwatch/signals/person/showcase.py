"""What the prompts of a model's showcase pictures say, as numbers."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hubwatch.signals.person.cues import NEGATIVES, PROMPTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from hubwatch.signals.subjects import ImageText

_IMAGES_READ: Final = 6
_NEGATIVES_READ: Final = 3
#: Characters of a prompt that are read.
PROMPT_READ: Final = 500
_WORD: Final = re.compile(r"[^\W_][\w/.-]*")
#: What a word may hold but not begin with, and everything that no word of ASCII holds.
_MARKS: Final = "/.-_"
_MARKED: Final = tuple(f" {mark}" for mark in _MARKS)
_APART: Final = {
    code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in _MARKS
}
_OF_PERSON: Final = ("photo of", "portrait of", "picture of", "image of")
#: A name that stands this early leads its prompt.
_EARLY: Final = 40
_SHORTEST_JOINED: Final = 4

SHOWCASE_FEATURES: Final = (
    *(f"prompt.{group}" for group in PROMPTS),
    *(f"negative.{group}" for group in NEGATIVES),
    *("prompt.name", "prompt.name_first", "prompt.of_name", "prompt.person_of", "prompt.none"),
    *("prompt.length", "prompt.commas", "negative.none"),
)


def _places(groups: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    terms = sorted({term for group in groups.values() for term in group})
    return {
        term: tuple(i for i, group in enumerate(groups.values()) if term in group) for term in terms
    }


_PROMPT_PLACES: Final = _places(PROMPTS)
_PROMPT_TERMS: Final = frozenset(_PROMPT_PLACES)
_NEGATIVE_PLACES: Final = _places(NEGATIVES)
_NEGATIVE_TERMS: Final = frozenset(_NEGATIVE_PLACES)


def words_of(prompt: str) -> frozenset[str]:
    """Return the distinct words of a prompt in lower case: what `_WORD` finds."""
    if not prompt.isascii():
        return frozenset(_WORD.findall(prompt))
    runs = f" {prompt.translate(_APART)}"
    words = frozenset(runs.split())
    if any(mark in runs for mark in _MARKED):
        return frozenset([word.lstrip(_MARKS) for word in words]) - {""}
    return words


#: Negative prompts are copied from model to model.
_words_again: Final = lru_cache(maxsize=1 << 12)(words_of)


def _shares(
    words: Sequence[AbstractSet[str]],
    terms: frozenset[str],
    places: Mapping[str, tuple[int, ...]],
    size: int,
) -> list[float]:
    """Return for each group the share of prompts with one of its terms."""
    counts = [0] * size
    for some in words:
        for place in {place for term in some & terms for place in places[term]}:
            counts[place] += 1
    return [count / max(len(words), 1) for count in counts]


def _naming(
    prompts: Sequence[str], words: Sequence[AbstractSet[str]], own: AbstractSet[str], joined: str
) -> list[float]:
    """Return the shares of prompts that name the subject, early, and after `of`."""
    named = early = after_of = 0
    for prompt, some in zip(prompts, words, strict=True):
        found = some & own
        if not found and len(joined) >= _SHORTEST_JOINED and joined in some:
            found = frozenset((joined,))
        if found:
            place = min(prompt.find(word) for word in found)
            named += 1
            early += place < _EARLY
            after_of += prompt[max(0, place - 3) : place].strip(" (") == "of"
    n = max(len(prompts), 1)
    return [named / n, early / n, after_of / n]


def showcase_features(
    images: Sequence[ImageText], own: AbstractSet[str], joined: str
) -> list[float]:
    """Return numbers about the first prompts; see `SHOWCASE_FEATURES`.

    Args:
        images: the model's showcase.
        own: telling words of the model's name in lower case.
        joined: these words written together.
    """
    read = images[:_IMAGES_READ]
    prompts = [image.prompt[:PROMPT_READ].lower() for image in read if image.prompt]
    avoided = [
        image.negative_prompt[:PROMPT_READ].lower()
        for image in read[:_NEGATIVES_READ]
        if image.negative_prompt
    ]
    words = list(map(words_of, prompts))
    n = max(len(prompts), 1)
    length = sum(map(len, prompts))
    return [
        *_shares(words, _PROMPT_TERMS, _PROMPT_PLACES, len(PROMPTS)),
        *_shares(
            list(map(_words_again, avoided)),
            _NEGATIVE_TERMS,
            _NEGATIVE_PLACES,
            len(NEGATIVES),
        ),
        *_naming(prompts, words, own, joined),
        sum(any(cue in prompt for cue in _OF_PERSON) for prompt in prompts) / n,
        1 - len(prompts) / max(len(read), 1),
        math.log1p(length / n),
        20 * sum(prompt.count(",") for prompt in prompts) / max(length, 1),
        1 - len(avoided) / max(len(read[:_NEGATIVES_READ]), 1),
    ]
