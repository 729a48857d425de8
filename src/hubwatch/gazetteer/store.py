"""The gazetteer: names of notable people as hashes, and where they stand in a text.

On disk lie sorted 64-bit hashes and 32 bits of codes, twelve bytes a name, and no name: the file
can tell whether a text holds a listed name, and cannot be read out. It hides nothing from somebody
who already has a list of names to try. It is mapped into memory, so that processes share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.gazetteer.attributes import GENDERS, LAYOUT, OCCUPATIONS, PROMINENCES, SOURCES, unpack
from hubwatch.gazetteer.denied import read_denied, rows_of_denied
from hubwatch.gazetteer.index_file import read_index
from hubwatch.gazetteer.names import is_everyday
from hubwatch.gazetteer.windows import letters_of, windows_of
from hubwatch.settings import data_folder, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hubwatch.gazetteer.windows import Hashes, Places, Windows

FILE_NAME: Final = "gazetteer.hwg"
#: Up to this many bearers a full name still says who is meant.
MOST_BEARERS: Final = 3
_NO_GROUPS: Final = np.zeros((0, 2), dtype=np.uint16)
#: Bits of the filter for each name, at least.
_FILTER_BITS: Final = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """One listed name in a text.

    Args:
        start, end: code points in the text, end excluded.
        gender: woman, man, other; None when the source does not say.
        occupation: class of occupation; None when not known.
        country: ISO 3166 code of two letters; None when not known.
        prominence: global, national, niche; None when not known.
        ambiguity: listed persons who share the folded name.
        source: seed, package, wikidata, sparql, csv.
        words: words in the listed name.
        common_words: the name is made of everyday English words only.
        common_name: a frequent given name with a common surname.
    """

    start: int
    end: int
    gender: str | None
    occupation: str | None
    country: str | None
    prominence: str | None
    ambiguity: int
    source: str
    words: int = 2
    common_words: bool = False
    common_name: bool = False

    @property
    def telling(self) -> bool:
        """Return whether the name alone can point at one person.

        A name of one word, one made of everyday words or one that many listed persons bear is
        never enough; a common name is only when its bearer is known all over the world.
        """
        if self.words < 2 or self.common_words or self.ambiguity > MOST_BEARERS:
            return False
        return not self.common_name or self.prominence == "global"


class _Filter:
    """One bit for each beginning of a hash: most lookups end here, inside the processor's cache."""

    def __init__(self, hashes: Hashes) -> None:
        bits = max(10, (_FILTER_BITS * len(hashes)).bit_length())
        self.shift = np.uint64(64 - bits)
        self.table = np.zeros(1 << (bits - 3), dtype=np.uint8)
        beginnings = hashes >> self.shift
        np.bitwise_or.at(self.table, beginnings >> np.uint64(3), _bit_of(beginnings))

    def may_hold(self, wanted: Hashes) -> Places:
        """Return the places of those hashes that may be listed."""
        beginnings = wanted >> self.shift
        return np.flatnonzero(self.table[beginnings >> np.uint64(3)] & _bit_of(beginnings))


def _bit_of(beginnings: Hashes) -> NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (beginnings & np.uint64(7)).astype(np.uint8))


