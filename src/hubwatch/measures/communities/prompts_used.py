"""The prompts that images were made with, and the tags that most of them use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from hubwatch.engine import INT, TEXT, col, count_rows, when
from hubwatch.levels import NSFW_DEFINITIONS, RATED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.engine import Expression, Tables
    from hubwatch.signals.build.terms import TermTable

#: Levels that count as mature here: those of the definition `platform`, R and up.
MATURE: Final = tuple(sorted(NSFW_DEFINITIONS["platform"]))


@dataclass(frozen=True, slots=True)
class Prompts:
    """Every prompt that an image asked with, in the order of their ids.

    Args:
        ids: of `prompts`, ascending.
        month: number in `months` of the first image.
        rated: whether any of its images is rated.
        mature: whether more than half of its rated images are mature.
        months: YYYY-MM, ascending; the first may be empty: unknown.
    """

    ids: NDArray[np.int64]
    month: NDArray[np.int16]
    rated: NDArray[np.bool_]
    mature: NDArray[np.bool_]
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tags that the prompts use most.

    Args:
        terms: the tags, most used first.
        numbers: row of `tag_terms` to place in `terms`; -1 for all others.
        term_ids: the other way round.
        readings: what the lexical signals say of each.
        minor: tags left out because a minor's cue is in them.
    """

    terms: tuple[str, ...]
    numbers: NDArray[np.int32]
    term_ids: NDArray[np.int64]
    readings: TermTable
    minor: int


def is_rated() -> Expression:
    """Return whether an image is rated."""
    return col("level").cast(TEXT).is_in(RATED)


def is_mature() -> Expression:
    """Return whether an image is mature; meant for rated ones."""
    return col("level").cast(TEXT).is_in(MATURE)


def prompts_used(tables: Tables) -> Prompts:
    """Return the prompts of the images."""
    images = tables["images"].filter(~col("prompt_id").is_null())
    rated = when(is_rated()).then(1).otherwise(0).cast(INT)
    mature = when(is_rated() & is_mature()).then(1).otherwise(0).cast(INT)
    month = col("month").cast(TEXT)
    dated = when(month != "").then(month)
    found = tables.collect(
        images.select("prompt_id", month=dated, rated=rated, mature=mature)
        .group_by("prompt_id")
        .agg(month=col("month").min(), rated=col("rated").sum(), mature=col("mature").sum())
    )
    ids = found["prompt_id"].to_numpy()
    order = np.argsort(ids, kind="stable")
    months, number = _months(found["month"])
    rated_images, mature_images = (found[name].to_numpy()[order] for name in ("rated", "mature"))
    return Prompts(
        ids=ids[order].astype(np.int64),
        month=number[order],
        rated=rated_images > 0,
        mature=2 * mature_images > rated_images,
        months=months,
    )


def _months(column: pa.ChunkedArray) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """Return the months, ascending, and the number of each row's."""
    encoded = column.fill_null("").combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    months = tuple(sorted(words))
    place = np.array([months.index(word) for word in words], dtype=np.int16)
    indices = encoded.indices.to_numpy()
    return months, place[indices] if len(words) else np.empty(0, np.int16)


def vocabulary(tables: Tables, top: int) -> Vocabulary:
    """Return the tags that are used most in the prompts of images.

    Args:
        tables: of the lake.
        top: how many tags at most.
    """
    from hubwatch.signals.build.terms import codes, read_terms

    used = tables["images"].filter(~col("prompt_id").is_null()).select("prompt_id")
    tags = tables["prompt_tags"].select("prompt_id", "term_id")
    counted = tags.join(used, on="prompt_id", how="semi").group_by("term_id")
    found = tables.collect(counted.agg(uses=count_rows()))
    ids, uses = found["term_id"].to_numpy(), found["uses"].to_numpy()
    chosen = ids[np.lexsort((ids, -uses))[:top]].astype(np.int64)
    held = tables.hold(pa.table({"term_id": chosen}))
    rows = tables.collect(tables["tag_terms"].join(held, on="term_id", how="semi"))
    text = dict(zip(rows["term_id"].to_pylist(), rows["term"].to_pylist(), strict=True))
    chosen = np.array([i for i in chosen.tolist() if text.get(i)], dtype=np.int64)
    readings = read_terms(pa.array([text[i] for i in chosen.tolist()], pa.string()))
    cues = np.array([code.startswith("minor.") for code in codes()], dtype=np.bool_)
    about_minors = _any_of(readings, cues)
    kept = chosen[~about_minors]
    numbers = np.full(int(ids.max(initial=-1)) + 1, -1, dtype=np.int32)
    numbers[kept] = np.arange(len(kept), dtype=np.int32)
    terms = tuple(text[i] for i in kept.tolist())
    return Vocabulary(
        terms, numbers, kept, read_terms(pa.array(terms, pa.string())), int(about_minors.sum())
    )


def _any_of(readings: TermTable, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which tags have one of some codes."""
    hits = np.concatenate(([0], np.cumsum(wanted[readings.codes]))).astype(np.int64)
    found: NDArray[np.bool_] = hits[readings.starts[1:]] > hits[readings.starts[:-1]]
    return found


def with_code(readings: TermTable, *signals: str) -> NDArray[np.bool_]:
    """Return which tags have a code of one of these signals.

    Args:
        readings: of the tags.
        signals: first parts of codes, for example `sexualised`.
    """
    from hubwatch.signals.build.terms import codes

    wanted = [code.partition(".")[0] in signals for code in codes()]
    return _any_of(readings, np.array(wanted, dtype=np.bool_))
