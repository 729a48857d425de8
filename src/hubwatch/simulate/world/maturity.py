"""Levels of images: each month's published mix, with mature models and subcultures at its top.

A picture has a score (leaning of its model and subculture plus chance); the month's pictures are
ranked by it and cut where the published shares say. So the mix is exact and still belongs to who
makes what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.simulate.world.clock import DAY, END

if TYPE_CHECKING:
    from hubwatch.simulate.world.models import Ints, Reals
    from hubwatch.simulate.world.streams import Noise

BITS: Final = np.array([1, 2, 4, 8, 16], dtype=np.int64)
#: Share of images whose level the hub got wrong by one step, and whose level it changed later.
WRONG: Final = 0.03
RELABELLED: Final = 0.04


def cut(score: Reals, shares: Reals, offset: float) -> Ints:
    """Return 0..4 for each score so that the parts have the given shares.

    Args:
        score: higher means more mature.
        shares: of the five levels, sum 1.
        offset: in 0..1, decides how parts of a row are rounded.
    """
    edges = np.cumsum(shares)[:-1] * len(score) + offset
    level = np.zeros(len(score), dtype=np.int64)
    level[np.argsort(score, kind="stable")] = np.searchsorted(
        np.floor(edges), np.arange(len(score)), side="right"
    )
    return level


def neighbours(level: Ints, noise: Noise, share: float) -> Ints:
    """Move a share of the levels by one step up or down."""
    lucky = (noise % np.uint64(1 << 20)).astype(np.float64) < share * (1 << 20)
    step = np.where((noise >> np.uint64(20)) % np.uint64(2) == 0, 1, -1)
    moved = level + step
    moved = np.where(moved < 0, 1, np.where(moved > 4, 3, moved))
    return np.where(lucky, moved, level)


def relabelling(level: Ints, at: Ints, noise: Noise) -> tuple[Ints, Ints]:
    """Return the earlier level of each image and when it got the present one.

    Where nothing was changed both levels are the same.
    """
    before = neighbours(level, noise >> np.uint64(8), RELABELLED)
    days = ((noise >> np.uint64(40)) % np.uint64(240)).astype(np.int64) + 1
    return before, np.minimum(at + days * DAY, at + (END - at) // 2)
