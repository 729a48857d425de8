"""What a lake's tables are: the list of their files, replaced as one atomic step.

Data files are written under names that nothing refers to; renaming the new catalog into place is
the moment at which they count. Whatever is interrupted, a reader sees the old tables or the new.
"""

from __future__ import annotations

import hashlib
import os
import re
import weakref
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.errors import LakeError
from hubwatch.files import write_atomically
from hubwatch.lake.layout import (
    LakeCard,
    PlainName,
    ensure_lake,
    hold_for_reading,
    read_card,
    sync_folder,
    without_readers,
)
from hubwatch.lake.raw.manifest import MANIFEST, read_manifest
from hubwatch.lake.schema import LAKE_VERSION, TABLES

if TYPE_CHECKING:
    from pathlib import Path

NAME = "catalog.json"
#: Tables that were fetched and redacted on the way; they cannot be made again from raw answers.
FETCHED: Final = ("adapters", "adapter_tags")
#: How table files are named: month, generation, number.
_OURS: Final = re.compile(r"(?:(?:\d{4}-\d{2}|undated)-)?\d{5,}-\d{5,}\.parquet")


class DataFile(msgspec.Struct, frozen=True, kw_only=True):
    """One Parquet file of a table.

    Args:
        name: file name below `tables/<table>/`.
        rows: rows in it.
        bytes: its length.
        sha256: hex digest.
        month: the month of all its rows, for tables split by month.
    """

    name: PlainName
    rows: int
    bytes: int
    sha256: str
    month: str | None = None


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the hub's documents have and hubwatch does not know.

    Args:
        what: `key` (kept in the raw store only) or `value` (kept in the tables as it is).
        name: path of the key, or the column and the value.
        count: how often.
    """

    what: str
    name: str
    count: int


class RefinedSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What refining a snapshot gave.

    Args:
        id, hub: of the snapshot.
        refined_at: RFC 3339, UTC.
        records: raw records read.
        rows: rows found, by table, repeats included.
        quarantined: rows set aside.
        notes: counts of what was mended, withheld or not answered, by short name.
        drift: what was new.
    """

    id: str
    hub: str
    refined_at: str
    records: int
    rows: dict[str, int] = {}
    quarantined: int = 0
    notes: dict[str, int] = {}
    drift: list[Drift] = []


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """All files of all tables, and the snapshots that are in them.

    Args:
        format: version of the tables.
        generation: counts the commits; part of the names of new files.
        key: fingerprint of the key behind the pseudonyms.
        tables: table name to its files, in order.
        snapshots: refined snapshots, in the order in which they were refined.
        quarantine: rows of the quarantine table by reason.
        made_with: derived table to what it was made with, for example signal to version.
    """

    format: int = LAKE_VERSION
    generation: int = 0
    key: str = ""
    tables: dict[str, list[DataFile]] = {}
    snapshots: list[RefinedSnapshot] = []
    quarantine: dict[str, int] = {}
    made_with: dict[str, dict[str, str]] = {}


class Lake:
    """A lake that is open for reading, as of the moment it was opened.

    As long as this object lives, refining leaves the files in place that it names.
    """

    def __init__(self, path: Path, card: LakeCard) -> None:
        weakref.finalize(self, os.close, hold_for_reading(path))
        self.path = path
        self.card = card
        self.catalog = read_catalog(path)

    def paths(self, table: str) -> list[Path]:
        """Return the Parquet files of a table, none when it is empty.

        Raises:
            KeyError: there is no such table.
        """
        folder = self.path / "tables" / TABLES[table].name
        return [folder / file.name for file in self.catalog.tables.get(table, [])]

    def rows(self, table: str) -> int:
        """Return the number of rows of a table."""
        return sum(file.rows for file in self.catalog.tables.get(TABLES[table].name, []))

    @cached_property
    def fingerprint(self) -> str:
        """A digest of everything that the tables hold: equal files, equal fingerprint."""
        files = {
            name: sorted(file.sha256 for file in held)
            for name, held in sorted(self.catalog.tables.items())
        }
        return hashlib.sha256(msgspec.json.encode([self.catalog.format, files])).hexdigest()


