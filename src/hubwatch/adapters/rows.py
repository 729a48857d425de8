"""Rows of the tables `adapters` and `adapter_tags`, with all names redacted.

Nothing that a header says reaches a row as free text: it is a number, a word of a known list, a
digest, a caption tag that passed the `Redactor`, or a keyed token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from hubwatch.adapters.captions import is_sentence
from hubwatch.adapters.consent import read_consent
from hubwatch.adapters.identity import shape_digest
from hubwatch.adapters.training import Training, read_training
from hubwatch.lake.adapter_tables import ADAPTERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hubwatch.adapters.header import Header
    from hubwatch.adapters.redact import Redactor

#: Columns that are fields of `Training` and hold nothing that somebody could have written freely.
_COPIED: Final = (
    *("stripped", "trainer", "trainer_version", "base_model", "base_hash", "base_file"),
    *("network_module", "rank", "alpha", "optimizer", "resolution", "training_images", "repeats"),
    *("epochs", "steps", "trained_at"),
)
#: The hub's word for a version that its own trainer made.
_TRAINED_ON_SITE: Final = "Trained"
#: Most tags of one file that become rows.
TAGS_KEPT: Final = 1_000


class FileKey(NamedTuple):
    """Which file a row is of: the first columns of `adapters`, and who trained it.

    Args:
        hub, file_id, version_id, model_id, month: as in the table.
        upload_type: column `upload_type` of the version; `Trained` makes the trainer `onsite`.
        names: what the hub calls file and model; no tag shows them.
    """

    hub: str
    file_id: str
    version_id: str | None
    model_id: str | None
    month: str | None
    upload_type: str | None = None
    names: tuple[str, ...] = ()


def adapter_row(
    file: FileKey,
    status: str,
    header: Header | None,
    redactor: Redactor,
    observed_at: datetime,
) -> dict[str, Any]:
    """Return the row of one file in `adapters`; a column that is not known is None.

    Args:
        file: which file.
        status: read, unsound, not-visible, too-large.
        header: None unless `status` is read.
        redactor: under the lake's key.
        observed_at: when the header was fetched, UTC.
    """
    row: dict[str, Any] = dict.fromkeys(ADAPTERS.names())
    row |= {name: getattr(file, name) for name in FileKey._fields if name in row}
    row |= {"status": status, "observed_at": observed_at}
    if header is None:
        return row
    training = read_training(header.metadata, header.tensors)
    row |= {name: getattr(training, name) for name in _COPIED}
    if file.upload_type == _TRAINED_ON_SITE:
        row["trainer"] = "onsite"
    strings = (*training.own_names, *training.captions.counts)
    return row | {
        "caption_style": training.captions.style,
        "captions": training.captions.distinct,
        "output_token": redactor.token(training.output_name) if training.output_name else None,
        "person_like": None if training.stripped else redactor.person_like(strings),
        "consent_tier": read_consent(header.metadata).tier,
        "tensors": len(header.tensors),
        "metadata_bytes": metadata_bytes(header.metadata),
        "header_bytes": header.length,
        "header_sha256": header.sha256,
        "shape_sha256": shape_digest(header.tensors),
    }


def metadata_bytes(metadata: Mapping[str, str]) -> int:
    """Return the length of the metadata as compact JSON, in bytes; 0 without any."""
    return len(msgspec.json.encode(metadata)) if metadata else 0


def tag_rows(file: FileKey, header: Header, redactor: Redactor) -> list[dict[str, Any]]:
    """Return the rows of one file in `adapter_tags`, most frequent first.

    Sentences are left out. Tags that have one form, or one token, are one row with their counts
    added; at most `TAGS_KEPT` tags are read.

    Args:
        file: which file.
        header: of the file.
        redactor: under the lake's key.
    """
    training = read_training(header.metadata, header.tensors)
    own = (*file.names, *training.own_names)
    found: dict[str, int] = {}
    for tag, count in _tags(training):
        kept = redactor.tag(tag, own)
        found[kept] = found.get(kept, 0) + count
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"hub": file.hub, "file_id": file.file_id, "tag": tag, "count": count}
        for tag, count in ordered
    ]


def _tags(training: Training) -> list[tuple[str, int]]:
    counts = training.captions.counts.items()
    return [(tag, count) for tag, count in counts if not is_sentence(tag)][:TAGS_KEPT]
