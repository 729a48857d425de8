"""From the tag index to `prompt_signals` and `prompt_codes`, some thousand prompts at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from hubwatch.lake.schema import arrow_schema
from hubwatch.prompts.batch import TagBatch
from hubwatch.prompts.text import script_of
from hubwatch.signals.build.terms import ASCII, OTHER, TermTable, codes, read_terms
from hubwatch.signals.gender_cues import gender_of
from hubwatch.signals.level_model import contributions_of_both
from hubwatch.signals.minor_cue import grade
from hubwatch.signals.pieces import called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEVELS: Final = ("pg13", "r", "x")
#: An adapter with its weights: all that a prompt calls when it has no `embedding:`.
_ADAPTER: Final = re.compile(r"<[A-Za-z0-9_]+:[^<>\n]*>")


@dataclass(frozen=True, slots=True)
class PromptJob:
    """Some prompts with their tags.

    Args:
        ids: of the prompts.
        batch: their tags, in the same order.
        names: pieces of the names of what they call; read by the lexical signals alone.
    """

    ids: NDArray[np.int64]
    batch: TagBatch
    names: TagBatch


@dataclass(frozen=True, slots=True)
class PromptRows:
    """What the signals say of some prompts, as rows of the two tables."""

    signals: pa.RecordBatch
    codes: pa.RecordBatch


def answer_prompts(job: PromptJob) -> PromptRows:
    """Return the rows of some prompts.

    Args:
        job: the prompts; what is said of one does not depend on the others.
    """
    columns, (owners, numbers, hits) = lexical_columns(job)
    for prefix, odds in zip(("level", "avoided"), contributions_of_both(job.batch), strict=True):
        found = odds.astype(np.float64)
        columns |= {f"{prefix}_{name}": found[:, i] for i, name in enumerate(_LEVELS)}
    said = pa.DictionaryArray.from_arrays(numbers.astype(np.int32), pa.array(codes(), pa.string()))
    rows = {"prompt_id": job.ids[owners], "code": said, "hits": hits}
    return PromptRows(_batch("prompt_signals", columns), _batch("prompt_codes", rows))


_Codes = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.int64]"]


def lexical_columns(job: PromptJob) -> tuple[dict[str, Any], _Codes]:
    """Return what is read in the words of some prompts: all columns but those of the levels.

    Returns:
        Columns of `prompt_signals`; and place of the prompt, code and hits of every code.
    """
    texts = job.batch.terms.to_pylist()
    terms = read_terms(job.batch.terms)
    names = read_terms(job.names.terms)
    owners, numbers, hits = _together(_codes(job.batch, terms), _codes(job.names, names))
    hidden = _sums(terms.disguised.astype(np.int64), job.batch)
    hidden = hidden + _sums(names.disguised.astype(np.int64), job.names)
    columns = {
        "prompt_id": job.ids,
        "tokens": _sums(terms.words, job.batch),
        "script": _scripts(job.batch, terms, texts),
        "gender": _genders(job.batch, terms),
        "minor_grade": _grades(len(job.ids), owners, numbers, hits),
        "avoided_minor_grade": np.maximum(
            _highest(terms.avoided, job.batch), _highest(names.avoided, job.names)
        ),
        "disguised": hidden > 0,
    }
    return columns, (owners, numbers, hits)


def _batch(table: str, columns: dict[str, Any]) -> pa.RecordBatch:
    schema = arrow_schema(table)
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, _plain(field.type))
        for field in schema
        for column in [columns[field.name]]
    ]
    return pa.RecordBatch.from_arrays(arrays, names=schema.names)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _sums(values: NDArray[np.int64], batch: TagBatch) -> NDArray[np.int64]:
    """Return the sum over each prompt's tags of a number that each term has."""
    sums = np.concatenate(([0], np.cumsum(values[batch.term_ids])))
    return np.asarray(sums[batch.offsets[1:]] - sums[batch.offsets[:-1]])


def _together(first: _Codes, second: _Codes) -> _Codes:
    """Add up the hits of two readings of the same prompts."""
    owners, numbers, hits = map(np.concatenate, zip(first, second, strict=True))
    cells, which = np.unique(owners * len(codes()) + numbers, return_inverse=True)
    both = np.zeros(len(cells), dtype=np.int64)
    np.add.at(both, which, hits)
    owner, number = np.divmod(cells, max(1, len(codes())))
    return owner, number, both


