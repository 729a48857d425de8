"""A consent manifest beside the data: found and read as in a file's header, never verified here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.adapters.consent import KEY, LONGEST, Manifest, read_consent
from hubwatch.adapters.dataset.captions import inside
from hubwatch.adapters.dataset.reading import UnreadError, read_some, text_of
from hubwatch.adapters.dataset.records import ConsentFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hubwatch.adapters.dataset.configs import Config

#: States of a manifest that is in force; one without a state is taken to be.
_IN_FORCE: Final = ("issued", "active")


def find_consent(
    root: Path, manifests: Sequence[Path], configs: Sequence[tuple[Path, Config]], today: date
) -> ConsentFound:
    """Return the first manifest that counts, else the first one, else that there is none.

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
    claimed = (one for one in found if one.tier == "claimed")
    return next(claimed, found[0] if found else ConsentFound())


def _of_config(root: Path, base: Path, written: Any, today: date) -> ConsentFound:
    if not isinstance(written, str):
        try:
            return _of_text(msgspec.json.encode(written).decode(), "config", today)
        except (RecursionError, OverflowError, UnicodeError, TypeError):
            return _void("config", "it cannot be written as JSON")
    if written.lstrip().startswith("{"):
        return _of_text(written, "config", today)
    path = inside(root, written, base) or inside(base, written, base)
    if path is None:
        return _void(
            "config", "its path leads to no file of the dataset or beside the configuration"
        )
    return _of_file(path, "config", today)


def _of_file(path: Path, source: str, today: date) -> ConsentFound:
    try:
        raw, more = read_some(path, LONGEST)
    except UnreadError as error:
        return _void(source, error.reason.replace("_", " "))
    if more:
        return _void(source, "it is too large")
    return _of_text(text_of(raw)[0], source, today)


def _void(source: str, because: str) -> ConsentFound:
    return ConsentFound(source=source, because=because)


def _of_text(text: str, source: str, today: date) -> ConsentFound:
    found = read_consent({KEY: text})
    if found.manifest is None:
        return _void(source, "it is no JSON object with something in it")
    because = _objection(found.manifest, msgspec.json.decode(text), today)
    return ConsentFound(
        tier="none" if because else "claimed",
        source=source,
        manifest=found.manifest,
        because=because,
    )


def _objection(manifest: Manifest, written: dict[str, Any], today: date) -> str | None:
    """Return why a manifest does not count by what it says itself; None when it may."""
    state = written.get("state")
    if state is not None and state not in _IN_FORCE:
        return "it is not in force by its own `state`"
    if manifest.relation == "none":
        return "who wrote it does not speak for the person, by its own `relation`"
    days = (("valid_from", manifest.valid_from), ("valid_until", manifest.valid_until))
    if any(day is None and written.get(name) is not None for name, day in days):
        return "it has a date that is none"
    try:
        first = date.fromisoformat(manifest.valid_from or date.min.isoformat())
        last = date.fromisoformat(manifest.valid_until or date.max.isoformat())
    except ValueError:
        return "it has a date that is none"
    return None if first <= today <= last else "it is not in force on this day"
