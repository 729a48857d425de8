"""What is asked once before a collection: does the token count, and what may we see from here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hubwatch.errors import HubUnreachableError
from hubwatch.hubs.civitai.envelopes import read_envelope
from hubwatch.hubs.civitai.plan import API
from hubwatch.hubs.civitai.queries import checked
from hubwatch.hubs.refusals import DamagedAnswerError, QueryRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.hubs.http import PoliteClient
    from hubwatch.hubs.protocol import Kind

#: R, X and XXX: what a restricted region replaces silently by PG and PG-13.
_MATURE = 4 | 8 | 16


def probe(client: PoliteClient, kinds: Sequence[Kind]) -> Mapping[str, Any]:
    """Return `token` (`none`, `accepted`) and `mature` (`shown`, `nothing listed`, `not asked`).

    Raises:
        HubUnreachableError: the token is not accepted, or mature levels are masked from here.
    """
    visual = {"models", "images"} & set(kinds)
    mature = _mature_levels(client) if visual else "not asked"
    return {"token": _token(client), "mature": mature}


def _token(client: PoliteClient) -> str:
    """Ask who we are: the hub takes a wrong token for no token everywhere else."""
    if not client.has_token:
        return "none"
    try:
        client.get(f"{API}me", checked("me", {}), _object)
    except QueryRefusedError as error:
        raise HubUnreachableError(
            "the hub does not accept the token", hint="renew it, or collect without one"
        ) from error
    return "accepted"


def _mature_levels(client: PoliteClient) -> str:
    query = checked("images", {"browsingLevel": str(_MATURE), "limit": "10", "sort": "Newest"})
    _, envelope = client.get(f"{API}images", query, lambda body: read_envelope("images", body))
    levels = [row.level for row in envelope.rows if row.level] if envelope else []
    if not levels:
        return "nothing listed"
    if not any(level & _MATURE for level in levels):
        raise HubUnreachableError(
            "the hub shows no mature level to this network, whatever is asked",
            hint="collect from another vantage point, or the census would be PG only",
        )
    return "shown"


def base_model_names(client: PoliteClient) -> Sequence[str]:
    """Return the base models that the hub takes as a filter, as its own list says."""
    _, document = client.get(f"{API}enums", checked("enums", {}), _object)
    names = (document or {}).get("BaseModel")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DamagedAnswerError("the answer is no JSON") from error
    if not isinstance(value, dict):
        raise DamagedAnswerError("the answer is no object")
    return value
