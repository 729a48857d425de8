"""Adding the prompts that are new: decided on ids in the engine, copied text by text in Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hubwatch.lake.refine.staging import REASONS, UNIT_BITS
from hubwatch.lake.tables import TableWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hubwatch.lake.catalog import DataFile
    from hubwatch.lake.refine.merge import Merge


def merge_prompts(merge: Merge) -> list[DataFile]:
    """Write each prompt that the table does not have yet, once, in the order of reading.

    Returns:
        All files of the table, the old ones included.
    """
    merge.engine.run(
        """
        CREATE TEMP TABLE prompt_picks AS
        SELECT prompt_id, min(rid) AS rid, min("check") AS low, max("check") AS high
        FROM staged_prompts GROUP BY prompt_id
        """
    )
    chosen = merge.engine.table(
        """
        SELECT rid FROM prompt_picks p
        WHERE NOT EXISTS (SELECT 1 FROM old_prompts o WHERE o.prompt_id = p.prompt_id)
        ORDER BY rid
        """
    )
    rids = chosen["rid"].to_numpy()
    writer = TableWriter(merge.lake, "prompts", merge.generation)
    return [*merge.catalog.tables.get("prompts", []), *writer.write(_texts(merge, rids))]


def _texts(merge: Merge, rids: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
    """Yield the staged prompts with the given rids, which are sorted."""
    for path in sorted(merge.staging.glob("prompts-[0-9]*.parquet")):
        first = int(path.stem.rpartition("-")[2]) << UNIT_BITS
        start, end = np.searchsorted(rids, [first, first + (1 << UNIT_BITS)])
        if start == end:
            continue
        at = rids[start:end] - first
        yield from pq.read_table(path).drop(["rid"]).take(at).combine_chunks().to_batches()


def collisions(merge: Merge) -> pa.Table:
    """Return the prompts whose id belongs to another text, as rows for the quarantine.

    Images that ask for such a text point to the other one; at 64 bits this is expected once in
    some hundred million lakes of forty million prompts each, so it is reported and not solved.
    """
    return merge.engine.table(
        f"""
        WITH doubtful AS (
            SELECT prompt_id FROM prompt_picks WHERE low <> high
            UNION
            SELECT prompt_id FROM prompt_picks p JOIN old_prompts o USING (prompt_id)
            WHERE o."check" <> p.low OR o."check" <> p.high
        ), held AS (
            SELECT prompt_id, "check", 0::BIGINT AS place
            FROM old_prompts SEMI JOIN doubtful USING (prompt_id)
            UNION ALL
            SELECT prompt_id, "check", rid + 1
            FROM staged_prompts SEMI JOIN doubtful USING (prompt_id)
        ), known AS (
            SELECT prompt_id, arg_min("check", place) AS first FROM held GROUP BY prompt_id
        )
        SELECT DISTINCT 'prompts' AS kind, 'collision' AS reason,
            '{REASONS["collision"]}' AS message, '' AS file, 0::BIGINT AS record,
            -1::BIGINT AS item, printf('prompt_id=%d, check=%d', prompt_id, "check") AS path,
            '' AS sha256
        FROM held JOIN known USING (prompt_id) WHERE "check" <> first AND place > 0 ORDER BY path
        """  # noqa: S608 - a constant
    )
