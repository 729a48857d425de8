"""File downloads: a redirect to a signed address, and small synthetic adapters behind it."""

from __future__ import annotations

import hmac
import json
import math
import re
import struct
import time
from typing import TYPE_CHECKING, Final

from hubwatch.simulate.server.parameters import LARGEST_ID, identifier
from hubwatch.simulate.server.wire import NO_STORE, Reply, error, message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.simulate.catalogue import Tensor
    from hubwatch.simulate.server.index import CatalogueIndex
    from hubwatch.simulate.server.wire import Request

LINK_SECONDS: Final = 3600
DELIVERY: Final = "/delivery/"
BINARY: Final = "application/octet-stream"
#: Bytes of one element, by type.
WIDTHS: Final = {"F32": 4, "F16": 2, "BF16": 2}


def adapter_bytes(metadata: Mapping[str, str] | None, tensors: Sequence[Tensor]) -> bytes:
    """Make a sound `.safetensors` file of zeros; equal arguments give equal bytes.

    Args:
        metadata: the `__metadata__` block, `None` for a file that carries none.
        tensors: name, type (of `WIDTHS`) and shape, in the order of the file.

    Source: the safetensors format: header length in 8 bytes, little end first, JSON header padded
    with spaces to a multiple of 8, tensors without gaps.
    """
    header: dict[str, object] = {} if metadata is None else {"__metadata__": dict(metadata)}
    offset = 0
    for name, dtype, shape in tensors:
        end = offset + WIDTHS[dtype] * math.prod(shape)
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + bytes(offset)


def redirect(index: CatalogueIndex, request: Request, text: str, key: bytes) -> Reply:
    """Answer `GET /api/download/models/{versionId}` with 307 to an address that expires."""
    number = identifier(text)
    at = index.versions.position(number) if number <= LARGEST_ID else None
    c = index.catalogue
    model = None if at is None else int(c.version_model[at])
    if model is None or c.model_gone[model]:
        return error(404, "Model not found")
    if c.model_real_person[model] and not index.real_persons_listed:
        return error(404, "Model not found")
    if c.model_archived[model]:
        return error(410, "Model archived, not available for download")
    if request.first("type") == "Training Data":
        return error(404, "File not found")
    expires = int(time.time()) + LINK_SECONDS
    link = f"{request.base_url}{DELIVERY}{number}.safetensors?expires={expires}"
    signature = _sign(key, f"{number}.safetensors", str(expires))
    return Reply(307, b"", (NO_STORE, ("Location", f"{link}&signature={signature}")))


def deliver(index: CatalogueIndex, request: Request, key: bytes) -> Reply:
    """Answer the signed address; a token that was forwarded to it is refused, as stores do."""
    name = request.path.removeprefix(DELIVERY)
    if "authorization" in request.headers:
        return message(400, "Only one authentication mechanism is allowed")
    expires = request.first("expires") or ""
    signature = request.first("signature") or ""
    if not hmac.compare_digest(signature.encode(), _sign(key, name, expires).encode()):
        return message(403, "The request signature does not match")
    if int(expires) < time.time():
        return message(403, "Request has expired")
    at = index.versions.position(identifier(name.removesuffix(".safetensors")))
    if at is None:
        return message(404, "No such key")
    catalogue = index.catalogue
    body = adapter_bytes(catalogue.training_metadata(at), catalogue.training_tensors(at))
    return ranged(body, request.headers.get("range"))


def ranged(body: bytes, header: str | None) -> Reply:
    """Answer 206 with the part that was asked for; several parts at once get the whole."""
    whole = Reply(200, body, (("Accept-Ranges", "bytes"),), BINARY)
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", (header or "").strip())
    if match is None or match.group(0) == "bytes=-":
        return whole
    first, last = match.groups()
    size = len(body)
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < start:
        return whole
    if start >= size or (not first and int(last) == 0):
        return Reply(416, b"", (("Content-Range", f"bytes */{size}"),), BINARY)
    part = ("Content-Range", f"bytes {start}-{end}/{size}")
    headers = (("Accept-Ranges", "bytes"), part)
    return Reply(206, body[start : end + 1], headers, BINARY, whole=body)


def _sign(key: bytes, name: str, expires: str) -> str:
    return hmac.new(key, f"{name}\n{expires}".encode(), "sha256").hexdigest()
