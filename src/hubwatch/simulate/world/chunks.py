"""The columns of one chunk of images, texts aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.clock import DAY, END, NEVER
from hubwatch.simulate.world.maturity import BITS, WRONG, cut, neighbours, relabelling
from hubwatch.simulate.world.plan import Plan, image_ids, image_noise, image_times
from hubwatch.simulate.world.streams import (
    Noise,
    choose,
    choose_by_row,
    noise_at,
    rounded,
    stream,
)
from hubwatch.simulate.world.subcultures import NAMES, SUBCULTURES

if TYPE_CHECKING:
    from hubwatch.simulate.world.models import Flags, Ints, Models
    from hubwatch.simulate.world.showcase import Showcase
    from hubwatch.simulate.world.versions import Versions

_POST_SIZES = np.array([0, 34, 20, 12, 12, 6, 5, 3, 3, 1, 2, 0.5, 1.5], dtype=np.float64)
_HALF_LIFE = 150 * DAY


@dataclass(slots=True)
class Chunk:
    """Columns of one chunk by row, showcases first.

    `post` counts the posts of the chunk from 0; `version` is -1 where the hub does not know it.
    `level`, `level_before`, `level_true` are 0..4 (PG..XXX); `bit` and `bit_before` the hub's bits,
    0 for not rated, 32 for blocked. `hidden_at` is `NEVER` for listed images.
    """

    number: int
    slot: Ints
    image_id: Ints
    post: Ints
    post_id: Ints
    at: Ints
    version: Ints
    creator: Ints
    subculture: Ints
    level: Ints
    level_true: Ints
    bit: Ints
    bit_before: Ints
    relabelled_at: Ints
    hidden_at: Ints
    noise: Noise

    def __len__(self) -> int:
        return len(self.slot)


class ChunkMaker:
    """Makes the chunks of one world.

    Args:
        models, versions, plan, showcase: of the world.
        minor: which models carry the hub's minor flag.
        posters: number of accounts that only post images, numbered after the models' creators.
        seed: of the world.
    """

    def __init__(
        self,
        models: Models,
        versions: Versions,
        plan: Plan,
        showcase: Showcase,
        minor: Flags,
        *,
        posters: int,
        seed: int,
    ) -> None:
        self._models, self._versions, self._plan = models, versions, plan
        self._showcase, self._minor = showcase, minor
        self._posters, self._seed = posters, seed
        recent = np.exp((versions.at - versions.at[0]) / _HALF_LIFE)
        appeal = models.appeal[versions.model] ** 0.6 * (0.3 + versions.share)
        self._edges = np.cumsum(np.floor(rounded(appeal * recent) * 64.0) + 1.0)

    def make(self, number: int) -> Chunk:
        """Return one chunk."""
        rng = stream(self._seed, "chunk", number)
        plan = self._plan
        shown = int(plan.showcase[number])
        posted = int(plan.listed[number] + plan.hidden[number])
        slot = int(plan.first_slot[number]) + np.arange(shown + posted)
        noise = image_noise(slot, self._seed)
        post, sizes = self._posts(rng, number, posted)
        version, creator, at = self._authors(rng, number, len(sizes))
        row_at = image_times(at[post], slot)
        subculture = self._subcultures(rng, number, version)
        level = self._levels(rng, number, version[post], subculture[post], post)
        more = noise_at(self._seed, "levels", slot)
        before, relabelled_at = relabelling(level, row_at, more)
        before = np.where(self._kept_safe(version)[post], level, before)
        hidden_at, bit = self._hidden(rng, shown, posted, number, row_at, BITS[level])
        bit_before = np.where(bit == BITS[level], BITS[before], bit)
        first = np.cumsum(sizes) - sizes
        return Chunk(
            number=number,
            slot=slot,
            image_id=image_ids(slot, noise),
            post=post,
            post_id=(7001 + slot[first] * 2)[post],
            at=row_at,
            version=version[post],
            creator=creator[post],
            subculture=subculture[post],
            level=level,
            level_true=neighbours(level, more >> np.uint64(3), WRONG),
            bit=bit,
            bit_before=bit_before,
            relabelled_at=relabelled_at,
            hidden_at=hidden_at,
            noise=noise,
        )

    def _posts(self, rng: np.random.Generator, number: int, posted: int) -> tuple[Ints, Ints]:
        """Return the post of each row and the size of each post."""
        plan, versions = self._plan, self._versions
        first = int(plan.first_version[number])
        shown = versions.showcase[first : first + int(plan.versions[number])]
        drawn = choose(rng, _POST_SIZES, posted)
        ends = np.cumsum(drawn)
        used = int(np.searchsorted(ends, posted)) + 1 if posted else 0
        drawn = drawn[:used]
        if used:
            drawn[-1] -= int(ends[used - 1]) - posted
        sizes = np.concatenate([shown[shown > 0], drawn])
        return np.repeat(np.arange(len(sizes)), sizes), sizes

    def _authors(
        self, rng: np.random.Generator, number: int, posts: int
    ) -> tuple[Ints, Ints, Ints]:
        """Return version, creator and time of each post."""
        plan, versions, models = self._plan, self._versions, self._models
        start, end = int(plan.start[number]), int(plan.end[number])
        first = int(plan.first_version[number])
        own = first + np.flatnonzero(versions.showcase[first : first + int(plan.versions[number])])
        count = posts - len(own)
        at = np.sort(start + np.floor(rng.random(count) * (end - start - 1)).astype(np.int64))
        known = np.searchsorted(versions.at, at, side="right")
        top = self._edges[np.maximum(known, 1) - 1]
        version = np.searchsorted(self._edges, rng.random(count) * top, side="right")
        version = np.where((known == 0) | (rng.random(count) < 0.08), -1, version)
        poster = models.creators + np.floor(
            self._posters * rounded(rng.random(count) ** 4.0)
        ).astype(np.int64)
        maker = models.creator[versions.model[np.maximum(version, 0)]]
        self_made = (version >= 0) & (rng.random(count) < 0.12)
        return (
            np.concatenate([own, version]),
            np.concatenate(
                [models.creator[versions.model[own]], np.where(self_made, maker, poster)]
            ),
            np.concatenate([versions.at[own] + 60_000_000, at]),
        )

    def _subcultures(self, rng: np.random.Generator, number: int, version: Ints) -> Ints:
        """Return the subculture of each post: mostly that of its model."""
        versions, models = self._versions, self._models
        line = self._plan.month[number] / (len(cal.MONTHS) - 1)
        share = np.array([s.share[0] * (1 - line) + s.share[1] * line for s in SUBCULTURES])
        free = choose(rng, share, len(version))
        follows = (version >= 0) & (rng.random(len(version)) < 0.8)
        known = np.maximum(version, 0)
        own = np.where(follows, models.subculture[versions.model[known]], free)
        flux = (version >= 0) & (versions.base[known] >= cal.BASE_MODELS.index("Flux.1 D"))
        prose = flux & (rng.random(len(version)) < 0.5)
        return np.where(prose, NAMES.index("prose"), own)

    def _levels(
        self,
        rng: np.random.Generator,
        number: int,
        version: Ints,
        subculture: Ints,
        post: Ints,
    ) -> Ints:
        """Return the level of each row; showcases have theirs already."""
        shown = int(self._plan.showcase[number])
        start = int(self._showcase.first[int(self._plan.first_version[number])]) if shown else 0
        leaning = np.array([s.maturity for s in SUBCULTURES])[subculture]
        known = self._versions.model[np.maximum(version, 0)]
        leaning = np.where(version >= 0, leaning * 0.3 + self._models.maturity[known], leaning)
        person = (version >= 0) & (self._models.person[known] >= 0)
        mood = rng.normal(0, 0.55, int(post[-1]) + 1 if len(post) else 0)[post]
        score = rounded(leaning - person * 0.4 + mood + rng.normal(0, 0.35, len(post)))
        score[self._kept_safe(version)] = -100.0
        shares = cal.level_targets()[int(self._plan.month[number])]
        level = cut(score[shown:], shares, float(rng.random()))
        return np.concatenate([self._showcase.level[start : start + shown], level])

    def _kept_safe(self, version: Ints) -> Flags:
        """Return which versions belong to models that are shown at PG only."""
        kept = self._minor[self._versions.model[np.maximum(version, 0)]]
        return np.asarray(kept & (version >= 0))

    def _hidden(
        self,
        rng: np.random.Generator,
        shown: int,
        posted: int,
        number: int,
        at: Ints,
        bit: Ints,
    ) -> tuple[Ints, Ints]:
        """Return when each row leaves the lists (`NEVER`: it does not) and its bit."""
        count = int(self._plan.hidden[number])
        rows = np.sort(rng.permutation(posted)[:count]) + shown
        hidden_at = np.full(shown + posted, NEVER, dtype=np.int64)
        late = np.floor(rng.random(count) * (END - 1 - at[rows])).astype(np.int64)
        hidden_at[rows] = at[rows] + np.where(rng.random(count) < 0.5, 0, late)
        why = choose_by_row(rng, np.array([[0.7, 0.2, 0.1]]), np.zeros(count, dtype=np.int64))
        bit = bit.copy()
        bit[rows] = np.where(why == 1, 0, np.where(why == 2, 32, bit[rows]))
        hidden_at[rows[why > 0]] = at[rows[why > 0]]
        return hidden_at, bit


def listed(chunk: Chunk, day: int) -> Flags:
    """Return which rows a list at every level shows on that day."""
    return np.asarray((chunk.at <= day) & (chunk.hidden_at > day) & (chunk.bit % 32 > 0))
