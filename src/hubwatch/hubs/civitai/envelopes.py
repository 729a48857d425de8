"""Reading only what a walk needs of an answer: ids, cursor, times and what looks odd.

The fast way decodes a few fields of each item and skips the rest; an answer with wrong types goes
the slow way, and only one that is no JSON at all is damaged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.hubs.refusals import DamagedAnswerError
from hubwatch.hubs.window import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_LONGEST_INTEGER: Final = 40
_COUNTS: Final = ("likeCount", "laughCount", "cryCount", "heartCount", "commentCount")


class _Version(msgspec.Struct):
    publishedAt: Any = None  # noqa: N815 - the hub's name
    createdAt: Any = None  # noqa: N815 - the hub's name


class _Item(msgspec.Struct):
    id: int | str | None = None
    username: Any = None
    name: Any = None
    createdAt: Any = None  # noqa: N815 - the hub's name
    browsingLevel: Any = None  # noqa: N815 - the hub's name
    stats: Any = None
    modelVersions: list[_Version] = []  # noqa: N815 - the hub's name


class _Metadata(msgspec.Struct):
    nextCursor: int | str | None = None  # noqa: N815 - the hub's name
    nextPage: str | None = None  # noqa: N815 - the hub's name


class _Document(msgspec.Struct):
    items: list[_Item]
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


_DECODER: Final = msgspec.json.Decoder(_Document)


@dataclass(frozen=True, slots=True)
class Row:
    """One item of an answer: its id as text, and what the checks need."""

    id: str | None
    moment: datetime | None
    level: int | None
    idle: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """One answer without its content.

    Args:
        rows: its items in order.
        next_cursor: `None` at the end.
        next_page: whether the answer names a further page.
    """

    rows: Sequence[Row]
    next_cursor: str | None
    next_page: bool


def read_envelope(kind: str, body: bytes) -> Envelope:
    """Read the envelope of a listing.

    Raises:
        DamagedAnswerError: the bytes are no JSON listing.
    """
    try:
        document = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        document = _leniently(body)
    cursor = document.metadata.nextCursor
    return Envelope(
        rows=[_row(kind, item) for item in document.items],
        next_cursor=None if cursor is None or cursor == "" else str(cursor),
        next_page=bool(document.metadata.nextPage),
    )


def _leniently(body: bytes) -> _Document:
    """Read an answer whose items have unexpected types; what cannot be used becomes null."""
    try:
        whole = json.loads(body.decode("utf-8", "replace"), parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise DamagedAnswerError("the answer is no JSON") from error
    if not isinstance(whole, dict) or not isinstance(whole.get("items"), list):
        raise DamagedAnswerError("the answer is no listing")
    metadata = whole.get("metadata")
    if not isinstance(metadata, dict | None):
        raise DamagedAnswerError("nothing says whether the listing goes on")
    metadata = metadata or {}
    cursor, following = metadata.get("nextCursor"), metadata.get("nextPage")
    if not isinstance(cursor, int | str | None) or isinstance(cursor, bool):
        raise DamagedAnswerError("the cursor cannot be read: the end would be taken for reached")
    return _Document(
        items=[_lenient_item(item) for item in whole["items"]],
        metadata=_Metadata(
            nextCursor=cursor,
            nextPage=following if isinstance(following, str) else None,
        ),
    )


def _integer(text: str) -> float:
    """Read a whole number; one of thousands of digits, as in a seed, is none."""
    return int(text) if len(text) <= _LONGEST_INTEGER else float("inf")


def _lenient_item(item: object) -> _Item:
    if not isinstance(item, dict):
        return _Item()
    number = item.get("id")
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    versions = item.get("modelVersions")
    return _Item(
        id=number if isinstance(number, int | str) and not isinstance(number, bool) else None,
        username=item.get("username"),
        name=item.get("name"),
        createdAt=item.get("createdAt"),
        browsingLevel=item.get("browsingLevel"),
        stats=item.get("stats"),
        modelVersions=[
            _Version(v.get("publishedAt"), v.get("createdAt"))
            for v in (versions if isinstance(versions, list) else [])
            if isinstance(v, dict)
        ],
    )


def _row(kind: str, item: _Item) -> Row:
    if kind in ("creators", "tags"):
        name = item.username if kind == "creators" else item.name
        return Row(name if isinstance(name, str) and name else None, None, None, idle=False)
    number = None if item.id is None or item.id == "" else str(item.id)
    level = item.browsingLevel if isinstance(item.browsingLevel, int) else None
    if kind == "models":
        return Row(number, _last_version(item.modelVersions), None, idle=False)
    return Row(number, moment_of(item.createdAt), level, idle=_idle(item.stats))


def _last_version(versions: Iterable[_Version]) -> datetime | None:
    moments = (moment_of(v.publishedAt) or moment_of(v.createdAt) for v in versions)
    return max((m for m in moments if m is not None), default=None)


def _idle(stats: object) -> bool:
    """Say whether an image has counters and all of them are zero."""
    return isinstance(stats, dict) and all(stats.get(name) == 0 for name in _COUNTS)
