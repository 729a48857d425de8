"""`GET /creators`, `/tags`, `/enums` and `/me`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.simulate.server import parameters
from hubwatch.simulate.server.routes_paging import next_page
from hubwatch.simulate.server.wire import NO_STORE, PUBLIC_CACHE, Document, Reply, error

if TYPE_CHECKING:
    from hubwatch.simulate.catalogue import Ints
    from hubwatch.simulate.server.index import CatalogueIndex
    from hubwatch.simulate.server.wire import Request

MAXIMUM: Final = 200
DEFAULT: Final = 20
FILE_TYPES: Final = (
    "Model", "Text Encoder", "Pruned Model", "Negative", "Training Data", "VAE", "Config",
    "Archive",
)  # fmt: skip


def list_creators(index: CatalogueIndex, request: Request) -> Reply:
    """Answer `GET /creators`: no order, and each page begins before the last one ended.

    Every creator appears for who follows `nextPage`; who trusts `totalPages` misses some.
    """
    limit, page = _limit_and_page(request)
    rows = _unordered(index, request.first("query"))
    stride = max(1, limit - max(1, limit // 20))
    start = (page - 1) * stride
    # within a page the order changes from page to page, as without ORDER BY
    chosen = np.random.default_rng(page).permutation(rows[start : start + limit])
    items = [_creator(index, request, int(at)) for at in chosen]
    more = start + limit < len(rows)
    totals = {"totalItems": len(rows), "totalPages": -(-len(rows) // limit)}
    return _paged(request, items, limit, page, totals, more=more)


def list_tags(index: CatalogueIndex, request: Request) -> Reply:
    """Answer `GET /tags`: most used first, totals 0."""
    limit, page = _limit_and_page(request)
    wanted = (request.first("query") or "").lower()
    tags = [tag for tag in index.tags_by_use if wanted in tag.lower()]
    start = (page - 1) * limit
    link = f"{request.base_url}/api/v1/models?tag="
    items = [{"name": tag, "link": link + tag} for tag in tags[start : start + limit]]
    totals = {"totalItems": 0, "totalPages": 0}
    return _paged(request, items, limit, page, totals, more=start + limit < len(tags))


def list_enums(index: CatalogueIndex) -> Reply:
    """Answer `GET /enums`."""
    document = {
        "ModelType": list(parameters.MODEL_TYPES),
        "ModelFileType": list(FILE_TYPES),
        "ActiveBaseModel": index.base_models,
        "BaseModel": index.base_models,
        "BaseModelType": ["Standard", "Inpainting", "Refiner", "Pix2Pix"],
    }
    return Reply(200, document, (PUBLIC_CACHE,))


def who_am_i(request: Request) -> Reply:
    """Answer `GET /me`, the one place where a wrong token is told."""
    if not request.authorised:
        return error(401, "Unauthorized")
    return Reply(200, {"id": 1, "username": "simulated_reader", "tier": "free"}, (NO_STORE,))


def _limit_and_page(request: Request) -> tuple[int, int]:
    limit = parameters.integer(request, "limit", low=1, high=MAXIMUM) or DEFAULT
    return limit, parameters.page_number(request, limit=limit, capped=False) or 1


def _unordered(index: CatalogueIndex, query: str | None) -> Ints:
    rows = np.random.default_rng(0).permutation(len(index.catalogue.creators))
    if not query:
        return rows
    names = index.catalogue.creators
    found = [at for at in rows if query.lower() in (names[int(at)] or "").lower()]
    return np.array(found, dtype=np.int64)


def _creator(index: CatalogueIndex, request: Request, at: int) -> Document:
    name = index.catalogue.creators[at]
    row: Document = {"username": name}
    if count := int(index.model_counts[at]):
        row["modelCount"] = count
    row["link"] = f"{request.base_url}/api/v1/models?username={name}"
    row["image"] = None
    return row


def _paged(
    request: Request,
    items: list[Document],
    limit: int,
    page: int,
    totals: dict[str, int],
    *,
    more: bool,
) -> Reply:
    metadata: Document = {**totals, "currentPage": page, "pageSize": limit}
    if page > 1:
        metadata["prevPage"] = next_page(request, "page", str(page - 1))
    if more:
        metadata["nextPage"] = next_page(request, "page", str(page + 1))
    return Reply(200, {"items": items, "metadata": metadata}, (PUBLIC_CACHE,))
