"""The declared tables that adapter files' headers fill; part of `schema.TABLES`.

Everything that may name a person (output names, dataset folders, caption tags that are not common
vocabulary) is a keyed token before it gets here: `name:` and 12 hex digits, equal for equal names
under one lake's key.
"""

from __future__ import annotations

from hubwatch.lake.columns import Column, Table

ADAPTERS = Table(
    "adapters",
    "what the header of one adapter file says; names are keyed tokens",
    ("hub", "file_id"),
    (
        Column("hub", "word", "name of the hub"),
        Column("file_id", "text", "file it was read from"),
        Column("version_id", "text", "version the file belongs to"),
        Column("model_id", "text", "model the file belongs to"),
        Column("month", "word", "UTC month of the version, YYYY-MM"),
        Column("status", "word", "read, unsound, not-visible or too-large; only read has the rest"),
        Column("stripped", "bool", "it holds no training metadata at all"),
        Column("trainer", "word", "kohya, onetrainer, ai-toolkit, diffusers, onsite, unknown"),
        Column("trainer_version", "word", "commit, revision or version as the trainer wrote it"),
        Column("base_model", "word", "base model family as the header says: SD 1.5, SDXL, ..."),
        Column("base_hash", "text", "hash of the base model file, lower-case hex"),
        Column("base_file", "word", "base model file that is publicly known by name, else null"),
        Column("network_module", "word", "network module, for example networks.lora"),
        Column("rank", "int", "network rank"),
        Column("alpha", "real", "network alpha"),
        Column("optimizer", "word", "optimiser, class name only"),
        Column("resolution", "int", "longer edge of training pictures, pixels"),
        Column("training_images", "int", "images trained on, without repeats where known"),
        Column("repeats", "int", "repeats of the largest folder"),
        Column("epochs", "int", "epochs trained"),
        Column("steps", "int", "optimiser steps"),
        Column("trained_at", "time", "when training began, as the header says"),
        Column("caption_style", "word", "tags, sentences, mixed, none"),
        Column("captions", "int", "distinct caption tags or sentences in the header"),
        Column("output_token", "text", "keyed token of the output name"),
        Column("person_like", "bool", "output name, folders or tags hold a person-like string"),
        Column("consent_tier", "word", "none, or what a consent manifest in the header claims"),
        Column("tensors", "int", "tensors in the file"),
        Column("metadata_bytes", "int", "length of the metadata as stored"),
        Column("header_bytes", "int", "length of the header"),
        Column("header_sha256", "text", "digest of the exact header"),
        Column("shape_sha256", "text", "digest of tensor names, types and shapes alone"),
        Column("observed_at", "time", "when the header was fetched"),
    ),
    filled_by="collect --kinds adapters",
)

ADAPTER_TAGS = Table(
    "adapter_tags",
    "how often a training caption tag occurs in one adapter file",
    ("hub", "file_id", "tag"),
    (
        Column("hub", "word", "name of the hub"),
        Column("file_id", "text", "adapter file"),
        Column("tag", "text", "normalised tag; whatever may name somebody is a keyed token"),
        Column("count", "int", "captions that hold it"),
    ),
    filled_by="collect --kinds adapters",
)
