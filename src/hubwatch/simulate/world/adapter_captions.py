"""Captions of the simulated training sets, counted as headers tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world import words
from hubwatch.simulate.world.markers import MARKERS
from hubwatch.simulate.world.mature import MATURE_TERMS, WINDOW, WINDOW_SIZE
from hubwatch.simulate.world.streams import Picker
from hubwatch.simulate.world.subcultures import NAMES, vocabulary

if TYPE_CHECKING:
    from hubwatch.simulate.world.adapter_facts import Facts
    from hubwatch.simulate.world.content import Content

#: Share of tagged training sets that keep the booru's underscores.
_UNDERSCORES: Final = 0.3
_MARKED: Final = 0.6


def folder_name(content: Content, facts: Facts) -> str:
    """Return the folder of the training pictures, without the repeats in front."""
    if facts.trainer == "onsite":
        return "img"
    stem = content.stems[facts.model].lower()
    person = content.texts.person(facts.model)
    return f"{stem} {person.gender}" if person is not None and person.gender != "other" else stem


def trigger(content: Content, facts: Facts) -> str:
    """Return the word that calls what was trained."""
    return content.stems[facts.model].lower()[:24]


def captions(content: Content, facts: Facts) -> dict[str, int]:
    """Return tag or sentence to the number of pictures; empty where the header tells none."""
    picker = Picker(facts.noise ^ 4242)
    found: dict[str, int] = {}
    if facts.style in ("tags", "mixed"):
        found = _tags(content, facts, picker)
    if facts.style in ("sentences", "mixed"):
        found |= _sentences(content, facts, picker)
    return found


def _tags(content: Content, facts: Facts, picker: Picker) -> dict[str, int]:
    """Return tags: one theme of the model's subculture, and what everybody of it writes."""
    subculture = int(content.models.subculture[facts.model])
    vocab, images = vocabulary(), facts.images
    counts = {trigger(content, facts): images}
    person = content.texts.person(facts.model)
    if person is not None:
        counts[{"woman": "woman", "man": "man"}.get(person.gender, "person")] = images
    elif NAMES[subculture] in ("booru", "fan"):
        counts[picker.pick(("1girl", "1girl", "1girl", "1boy"))] = max(1, images * 9 // 10)
        counts["solo"] = max(1, images * 8 // 10)
    if picker.chance(_MARKED):
        for marker in MARKERS.get(cal.BASE_MODELS[facts.base], ())[: 1 + picker.below(4)]:
            counts[marker] = images
    themes = vocab.themes[subculture]
    start, size = picker.pick(themes)
    numbers = [start + rank for rank in range(min(size, 10 + picker.below(40)))]
    start, size = vocab.common[subculture]
    numbers += picker.some(range(start, start + size), 8 + picker.below(8))
    underscores = picker.chance(_UNDERSCORES)
    for rank, number in enumerate(numbers):
        tag = vocab.pieces[number]
        text = tag.replace(" ", "_") if underscores else tag
        counts.setdefault(text, max(1, images * 2 // (rank % 40 + 3)))
    counts.update(_mature(content, facts, picker))
    return counts


def _mature(content: Content, facts: Facts, picker: Picker) -> dict[str, int]:
    """Return mature terms, more of them where the model leans that way."""
    leaning = float(content.models.maturity[facts.model])
    if not picker.chance(min(0.8, max(0.05, 0.3 + 0.25 * leaning))):
        return {}
    start = WINDOW[NAMES[int(content.models.subculture[facts.model])]]
    numbers = {start + picker.below(WINDOW_SIZE) for _ in range(1 + picker.below(6))}
    return {MATURE_TERMS[n]: max(1, facts.images // (2 + n - start)) for n in sorted(numbers)}


def _sentences(content: Content, facts: Facts, picker: Picker) -> dict[str, int]:
    """Return captions written as sentences, each once."""
    who = "a person" if content.texts.person(facts.model) is not None else "a picture"
    name = trigger(content, facts).replace("_", " ")
    count = min(facts.images, 60)
    return {
        f"{name}, {who} in a {picker.pick(words.ADJECTIVES)} {picker.pick(words.PLACES)}, "
        f"the light is {picker.pick(words.LIGHTS)} and there is a {picker.pick(words.THINGS)}": 1
        for _ in range(count)
    }
