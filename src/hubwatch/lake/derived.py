"""Tables that are computed from other tables: written aside, then committed as one step.

Refining keeps them as they are; a rebuild and a new key drop them with everything else, because
they can be made again (but see `catalog.FETCHED`). Who computes them reads the lake first, so a
commit can insist that nobody changed the tables since.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from hubwatch.errors import LakeError
from hubwatch.files import writing_to
from hubwatch.lake.catalog import commit, read_catalog, sweep
from hubwatch.lake.layout import STAGING, lock_lake, read_card
from hubwatch.lake.schema import TABLES
from hubwatch.lake.tables import TableWriter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from hubwatch.lake.catalog import Catalog


@contextmanager
def staging_in(lake: Path, *, generation: int | None = None) -> Iterator[Path]:
    """Hold the lake for writing, and yield an empty folder in it that is gone afterwards.

    Args:
        lake: folder of the lake.
        generation: the catalog's generation when the lake was read; None when it does not matter.

    Raises:
        LakeError: not a lake, in use, or no longer of that generation.
        StorageError: the disk refused it.
    """
    read_card(lake)
    folder = lake / STAGING
    with lock_lake(lake):
        before = read_catalog(lake)
        if generation is not None and before.generation != generation:
            raise LakeError(
                f"`{lake}` was changed by another process meanwhile", hint="run it again"
            )
        sweep(lake, before)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            with writing_to(folder):
                folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            sweep(lake, read_catalog(lake))


def replace_tables(
    lake: Path,
    batches: Mapping[str, Iterable[pa.RecordBatch]],
    *,
    append: Collection[str] = (),
    made_with: Mapping[str, Mapping[str, str]] | None = None,
    generation: int | None = None,
) -> None:
    """Write tables and make them the lake's own in one commit; all other tables stay.

    Args:
        lake: folder of the lake.
        batches: table to its rows, in their order, with the declared columns by name; they may be
            made while they are written, one table after the other.
        append: tables that keep their files and get the rows on top.
        made_with: table to what it is made with from now on; the other tables' notes stay.
        generation: see `staging_in`.

    Raises:
        LakeError: not a lake, in use, or no longer of that generation.
        StorageError: the disk refused it; the lake is as it was.
    """
    with staging_in(lake, generation=generation):
        commit_tables(lake, batches, append=append, made_with=made_with)


def commit_tables(
    lake: Path,
    batches: Mapping[str, Iterable[pa.RecordBatch]],
    *,
    append: Collection[str] = (),
    made_with: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Do what `replace_tables` does, in a lake that is held already; see there."""
    commit(lake, _written(lake, read_catalog(lake), batches, append, made_with or {}))


def _written(
    lake: Path,
    before: Catalog,
    batches: Mapping[str, Iterable[pa.RecordBatch]],
    append: Collection[str],
    made_with: Mapping[str, Mapping[str, str]],
) -> Catalog:
    """Write new files and return the catalog that names them."""
    tables = dict(before.tables)
    for name, rows in batches.items():
        kept = tables.get(TABLES[name].name, []) if name in append else []
        tables[name] = [*kept, *TableWriter(lake, name, before.generation + 1).write(rows)]
    return msgspec.structs.replace(
        before,
        generation=before.generation + 1,
        tables=tables,
        made_with={**before.made_with, **{name: dict(w) for name, w in made_with.items()}},
    )
