"""Single values as the hub writes them: ids, numbers as text, levels."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from hubwatch.levels import BIT_TO_LEVEL, WORD_TO_LEVEL

_LARGEST: Final = 2**63 - 1
_LONGEST_ID = 64
_WORD: Final = re.compile(r"[^{},\s\"]+")


def item_id(value: int | str | None) -> str | None:
    """Return an id as text, `None` when it is missing, empty, below zero or absurdly long."""
    if type(value) is int:
        return str(value) if 0 <= value <= _LARGEST else None
    if isinstance(value, str):
        text = value.strip()
        return text if 0 < len(text) <= _LONGEST_ID else None
    return None


def id_in_url(url: str | None) -> str | None:
    """Return the id that the detail answers leave out: the file name in the picture's address."""
    if not url:
        return None
    try:
        name = urlsplit(url).path.rpartition("/")[2].partition(".")[0]
    except ValueError:
        return None
    return name if name.isdecimal() and name.isascii() and len(name) <= 19 else None


def commercial_uses(value: str | list[str] | None) -> list[str] | None:
    """Return the allowed uses as a sorted set: one word, a list, or the text `{Image,Rent}`."""
    if value is None:
        return None
    words = value if isinstance(value, list) else _WORD.findall(value)
    return sorted({word for word in words if word != "None"})


def whole(value: float | str | None) -> int | None:
    """Return a whole number that fits 64 bits, also from text; `None` otherwise."""
    if isinstance(value, str):
        try:
            value = int(value) if len(value) <= _LONGEST_ID else None
        except ValueError:
            return None
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    if value is None or not -_LARGEST - 1 <= value <= _LARGEST:
        return None
    return int(value)


def real(value: float | str | None) -> float | None:
    """Return a finite number, also from text; `None` otherwise."""
    if value is None:
        return None
    try:
        number = float(value) if not isinstance(value, str) or len(value) <= _LONGEST_ID else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and number - number == 0 else None


@lru_cache(maxsize=4096, typed=True)
def level_of(
    browsing_level: int | None, nsfw_level: str | int | None, nsfw: str | bool | int | None
) -> tuple[str, str | None]:
    """Return an image's level and the field and original value it is from.

    The most exact of the three encodings that is there decides. A boolean alone says too little
    and leaves the image unrated, and so does a value that is not known.
    """
    if browsing_level is not None:
        return _level("browsingLevel", browsing_level)
    if nsfw_level is not None:
        return _level("nsfwLevel", nsfw_level)
    if nsfw is not None:
        return _level("nsfw", nsfw)
    return "unrated", None


def _level(field: str, value: str | int) -> tuple[str, str]:
    if value is True or value is False:
        return "unrated", f"{field}={str(value).lower()}"
    if isinstance(value, str):
        return WORD_TO_LEVEL.get(value, "unrated"), f"{field}={value[:40]}"
    return BIT_TO_LEVEL.get(value, "unrated"), f"{field}={value}"
