"""Where things lie in a lake's folder, its identity card and its lock.

`lake.json` (identity), `catalog.json` (what the tables are), `lock`, `raw/` and `tables/`.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from hubwatch.errors import LakeError
from hubwatch.files import write_atomically, writing_to
from hubwatch.lake.schema import LAKE_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CARD = "lake.json"
#: Folder below the lake for what is on its way into the tables; empty between writers.
STAGING = "staging"

#: The name of one file or folder: a lake from elsewhere must not point outside itself.
PlainName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]


class LakeCard(msgspec.Struct, frozen=True, kw_only=True):
    """The identity of a lake.

    Args:
        format: version of the layout and the tables.
        id: 16 hex digits, made once; names the lake's key outside the lake.
        created_at: RFC 3339, UTC.
    """

    format: int
    id: PlainName
    created_at: str


def now() -> str:
    """Return the present time as RFC 3339 in UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_card(lake: Path) -> LakeCard:
    """Read a lake's identity card.

    Raises:
        LakeError: the folder is not a lake, or was made by a newer version.
    """
    try:
        raw = (lake / CARD).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise LakeError(
            f"`{lake}` is not a lake",
            hint="make one with `hubwatch import` or `hubwatch collect`",
        ) from error
    try:
        card = msgspec.json.decode(raw, type=LakeCard)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LakeError(
            f"`{lake / CARD}` cannot be read", hint="restore it from a copy of the lake"
        ) from error
    if card.format > LAKE_VERSION:
        raise LakeError(
            f"`{lake}` was made by a newer version of hubwatch "
            f"(format {card.format}, this one reads up to {LAKE_VERSION})",
            hint="update hubwatch",
        )
    return card


def ensure_lake(lake: Path) -> LakeCard:
    """Return the card of a lake, making a new lake where there is nothing yet.

    Raises:
        LakeError: the path holds something else, or a lake of a newer version.
        StorageError: it cannot be written.
    """
    if (lake / CARD).exists():
        return read_card(lake)
    if lake.exists() and (not lake.is_dir() or _holds_other_things(lake)):
        raise LakeError(f"`{lake}` exists and is not a lake", hint="name a new or empty folder")
    card = LakeCard(format=LAKE_VERSION, id=secrets.token_hex(8), created_at=now())
    write_atomically(lake / CARD, msgspec.json.format(msgspec.json.encode(card), indent=2))
    sync_folder(lake)
    return card


def _holds_other_things(lake: Path) -> bool:
    return any(entry.name not in ("lock", "raw") for entry in lake.iterdir())


@contextmanager
def lock_lake(lake: Path) -> Iterator[None]:
    """Hold the lake for one writer; readers need no lock.

    Raises:
        LakeError: another process is writing to it, or it is not a lake.
        StorageError: the lock file cannot be written.
    """
    ensure_lake(lake)
    with writing_to(lake / "lock"):
        handle = os.open(lake / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LakeError(
                f"`{lake}` is in use by another process", hint="wait until it is done"
            ) from error
        yield
    finally:
        os.close(handle)


def hold_for_reading(lake: Path) -> int:
    """Return a handle that keeps the files of the present tables in place until it is closed."""
    handle = os.open(lake / CARD, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks: there, nobody is told of readers
        fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


@contextmanager
def without_readers(lake: Path) -> Iterator[bool]:
    """Yield whether nobody reads the lake; who opens it meanwhile waits."""
    handle = os.open(lake / CARD, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make renames and new files in a folder survive a power cut."""
    with writing_to(folder):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
