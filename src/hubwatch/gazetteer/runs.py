"""Sorted runs of rows on disk, and their merge into one index; bounded memory.

A source may list a name many times: these are different persons, and their number is the name's
ambiguity. Two sources that list it are taken to mean the same persons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.gazetteer.attributes import LAYOUT, MOST_AMBIGUITY
from hubwatch.gazetteer.people import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hubwatch.gazetteer.windows import Hashes

    Codes = NDArray[np.uint32]

#: The hash space is merged in this many parts, so that one part fits easily.
PARTS: Final = 64
_AGREED: Final = ("gender", "occupation", "country")
_LARGEST: Final = ("prominence", "source", "words", "common_words", "common_name")


def write_run(path: Path, rows: NDArray[np.void]) -> None:
    """Write rows sorted by hash."""
    with path.open("wb") as out:
        np.save(out, rows[np.argsort(rows["hash"], kind="stable")])


def merged_runs(runs: Sequence[Path], denied: Hashes) -> Iterator[tuple[Hashes, Codes]]:
    """Yield sorted distinct hashes with their codes, part after part.

    Args:
        runs: files of `write_run`.
        denied: hashes that must not be listed.
    """
    opened = [np.load(path, mmap_mode="r") for path in runs]
    edges = [np.uint64(part << 58) for part in range(PARTS)]
    starts = [[*np.searchsorted(run["hash"], edges).tolist(), len(run)] for run in opened]
    for part in range(PARTS):
        pieces = [
            run[start[part] : start[part + 1]] for run, start in zip(opened, starts, strict=True)
        ]
        rows = np.concatenate([np.empty(0, dtype=ROW), *pieces])
        rows = rows[~np.isin(rows["hash"], denied)]
        if len(rows):
            yield _combined(rows)


def _field(codes: Codes, name: str) -> Codes:
    shift, mask = LAYOUT[name]
    return np.asarray((codes >> np.uint32(shift)) & np.uint32(mask), dtype=np.uint32)


def _combined(rows: NDArray[np.void]) -> tuple[Hashes, Codes]:
    """Return one row for each hash of one part."""
    source = _field(rows["codes"], "source")
    order = np.lexsort((source, rows["hash"]))
    hashes, codes, source = rows["hash"][order], rows["codes"][order], source[order]
    new = np.ones(len(hashes), dtype=np.bool_)
    new[1:] = hashes[1:] != hashes[:-1]
    first = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    leading = _leading(codes, first, group)
    values = {name: _agreed(_field(codes, name), leading, first) for name in _AGREED}
    for name in _LARGEST:
        values[name] = np.maximum.reduceat(np.where(leading, _field(codes, name), 0), first)
    counted = np.maximum.reduceat(_field(codes, "ambiguity"), first)  # a seed was merged before
    values["ambiguity"] = np.maximum(_bearers(source, new, group), counted)
    out = np.zeros(len(first), dtype=np.uint32)
    for name, value in values.items():
        out |= value.astype(np.uint32) << np.uint32(LAYOUT[name][0])
    return hashes[first], out


def _leading(codes: Codes, first: NDArray[np.int64], group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows are of the most prominent bearers of their name."""
    prominence = _field(codes, "prominence")
    return np.asarray(prominence == np.maximum.reduceat(prominence, first)[group], dtype=np.bool_)


def _agreed(values: Codes, leading: NDArray[np.bool_], first: NDArray[np.int64]) -> Codes:
    """Return a field where all leading rows that know it agree, else 0 (unknown)."""
    known = leading & (values > 0)
    largest = np.maximum.reduceat(np.where(known, values, 0), first)
    smallest = np.minimum.reduceat(np.where(known, values, np.uint32(1 << 30)), first)
    return np.asarray(np.where(largest == smallest, largest, 0), dtype=np.uint32)


def _bearers(source: Codes, new: NDArray[np.bool_], group: NDArray[np.int64]) -> Codes:
    """Return the largest number of bearers that one source lists."""
    start = new.copy()
    start[1:] |= source[1:] != source[:-1]
    places = np.flatnonzero(start)
    sizes = np.diff(np.append(places, len(source)))
    most = np.zeros(int(group[-1]) + 1, dtype=np.int64)
    np.maximum.at(most, group[places], sizes)
    return np.asarray(np.minimum(most, MOST_AMBIGUITY), dtype=np.uint32)
