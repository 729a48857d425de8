"""Frequent shapes of pieces of prompts, each read for many pieces at once by Arrow kernels.

A shape is a regular expression that leaves no doubt what `parser.parse_part` says of a piece; what
has another shape is left to it. Each function takes pieces and returns which of them have its shape
and what is read of those; a property test holds both equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.prompts.parser import bracket_factor, bracket_weight, clip_weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NUMBER: Final = r":(?:[0-9]{1,4}\.?[0-9]{0,4}|\.[0-9]{1,4})"
_NET: Final = "<[A-Za-z0-9_]+:[^<>\n]*>"
#: What makes more of a piece than its shape says.
_OPERATORS: Final = r"AND|BREAK|mbedding:"

#: Words and nothing else.
_WORDS: Final = r"^[,\n]?[A-Za-z0-9 _'-]*$"
#: Resources and nothing else, and words with resources.
_NETS: Final = f"^[,\n]? *(?:{_NET} *)+$"
_NETTED: Final = f"^[,\n]?(?:[A-Za-z0-9 _'-]|{_NET})*$"
#: Words, signs inside of them, escaped brackets; or words with the end of a sentence.
_SIGNED: Final = (
    r"^[,\n]? *(?:[A-Za-z0-9 _'/&+-]|:(?:[A-Za-z0-9 _'-]|$)|\.[A-Za-z0-9]|\\[()\[\]])*$"
)
_ENDED: Final = r"^[,\n]?[A-Za-z0-9 _'-]*[A-Za-z0-9][.!?]+ *$"
#: A weight without brackets behind a tag.
_LOOSE: Final = r"^(.*[^0-9]):[0-9]{0,2}\.[0-9]{1,4}$"
#: Words in brackets, with one weight at most; several tags in them; words before and behind them.
_WEIGHED: Final = (
    r"^[,\n]? *(?P<open>\(+) *(?P<words>[A-Za-z0-9_'][A-Za-z0-9 _'-]*)"
    rf"(?P<said>{_NUMBER})? *(?P<close>\)+) *$"
)
_LISTED: Final = (
    r"^[,\n]? *(?P<open>\(+)(?P<words>[A-Za-z0-9 _',\n-]*,[A-Za-z0-9 _',\n-]*)"
    rf"(?P<said>{_NUMBER})? *(?P<close>\)+) *$"
)
_BESIDE: Final = (
    r"^[,\n]?(?P<before>[A-Za-z0-9 _'-]*)(?P<open>\(+)(?P<words>[A-Za-z0-9 _'-]*)"
    rf"(?P<said>{_NUMBER})?(?P<close>\)+)(?P<behind>[A-Za-z0-9 _'-]*)$"
)


class Shaped(NamedTuple):
    """What is read of the pieces that have a shape.

    Args:
        fits: which of all the pieces have it.
        counts: tags of each of these.
        terms, weights: of their tags.
    """

    fits: NDArray[np.bool_]
    counts: NDArray[np.int64]
    terms: pa.Array
    weights: NDArray[np.float32]


def simple(pieces: pa.Array) -> NDArray[np.bool_]:
    """Say which pieces hold nothing that makes more of them than their shape says."""
    return ~_matches(pieces, _OPERATORS)


def words(pieces: pa.Array) -> Shaped:
    """Read pieces of words and nothing else."""
    fits = _matches(pieces, _WORDS)
    return _plain(fits, _normal(_bare(pieces.filter(pa.array(fits)))))


def nets(pieces: pa.Array) -> Shaped:
    """Read pieces of resources and nothing else: they have no tags."""
    fits = _matches(pieces, _NETS)
    return _plain(fits, pa.array([""] * int(fits.sum()), pa.string()))


def netted(pieces: pa.Array) -> Shaped:
    """Read pieces of words and resources."""
    fits = _matches(pieces, _NETTED)
    left = pc.replace_substring_regex(_bare(pieces.filter(pa.array(fits))), _NET, "")
    return _plain(fits, _normal(left))


def signed(pieces: pa.Array) -> Shaped:
    """Read pieces of words with colons, points and the like inside, and escaped brackets."""
    fits = _matches(pieces, _SIGNED)
    form = _normal(pc.replace_substring(_bare(pieces.filter(pa.array(fits))), "\\", ""))
    form = pc.replace_substring_regex(form, _LOOSE, r"\1")
    return _plain(fits, pc.ascii_trim(form, " "))


def ended(pieces: pa.Array) -> Shaped:
    """Read pieces of words with the end of a sentence."""
    fits = _matches(pieces, _ENDED)
    return _plain(fits, _normal(pc.ascii_rtrim(_bare(pieces.filter(pa.array(fits))), " .!?")))


def weighed(pieces: pa.Array) -> Shaped:
    """Read words in brackets."""
    parts = pc.extract_regex(pieces, _WEIGHED)
    fits = _closed(parts)
    parts = parts.filter(pa.array(fits))
    kinds, known = _brackets(parts)
    weights = np.array([bracket_weight(*one) for one in known], np.float32)[kinds]
    return _plain(fits, _normal(parts.field("words")), weights)


def listed(pieces: pa.Array) -> Shaped:
    """Read several tags in the same brackets."""
    parts = pc.extract_regex(pieces, _LISTED)
    fits = _closed(parts)
    parts = parts.filter(pa.array(fits))
    each = pc.split_pattern(pc.replace_substring(parts.field("words"), "\n", ","), ",")
    terms = _normal(each.flatten())
    some = pc.not_equal(terms, "")
    owners = pc.list_parent_indices(each).filter(some).to_numpy(zero_copy_only=False)
    kinds, known = _brackets(parts)
    weights = np.array([bracket_weight(*one) for one in known], np.float32)[kinds]
    counts = np.bincount(owners, minlength=len(parts)).astype(np.int64)
    return Shaped(fits, counts, terms.filter(some), weights[owners])


def beside(pieces: pa.Array) -> Shaped:
    """Read words in brackets with words before or behind them: the weight is the mean."""
    parts = pc.extract_regex(pieces, _BESIDE)
    fits = _closed(parts)
    names = ("before", "words", "behind")
    letters = [pc.fill_null(_letters(parts.field(name)), 0) for name in names]
    sizes = np.stack([one.to_numpy(zero_copy_only=False) for one in letters])
    fits &= (sizes > 0).all(axis=0) | ((sizes[1] > 0) & (sizes.sum(axis=0) > sizes[1]))
    chosen = pa.array(fits)
    parts = parts.filter(chosen)
    terms = _normal(pc.binary_join_element_wise(*map(parts.field, names), ""))
    kinds, known = _brackets(parts)
    factors = [bracket_factor(*one) for one in known]
    weights = [
        clip_weight(sum((float(before), size * factors[kind], float(behind))) / total)
        for before, size, behind, total, kind in zip(
            *sizes[:, fits].tolist(), sizes[:, fits].sum(axis=0).tolist(), kinds, strict=True
        )
    ]
    return _plain(fits, terms, np.array(weights, np.float32))


def _matches(pieces: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.match_substring_regex(pieces, pattern).to_numpy(
        zero_copy_only=False
    )
    return found


def _bare(pieces: pa.Array) -> pa.Array:
    return pc.ascii_ltrim(pieces, ",\n")


def _normal(words: pa.Array) -> pa.Array:
    """Return the tag of a piece that holds nothing but words."""
    spaced = pc.replace_substring(pc.ascii_lower(words), "_", " ")
    return pc.ascii_trim(pc.replace_substring_regex(spaced, " +", " "), " ")


def _letters(words: pa.Array) -> pa.Array:
    return pc.binary_length(pc.replace_substring_regex(words, "[ _'-]+", ""))


def _plain(
    fits: NDArray[np.bool_], terms: pa.Array, weights: NDArray[np.float32] | None = None
) -> Shaped:
    """Return one tag for each piece, none where nothing is left of it."""
    some = pc.not_equal(terms, "").to_numpy(zero_copy_only=False)
    weights = np.ones(len(terms), np.float32) if weights is None else weights
    return Shaped(fits, some.astype(np.int64), terms.filter(pa.array(some)), weights[some])


def _closed(parts: pa.StructArray) -> NDArray[np.bool_]:
    """Say where as many brackets close as open."""
    depths = [pc.binary_length(parts.field(name)) for name in ("open", "close")]
    closed = pc.fill_null(pc.and_(parts.is_valid(), pc.equal(*depths)), False)
    found: NDArray[np.bool_] = closed.to_numpy(zero_copy_only=False)
    return found


def _brackets(parts: pa.StructArray) -> tuple[NDArray[np.int64], list[tuple[str, str]]]:
    """Return the distinct brackets, as depth and number, and which one each piece has."""
    depths = pc.binary_length(parts.field("open")).cast(pa.string())
    joined = pc.binary_join_element_wise(depths, parts.field("said"), "").dictionary_encode()
    known = [one.partition(":") for one in joined.dictionary.to_pylist()]
    kinds = joined.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return kinds, [(depth, said) for depth, _, said in known]
