"""Counting rows by words on the engine, and rolling the counted cells up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hubwatch.engine import TEXT, col, count_rows
from hubwatch.measures.result import ALL, Share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hubwatch.engine import Expression, Table, Tables

#: Key of what has no word: an unknown method, for example. An unknown month is empty.
UNKNOWN: Final = "unknown"
Counts = Counter[tuple[Any, ...]]


def month() -> Expression:
    """Return the column of months; empty when unknown."""
    return col("month").cast(TEXT).fill_null("")


def count(tables: Tables, table: Table, *, once: str = "", **words: Expression) -> Counts:
    """Return how many rows hold each combination of words.

    Args:
        tables: where the table is from.
        table: what to count.
        once: name under which the counts are kept for the next question that needs them.
        words: parts of the key, in order; null is a value of its own.
    """
    cells = table.select(**words).group_by(*words).agg(rows=count_rows()).select(*words, "rows")
    rows = tables.collect_once(once, cells) if once else tables.collect(cells)
    found = rows.to_pydict()
    keys = zip(*(found[word] for word in words), strict=True)
    return Counter(dict(zip(keys, found["rows"], strict=True)))


def with_all(counts: Counts, position: int) -> Counts:
    """Return counts with the sums over one part of the key, which then reads `all`."""
    summed = Counter(counts)
    for key, n in counts.items():
        summed[(*key[:position], ALL, *key[position + 1 :])] += n
    return summed


def mix(counts: Counts, words: Sequence[str]) -> Iterator[Share]:
    """Yield the share of each word among the known items of each month and of the whole.

    Args:
        counts: (month, word or null) to items.
        words: vocabulary; a word that does not occur in a month is a zero there.
    """
    summed = with_all(counts, 0)
    for period in {key[0] for key in summed}:
        total = sum(summed[period, word] for word in words)
        for word in words:
            yield Share((period, word), summed[period, word], total, summed[period, None])


def seen(counts: Counts) -> list[str]:
    """Return the words that occur as the last part of a key, sorted, without null."""
    return sorted({key[-1] for key in counts if key[-1] is not None})
