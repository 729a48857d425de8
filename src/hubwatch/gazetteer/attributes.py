"""What is kept of a name beside its hash: one 32-bit word of codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GENDERS: Final = (None, "woman", "man", "other")
OCCUPATIONS: Final = (
    None,
    "actor",
    "musician",
    "politician",
    "athlete",
    "influencer",
    "adult performer",
    "writer",
    "artist",
    "scientist",
    "other",
)
PROMINENCES: Final = (None, "niche", "national", "global")
SOURCES: Final = ("seed", "package", "wikidata", "sparql", "csv")

#: Number of languages (sitelinks) from which a person counts as known there.
NATIONAL_LINKS: Final = 5
GLOBAL_LINKS: Final = 25

MOST_WORDS_KEPT: Final = 7
MOST_AMBIGUITY: Final = 15
_LETTERS: Final = 26
_COUNTRY_LENGTH: Final = 2

# name, bits
_FIELDS: Final = (
    ("gender", 2),
    ("occupation", 4),
    ("prominence", 2),
    ("country", 10),
    ("source", 3),
    ("words", 3),
    ("ambiguity", 4),
    ("common_words", 1),
    ("common_name", 1),
)


def _layout() -> dict[str, tuple[int, int]]:
    places, shift = {}, 0
    for name, bits in _FIELDS:
        places[name] = (shift, (1 << bits) - 1)
        shift += bits
    return places


#: Of each field: how far it is shifted, and its largest value.
LAYOUT: Final = _layout()


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is known of the bearer of a name, and how telling the name is.

    Args:
        gender: one of `GENDERS`, as the source says.
        occupation: one of `OCCUPATIONS`; the class of the source's occupation.
        prominence: `global`, `national`, `niche`, from the number of languages that write of them.
        country: ISO 3166 code of two letters.
        source: one of `SOURCES`.
        words: words in the name, at most `MOST_WORDS_KEPT`.
        ambiguity: listed persons who share the folded name, at most `MOST_AMBIGUITY`.
        common_words: every word of it is an everyday English word.
        common_name: a frequent given name with a common surname, and nothing more.
    """

    gender: str | None = None
    occupation: str | None = None
    prominence: str | None = None
    country: str | None = None
    source: str = "seed"
    words: int = 1
    ambiguity: int = 1
    common_words: bool = False
    common_name: bool = False


def country_code(country: str | None) -> int:
    """Return a country's code, 0 for none; anything that is not two Latin letters is none."""
    if country is None or len(country) != _COUNTRY_LENGTH:
        return 0
    first, second = (ord(letter) - ord("a") for letter in country.lower())
    if not (0 <= first < _LETTERS and 0 <= second < _LETTERS):
        return 0
    return first * _LETTERS + second + 1


def _country(code: int) -> str | None:
    if not code:
        return None
    first, second = divmod(code - 1, _LETTERS)
    return chr(first + ord("a")) + chr(second + ord("a"))


def prominence_of(sitelinks: int | None) -> str | None:
    """Return the tier that a number of languages stands for; None when it is not known."""
    if sitelinks is None:
        return None
    if sitelinks >= GLOBAL_LINKS:
        return "global"
    return "national" if sitelinks >= NATIONAL_LINKS else "niche"


def pack(attributes: Attributes) -> int:
    """Return attributes as one 32-bit number."""
    values = {
        "gender": GENDERS.index(attributes.gender),
        "occupation": OCCUPATIONS.index(attributes.occupation),
        "prominence": PROMINENCES.index(attributes.prominence),
        "country": country_code(attributes.country),
        "source": SOURCES.index(attributes.source),
        "words": min(attributes.words, MOST_WORDS_KEPT),
        "ambiguity": min(attributes.ambiguity, MOST_AMBIGUITY),
        "common_words": int(attributes.common_words),
        "common_name": int(attributes.common_name),
    }
    return sum(value << LAYOUT[name][0] for name, value in values.items())


def unpack(packed: int) -> Attributes:
    """Return the attributes of a 32-bit number."""
    values = {name: packed >> shift & mask for name, (shift, mask) in LAYOUT.items()}
    return Attributes(
        gender=GENDERS[values["gender"]],
        occupation=OCCUPATIONS[values["occupation"]],
        prominence=PROMINENCES[values["prominence"]],
        country=_country(values["country"]),
        source=SOURCES[values["source"]],
        words=values["words"],
        ambiguity=values["ambiguity"],
        common_words=bool(values["common_words"]),
        common_name=bool(values["common_name"]),
    )
