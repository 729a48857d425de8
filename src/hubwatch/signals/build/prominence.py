"""How well known the person is whom a model names, by the operator's own gazetteer."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from hubwatch.gazetteer.store import Gazetteer, default_path, open_gazetteer

#: Said of a name that a built gazetteer does not list.
NO_TRACE: Final = "no-trace"
_ORDER: Final = (None, "niche", "national", "global")


def own_gazetteer() -> Gazetteer | None:
    """Return the gazetteer that the operator built; the small seed alone says too little."""
    return open_gazetteer() if default_path().exists() else None


def gazetteer_digest() -> str:
    """Return what tells one gazetteer from another, empty without one."""
    found = own_gazetteer()
    if found is None:
        return ""
    told = msgspec.json.encode([found.about, len(found)], order="sorted")
    return hashlib.sha256(told).hexdigest()[:16]


def prominence_of(name: str, gazetteer: Gazetteer | None) -> str | None:
    """Return `global`, `national`, `niche` or `no-trace`; None when there is no telling.

    Args:
        name: of a model that depicts a real person.
        gazetteer: the operator's own.
    """
    if gazetteer is None:
        return None
    hits = [hit for hit in gazetteer.find(name) if hit.telling]
    if not hits:
        return NO_TRACE
    return max((hit.prominence for hit in hits), key=_ORDER.index)
