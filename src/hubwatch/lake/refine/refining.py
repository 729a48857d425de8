"""Refining: complete snapshots of raw answers become tables, each snapshot once.

Snapshots are taken one by one in the order of their start; after each the catalog is replaced in
one atomic step, so that an interruption costs at most the snapshot that was under way. A new key
means new pseudonyms: then all snapshots are taken again and the tables are replaced as a whole.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import pyarrow.parquet as pq

from hubwatch.engine import session
from hubwatch.files import writing_to
from hubwatch.hubs.window import window_of
from hubwatch.lake.catalog import (
    Catalog,
    RefinedSnapshot,
    commit,
    fetched_tables,
    read_catalog,
    require_raw,
    sweep,
)
from hubwatch.lake.keys import fingerprint, load_key
from hubwatch.lake.layout import STAGING, lock_lake, now, read_card
from hubwatch.lake.raw import snapshots
from hubwatch.lake.refine.merge import Merge, newest
from hubwatch.lake.refine.merge_derived import derive_creators, derive_tags, find_drift
from hubwatch.lake.refine.merge_images import merge_images
from hubwatch.lake.refine.merge_prompts import collisions, merge_prompts
from hubwatch.lake.refine.merge_states import merge_states
from hubwatch.lake.refine.stage import Job, Staged, stage
from hubwatch.lake.schema import TABLES
from hubwatch.lake.tables import TableWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hubwatch.lake.catalog import DataFile
    from hubwatch.lake.raw.manifest import Manifest


class RefineSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a refining did.

    Args:
        snapshots: ids of the snapshots that were taken.
        records: raw records read.
        rows: rows of every table afterwards.
        quarantined: rows set aside in this refining.
        drift: keys and values that were new, in this refining.
        notes: counts of what was mended, withheld or not answered, in this refining.
        seconds: elapsed.
    """

    snapshots: list[str]
    records: int
    rows: dict[str, int]
    quarantined: int
    drift: int
    notes: dict[str, int]
    seconds: float


def refine(
    lake: Path,
    *,
    memory: str = "640MB",
    workers: int = 2,
    rebuild: bool = False,
    progress: Callable[[int], None] | None = None,
) -> RefineSummary:
    """Take every complete snapshot that is not in the tables yet.

    Args:
        lake: folder of the lake.
        memory: limit of the engine's buffers; beyond it the engine spills into the lake's folder.
        workers: processes that read raw answers.
        rebuild: make all tables again from the raw answers, as when a table file is damaged; the
            old ones stay until the new ones are there.
        progress: called with the number of records read, as they are.

    Raises:
        LakeError: not a lake, in use, its key is missing, or raw files are damaged.
        StorageError: the disk is full; the lake is as it was before the snapshot under way.
    """
    started = time.monotonic()
    read_card(lake)
    with lock_lake(lake):
        before = read_catalog(lake)
        sweep(lake, before)
        key, start = _key_and_start(lake, before, rebuild=rebuild)
        try:
            catalog = _with_all(lake, key, start, memory, workers, progress)
        finally:
            shutil.rmtree(lake / STAGING, ignore_errors=True)
            sweep(lake, read_catalog(lake))
    fresh = catalog.snapshots[len(start.snapshots) :]
    return RefineSummary(
        snapshots=[snapshot.id for snapshot in fresh],
        records=sum(snapshot.records for snapshot in fresh),
        rows=row_counts(catalog),
        quarantined=sum(snapshot.quarantined for snapshot in fresh),
        drift=sum(len(snapshot.drift) for snapshot in fresh),
        notes=dict(sum((Counter(snapshot.notes) for snapshot in fresh), Counter())),
        seconds=time.monotonic() - started,
    )


def row_counts(catalog: Catalog) -> dict[str, int]:
    """Return the rows of every declared table, 0 where there are none."""
    return {name: sum(f.rows for f in catalog.tables.get(name, [])) for name in TABLES}


