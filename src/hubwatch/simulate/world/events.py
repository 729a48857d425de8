"""What happens to models after their upload: flags, removals, renamings, re-uploads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubwatch.simulate.world.clock import DAY, END, NEVER
from hubwatch.simulate.world.models import PRESENTATIONS, Flags, Ints, Models
from hubwatch.simulate.world.streams import rounded, stream


@dataclass(slots=True)
class ModelEvents:
    """When things happen to each model; `NEVER` when they do not.

    `gone_at`: not visible any more; `flagged_at`: marked as depicting a real person; `archived_at`;
    `taken_down_at`: listed without pictures; `renamed_at`: gets a disguised name; `declared_at`:
    declared nsfw. `reupload_of`: index of the removed model that it brings back, else -1;
    `same_file`: with the same bytes. `removed_by_hub` tells the two reasons of `gone_at` apart.
    `minor`: the hub's minor flag, only ever on models at PG.
    """

    gone_at: Ints
    removed_by_hub: Flags
    flagged_at: Ints
    archived_at: Ints
    taken_down_at: Ints
    renamed_at: Ints
    declared_at: Ints
    reupload_of: Ints
    same_file: Flags
    minor: Flags


def _after(rng: np.random.Generator, at: Ints, rows: Ints, days: float) -> Ints:
    """Return times after the upload, exponential with the given mean, before the end."""
    waiting = rounded(rng.exponential(days, len(rows)))
    time = at[rows] + np.floor(waiting * DAY).astype(np.int64) + 1
    room = END - at[rows]
    late = time >= END
    time[late] = at[rows][late] + room[late] // 2
    return time


def _some(rng: np.random.Generator, models: Models, where: Flags, days: float) -> Ints:
    """Return `_after` times where asked, `NEVER` elsewhere."""
    times = np.full(len(models), NEVER, dtype=np.int64)
    rows = np.flatnonzero(where)
    times[rows] = _after(rng, models.at, rows, days)
    return times


def _gone(models: Models, count: int, seed: int) -> tuple[Ints, Flags]:
    """Let exactly `count` models disappear; unflagged depictions and mature models more often."""
    rng = stream(seed, "gone")
    risk = 1.0 + 2.0 * ((models.person >= 0) & ~models.flagged) + models.declared_nsfw
    order = np.argsort(rounded(rng.exponential(1.0, len(models)) / risk), kind="stable")
    gone = np.zeros(len(models), dtype=np.bool_)
    gone[order[:count]] = True
    by_hub = gone & (rng.random(len(models)) < np.where(models.person >= 0, 0.7, 0.35))
    return _some(rng, models, gone, 90.0), by_hub


def _reuploads(models: Models, gone_at: Ints, seed: int) -> tuple[Ints, Flags]:
    """Let a third of the removed models come back as a later upload of somebody else or the same.

    The later model takes over what the removed one was about; a person's name gets disguised.
    """
    rng = stream(seed, "reuploads")
    origin = np.full(len(models), -1, dtype=np.int64)
    gone = np.flatnonzero(gone_at < END)
    for source in gone[rng.random(len(gone)) < 0.35].tolist():
        first = int(np.searchsorted(models.at, gone_at[source] + DAY))
        free = np.flatnonzero((origin[first:] < 0) & (gone_at[first:] == NEVER))[:40] + first
        if not len(free):
            continue
        target = int(free[int(rng.integers(len(free)))])
        origin[target] = source
        for column in (models.method, models.subculture, models.kind, models.person):
            column[target] = column[source]
        if rng.random() < 0.5:
            models.creator[target] = models.creator[source]
        models.maturity[target] = models.maturity[source]
        way = 1 + int(rng.integers(len(PRESENTATIONS) - 1))
        models.presentation[target] = way if models.person[source] >= 0 else 0
        models.flagged[target] = models.flagged[source] and rng.random() < 0.3
    same = (origin >= 0) & (rng.random(len(models)) < 0.6)
    return origin, same


def build_events(models: Models, *, gone: int, seed: int) -> ModelEvents:
    """Draw the events of all models; re-uploads change columns of `models` in place."""
    gone_at, by_hub = _gone(models, gone, seed)
    reupload_of, same_file = _reuploads(models, gone_at, seed)
    rng = stream(seed, "events")
    total = len(models)
    late = models.flagged & (rng.random(total) < 0.25)
    flagged_at = np.where(models.flagged, models.at, NEVER)
    flagged_at = np.where(late, _some(rng, models, late, 45.0), flagged_at)
    redeclared = models.declared_nsfw & (rng.random(total) < 0.1)
    declared_at = np.where(models.declared_nsfw, models.at, NEVER)
    declared_at = np.where(redeclared, _some(rng, models, redeclared, 60.0), declared_at)
    present = gone_at == NEVER
    renamed = (models.presentation > 0) & (reupload_of < 0) & (rng.random(total) < 0.3)
    safe = present & (models.person < 0) & ~models.declared_nsfw
    minor = np.zeros(total, dtype=np.bool_)
    minor[rng.permutation(np.flatnonzero(safe))[: min(9, total // 150)]] = True
    models.flagged &= ~minor
    return ModelEvents(
        gone_at=gone_at,
        removed_by_hub=by_hub,
        flagged_at=flagged_at,
        archived_at=_some(rng, models, present & (rng.random(total) < 0.006), 200.0),
        taken_down_at=_some(rng, models, present & (rng.random(total) < 0.003), 100.0),
        renamed_at=_some(rng, models, renamed, 60.0),
        declared_at=declared_at,
        reupload_of=reupload_of,
        same_file=same_file,
        minor=minor,
    )
