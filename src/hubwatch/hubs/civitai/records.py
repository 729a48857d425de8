"""The hub's documents as it has written them since 2022, all epochs in one declaration.

Every field that has been seen is declared, so that an unknown key is a sign of drift and is never
dropped silently. What is known and deliberately not kept has the type `Unkept`: addresses of
pictures, cosmetics, links, scanner messages. Fields are lenient where the hub has been: numbers as
text, three maturity encodings, old and new statistics. `meta` is free-form: its unknown keys are
expected and stay in the raw store.
Source: shared facts on the hub's API, sections 5-9, 12 and 14.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Struct, field

Unkept = msgspec.Raw
_NONE: Final = msgspec.Raw()

#: A whole number that fits the lake's columns.
Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Id = Whole | str | None
Number = int | float | str | None


class Stats(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """Counters of a model or a version under their old and new names; null means hidden."""

    download_count: Whole | None = None
    favorite_count: Whole | None = None
    comment_count: Whole | None = None
    rating_count: Whole | None = None
    rating: float | None = None
    thumbs_up_count: Whole | None = None
    thumbs_down_count: Whole | None = None
    tipped_amount_count: Whole | None = None
    collected_count: Unkept = _NONE
    generation_count: Unkept = _NONE
    image_count: Unkept = _NONE


class ImageStats(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """Reactions to an image."""

    like_count: Whole | None = None
    heart_count: Whole | None = None
    laugh_count: Whole | None = None
    cry_count: Whole | None = None
    comment_count: Whole | None = None
    dislike_count: Unkept = _NONE
    collected_count: Unkept = _NONE
    tipped_amount_count: Unkept = _NONE
    view_count: Unkept = _NONE


class Resource(Struct, rename="camel", gc=False):
    """A model or adapter that an image record names; free-form, so other keys may be there."""

    type: str | None = None
    name: str | None = None
    weight: Number = None
    strength: Number = None
    hash: str | None = None
    model_version_id: Id = None


class Meta(Struct, gc=False):
    """What the tool that made an image wrote down; free-form, flat or wrapped as `{id, meta}`."""

    prompt: str | None = None
    negative_prompt: str | None = field(default=None, name="negativePrompt")
    steps: Number = None
    sampler: str | None = None
    cfg_scale: Number = field(default=None, name="cfgScale")
    seed: Number = None
    clip_skip: Number = field(default=None, name="clipSkip")
    clip_skip_spaced: Number = field(default=None, name="Clip skip")
    resources: list[Resource] | None = None
    site_resources: list[Resource] | None = field(default=None, name="civitaiResources")
    more_resources: list[Resource] | None = field(default=None, name="additionalResources")
    hashes: dict[str, Any] | list[Any] | None = None
    version: msgspec.Raw = field(default=_NONE, name="Version")
    comfy: msgspec.Raw = _NONE
    engine: msgspec.Raw = _NONE
    external: msgspec.Raw = _NONE
    id: msgspec.Raw = _NONE
    meta: Meta | None = None


class Image(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """An image as the images list gives it, or as a showcase image inside a version."""

    id: Id = None
    url: str | None = None
    nsfw: bool | str | Whole | None = None
    nsfw_level: str | Whole | None = None
    browsing_level: Whole | None = None
    width: Whole | None = None
    height: Whole | None = None
    type: str | None = None
    created_at: str | None = None
    post_id: Id = None
    username: str | None = None
    base_model: str | None = None
    model_version_ids: list[Whole | str] | None = None
    stats: ImageStats | None = None
    meta: Meta | None = None
    has_meta: bool | None = None
    hash: Unkept = _NONE
    name: Unkept = _NONE
    mime_type: Unkept = _NONE
    metadata: Unkept = _NONE
    tags: Unkept = _NONE
    user_id: Unkept = _NONE
    model_version_id: Id = None
    availability: Unkept = _NONE
    size_kb: Unkept = field(default=_NONE, name="sizeKB")
    minor: Unkept = _NONE
    poi: Unkept = _NONE
    has_positive_prompt: Unkept = _NONE
    on_site: Unkept = _NONE
    remix_of_id: Unkept = _NONE
    needs_review: Unkept = _NONE
    generation_process: Unkept = _NONE


class FileMetadata(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """What the uploader said of a file."""

    format: str | None = None
    size: str | None = None
    fp: str | None = None
    quant_type: Unkept = _NONE
    is_required: Unkept = _NONE


class Hashes(Struct, forbid_unknown_fields=True, gc=False):
    """Digests of a file; any may be missing."""

    autov1: str | None = field(default=None, name="AutoV1")
    autov2: str | None = field(default=None, name="AutoV2")
    autov3: str | None = field(default=None, name="AutoV3")
    sha256: str | None = field(default=None, name="SHA256")
    crc32: str | None = field(default=None, name="CRC32")
    blake3: str | None = field(default=None, name="BLAKE3")


class File(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """A file of a version."""

    id: Id = None
    name: str | None = None
    type: str | None = None
    size_kb: float | None = field(default=None, name="sizeKB")
    metadata: FileMetadata | None = None
    hashes: Hashes | None = None
    primary: bool | None = None
    pickle_scan_result: str | None = None
    virus_scan_result: str | None = None
    scanned_at: str | None = None
    pickle_scan_message: Unkept = _NONE
    virus_scan_message: Unkept = _NONE
    download_url: Unkept = _NONE
    url: Unkept = _NONE


class VersionModel(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """What a version's own answer says of its model."""

    name: str | None = None
    type: str | None = None
    nsfw: bool | None = None
    poi: bool | None = None
    minor: bool | None = None
    sfw_only: bool | None = None
    mode: str | None = None


