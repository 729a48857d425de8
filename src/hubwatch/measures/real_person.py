"""Models that the hub marks as depicting a real person: how many, how far they travel (C1, C4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.engine import INT, TEXT, col, when
from hubwatch.measures.by_creator import over_creators, with_intervals
from hubwatch.measures.counts import UNKNOWN, count, month, with_all
from hubwatch.measures.creators import creator_numbers
from hubwatch.measures.result import ALL, SMALL_CELL, Share, row_table, share_table
from hubwatch.measures.statistics import Estimate, median, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.engine import Tables
    from hubwatch.measures.counts import Counts
    from hubwatch.measures.result import Cell

_KEYS: Final = ("method", "month")
GROUPS: Final = {"real person": True, "other": False}
SHARE_OF_DOWNLOADS: Final = "share of downloads"
MEDIAN: Final = "median"


def flagged_share(tables: Tables) -> pa.Table:
    """Share of models that the hub marks as depicting a real person (C1).

    Question: How many models does the hub itself mark as depicting a real person?
    Tables: models
    Unit: model.
    Denominator: models of the method and month whose flag is known.
    Formula: value = flagged models / models with a known flag.
    Keys:
        method: the hub's model type, `unknown`, or `all`
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown; a model's month is that of
            its earliest version
    Columns:
        bound_low: share if no model of unknown flag were flagged
        bound_high: share if every model of unknown flag were flagged
        creators_low: lower end of the 95 % interval with creators as independent draws, for `all`
            months
        creators_high: its upper end
    Uncertainty: a count of the collected models, exact for them. Read as a sample: `low` and
        `high` are Wilson's 95 % interval, which takes models as independent and is too narrow
        where creators share many alike; `creators_low` and `creators_high` (Taylor linearisation)
        take creators as independent; bounds from the unknowns.
    Pitfalls: The flag has errors both ways and was not there at first. Since 2025-05-22 listings
        leave flagged models out, so a fall to zero is no removal. Cells of few models are counts
        of models, not of persons; what is published still leaves cells under 10 out.
    Source: hub's flag; cf. arXiv 2505.03859, which counts versions.
    """
    counts = count(
        tables,
        tables["models"],
        method=col("method").cast(TEXT).fill_null(UNKNOWN),
        month=month(),
        flag=col("flagged_real_person"),
    )
    table = share_table(_KEYS, _flags(with_all(with_all(counts, 0), 1)))
    methods = {key[0] for key in counts} | {ALL}
    return with_intervals(table, _KEYS, _flag_intervals(tables, sorted(methods)))


def _flag_intervals(tables: Tables, methods: Sequence[str]) -> dict[tuple[str, str], Estimate]:
    """Return key → share of the whole time, with creators as draws."""
    method, flag = col("method").cast(TEXT).fill_null(UNKNOWN), col("flagged_real_person")
    answers = {
        (name, ALL): flag if name == ALL else when(method == name).then(flag) for name in methods
    }
    return over_creators(tables, tables["models"], answers)


def _flags(counts: Counts) -> Iterator[Share]:
    for method, period in {key[:2] for key in counts}:
        yes, no, unknown = (counts[method, period, flag] for flag in (True, False, None))
        yield Share((method, period), yes, yes + no, unknown)


@dataclass(frozen=True, slots=True)
class _Models:
    """Models as columns; `group`: 1 flagged, 0 not, -1 not known; hidden downloads are NaN."""

    method: NDArray[np.str_]
    group: NDArray[np.int64]
    downloads: NDArray[np.float64]
    creator: NDArray[np.int64]

    def where(self, mask: NDArray[np.bool_]) -> _Models:
        return _Models(
            self.method[mask], self.group[mask], self.downloads[mask], self.creator[mask]
        )


def real_person_reach(tables: Tables) -> pa.Table:
    """Downloads of models that the hub marks as depicting a real person (C4).

    Question: How far do real-person models travel, compared with all others?
    Tables: models
    Unit: model; a download is one count of the hub's all-time counter.
    Denominator: `share of downloads`: downloads of all models with a known flag; `unknown` are
        those of models without one. `median`: models of the group with a known counter, and
        `unknown` are those whose counter is hidden.
    Formula: share of downloads = downloads of the group / downloads of both groups; median = the
        middle counter of the group's models.
    Keys:
        group: real person (flagged by the hub) or other
        method: the hub's model type, `unknown`, or `all`
        statistic: share of downloads, or median
    Columns:
        models: models behind the row
        creators: creators of these models; an unknown creator counts as one of their own
        suppressed: true when 1 to 9 models or creators stand behind the value and it is left out
    Uncertainty: 95 % intervals that treat creators, not models, as independent: Taylor
        linearisation for the share, Woodruff's order statistics for the median. Both are closed
        forms, not a bootstrap; with few creators, or a few that hold most downloads, they are too
        narrow. A share of 0 or 1 has Wilson's interval of the effective number of creators.
    Pitfalls: The counter adds up since upload, so older models had more time; every fetch counts,
        bots included. Downloads in a window need two snapshots. The flag has errors.
    Source: arXiv 2505.03859 (almost 15 million downloads since November 2022).
    """
    models = _models(tables)
    rows: list[dict[str, Cell]] = []
    for method in [*sorted(set(models.method.tolist())), ALL]:
        some = models if method == ALL else models.where(models.method == method)
        rows += [{**row, "method": method} for row in _reach(some)]
    return row_table(("group", "method", "statistic"), rows, ("models", "creators", "suppressed"))


def _models(tables: Tables) -> _Models:
    columns = tables["models"].select(
        method=col("method").cast(TEXT).fill_null(UNKNOWN),
        group=col("flagged_real_person").cast(INT).fill_null(-1),
        downloads=col("downloads"),
        hub=col("hub"),
        creator=col("creator_key"),
        model=col("model_id"),
    )
    found = tables.collect(columns)
    downloads = found["downloads"].to_numpy(zero_copy_only=False).astype(np.float64)
    return _Models(
        np.array(found["method"].to_pylist(), dtype=np.str_),
        found["group"].to_numpy(),
        downloads,
        creator_numbers(found["hub"], found["creator"], found["model"]),
    )


@dataclass(frozen=True, slots=True)
class _Size:
    """How many models and creators stand behind a group."""

    models: int
    creators: int

    @property
    def small(self) -> bool:
        return self.models > 0 and min(self.models, self.creators) < SMALL_CELL


def _reach(models: _Models) -> Iterator[dict[str, Cell]]:
    """Yield the rows of one method: both groups, both statistics."""
    sizes = {name: _size(models.where(models.group == flag)) for name, flag in GROUPS.items()}
    for name, size in sizes.items():
        behind: dict[str, Cell] = {"models": size.models, "creators": size.creators}
        yield {"group": name, **behind, **_share(models, name, sizes)}
        yield {"group": name, **behind, **_median(models, name, size)}


def _size(models: _Models) -> _Size:
    return _Size(len(models.creator), len(np.unique(models.creator)))


def _share(models: _Models, name: str, sizes: dict[str, _Size]) -> dict[str, Cell]:
    """Return the group's share of downloads; both groups are suppressed when one is small."""
    known = models.where((models.group >= 0) & ~np.isnan(models.downloads))
    part = np.where(known.group == GROUPS[name], known.downloads, 0.0)
    if any(size.small for size in sizes.values()):
        return {"statistic": SHARE_OF_DOWNLOADS, "suppressed": True}
    return {
        "statistic": SHARE_OF_DOWNLOADS,
        "n": int(part.sum()),
        "total": int(known.downloads.sum()),
        "unknown": int(np.nansum(models.downloads[models.group < 0])),
        **_shown(ratio(part, known.downloads, known.creator)),
    }


def _median(models: _Models, name: str, size: _Size) -> dict[str, Cell]:
    """Return the median counter of the group's models."""
    own = models.where((models.group == GROUPS[name]) & ~np.isnan(models.downloads))
    return {
        "statistic": MEDIAN,
        "n": len(own.downloads),
        "total": len(own.downloads),
        "unknown": size.models - len(own.downloads),
        **_shown(median(own.downloads, own.creator), hide=size.small),
    }


def _shown(estimate: Estimate, *, hide: bool = False) -> dict[str, Cell]:
    """Return the value columns of an estimate, empty when it is to be left out."""
    if hide:
        return {"suppressed": True}
    return {
        "value": estimate.value, "low": estimate.low, "high": estimate.high, "suppressed": False,
    }  # fmt: skip
