"""Reading distinct pieces of prompts: frequent shapes by Arrow kernels, the others one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.prompts.parser import bracket_weight, parse_part

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Words and nothing else; words in brackets with one weight at most; resources and nothing else.
_WORDS: Final = r"^[,\n]?[A-Za-z0-9 _'-]*$"
_WEIGHED: Final = (
    r"^[,\n]? *(?P<open>\(+) *(?P<words>[A-Za-z0-9_'][A-Za-z0-9 _'-]*)"
    r"(?P<said>:(?:[0-9]{1,4}\.?[0-9]{0,4}|\.[0-9]{1,4}))? *(?P<close>\)+) *$"
)
_RESOURCES: Final = r"^[,\n]? *(?:<[A-Za-z0-9_]+:[^<>\n]*> *)+$"
#: What makes more of a piece than its shape says.
_OPERATORS: Final = r"AND|BREAK|mbedding:"


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
    left = np.arange(len(pieces))
    if len(pieces):
        simple = ~_matches(pieces, _OPERATORS)
        words = simple & _matches(pieces, _WORDS)
        _add_words(found, left[words], pieces.filter(pa.array(words)))
        left = left[~words]
        left = left[~_matches(pieces.take(pa.array(left)), _RESOURCES)]
        left = _add_weighed(found, left, pieces.take(pa.array(left)), simple[left])
    unclean = np.zeros(len(pieces), bool)
    unclean[left] = _add_others(found, left, pieces.take(pa.array(left)))
    weights = np.concatenate([np.empty(0, np.float32), *found.weights])
    return Readings(found.starts, found.counts, pa.concat_arrays(found.terms), weights), unclean


def _matches(pieces: pa.StringArray, pattern: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.match_substring_regex(pieces, pattern).to_numpy(
        zero_copy_only=False
    )
    return found


def _normal(words: pa.Array) -> pa.Array:
    """Return the tag of a piece that holds nothing but words."""
    spaced = pc.replace_substring(pc.ascii_lower(words), "_", " ")
    return pc.ascii_trim(pc.replace_substring_regex(spaced, " +", " "), " ")


def _add_words(found: _Collected, places: NDArray[np.int64], pieces: pa.StringArray) -> None:
    terms = _normal(pc.ascii_trim(pieces, ",\n"))
    counts = pc.not_equal(terms, "").to_numpy(zero_copy_only=False)
    terms = terms.filter(pa.array(counts))
    found.add(places, counts.astype(np.int64), terms, np.ones(len(terms), np.float32))


def _add_weighed(
    found: _Collected,
    places: NDArray[np.int64],
    pieces: pa.StringArray,
    simple: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Read words in brackets; return the places of the pieces that are something else."""
    parts = pc.extract_regex(pieces, _WEIGHED)
    depths = pc.binary_length(parts.field("open"))
    fits = pc.and_(pa.array(simple), parts.is_valid()).to_numpy(zero_copy_only=False)
    fits &= pc.equal(depths, pc.binary_length(parts.field("close"))).to_numpy(zero_copy_only=False)
    terms = _normal(parts.field("words"))
    fits &= pc.fill_null(pc.not_equal(terms, ""), False).to_numpy(zero_copy_only=False)
    chosen = pa.array(fits)
    said = (
        pc.binary_join_element_wise(depths.cast(pa.string()), parts.field("said"), "")
        .filter(chosen)
        .dictionary_encode()
    )
    known = [bracket_weight(*one.partition(":")[::2]) for one in said.dictionary.to_pylist()]
    weights = np.array(known, np.float32)[said.indices.to_numpy(zero_copy_only=False)]
    ones = np.ones(len(weights), np.int64)
    found.add(places[fits], ones, terms.filter(chosen), weights)
    rest: NDArray[np.int64] = places[~fits]
    return rest


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
