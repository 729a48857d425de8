"""One stored answer, with the exact bytes of it."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Literal, TypedDict

import msgspec

if TYPE_CHECKING:
    from hubwatch.hubs.protocol import Page


class RawRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stored answer: a page of a hub, or some lines of an imported file.

    Args:
        hub: name of the hub, for example `civitai`.
        kind: what the items in it are.
        source: address asked, or name of the imported file.
        position: page number in its walk, or number of the first line in the file, from 1.
        observed_at: RFC 3339, UTC: when the hub gave the answer.
        sha256: hex digest of the exact bytes.
        body: the exact text, when the bytes are valid UTF-8.
        base64: the exact bytes in base64 otherwise; `body` is then empty.
        form: `document` when the bytes are one answer, `lines` when they are JSON lines.
        slice, walk, cursor, next_cursor, status, headers, via: see `hubs.protocol.Page`.
    """

    hub: str
    kind: str
    source: str
    position: int
    observed_at: str
    sha256: str
    body: str = ""
    base64: str = ""
    form: Literal["document", "lines"] = "document"
    slice: str = ""
    walk: int = 1
    cursor: str | None = None
    next_cursor: str | None = None
    status: int = 200
    headers: dict[str, str] = {}
    via: Literal["listing", "boundary_repair", "by-id", "by-hash", "import"] = "listing"

    def exact(self) -> bytes:
        """Return the exact bytes that were stored."""
        return base64.b64decode(self.base64) if self.base64 else self.body.encode("utf-8")


def record_of(hub: str, page: Page) -> RawRecord:
    """Return a page as the raw store keeps it."""
    return RawRecord(
        hub=hub,
        kind=page.kind,
        source=page.url,
        position=page.number,
        observed_at=page.received_at,
        form=page.form,
        slice=page.slice,
        walk=page.walk,
        cursor=page.cursor,
        next_cursor=page.next_cursor,
        status=page.status,
        headers=dict(page.headers),
        via=page.via,
        **body_fields(page.body),
    )


class Body(TypedDict):
    """The fields of a `RawRecord` that hold exact bytes."""

    sha256: str
    body: str
    base64: str


def body_fields(exact: bytes) -> Body:
    """Return digest, and text or base64, of exact bytes."""
    digest = hashlib.sha256(exact).hexdigest()
    try:
        return {"sha256": digest, "body": exact.decode("utf-8"), "base64": ""}
    except UnicodeDecodeError:
        return {"sha256": digest, "body": "", "base64": base64.b64encode(exact).decode("ascii")}
