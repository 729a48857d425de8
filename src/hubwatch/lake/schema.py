"""The one place where the lake's tables are declared.

Parquet schemas, validation, `lake show`, the generated reference and the datasheet all come from
`TABLES`. Ids are text with the hub beside them; times are UTC microseconds; months are `YYYY-MM`.
A column is nullable unless it is part of the key: null always means *unknown*, never zero or false.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from hubwatch.lake.adapter_tables import ADAPTER_TAGS, ADAPTERS
from hubwatch.lake.columns import Column, Table, arrow_type
from hubwatch.lake.signal_tables import (
    MODEL_SIGNALS,
    PROMPT_CODES,
    PROMPT_SIGNALS,
    PROMPT_TAGS,
    TAG_TERMS,
)

if TYPE_CHECKING:
    import pyarrow as pa

#: Raised by one whenever a table changes in a way that older programs cannot read.
LAKE_VERSION: Final = 1

_HUB = Column("hub", "word", "name of the hub")
_SEEN = (
    Column("observed_at", "time", "when the hub gave the answer that this row is from"),
    Column("snapshot", "word", "snapshot that the answer belongs to"),
    Column("via", "word", "listing, boundary_repair, by-id, by-hash or import"),
)

_MODELS = Table(
    "models",
    "one model as last seen",
    ("hub", "model_id"),
    (
        _HUB,
        Column("model_id", "text", "the hub's id"),
        Column("name", "text", "as the uploader wrote it; may name a person"),
        Column("description", "text", "HTML as the uploader wrote it"),
        Column("method", "word", "the hub's model type: Checkpoint, LORA, TextualInversion, ..."),
        Column("declared_nsfw", "bool", "the uploader's own declaration"),
        Column("flagged_real_person", "bool", "the hub marks it as depicting a real person"),
        Column("flagged_minor", "bool", "the hub's minor flag; counted, never shown"),
        Column("sfw_only", "bool", "the hub allows only safe use"),
        Column("level_mask", "int", "OR of the level bits of its images; 0 not rated"),
        Column("mode", "word", "Archived, TakenDown, or null in the normal case"),
        Column("availability", "word", "Public, Unsearchable, Private, EarlyAccess"),
        Column("creator_key", "word", "keyed hash of the creator's handle"),
        Column("tags", "texts", "the hub's tags of the model"),
        Column("downloads", "int", "all-time counter; null when hidden"),
        Column("thumbs_up", "int", "all-time counter, since 2024"),
        Column("thumbs_down", "int", "all-time counter, since 2024"),
        Column("favorites", "int", "all-time counter, until 2024"),
        Column("ratings", "int", "number of ratings, until 2024"),
        Column("rating", "real", "mean rating 0..5, until 2024; null without ratings"),
        Column("comments", "int", "all-time counter"),
        Column("tips", "int", "all-time amount tipped, in the hub's currency"),
        Column("commercial_use", "texts", "allowed commercial uses, all three spellings as a set"),
        Column("allows_no_credit", "bool", "licence: use without credit"),
        Column("allows_derivatives", "bool", "licence: derivatives"),
        Column("allows_different_license", "bool", "licence: other licence on derivatives"),
        Column("created_at", "time", "earliest known time of any of its versions"),
        Column("created_at_source", "word", "version.publishedAt or version.createdAt"),
        Column("month", "word", "UTC month of created_at, YYYY-MM"),
        *_SEEN,
    ),
)

_VERSIONS = Table(
    "versions",
    "one version of a model as last seen",
    ("hub", "version_id"),
    (
        _HUB,
        Column("version_id", "text", "the hub's id"),
        Column("model_id", "text", "model it belongs to"),
        Column("method", "word", "the hub's type of its model"),
        Column("position", "int", "place in the model's list, 0 is shown first"),
        Column("name", "text", "as the uploader wrote it"),
        Column("description", "text", "HTML as the uploader wrote it"),
        Column("base_model", "word", "base model as the uploader declared it"),
        Column("base_model_type", "word", "Standard, Inpainting, Refiner, Pix2Pix"),
        Column("trigger_words", "texts", "words that call the adapter; may name a person"),
        Column("level_mask", "int", "OR of the level bits of its images; 0 not rated"),
        Column("availability", "word", "Public, Unsearchable, Private, EarlyAccess"),
        Column("upload_type", "word", "Created or Trained (on the hub)"),
        Column("downloads", "int", "all-time counter; null when hidden"),
        Column("thumbs_up", "int", "all-time counter, since 2024"),
        Column("thumbs_down", "int", "all-time counter, since 2024"),
        Column("ratings", "int", "number of ratings"),
        Column("rating", "real", "mean rating 0..5; null without ratings"),
        Column("files", "int", "number of files listed"),
        Column("images", "int", "number of showcase images listed"),
        Column("created_at", "time", "first known time"),
        Column("created_at_source", "word", "publishedAt or createdAt"),
        Column("updated_at", "time", "as the hub says"),
        Column("month", "word", "UTC month of created_at, YYYY-MM"),
        *_SEEN,
    ),
)

_FILES = Table(
    "files",
    "one file of a version as last seen; never its content",
    ("hub", "file_id"),
    (
        _HUB,
        Column("file_id", "text", "the hub's id"),
        Column("version_id", "text", "version it belongs to"),
        Column("model_id", "text", "model it belongs to"),
        Column("name", "text", "file name; may name a person"),
        Column("type", "word", "Model, VAE, Training Data, ..."),
        Column("size_kib", "real", "size in KiB"),
        Column("format", "word", "SafeTensor, PickleTensor, ..."),
        Column("precision", "word", "fp16, fp32, bf16, ..."),
        Column("pruning", "word", "full or pruned"),
        Column("primary", "bool", "the file that the hub offers first"),
        Column("sha256", "text", "upper-case hex"),
        Column("autov1", "text", "8 hex digits"),
        Column("autov2", "text", "10 hex digits"),
        Column("autov3", "text", "12 hex digits"),
        Column("blake3", "text", "upper-case hex"),
        Column("crc32", "text", "8 hex digits"),
        Column("pickle_scan", "word", "Pending, Success, Danger, Error"),
        Column("virus_scan", "word", "Pending, Success, Danger, Error"),
        Column("scanned_at", "time", "null until scanned"),
        *_SEEN,
    ),
)

_IMAGES = Table(
    "images",
    "one image record as last seen; never its pixels or its address",
    ("hub", "image_id"),
    (
        _HUB,
        Column("image_id", "text", "the hub's id"),
        Column("model_id", "text", "model whose showcase it is in"),
        Column("version_id", "text", "version whose showcase it is in, or the only one named"),
        Column("version_ids", "texts", "all versions that the hub says were used"),
        Column("post_id", "text", "post it belongs to"),
        Column("creator_key", "word", "keyed hash of the creator's handle"),
        Column("created_at", "time", "see created_at_source"),
        Column("created_at_source", "word", "image.createdAt or version.createdAt"),
        Column("month", "word", "UTC month of created_at, YYYY-MM; empty when unknown"),
        Column("level", "word", "PG, PG-13, R, X, XXX, blocked, unrated"),
        Column("level_source", "word", "field and original value, for example nsfw=Soft"),
        Column("type", "word", "image, video, audio"),
        Column("width", "int", "pixels"),
        Column("height", "int", "pixels"),
        Column("base_model", "word", "as the hub detected it"),
        Column("has_meta", "bool", "generation data were present"),
        Column("prompt_id", "hash", "row of prompts: what was asked for"),
        Column("negative_prompt_id", "hash", "row of prompts: what was to be avoided"),
        Column("tool", "word", "a1111, comfyui, onsite, engine, external, other"),
        Column("sampler", "word", "as written"),
        Column("steps", "int", "sampling steps"),
        Column("cfg_scale", "real", "guidance scale"),
        Column("seed", "int", "null when out of 64 bit"),
        Column("clip_skip", "int", "CLIP layers skipped"),
        Column("likes", "int", "all-time counter"),
        Column("hearts", "int", "all-time counter"),
        Column("laughs", "int", "all-time counter"),
        Column("cries", "int", "all-time counter"),
        Column("comments", "int", "all-time counter"),
        Column("source", "word", "listing or showcase: which kind of record the row is from"),
        Column("linked_at", "time", "when the showcase that names model and version was seen"),
        *_SEEN,
    ),
    partition="month",
)

_PROMPTS = Table(
    "prompts",
    "one distinct prompt, positive or negative",
    ("prompt_id",),
    (
        Column("prompt_id", "hash", "first 64 bits of the BLAKE2b digest of the UTF-8 text"),
        Column("check", "hash", "next 64 bits, for finding collisions"),
        Column("text", "text", "exact text; lone surrogates are written as U+FFFD"),
        Column("characters", "int", "length in code points"),
    ),
)

_RESOURCES = Table(
    "image_resources",
    "one model or adapter that an image record says was used",
    ("hub", "image_id", "position"),
    (
        _HUB,
        Column("image_id", "text", "image it was used for"),
        Column("position", "int", "place in the record's list, from 0"),
        Column("type", "word", "model, lora, embed, ... as written"),
        Column("name", "text", "as written; may name a person"),
        Column("weight", "real", "strength; null when not said"),
        Column("hash", "text", "short hash of the file, upper-case hex"),
        Column("version_id", "text", "version id where the record gives one"),
        Column("month", "word", "month of the image"),
    ),
    partition="month",
)

_CREATORS = Table(
    "creators",
    "one account that shares models or images",
    ("hub", "creator_key"),
    (
        _HUB,
        Column("creator_key", "text", "keyed hash of the handle"),
        Column("models", "int", "models in the lake"),
        Column(
            "listed_models", "int", "models that the hub's own list counts; null when not listed"
        ),
        Column("first_month", "word", "month of the first model or image seen"),
        *_SEEN,
    ),
)

_TAGS = Table(
    "tags",
    "one tag that models carry",
    ("hub", "tag"),
    (
        _HUB,
        Column("tag", "text", "as the hub spells it"),
        Column("models", "int", "models in the lake that carry it"),
        Column("listed", "bool", "the hub's own list of tags names it"),
        *_SEEN,
    ),
)

#: What repeated snapshots allow us to say of an item. Absent once is unknown, never gone.
STATES: Final = ("listed", "hidden", "reachable-by-id", "file-only", "gone", "unknown")

_STATES = Table(
    "item_states",
    "what the snapshots so far allow us to say of one item",
    ("hub", "kind", "item_id"),
    (
        _HUB,
        Column("kind", "word", "models, versions or images"),
        Column("item_id", "text", "the hub's id"),
        Column("state", "word", " | ".join(STATES)),
        Column("first_seen_at", "time", "first answer that held it"),
        Column("last_seen_at", "time", "last answer that held it"),
        Column("misses", "int", "complete listings in a row without it"),
        Column("id_misses", "int", "look-ups by id in a row that did not find it"),
        Column("snapshot", "word", "last snapshot that was taken into account"),
    ),
)

_QUARANTINE = Table(
    "quarantine",
    "one thing that could not be read, with a pointer to where it lies untouched",
    ("snapshot", "file", "record", "item", "path"),
    (
        _HUB,
        Column("kind", "word", "what it should have been"),
        Column("reason", "word", "short code, for example wrong-type"),
        Column("message", "text", "one sentence; never quotes the value"),
        Column("snapshot", "word", "snapshot it came in"),
        Column("file", "text", "raw file below the lake"),
        Column("record", "int", "record in that file, from 1"),
        Column("item", "int", "item in that record, from 0; -1 for the whole record"),
        Column("path", "text", "JSON path in the item"),
        Column("sha256", "text", "digest of the record's exact bytes"),
    ),
)

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        _MODELS,
        _VERSIONS,
        _FILES,
        _IMAGES,
        _PROMPTS,
        PROMPT_TAGS,
        TAG_TERMS,
        PROMPT_SIGNALS,
        PROMPT_CODES,
        MODEL_SIGNALS,
        _RESOURCES,
        _CREATORS,
        _TAGS,
        ADAPTERS,
        ADAPTER_TAGS,
        _STATES,
        _QUARANTINE,
    )
}


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of one table, key columns not nullable.

    Raises:
        KeyError: there is no such table.
    """
    import pyarrow as pa

    declared = TABLES[table]
    return pa.schema(
        [
            pa.field(
                c.name,
                arrow_type(c.type),
                nullable=c.name not in declared.key,
                metadata={"about": c.about},
            )
            for c in declared.columns
        ],
        metadata={"table": table, "lake_version": str(LAKE_VERSION)},
    )
