"""Reading raw records in several processes: each turns a part of a file into staged Parquet."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hubwatch.files import read_lines, writing_to
from hubwatch.hubs.window import Window
from hubwatch.lake.keys import pseudonyms
from hubwatch.lake.raw import RawRecord
from hubwatch.lake.refine.staging import (
    MISSES,
    REASONS,
    STAGED,
    UNIT_BITS,
    Batch,
    most_common,
    to_table,
)
from hubwatch.lake.refine.translate import translate
from hubwatch.lake.refine.units import Unit, damaged, units
from hubwatch.lake.refine.windowed import keep_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hubwatch.lake.raw.manifest import Manifest

#: Below this, starting processes costs more than it gives.
ALONE_BYTES: Final = 4 << 20


#: Different unknown keys that are told apart while reading.
MOST_KEYS: Final = 1000


class Job(msgspec.Struct, frozen=True):
    """What all units of a snapshot share.

    Args:
        lake: folder of the lake.
        staging: folder for staged files.
        hub: name of the hub.
        key: the lake's key.
        observed_at: when the answers were given, where the records do not say it.
        window: the time that was asked for.
    """

    lake: str
    staging: str
    hub: str
    key: bytes
    observed_at: str
    window: Window = Window()


class Staged(msgspec.Struct):
    """What units gave; results of units add up. A line of an imported file is a record here."""

    records: int = 0
    quarantined: int = 0
    rows: Counter[str] = msgspec.field(default_factory=Counter)
    notes: Counter[str] = msgspec.field(default_factory=Counter)
    drift: Counter[str] = msgspec.field(default_factory=Counter)

    def add(self, other: Staged) -> None:
        """Add the counts of another result."""
        self.records += other.records
        self.quarantined += other.quarantined
        self.rows += other.rows
        self.notes += other.notes
        self.drift += other.drift
        if len(self.drift) > MOST_KEYS:
            self.drift = most_common(self.drift, MOST_KEYS)


def stage(
    lake: Path,
    manifest: Manifest,
    job: Job,
    *,
    workers: int,
    progress: Callable[[int], None] | None = None,
) -> Staged:
    """Stage a whole snapshot.

    Args:
        lake: folder of the lake.
        manifest: the snapshot.
        job: what its units share.
        workers: processes; a small snapshot is read in this one.
        progress: called with the number of records read, as they are.

    Raises:
        LakeError: a raw file is damaged.
        StorageError: the disk is full.
    """
    total = Staged()
    work = units(lake, manifest)
    if workers < 2 or sum(file.bytes for file in manifest.files) < ALONE_BYTES:
        results: Iterator[Staged] = (stage_unit(job, unit) for unit in work)
        _gather(results, total, progress)
        return total
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        _gather(_bounded(pool, job, work, workers), total, progress)
    return total


def _bounded(
    pool: ProcessPoolExecutor, job: Job, work: Iterator[Unit], workers: int
) -> Iterator[Staged]:
    """Yield results while never more than a few units wait."""
    waiting = [pool.submit(stage_unit, job, unit) for unit in islice(work, 2 * workers)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [pool.submit(stage_unit, job, unit) for unit in islice(work, 1)]


def _gather(
    results: Iterator[Staged], total: Staged, progress: Callable[[int], None] | None
) -> None:
    for result in results:
        total.add(result)
        if progress is not None:
            progress(result.records)


def stage_unit(job: Job, unit: Unit) -> Staged:
    """Turn one unit into staged files; runs in a process of its own.

    Raises:
        LakeError: a record cannot be read.
        StorageError: the disk is full.
    """
    with _no_collector():
        return _stage_unit(job, unit)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the cycle collector from looking at rows again and again: they hold no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _stage_unit(job: Job, unit: Unit) -> Staged:
    batch = Batch(unit.number)
    pseudonym = pseudonyms(job.key, job.hub)
    documents = 0
    for number, record in enumerate(_records(Path(job.lake) / unit.file, unit), unit.first):
        translate(batch, record, number, pseudonym, job.observed_at)
        documents += record.body.count("\n") + 1 if record.form == "lines" else 1
    rows = _write(batch, job, unit)
    return Staged(
        records=documents,
        quarantined=len(batch.troubles),
        rows=Counter(rows),
        notes=batch.notes,
        drift=batch.drift,
    )


def _records(path: Path, unit: Unit) -> Iterator[RawRecord]:
    decoder = msgspec.json.Decoder(RawRecord)
    with path.open("rb") as raw:
        raw.seek(unit.start)
        compressed = raw.read(unit.end - unit.start)
    try:
        with pa.input_stream(pa.py_buffer(compressed), compression="zstd") as stream:
            for line in read_lines(stream):
                yield decoder.decode(line)
    except (OSError, msgspec.MsgspecError) as error:
        raise damaged(unit.file) from error


def _write(batch: Batch, job: Job, unit: Unit) -> dict[str, int]:
    texts = pa.array(list(batch.prompts), pa.string())
    ids, checks = digests(list(batch.prompts))
    made = {name: to_table(batch, name, ids) for name in STAGED}
    made["image_resources"] = _with_month(made["image_resources"], made["images"])
    if outside := keep_inside(made, job.window):
        batch.notes["outside-window"] += outside
    made["prompts"] = pa.table(
        {
            "prompt_id": ids,
            "check": checks,
            "text": texts,
            "characters": pc.utf8_length(texts).cast(pa.int64()),
            "rid": pa.array(np.arange(len(texts), dtype=np.int64) + (unit.number << UNIT_BITS)),
        }
    )
    made["misses"] = _misses(batch)
    made["quarantine"] = _quarantine(batch, unit.file)
    for name, table in made.items():
        if table.num_rows:
            path = Path(job.staging) / f"{name}-{unit.number:06d}.parquet"
            with writing_to(path):
                pq.write_table(table, path, compression="lz4", row_group_size=65_536)
    return {name: table.num_rows for name, table in made.items() if table.num_rows}


def _with_month(resources: pa.Table, images: pa.Table) -> pa.Table:
    """Give resources the month of their image, which their rid points to."""
    at = pc.bit_wise_and(resources["rid"], (1 << UNIT_BITS) - 1)
    return resources.append_column("month", images["month"].take(at))


def digests(texts: list[str]) -> tuple[pa.Array, pa.Array]:
    """Return the ids of texts and the numbers that check them: two halves of one digest.

    Args:
        texts: any text without lone surrogates.

    Source: BLAKE2b, RFC 7693, 16 bytes; both halves little-endian and signed.
    """
    joined = b"".join(hashlib.blake2b(t.encode(), digest_size=16).digest() for t in texts)
    halves = np.frombuffer(joined, dtype="<i8").reshape(-1, 2)
    return pa.array(halves[:, 0].copy()), pa.array(halves[:, 1].copy())


def _misses(batch: Batch) -> pa.Table:
    kinds, ids, times = list(zip(*batch.rows["misses"], strict=True)) or ((), (), ())
    arrays = [
        pa.array(kinds, pa.string()),
        pa.array(ids, pa.string()),
        pa.array(times, pa.string()),
    ]
    return pa.table(arrays, names=MISSES.names).cast(MISSES)


def _quarantine(batch: Batch, file: str) -> pa.Table:
    troubles = batch.troubles
    return pa.table(
        {
            "kind": pa.array([t.kind for t in troubles], pa.string()),
            "reason": pa.array([t.reason for t in troubles], pa.string()),
            "message": pa.array([REASONS[t.reason] for t in troubles], pa.string()),
            "file": pa.array([file] * len(troubles), pa.string()),
            "record": pa.array([t.origin.record for t in troubles], pa.int64()),
            "item": pa.array([t.origin.item for t in troubles], pa.int64()),
            "path": pa.array([t.origin.path for t in troubles], pa.string()),
            "sha256": pa.array([t.sha256 for t in troubles], pa.string()),
        }
    )
