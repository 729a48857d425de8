"""The fictional real people whom some models depict.

They belong to nobody: given and family names are invented. Few are famous, and most models depict
the famous; about 96 of 100 depicted persons are women, as published (arXiv 2505.03859).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from hubwatch.simulate.world.invented import in_script, person_name
from hubwatch.simulate.world.streams import Picker, noise_at, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

Gender = Literal["woman", "man", "other"]
GENDERS: Final[tuple[Gender, ...]] = ("woman", "man", "other")
OCCUPATIONS: Final = (
    *("actress", "singer", "model", "streamer", "athlete", "presenter", "politician"),
    *("writer", "cosplayer", "dancer", "private person"),
)
TIERS: Final = ("global", "national", "niche", "private")
SCRIPTS: Final = ("latin", "latin", "latin", "latin", "han", "kana", "hangul", "cyrillic")
COUNTRIES: Final = ("qv", "zt", "xa", "wq", "yv", "jx")


@dataclass(frozen=True, slots=True)
class Person:
    """One fictional real person.

    Args:
        person_id: number from 1.
        given, family: invented names in Latin script.
        script: script in which the name is mostly written.
        name: the name in that script.
        gender: woman, man, other.
        occupation: one of `OCCUPATIONS`.
        tier: prominence, one of `TIERS`.
        country: code of a country that does not exist.
    """

    person_id: int
    given: str
    family: str
    script: str
    name: str
    gender: Gender
    occupation: str
    tier: str
    country: str


def _person(number: int, noise: int, *, gender: Gender, rank: float) -> Person:
    picker = Picker(noise)
    given, family = person_name(picker, woman=gender != "man")
    script = picker.pick(SCRIPTS)
    tier = TIERS[0] if rank < 0.02 else TIERS[1] if rank < 0.2 else TIERS[2]
    if rank > 0.8:
        tier = TIERS[3]
    job = OCCUPATIONS[-1] if tier == "private" else picker.pick(OCCUPATIONS[:-1])
    if gender == "man" and job == "actress":
        job = "actor"
    name = in_script((given, family), script)
    return Person(number, given, family, script, name, gender, job, tier, picker.pick(COUNTRIES))


def build_people(count: int, *, seed: int) -> tuple[Person, ...]:
    """Return `count` persons, the most prominent first: 85 % women, 13 % men, 2 % other.

    Women are drawn more often by models than their share here (see `calibration.WOMEN_SHARE`).
    """
    noise = noise_at(seed, "people", np.arange(count)).tolist()
    people = []
    for index, bits in enumerate(noise):
        place = bits % 100
        gender: Gender = "woman" if place < 85 else "man" if place < 98 else "other"
        if index < len(GENDERS):
            gender = GENDERS[index]
        rank = index / max(count, 1)
        people.append(_person(index + 1, bits >> 8, gender=gender, rank=rank))
    return tuple(people)


def depicted(
    people: tuple[Person, ...], women: NDArray[np.float64], *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw the person of each depicting model, prominent ones more often.

    Args:
        people: the population.
        women: for each model, the probability that a woman is depicted.
        rng: stream of this purpose.

    Returns:
        Index into `people` for each model.
    """
    pools = {
        name: np.array([i for i, p in enumerate(people) if p.gender == name], dtype=np.int64)
        for name in GENDERS
    }
    draw = rng.random(len(women))
    kind = np.where(draw < women, 0, np.where(draw < women + (1 - women) * 0.9, 1, 2))
    place = rng.random(len(women))
    chosen = np.zeros(len(women), dtype=np.int64)
    for code, name in enumerate(GENDERS):
        pool = pools[name]
        weights = rounded(np.power(np.arange(len(pool), dtype=np.float64) + 3.0, -0.85))
        edges = np.cumsum(weights)
        at = np.searchsorted(edges, place[kind == code] * edges[-1], side="right")
        chosen[kind == code] = pool[np.minimum(at, len(pool) - 1)]
    return chosen
