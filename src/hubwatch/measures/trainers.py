"""Which tools made the adapters, as their headers say (F2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.engine import TEXT, col, when
from hubwatch.measures.by_creator import over_creators, with_intervals
from hubwatch.measures.counts import UNKNOWN, count, month, with_all
from hubwatch.measures.headers import is_read, of_models
from hubwatch.measures.result import ALL, Share, share_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from hubwatch.engine import Expression, Tables
    from hubwatch.measures.counts import Counts

_SIGNATURE: Final = ("dimension", "name", "month")
#: Dimensions that are followed over months; the others are given for the whole time only.
_FOLLOWED: Final = ("trainer", "caption_style")
_DIMENSIONS: Final = (*_FOLLOWED, "trainer_version", "network_module", "optimizer")


def trainer_signature(tables: Tables) -> pa.Table:
    """Trainers, captioners and settings that adapter files bear the signature of (F2).

    Question: Which tools shape the practice?
    Tables: adapters, models
    Unit: adapter file whose header was read.
    Denominator: files whose header says something of the dimension; a header with training
        metadata of a trainer that nobody knows is a class of its own, `unknown`. `unknown` in the
        value columns are files whose header says nothing of it, stripped ones among them.
    Formula: value = files with the name / files with any.
    Keys:
        dimension: trainer (kohya, onetrainer, ai-toolkit, diffusers, onsite, unknown),
            caption_style (tags in booru manner, sentences, mixed, none), trainer_version,
            network_module, optimizer
        name: what the header says
        month: YYYY-MM in UTC of the version, `all` for the whole, empty when unknown; months are
            given of trainer and caption_style
    Columns:
        bound_low: share if every file that says nothing were of another name
        bound_high: share if every file that says nothing were of this name
        creators_low: lower end of the 95 % interval with creators as independent draws, for `all`
            months of trainer and caption_style
        creators_high: its upper end
    Uncertainty: Wilson's 95 % interval, which takes files as independent; `creators_low` and
        `creators_high` (Taylor linearisation) take creators as independent; bounds from the files
        that say nothing.
    Pitfalls: A converter can leave its own signature in place of the trainer's. A commit is that of
        a user's copy, which can be changed. Captions are seen where the trainer counts their tags;
        one that writes no captions is `none`, which does not say how pictures were captioned.
    Source: measures F2 of the project's catalogue; kohya's sd-scripts (`ss_sd_scripts_commit_hash`,
        `ss_network_module`, `ss_optimizer`); the modelspec standard.
    """
    files = of_models(tables, tables["adapters"].filter(is_read()))
    shares: list[Share] = []
    answers: dict[tuple[str, str, str], Expression] = {}
    for dimension in _DIMENSIONS:
        told = _told(dimension)
        counts = count(tables, files, month=month(), name=told)
        names = sorted({key[1] for key in counts if key[1] is not None})
        followed = dimension in _FOLLOWED
        shares += _mix(dimension, names, with_all(counts, 0), followed=followed)
        if followed:
            answers |= {
                (dimension, name, ALL): when(~told.is_null()).then(told == name) for name in names
            }
    table = share_table(_SIGNATURE, shares)
    found = over_creators(tables, files, answers) if answers else {}
    return with_intervals(table, _SIGNATURE, found)


def _told(dimension: str) -> Expression:
    """Return what a header says of a dimension; null where it says nothing."""
    name = col(dimension).cast(TEXT)
    if dimension == "trainer":
        return when(~((name == UNKNOWN) & col("stripped").fill_null(value=True))).then(name)
    if dimension == "caption_style":
        return when(~col("stripped").fill_null(value=True)).then(name)
    return name


def _mix(dimension: str, names: list[str], counts: Counts, *, followed: bool) -> Iterator[Share]:
    """Yield the share of each name, of each month where the dimension is followed."""
    for period in {key[0] for key in counts} if followed else {ALL} & {key[0] for key in counts}:
        total = sum(counts[period, name] for name in names)
        for name in names:
            n = counts[period, name]
            yield Share((dimension, name, period), n, total, counts[period, None])