def open_lake(path: Path) -> Lake:
    """Open a lake for reading.

    Raises:
        LakeError: not a lake, damaged, or made by a newer version.
    """
    return Lake(path, read_card(path))


def create_lake(path: Path) -> Lake:
    """Open a lake, making an empty one where there is nothing yet.

    Raises:
        LakeError: the folder holds something else, or a lake of a newer version.
        StorageError: it cannot be written.
    """
    return Lake(path, ensure_lake(path))


def read_catalog(path: Path) -> Catalog:
    """Read a lake's catalog; a lake without one has no tables yet.

    Raises:
        LakeError: it cannot be read, or was made by a newer version.
    """
    try:
        catalog = msgspec.json.decode((path / NAME).read_bytes(), type=Catalog)
    except FileNotFoundError:
        return Catalog()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LakeError(
            f"`{path / NAME}` cannot be read",
            hint="delete it and run `hubwatch lake refine`: the tables are made again from raw",
        ) from error
    if catalog.format > LAKE_VERSION:
        raise LakeError(f"`{path}` was made by a newer version of hubwatch", hint="update hubwatch")
    return catalog


def commit(lake: Path, catalog: Catalog) -> None:
    """Make a catalog the lake's own, then remove the files that nothing refers to any more.

    Raises:
        StorageError: the disk refused it; the old catalog stays.
    """
    for table in catalog.tables:
        if (folder := lake / "tables" / table).exists():
            sync_folder(folder)
    raw = msgspec.json.format(msgspec.json.encode(catalog), indent=1)
    write_atomically(lake / NAME, raw)
    sync_folder(lake)
    sweep(lake, catalog)


def sweep(lake: Path, catalog: Catalog) -> None:
    """Remove table files that the catalog does not know, unless somebody may be reading them.

    What stays is removed by the next refining. Files that hubwatch did not make always stay.
    """
    with without_readers(lake) as nobody:
        for path in unreferenced(lake, catalog) if nobody else ():
            if is_table_file(path):
                path.unlink(missing_ok=True)


def is_table_file(path: Path) -> bool:
    """Say whether a file is named as hubwatch names the files of tables."""
    return _OURS.fullmatch(path.name) is not None


def require_raw(lake: Path, catalog: Catalog) -> None:
    """Refuse to rebuild tables from fewer raw answers than they were made of.

    Raises:
        LakeError: raw answers of a refined snapshot are missing.
    """
    for snapshot in catalog.snapshots:
        folder = lake / "raw" / snapshot.hub / snapshot.id
        manifest = folder / MANIFEST
        files = read_manifest(manifest).files if manifest.exists() else None
        if files is None or not all((folder / file.name).is_file() for file in files):
            raise LakeError(
                f"raw answers of the snapshot `{snapshot.id}` are missing, "
                "so the tables cannot be made again",
                hint="put them back below `raw/`; until then the tables stay as they are",
            )


def fetched_tables(lake: Path, catalog: Catalog) -> dict[str, list[DataFile]]:
    """Return the files of tables that no raw answers are kept of; none when one is damaged.

    Headers of adapter files hold names, so nothing of them is stored but these tables, and asking
    for them again would be counted as downloads again.
    """
    tables = catalog.tables
    kept: dict[str, list[DataFile]] = {name: tables[name] for name in FETCHED if name in tables}
    whole = all(
        _is_whole(lake / "tables" / name / file.name, file)
        for name, files in kept.items()
        for file in files
    )
    return kept if whole else {}


def _is_whole(path: Path, file: DataFile) -> bool:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def unreferenced(lake: Path, catalog: Catalog) -> list[Path]:
    """Return the files below `tables/` that the catalog does not know."""
    known = {
        lake / "tables" / table / file.name
        for table, files in catalog.tables.items()
        for file in files
    }
    found = (lake / "tables").rglob("*") if (lake / "tables").exists() else ()
    return sorted(path for path in found if path.is_file() and path not in known)
