"""What a fault does to an answer: refusals, pages with rows too many or too few, damaged items.

Damage keeps clear of what items are counted and dated by: `id`, `browsingLevel`, versions and their
ids, times.
"""

from __future__ import annotations

import copy
import time
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final

from hubwatch.simulate.server.wire import Document, Reply, error, html, message

if TYPE_CHECKING:
    import numpy as np

    from hubwatch.simulate.server.faults import Fault

MOST_ITEMS: Final = 5
NEW_STATS: Final = {
    "downloadCount": "downloads",
    "thumbsUpCount": "upvotes",
    "likeCount": "likes",
    "heartCount": "hearts",
    "commentCount": "comments",
}
UNKNOWN_ENUM: Final[dict[str, dict[str, Any]]] = {
    "model": {"type": "HolographicAdapter", "availability": "Lent", "allowCommercialUse": "Barter"},
    "version": {"baseModel": "Model of Tomorrow 9", "baseModelType": "Sideways"},
    "image": {"nsfwLevel": "Unheard", "type": "hologram", "baseModel": "Model of Tomorrow 9"},
}
NULLS: Final = {
    "model": ("description", "tags", "creator", "stats", "allowCommercialUse", "userId"),
    "version": ("trainedWords", "stats", "description", "images"),
    "image": ("width", "height", "hash", "url", "postId", "username", "stats", "modelVersionIds"),
}
WRONG_TYPES: Final[dict[str, dict[str, Any]]] = {
    "model": {"description": 17, "tags": "one, two", "stats": [], "allowCommercialUse": 3},
    "version": {"trainedWords": "a, b", "stats": "many", "description": ["text"], "index": "2"},
    "image": {"width": "512px", "hash": 77, "stats": [], "postId": "12x", "meta": ["prompt"]},
}


def damaged(reply: Reply, fault: Fault) -> Reply:
    """Return the answer as the fault leaves it; what happens to its bytes is decided later."""
    name = fault.kind.name
    if name in REFUSALS:
        return _refusal(name)
    if name == "duplicated_headers":
        return replace(reply, headers=(*reply.headers, *reply.headers, ("Vary", "Accept")))
    if name == "range_ignored":
        return replace(reply, status=200, document=reply.whole, headers=reply.headers[:1])
    if name in RANGES:
        return _wrong_range(reply, name)
    if name == "legacy_timeout":
        return replace(reply, document={"items": [], "metadata": {}})
    if not reply.listing:
        return reply
    return replace(reply, document={**reply.document, "items": _items(reply, fault)})


RANGES: Final = frozenset({"range_wrong", "range_short", "link_expired"})


def _wrong_range(reply: Reply, name: str) -> Reply:
    """Return an answer to a range that looks right at first sight, or the end of its address."""
    if name == "link_expired":
        return message(403, "Request has expired")
    if name == "range_short":
        return replace(reply, document=reply.document[:-1])
    size = len(reply.whole or b"")
    part = ("Content-Range", f"bytes 1-{len(reply.document)}/{size}")
    return replace(reply, headers=(*reply.headers[:1], part))


REFUSALS: Final = frozenset(
    {
        "rate_limit_seconds",
        "rate_limit_date",
        "edge_rate_limit_html",
        "server_error",
        "bad_gateway",
        "unavailable",
        "html_instead_of_json",
        "cursor_expired",
    }
)


def _refusal(name: str) -> Reply:
    if name == "rate_limit_date":
        return error(429, "Rate limited", ("Retry-After", formatdate(time.time() + 1, usegmt=True)))
    if name == "unavailable":
        return error(503, "Search is overloaded, please retry", ("Retry-After", "1"))
    made = {
        "rate_limit_seconds": lambda: error(429, "Rate limited", ("Retry-After", "1")),
        "edge_rate_limit_html": lambda: html(429, "429 Too Many Requests"),
        "server_error": lambda: message(500, "An unexpected error occurred", with_error=True),
        "bad_gateway": lambda: html(502, "502 Bad Gateway"),
        "html_instead_of_json": lambda: replace(html(200, "Just a moment..."), headers=()),
        "cursor_expired": lambda: error(400, "Invalid cursor"),
    }
    return made[name]()


def _items(reply: Reply, fault: Fault) -> list[Document]:
    items: list[Document] = list(reply.document["items"])
    name = fault.kind.name
    if name in {"page_empty", "items_missing"}:
        return _shortened(items, fault, MOST_ITEMS if name == "items_missing" else len(items))
    if name == "item_repeated":
        before = reply.preceding() if reply.preceding else None
        return [before, *items] if before is not None else items
    if fault.kind.group == "items":
        for at in _some(fault.details, len(items), MOST_ITEMS):
            items[at] = _damaged_item(items[at], name, fault.details)
    return items


def _shortened(items: list[Document], fault: Fault, most: int) -> list[Document]:
    """Withhold items that were never withheld before: who looks twice has seen everything."""
    keys = [("models" if "modelVersions" in item else "images", item["id"]) for item in items]
    free = [at for at, key in enumerate(keys) if key not in fault.withheld]
    picked = (
        free if most >= len(items) else [free[at] for at in _some(fault.details, len(free), most)]
    )
    fault.withheld.update(keys[at] for at in picked)
    gone = set(picked)
    return [item for at, item in enumerate(items) if at not in gone]


def _some(details: np.random.Generator, length: int, most: int) -> list[int]:
    count = min(length, int(details.integers(1, most + 1)))
    return [int(at) for at in details.choice(length, size=count, replace=False)] if length else []


def _damaged_item(item: Document, name: str, details: np.random.Generator) -> Document:
    hurt = copy.deepcopy(item)
    versions = hurt.get("modelVersions")
    if versions is None:
        _damage(hurt, "image", name, details)
    else:
        _damage(hurt, "model", name, details)
        for version in versions:
            _damage(version, "version", name, details)
    return hurt


def _damage(part: Document, kind: str, name: str, details: np.random.Generator) -> None:
    if name == "renamed_stats":
        stats = part.get("stats")
        if isinstance(stats, dict):
            part["stats"] = {NEW_STATS.get(key, key): value for key, value in stats.items()}
        return
    changes: dict[str, Any] = dict.fromkeys(NULLS[kind])
    if name != "null_value":
        changes = (UNKNOWN_ENUM if name == "unknown_enum" else WRONG_TYPES)[kind]
    present = sorted(key for key in changes if key in part)
    for at in _some(details, len(present), 2):
        part[present[at]] = changes[present[at]]
