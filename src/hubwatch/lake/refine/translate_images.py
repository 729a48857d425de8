"""Images and what was used to make them: from documents to staged columns.

Images are many, so they are translated column by column, a page or a showcase at a time.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from hubwatch.hubs.civitai.records import ImageStats, Meta
from hubwatch.lake.refine.values import id_in_url, item_id, level_of, real, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hubwatch.hubs.civitai.records import Image
    from hubwatch.lake.refine.seen import Seen
    from hubwatch.lake.refine.staging import Batch, Origin

_NO_STATS: Final = ImageStats()
_NO_META: Final = Meta()
_ABSENT: Final = _NO_META.comfy

#: Model, version, time and source of the time, for showcase images.
Link = tuple[str | None, str | None, str | None, str | None]


def add_listed_images(
    batch: Batch, images: Sequence[Image], place: Callable[[int], Origin], seen: Seen
) -> None:
    """Add images of the hub's list of images; `place` says where each comes from."""
    images, positions = _with_id(batch, images, place)
    _add_listed(batch, images, batch.reserve_images(positions, place, full=True), seen)


def _add_listed(batch: Batch, images: Sequence[Image], rids: Sequence[int], seen: Seen) -> None:
    own: dict[str, list[Any]] = {
        "model_id": [None] * len(images),
        "version_id": [_only_version(image) for image in images],
        "created_at": [image.created_at or None for image in images],
        "created_at_source": ["image.createdAt" if i.created_at else None for i in images],
        "source": ["listing"] * len(images),
        "linked_at": [None] * len(images),
    }
    _add(batch, images, own, rids, seen)


def add_showcase(
    batch: Batch, images: Sequence[Image], link: Link, version: Origin, seen: Seen
) -> None:
    """Add the showcase images of a version; without a date of their own they take its date."""

    def place(position: int) -> Origin:
        return version.below(f"images[{position}]")

    images, positions = _with_id(batch, images, place)
    own: dict[str, list[Any]] = {
        "model_id": [link[0]] * len(images),
        "version_id": [link[1]] * len(images),
        "created_at": [image.created_at or link[2] for image in images],
        "created_at_source": ["image.createdAt" if i.created_at else link[3] for i in images],
        "source": ["showcase"] * len(images),
        "linked_at": [seen.observed_at] * len(images),
    }
    _add(batch, images, own, batch.reserve_images(positions, place, full=False), seen)


def _with_id(
    batch: Batch, images: Sequence[Image], place: Callable[[int], Origin]
) -> tuple[Sequence[Image], Sequence[int]]:
    """Return the images that have an id, and their positions; set the others aside."""
    if all(isinstance(image.id, int) and image.id >= 0 for image in images):
        return images, range(len(images))
    kept: list[Image] = []
    positions: list[int] = []
    for position, image in enumerate(images):
        image.id = item_id(image.id) or id_in_url(image.url)
        if image.id is None:
            batch.set_aside("images", "no-id", place(position).below("id"))
        else:
            kept.append(image)
            positions.append(position)
    return kept, positions


def _add(
    batch: Batch,
    images: Sequence[Image],
    own: dict[str, list[Any]],
    rids: Sequence[int],
    seen: Seen,
) -> None:
    """Add the columns of images that have an id."""
    metas = [_meta(batch, image) for image in images]
    levels = [level_of(i.browsing_level, i.nsfw_level, i.nsfw) for i in images]
    batch.extend_images(
        image_id=[str(image.id) for image in images],
        version_ids=[i.model_version_ids and [*map(str, i.model_version_ids)] for i in images],
        post_id=[item_id(image.post_id) for image in images],
        creator_key=[seen.pseudonym(image.username) for image in images],
        level=[level for level, _ in levels],
        level_source=[source for _, source in levels],
        type=[image.type for image in images],
        width=[image.width for image in images],
        height=[image.height for image in images],
        base_model=[image.base_model or None for image in images],
        observed_at=[seen.observed_at] * len(images),
        via=[seen.via] * len(images),
        **_made_with(batch, metas),
        **_reactions(images),
        **own,
    )
    for image, rid, meta in zip(images, rids, metas, strict=True):
        if meta is not None:
            _add_resources(batch, str(image.id), rid, meta)


