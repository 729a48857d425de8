"""`GET /images`: the index path with its depth limit, and the legacy path with its lost rows."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from hubwatch.simulate.server import parameters
from hubwatch.simulate.server.index import ImageFilter
from hubwatch.simulate.server.routes_paging import paging_metadata
from hubwatch.simulate.server.wire import PUBLIC_CACHE, Document, Reply, invalid, refuse

if TYPE_CHECKING:
    from hubwatch.simulate.catalogue import Ints
    from hubwatch.simulate.server.index import CatalogueIndex
    from hubwatch.simulate.server.wire import Request

MAXIMUM: Final = 200
DEFAULT: Final = 100
SORTS: Final = (
    "Most Reactions", "Most Comments", "Most Collected", "Newest", "Oldest", "Random",
)  # fmt: skip
TYPES: Final = ("image", "video", "audio")
#: The index path dates an image by its last scan; the legacy path by its upload, earlier by less.
LARGEST_SCAN_DELAY: Final = 600_000_000
#: Stands for "no such row" where a filter names something that does not exist.
NOWHERE: Final = -2


def list_images(index: CatalogueIndex, request: Request, *, levels: int, depth: int) -> Reply:
    """Answer `GET /images`.

    Args:
        index: the hub on one day.
        request: what was asked.
        levels: mask that the caller's region allows.
        depth: rows per query after which the index path ends as if there were no more.
    """
    asked = parameters.integer(request, "limit", low=0, high=MAXIMUM)
    limit = DEFAULT if asked is None else asked
    page = parameters.page_number(request, limit=limit, capped=True)
    legacy = is_legacy(request)
    rows = index.select_images(_filter(index, request, levels, legacy=legacy))
    if legacy:
        chosen, cursor, before = _legacy_page(index, rows, request, limit, page)
    else:
        chosen, cursor, before = _index_page(rows[:depth], request.first("cursor"), limit)
    shape = _Shape(index, request, legacy)
    items = [item for at in chosen if (item := shape.item(int(at))) is not None]
    metadata = paging_metadata(request, cursor, page, limit)
    return Reply(
        200,
        {"items": items, "metadata": metadata},
        (PUBLIC_CACHE,),
        listing=True,
        preceding=lambda: None if before is None else shape.item(before),
    )


def is_legacy(request: Request) -> bool:
    """Tell whether the hub answers from its database: `imageId`, or `modelId` alone."""
    by_model = request.first("modelId") and not request.first("modelVersionId")
    return bool(request.first("imageId") or by_model)


class _Shape:
    """How rows of one answer look."""

    def __init__(self, index: CatalogueIndex, request: Request, legacy: bool) -> None:
        self.index = index
        self.legacy = legacy
        self.with_meta = bool(parameters.boolean(request, "withMeta"))
        self.requiring_meta = bool(parameters.boolean(request, "requiringMeta"))
        self.with_tags = bool(parameters.boolean(request, "withTags"))
        flat = parameters.boolean(request, "flatMeta")
        self.wrapped = legacy if flat is None else not flat
        self.media = parameters.choice(request, "type", TYPES, "")

    def item(self, at: int) -> Document | None:
        """Return a row, `None` when what is looked at after the cut takes it out."""
        look = self.with_meta or self.requiring_meta
        image = dict(self.index.catalogue.image_document(at, with_meta=look))
        if self.requiring_meta and image.get("meta") is None:
            return None
        if self.media and image.get("type", "image") != self.media:
            return None
        image["meta"] = self._meta(image) if self.with_meta else None
        if self.with_tags:
            image["tags"] = []
        if self.legacy:
            image["createdAt"] = self._uploaded_at(at)
        return image

    def _meta(self, image: Document) -> Any:
        meta = image.get("meta")
        return {"id": image["id"], "meta": meta} if self.wrapped and meta is not None else meta

    def _uploaded_at(self, at: int) -> str:
        c = self.index.catalogue
        delay = int(c.image_id[at]) * 7_919_003 % LARGEST_SCAN_DELAY
        return parameters.to_text(int(c.image_at[at]) - delay)[:-4] + "Z"


def _filter(index: CatalogueIndex, request: Request, levels: int, *, legacy: bool) -> ImageFilter:
    sort = parameters.choice(request, "sort", SORTS, "Most Reactions")
    if legacy and sort == "Random":
        raise refuse(400, "Random sort is not supported for this query")
    order: Literal["newest", "oldest", "recent_id", "first_id"]
    if legacy:
        order = "first_id" if sort == "Oldest" else "recent_id"
    else:
        order = "oldest" if sort == "Oldest" else "newest"
    model = _one(request, "modelId")
    version = _one(request, "modelVersionId")
    return ImageFilter(
        order=order,
        mask=parameters.image_mask(request) & levels,
        image=_one(request, "imageId"),
        model=None if model is None else _or_nowhere(index.models.position(model)),
        version=None if version is None else _or_nowhere(index.versions.position(version)),
        creator=_creator(index, request.first("username")),
        post=_one(request, "postId"),
        base_models=_base_models(index, request),
        since=parameters.since(request, index.now),
    )


def _one(request: Request, name: str) -> int | None:
    return parameters.integer(request, name, low=1, high=parameters.LARGEST_ID)


def _or_nowhere(position: int | None) -> int:
    return NOWHERE if position is None else position


def _creator(index: CatalogueIndex, name: str | None) -> int | None:
    if name is None:
        return None
    if not re.fullmatch(r"[A-Za-z0-9_]+", name):
        raise invalid("username", "Invalid username")
    return index.creator_at.get(name.lower(), NOWHERE)


def _base_models(index: CatalogueIndex, request: Request) -> tuple[str, ...]:
    names = [part for value in request.query.get("baseModels", ()) for part in value.split(",")]
    if any(name not in index.base_models for name in names):
        raise invalid("baseModels", "Invalid option")
    return tuple(names)


def _index_page(rows: Ints, cursor: str | None, limit: int) -> tuple[Ints, str | None, int | None]:
    """Cut a page by growing offset; the second part of the cursor is when the walk began."""
    start, entry = 0, str(int(time.time() * 1000))
    if cursor is not None:
        if not re.fullmatch(r"\d{1,9}\|\d{1,15}", cursor):
            raise refuse(400, "Invalid cursor")
        offset, entry = cursor.split("|")
        start = int(offset)
    end = start + limit
    before = int(rows[start - 1]) if 0 < start <= len(rows) else None
    more = limit > 0 and end < len(rows)
    return rows[start:end], f"{end}|{entry}" if more else None, before


def _legacy_page(
    index: CatalogueIndex, rows: Ints, request: Request, limit: int, page: int | None
) -> tuple[Ints, str | None, int | None]:
    """Cut a page by image id; the row whose id becomes the cursor is never returned."""
    start = (page - 1) * limit if page else 0
    cursor = request.first("cursor")
    if cursor is not None:
        if not re.fullmatch(r"\d{1,18}", cursor):
            raise refuse(400, "Invalid cursor")
        ids = index.catalogue.image_id[rows]
        passed = ids <= int(cursor) if request.first("sort") == "Oldest" else ids >= int(cursor)
        start = int(np.count_nonzero(passed))
    end = start + limit
    before = int(rows[start - 1]) if 0 < start <= len(rows) else None
    more = limit > 0 and end < len(rows)
    return rows[start:end], str(index.catalogue.image_id[rows[end]]) if more else None, before
