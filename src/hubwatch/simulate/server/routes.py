"""Which function answers which address of the simulated hub."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.simulate.server import (
    downloads,
    routes_images,
    routes_models,
    routes_other,
    routes_versions,
)
from hubwatch.simulate.server.wire import RefusedError, Reply, error, html

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.simulate.server.index import CatalogueIndex
    from hubwatch.simulate.server.wire import Request


@dataclass(frozen=True, slots=True)
class Setting:
    """What the answers depend on besides the request.

    Args:
        levels: mask that the caller's region allows.
        depth: depth limit of the image index, in rows per query.
        key: signs download addresses.
    """

    levels: int
    depth: int
    key: bytes


@dataclass(frozen=True, slots=True)
class Route:
    """An address and how it is answered.

    Args:
        name: under which requests are counted.
        pattern: of the path; its group is the id or hash.
        answer: index, request, text of the group, setting → reply.
        method: the one method that is answered.
        mixed: answers depend on the caller; such addresses refuse HEAD.
    """

    name: str
    pattern: re.Pattern[str]
    answer: Callable[[CatalogueIndex, Request, str, Setting], Reply]
    method: str = "GET"
    mixed: bool = False


API: Final = r"/api/v1/"
ROUTES: Final = (
    Route(
        "models",
        re.compile(API + "models()"),
        lambda i, r, _, s: routes_models.list_models(i, r, levels=s.levels),
    ),
    Route(
        "models/{id}",
        re.compile(API + "models/([^/]+)"),
        lambda i, _r, text, _s: routes_models.model_detail(i, text),
    ),
    Route(
        "model-versions/by-hash",
        re.compile(API + "model-versions/by-hash()"),
        lambda i, r, _t, _s: routes_versions.versions_by_hash(i, r),
        method="POST",
    ),
    Route(
        "model-versions/by-hash/ids",
        re.compile(API + "model-versions/by-hash/(ids)"),
        lambda i, r, _t, _s: routes_versions.ids_by_hash(i, r),
        method="POST",
    ),
    Route(
        "model-versions/by-hash/{hash}",
        re.compile(API + "model-versions/by-hash/([^/]+)"),
        lambda i, _r, text, _s: routes_versions.version_by_hash(i, text),
    ),
    Route(
        "model-versions/{id}",
        re.compile(API + "model-versions/([^/]+)"),
        lambda i, _r, text, _s: routes_versions.version_detail(i, text),
        mixed=True,
    ),
    Route(
        "images",
        re.compile(API + "images()"),
        lambda i, r, _, s: routes_images.list_images(i, r, levels=s.levels, depth=s.depth),
    ),
    Route(
        "creators",
        re.compile(API + "creators()"),
        lambda i, r, _t, _s: routes_other.list_creators(i, r),
    ),
    Route(
        "tags",
        re.compile(API + "tags()"),
        lambda i, r, _t, _s: routes_other.list_tags(i, r),
    ),
    Route("enums", re.compile(API + "enums()"), lambda i, _r, _t, _s: routes_other.list_enums(i)),
    Route(
        "me",
        re.compile(API + "me()"),
        lambda _i, r, _t, _s: routes_other.who_am_i(r),
        mixed=True,
    ),
    Route(
        "download/models/{id}",
        re.compile("/api/download/models/([^/]+)"),
        lambda i, r, text, s: downloads.redirect(i, r, text, s.key),
        mixed=True,
    ),
    Route(
        "delivery",
        re.compile(downloads.DELIVERY + "([^/]+)"),
        lambda i, r, _, s: downloads.deliver(i, r, s.key),
        mixed=True,
    ),
)


def find_route(path: str) -> Route | None:
    """Return the first route that fits a path; exact ones stand before those with an id."""
    return next((route for route in ROUTES if route.pattern.fullmatch(path)), None)


def answer(route: Route | None, index: CatalogueIndex, request: Request, setting: Setting) -> Reply:
    """Answer a request by the hub's true rules, faults not yet applied."""
    if route is None:
        return html(404, "404: This page could not be found")
    head = request.method == "HEAD"
    if (head and route.mixed) or (not head and request.method != route.method):
        return error(405, "Method not allowed")
    if head and route.method != "GET":
        return error(405, "Method not allowed")
    match = route.pattern.fullmatch(request.path)
    try:
        return route.answer(index, request, match.group(1) if match else "", setting)
    except RefusedError as refusal:
        return refusal.reply