def _made_with(batch: Batch, metas: Sequence[Meta | None]) -> dict[str, list[Any]]:
    """Return the columns that come from generation data."""
    said = [_NO_META if meta is None else meta for meta in metas]
    return {
        "has_meta": [meta is not None for meta in metas],
        "prompt_id": batch.prompt_numbers([meta.prompt for meta in said]),
        "negative_prompt_id": batch.prompt_numbers([meta.negative_prompt for meta in said]),
        "tool": [None if meta is None else _tool(meta) for meta in metas],
        "sampler": [meta.sampler for meta in said],
        "steps": _wholes([meta.steps for meta in said]),
        "cfg_scale": _reals([meta.cfg_scale for meta in said]),
        "seed": _wholes([meta.seed for meta in said]),
        "clip_skip": _wholes([_clip_skip(meta) for meta in said]),
    }


def _reactions(images: Sequence[Image]) -> dict[str, list[Any]]:
    stats = [image.stats or _NO_STATS for image in images]
    return {
        "likes": [s.like_count for s in stats],
        "hearts": [s.heart_count for s in stats],
        "laughs": [s.laugh_count for s in stats],
        "cries": [s.cry_count for s in stats],
        "comments": [s.comment_count for s in stats],
    }


def _wholes(values: list[Any]) -> list[int | None]:
    return [v if v is None or v.__class__ is int else whole(v) for v in values]


def _reals(values: list[Any]) -> list[float | None]:
    return [v if v is None or v.__class__ is float else real(v) for v in values]


def _clip_skip(meta: Meta) -> Any:
    return meta.clip_skip_spaced if meta.clip_skip is None else meta.clip_skip


def _meta(batch: Batch, image: Image) -> Meta | None:
    """Return generation data unwrapped; what the creator withholds is dropped and counted."""
    meta = image.meta
    if meta is None:
        return None
    if image.has_meta is False:
        batch.notes["withheld-generation-data"] += 1
        return None
    if meta.meta is not None:
        return meta.meta
    return meta if meta.prompt is not None or meta != _NO_META else None


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


def _add_resources(batch: Batch, image_id: str, rid: int, meta: Meta) -> None:
    rows, rids = batch.rows["image_resources"], batch.rids["image_resources"]
    first = len(rows)
    for listed in (meta.resources, meta.site_resources, meta.more_resources):
        for used in listed or ():
            weight = used.strength if used.weight is None else used.weight
            version = used.model_version_id
            rows.append(
                (
                    image_id,
                    len(rows) - first,
                    used.type,
                    used.name,
                    weight if weight is None or weight.__class__ is float else real(weight),
                    used.hash.upper() if used.hash else None,
                    None if version is None else item_id(version),
                )
            )
    if not meta.resources and isinstance(meta.hashes, dict):
        for position, used_hash in enumerate(_hashes(meta.hashes), len(rows) - first):
            rows.append((image_id, position, *used_hash))
    rids.extend(repeat(rid, len(rows) - first))


def _hashes(hashes: dict[str, Any]) -> Iterator[tuple[str | None, ...]]:
    """Yield (type, name, weight, hash, version id) of `{"lora:name": digest}`."""
    for key, digest in hashes.items():
        kind, _, name = key.partition(":")
        if isinstance(digest, str):
            yield kind, name or None, None, digest.upper(), None


def _only_version(image: Image) -> str | None:
    used = image.model_version_ids
    if used is not None and len(used) == 1:
        return item_id(used[0])
    return None if image.model_version_id is None else item_id(image.model_version_id)
