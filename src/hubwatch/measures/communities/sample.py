"""A sample of images whose prompts, galleries and creators are looked at together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.engine import TEXT, col
from hubwatch.measures.communities.galleries import Sample
from hubwatch.measures.joined import with_owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hubwatch.engine import Tables
    from hubwatch.measures.communities.documents import Documents
    from hubwatch.measures.communities.prompts_used import Prompts

#: Prompts that a sample holds at most, about.
SAMPLE: Final = 400_000
_SEPARATOR: Final = "\x1f"


def every_nth(prompts: Prompts, most: int = SAMPLE) -> int:
    """Return n: the sample is the prompts whose id, which is a hash, n divides."""
    return max(1, -(-len(prompts.ids) // most))


def draw(tables: Tables, prompts: Prompts, documents: Documents, every: int) -> Sample:
    """Return the sample.

    Args:
        tables: of the lake.
        prompts: all of them.
        documents: of the prompts in the sample, in any order.
        every: n of `every_nth`.
    """
    images = tables["images"].filter(~col("prompt_id").is_null() & (col("prompt_id") % every == 0))
    found = tables.collect(
        with_owner(tables, images).select(
            "prompt_id",
            "creator_key",
            hub=col("hub").cast(TEXT),
            version_id=col("version_id"),
            month=col("month").cast(TEXT).fill_null(""),
        )
    )
    order = np.argsort(documents.rows, kind="stable")
    ids = prompts.ids[documents.rows[order]]
    asked = found["prompt_id"].to_numpy()
    place = np.minimum(np.searchsorted(ids, asked), max(len(ids) - 1, 0))
    known = ids[place] == asked if len(ids) else np.zeros(len(asked), np.bool_)
    rows = found.filter(pa.array(known))
    return Sample(
        documents=documents,
        document=order[place[known]],
        gallery=numbered(rows, "hub", "version_id"),
        creator=numbered(rows, "hub", "creator_key"),
        month=_month_numbers(rows["month"], prompts.months),
    )


def numbered(rows: pa.Table, hub: str, key: str) -> NDArray[np.int64]:
    """Return a number for each distinct pair of hub and key, in sorted order; -1 for null."""
    joined = pc.binary_join_element_wise(
        rows[hub].cast(pa.string()), rows[key].cast(pa.string()), _SEPARATOR
    )
    encoded = joined.combine_chunks().dictionary_encode()
    ranks = np.argsort(np.array(encoded.dictionary.to_pylist(), dtype=np.object_), kind="stable")
    place = np.empty(len(ranks) + 1, np.int64)
    place[ranks] = np.arange(len(ranks))
    place[-1] = -1
    numbers: NDArray[np.int64] = place[encoded.indices.fill_null(len(ranks)).to_numpy()]
    return numbers


def _month_numbers(column: pa.ChunkedArray, months: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of each image's month; -1 when it is unknown."""
    place = {month: i for i, month in enumerate(months) if month}
    encoded = column.combine_chunks().dictionary_encode()
    numbers = [place.get(month, -1) for month in encoded.dictionary.to_pylist()]
    found: NDArray[np.int64] = np.array([*numbers, -1], np.int64)[encoded.indices.to_numpy()]
    return found
