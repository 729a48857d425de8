"""A world's models and versions as they stand on one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubwatch.simulate.world.clock import END, NEVER
from hubwatch.simulate.world.maturity import BITS, relabelling
from hubwatch.simulate.world.plan import image_times
from hubwatch.simulate.world.streams import noise_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.simulate.world.content import Content


class View:
    """Levels, counters and states on one day.

    Args:
        content: the world.
        day: last microsecond of the day.
    """

    def __init__(self, content: Content, day: int) -> None:
        self.content, self.day = content, day
        bits = self._showcase_bits()
        self._showcase_bit: list[int] = bits.tolist()
        versions, showcase = content.versions, content.showcase
        mask = np.zeros(len(versions), dtype=np.int64)
        np.bitwise_or.at(mask, showcase.version, bits)
        mask = np.where(versions.showcase > 0, mask, BITS[showcase.forced])
        published = versions.at <= day
        by_model = np.zeros(len(content.models), dtype=np.int64)
        np.bitwise_or.at(by_model, versions.model[published], mask[published])
        self.version_masks, self.model_masks = mask, by_model
        self.version_mask: list[int] = mask.tolist()
        self.model_mask: list[int] = by_model.tolist()
        grown = np.clip((day - versions.at) / (END - 1 - versions.at).clip(1), 0.0, 1.0)
        total = content.models.appeal[versions.model] * versions.share
        self.version_downloads: list[int] = np.floor(total * grown).astype(np.int64).tolist()

    def _showcase_bits(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the bit of every showcase picture on the day."""
        content = self.content
        showcase, slot = content.showcase, content.showcase_slot
        at = image_times(content.versions.at[showcase.version] + 60_000_000, slot)
        more = noise_at(content.seed, "levels", slot)
        before, when = relabelling(showcase.level, at, more)
        safe = content.events.minor[content.versions.model[showcase.version]]
        level = np.where((when <= self.day) | safe, showcase.level, before)
        return np.asarray(BITS[level])

    def showcase(self, version: int) -> Iterator[tuple[int, int, int]]:
        """Yield image id, bit and noise of a version's showcase pictures."""
        content = self.content
        first = int(content.showcase.first[version])
        for i in range(first, int(content.showcase.first[version + 1])):
            yield content.showcase_id[i], self._showcase_bit[i], content.showcase_noise[i]

    def mode(self, index: int) -> str | None:
        """Return `Archived`, `TakenDown` or nothing."""
        if self.content.events.taken_down_at[index] <= self.day:
            return "TakenDown"
        return "Archived" if self.content.events.archived_at[index] <= self.day else None

    def name(self, index: int) -> str:
        """Return the model's name on the day."""
        when = int(self.content.events.renamed_at[index])
        return self.content.texts.name(index, renamed=when == NEVER or when <= self.day)

    def flagged(self, index: int) -> bool:
        """Return whether the hub marks it as depicting a real person on the day."""
        flagged = self.content.models.flagged[index]
        return bool(flagged and self.content.events.flagged_at[index] <= self.day)
