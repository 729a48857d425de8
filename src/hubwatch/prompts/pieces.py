"""Reading distinct pieces of prompts: frequent shapes together, the others one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from hubwatch.prompts import shapes
from hubwatch.prompts.parser import parse_part

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Shapes, the most frequent first.
_SHAPES: Final = (
    shapes.words,
    shapes.nets,
    shapes.weighed,
    shapes.netted,
    shapes.signed,
    shapes.ended,
    shapes.listed,
    shapes.beside,
)


@dataclass(slots=True)
class Readings:
    """The tags of some pieces: of piece i, `counts[i]` of them from `starts[i]` on.

    Args:
        starts, counts: by piece.
        terms, weights: by tag.
    """

    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    terms: pa.Array
    weights: NDArray[np.float32]


class _Collected:
    """Readings that grow by kinds of pieces."""

    def __init__(self, pieces: int) -> None:
        self.starts = np.zeros(pieces, np.int64)
        self.counts = np.zeros(pieces, np.int64)
        self.terms: list[pa.Array] = [pa.array([], pa.string())]
        self.weights: list[NDArray[np.float32]] = []
        self.size = 0

    def add(
        self,
        places: NDArray[np.int64],
        counts: NDArray[np.int64],
        terms: pa.Array,
        weights: NDArray[np.float32],
    ) -> None:
        """Add the tags of the pieces at some places, in their order."""
        self.counts[places] = counts
        self.starts[places] = self.size + np.cumsum(counts) - counts
        self.terms.append(terms)
        self.weights.append(weights)
        self.size += len(terms)


def read_pieces(pieces: pa.StringArray) -> tuple[Readings, NDArray[np.bool_]]:
    """Read each piece; also say of which the reading does not stand for itself."""
    found = _Collected(len(pieces))
    left = np.flatnonzero(shapes.simple(pieces))
    others = np.ones(len(pieces), bool)
    for shape in _SHAPES if len(pieces) else ():
        read = shape(pieces.take(pa.array(left)))
        fits = read.fits
        found.add(left[fits], read.counts, read.terms, read.weights)
        others[left[fits]] = False
        left = left[~fits]
    left = np.flatnonzero(others)
    unclean = np.zeros(len(pieces), bool)
    unclean[left] = _add_others(found, left, pieces.take(pa.array(left)))
    weights = np.concatenate([np.empty(0, np.float32), *found.weights])
    return Readings(found.starts, found.counts, pa.concat_arrays(found.terms), weights), unclean


def _add_others(
    found: _Collected, places: NDArray[np.int64], pieces: pa.StringArray
) -> NDArray[np.bool_]:
    """Read pieces one by one; say of which the reading does not stand for itself."""
    readings = [parse_part(piece) for piece in pieces.to_pylist()]
    tags = [tag for part, _ in readings for tag in part]
    found.add(
        places,
        np.array([len(part) for part, _ in readings], np.int64),
        pa.array([text for text, _ in tags], pa.string()),
        np.array([weight for _, weight in tags], np.float32),
    )
    return np.array([not clean for _, clean in readings], bool)
