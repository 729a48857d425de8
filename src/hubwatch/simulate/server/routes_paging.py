"""The `metadata` block of the hub's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from hubwatch.simulate.server.wire import Document, Request


def paging_metadata(request: Request, cursor: str | None, page: int | None, limit: int) -> Document:
    """Return the block of a list that is walked by cursor; `nextPage` echoes the whole query."""
    metadata: Document = {}
    if page is not None:
        metadata |= {"currentPage": page, "pageSize": limit}
    if cursor is not None:
        metadata |= {"nextCursor": cursor, "nextPage": next_page(request, "cursor", cursor)}
    return metadata


def next_page(request: Request, name: str, value: str) -> str:
    """Return the address of the next page, a token in the query included as the hub does."""
    query = {key: values for key, values in request.query.items() if key != name}
    text = urlencode({**query, name: value}, doseq=True)
    return f"{request.base_url}{request.path}?{text}"
