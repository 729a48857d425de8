"""Images and what was used to make them: from documents to staged rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from hubwatch.hubs.civitai.records import ImageStats, Meta
from hubwatch.lake.values import item_id, level_of, real, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hubwatch.hubs.civitai.records import Image, Resource
    from hubwatch.lake.staging import Batch, Origin
    from hubwatch.lake.translate import Seen

_NO_STATS: Final = ImageStats()
_NO_META: Final = Meta()
_ABSENT: Final = _NO_META.comfy

#: Model, version, time and source of the time, for showcase images.
Link = tuple[str | None, str | None, str | None, str | None]


def add_listed_image(batch: Batch, image: Image, origin: Origin, seen: Seen) -> None:
    """Add an image of the hub's list of images."""
    created = (image.created_at, "image.createdAt") if image.created_at else (None, None)
    link = (None, _only_version(image), *created)
    _add_image(batch, image, link, origin, seen, listed=True)


def add_showcase(
    batch: Batch, images: Sequence[Image], link: Link, origin: Origin, seen: Seen
) -> None:
    """Add the showcase images of a version; without a date of their own they take its date."""
    for position, image in enumerate(images):
        place = origin.below(f"images[{position}]")
        if image.created_at:
            own: Link = (link[0], link[1], image.created_at, "image.createdAt")
            _add_image(batch, image, own, place, seen, listed=False)
        else:
            _add_image(batch, image, link, place, seen, listed=False)


def _add_image(
    batch: Batch, image: Image, link: Link, origin: Origin, seen: Seen, *, listed: bool
) -> None:
    image_id = item_id(image.id) or _id_in_url(image.url)
    if image_id is None:
        batch.set_aside("images", "no-id", origin.below("id"))
        return
    meta = _meta(batch, image)
    stats = image.stats or _NO_STATS
    level, level_source = level_of(image.browsing_level, image.nsfw_level, image.nsfw)
    used = image.model_version_ids
    row = (
        image_id,
        link[0],
        link[1],
        [str(version) for version in used] if used is not None else None,
        item_id(image.post_id),
        seen.pseudonym(image.username),
        link[2],
        link[3],
        level,
        level_source,
        image.type,
        image.width,
        image.height,
        image.base_model or None,
        meta is not None,
        *(_NOTHING_SAID if meta is None else _generation(batch, meta)),
        stats.like_count,
        stats.heart_count,
        stats.laugh_count,
        stats.cry_count,
        stats.comment_count,
        "listing" if listed else "showcase",
        None if listed else seen.observed_at,
        seen.observed_at,
        seen.via,
    )
    rid = batch.add("images", row, origin, full=listed)
    if meta is not None:
        for position, resource in enumerate(_resources(meta)):
            _add_resource(batch, image_id, position, resource, rid)


_NOTHING_SAID: Final = (None,) * 8


def _generation(batch: Batch, meta: Meta) -> tuple[Any, ...]:
    """Return prompt numbers, tool and settings; what cannot be read as a number is unknown."""
    steps, seed, scale = meta.steps, meta.seed, meta.cfg_scale
    skip = meta.clip_skip if meta.clip_skip is not None else meta.clip_skip_spaced
    return (
        batch.prompt(meta.prompt),
        batch.prompt(meta.negative_prompt),
        _tool(meta),
        meta.sampler,
        whole(steps),
        real(scale),
        whole(seed),
        whole(skip),
    )


def _meta(batch: Batch, image: Image) -> Meta | None:
    """Return generation data unwrapped; what the creator withholds is dropped and counted."""
    meta = image.meta
    if meta is None:
        return None
    if image.has_meta is False:
        batch.notes["withheld-generation-data"] += 1
        return None
    return meta.meta if meta.meta is not None else meta if meta != _NO_META else None


def _tool(meta: Meta) -> str:
    """Tell what wrote the generation data.

    Source: shared facts on the hub's API, section 8.
    """
    if meta.comfy is not _ABSENT:
        return "comfyui"
    if meta.site_resources is not None and meta.version is _ABSENT:
        return "onsite"
    if meta.engine is not _ABSENT:
        return "engine"
    if meta.external is not _ABSENT:
        return "external"
    return "a1111" if meta.steps is not None or meta.sampler is not None else "other"


def _resources(meta: Meta) -> Iterator[tuple[Any, ...]]:
    """Yield (type, name, weight, hash, version id) of what was used; hashes where no list is."""
    for resource in meta.resources or ():
        yield _used(resource)
    for resource in meta.site_resources or ():
        yield _used(resource)
    for resource in meta.more_resources or ():
        yield _used(resource)
    if not meta.resources and isinstance(meta.hashes, dict):
        for key, digest in meta.hashes.items():
            kind, _, name = key.partition(":")
            if isinstance(digest, str):
                yield kind, name or None, None, digest.upper(), None


def _used(resource: Resource) -> tuple[Any, ...]:
    weight = resource.weight if resource.weight is not None else resource.strength
    digest = resource.hash.upper() if resource.hash else None
    version = resource.model_version_id
    return (resource.type, resource.name, real(weight), digest, item_id(version))


def _add_resource(
    batch: Batch, image_id: str, position: int, resource: tuple[Any, ...], rid: int
) -> None:
    batch.rows["image_resources"].append((image_id, position, *resource))
    batch.rids["image_resources"].append(rid)


def _only_version(image: Image) -> str | None:
    used = image.model_version_ids
    if used is not None and len(used) == 1:
        return item_id(used[0])
    return item_id(image.model_version_id)


def _id_in_url(url: str | None) -> str | None:
    """Return the id that the detail answers leave out: the file name in the picture's address."""
    if not url:
        return None
    try:
        name = urlsplit(url).path.rpartition("/")[2].partition(".")[0]
    except ValueError:
        return None
    return name if name.isdecimal() and name.isascii() and len(name) <= 19 else None