class Gazetteer:
    """Names as sorted hashes with codes.

    Args:
        hashes: sorted and distinct.
        attributes: packed codes, one for each hash; see `hubwatch.gazetteer.attributes`.
        about: what the builder recorded: sources, licences, counts.
    """

    def __init__(
        self, hashes: Hashes, attributes: NDArray[np.uint32], about: dict[str, Any]
    ) -> None:
        self.hashes = hashes
        self.attributes = attributes
        self.about = about
        self._filter = _Filter(hashes)

    def __len__(self) -> int:
        """Return the number of names."""
        return len(self.hashes)

    @property
    def memory(self) -> int:
        """Return the bytes that the index takes; processes share all but the filter."""
        return int(self.hashes.nbytes + self.attributes.nbytes + self._filter.table.nbytes)

    def places_of(self, wanted: Hashes) -> Places:
        """Return the place of each hash, -1 for one that is not listed."""
        places = np.full(len(wanted), -1, dtype=np.int64)
        likely = self._filter.may_hold(wanted)
        if len(likely):
            at = np.searchsorted(self.hashes, wanted[likely])
            at[at == len(self.hashes)] = 0
            places[likely] = np.where(self.hashes[at] == wanted[likely], at, -1)
        return places

    def find(self, text: str) -> list[Hit]:
        """Return the listed names in a text, in order, the longest where they overlap.

        Case, diacritics, separators and joined words do not matter. Linear in the text.

        Args:
            text: as written; at most `MOST_WORDS` words of it make one name.
        """
        letters = letters_of(text)
        windows = windows_of(letters)
        places = self.places_of(windows.hashes)
        hits = []
        for at in _longest_first(windows, np.flatnonzero(places >= 0)):
            start = int(letters.origin[windows.first[at]])
            end = int(letters.origin[windows.end[at] - 1]) + 1
            hit = self._hit(int(places[at]), start, end)
            as_listed = hit.common_words and int(windows.words[at]) == hit.words
            if as_listed or not is_everyday(text[start:end]):
                hits.append(hit)
        return hits

    def _hit(self, place: int, start: int, end: int) -> Hit:
        found = unpack(int(self.attributes[place]))
        return Hit(
            start,
            end,
            found.gender,
            found.occupation,
            found.country,
            found.prominence,
            found.ambiguity,
            found.source,
            found.words,
            found.common_words,
            found.common_name,
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many names there are by source, gender, occupation and prominence."""
        labels = {
            "source": SOURCES,
            "gender": GENDERS,
            "occupation": OCCUPATIONS,
            "prominence": PROMINENCES,
        }
        return {
            field: {
                label or "unknown": count
                for label, count in zip(names, self._tally(field, len(names)), strict=True)
                if count
            }
            for field, names in labels.items()
        }

    def _tally(self, field: str, size: int) -> list[int]:
        shift, mask = LAYOUT[field]
        codes = (self.attributes >> np.uint32(shift)) & np.uint32(mask)
        return [int(n) for n in np.bincount(codes, minlength=size)[:size]]


def _longest_first(windows: Windows, found: Places) -> Iterator[int]:
    """Yield those of the found windows that do not overlap, from left to right."""
    order = sorted(found.tolist(), key=lambda at: (windows.first[at], -windows.end[at]))
    taken = 0
    for at in order:
        if windows.first[at] >= taken:
            taken = int(windows.end[at])
            yield at


def read_gazetteer(path: Path) -> Gazetteer:
    """Open a gazetteer file.

    Raises:
        InputError: no such file, or not a gazetteer of this version.
    """
    return Gazetteer(*read_index(path))


def default_path() -> Path:
    """Return where the operator's own gazetteer lies: a setting, else the data folder."""
    chosen = value_of("gazetteer.path")
    return Path(chosen) if chosen else data_folder() / FILE_NAME


def open_gazetteer(path: Path | None = None) -> Gazetteer:
    """Open a gazetteer, without the names on the deny-list of the settings.

    Args:
        path: a built gazetteer; None for the operator's own if there is one, else the shipped
            seed.

    Raises:
        InputError: the file is not a gazetteer, or there is no such deny-list.
    """
    chosen = path or default_path()
    listed = value_of("gazetteer.deny")
    deny = Path(listed) if listed else None
    file = None if path is None and not chosen.exists() else str(chosen.resolve())
    return _opened(file, _changed(chosen), deny, _changed(deny))


def _changed(path: Path | None) -> int:
    return path.stat().st_mtime_ns if path is not None and path.exists() else 0


@lru_cache(maxsize=4)
def _opened(
    file: str | None,
    changed: int,  # noqa: ARG001 - a new file is a new entry
    deny: Path | None,
    deny_changed: int,  # noqa: ARG001 - so is a new deny-list
) -> Gazetteer:
    found = read_seed() if file is None else read_gazetteer(Path(file))
    groups = seed_groups() if file is None else _NO_GROUPS
    return without_persons(found, read_denied(deny), groups)


def without_persons(gazetteer: Gazetteer, denied: Hashes, groups: NDArray[np.uint16]) -> Gazetteer:
    """Return a gazetteer without the persons who have a denied name.

    Args:
        gazetteer: any.
        denied: hashes of names.
        groups: which rows are one person; see `hubwatch.gazetteer.denied.rows_of_denied`.
    """
    gone = rows_of_denied(gazetteer.hashes, groups, denied) if len(denied) else None
    if gone is None or not gone.any():
        return gazetteer
    return Gazetteer(gazetteer.hashes[~gone], gazetteer.attributes[~gone], gazetteer.about)


@lru_cache(maxsize=1)
def read_seed() -> Gazetteer:
    """Return the small gazetteer that ships with hubwatch, whole."""
    with as_file(files("hubwatch.gazetteer").joinpath("data", "seed.hwg")) as path:
        return read_gazetteer(path)


@lru_cache(maxsize=1)
def seed_groups() -> NDArray[np.uint16]:
    """Return the rows of the seed that are one person: pairs of row and person."""
    raw = files("hubwatch.gazetteer").joinpath("data", "seed_groups.bin").read_bytes()
    return np.frombuffer(raw, dtype="<u2").reshape(-1, 2)
