"""One person as every source gives them, and the rows of the index that follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.gazetteer.attributes import Attributes, pack, prominence_of
from hubwatch.gazetteer.folding import fold
from hubwatch.gazetteer.names import is_common_name, is_everyday, person_shape, words_of
from hubwatch.gazetteer.windows import MOST_WORDS, name_hashes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

#: One name of one person: hash of the folded name, packed attributes.
ROW: Final = np.dtype([("hash", "<u8"), ("codes", "<u4")])

_LONGEST_NAME: Final = 80
#: Fewest folded letters of a name, by whether they are ASCII.
_FEWEST_LETTERS: Final = {True: 4, False: 2}
_BRACKETS: Final = re.compile(r"[(（\[][^()（）\[\]]{0,80}[)）\]]")


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a source.

    Args:
        names: the name first, then aliases and spellings in any script.
        source: one of `hubwatch.gazetteer.attributes.SOURCES`.
        gender: woman, man, other.
        occupation: one of `hubwatch.gazetteer.attributes.OCCUPATIONS`.
        country: ISO 3166 code of two letters.
        sitelinks: number of languages that write about them.
        known_as: other names of the same person that are listed elsewhere in the source.
    """

    names: tuple[str, ...]
    source: str
    gender: str | None = None
    occupation: str | None = None
    country: str | None = None
    sitelinks: int | None = None
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a reader read.

    Args:
        position: where to go on after it (lines, rows or files of that source).
        person: None for something that is no person.
        rejected: why it could not be read; None when it could.
    """

    position: int
    person: Person | None = None
    rejected: str | None = None


def is_usable(name: str) -> bool:
    """Return whether a name can be looked up: neither too short nor too long."""
    if len(name) > _LONGEST_NAME or len(words_of(name)) > MOST_WORDS:
        return False
    folded = fold(name)
    return len(folded) >= _FEWEST_LETTERS[folded.isascii()]


def _attributes(person: Person, name: str) -> Attributes:
    words = words_of(name)
    count = len(words)
    if count == 1 and person_shape(name) in {"Han", "Hangul"}:
        count = 2  # written without a blank, yet family and given name
    return Attributes(
        gender=person.gender,
        occupation=person.occupation,
        prominence=prominence_of(person.sitelinks),
        country=person.country,
        source=person.source,
        words=count,
        common_words=is_everyday(name),
        common_name=len(words) == 2 and is_common_name(words[0], words[1]),
    )


def names_of(person: Person) -> Iterator[str]:
    """Yield the names of a person that can be looked up, each once."""
    seen: set[str] = set()
    for written in person.names:
        name = _BRACKETS.sub(" ", written).strip()
        folded = fold(name)
        if folded not in seen and is_usable(name):
            seen.add(folded)
            yield name


def rows_of(people: Sequence[Person]) -> NDArray[np.void]:
    """Return the rows of the index for some persons, each name of a person once.

    Args:
        people: of one source.
    """
    names: list[str] = []
    codes: list[int] = []
    for person in people:
        for name in names_of(person):
            names.append(name)
            codes.append(pack(_attributes(person, name)))
    rows = np.empty(len(names), dtype=ROW)
    rows["hash"] = name_hashes(names)
    rows["codes"] = codes
    return rows
