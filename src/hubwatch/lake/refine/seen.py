"""What all rows of one raw record share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Seen(NamedTuple):
    """How the items of a record were seen.

    Args:
        observed_at: when the hub gave the answer.
        via: how it was found.
        pseudonym: from a creator's handle to its keyed hash.
    """

    observed_at: str
    via: str
    pseudonym: Callable[[str | None], str | None]
