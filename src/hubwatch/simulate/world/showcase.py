"""Levels of showcase pictures, known for all versions at once: models' levels come from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.clock import month_of
from hubwatch.simulate.world.maturity import cut
from hubwatch.simulate.world.streams import rounded, stream

if TYPE_CHECKING:
    from hubwatch.simulate.world.events import ModelEvents
    from hubwatch.simulate.world.models import Ints, Models
    from hubwatch.simulate.world.versions import Versions


@dataclass(slots=True)
class Showcase:
    """`first`: index of each version's first picture (one entry more at the end); `version` and
    `level` (0..4) of each picture; `forced`: level of each version without pictures.
    """

    first: Ints
    version: Ints
    level: Ints
    forced: Ints


def build_showcase(
    models: Models, versions: Versions, events: ModelEvents, *, seed: int
) -> Showcase:
    """Give every showcase picture its level, by month, the most mature models the highest."""
    rng = stream(seed, "showcase")
    first = np.concatenate([[0], np.cumsum(versions.showcase)])
    version = np.repeat(np.arange(len(versions)), versions.showcase)
    model = versions.model[version]
    leaning = models.maturity[model] + 0.6 * models.declared_nsfw[model]
    leaning -= 0.3 * (models.person[model] >= 0)
    score = rounded(leaning + rng.normal(0, 0.7, len(version)))
    score[events.minor[model]] = -100.0
    month = month_of(versions.at)
    level = np.zeros(len(version), dtype=np.int64)
    targets = cal.level_targets()
    for m in range(len(cal.MONTHS)):
        rows = np.flatnonzero(month[version] == m)
        level[rows] = cut(score[rows], targets[m], float(rng.random()))
    level[events.minor[model]] = 0
    forced = np.where(models.declared_nsfw[versions.model], 3, 0)
    forced[events.minor[versions.model]] = 0
    return Showcase(first=first, version=version, level=level, forced=forced)
