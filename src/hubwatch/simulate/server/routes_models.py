"""`GET /models` and `GET /models/{id}`, with the cursor rules and gaps of the real hub."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.simulate.server import parameters
from hubwatch.simulate.server.index import ModelFilter, Order
from hubwatch.simulate.server.routes_paging import paging_metadata
from hubwatch.simulate.server.wire import PUBLIC_CACHE, Document, Reply, error, invalid, refuse

if TYPE_CHECKING:
    from hubwatch.simulate.catalogue import Catalogue, Flags, Ints
    from hubwatch.simulate.server.index import CatalogueIndex
    from hubwatch.simulate.server.wire import Request

MAXIMUM: Final = 100
SORTS: Final[dict[str, Order]] = {
    "Highest Rated": "rank",
    "Most Downloaded": "rank",
    "Most Liked": "rank",
    "Most Discussed": "rank",
    "Most Collected": "rank",
    "Most Images": "rank",
    "Newest": "newest",
    "Oldest": "oldest",
}
#: Stand-ins for the names that the real hub refuses to search for: an empty page, no error.
BLOCKED_TAGS: Final = frozenset(f"blocked_term_{number:03d}" for number in range(1, 18))
#: Parameters of the site's own pages: any value in an address is text, and text is refused.
INTERNAL: Final = (
    "poiOnly", "minorOnly", "disablePoi", "disableMinor", "isFeatured", "pending", "browsingLevel",
    "collectionId", "allowNoCredit", "allowDerivatives", "allowDifferentLicense",
)  # fmt: skip


def list_models(index: CatalogueIndex, request: Request, *, levels: int) -> Reply:
    """Answer `GET /models`.

    Args:
        index: the hub on one day.
        request: what was asked.
        levels: mask that the caller's region allows.
    """
    _check(request)
    asked = parameters.integer(request, "limit", low=0, high=MAXIMUM)
    limit = MAXIMUM if asked is None else asked
    page = parameters.page_number(request, limit=limit, capped=True)
    if request.first("query") and page is not None:
        raise refuse(400, "Cannot use page param with query search. Use cursor-based pagination.")
    wanted = _filter(index, request, levels)
    rows, cursor, before = (
        _search_page(index, wanted, request, limit)
        if request.first("query")
        else _page(index, wanted, request.first("cursor"), limit)
    )
    mask = 63 if wanted.mask & parameters.MATURE_MASK else wanted.mask
    items = [_listed(index, int(at), wanted, request, mask) for at in rows]
    kept = [item for item in items if item is not None]
    document = {"items": kept, "metadata": paging_metadata(request, cursor, page, limit)}

    def preceding() -> Document | None:
        return None if before is None else _listed(index, before, wanted, request, mask)

    return Reply(200, document, (PUBLIC_CACHE,), listing=True, preceding=preceding)


def model_detail(index: CatalogueIndex, text: str) -> Reply:
    """Answer `GET /models/{id}`: no maturity rule, archived ones too, empty keys left out."""
    identifier = parameters.identifier(text)
    at = index.models.position(identifier)
    if at is None or not _visible(index, at):
        return error(404, f"No model with id {identifier}")
    model = dressed(index.catalogue, at, 63)
    versions = [_without_empty(version) for version in model.get("modelVersions") or ()]
    for version in versions:
        version["images"] = [_without(image, "id") for image in version.get("images", ())]
    model["modelVersions"] = [_without_empty(version) for version in versions]
    return Reply(200, model, (PUBLIC_CACHE,))


def dressed(catalogue: Catalogue, at: int, mask: int) -> Document:
    """Return a model as listed, with what the modes `Archived` and `TakenDown` take away."""
    model = dict(catalogue.model_document(at, mask=mask))
    archived, taken_down = bool(catalogue.model_archived[at]), bool(catalogue.model_taken_down[at])
    if not archived and not taken_down:
        return model
    model["mode"] = "Archived" if archived else "TakenDown"
    versions = [dict(version) for version in model.get("modelVersions") or ()]
    for version in versions:
        if archived:
            version["files"] = []
            version.pop("downloadUrl", None)
        else:
            version["images"] = []
    model["modelVersions"] = versions
    return model


def _visible(index: CatalogueIndex, at: int) -> bool:
    flagged = bool(index.catalogue.model_real_person[at]) and not index.real_persons_listed
    return not flagged and not bool(index.catalogue.model_gone[at])


def _check(request: Request) -> None:
    for name in INTERNAL:
        if name in request.query:
            raise invalid(name, "Invalid input: received string")
    if not request.authorised and ({"favorites", "hidden"} & request.query.keys()):
        raise refuse(401, "Unauthorized")
    if len(request.query.get("fileFormats", ())) == 1:
        raise invalid("fileFormats", "Invalid input: expected array, received string")
    parameters.choice(request, "checkpointType", ("Trained", "Merge"), "Trained")
    parameters.boolean(request, "primaryFileOnly")
    for word in request.query.get("types", ()):
        if word not in parameters.MODEL_TYPES:
            raise invalid("types", "Invalid option")


def _filter(index: CatalogueIndex, request: Request, levels: int) -> ModelFilter:
    stats = parameters.choice(request, "periodMode", ("published", "stats"), "published") == "stats"
    since = parameters.since(request, index.now)
    tag = (request.first("tag") or request.first("tagname") or "").lower()
    mask = parameters.model_mask(request) & levels
    return ModelFilter(
        order=SORTS[parameters.choice(request, "sort", SORTS, "Highest Rated")],
        mask=0 if tag in BLOCKED_TAGS else mask,
        archived=parameters.presence(request, "archived"),
        types=tuple(request.query.get("types", ())),
        base_models=tuple(request.query.get("baseModels", ())),
        tag=tag if tag in index.tag_models else None,
        creator=_creator(index, request.first("username")),
        ids=parameters.numbers(request, "ids"),
        version_ids=parameters.numbers(request, "modelVersionIds"),
        since=None if stats else since,
    )


def _creator(index: CatalogueIndex, name: str | None) -> int | None:
    if not name:
        return None
    slug = re.sub(r"[^a-z0-9_]", "", name.lower().replace(" ", "_", 1))
    if slug not in index.creator_at:
        raise refuse(404, "User not found")
    return index.creator_at[slug]


def _page(
    index: CatalogueIndex, wanted: ModelFilter, cursor: str | None, limit: int
) -> tuple[Ints, str | None, int | None]:
    """Cut one row more than a page; the row too many becomes the cursor."""
    rows = index.select_models(wanted)
    start = _start(index, wanted.order, rows, cursor, limit) if cursor else 0
    before = int(rows[start - 1]) if start else None
    if limit == 0:
        return rows[start : start + 1], None, before
    if len(rows) <= start + limit:
        return rows[start:], None, before
    return rows[start : start + limit], _key(index, wanted.order, int(rows[start + limit])), before


def _key(index: CatalogueIndex, order: Order, at: int) -> str:
    c = index.catalogue
    if order == "rank":
        return f"{c.model_downloads[at]}|0|{c.model_id[at]}"
    return f"{parameters.to_text(int(c.model_last_version_at[at]))}|{c.model_id[at]}"


def _start(index: CatalogueIndex, order: Order, rows: Ints, cursor: str, limit: int) -> int:
    """Find where the next page begins.

    `Newest` begins strictly after the cursor's row, so that row is never returned; rank sorts begin
    at it; `Oldest` begins at the first row of the same time, so ties are repeated.
    """
    c = index.catalogue
    if order == "rank":
        value, identifier = _numbers(cursor)
        keys = c.model_downloads[rows]
        return int(_ahead(keys, c.model_id[rows], value, identifier).sum())
    moment, identifier = _moment(cursor)
    times, ids = c.model_last_version_at[rows], c.model_id[rows]
    if order == "newest":
        return int(_ahead(times, ids, moment, identifier - 1).sum())
    first = int((times < moment).sum())
    at = first + int(((times == moment) & (ids < identifier)).sum())
    # a run of ties longer than a page would lead back to the same page for ever
    return first if at - first < limit else at


def _ahead(keys: Ints, ids: Ints, key: int, identifier: int) -> Flags:
    ahead: Flags = (keys > key) | ((keys == key) & (ids > identifier))
    return ahead


def _numbers(cursor: str) -> tuple[int, int]:
    parts = cursor.split("|")
    if len(parts) != 3 or not all(re.fullmatch(r"\d{1,18}", part) for part in parts):
        raise refuse(400, "Invalid cursor")
    return int(parts[0]), int(parts[2])


def _moment(cursor: str) -> tuple[int, int]:
    time, _, identifier = cursor.partition("|")
    if not re.fullmatch(r"\d{1,18}", identifier):
        raise refuse(400, "Invalid cursor")
    try:
        return parameters.to_microseconds(time), int(identifier)
    except ValueError as fault:
        raise refuse(400, "Invalid cursor") from fault


def _search_page(
    index: CatalogueIndex, wanted: ModelFilter, request: Request, limit: int
) -> tuple[Ints, str | None, int | None]:
    """Search names and tags; other filters than `types` apply after the page is cut."""
    cursor = request.first("cursor") or "0"
    if not re.fullmatch(r"\d{1,9}", cursor):
        raise refuse(400, "Invalid cursor")
    text = (request.first("query") or "").lower()
    broad = ModelFilter("rank", parameters.ALL_MASK, archived=True, types=wanted.types)
    found = np.array(
        [at for at in index.select_models(broad) if _matches(index, int(at), text)], dtype=np.int64
    )
    start, end = int(cursor), int(cursor) + max(limit, 1)
    allowed = set(index.select_models(wanted).tolist())
    rows = np.array([at for at in found[start:end] if int(at) in allowed], dtype=np.int64)
    return rows, str(end) if end < len(found) else None, None


def _matches(index: CatalogueIndex, at: int, text: str) -> bool:
    if any(text in tag.lower() for tag in index.catalogue.model_tags[at]):
        return True
    name = index.catalogue.model_document(at, mask=0).get("name")
    return isinstance(name, str) and text in name.lower()


def _listed(
    index: CatalogueIndex, at: int, wanted: ModelFilter, request: Request, mask: int
) -> Document | None:
    """Return the row of a list, `None` when what is looked at after the cut takes it out."""
    if index.catalogue.model_gone[at]:
        return None
    model = dressed(index.catalogue, at, mask)
    versions = model.get("modelVersions") or []
    kept = [version for version in versions if _version_kept(version, wanted, request)]
    if len(kept) < len(versions):
        model["modelVersions"] = kept
    if parameters.boolean(request, "primaryFileOnly"):
        model["modelVersions"] = [_primary_only(version) for version in kept]
    if parameters.presence(request, "earlyAccess") and model.get("availability") != "EarlyAccess":
        return None
    return None if versions and not kept else model


def _version_kept(version: Document, wanted: ModelFilter, request: Request) -> bool:
    if wanted.base_models and version.get("baseModel") not in wanted.base_models:
        return False
    if wanted.version_ids and version.get("id") not in wanted.version_ids:
        return False
    if parameters.presence(request, "supportsGeneration"):
        return bool(version.get("supportsGeneration"))
    return True


def _primary_only(version: Document) -> Document:
    files = [file for file in version.get("files") or () if file.get("primary")]
    return {**version, "files": files}


def _without_empty(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None and value != []}


def _without(document: dict[str, Any], key: str) -> Document:
    return {name: value for name, value in document.items() if name != key}
