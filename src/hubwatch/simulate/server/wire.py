"""Requests and replies of the simulated hub, and the shapes in which the hub reports errors."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Document = dict[str, Any]

JSON_TYPE: Final = "application/json; charset=utf-8"
HTML_TYPE: Final = "text/html; charset=UTF-8"
NO_STORE: Final = ("Cache-Control", "no-store")
PUBLIC_CACHE: Final = ("Cache-Control", "public, s-maxage=300, stale-while-revalidate=150")
HASH_CACHE: Final = ("Cache-Control", "public, s-maxage=3600, stale-while-revalidate=1800")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the routes see it.

    Args:
        method: upper case.
        path: decoded, without query.
        target: path and query exactly as sent.
        query: values by name, in the order sent.
        headers: lower-case names.
        body: exact bytes.
        base_url: address of the server, without a slash at the end.
        authorised: whether the right token came along.
    """

    method: str
    path: str
    target: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    authorised: bool = False

    def first(self, name: str) -> str | None:
        """Return the first value of a parameter, `None` when it was not sent."""
        values = self.query.get(name)
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer before it is put on the wire.

    Args:
        status: HTTP status.
        document: JSON value to encode, or the exact bytes.
        headers: in the order in which they are sent; a name may come twice.
        content_type: media type with its charset.
        listing: the answer is a page: `document` has `items` and `metadata`.
        preceding: gives the item just before the page, `None` on the first page.
        whole: what a range was cut from.
        omit_body: answer to HEAD.
    """

    status: int
    document: Any
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON_TYPE
    listing: bool = False
    preceding: Callable[[], Document | None] | None = field(default=None, compare=False)
    whole: bytes | None = None
    omit_body: bool = False

    def body(self) -> bytes:
        """Return the bytes to send."""
        return self.document if isinstance(self.document, bytes) else encode(self.document)


class RefusedError(Exception):
    """Ends the handling of a request with a reply; never leaves the server."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def encode(document: Any) -> bytes:
    """Encode JSON; lone surrogates, which UTF-8 cannot hold, are written as escapes."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return json.dumps(document, separators=(",", ":")).encode("ascii")


def error(status: int, text: str, *headers: tuple[str, str], code: str = "") -> Reply:
    """Answer in the shape `{"error": text}`, with `code` beside it where given."""
    return Reply(status, {"error": text, **({"code": code} if code else {})}, (NO_STORE, *headers))


def invalid(name: str, message: str) -> RefusedError:
    """Refuse a parameter in the shape `{"error": {validation object}}`."""
    issue = {"code": "invalid_value", "path": [name], "message": message}
    return RefusedError(Reply(400, {"error": {"name": "ZodError", "issues": [issue]}}, (NO_STORE,)))


def refuse(status: int, text: str, *headers: tuple[str, str]) -> RefusedError:
    """Refuse in the shape `{"error": text}`."""
    return RefusedError(error(status, text, *headers))


def message(status: int, text: str, *, with_error: bool = False) -> Reply:
    """Answer in the shape `{"message"}` or `{"message", "error"}`."""
    document = {"message": text, **({"error": "Internal Server Error"} if with_error else {})}
    return Reply(status, document, (NO_STORE,))


def html(status: int, title: str, *headers: tuple[str, str]) -> Reply:
    """Answer with a page of the edge in front of the hub."""
    page = (
        f"<!DOCTYPE html><html><head><title>{title}</title></head>"
        f"<body><h1>{title}</h1><p>Simulated edge.</p></body></html>"
    )
    return Reply(status, page.encode(), (NO_STORE, *headers), HTML_TYPE)
