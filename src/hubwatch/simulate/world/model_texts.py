"""The texts of a model: name, tags, description, trigger words, file name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world import invented, words
from hubwatch.simulate.world.disguise import written_name
from hubwatch.simulate.world.models import KINDS, PRESENTATIONS, Models
from hubwatch.simulate.world.streams import Picker
from hubwatch.simulate.world.subcultures import NAMES, SUBCULTURES

if TYPE_CHECKING:
    from hubwatch.simulate.world.people import Person

_STYLES: Final = ("Style", "Painting", "Look", "画风", "Aesthetic", "Render")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_]+")


class ModelTexts:
    """Texts of the models of one world, each made from the model's own noise when asked for."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._noise: list[int] = models.noise.tolist()

    def picker(self, index: int, purpose: int) -> Picker:
        """Return the choices of one purpose (a small number) for one model."""
        return Picker(self._noise[index] ^ (purpose * 0x9E3779B97F4A7C15))

    def person(self, index: int) -> Person | None:
        """Return whom the model depicts."""
        number = int(self._models.person[index])
        return self._models.people[number] if number >= 0 else None

    def name(self, index: int, *, renamed: bool = True) -> str:
        """Return the name on the hub; before its renaming a disguised name is plain."""
        person = self.person(index)
        picker = self.picker(index, 1)
        if person is not None:
            way = PRESENTATIONS[int(self._models.presentation[index])] if renamed else "plain"
            return written_name(person, way, picker)
        return self._other_name(KINDS[int(self._models.kind[index])], picker)

    def _other_name(self, kind: str, picker: Picker) -> str:
        """Return the name of a model that depicts nobody."""
        if kind in ("character", "beastfolk"):
            name = invented.character_name(picker)
            if picker.chance(0.22):
                name = f"{invented.character_name_kana(name)} / {name}"
            ending = invented.species_name(picker) if kind == "beastfolk" else ""
            ending = ending or (invented.work_title(picker) if picker.chance(0.6) else "")
            return f"{name} ({ending})" if ending else name
        name = {
            "artist_style": lambda: f"{invented.artist_name(picker)} {picker.pick(_STYLES)}",
            "place": lambda: (
                f"{picker.pick(words.PLACES).title()} of {invented.place_name(picker)}"
            ),
            "brand": lambda: invented.brand_name(picker),
            "clothing": lambda: self._pair(picker, words.COLOURS, words.GARMENTS),
            "concept": lambda: self._pair(picker, words.ADJECTIVES, words.THINGS),
            "checkpoint": lambda: self._merge(picker),
        }.get(kind, lambda: f"{picker.pick(words.MEDIA).title()} {picker.pick(_STYLES)}")()
        return f"{name} {picker.pick(words.EMOJI)}" if picker.chance(0.01) else name

    @staticmethod
    def _pair(picker: Picker, first: tuple[str, ...], second: tuple[str, ...]) -> str:
        return f"{picker.pick(first)} {picker.pick(second)}".title()

    @staticmethod
    def _merge(picker: Picker) -> str:
        name = picker.pick(words.MERGE_WORDS) + picker.pick(words.MERGE_WORDS)
        return f"{name} Mix" if picker.chance(0.3) else name

    def tags(self, index: int) -> list[str]:
        """Return the hub's tags; disguised depictions mostly avoid the tags that give them away."""
        picker = self.picker(index, 2)
        if picker.chance(cal.NO_TAGS):
            return []
        models = self._models
        kind = KINDS[int(models.kind[index])]
        key = kind
        if kind == "person":
            shy = 0.6 if models.presentation[index] else 0.03 if models.flagged[index] else 0.35
            key = "person_other" if picker.chance(shy) else "person"
        elif models.flagged[index] and picker.chance(0.6):
            key = "person"
        tags = picker.some(words.MODEL_TAGS[key], 1 + picker.below(7))
        if picker.chance(0.25):
            tags.append(NAMES[int(models.subculture[index])])
        person = self.person(index)
        if person is not None and person.gender == "man":
            women = {"woman": "man", "actress": "actor", "female": "male", "women": "men"}
            tags = [women.get(tag, tag) for tag in tags]
        if picker.chance(0.3):
            tags.append(self.stem(index).replace("_", " ").strip().lower())
        while picker.chance(0.3):
            tags.append(f"{picker.pick(words.ADJECTIVES)} {picker.pick(words.THINGS)}")
        if models.declared_nsfw[index] and picker.chance(cal.NSFW_TAG):
            tags.append("nsfw")
        return list(dict.fromkeys(tag for tag in tags if tag))

    def description(self, index: int) -> str | None:
        """Return the description as HTML, or nothing."""
        picker = self.picker(index, 3)
        if picker.chance(cal.NULL_DESCRIPTION):
            return None
        count = 3 + picker.below(1 + picker.below(17))
        parts = [f"<p>{self._opening(index, picker)}</p>"]
        for _ in range(count):
            sentence = " ".join(picker.some(words.SENTENCES, 1 + picker.below(3)))
            parts.append(f"<p>{sentence.replace('{n}', str(20 + picker.below(180)))}</p>")
        if picker.chance(0.3):
            sampler = picker.pick(("Euler a", "DPM++ 2M"))
            parts.append(f"<ul><li><p><strong>Sampler:</strong> {sampler}</p></li></ul>")
        if picker.chance(0.2):
            parts.append('<p><a href="https://tips.hub.invalid/" rel="nofollow">Support me</a></p>')
        return "".join(parts)

    def _opening(self, index: int, picker: Picker) -> str:
        person = self.person(index)
        if person is None:
            return f"{self.name(index)} - a model for {picker.pick(words.PLACES)} and more."
        pronoun = {"woman": "her", "man": "his"}.get(person.gender, "their")
        if self._models.presentation[index] or picker.chance(0.2):
            return f"Likeness for fans, {pronoun} best look."
        return f"{person.name}, {person.occupation}, trained on {pronoun} pictures."

    def stem(self, index: int) -> str:
        """Return the start of the file name, plain letters only."""
        name = _UNSAFE.sub("_", self.name(index)).strip("_")
        person = self.person(index)
        if person is not None and not self._models.presentation[index] and len(name) < 4:
            name = f"{person.given}_{person.family}"
        return name or f"model_{index}"

    def trigger_words(self, index: int, place: int) -> list[str]:
        """Return the trigger words of one version."""
        picker = self.picker(index, 16 + place)
        method = cal.METHODS[int(self._models.method[index])]
        if method == "Checkpoint" or picker.chance(0.22):
            return []
        word = self.stem(index).lower()[:24]
        if picker.chance(0.5):
            word = word.replace("_", "")[:8] + picker.pick(("", "xx", "_v1", "99"))
        found = [word]
        while picker.chance(0.35):
            style = SUBCULTURES[int(self._models.subculture[index])]
            found.append(picker.pick(style.sources[0]))
        if picker.chance(0.08):
            found = [", ".join([word, *picker.some(words.GARMENTS, 3)])]
        return list(dict.fromkeys(found))
