"""The simulated hub: a fictional hub over Nov 2022 - Dec 2024, the same bytes for the same seed."""

from __future__ import annotations

from typing import Final

from hubwatch.errors import UsageError
from hubwatch.simulate.world.calibration import MONTHS
from hubwatch.simulate.world.clock import day_end
from hubwatch.simulate.world.content import Content
from hubwatch.simulate.world.snapshot import Snapshot

MOST_MODELS: Final = 2_000_000
MOST_IMAGES: Final = 60_000_000


class World:
    """A fictional hub with its history.

    Args:
        content: everything that ever was on it.
    """

    def __init__(self, content: Content) -> None:
        self.content = content

    def as_of(self, date: str | None = None) -> Snapshot:
        """Return the hub's content on a day.

        Args:
            date: YYYY-MM-DD; `None` for the last simulated day, 2024-12-31.

        Raises:
            UsageError: not a date.
        """
        return Snapshot(self.content, day_end(date))


def build_world(*, models: int, images: int, months: int = 26, seed: int = 1) -> World:
    """Build a fictional hub.

    Args:
        models: models that complete lists return on the last day; removed ones come on top.
        images: images that complete lists at every level return on the last day; likewise.
        months: length of the hub's history in months, counted back from December 2024, 1..26.
        seed: 0 or more; the same seed gives the same hub on every machine.

    Raises:
        UsageError: a number is out of range.
    """
    for name, value, most in (
        ("models", models, MOST_MODELS),
        ("images", images, MOST_IMAGES),
        ("months", months, len(MONTHS)),
    ):
        if not 1 <= value <= most:
            raise UsageError(f"`{name}` is {value}", hint=f"choose a number from 1 to {most:,}")
    if seed < 0:
        raise UsageError(f"`seed` is {seed}", hint="choose 0 or more")
    return World(Content(models=models, images=images, months=months, seed=seed))
