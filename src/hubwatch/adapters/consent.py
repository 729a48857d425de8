"""What a consent manifest in an adapter's header claims; nothing is verified here."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Name of the metadata entry that holds a manifest as JSON.
KEY: Final = "hubwatch.consent"
#: Longest manifest that is read, in code points.
LONGEST: Final = 64 << 10

Tier = Literal["none", "claimed"]

_RELATIONS: Final = ("self", "representative", "estate", "none")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What may be shown of a manifest: no names, no contact, no free text.

    Args:
        sha256: of the entry as written.
        relation: who speaks for the subject, when it is a word that we know.
        sexualised: whether sexualised pictures are said to be agreed to; None when not said.
        valid_from, valid_until: days, YYYY-MM-DD.
        signed: there is a signature; it was not checked.
    """

    sha256: str
    relation: str | None = None
    sexualised: bool | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    signed: bool = False


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What is on file about consent.

    Args:
        tier: `none` (none on file, which does not say that nobody agreed) or `claimed` (a manifest
            is there; nobody has verified it).
        manifest: what it claims.
    """

    tier: Tier = "none"
    manifest: Manifest | None = None


def read_consent(metadata: Mapping[str, str]) -> Consent:
    """Return what a header's metadata claims about consent; never raises.

    Args:
        metadata: `__metadata__` of the header. An entry that is no JSON object is no manifest.
    """
    text = metadata.get(KEY)
    if text is None or len(text) > LONGEST:
        return Consent()
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Consent()
    if not isinstance(found, dict) or not found:
        return Consent()
    return Consent(tier="claimed", manifest=_manifest(text, found))


def _manifest(text: str, found: dict[str, Any]) -> Manifest:
    relation, scope = found.get("relation"), found.get("scope")
    sexualised = scope.get("sexualised") if isinstance(scope, dict) else None
    return Manifest(
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        relation=relation if relation in _RELATIONS else None,
        sexualised=sexualised if isinstance(sexualised, bool) else None,
        valid_from=_day(found.get("valid_from")),
        valid_until=_day(found.get("valid_until")),
        signed=bool(found.get("signature")),
    )


def _day(value: object) -> str | None:
    begin = _DAY.match(value) if isinstance(value, str) else None
    return begin[0] if begin else None
