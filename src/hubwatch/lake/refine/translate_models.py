"""Models, versions, files, creators and tags: from documents to staged rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwatch.hubs.civitai.records import FileMetadata, Hashes, Stats
from hubwatch.lake.refine.staging import read_time
from hubwatch.lake.refine.translate_images import add_showcase
from hubwatch.lake.refine.values import commercial_uses, item_id

if TYPE_CHECKING:
    from datetime import datetime

    from hubwatch.hubs.civitai.records import Creator, File, Model, Tag, Version
    from hubwatch.lake.refine.seen import Seen
    from hubwatch.lake.refine.staging import Batch, Origin

_NO_STATS: Final = Stats()
_NO_METADATA: Final = FileMetadata()
_NO_HASHES: Final = Hashes()


def add_model(batch: Batch, model: Model, origin: Origin, seen: Seen) -> None:
    """Add a full model record with its versions, files and showcase images."""
    model_id = item_id(model.id)
    if model_id is None:
        batch.set_aside("models", "no-id", origin.below("id"))
        return
    first: tuple[datetime, str, str] | None = None
    for position, version in enumerate(model.model_versions or ()):
        place = origin.below(f"modelVersions[{position}]")
        time = _add_version(batch, version, model_id, model.type, position, place, seen)
        if time is not None and (first is None or time < first):
            first = time
    row = (
        model_id,
        model.name,
        model.description,
        model.type,
        model.nsfw,
        model.poi,
        model.minor,
        model.sfw_only,
        model.nsfw_level,
        model.mode,
        model.availability,
        seen.pseudonym(model.creator.username if model.creator else None),
        model.tags or [],
        *_counters(model.stats or _NO_STATS),
        commercial_uses(model.allow_commercial_use),
        model.allow_no_credit,
        model.allow_derivatives,
        model.allow_different_license,
        first[1] if first else None,
        f"version.{first[2]}" if first else None,
        seen.observed_at,
        seen.via,
    )
    batch.add("models", row, origin, full=True)


def add_version(batch: Batch, version: Version, origin: Origin, seen: Seen) -> None:
    """Add a version that was asked for by itself; it mentions its model."""
    model = version.model
    model_id = item_id(version.model_id)
    method = model.type if model else None
    time = _add_version(batch, version, model_id, method, version.index, origin, seen)
    if model is None or model_id is None:
        return
    known = (model_id, model.name, None, model.type, model.nsfw, model.poi, model.minor)
    rest = (model.sfw_only, None, model.mode, *[None] * 15)
    when = (time[1], f"version.{time[2]}") if time else (None, None)
    row = (*known, *rest, *when, seen.observed_at, seen.via)
    batch.add("models", row, origin, full=False)


def _add_version(
    batch: Batch,
    version: Version,
    model_id: str | None,
    method: str | None,
    position: int | None,
    origin: Origin,
    seen: Seen,
) -> tuple[datetime, str, str] | None:
    """Add a version and what is in it; return its time, as text, and the field it is from."""
    version_id = item_id(version.id)
    if version_id is None:
        batch.set_aside("versions", "no-id", origin.below("id"))
        return None
    time = _first_time(batch, version, origin)
    dated = (time[1], time[2]) if time else (None, None)
    row = (version_id, model_id, method, position, *_said(version), *dated, version.updated_at)
    batch.add("versions", (*row, seen.observed_at, seen.via), origin, full=True)
    for number, file in enumerate(version.files or ()):
        place = origin.below(f"files[{number}]")
        _add_file(batch, file, version_id, model_id, place, seen)
    created = (time[1], f"version.{time[2]}") if time else (None, None)
    add_showcase(batch, version.images or (), (model_id, version_id, *created), origin, seen)
    return time


def _said(version: Version) -> tuple[Any, ...]:
    """Return the columns that a version's answer gives as they are."""
    stats = version.stats or _NO_STATS
    return (
        version.name,
        version.description,
        version.base_model,
        version.base_model_type,
        version.trained_words or [],
        version.nsfw_level,
        version.availability,
        version.upload_type,
        stats.download_count,
        stats.thumbs_up_count,
        stats.thumbs_down_count,
        stats.rating_count,
        stats.rating if stats.rating_count else None,
        len(version.files or ()),
        len(version.images or ()),
    )


def _counters(stats: Stats) -> tuple[float | None, ...]:
    """Return a model's counters; a mean without ratings says nothing."""
    return (
        stats.download_count,
        stats.thumbs_up_count,
        stats.thumbs_down_count,
        stats.favorite_count,
        stats.rating_count,
        stats.rating if stats.rating_count else None,
        stats.comment_count,
        stats.tipped_amount_count,
    )


def _first_time(batch: Batch, version: Version, origin: Origin) -> tuple[datetime, str, str] | None:
    """Return when a version was first there: published, or else created."""
    for text, key in ((version.published_at, "publishedAt"), (version.created_at, "createdAt")):
        time = read_time(text)
        if time is not None:
            return time, time.isoformat(), key
        if text is not None:
            batch.set_aside("versions", "bad-time", origin.below(key))
    return None


def _add_file(
    batch: Batch, file: File, version_id: str, model_id: str | None, origin: Origin, seen: Seen
) -> None:
    file_id = item_id(file.id)
    if file_id is None:
        batch.set_aside("files", "no-id", origin.below("id"))
        return
    metadata = file.metadata or _NO_METADATA
    hashes = file.hashes or _NO_HASHES
    row = (
        file_id,
        version_id,
        model_id,
        file.name,
        file.type,
        file.size_kb,
        metadata.format,
        metadata.fp,
        metadata.size,
        file.primary,
        _upper(hashes.sha256),
        _upper(hashes.autov1),
        _upper(hashes.autov2),
        _upper(hashes.autov3),
        _upper(hashes.blake3),
        _upper(hashes.crc32),
        file.pickle_scan_result,
        file.virus_scan_result,
        file.scanned_at,
        seen.observed_at,
        seen.via,
    )
    batch.add("files", row, origin, full=True)


def add_creator(batch: Batch, creator: Creator, origin: Origin, seen: Seen) -> None:
    """Add a row of the hub's own list of creators; a count that is left out is zero."""
    key = seen.pseudonym(creator.username)
    if key is None:
        batch.set_aside("creators", "no-id", origin.below("username"))
        return
    count = creator.model_count or 0
    row = (key, None, count, None, seen.observed_at, seen.via)
    batch.add("creators", row, origin, full=True)


def add_tag(batch: Batch, tag: Tag, origin: Origin, seen: Seen) -> None:
    """Add a row of the hub's own list of tags."""
    if not tag.name:
        batch.set_aside("tags", "no-id", origin.below("name"))
        return
    batch.add("tags", (tag.name, None, True, seen.observed_at, seen.via), origin, full=True)


def _upper(text: str | None) -> str | None:
    return text.upper() if text else None
