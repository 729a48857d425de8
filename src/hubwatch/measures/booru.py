"""How far a fan-tag vocabulary has become the interface (F1)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from hubwatch.engine import INT, TEXT, col, count_rows, lit, when
from hubwatch.measures.counts import month
from hubwatch.measures.headers import is_read
from hubwatch.measures.overlap import GROUPS, jackknife, jensen_shannon, rank_biased_overlap
from hubwatch.measures.result import ALL, row_table
from hubwatch.measures.tag_cells import numbered, side_by_side, tag_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.result import Cell
    from hubwatch.measures.statistics import Estimate
    from hubwatch.measures.tag_cells import TagCells, TagCounts
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
    Unit: tag; in captions a tag counts once for each caption that holds it, in prompts whenever it
        stands in a distinct prompt of a month.
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
        fewest: tags that fewer adapters (or places in distinct prompts) hold are left out
    Uncertainty: 95 % intervals of a delete-a-group jackknife over ten groups: of creators for
        captions, of prompts for prompts, which takes prompts as independent and is too narrow.
    Pitfalls: The list has a version, and its booru moderates its tags. Common English words are
        tags too, so sentences overlap by chance. Marker tokens follow the base model
        (`marker_adoption`). Names are tags on a booru and redacted here. Small months are far from
        each other by chance alone. The file of the list is known by its digest only.
    Source: Webber, Moffat and Zobel 2010, doi:10.1145/1852102.1852106; Endres and Schindelin 2003,
        doi:10.1109/TIT.2003.813506; Kott 2001; cf. arXiv 2505.04600 (strong influence).
    """
    captions, prompts = _captions(tables, fewest), _prompts(tables, fewest)
    terms = _terms(tables, fewest)
    if booru_tags is None:
        return row_table(_KEYS, [])
    found = tables.collect(captions)
    tag, tags = numbered(found["tag"])
    rows = _rows(CAPTIONS, tag_cells(found, tag, tags), booru_tags, depth, persistence)
    found, names = tables.collect(prompts), tables.collect(terms).sort_by("term")
    tag = pc.index_in(found["term_id"], value_set=names["term_id"]).to_numpy()
    cells = tag_cells(found, tag, names["term"].to_pylist())
    rows += _rows(PROMPTS, cells, booru_tags, depth, persistence)
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


def _frequent(tables: Tables, fewest: int) -> Table:
    """Return the terms that occur in prompts at least so often."""
    terms = tables["prompt_tags"].select("term_id")
    often = terms.group_by("term_id").agg(uses=count_rows()).filter(col("uses") >= fewest)
    return often.select("term_id")


def _terms(tables: Tables, fewest: int) -> Table:
    """Return number and text of these terms."""
    names = tables["tag_terms"].select("term_id", "term")
    return names.join(_frequent(tables, fewest), on="term_id", how="semi")


def _prompts(tables: Tables, fewest: int) -> Table:
    """Return month, group of prompts, term and how often prompts hold it."""
    images = tables["images"].filter(~col("prompt_id").is_null())
    uses = images.select("prompt_id", at=month()).unique()
    known = _terms(tables, fewest).select("term_id")
    terms = tables["prompt_tags"].select("prompt_id", "term_id")
    said = uses.join(terms.join(known, on="term_id", how="semi"), on="prompt_id", how="inner")
    own = (col("prompt_id") % GROUPS).abs().cast(TEXT)
    return _summed(said, own, lit(1), "term_id")


def _summed(told: Table, group: Expression, number: Expression, tag: str = "tag") -> Table:
    """Return the sums of one number by month, group and tag."""
    keys = ("at", "group", tag)
    cells = told.select("at", tag, group=group, number=number.cast(INT))
    return cells.group_by(*keys).agg(number=col("number").sum()).select(*keys, "number")


def _rows(
    source: str, cells: TagCells, booru: TagList, depth: int, persistence: float
) -> list[dict[str, Cell]]:
    """Return all statistics of one source."""
    place = {tag: i for i, tag in enumerate(cells.tags)}
    ranks = [place.get(tag, -1 - i) for i, tag in enumerate(booru.tags)]
    listed = np.zeros(len(cells.tags), dtype=np.bool_)
    listed[[rank for rank in ranks if rank >= 0]] = True
    named = np.array([tag.startswith(_REDACTED) for tag in cells.tags], dtype=np.bool_)
    rows: list[dict[str, Cell]] = []
    before: TagCounts | None = None
    for period, name in [(None, ALL), *enumerate(cells.months)]:
        counts = cells.of(period)
        if not counts.groups.any():
            continue
        redacted, known = counts.where(named), counts.where(~named)
        held = listed[known.tags]
        rows += [
            {"source": source, "month": name, **row}
            for row in (
                _types(known, held, len(redacted.tags)),
                _tokens(known, held, int(redacted.groups.sum())),
                _ranks(known, ranks[:depth], depth, persistence),
                *([_distance(before, known)] if before is not None else []),
            )
        ]
        before = known if period is not None and name else None
    return rows


def _types(counts: TagCounts, held: NDArray[np.bool_], unknown: int) -> dict[str, Cell]:
    def part(number: NDArray[np.int64]) -> float:
        return float(held[number > 0].mean()) if number.any() else math.nan

    return {
        "statistic": TYPES, "n": int(held.sum()), "total": len(held), "unknown": unknown,
        **_told(jackknife(part, counts.groups)),
    }  # fmt: skip


def _tokens(counts: TagCounts, held: NDArray[np.bool_], unknown: int) -> dict[str, Cell]:
    def part(number: NDArray[np.int64]) -> float:
        return float(number[held].sum() / number.sum()) if number.any() else math.nan

    whole = counts.groups.sum(axis=1)
    return {
        "statistic": TOKENS, "n": int(whole[held].sum()), "total": int(whole.sum()),
        "unknown": unknown, **_told(jackknife(part, counts.groups)),
    }  # fmt: skip


def _ranks(
    counts: TagCounts, booru: Sequence[int], depth: int, persistence: float
) -> dict[str, Cell]:
    def agreement(number: NDArray[np.int64]) -> float:
        return rank_biased_overlap(counts.top(number, depth), booru, persistence)

    own = counts.top(counts.groups.sum(axis=1), depth)
    return {
        "statistic": RANK_OVERLAP, "n": len(set(own) & set(booru)), "total": len(own),
        "unknown": 0, **_told(jackknife(agreement, counts.groups)),
    }  # fmt: skip


def _distance(before: TagCounts, counts: TagCounts) -> dict[str, Cell]:
    def apart(number: NDArray[np.int64]) -> float:
        return jensen_shannon(*np.split(number.astype(np.float64), 2))

    n, first = int(counts.groups.sum()), int(before.groups.sum())
    return {
        "statistic": DISTANCE, "n": n, "total": n + first, "unknown": 0,
        **_told(jackknife(apart, side_by_side(before, counts))),
    }  # fmt: skip


def _told(estimate: Estimate) -> dict[str, Cell]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