def _key_and_start(lake: Path, catalog: Catalog, *, rebuild: bool) -> tuple[bytes, Catalog]:
    """Return the key, and the catalog to go on from: an empty one for a new key or a rebuild.

    What was fetched and has no raw answers stays as it is, unless its names have old tokens.
    """
    key = load_key(lake, make=not catalog.key)
    if rebuild or (catalog.key and fingerprint(key) != catalog.key):
        require_raw(lake, catalog)
        kept = fetched_tables(lake, catalog) if fingerprint(key) == catalog.key else {}
        return key, Catalog(generation=catalog.generation, key=fingerprint(key), tables=kept)
    return key, msgspec.structs.replace(catalog, key=fingerprint(key))


def _with_all(
    lake: Path,
    key: bytes,
    catalog: Catalog,
    memory: str,
    workers: int,
    progress: Callable[[int], None] | None,
) -> Catalog:
    """Take the missing snapshots; a rebuild is committed only when it is whole."""
    taken = {(s.hub, s.id) for s in catalog.snapshots}
    rebuild = catalog.generation > 0 and not catalog.snapshots
    scratch = lake / STAGING
    missing = [m for m in snapshots(lake) if m.state == "complete" and (m.hub, m.id) not in taken]
    for manifest in missing:
        shutil.rmtree(scratch, ignore_errors=True)
        with writing_to(scratch):
            scratch.mkdir()
        window = window_of(manifest.origin.get("since"), manifest.origin.get("until"))
        job = Job(str(lake), str(scratch), manifest.hub, key, _observed_at(manifest), window)
        staged = stage(lake, manifest, job, workers=workers, progress=progress)
        catalog = _merged(lake, scratch, catalog, manifest, staged, memory)
        if not rebuild:
            commit(lake, catalog)
    if rebuild and missing:
        commit(lake, catalog)
    return catalog


def _observed_at(manifest: Manifest) -> str:
    return str(manifest.summary.get("observed_at") or manifest.started_at)


def _merged(
    lake: Path, scratch: Path, catalog: Catalog, manifest: Manifest, staged: Staged, memory: str
) -> Catalog:
    """Merge a staged snapshot into new files and return the catalog that names them."""
    with writing_to(scratch), session(memory=memory, spill=scratch) as engine:
        merge = Merge(engine, lake, scratch, catalog, manifest)
        tables: dict[str, list[DataFile]] = {
            "models": newest(merge, "models", full="tags IS NOT NULL"),
            "versions": newest(merge, "versions"),
            "files": newest(merge, "files"),
            "prompts": merge_prompts(merge),
            "item_states": merge_states(merge),
        }
        tables["quarantine"], reasons, aside = _quarantine(merge)
        drift = find_drift(merge, staged.drift)
        tables |= merge_images(merge)
        tables["creators"] = derive_creators(merge, tables)
        tables["tags"] = derive_tags(merge, tables)
    entry = RefinedSnapshot(
        id=manifest.id,
        hub=manifest.hub,
        refined_at=now(),
        records=staged.records,
        rows=dict(sorted(staged.rows.items())),
        quarantined=aside,
        notes=dict(sorted(staged.notes.items())),
        drift=drift,
    )
    return msgspec.structs.replace(
        catalog,
        generation=merge.generation,
        tables={**catalog.tables, **tables},
        snapshots=[*catalog.snapshots, entry],
        quarantine=dict(sorted((Counter(catalog.quarantine) + reasons).items())),
    )


def _quarantine(merge: Merge) -> tuple[list[DataFile], Counter[str], int]:
    """Append what was set aside; needs the prompts to be merged."""
    clashing = collisions(merge)
    extra = merge.staging / f"quarantine-{10**6 - 1}.parquet"
    pq.write_table(clashing, extra)
    merge.stage_view("quarantine")
    reasons = merge.engine.table(
        "SELECT reason, count(*) AS n FROM staged_quarantine GROUP BY 1"
    ).to_pylist()
    counts = Counter({row["reason"]: row["n"] for row in reasons})
    writer = TableWriter(merge.lake, "quarantine", merge.generation)
    files = writer.write(
        merge.batches(
            f"SELECT *, {merge.hub} AS hub, {merge.snapshot} AS snapshot FROM staged_quarantine "  # noqa: S608
            "ORDER BY file, record, item, path, reason"
        )
    )
    return [*merge.catalog.tables.get("quarantine", []), *files], counts, counts.total()
