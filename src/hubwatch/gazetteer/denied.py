"""Who asked to be left out: the deny-list, and all names of the persons on it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from hubwatch.files import open_bytes, read_lines
from hubwatch.gazetteer.windows import name_hashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hubwatch.gazetteer.people import Person
    from hubwatch.gazetteer.windows import Hashes

NOBODY: Hashes = np.zeros(0, dtype=np.uint64)


def read_denied(path: Path | None) -> Hashes:
    """Return the hashes of a deny-list's names, sorted and distinct.

    Args:
        path: text file, one name a line; None for nobody.

    Raises:
        InputError: no such file.
    """
    if path is None:
        return NOBODY
    with open_bytes(path) as stream:
        names = [line.decode("utf-8", "replace").strip() for line in read_lines(stream)]
    return np.unique(name_hashes([name for name in names if name]))


def digest_of(denied: Hashes) -> str:
    """Return what tells two deny-lists apart."""
    return hashlib.blake2b(denied.tobytes(), digest_size=8).hexdigest()


def without_denied(people: Sequence[Person], denied: Hashes) -> tuple[list[Person], Hashes]:
    """Return the persons none of whose names is denied, and all names of the others.

    Args:
        people: of one source.
        denied: of `read_denied`.
    """
    if not len(denied):
        return list(people), NOBODY
    names = [(*person.names, *person.known_as) for person in people]
    sizes = np.array([len(group) for group in names], dtype=np.int64)
    hashes = name_hashes([name for group in names for name in group])
    owner = np.repeat(np.arange(len(people)), sizes)
    gone = np.zeros(len(people), dtype=np.bool_)
    gone[owner[np.isin(hashes, denied)]] = True
    return [p for p, out in zip(people, gone.tolist(), strict=True) if not out], np.unique(
        hashes[gone[owner]]
    )


def with_other_names(denied: Hashes, people: Iterable[Person]) -> Hashes:
    """Return the denied names, and the other names that some persons have."""
    _, others = without_denied(list(people), denied)
    return np.union1d(denied, others)


def rows_of_denied(hashes: Hashes, groups: NDArray[np.uint16], denied: Hashes) -> NDArray[np.bool_]:
    """Return which rows of a gazetteer belong to a person with a denied name.

    Args:
        hashes: of the gazetteer.
        groups: pairs of a row and its person, for persons of several names.
        denied: of `read_denied`.
    """
    gone = np.isin(hashes, denied)
    persons = groups[gone[groups[:, 0]], 1]
    gone[groups[np.isin(groups[:, 1], persons), 0]] = True
    return gone
