"""Intervals of shares that treat creators, not items, as independent draws.

Items of one creator resemble each other, often very much: on real listings an interval that takes
images as independent is five to ten times too narrow. The sums over creators are made on the
engine, so that a lake of many items costs one row for each creator and answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.engine import TEXT, col, count_rows
from hubwatch.measures.creators import BETWEEN
from hubwatch.measures.statistics import over_clusters, sums

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.statistics import Estimate

#: Columns that hold these intervals, and what the definitions say of them.
COLUMNS = ("creators_low", "creators_high")


class Creators:
    """Items counted by creator and answer; a share is asked of them as a question to the answers.

    Args:
        cells: `hub`, `creator_key`, one column for each word, and `rows`, how many items.
    """

    def __init__(self, cells: pa.Table) -> None:
        self._cells = cells
        self._rows: NDArray[np.float64] = cells["rows"].to_numpy().astype(np.float64)
        key = pc.binary_join_element_wise(
            cells["hub"].cast(pa.string()), cells["creator_key"].cast(pa.string()), BETWEEN
        )
        known = ~key.is_null().to_numpy()
        codes = key.combine_chunks().dictionary_encode().indices
        self._known = known
        self._creator = codes.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)

    def answers(self, judge: Callable[..., bool | None], *words: str) -> NDArray[np.int64]:
        """Return 1, 0 or -1 (not known) for each cell; one call for each distinct answer."""
        columns = [self._cells[word].to_pylist() for word in words]
        said = list(zip(*columns, strict=True))
        verdict = {one: {True: 1, False: 0, None: -1}[judge(*one)] for one in set(said)}
        return np.array([verdict[one] for one in said], dtype=np.int64)

    def share(self, answers: NDArray[np.int64]) -> Estimate:
        """Return the share of items whose answer is 1 among those whose answer is 1 or 0."""
        part = np.where(answers == 1, self._rows, 0.0)
        whole = np.where(answers >= 0, self._rows, 0.0)
        own = self._known
        return over_clusters(
            sums(part[own], self._creator[own]),
            sums(whole[own], self._creator[own]),
            alone=(float(part[~own].sum()), float(whole[~own].sum())),
        )


def creators(tables: Tables, table: Table, **words: Expression) -> Creators:
    """Return items counted by creator.

    Args:
        tables: where the table is from.
        table: items with `hub` and `creator_key`; without a key an item is its own creator.
        words: what is asked of the items.
    """
    keys = {"hub": col("hub").cast(TEXT), "creator_key": col("creator_key").cast(TEXT), **words}
    return Creators(tables.collect(table.select(**keys).group_by(*keys).agg(rows=count_rows())))


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
