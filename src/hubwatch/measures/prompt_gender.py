"""Whom prompts ask for at which browsing level (D3)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow.compute as pc

from hubwatch.engine import TEXT, col, count_rows, when
from hubwatch.levels import RATED
from hubwatch.measures.by_creator import COLUMNS, with_intervals
from hubwatch.measures.joined import with_owner
from hubwatch.measures.result import ALL, Share, row_table, share_table
from hubwatch.measures.statistics import Estimate, over_clusters, sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.engine import Table, Tables
    from hubwatch.measures.result import Cell

_KEYS: Final = ("level", "gender")
GENDERS: Final = ("women", "men", "both", "none")
UNRATED: Final = "unrated"
_LEVELS: Final = (*RATED, UNRATED, ALL)
_BOUNDS: Final = ("bound_low", "bound_high")
_OF: Final = ("of_gender", "of_gender_low", "of_gender_high")
_AVOIDS: Final = ("avoids_women", "avoids_men")


def prompt_gender(tables: Tables) -> pa.Table:
    """Whom the prompts of images ask for, by browsing level (D3).

    Question: Whom do prompts ask for, and what do they get who name no gender?
    Tables: models, images, prompt_signals
    Unit: image with a prompt.
    Denominator: images of the level whose prompt was read for gender; `unknown` are those whose
        prompt was not.
    Formula: value = images whose prompt depicts the gender / images of the level.
    Keys:
        level: PG, PG-13, R, X, XXX, blocked, unrated, or `all`
        gender: women, men, both, or none (the prompt names no gender: it is gender-silent)
    Columns:
        bound_low: share if no prompt that was not read depicted the gender
        bound_high: share if every such prompt did
        creators_low: lower end of the 95 % interval with creators as independent draws
        creators_high: its upper end
        of_gender: the other way round: share of the rated images of this gender that are at this
            level
        of_gender_low: lower end of its 95 % interval, creators as independent draws
        of_gender_high: its upper end
        avoids_women: images of the row whose negative prompt names women only
        avoids_men: images of the row whose negative prompt names men only; in the row of `none`
            it is how often women are asked for by leaving men out
    Uncertainty: Wilson's 95 % interval, which takes images as independent; `creators_low` and
        `creators_high` (Taylor linearisation) take creators as independent; bounds from the
        unknowns. An image without a creator counts for the creator of the model that shows it.
    Pitfalls: A prompt that names no gender can still show a person, most often a woman: what the
        picture shows is not read. One template repeated by many dominates. A prompt is only there
        where the hub shows it. The level is the picture's, so a mild prompt can have a mature one.
    Source: measures D3 of the project's catalogue; no published figure is known.
    """
    images = _read(tables)
    counts: Counter[tuple[str, Any]] = Counter()
    avoided: Counter[tuple[str, Any, Any]] = Counter()
    cells = images.group_by("level", "gender", "avoids").agg(images=count_rows())
    for row in tables.collect(cells).to_pylist():
        for level in (row["level"], ALL):
            counts[level, row["gender"]] += row["images"]
            avoided[level, row["gender"], row["avoids"]] += row["images"]
    table = share_table(_KEYS, _shares(counts))
    clusters = _Clusters(tables, images)
    spans = {(lv, g): clusters.share(lv, g) for lv in _LEVELS for g in GENDERS}
    rows: list[dict[str, Cell]] = with_intervals(table, _KEYS, spans).to_pylist()
    for row in rows:
        level, gender = str(row["level"]), str(row["gender"])
        row |= {f"avoids_{who}": avoided[level, gender, who] for who in ("women", "men")}
        if level in RATED:
            found = clusters.of_gender(level, gender)
            row |= dict(zip(_OF, (found.value, found.low, found.high), strict=True))
    return row_table(_KEYS, rows, (*_BOUNDS, *COLUMNS, *_OF, *_AVOIDS))


def _read(tables: Tables) -> Table:
    """Return the images with a prompt: owner, level, its gender and that of the negative prompt."""
    level = col("level").cast(TEXT)
    images = tables["images"].filter(~col("prompt_id").is_null())
    images = with_owner(tables, images).select(
        "hub", "creator_key", "prompt_id", "negative_prompt_id",
        level=when(level.is_in(RATED)).then(level).fill_null(UNRATED),
    )  # fmt: skip
    signals = tables["prompt_signals"]
    asked = signals.select("prompt_id", gender=col("gender").cast(TEXT))
    negative = signals.select(negative_prompt_id="prompt_id", avoids=col("gender").cast(TEXT))
    return images.join(asked, on="prompt_id", how="left").join(
        negative, on="negative_prompt_id", how="left"
    )


def _shares(counts: Counter[tuple[str, Any]]) -> Iterator[Share]:
    for level in sorted({key[0] for key in counts}):
        total = sum(counts[level, gender] for gender in GENDERS)
        for gender in GENDERS:
            yield Share((level, gender), counts[level, gender], total, counts[level, None])


class _Clusters:
    """Images of each creator by level and gender, collected once."""

    def __init__(self, tables: Tables, images: Table) -> None:
        keys = ("hub", "creator_key", "level", "gender")
        known = images.filter(~col("gender").is_null()).with_columns(hub=col("hub").cast(TEXT))
        found = tables.collect(known.group_by(*keys).agg(images=count_rows()))
        owner = pc.binary_join_element_wise(found["hub"], found["creator_key"], "\x1f")
        owned = ~owner.is_null().to_numpy()
        codes = owner.combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()
        self._owned, self._codes = owned, codes
        self._images = found["images"].to_numpy().astype(np.float64)
        self._level = np.array(found["level"].to_pylist(), dtype=np.str_)
        self._gender = np.array(found["gender"].to_pylist(), dtype=np.str_)

    def share(self, level: str, gender: str) -> Estimate:
        """Return the share of a gender among the images of a level."""
        within = np.ones(len(self._level), np.bool_) if level == ALL else self._level == level
        return self._ratio(within & (self._gender == gender), within)

    def of_gender(self, level: str, gender: str) -> Estimate:
        """Return the share of a level among the rated images of a gender."""
        within = (self._gender == gender) & (self._level != UNRATED)
        return self._ratio(within & (self._level == level), within)

    def _ratio(self, part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Estimate:
        sizes = [np.where(mask, self._images, 0.0) for mask in (part, whole)]
        parts, wholes = (sums(x[self._owned], self._codes[self._owned]) for x in sizes)
        alone = (float(sizes[0][~self._owned].sum()), float(sizes[1][~self._owned].sum()))
        return over_clusters(parts, wholes, alone=alone)
