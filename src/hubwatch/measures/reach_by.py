"""How far real-person models travel, by whom they depict (C4, C5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.engine import TEXT, col
from hubwatch.measures.counts import UNKNOWN
from hubwatch.measures.creators import creator_numbers
from hubwatch.measures.joined import with_signals
from hubwatch.measures.result import SMALL_CELL, row_table
from hubwatch.measures.statistics import median, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.engine import Tables
    from hubwatch.measures.result import Cell

WHO: Final = "who_kind"
PROMINENCE: Final = "prominence"
_EXTRA: Final = (
    "models", "creators", "median", "median_low", "median_high", "counted", "suppressed", "is_small"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Depicting:
    """Real-person models as columns; hidden downloads are NaN."""

    group: NDArray[np.str_]
    downloads: NDArray[np.float64]
    creator: NDArray[np.int64]

    def where(self, mask: NDArray[np.bool_]) -> _Depicting:
        return _Depicting(self.group[mask], self.downloads[mask], self.creator[mask])

    @property
    def creators(self) -> int:
        """Creators of these models."""
        return len(np.unique(self.creator))


def real_person_reach_by(tables: Tables) -> pa.Table:
    """Downloads of real-person models by who is depicted and how well known they are (C4, C5).

    Question: Whose models travel how far, and are private people among them?
    Tables: models, model_signals
    Unit: model of which the signal `real_person` says true; a download is one count of the hub's
        all-time counter.
    Denominator: downloads of these models whose group is known; `unknown` are the downloads of
        those without a group.
    Formula: value = downloads of the group / downloads of all groups that are known.
    Keys:
        dimension: who_kind (actor, musician, politician, athlete, influencer, private, ...) or
            prominence (global, national, niche, no-trace; only with a gazetteer)
        group: a word of the dimension, or `unknown`, which has counts and a median but no share
    Columns:
        models: models behind the row
        creators: creators of these models; an unknown creator counts as one of their own
        median: middle download counter of the group's models
        median_low: lower end of its 95 % interval
        median_high: its upper end
        counted: models of the group whose counter is known
        suppressed: true when 1 to 9 models or creators stand behind the value and it is left out,
            or when another group could be worked out from it; all its counts are left out too
        is_small: whether 1 to 9 models or creators are the reason; suppressed rows only
    Uncertainty: 95 % intervals with creators as independent draws: Taylor linearisation for the
        share, Woodruff's order statistics for the median; with few creators they are too narrow.
    Pitfalls: The kind rests on what a page says and on the gazetteer, so it is known for some
        only, and the better known a person the likelier. No trace is not the same as private.
        Older models had more time; every fetch counts, bots included.
    Source: arXiv 2505.03859 (targets range from celebrities to accounts under 10,000 followers).
    """
    found = tables.collect(
        with_signals(tables, tables["models"], "real_person", WHO, PROMINENCE)
        .filter(col("real_person"))
        .select(
            "hub", "model_id", "downloads", "creator_key",
            **{name: col(name).cast(TEXT).fill_null(UNKNOWN) for name in (WHO, PROMINENCE)},
        )
    )  # fmt: skip
    creator = creator_numbers(found["hub"], found["creator_key"], found["model_id"])
    downloads = found["downloads"].to_numpy(zero_copy_only=False).astype(np.float64)
    rows: list[dict[str, Cell]] = []
    for dimension in (PROMINENCE, WHO):
        group = np.array(found[dimension].to_pylist(), dtype=np.str_)
        rows += [
            {"dimension": dimension, **row}
            for row in _groups(_Depicting(group, downloads, creator))
        ]
    return row_table(("dimension", "group"), rows, _EXTRA)


def _groups(models: _Depicting) -> Iterator[dict[str, Cell]]:
    """Yield the rows of one dimension."""
    groups = {name: models.where(models.group == name) for name in sorted(set(models.group))}
    hidden = _hidden({name: len(own.creator) for name, own in groups.items() if name != UNKNOWN},
                     {name for name, own in groups.items() if _few(own)})  # fmt: skip
    known = models.where((models.group != UNKNOWN) & ~np.isnan(models.downloads))
    lost = float(np.nansum(models.downloads[models.group == UNKNOWN]))
    for name, own in groups.items():
        row: dict[str, Cell] = {"group": str(name), "suppressed": name in hidden}
        if name in hidden:
            yield {**row, "is_small": _few(own)}
            continue
        behind: dict[str, Cell] = {
            "models": len(own.creator), "creators": own.creators,
            "total": int(known.downloads.sum()), "unknown": int(lost),
        }  # fmt: skip
        yield {**row, **behind, **_values(known, own, str(name))}


def _few(models: _Depicting) -> bool:
    return min(len(models.creator), models.creators) < SMALL_CELL


def _hidden(sizes: dict[str, int], few: set[str]) -> set[str]:
    """Return the groups to leave out: small ones, and so many more that none can be worked out."""
    hidden = {name for name in sizes if name in few}
    for name in sorted(sizes, key=lambda name: (sizes[name], name)):
        enough = len(hidden) > 1 and sum(sizes[x] for x in hidden) >= SMALL_CELL
        if not hidden or enough:
            break
        hidden.add(name)
    return hidden | ({UNKNOWN} & few)


def _values(known: _Depicting, own: _Depicting, name: str) -> dict[str, Cell]:
    """Return the share of downloads, not for `unknown`, and the median of one group."""
    counted = own.where(~np.isnan(own.downloads))
    middle = median(counted.downloads, counted.creator)
    values: dict[str, Cell] = {
        "counted": len(counted.downloads),
        "median": middle.value, "median_low": middle.low, "median_high": middle.high,
    }  # fmt: skip
    if name == UNKNOWN:
        return values
    part = np.where(known.group == name, known.downloads, 0.0)
    share = ratio(part, known.downloads, known.creator)
    shown: dict[str, Cell] = {
        "n": int(part.sum()), "value": share.value, "low": share.low, "high": share.high
    }  # fmt: skip
    return values | shown
