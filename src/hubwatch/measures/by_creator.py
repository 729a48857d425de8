"""Intervals of shares that treat creators, not items, as independent draws.

Items of one creator resemble each other, often very much: on real listings an interval that takes
images as independent is five to ten times too narrow. The sums over creators are made on the
engine, so that a lake of many items costs one row for each creator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pyarrow as pa

from hubwatch.engine import INT, TEXT, col
from hubwatch.measures.statistics import over_clusters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.statistics import Estimate

_Key = TypeVar("_Key")
#: Columns that hold these intervals.
COLUMNS: Final = ("creators_low", "creators_high")


def over_creators(
    tables: Tables, table: Table, answers: Mapping[_Key, Expression]
) -> dict[_Key, Estimate]:
    """Return shares with creators as independent draws.

    Args:
        tables: where the table is from.
        table: items with `hub` and `creator_key`; without a key an item is its own creator.
        answers: key to whether an item counts; null when it is left out of the share.
    """
    names = {key: f"answer{i}" for i, key in enumerate(answers)}
    asked = {names[key]: answer.cast(INT) for key, answer in answers.items()}
    keys = {"hub": col("hub").cast(TEXT), "creator_key": col("creator_key").cast(TEXT)}
    parts = {f"{name}_part": col(name).sum() for name in asked}
    wholes = {f"{name}_whole": col(name).count() for name in asked}
    found = tables.collect(table.select(**keys, **asked).group_by(*keys).agg(**parts, **wholes))
    own = ~found["creator_key"].is_null().to_numpy()

    def share(name: str) -> Estimate:
        part, whole = _column(found, f"{name}_part"), _column(found, f"{name}_whole")
        alone = float(part[~own].sum()), float(whole[~own].sum())
        return over_clusters(part[own], whole[own], alone=alone)

    return {key: share(name) for key, name in names.items()}


def _column(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column of counts; a sum over nothing is 0."""
    values: NDArray[np.float64] = table[name].fill_null(0).to_numpy().astype(np.float64)
    return values


def with_intervals(
    table: pa.Table, names: Sequence[str], found: Mapping[tuple[Any, ...], Estimate]
) -> pa.Table:
    """Return a tidy table with these intervals beside it; null where there are none.

    Args:
        table: tidy, with its keys.
        names: key columns.
        found: key to estimate.
    """
    keys = list(zip(*(table[name].to_pylist() for name in names), strict=True))
    for column, end in zip(COLUMNS, ("low", "high"), strict=True):
        values = [getattr(found[key], end) if key in found else None for key in keys]
        rounded = [
            None if v is None or np.isnan(v) else float(f"{v:.12g}")  # as in `tidy`
            for v in values
        ]
        table = table.append_column(column, pa.array(rounded, pa.float64()))
    return table
