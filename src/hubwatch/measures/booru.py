"""How far a fan-tag vocabulary has become the interface (F1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.engine import INT, TEXT, col, count_rows, lit, when
from hubwatch.measures.counts import month
from hubwatch.measures.headers import is_read
from hubwatch.measures.overlap import GROUPS, jackknife, jensen_shannon, rank_biased_overlap
from hubwatch.measures.result import ALL, row_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.result import Cell
    from hubwatch.measures.statistics import Estimate
    from hubwatch.measures.tag_list import TagList

_KEYS: Final = ("source", "statistic", "month")
CAPTIONS: Final = "captions"
PROMPTS: Final = "prompts"
TYPES: Final = "types"
TOKENS: Final = "tokens"
RANK_OVERLAP: Final = "rank overlap"
DISTANCE: Final = "distance to the month before"
#: What redaction puts in place of a tag that may name somebody.
_REDACTED: Final = "name:"


def booru_overlap(
    tables: Tables,
    *,
    booru_tags: TagList | None = None,
    depth: int = 1000,
    persistence: float = 0.98,
    fewest: int = 3,
) -> pa.Table:
    """Overlap of the tags of training captions and of prompts with a list of booru tags (F1).

    Question: How far has a fan-tag vocabulary become the interface?
    Tables: adapters, adapter_tags, models, images, prompt_tags, tag_terms
    Unit: tag; in captions a tag counts once for each caption that holds it, in prompts once for
        each distinct prompt of a month.
    Denominator: types: distinct tags. tokens: their occurrences. rank overlap: the `depth` most
        frequent tags. distance: occurrences in both months. `unknown` are tags (or occurrences)
        that redaction replaced, of which nobody can say whether the list holds them.
    Formula: types, tokens = those that the list holds / all. rank overlap = extrapolated
        rank-biased overlap of the most frequent tags with those of the list; `n` is how many of
        the top both hold. distance to the month before = Jensen-Shannon distance (base 2, its
        root) between the tags of both months; `n` are the occurrences of this month. Tags are
        compared in their plain form: lower case, `_` as a space. Without a list there is no row.
    Keys:
        source: captions (adapters' training captions) or prompts (positive prompts of images)
        statistic: types, tokens, rank overlap, distance to the month before
        month: YYYY-MM in UTC of the version or the image, `all` for the whole, empty when unknown
    Parameters:
        booru_tags: list of tags with counts; none: the result is empty
        depth: how many of the most frequent tags the rank overlap compares
        persistence: weight of the top in the rank overlap; with .98 the first 50 hold 86 %
        fewest: tags in fewer adapters (or prompts of a month) than this are left out
    Uncertainty: 95 % intervals of a delete-a-group jackknife over ten groups: of creators for
        captions, of prompts for prompts, which takes prompts as independent and is too narrow.
    Pitfalls: The list has a version, and its booru moderates its tags. Common English words are
        tags too, so sentences overlap by chance. Marker tokens follow the base model
        (`marker_adoption`). Names are tags on a booru and redacted here. Small months are far from
        each other by chance alone. The file of the list is known by its digest only.
    Source: Webber, Moffat and Zobel 2010, doi:10.1145/1852102.1852106; Endres and Schindelin 2003,
        doi:10.1109/TIT.2003.813506; Kott 2001; cf. arXiv 2505.04600 (strong influence).
    """
    sources = {CAPTIONS: _captions(tables, fewest), PROMPTS: _prompts(tables, fewest)}
    if booru_tags is None:
        return row_table(_KEYS, [])
    rows = [
        {"source": source, **row}
        for source, lazy in sources.items()
        for row in _rows(_cells(tables.collect(lazy)), booru_tags, depth, persistence)
    ]
    return row_table(_KEYS, rows)


def _captions(tables: Tables, fewest: int) -> Table:
    """Return month, group of creators, tag and the captions that hold it."""
    models = tables["models"].select("hub", "model_id", creator=col("creator_key").cast(TEXT))
    known = models.filter(~col("creator").is_null())
    first = known.group_by("hub", "creator").agg(first=col("model_id").min())
    files = tables["adapters"].filter(is_read()).select("hub", "file_id", "model_id", at=month())
    files = files.join(models, on=["hub", "model_id"], how="left")
    files = files.join(first, on=["hub", "creator"], how="left")
    tags = tables["adapter_tags"].select("hub", "file_id", "tag", "count")
    frequent = tags.group_by("tag").agg(files=count_rows()).filter(col("files") >= fewest)
    told = tags.join(frequent.select("tag"), on="tag", how="semi")
    told = told.join(files, on=["hub", "file_id"], how="inner")
    owner = when(col("first").is_null()).then(col("model_id")).otherwise(col("first"))
    return _summed(told, owner.fill_null("").str.slice(-1), col("count"))


def _prompts(tables: Tables, fewest: int) -> Table:
    """Return month, group of prompts, tag and the distinct prompts that hold it."""
    images = tables["images"].filter(~col("prompt_id").is_null())
    uses = images.select("prompt_id", at=month()).unique()
    terms = tables["prompt_tags"].select("prompt_id", "term_id").unique()
    said = uses.join(terms, on="prompt_id", how="inner")
    frequent = said.group_by("term_id").agg(uses=count_rows()).filter(col("uses") >= fewest)
    names = tables["tag_terms"].join(frequent, on="term_id", how="semi")
    told = said.join(names.select("term_id", tag=col("term")), on="term_id", how="inner")
    own = (col("prompt_id") % GROUPS).abs().cast(TEXT)
    return _summed(told, own, lit(1))


def _summed(told: Table, group: Expression, number: Expression) -> Table:
    """Return the sums of one number by month, group and tag."""
    keys = ("at", "group", "tag")
    cells = told.select("at", "tag", group=group, number=number.cast(INT))
    return cells.group_by(*keys).agg(number=col("number").sum()).select(*keys, "number")


@dataclass(frozen=True, slots=True)
class _Cells:
    """Counts of tags by month and group.

    Args:
        tags: distinct, in their plain form; redacted ones too.
        tag, at, group, number: one for each cell; `at` is a place in `months`.
    """

    tags: list[str]
    months: list[str]
    tag: NDArray[np.int64]
    at: NDArray[np.int64]
    group: NDArray[np.int64]
    number: NDArray[np.int64]

    def of(self, period: int | None) -> NDArray[np.int64]:
        """Return counts, tags by groups, of one month or of all."""
        mask = np.ones(len(self.tag), dtype=np.bool_) if period is None else self.at == period
        summed = np.zeros((len(self.tags), GROUPS), dtype=np.int64)
        np.add.at(summed, (self.tag[mask], self.group[mask]), self.number[mask])
        return summed


def _cells(found: pa.Table) -> _Cells:
    """Return collected cells as numbers; a group is a character, of which only ten are told apart.

    Rows come in no particular order, so tags and months are numbered in the order of their text.
    """
    tag, tags = _numbered(found["tag"])
    at, months = _numbered(found["at"])
    letter, letters = _numbered(found["group"])
    groups = np.array([ord(one[-1:] or "0") % GROUPS for one in letters], dtype=np.int64)
    return _Cells(tags, months, tag, at, groups[letter], found["number"].to_numpy())


def _numbered(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """Return each text's place among the distinct texts, and those sorted."""
    texts = sorted(pc.unique(column).to_pylist())
    places = pc.index_in(column, value_set=pa.array(texts, column.type))
    return places.to_numpy().astype(np.int64), texts


def _rows(
    cells: _Cells, booru: TagList, depth: int, persistence: float
) -> Iterator[dict[str, Cell]]:
    """Yield all statistics of one source."""
    held = set(booru.tags)
    listed = np.array([tag in held for tag in cells.tags], dtype=np.bool_)
    named = np.array([tag.startswith(_REDACTED) for tag in cells.tags], dtype=np.bool_)
    before: NDArray[np.int64] | None = None
    for period, name in [(None, ALL), *enumerate(cells.months)]:
        groups = cells.of(period)
        if not groups.any():
            continue
        redacted = groups[named].sum(axis=1)
        known = groups * ~named[:, None]
        yield {"month": name, **_types(known, listed, int((redacted > 0).sum()))}
        yield {"month": name, **_tokens(known, listed, int(redacted.sum()))}
        yield {"month": name, **_ranks(known, cells.tags, booru.tags[:depth], depth, persistence)}
        if before is not None:
            yield {"month": name, **_distance(before, known)}
        before = known if period is not None and name else None


def _types(groups: NDArray[np.int64], listed: NDArray[np.bool_], unknown: int) -> dict[str, Cell]:
    held = groups.sum(axis=1) > 0

    def part(counts: NDArray[np.int64]) -> float:
        return float(listed[counts > 0].mean()) if counts.any() else math.nan

    return {
        "statistic": TYPES, "n": int((held & listed).sum()), "total": int(held.sum()),
        "unknown": unknown, **_told(jackknife(part, groups)),
    }  # fmt: skip


def _tokens(groups: NDArray[np.int64], listed: NDArray[np.bool_], unknown: int) -> dict[str, Cell]:
    counts = groups.sum(axis=1)

    def part(counts: NDArray[np.int64]) -> float:
        return float(counts[listed].sum() / counts.sum()) if counts.any() else math.nan

    return {
        "statistic": TOKENS, "n": int(counts[listed].sum()), "total": int(counts.sum()),
        "unknown": unknown, **_told(jackknife(part, groups)),
    }  # fmt: skip


def _ranks(
    groups: NDArray[np.int64], tags: list[str], booru: Sequence[str], depth: int, persistence: float
) -> dict[str, Cell]:
    def top(counts: NDArray[np.int64]) -> list[str]:
        order = np.lexsort((np.arange(len(counts)), -counts))[:depth]
        return [tags[place] for place in order if counts[place] > 0]

    def agreement(counts: NDArray[np.int64]) -> float:
        return rank_biased_overlap(top(counts), booru, persistence)

    own = top(groups.sum(axis=1))
    return {
        "statistic": RANK_OVERLAP, "n": len(set(own) & set(booru)), "total": len(own),
        "unknown": 0, **_told(jackknife(agreement, groups)),
    }  # fmt: skip


def _distance(before: NDArray[np.int64], groups: NDArray[np.int64]) -> dict[str, Cell]:
    def apart(counts: NDArray[np.int64]) -> float:
        return jensen_shannon(*np.split(counts.astype(np.float64), 2))

    n = int(groups.sum())
    return {
        "statistic": DISTANCE, "n": n, "total": n + int(before.sum()), "unknown": 0,
        **_told(jackknife(apart, np.concatenate((before, groups)))),
    }  # fmt: skip


def _told(estimate: Estimate) -> dict[str, Cell]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
