"""Prompts with their browsing levels, as matrices of tags and of the features of tags.

Which features get a weight at all is decided here: those that several creators use, and none that
could spell a person's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

from hubwatch.gazetteer.names import given_name, is_common_word, is_surname
from hubwatch.levels import WORD_TO_LEVEL
from hubwatch.prompts.batch import TagBatch, index_prompts
from hubwatch.signals.level_features import SLOT_SHIFT, features, features_of, words_of
from hubwatch.signals.level_model import STEPS, distinct_tags

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

LEAST_CREATORS = 5
#: A word that so many creators use in prompts, and that is no known part of a name, is ordinary
#: prompt language even when it stands in a flagged model's name.
ORDINARY_CREATORS = 60


@dataclass(frozen=True)
class Rows:
    """One row an image: its prompts, level (0..3 as in `STEPS`), model and creator."""

    prompts: list[str]
    negatives: list[str]
    levels: NDArray[np.int64]
    models: NDArray[np.int64]
    creators: NDArray[np.int64]
    names: frozenset[str]

    def indexed(self, *, avoided: bool) -> TagBatch:
        """Return the distinct tags of all prompts, or of all negative prompts."""
        texts = pa.array(self.negatives if avoided else self.prompts, pa.string())
        return distinct_tags(index_prompts(texts))[0]


def documents(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the model documents of a compressed JSON Lines file."""
    with pa.input_stream(str(path), compression="zstd") as stream:
        for line in stream.read().splitlines():
            yield msgspec.json.decode(line)


def read_rows(path: Path) -> Rows:
    """Read all showcase images that have a prompt and a level.

    Args:
        path: model documents as the hub's API gives them.
    """
    creators: dict[str, int] = {}
    names: set[str] = set()
    found: list[tuple[str, str, int, int, int]] = []
    for document in documents(path):
        creator = (document.get("creator") or {}).get("username") or f"model {document['id']}"
        key = creators.setdefault(creator, len(creators))
        if document.get("poi"):
            names.update(_name_words(document))
        for version in document["modelVersions"]:
            for image in version["images"]:
                row = _row(image)
                if row is not None:
                    found.append((*row, document["id"], key))
    prompts, negatives, levels, models, keys = zip(*found, strict=True)
    return Rows(
        list(prompts),
        list(negatives),
        np.array(levels),
        np.array(models),
        np.array(keys),
        frozenset(names),
    )


def _row(image: dict[str, Any]) -> tuple[str, str, int] | None:
    meta = image.get("meta")
    level = WORD_TO_LEVEL.get(image.get("nsfw") or "")
    if not isinstance(meta, dict) or not isinstance(meta.get("prompt"), str) or level not in STEPS:
        return None
    negative = meta.get("negativePrompt")
    return meta["prompt"], negative if isinstance(negative, str) else "", STEPS.index(level)


def _name_words(document: dict[str, Any]) -> set[str]:
    texts = [document["name"]]
    texts += [word for version in document["modelVersions"] for word in version["trainedWords"]]
    return {word for text in texts for word in words_of(text.lower().replace("_", " "))}


@dataclass(frozen=True)
class Matrices:
    """One side of all rows.

    Args:
        tags: rows x terms, how often.
        features: terms x known features, how often.
        keys: hashes of the known features, ascending.
        gram: which of them are character sequences.
        counts, words: tags and words of each row.
        frequency: rows that hold each feature.
    """

    tags: csr_matrix
    features: csr_matrix
    keys: NDArray[np.uint32]
    gram: NDArray[np.bool_]
    counts: NDArray[np.float32]
    words: NDArray[np.float32]
    frequency: NDArray[np.int64]


def matrices(rows: Rows, batch: TagBatch) -> Matrices:
    """Find the features that may have a weight, and count them.

    Args:
        rows: all rows.
        batch: the tags of one side of them.
    """
    lines = np.repeat(np.arange(len(rows.levels)), np.diff(batch.offsets))
    tags = _counted(lines, batch.term_ids, (len(rows.levels), len(batch.terms)))
    users = _counted(
        rows.creators[lines], batch.term_ids, (rows.creators.max() + 1, len(batch.terms))
    )
    owners, hashes, gram = _all_features(batch.terms)
    keys, places = np.unique(hashes, return_inverse=True)
    everything = _counted(owners, places, (len(batch.terms), len(keys)))
    creators = np.bincount((users @ everything).indices, minlength=len(keys))
    keep = (creators >= LEAST_CREATORS) & ~np.isin(keys, _nameable(rows, batch.terms, users))
    keep &= _first_in_slot(keys, np.where(keep, creators, 0))
    kept = everything[:, keep].tocsr()
    is_gram = np.zeros(len(keys), bool)
    is_gram[places[gram]] = True
    said = [len(words_of(term)) for term in batch.terms.to_pylist()]
    words = tags @ np.array(said, np.float32)
    frequency = np.bincount((tags @ kept).tocsr().indices, minlength=kept.shape[1])
    return Matrices(
        tags=tags,
        features=kept,
        keys=keys[keep],
        gram=is_gram[keep],
        counts=np.asarray(tags.sum(1), np.float32).ravel(),
        words=np.asarray(words, np.float32),
        frequency=frequency,
    )


def _counted(rows: NDArray[Any], columns: NDArray[Any], shape: tuple[int, int]) -> csr_matrix:
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _all_features(
    terms: pa.StringArray,
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.bool_]]:
    parts = [kind for run in features(terms) for kind in run]
    gram = [np.full(len(part.hashes), part.kind in ("three", "four")) for part in parts]
    return (
        np.concatenate([part.owners for part in parts]),
        np.concatenate([part.hashes for part in parts]),
        np.concatenate(gram),
    )


def _first_in_slot(keys: NDArray[np.uint32], creators: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each feature whether it is the most used one of its slot."""
    order = np.lexsort((-creators, keys >> SLOT_SHIFT))
    slots = (keys >> SLOT_SHIFT)[order]
    first = np.concatenate(([True], slots[1:] != slots[:-1]))
    result = np.zeros(len(keys), bool)
    result[order] = first
    return result


def _nameable(rows: Rows, terms: pa.StringArray, users: csr_matrix) -> NDArray[np.uint32]:
    """Return the features that hold a word which may be part of a person's name."""
    texts = terms.to_pylist()
    said = [words_of(text) for text in texts]
    creators: dict[str, set[int]] = {}
    by_term = users.T.tocsr()
    for place, words in enumerate(said):
        found = by_term.indices[by_term.indptr[place] : by_term.indptr[place + 1]].tolist()
        for word in words:
            creators.setdefault(word, set()).update(found)
    barred = {word for word, found in creators.items() if may_name(word, rows.names, len(found))}
    hashes = set()
    for text, words in zip(texts, said, strict=True):
        if barred.isdisjoint(words):
            continue
        for kind, piece, key in features_of(text):
            inside = {piece.strip()} if kind in ("three", "four") else set(words_of(piece))
            if not barred.isdisjoint(inside):
                hashes.add(key)
    return np.array(sorted(hashes), np.uint32)


def may_name(word: str, names: frozenset[str], creators: int) -> bool:
    """Say whether a word may be part of a person's name, so that it gets no weight.

    Args:
        word: lower case.
        names: words of the names and trigger words of flagged models.
        creators: how many creators use it in prompts.
    """
    if is_common_word(word) or not any(map(str.isalpha, word)):
        return False
    given = given_name(word)
    if (given is not None and given.support > 1) or is_surname(word) > 1:
        return True
    known = given is not None or is_surname(word) > 0
    return word in names and (known or creators < ORDINARY_CREATORS)