def names_called(texts: Sequence[str]) -> TagBatch:
    """Return the pieces of the names of what prompts call, as tags of their own.

    What `pieces.called` says of each; each distinct name is read once.

    Args:
        texts: prompts as written.
    """
    known: dict[str, int] = {}
    read: dict[str, list[int]] = {}
    ids: list[int] = []
    ends = [0]
    for text in texts:
        for name in (text,) if "mbedding:" in text else _ADAPTER.findall(text):
            if name not in read:
                pieces = called(name)
                read[name] = [known.setdefault(piece, len(known)) for piece in pieces]
            ids += read[name]
        ends.append(len(ids))
    return TagBatch(
        terms=pa.array(list(known), pa.string()),
        offsets=np.array(ends, dtype=np.int64),
        term_ids=np.array(ids, dtype=np.int32),
        weights=np.ones(len(ids), dtype=np.float32),
    )


def _codes(
    batch: TagBatch, terms: TermTable
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return prompt, code and hits of every code that occurs, by prompt and code."""
    counts = np.diff(terms.starts)[batch.term_ids]
    told = np.flatnonzero(counts)
    many = counts[told]
    owner = np.searchsorted(batch.offsets, told, side="right") - 1
    first = np.repeat(terms.starts[batch.term_ids[told]], many)
    within = np.arange(len(first)) - np.repeat(np.cumsum(many) - many, many)
    cells = np.repeat(owner, many) * len(codes()) + terms.codes[first + within]
    found, hits = np.unique(cells, return_counts=True)
    owners, numbers = np.divmod(found, max(1, len(codes())))
    return owners, numbers, hits.astype(np.int64)


def _grades(
    count: int, owners: NDArray[np.int64], numbers: NDArray[np.int64], hits: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the grade of the minor cue of each prompt."""
    own = np.array([code.startswith("minor.") for code in codes()], dtype=np.bool_)
    grades = np.zeros(count, dtype=np.int64)
    cues: dict[int, dict[str, int]] = {}
    for at in np.flatnonzero(own[numbers]) if len(numbers) else ():
        cues.setdefault(int(owners[at]), {})[codes()[numbers[at]]] = int(hits[at])
    for owner, said in cues.items():
        grades[owner] = grade(said)
    return grades


def _highest(values: NDArray[np.int64], batch: TagBatch) -> NDArray[np.int64]:
    """Return the highest of the numbers that each prompt's tags have, 0 without tags."""
    highest = np.zeros(len(batch.offsets) - 1, dtype=np.int64)
    told = np.flatnonzero(values[batch.term_ids])
    owner = np.searchsorted(batch.offsets, told, side="right") - 1
    np.maximum.at(highest, owner, values[batch.term_ids[told]])
    return highest


def _genders(batch: TagBatch, terms: TermTable) -> pa.Array:
    """Return whom each prompt depicts; null for one without tags."""
    pairs = (_sums(terms.women, batch) << 32) + _sums(terms.men, batch)
    distinct, which = np.unique(pairs, return_inverse=True)
    words = [gender_of(pair >> 32, pair & (1 << 32) - 1) for pair in distinct.tolist()]
    empty = np.diff(batch.offsets) == 0
    return pa.array(np.array(words, dtype=object)[which], pa.string(), mask=empty)


def _scripts(batch: TagBatch, terms: TermTable, texts: list[str]) -> pa.Array:
    """Return the script of most letters of each prompt's tags."""
    latin = _sums((terms.letters == ASCII).astype(np.int64), batch) > 0
    mixed = _sums((terms.letters == OTHER).astype(np.int64), batch) > 0
    scripts = np.full(len(latin), None, dtype=object)
    scripts[latin] = "Latin"
    for at in np.flatnonzero(mixed):
        own = batch.term_ids[batch.offsets[at] : batch.offsets[at + 1]]
        scripts[at] = script_of(" ".join([texts[term] for term in own]))
    return pa.array(scripts, pa.string())
