"""Rows on their way from documents to tables: collected as tuples, turned into Arrow at once.

A staged row has the declared columns of its table except those that are filled for all rows
together (`hub`, `snapshot`, `month`), and a `rid`: a number that orders the sightings of one item
within a snapshot. A later answer has a higher `rid`; a full record has a higher one than a mention.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubwatch.lake.columns import arrow_type
from hubwatch.lake.refine.values import whole
from hubwatch.lake.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FILLED_TOGETHER: Final = frozenset({"hub", "snapshot", "month"})
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

#: Added to the rid of a record of its own, so that it outranks a mention inside another record.
FULL: Final = 1 << 62
UNIT_BITS: Final = 32

#: Columns of a miss: a look-up by id that did not find its item.
MISSES: Final = pa.schema(
    [("kind", pa.string()), ("item_id", pa.string()), ("observed_at", pa.timestamp("us", "UTC"))]
)

#: Short reason -> one sentence. No message quotes a value.
REASONS: Final[dict[str, str]] = {
    "not-json": "the text is not JSON",
    "too-deep": "the JSON is nested too deeply to read",
    "not-utf-8": "the bytes are not UTF-8; broken ones were replaced",
    "wrong-type": "the value has another type than it should, or is out of range",
    "not-finite": "the number is not finite",
    "no-id": "the item has no usable id",
    "not-recognised": "the document is none that this hub gives",
    "bad-time": "the text is not a time between 2000 and 2100",
    "collision": "another prompt has the same 64-bit id",
    "truncated": "the file ends in the middle of a compressed block",
}
#: Problems that were mended without loss of a field: counted, not set aside.
MENDED: Final = frozenset({"lone-surrogate", "byte-order-mark"})


#: Stands for what a list of counts had no room for.
OTHERS: Final = "(others)"


class Origin(NamedTuple):
    """Where a row comes from.

    Args:
        record: record in the raw file, from 1.
        item: item in the record, from 0; -1 for the record as a whole.
        path: JSON path in the item.
    """

    record: int
    item: int
    path: str = ""

    def below(self, key: str) -> Origin:
        """Return the place of something inside this one."""
        return Origin(self.record, self.item, f"{self.path}.{key}" if self.path else key)


def member(page: Origin, position: int) -> Origin:
    """Return the place of an item of a page; a page in a file of lines is an item itself."""
    if page.item < 0:
        return Origin(page.record, position, "")
    return Origin(page.record, page.item, f"items[{position}]")


class Trouble(NamedTuple):
    """One row of quarantine, without what is the same for the whole file."""

    kind: str
    reason: str
    origin: Origin
    sha256: str


def most_common(counts: Counter[str], most: int) -> Counter[str]:
    """Return the most frequent entries, and the sum of all others as one entry."""
    kept = Counter(dict(counts.most_common(most)))
    if others := counts.total() - kept.total():
        kept[OTHERS] += others
    return kept


def staged_columns(table: str) -> tuple[str, ...]:
    """Return the columns that a staged row of a table has, in order, without `rid`."""
    return tuple(c.name for c in TABLES[table].columns if c.name not in FILLED_TOGETHER)


class Batch:
    """The rows of one unit of work; a unit is a run of raw records of one file.

    Args:
        unit: number of the unit in the snapshot, from 0.
    """

    def __init__(self, unit: int) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in (*STAGED, "misses")}
        self.rids: dict[str, list[int]] = {name: [] for name in STAGED}
        self.origins: dict[str, list[Origin]] = {name: [] for name in STAGED}
        self.images: dict[str, list[Any]] = {name: [] for name in staged_columns("images")}
        self.prompts: dict[str, int] = {}
        self.troubles: list[Trouble] = []
        self.notes: Counter[str] = Counter()
        self.drift: Counter[str] = Counter()
        self.sha256 = ""
        self._first = unit << UNIT_BITS
        self._image_groups: list[tuple[int, Sequence[int], Callable[[int], Origin]]] = []

    def add(self, table: str, row: tuple[Any, ...], origin: Origin, *, full: bool) -> int:
        """Add a row and return its rid."""
        rows = self.rows[table]
        rid = self._first + len(rows) + (FULL if full else 0)
        rows.append(row)
        self.rids[table].append(rid)
        self.origins[table].append(origin)
        return rid

    def reserve_images(
        self, positions: Sequence[int], place: Callable[[int], Origin], *, full: bool
    ) -> Sequence[int]:
        """Return the rids of images whose columns come next.

        Args:
            positions: where each was in its list.
            place: from such a position to where it comes from.
            full: see `add`.
        """
        first = len(self.images["image_id"])
        if positions:
            self._image_groups.append((first, positions, place))
        start = self._first + first + (FULL if full else 0)
        rids = range(start, start + len(positions))
        self.rids["images"].extend(rids)
        return rids

    def extend_images(self, **columns: list[Any]) -> None:
        """Add columns of images; every column of the table is among them."""
        for name, held in self.images.items():
            held += columns[name]

    def origin(self, table: str, row: int) -> Origin:
        """Return where a row comes from."""
        if table != "images":
            return self.origins[table][row]
        at = bisect_right(self._image_groups, row, key=lambda group: group[0]) - 1
        first, positions, place = self._image_groups[at]
        return place(positions[row - first])

    def prompt_numbers(self, texts: list[str | None]) -> list[int | None]:
        """Return the numbers of texts in this batch, the same for equal texts."""
        known = self.prompts
        return [known.setdefault(text, len(known)) if text else None for text in texts]

    def set_aside(self, kind: str, reason: str, origin: Origin) -> None:
        """Record a problem: in quarantine, or as a count when it was mended."""
        if reason in MENDED:
            self.notes[reason] += 1
        else:
            self.troubles.append(Trouble(kind, reason, origin, self.sha256))


#: Tables that documents are turned into; all others are derived.
STAGED: Final = ("models", "versions", "files", "images", "image_resources", "creators", "tags")


def to_table(batch: Batch, name: str, prompt_ids: pa.Array | None = None) -> pa.Table:
    """Turn the rows of one table into Arrow, times checked; bad ones are set aside.

    Args:
        batch: the rows.
        name: one of `STAGED`.
        prompt_ids: ids of the batch's prompts by number, for `images`.
    """
    names = staged_columns(name)
    declared = {c.name: c for c in TABLES[name].columns}
    columns = (
        list(batch.images.values())
        if name == "images"
        else list(zip(*batch.rows[name], strict=True)) or [()] * len(names)
    )
    arrays = []
    for column, values in zip(names, columns, strict=True):
        kind = declared[column].type
        if kind == "time":
            arrays.append(_times(batch, name, column, values))
        elif kind == "hash" and prompt_ids is not None:
            arrays.append(prompt_ids.take(pa.array(values, pa.int64())))
        else:
            arrays.append(_array(values, _plain(arrow_type(kind))))
    table = pa.table(arrays, names=list(names))
    if "month" in declared and "created_at" in declared:
        table = table.append_column("month", months(table["created_at"].combine_chunks()))
    return table.append_column("rid", pa.array(batch.rids[name], pa.int64()))


def months(times: pa.Array) -> pa.Array:
    """Return the UTC months of times as `YYYY-MM`, empty where the time is unknown."""
    known = np.asarray(times.is_valid())
    as_month = np.asarray(times.cast(pa.int64()).fill_null(0)).astype("M8[us]").astype("M8[M]")
    distinct, index = np.unique(
        np.where(known, as_month.astype(np.int64), -(2**40)), return_inverse=True
    )
    words = ["" if m == -(2**40) else str(np.datetime64(int(m), "M")) for m in distinct]
    return pa.DictionaryArray.from_arrays(
        pa.array(index, pa.int32()), pa.array(words, pa.string())
    ).cast(pa.string())


def read_time(text: str | None) -> datetime | None:
    """Read a time as the hub writes it, `None` when it is none or outside 2000-2100.

    Source: RFC 3339; a time without a zone is UTC.
    """
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if EARLIEST <= time < LATEST else None


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make an array; whole numbers beyond 64 bits, as in seeds, become unknown."""
    try:
        return pa.array(values, kind)
    except OverflowError:
        return pa.array([whole(value) for value in values], kind)


def _times(batch: Batch, table: str, column: str, values: Sequence[Any]) -> pa.Array:
    """Cast texts to times all at once; one by one where that fails."""
    kind = pa.timestamp("us", tz="UTC")
    try:
        times = pa.array(values, pa.string()).cast(kind)
        if times.null_count == len(times):
            return times
        low, high = pc.min_max(times).as_py().values()
        if low >= EARLIEST and high < LATEST:
            return times
    except (pa.ArrowInvalid, OverflowError):
        pass
    found = [read_time(value) for value in values]
    key = re.sub("_(.)", lambda found: found[1].upper(), column)
    for row, (value, time) in enumerate(zip(values, found, strict=True)):
        if value is not None and time is None:
            batch.set_aside(table, "bad-time", batch.origin(table, row).below(key))
    return pa.array(found, kind)
