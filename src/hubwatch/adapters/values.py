"""Values out of hostile text: a number, an object, or None; nothing in here raises."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Longest JSON inside a metadata value that is read, in characters; a longer one is unknown.
JSON_CAP: Final = 16 << 20
#: Longest text that is read as a name, a version or a file.
TEXT_CAP: Final = 512
_LONGEST_NUMBER: Final = 32
_MISSING: Final = frozenset(("", "none", "null", "undefined", "nan", "[]", "{}"))
#: Adapters exist since 2022; clocks of training machines that lie further off are wrong.
_FIRST: Final = datetime(2021, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2040, 1, 1, tzinfo=UTC)


def text_of(value: object) -> str | None:
    """Return a short text without blanks around it; None for what says nothing."""
    if not isinstance(value, str) or len(value) > TEXT_CAP:
        return None
    value = value.strip()
    return None if value.lower() in _MISSING else value


def first_text(values: Mapping[str, Any], *keys: str) -> str | None:
    """Return the first short text under some keys."""
    return next((found for key in keys if (found := text_of(values.get(key)))), None)


def real_of(value: object, low: float, high: float) -> float | None:
    """Return a number, also when it is written as text; None outside of `low` to `high`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        if not 0 < len(value) <= _LONGEST_NUMBER:
            return None
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float) or not low <= value <= high:
        return None
    return float(value) if math.isfinite(value) else None


def whole_of(value: object, low: int, high: int) -> int | None:
    """Return a whole number, also when it is written as text or with a fraction of zero."""
    found = real_of(value, low, high)
    return int(found) if found is not None and found.is_integer() else None


def first_whole(values: Mapping[str, Any], low: int, high: int, *keys: str) -> int | None:
    """Return the first whole number in the range under some keys."""
    found = (whole_of(values.get(key), low, high) for key in keys)
    return next((number for number in found if number is not None), None)


def json_of(text: object) -> Any:
    """Return what some JSON says; None when it is broken, too deep or too long.

    Args:
        text: at most `JSON_CAP` characters.
    """
    if not isinstance(text, str) or not 1 < len(text) <= JSON_CAP:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None


def object_of(value: object) -> dict[str, Any]:
    """Return a JSON object; empty when it is none.

    Args:
        value: decoded already, or JSON.
    """
    found = json_of(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        return {}
    return {key: item for key, item in found.items() if isinstance(key, str)}


def list_of(value: object) -> list[Any]:
    """Return a JSON list; empty when it is none.

    Args:
        value: decoded already, or JSON.
    """
    found = json_of(value) if isinstance(value, str) else value
    return found if isinstance(found, list) else []


def time_of(value: object) -> datetime | None:
    """Return a time in UTC: seconds since 1970, or a date (and time) of ISO 8601.

    A time without a zone is read as UTC, which it is within a day.
    """
    seconds = real_of(value, _FIRST.timestamp(), _LAST.timestamp())
    if seconds is not None:
        return datetime.fromtimestamp(seconds, UTC)
    text = text_of(value)
    if text is None or not text[:4].isdecimal():
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _FIRST <= found <= _LAST else None


def base_name(path: str) -> str:
    """Return the last part of a path of any system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
