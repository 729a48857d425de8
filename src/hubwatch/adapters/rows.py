"""Rows of the tables `adapters` and `adapter_tags`, with all names redacted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from hubwatch.adapters.header import Header
    from hubwatch.adapters.redact import Redactor


class FileKey(NamedTuple):
    """Which file a row is of: the first columns of `adapters`."""

    hub: str
    file_id: str
    version_id: str | None
    model_id: str | None
    month: str | None


def adapter_row(
    file: FileKey,
    status: str,
    header: Header | None,
    redactor: Redactor,
    observed_at: datetime,
) -> dict[str, Any]:
    """Return the row of one file in `adapters`.

    Args:
        file: which file.
        status: read, unsound, not-visible, too-large.
        header: None unless `status` is read.
        redactor: under the lake's key.
        observed_at: when the header was fetched, UTC.
    """
    raise NotImplementedError


def tag_rows(file: FileKey, header: Header, redactor: Redactor) -> list[dict[str, Any]]:
    """Return the rows of one file in `adapter_tags`; counts of tags with equal tokens are added."""
    raise NotImplementedError
