"""Reading the lake's prompts with their tags, in the order in which both tables grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hubwatch.errors import LakeError
from hubwatch.prompts.batch import TagBatch
from hubwatch.signals.build.prompts import PromptJob, names_called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hubwatch.lake.catalog import Lake

#: Prompts in a job.
PROMPTS: Final = 16_384
_TAGS: Final = 1 << 19


def rows_from(
    lake: Lake, table: str, columns: list[str], start: int, size: int
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table from a row on, in their order.

    Args:
        lake: an open lake.
        table: its name.
        columns: which to read.
        start: rows to pass over.
        size: rows in a batch, at most.
    """
    for file, path in zip(lake.catalog.tables.get(table, []), lake.paths(table), strict=True):
        if start >= file.rows:
            start -= file.rows
            continue
        with pq.ParquetFile(path) as parquet:
            for batch in parquet.iter_batches(size, columns=columns):
                skipped = min(start, batch.num_rows)
                start -= skipped
                if skipped < batch.num_rows:
                    yield batch.slice(skipped)


def id_at(lake: Lake, table: str, row: int) -> int:
    """Return the prompt id of one row of a table."""
    batch = next(rows_from(lake, table, ["prompt_id"], row, 1024))
    return int(batch["prompt_id"][0].as_py())


def dictionary(lake: Lake) -> pa.StringArray:
    """Return all terms; a term's number is its place."""
    parts = [batch["term"] for batch in rows_from(lake, "tag_terms", ["term"], 0, 1 << 17)]
    return pa.concat_arrays([pa.array([], pa.string()), *parts])


def prompt_jobs(lake: Lake, prompts: int, tags: int) -> Iterator[PromptJob]:
    """Yield prompts with their tags.

    Args:
        lake: an open lake whose prompts are indexed.
        prompts, tags: rows of the two tables to pass over.

    Raises:
        LakeError: the tag index does not fit the prompts.
    """
    terms = dictionary(lake)
    numbers = np.empty(len(terms), np.int32)
    index = _Tags(lake, tags)
    for batch in rows_from(lake, "prompts", ["prompt_id", "text"], prompts, PROMPTS):
        ids = batch["prompt_id"].to_numpy()
        names = names_called(batch["text"].to_pylist())
        yield PromptJob(ids, _local(terms, *index.of(ids), numbers), names)
    index.must_be_read()


class _Tags:
    """The rows of `prompt_tags`, taken prompt by prompt."""

    def __init__(self, lake: Lake, start: int) -> None:
        columns = ["prompt_id", "term_id", "weight"]
        self._path = lake.path
        self._coming = rows_from(lake, "prompt_tags", columns, start, _TAGS)
        self._runs: list[NDArray[Any]] = [np.empty(0, int), np.empty(0, int)]
        self._held: list[NDArray[Any]] = [np.empty(0, int), np.empty(0, float)]

    def of(self, ids: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return offsets, term ids and weights of the tags of the next prompts.

        Args:
            ids: of the prompts, in the table's order.
        """
        order = np.argsort(ids, kind="stable")
        while (end := self._known(ids[order])) == len(self._runs[0]) and self._more():
            pass
        owners, sizes = (column[:end] for column in self._runs)
        self._runs = [column[end:] for column in self._runs]
        place = order[np.searchsorted(ids[order], owners)]
        if np.any(np.diff(place) < 0):
            raise self._unfit()
        counts = np.zeros(len(ids), np.int64)
        np.add.at(counts, place, sizes)
        offsets = np.concatenate(([0], np.cumsum(counts)))
        terms, weights = (column[: offsets[-1]] for column in self._held)
        self._held = [column[offsets[-1] :] for column in self._held]
        return offsets, terms, weights

    def _known(self, ids: NDArray[np.int64]) -> int:
        """Return how many held runs belong to the prompts, up to the first that does not."""
        owners = self._runs[0]
        at = np.minimum(np.searchsorted(ids, owners), len(ids) - 1)
        strange = np.flatnonzero(ids[at] != owners)
        return int(strange[0]) if len(strange) else len(owners)

    def _more(self) -> bool:
        batch: Any = next(self._coming, None)
        if batch is None:
            return False
        owners, *columns = (batch[name].to_numpy() for name in ("prompt_id", "term_id", "weight"))
        heads = np.flatnonzero(np.diff(owners, prepend=~owners[:1]))
        runs = (owners[heads], np.diff(heads, append=len(owners)))
        self._runs = [np.concatenate(pair) for pair in zip(self._runs, runs, strict=True)]
        self._held = [np.concatenate(pair) for pair in zip(self._held, columns, strict=True)]
        return True

    def must_be_read(self) -> None:
        """Fail when tags are left that belong to no prompt."""
        if len(self._runs[0]) or self._more():
            raise self._unfit()

    def _unfit(self) -> LakeError:
        return LakeError(
            f"the tag index of `{self._path}` does not fit its prompts",
            hint="make the tables again: `hubwatch lake refine --rebuild`",
        )


def _local(
    terms: pa.StringArray,
    offsets: NDArray[Any],
    ids: NDArray[Any],
    weights: NDArray[Any],
    numbers: NDArray[np.int32],
) -> TagBatch:
    """Return tags with a dictionary of their own.

    Args:
        numbers: room for one number per term, whatever it holds.
    """
    places = np.arange(len(ids), dtype=np.int32)
    numbers[ids] = places
    distinct = np.sort(ids[numbers[ids] == places])
    numbers[distinct] = np.arange(len(distinct), dtype=np.int32)
    return TagBatch(
        terms=pc.take(terms, pa.array(distinct)),
        offsets=offsets.astype(np.int64),
        term_ids=numbers[ids],
        weights=weights.astype(np.float32),
    )
