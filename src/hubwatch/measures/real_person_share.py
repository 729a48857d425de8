"""Models that depict a real person, flagged or not, and corrected for error (C2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.engine import TEXT, col, when
from hubwatch.measures.by_creator import COLUMNS, over_creators, with_intervals
from hubwatch.measures.counts import UNKNOWN, count, month, with_all
from hubwatch.measures.joined import with_signals
from hubwatch.measures.prevalence import corrected, effective_size
from hubwatch.measures.result import ALL, Share, row_table, share_table
from hubwatch.measures.statistics import Estimate
from hubwatch.signals.error_rates import ErrorRates, error_rates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.counts import Counts
    from hubwatch.measures.result import Cell

_KEYS: Final = ("method", "month", "basis")
SIGNAL: Final = "signal"
CALIBRATED: Final = "calibrated"
_BOUNDS: Final = ("bound_low", "bound_high")
_RATES: Final = ("sensitivity", "specificity", "labelled_positive", "labelled_negative")


def real_person_share(tables: Tables, *, rates: Mapping[str, float] | None = None) -> pa.Table:
    """Share of models that depict a real person, whether the hub marks them or not (C2).

    Question: How many models depict a real person, flag or no flag?
    Tables: models, model_signals
    Unit: model.
    Denominator: models of the method and month of which the signal `real_person` says true or
        false.
    Formula: signal = models found / models with an answer. calibrated = (signal + specificity - 1)
        / (sensitivity + specificity - 1), cut to 0..1: what the share would be if the signal never
        erred (Rogan-Gladen). `n` and `total` of both are the models found and with an answer.
    Keys:
        method: the hub's model type, `unknown`, or `all`
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown; a model's month is that of
            its earliest version
        basis: signal, or calibrated, which is given for `all` methods only
    Columns:
        bound_low: share if no model without an answer depicted a real person; signal only
        bound_high: share if every model without an answer did; signal only
        creators_low: lower end of the 95 % interval with creators as independent draws, for `all`
            months
        creators_high: its upper end
        sensitivity: part of the real-person models that the signal finds, as used; calibrated only
        specificity: part of the other models that it leaves, as used; calibrated only
        labelled_positive: labelled real-person models behind the sensitivity, in effect
        labelled_negative: other labelled models behind the specificity, in effect
    Parameters:
        rates: sensitivity, specificity, n_positive and n_negative of the signal; none: as measured
            on labelled documents of CivitAI, see the signal's page: with the flag shown to the
            signal where any model here has a known flag, else with the flag hidden from it
    Uncertainty: signal: Wilson's 95 % interval, which takes models as independent;
        `creators_low` and `creators_high` (Taylor linearisation) take creators as independent;
        bounds from the unknowns. calibrated: the interval of Lang and Reiczigel, which carries
        the error of both rates; with creators as draws it uses as many models as the interval of
        the signal's share is worth.
    Pitfalls: The rates were measured over all methods together on documents of one hub and time;
        they differ by method (checkpoints are found far less often), so no method has a calibrated
        row, and a hub or month of another make-up is corrected by rates that are not its own;
        the simulated hub is corrected by those of another hub.
        Without measured rates there is no calibrated row at all. A signal reads what a page says:
        whoever hides whom a model depicts is not counted. The answers do use the hub's flag where
        it is shown.
    Source: Rogan and Gladen 1978, doi:10.1093/oxfordjournals.aje.a112510; Lang and Reiczigel 2014,
        doi:10.1016/j.prevetmed.2013.09.015; cf. doi:10.1145/3664647.3681052 (23.54 % of models).
    """
    models = with_signals(tables, tables["models"], "real_person")
    method = col("method").cast(TEXT).fill_null(UNKNOWN)
    found = count(tables, models, method=method, month=month(), found=col("real_person"))
    counts = with_all(with_all(found, 0), 1)
    table = share_table(_KEYS, _shares(counts))
    table = with_intervals(table, _KEYS, _intervals(tables, models, counts))
    rows: list[dict[str, Cell]] = table.to_pylist()
    known = _rates(tables, rates)
    if known is not None:
        rows += [_corrected(row, known) for row in rows if row["method"] == ALL]
    return row_table(_KEYS, rows, (*_BOUNDS, *COLUMNS, *_RATES))


def _rates(tables: Tables, given: Mapping[str, float] | None) -> ErrorRates | None:
    """Return the rates given, else those measured with the flag shown or hidden, as it is here."""
    if given is not None:
        return msgspec.convert(given, ErrorRates)
    flags = count(tables, tables["models"], flag=col("flagged_real_person"))
    return error_rates("real_person", flag=any(key[0] is not None for key in flags))


def _shares(counts: Counts) -> Iterator[Share]:
    for method, period in {key[:2] for key in counts}:
        yes, no, unknown = (counts[method, period, found] for found in (True, False, None))
        yield Share((method, period, SIGNAL), yes, yes + no, unknown)


def _intervals(
    tables: Tables, models: Table, counts: Counts
) -> dict[tuple[str, str, str], Estimate]:
    """Return key to share of the whole time, with creators as draws."""
    method, found = col("method").cast(TEXT).fill_null(UNKNOWN), col("real_person")
    answers: dict[tuple[str, str, str], Expression] = {
        (name, ALL, SIGNAL): found if name == ALL else when(method == name).then(found)
        for name in sorted({key[0] for key in counts} | {ALL})
    }
    return over_creators(tables, models, answers)


def _corrected(row: Mapping[str, Any], rates: ErrorRates) -> dict[str, Cell]:
    """Return the calibrated row that belongs to a row of the signal."""
    value = row["value"]
    plain = corrected(_or_nan(value), row["total"] or 0, rates)
    wide = corrected(_or_nan(value), effective_size(_by_creator(row)), rates)
    return {
        "method": row["method"], "month": row["month"], "basis": CALIBRATED,
        "n": row["n"], "total": row["total"], "unknown": row["unknown"],
        "value": plain.value, "low": plain.low, "high": plain.high,
        COLUMNS[0]: wide.low, COLUMNS[1]: wide.high,
        "sensitivity": rates.sensitivity, "specificity": rates.specificity,
        "labelled_positive": float(rates.n_positive), "labelled_negative": float(rates.n_negative),
    }  # fmt: skip


def _by_creator(row: Mapping[str, Any]) -> Estimate:
    return Estimate(_or_nan(row["value"]), _or_nan(row[COLUMNS[0]]), _or_nan(row[COLUMNS[1]]))


def _or_nan(number: float | None) -> float:
    return float("nan") if number is None else number