class Version(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """A version inside a model, or the answer of `model-versions/{id}` and `by-hash`."""

    id: Id = None
    model_id: Id = None
    name: str | None = None
    index: Whole | None = None
    base_model: str | None = None
    base_model_type: str | None = None
    description: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    published_at: str | None = None
    trained_words: list[str] | None = None
    nsfw_level: Whole | None = None
    availability: str | None = None
    upload_type: str | None = None
    stats: Stats | None = None
    files: list[File] | None = None
    images: list[Image] | None = None
    model: VersionModel | None = None
    status: Unkept = _NONE
    flags: Unkept = _NONE
    air: Unkept = _NONE
    usage_control: Unkept = _NONE
    training_status: Unkept = _NONE
    training_details: Unkept = _NONE
    early_access_time_frame: Unkept = _NONE
    early_access_deadline: Unkept = _NONE
    early_access_ends_at: Unkept = _NONE
    early_access_config: Unkept = _NONE
    paid_access: Unkept = _NONE
    licensing_fee: Unkept = _NONE
    vae_id: Unkept = _NONE
    supports_generation: Unkept = _NONE
    covered: Unkept = _NONE
    download_url: Unkept = _NONE
    clip_skip: Unkept = _NONE
    epochs: Unkept = _NONE
    steps: Unkept = _NONE


class Uploader(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """The account that shares a model; absent for the hub's own account."""

    username: str | None = None
    id: Unkept = _NONE
    user_id: Unkept = _NONE
    image: Unkept = _NONE
    link: Unkept = _NONE


class Model(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """A model as the list and `models/{id}` give it."""

    id: Id = None
    name: str | None = None
    description: str | None = None
    type: str | None = None
    poi: bool | None = None
    minor: bool | None = None
    nsfw: bool | None = None
    sfw_only: bool | None = None
    nsfw_level: Whole | None = None
    mode: str | None = None
    availability: str | None = None
    allow_no_credit: bool | None = None
    allow_derivatives: bool | None = None
    allow_different_license: bool | None = None
    allow_commercial_use: str | list[str] | None = None
    creator: Uploader | None = None
    tags: list[str] | None = None
    stats: Stats | None = None
    model_versions: list[Version] | None = None
    base_models: Unkept = _NONE
    cosmetic: Unkept = _NONE
    supports_generation: Unkept = _NONE
    user_id: Unkept = _NONE


class Creator(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """A row of the list of creators; `modelCount` is left out when it is 0."""

    username: str | None = None
    model_count: Whole | None = None
    id: Unkept = _NONE
    user_id: Unkept = _NONE
    link: Unkept = _NONE
    image: Unkept = _NONE


class Tag(Struct, forbid_unknown_fields=True, rename="camel", gc=False):
    """A row of the list of tags."""

    name: str | None = None
    id: Unkept = _NONE
    link: Unkept = _NONE
    model_count: Unkept = _NONE


class ModelPage(Struct, forbid_unknown_fields=True):
    """A page of models."""

    items: list[Model]
    metadata: Unkept = _NONE


class VersionPage(Struct, forbid_unknown_fields=True):
    """Versions in the envelope of a page."""

    items: list[Version]
    metadata: Unkept = _NONE


class ImagePage(Struct, forbid_unknown_fields=True):
    """A page of images."""

    items: list[Image]
    metadata: Unkept = _NONE


class CreatorPage(Struct, forbid_unknown_fields=True):
    """A page of creators."""

    items: list[Creator]
    metadata: Unkept = _NONE


class TagPage(Struct, forbid_unknown_fields=True):
    """A page of tags."""

    items: list[Tag]
    metadata: Unkept = _NONE


#: Kind of item -> its document and its page.
DOCUMENTS: Final[dict[str, type[Struct]]] = {
    "models": Model,
    "versions": Version,
    "images": Image,
    "creators": Creator,
    "tags": Tag,
}
PAGES: Final[dict[str, type[Struct]]] = {
    "models": ModelPage,
    "versions": VersionPage,
    "images": ImagePage,
    "creators": CreatorPage,
    "tags": TagPage,
}


#: Keys that tell what a single document is, most telling first.
_TELLING: Final = (
    ("models", {"modelVersions"}),
    ("images", {"width", "height", "meta", "browsingLevel", "postId"}),
    ("versions", {"modelId", "trainedWords", "files", "baseModel"}),
    ("models", {"type", "poi", "creator", "allowNoCredit"}),
    ("creators", {"username", "modelCount"}),
)


def kind_of(keys: set[str]) -> str | None:
    """Tell what a single document is from its top-level keys, `None` when it is nothing known."""
    for kind, telling in _TELLING:
        if keys & telling:
            return kind
    return "tags" if {"name", "link"} <= keys else None
