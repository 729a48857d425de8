"""A consent manifest beside the data: found, read, never verified here."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.adapters.dataset.captions import inside
from hubwatch.adapters.dataset.reading import UnreadError, read_some
from hubwatch.adapters.dataset.records import Consent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hubwatch.adapters.dataset.configs import Config

LARGEST: Final = 1 << 20
NONE: Final = Consent("none")
#: States of a manifest that is in force; without a state it is taken to be.
_IN_FORCE: Final = ("issued", "active")


def find_consent(
    root: Path, manifests: Sequence[Path], configs: Sequence[tuple[Path, Config]], today: date
) -> Consent:
    """Return what the first manifest says that counts, else the first one, else that none is there.

    Args:
        root: the dataset's folder.
        manifests: files that are named as a manifest.
        configs: configurations with their paths.
        today: UTC date on which it must be in force.
    """
    found = [_of_file(path, "file", today) for path in manifests]
    for path, config in configs:
        if config.consent is not None:
            found.append(_of_config(root, path.parent, config.consent, today))
    return next((one for one in found if one.tier == "claimed"), found[0] if found else NONE)


def _of_config(root: Path, base: Path, written: Any, today: date) -> Consent:
    if not isinstance(written, str):
        return _judged(written, msgspec.json.encode(written), "config", today)
    if written.lstrip().startswith("{"):
        return _of_bytes(written.encode("utf-8", "replace"), "config", today)
    path = inside(root, written, base)
    if path is None:
        return Consent("none", "config", None, "the path leads to no file of the dataset")
    return _of_file(path, "config", today)


def _of_file(path: Path, source: str, today: date) -> Consent:
    try:
        raw, more = read_some(path, LARGEST)
    except UnreadError as error:
        return Consent("none", source, None, error.reason.replace("_", " "))
    return Consent("none", source, None, "too large") if more else _of_bytes(raw, source, today)


def _of_bytes(raw: bytes, source: str, today: date) -> Consent:
    try:
        value = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        value = None
    return _judged(value, raw, source, today)


def _judged(value: Any, raw: bytes, source: str, today: date) -> Consent:
    because = objection(value, today)
    digest = hashlib.sha256(raw).hexdigest()
    return Consent("none" if because else "claimed", source, digest, because)


def objection(value: Any, today: date) -> str | None:
    """Return why a manifest does not count by what it says itself; None when it may.

    Args:
        value: the manifest: an object with `manifest_id`; `state`, `valid_from` and `valid_until`
            (ISO dates) may be there.
        today: UTC date.
    """
    if not isinstance(value, dict):
        return "not a JSON object"
    if not isinstance(value.get("manifest_id"), str) or not value["manifest_id"].strip():
        return "no `manifest_id`"
    if value.get("state", "active") not in _IN_FORCE:
        return "not in force by its own `state`"
    first, last = _date(value, "valid_from", date.min), _date(value, "valid_until", date.max)
    if first is None or last is None:
        return "a date that is none"
    if not first <= today <= last:
        return "not in force on this day"
    return None


def _date(value: dict[str, Any], key: str, missing: date) -> date | None:
    said = value.get(key)
    if said is None:
        return missing
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
