"""The slices of a complete collection, and how a slice is cut finer where the hub hides its end.

Models: the union of the safe and the mature list, each with archived models; `nsfw=true` hides
models that the hub flags as minor, `nsfw=false` everything above PG. Images: one level bit a slice.
Source: shared facts on the hub's API, sections 4.1, 4.2 and 7.4.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.hubs.protocol import Kind, Slice
from hubwatch.levels import BIT_TO_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

API: Final = "/api/v1/"
LEVEL_BITS: Final = (1, 2, 4, 8, 16, 32)
ALL_LEVELS: Final = "63"
PAGE_SIZES: Final = {"models": 100, "images": 200, "creators": 200, "tags": 200}

#: Ways to cut images, coarse to fine; the last two are asked for at all levels at once.
CUTS: Final = ("baseModels", "modelVersionId", "username")


def plan(kinds: Sequence[Kind]) -> list[Slice]:
    """Return the slices of a complete collection of some kinds."""
    return [part for kind in kinds for part in _SLICES[kind]()]


def _models() -> Iterator[Slice]:
    for nsfw in ("false", "true"):
        yield Slice(
            name=f"models/nsfw={nsfw}",
            kind="models",
            endpoint="models",
            parameters={"nsfw": nsfw, "archived": "true"},
            page_size=PAGE_SIZES["models"],
            reversible=True,
        )


def _images() -> Iterator[Slice]:
    for bit in LEVEL_BITS:
        yield _image_slice(f"images/level={BIT_TO_LEVEL[bit]}", {"browsingLevel": str(bit)}, 0)


def _image_slice(name: str, chosen: Mapping[str, str], depth: int, cut_by: str = "") -> Slice:
    return Slice(
        name=name,
        kind="images",
        endpoint="images",
        parameters={**chosen, "withMeta": "true", "flatMeta": "true"},
        page_size=PAGE_SIZES["images"],
        reversible=True,
        depth_limited=True,
        depth=depth,
        cut_by=cut_by,
    )


def _creators() -> Iterator[Slice]:
    yield Slice(
        name="creators",
        kind="creators",
        endpoint="creators",
        page_size=PAGE_SIZES["creators"],
        ordered=False,
    )


def _tags() -> Iterator[Slice]:
    yield Slice(name="tags", kind="tags", endpoint="tags", page_size=PAGE_SIZES["tags"])


_SLICES: Final = {"models": _models, "images": _images, "creators": _creators, "tags": _tags}


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier answers say that images can be cut by.

    Args:
        base_models: names that the hub takes as a filter.
        versions: version ids with their base model, in the order of their ids.
        usernames: names that the hub takes as a filter.
    """

    base_models: Sequence[str]
    versions: Mapping[str, str]
    usernames: Sequence[str]


def cut(part: Slice, facets: Facets) -> list[Slice]:
    """Return finer slices of images, or none when there is nothing left to cut by.

    The union of base models, versions or names is not the whole: an image may have none of them.
    The collector measures what they leave out.
    """
    if part.kind != "images":
        return []
    done = CUTS.index(part.cut_by) + 1 if part.cut_by in CUTS else 0
    for by in CUTS[done:]:
        if pieces := list(_PIECES[by](part, facets)):
            return pieces
    return []


def _by_base_model(part: Slice, facets: Facets) -> Iterator[Slice]:
    level = str(part.parameters["browsingLevel"])
    for name in facets.base_models:
        yield _image_slice(
            f"{part.name}/base={name}",
            {"browsingLevel": level, "baseModels": name},
            part.depth + 1,
            "baseModels",
        )


def _by_version(part: Slice, facets: Facets) -> Iterator[Slice]:
    base = part.parameters.get("baseModels")
    for version, its_base in facets.versions.items():
        if base is None or its_base == base:
            yield _by(f"version={version}", "modelVersionId", version, part)


def _by_username(part: Slice, facets: Facets) -> Iterator[Slice]:
    for name in facets.usernames:
        yield _by(f"user={_label(name)}", "username", name, part)


def _label(handle: str) -> str:
    """Return what stands for a handle in a slice's name, which summaries and progress show."""
    return blake2b(handle.encode(), digest_size=8).hexdigest()


def _by(label: str, parameter: str, value: str, part: Slice) -> Slice:
    chosen = {"browsingLevel": ALL_LEVELS, parameter: value}
    return _image_slice(f"images/{label}", chosen, part.depth + 1, parameter)


_PIECES: Final = {
    "baseModels": _by_base_model,
    "modelVersionId": _by_version,
    "username": _by_username,
}


class _Creator(msgspec.Struct):
    username: str | None = None


class _Version(msgspec.Struct):
    id: int | None = None
    baseModel: str | None = None  # noqa: N815 - the hub's name


class _Item(msgspec.Struct):
    creator: _Creator | None = None
    username: str | None = None
    modelVersions: list[_Version] | None = None  # noqa: N815 - the hub's name


class _Listing(msgspec.Struct):
    items: list[_Item | None]


def read_facets(
    base_models: Iterable[str], models: Iterable[bytes], named: Iterable[bytes]
) -> Facets:
    """Read what images can be cut by from stored answers; answers with odd types are passed over.

    Args:
        base_models: as the hub's own list of names says.
        models: bodies of model listings.
        named: bodies of listings whose items bear a user's name.
    """
    versions: dict[int, str] = {}
    names: set[str] = set()
    for item in _items(models):
        versions.update((v.id, v.baseModel or "") for v in item.modelVersions or () if v.id)
        if item.creator is not None and item.creator.username:
            names.add(item.creator.username)
    names.update(item.username for item in _items(named) if item.username)
    return Facets(
        base_models=tuple(base_models),
        versions={str(number): versions[number] for number in sorted(versions)},
        usernames=sorted(name for name in names if re.fullmatch(r"[A-Za-z0-9_]+", name)),
    )


def _items(bodies: Iterable[bytes]) -> Iterator[_Item]:
    decoder = msgspec.json.Decoder(_Listing)
    for body in bodies:
        try:
            yield from (item for item in decoder.decode(body).items if item is not None)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
