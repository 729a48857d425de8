"""Files whose training strings hold a name that their page hides (F3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.engine import col, when
from hubwatch.measures.by_creator import over_creators, with_intervals
from hubwatch.measures.counts import count, month, with_all
from hubwatch.measures.headers import is_read, of_models, of_signals
from hubwatch.measures.result import ALL, Share, share_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from hubwatch.engine import Expression, Tables
    from hubwatch.measures.counts import Counts

_KEYS: Final = ("page", "month")
#: What the page says of a real person.
ANY: Final = "any"
BY_FLAG: Final = "silent by flag"
BY_SIGNAL: Final = "silent by signal"


def name_leakage(tables: Tables) -> pa.Table:
    """Adapter files with a person-like name inside, and those whose page says nothing of it (F3).

    Question: Do files reveal a target that the page hides?
    Tables: adapters, models, model_signals
    Unit: adapter file whose header holds training metadata.
    Denominator: such files; for a silent page, those of which it is known whether the page is.
        `unknown` are files without metadata, and those of which it is not known.
    Formula: any = files with a person-like string in output name, dataset folders or tags / files.
        silent by flag = such files of models that the hub does not mark as depicting a real person
        / files. silent by signal = such files of models of which the signal `real_person` says
        false / files.
    Keys:
        page: any (whatever the page says), silent by flag, silent by signal
        month: YYYY-MM in UTC of the version, `all` for the whole, empty when unknown
    Columns:
        bound_low: share if no unknown file counted
        bound_high: share if every unknown file did
        creators_low: lower end of the 95 % interval with creators as independent draws, for `all`
            months
        creators_high: its upper end
    Uncertainty: Wilson's 95 % interval, which takes files as independent; `creators_low` and
        `creators_high` (Taylor linearisation) take creators as independent; bounds from the
        unknowns. The error of the recogniser of names is in none of them.
    Pitfalls: A person-like string can be a character's, an artist's or a trainer's own name, and
        names that are written as one word or in another script are missed; the rate is not
        corrected for either. Nobody is named: strings were replaced by keyed tokens before they
        were stored. Names are hidden where metadata are stripped.
    Source: measures F3 of the project's catalogue; keys of kohya's sd-scripts (`ss_output_name`,
        `ss_dataset_dirs`, `ss_tag_frequency`).
    """
    files = of_signals(tables, of_models(tables, tables["adapters"].filter(is_read())))
    pages = _pages()
    shares: list[Share] = []
    answers: dict[tuple[str, str], Expression] = {}
    for page, found in pages.items():
        shares += _shares(page, with_all(count(tables, files, month=month(), found=found), 0))
        answers[page, ALL] = found
    table = share_table(_KEYS, shares)
    intervals = over_creators(tables, files, answers) if shares else {}
    return with_intervals(table, _KEYS, intervals)


def _pages() -> dict[str, Expression]:
    """Return page to whether a file counts; null when it is not known."""
    told = ~col("stripped").fill_null(value=True)
    named = when(told).then(col("person_like"))
    flag, signal = col("flagged_real_person"), col("real_person")
    return {
        ANY: named,
        BY_FLAG: when(~named.is_null() & ~flag.is_null()).then(named & ~flag),
        BY_SIGNAL: when(~named.is_null() & ~signal.is_null()).then(named & ~signal),
    }


def _shares(page: str, counts: Counts) -> Iterator[Share]:
    for period in {key[0] for key in counts}:
        yes, no, unknown = (counts[period, found] for found in (True, False, None))
        yield Share((page, period), yes, yes + no, unknown)
