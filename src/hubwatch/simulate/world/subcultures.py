"""The fictional subcultures: who writes prompts how, and which tags go together.

A subculture has a style, a share of models in each era, a leaning towards maturity, and themes. A
theme is a range of neighbouring tags in the vocabulary from which one prompt draws most of its
words, so that tags of a theme truly occur together. The vocabulary is one list; a range is a pair
(start, size) in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from hubwatch.simulate.world import invented, words
from hubwatch.simulate.world.streams import Picker

Style = Literal["tags", "photo", "prose"]
THEMES: Final = 12
THEME_SIZE: Final = 60
#: Explicit weights as people write them; the first form is without.
WEIGHTS: Final = ("{}", "({}:1.2)", "({}:1.1)", "({}:1.3)", "({})", "(({}))", "({}:0.8)", "[{}]")


@dataclass(frozen=True, slots=True)
class Subculture:
    """One way of making and describing pictures.

    Args:
        name: as in the truth tables.
        style: tags in booru manner, photographic sentence with details, or flowing prose.
        share: share of models in the first and in the last month; between them a line.
        maturity: leaning of its images towards mature levels, in standard deviations.
        gendered: share of prompts that name a person's gender at all, relative to the level's.
        sources: the word lists that its themes combine.
    """

    name: str
    style: Style
    share: tuple[float, float]
    maturity: float
    gendered: float
    sources: tuple[tuple[str, ...], ...]


SUBCULTURES: Final = (
    Subculture("booru", "tags", (0.32, 0.34), 0.25, 1.0, (words.GARMENTS, words.GESTURES)),
    Subculture("photographic", "photo", (0.24, 0.18), 0.0, 0.95, (words.CAMERA, words.LIGHTS)),
    Subculture("fan", "tags", (0.16, 0.16), 0.1, 1.0, (words.GESTURES, words.THINGS)),
    Subculture("beastfolk", "tags", (0.05, 0.10), 0.35, 0.6, (words.ANATOMY_SAFE, words.GARMENTS)),
    Subculture("render", "tags", (0.06, 0.05), -0.2, 0.7, (words.MEDIA, words.THINGS)),
    Subculture("painterly", "tags", (0.09, 0.06), -0.4, 0.8, (words.MEDIA, words.LIGHTS)),
    Subculture("landscape", "tags", (0.06, 0.04), -1.2, 0.15, (words.PLACES, words.LIGHTS)),
    Subculture("prose", "prose", (0.02, 0.07), 0.1, 1.0, (words.LIGHTS, words.CAMERA)),
)
NAMES: Final = tuple(subculture.name for subculture in SUBCULTURES)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All prompt pieces in one list, already escaped for JSON, plain first, then each weight.

    Args:
        pieces: `len(WEIGHTS)` blocks of `size` pieces.
        size: number of plain pieces.
        general: range that everybody uses.
        common: range of each subculture.
        themes: ranges of each subculture's themes.
    """

    pieces: tuple[str, ...]
    size: int
    general: tuple[int, int]
    common: tuple[tuple[int, int], ...]
    themes: tuple[tuple[tuple[int, int], ...], ...]


def _combined(subculture: Subculture, picker: Picker) -> str:
    """Return one tag of a subculture, put together from its word lists."""
    way = picker.below(10)
    if subculture.name == "fan" and way < 3:
        return invented.character_name(picker).lower()
    if subculture.name == "beastfolk" and way < 2:
        return invented.species_name(picker).lower()
    if way < 4:
        return f"{picker.pick(words.COLOURS)} {picker.pick(words.GARMENTS + words.THINGS)}"
    if way < 6:
        return f"{picker.pick(words.ADJECTIVES)} {picker.pick(words.PLACES)}"
    return picker.pick(picker.pick(subculture.sources))


def _theme(subculture: Subculture, picker: Picker, fresh: set[str]) -> list[str]:
    """Return the tags of one theme; some are shared with other themes, most are its own."""
    tags: dict[str, None] = {}
    while len(tags) < THEME_SIZE:
        tag = _combined(subculture, picker)
        if tag not in fresh or picker.chance(0.25):
            tags[tag] = None
    fresh.update(tags)
    return list(tags)


def _common(subculture: Subculture) -> list[str]:
    hair = [f"{c} {h}" for c in words.COLOURS[:11] for h in words.HAIR[:4]]
    eyes = [f"{colour} eyes" for colour in words.EYES]
    base = [*words.GESTURES, *subculture.sources[1]]
    if subculture.name in ("booru", "fan", "beastfolk"):
        return [*words.GESTURES, *eyes, *hair, *words.LIGHTS]
    return [*base, *words.MEDIA] if subculture.style == "tags" else [*base, *words.THINGS]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary; it does not depend on the seed."""
    plain: list[str] = []

    def add(tags: list[str] | tuple[str, ...]) -> tuple[int, int]:
        start = len(plain)
        plain.extend(tags)
        return start, len(tags)

    general = add(words.QUALITY)
    common = tuple(add(_common(subculture)) for subculture in SUBCULTURES)
    themes = []
    for number, subculture in enumerate(SUBCULTURES):
        picker, fresh = Picker(7919 * (number + 1)), set[str]()
        themes.append(tuple(add(_theme(subculture, picker, fresh)) for _ in range(THEMES)))
    pieces = tuple(form.format(tag) for form in WEIGHTS for tag in plain)
    return Vocabulary(pieces, len(plain), general, common, tuple(themes))
