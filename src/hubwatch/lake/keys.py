"""The lake's key: turns creators' handles into pseudonyms, and lies outside the lake.

One key per lake, made on first use in `$HUBWATCH_KEY_FILE` or below the user's configuration
folder, readable by its owner alone. Whoever has only the lake cannot turn a pseudonym back or test
a guess; whoever deletes the key makes that final.
Source: keyed BLAKE2b as a message authentication code, RFC 7693 section 2.9.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from hubwatch.errors import LakeError
from hubwatch.files import writing_to
from hubwatch.lake.catalog import read_catalog, require_raw
from hubwatch.lake.layout import lock_lake, read_card, sync_folder
from hubwatch.settings import config_folder

if TYPE_CHECKING:
    from collections.abc import Callable

_BYTES = 32
_DIGITS = 20


def key_file(lake: Path) -> Path:
    """Return where the key of a lake lies; it need not exist.

    Raises:
        LakeError: it would lie inside the lake, where whoever has the lake has the key.
    """
    chosen = os.environ.get("HUBWATCH_KEY_FILE")
    found = Path(chosen) if chosen else config_folder() / "keys" / f"{read_card(lake).id}.key"
    if found.resolve().is_relative_to(lake.resolve()):
        raise LakeError(
            f"the key file `{found}` lies inside the lake",
            hint="keep it elsewhere: set HUBWATCH_KEY_FILE or HUBWATCH_CONFIG_DIR",
        )
    return found


def load_key(lake: Path, *, make: bool) -> bytes:
    """Return the key of a lake.

    Args:
        lake: folder of the lake.
        make: make a key when there is none.

    Raises:
        LakeError: there is no key and none may be made, or the file is not a key.
        StorageError: the key file cannot be written.
    """
    path = key_file(lake)
    if os.path.lexists(path):
        return _read(path)
    if not make:
        raise LakeError(
            f"the key of this lake is missing at `{path}`",
            hint="put it back, or give every creator a new pseudonym: `hubwatch lake rotate-key`",
        )
    return _write(path, secrets.token_bytes(_BYTES))


def rotate_key(lake: Path) -> None:
    """Replace the lake's key by a new one; the next refining rebuilds all tables from raw.

    The old tables stay readable, with the old pseudonyms, until that refining is done.

    Raises:
        LakeError: not a lake, in use, or some of its raw answers are missing.
        StorageError: the key file cannot be written; the old key stays.
    """
    with lock_lake(lake):
        require_raw(lake, read_catalog(lake))
        _write(key_file(lake), secrets.token_bytes(_BYTES))


def fingerprint(key: bytes) -> str:
    """Return 16 hex digits that tell keys apart and say nothing about them."""
    return hashlib.blake2b(b"hubwatch key", key=key, digest_size=8).hexdigest()


def pseudonyms(key: bytes, hub: str) -> Callable[[str | None], str | None]:
    """Return a function from a handle on one hub to its pseudonym.

    The letter case of a handle does not matter; a missing handle stays missing, and so does
    `unknown`, which the hub writes for removed accounts.
    """
    cache: dict[str, str] = {}
    prefix = hub.encode("utf-8") + b"\0"

    def pseudonym(handle: str | None) -> str | None:
        if not handle or handle == "unknown":
            return None
        found = cache.get(handle)
        if found is None:
            if len(cache) >= 1_000_000:
                cache.clear()
            text = prefix + handle.casefold().encode("utf-8", "surrogatepass")
            found = hashlib.blake2b(text, key=key, digest_size=_DIGITS // 2).hexdigest()
            cache[handle] = found
        return found

    return pseudonym


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (ValueError, OSError) as error:
        raise LakeError(f"`{path}` is not a key", hint="put the lake's key back") from error
    if len(key) != _BYTES:
        raise LakeError(f"`{path}` is not a key", hint="put the lake's key back")
    return key


def _write(path: Path, key: bytes) -> bytes:
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with writing_to(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, key.hex().encode("ascii") + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        aside.replace(path)
        sync_folder(path.parent)
    return key
