"""A window of time, written as partial ISO dates: from its first day to before its last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from hubwatch.errors import UsageError

_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Window:
    """The times that are asked for.

    Args:
        since: first moment inside, UTC; `None` is the beginning.
        until: first moment after, UTC; `None` is now.
    """

    since: datetime | None = None
    until: datetime | None = None

    @property
    def bounded(self) -> bool:
        """Whether anything lies outside."""
        return self.since is not None or self.until is not None

    def contains(self, moment: datetime | None) -> bool:
        """Say whether a moment lies inside; an unknown moment does."""
        return moment is None or not (self.before(moment) or self.after(moment))

    def before(self, moment: datetime) -> bool:
        """Say whether a moment lies before the window."""
        return self.since is not None and moment < self.since

    def after(self, moment: datetime) -> bool:
        """Say whether a moment lies after the window."""
        return self.until is not None and moment >= self.until


def window_of(since: str | None, until: str | None) -> Window:
    """Return the window between two partial ISO dates.

    Raises:
        UsageError: a date cannot be read, or nothing lies between them.
    """
    window = Window(_start(since, "--since"), _start(until, "--until"))
    if window.since and window.until and window.since >= window.until:
        raise UsageError(
            f"nothing lies between `{since}` and `{until}`", hint="`--until` is the day after"
        )
    return window


def moment_of(text: object) -> datetime | None:
    """Return the UTC time that a hub wrote, or `None` when it is not a time."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _start(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    if _PARTIAL.fullmatch(text):
        text += "-01-01"[3 * text.count("-") :]
    moment = moment_of(text)
    if moment is None:
        raise UsageError(
            f"`{option} {text}` is not a date", hint="write 2024, 2024-12 or 2024-12-31"
        )
    return moment
