"""Adapter files that left no trace of how they were made (F4)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.engine import INT, TEXT, col, lit, when
from hubwatch.measures.by_creator import COLUMNS, over_creators, with_intervals
from hubwatch.measures.counts import UNKNOWN, count, month, with_all
from hubwatch.measures.creators import creator_numbers
from hubwatch.measures.headers import is_read, of_models, of_signals
from hubwatch.measures.ratios import risk_ratio
from hubwatch.measures.result import ALL, Share, row_table, share_table
from hubwatch.measures.statistics import sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.counts import Counts
    from hubwatch.measures.result import Cell
    from hubwatch.measures.statistics import Estimate, Reals

_KEYS: Final = ("subject", "month")
_BOUNDS: Final = ("bound_low", "bound_high")
_RATIO: Final = ("risk_ratio", "ratio_low", "ratio_high")
REAL_PERSON: Final = "real person"
OTHER: Final = "other"
BEFORE: Final = "before"
AFTER: Final = "after"


def metadata_stripping(tables: Tables, *, ban: str = "2025-05") -> pa.Table:
    """Adapter files that hold no training metadata at all (F4).

    Question: Is the trail being removed, and more so from models of real people?
    Tables: adapters, models, model_signals
    Unit: adapter file.
    Denominator: files whose header was read; `unknown` are files that could not be read.
    Formula: value = files without training metadata / files read. risk_ratio = the share among
        files of real-person models by that among files of the others.
    Keys:
        subject: all; real person or other, as the signal `real_person` says of the model; unknown
            where it says nothing
        month: YYYY-MM in UTC of the version, `all` for the whole, empty when unknown; before and
            after: all months before and all after that of the ban
    Columns:
        bound_low: share if every file that could not be read had metadata
        bound_high: share if none of them had
        risk_ratio: real person by other, in the rows of real person for `all`, before and after
        ratio_low: lower end of its 95 % interval
        ratio_high: its upper end
        creators_low: lower end of the 95 % interval of the share with creators as independent
            draws, for `all`, before and after
        creators_high: its upper end
    Parameters:
        ban: month in which the hub banned models of real people; it is in neither part
    Uncertainty: Wilson's 95 % interval, which takes files as independent; `creators_low`,
        `creators_high` and the interval of the ratio take creators as independent.
    Pitfalls: Converters, mergers and some trainers write no metadata, without any intent; the
        comparison with other models shows what that base rate is. After a ban, what is listed is
        what was not found, so a rise can be selection. Files that are gone could not be read.
    Source: measures F4 of the project's catalogue; the ban of 21 May 2025 on CivitAI.
    """
    files = of_signals(tables, of_models(tables, tables["adapters"]))
    stripped = when(is_read()).then(col("stripped").fill_null(value=True))
    files = files.with_columns(
        subject=_subject(), gone=stripped, at=month(), creator=col("creator_key").cast(TEXT)
    )
    counts = count(tables, files, subject=col("subject"), month=col("at"), gone=col("gone"))
    counts = _with_periods(with_all(counts, 0), ban)
    table = share_table(_KEYS, _gone(counts))
    table = with_intervals(table, _KEYS, _gone_intervals(tables, files, counts, ban))
    ratios = _ratios(tables, files, ban)
    rows: list[dict[str, Cell]] = [
        {**row, **ratios.get((row["subject"], row["month"]), {})} for row in table.to_pylist()
    ]
    return row_table(_KEYS, rows, (*_BOUNDS, *_RATIO, *COLUMNS))


def _subject() -> Expression:
    answer = col("real_person")
    said = when(answer).then(lit(REAL_PERSON)).when(~answer).then(lit(OTHER))
    return said.otherwise(lit(UNKNOWN))


def _with_periods(counts: Counts, ban: str) -> Counts:
    """Return counts with their sums over all months, and over those before and after the ban."""
    summed = Counter(counts)
    for (subject, period, gone), n in counts.items():
        summed[subject, ALL, gone] += n
        if period and period != ban:
            summed[subject, BEFORE if period < ban else AFTER, gone] += n
    return summed


def _gone(counts: Counts) -> Iterator[Share]:
    for subject, period in {key[:2] for key in counts}:
        yes, no, unknown = (counts[subject, period, gone] for gone in (True, False, None))
        yield Share((subject, period), yes, yes + no, unknown)


def _periods(ban: str) -> dict[str, Expression]:
    """Return period to whether a file belongs to it."""
    at, dated = col("at"), col("at") != ""
    return {ALL: lit(value=True), BEFORE: dated & (at < ban), AFTER: dated & (at > ban)}


def _gone_intervals(
    tables: Tables, files: Table, counts: Counts, ban: str
) -> dict[tuple[str, str], Estimate]:
    """Return key to share, with creators as draws."""
    subjects = sorted({key[0] for key in counts})
    answers: dict[tuple[str, str], Expression] = {}
    for period, inside in _periods(ban).items():
        for subject in subjects:
            of = inside if subject == ALL else inside & (col("subject") == subject)
            if any(key[:2] == (subject, period) for key in counts):
                answers[subject, period] = when(of).then(col("gone"))
    return over_creators(tables, files, answers) if answers else {}


def _ratios(tables: Tables, files: Table, ban: str) -> Mapping[tuple[str, str], dict[str, Cell]]:
    """Return the risk ratio of real-person models by others, by the key of its row."""
    known = files.filter(~col("gone").is_null(), col("subject").is_in([REAL_PERSON, OTHER]))
    chosen = known.select("hub", "creator", "file_id", "at", "subject", gone=col("gone").cast(INT))
    found = tables.collect(chosen)
    if not found.num_rows:
        return {}
    creator = creator_numbers(found["hub"], found["creator"], found["file_id"])
    at = np.array(found["at"].to_pylist(), dtype=np.str_)
    subject = np.array(found["subject"].to_pylist(), dtype=np.str_)
    gone = found["gone"].to_numpy().astype(np.float64)
    masks = {
        ALL: np.ones(len(at), dtype=np.bool_),
        BEFORE: (at != "") & (at < ban),
        AFTER: at > ban,
    }

    def side(own: NDArray[np.bool_]) -> tuple[Reals, Reals]:
        return sums(gone * own, creator), sums(own.astype(np.float64), creator)

    real, other = (subject == name for name in (REAL_PERSON, OTHER))
    return {
        (REAL_PERSON, period): _three(risk_ratio(side(mask & real), side(mask & other)).estimate)
        for period, mask in masks.items()
    }


def _three(estimate: Estimate) -> dict[str, Cell]:
    values = (estimate.value, estimate.low, estimate.high)
    return dict(zip(_RATIO, values, strict=True))
