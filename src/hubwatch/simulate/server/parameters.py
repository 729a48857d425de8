"""Query parameters as the hub reads them, its two kinds of booleans included."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from hubwatch.simulate.server.wire import Request, invalid, refuse

if TYPE_CHECKING:
    from collections.abc import Collection

LARGEST_ID: Final = 2_147_483_647
YES: Final = frozenset({"true", "1", "yes", "y", "on", "enabled"})
NO: Final = frozenset({"false", "0", "no", "n", "off", "disabled"})
PERIOD_DAYS: Final = {"Day": 1, "Week": 7, "Month": 30, "Year": 365}
MODEL_TYPES: Final = (
    "Checkpoint", "TextualInversion", "Hypernetwork", "AestheticGradient", "LORA", "LoCon", "DoRA",
    "Controlnet", "Upscaler", "MotionModule", "VAE", "TextEncoder", "UNet", "CLIPVision", "Poses",
    "Wildcards", "Workflows", "ComfyWorkflows", "Detection", "VisionLanguage", "CLIP", "LLM",
    "Other",
)  # fmt: skip
PUBLIC_MASK: Final = 1
MATURE_MASK: Final = 60
ALL_MASK: Final = 31
WORD_MASKS: Final = {"None": 1, "Soft": 3, "Mature": 7, "X": 31, "Blocked": 32}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def boolean(request: Request, name: str) -> bool | None:
    """Read a boolean of kind A: words for yes and no, everything else is refused."""
    text = request.first(name)
    if text is None:
        return None
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise invalid(name, "Invalid boolean")


def presence(request: Request, name: str) -> bool:
    """Read a boolean of kind B: any text that is not empty is true, the word `false` included."""
    return bool(request.first(name))


def integer(request: Request, name: str, *, low: int, high: int) -> int | None:
    """Read a whole number within bounds; outside them it is refused, not clamped."""
    text = request.first(name)
    if text is None:
        return None
    if not re.fullmatch(r"-?\d{1,18}", text) or not low <= int(text) <= high:
        raise invalid(name, f"Expected a number from {low} to {high}")
    return int(text)


def identifier(text: str, *, bounded: bool = True) -> int:
    """Read an id from a path; 0 and words are refused, and so are too large ones where bounded."""
    if not re.fullmatch(r"\d{1,18}", text) or int(text) == 0:
        raise invalid("id", "Expected a positive number")
    if bounded and int(text) > LARGEST_ID:
        raise invalid("id", f"Expected a number from 1 to {LARGEST_ID}")
    return int(text)


def numbers(request: Request, name: str) -> tuple[int, ...]:
    """Read a comma-separated list of ids."""
    parts = [part for value in request.query.get(name, ()) for part in value.split(",") if part]
    if any(not re.fullmatch(r"\d{1,18}", part) for part in parts):
        raise invalid(name, "Expected numbers separated by commas")
    return tuple(int(part) for part in parts)


def choice(request: Request, name: str, allowed: Collection[str], default: str) -> str:
    """Read a word of a fixed list."""
    text = request.first(name)
    if text is None:
        return default
    if text not in allowed:
        raise invalid(name, f"Invalid option: expected one of {'|'.join(allowed)}")
    return text


def page_number(request: Request, *, limit: int, capped: bool) -> int | None:
    """Read `page`; where capped, `page * limit > 1000` is the 429 that no waiting cures."""
    page = integer(request, "page", low=1, high=LARGEST_ID)
    if capped and page is not None and page * limit > 1000:
        raise refuse(429, "You've requested too many pages, please use cursors instead")
    return page


def model_mask(request: Request) -> int:
    """Return the levels that a list of models shows."""
    return ALL_MASK if boolean(request, "nsfw") else PUBLIC_MASK


def image_mask(request: Request) -> int:
    """Return the levels that a list of images shows: `browsingLevel` wins over `nsfw`."""
    exact = integer(request, "browsingLevel", low=0, high=63)
    if exact is not None:
        return exact
    word = request.first("nsfw")
    if word in WORD_MASKS:
        return WORD_MASKS[word]
    return MATURE_MASK if boolean(request, "nsfw") else PUBLIC_MASK


def since(request: Request, now: int) -> int | None:
    """Return the start of `period` before `now`, in microseconds since 1970."""
    period = choice(request, "period", ("AllTime", *PERIOD_DAYS), "AllTime")
    return now - PERIOD_DAYS[period] * 86_400_000_000 if period in PERIOD_DAYS else None


def to_text(microseconds: int) -> str:
    """Write a time as RFC 3339 in UTC with microseconds."""
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def to_microseconds(text: str) -> int:
    """Read an RFC 3339 time or a date, UTC when it does not say.

    Raises:
        ValueError: the text is neither.
    """
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)
