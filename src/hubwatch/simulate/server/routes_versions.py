"""`GET /model-versions/{id}` and the look-ups by hash, which see what lists no longer show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.simulate.server.parameters import ALL_MASK, LARGEST_ID, identifier
from hubwatch.simulate.server.wire import (
    HASH_CACHE,
    PUBLIC_CACHE,
    Document,
    Reply,
    error,
    invalid,
    message,
)

if TYPE_CHECKING:
    from hubwatch.simulate.server.index import CatalogueIndex
    from hubwatch.simulate.server.wire import Request

LARGEST_BATCH: Final = 100
LARGEST_ID_BATCH: Final = 10_000


def version_detail(index: CatalogueIndex, text: str) -> Reply:
    """Answer `GET /model-versions/{id}`: the flags of the model are shown, not obeyed."""
    number = identifier(text, bounded=False)
    if number > LARGEST_ID:
        return message(500, "An unexpected error occurred", with_error=True)
    at = index.versions.position(number)
    if at is None or not _published(index, at):
        return error(404, f"No model version with id {number}")
    return Reply(200, index.catalogue.version_document(at), (PUBLIC_CACHE,))


def version_by_hash(index: CatalogueIndex, text: str) -> Reply:
    """Answer `GET /model-versions/by-hash/{hash}` for SHA-256 and its ten-digit form."""
    digest = text.upper()
    at = index.catalogue.file_sha256.get(index.short_hashes.get(digest, digest))
    if at is None or not _published(index, at):
        return error(404, "Model not found")
    return Reply(200, index.catalogue.version_document(at), (HASH_CACHE,))


def versions_by_hash(index: CatalogueIndex, request: Request) -> Reply:
    """Answer `POST /model-versions/by-hash`: reordered, repeated, with nulls, links broken."""
    found = sorted(_matches(index, _hashes(request, LARGEST_BATCH)))
    entries = [_bulk_entry(index, at) for _, at, _ in found]
    return Reply(200, entries, (("Cache-Control", "no-store"),))


def ids_by_hash(index: CatalogueIndex, request: Request) -> Reply:
    """Answer `POST /model-versions/by-hash/ids`."""
    c = index.catalogue
    found = sorted(_matches(index, _hashes(request, LARGEST_ID_BATCH)))
    entries = [
        {
            "modelVersionId": number,
            "modelId": int(c.model_id[c.version_model[at]]),
            "hash": digest,
        }
        for number, at, digest in found
    ]
    return Reply(200, entries, (("Cache-Control", "no-store"),))


def _published(index: CatalogueIndex, at: int) -> bool:
    c = index.catalogue
    rated = bool(int(c.version_level_mask[at]) & ALL_MASK)
    return rated and not bool(c.model_gone[c.version_model[at]])


def _hashes(request: Request, largest: int) -> list[str]:
    try:
        document: Any = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise invalid("body", "Invalid JSON") from fault
    if not isinstance(document, list) or len(document) > largest:
        raise invalid("body", f"Expected at most {largest} hashes")
    if any(not isinstance(text, str) or not re.fullmatch(r"\S{64}", text) for text in document):
        raise invalid("body", "Expected strings of 64 characters")
    return [text.upper() for text in document]


def _matches(index: CatalogueIndex, hashes: list[str]) -> list[tuple[int, int, str]]:
    c = index.catalogue
    found = [(c.file_sha256[digest], digest) for digest in hashes if digest in c.file_sha256]
    return [(int(c.version_id[at]), at, digest) for at, digest in found if _published(index, at)]


def _bulk_entry(index: CatalogueIndex, at: int) -> Document | None:
    """Return a version with its broken link, `None` when it has no file (its model is archived)."""
    c = index.catalogue
    if c.model_archived[c.version_model[at]]:
        return None
    link = f"undefined/api/download/models/{c.version_id[at]}"
    return {**c.version_document(at), "downloadUrl": link}
