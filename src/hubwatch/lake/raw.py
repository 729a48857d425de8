"""The raw store: a hub's exact answers as compressed JSON lines, one zstd frame a record.

Layout below a lake: `raw/<hub>/<snapshot>/manifest.json` and `raw/<hub>/<snapshot>/<kind>-00001.jsonl.zst`.
Frames make appending safe: a file that a kill left half-written is cut back to its last whole frame.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class RawRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stored answer: a page of a hub, or one item of an imported file.

    Args:
        hub: name of the hub, for example `civitai`.
        kind: what the items in it are.
        source: address asked, or name of the imported file.
        position: page number in its walk, or line number in the file, from 1.
        observed_at: RFC 3339, UTC: when the hub gave the answer.
        sha256: hex digest of the exact bytes.
        body: the exact text, when the bytes are valid UTF-8.
        base64: the exact bytes in base64 otherwise; `body` is then empty.
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
    slice: str = ""
    walk: int = 1
    cursor: str | None = None
    next_cursor: str | None = None
    status: int = 200
    headers: dict[str, str] = {}
    via: Literal["listing", "boundary_repair", "by-id", "by-hash", "import"] = "listing"
