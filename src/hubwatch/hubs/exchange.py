"""What an exchange with a hub leaves: the answer that was taken, and what it cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that was taken.

    Args:
        url: as requested, secrets removed.
        status: 200, or 404/410: not visible here, now.
        headers: the kept ones, lower case.
        body: exact bytes, at most `BODY_CAP`.
        received_at: RFC 3339, UTC, when the hub made it.
        damaged: broken answers that came before it.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    received_at: str
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class Taken(Generic[T]):
    """An answer and what the caller's check made of it."""

    answer: Answer
    value: T | None


@dataclass(slots=True)
class Traffic:
    """What a client did so far: requests, retries by reason, seconds waited for the hub."""

    requests: int = 0
    bytes: int = 0
    waited: float = 0.0
    retries: Counter[str] = field(default_factory=Counter)
