"""How a depicted person's name is written, openly or so that filters do not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hubwatch.simulate.world.people import Person
    from hubwatch.simulate.world.streams import Picker

_LEET: Final = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})
_HOMOGLYPH: Final = str.maketrans({"a": "а", "e": "е", "o": "о", "i": "і", "y": "у", "p": "р"})
_ENDINGS: Final = (" (LoRA)", " embedding", " - Actress", " v2", " SDXL", " | portrait", " TI")


def written_name(person: Person, presentation: str, picker: Picker) -> str:
    """Return a model's name for a depicted person.

    Args:
        person: who is depicted.
        presentation: `plain`, `leet`, `initials`, `spacing` or `homoglyph`.
        picker: stream of the model's texts.
    """
    latin = f"{person.given} {person.family}"
    if presentation == "plain":
        base = person.name if picker.chance(0.7) else latin
        if picker.chance(0.1):
            base = f"{person.given} ({person.occupation})"
        return base + (picker.pick(_ENDINGS) if picker.chance(0.35) else "")
    if presentation == "leet":
        return latin.lower().translate(_LEET).title()
    if presentation == "initials":
        number = f"_{picker.below(90) + 10}" if picker.chance(0.4) else ""
        return f"{person.given[0]}{person.family[0]}_{person.country}{number}".lower()
    if presentation == "spacing":
        return picker.pick((" ", ".", "_")).join(person.given.upper()) + f" {person.family[0]}."
    return latin.translate(_HOMOGLYPH)
