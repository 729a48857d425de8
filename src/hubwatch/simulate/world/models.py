"""The columns of the simulated models: who uploads what, when, and whom it depicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.clock import END, MONTH_START
from hubwatch.simulate.world.people import Person, build_people, depicted
from hubwatch.simulate.world.streams import choose_by_row, noise_at, rounded, shares_exact, stream
from hubwatch.simulate.world.subcultures import NAMES, SUBCULTURES

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]

KINDS: Final = (
    *("person", "character", "style", "artist_style", "concept", "clothing", "place", "brand"),
    *("checkpoint", "beastfolk"),
)
PERSON: Final = KINDS.index("person")
#: What models of a subculture are about when they depict nobody, checkpoints aside.
_KIND_WEIGHTS: Final = {
    "booru": (0, 0.55, 0.12, 0.05, 0.12, 0.16, 0, 0, 0, 0),
    "photographic": (0, 0.05, 0.25, 0.05, 0.30, 0.20, 0.05, 0.10, 0, 0),
    "fan": (0, 0.80, 0.05, 0.02, 0.05, 0.05, 0.03, 0, 0, 0),
    "beastfolk": (0, 0.10, 0.05, 0.03, 0.05, 0.02, 0, 0, 0, 0.75),
    "render": (0, 0.10, 0.45, 0.05, 0.20, 0.05, 0.05, 0.10, 0, 0),
    "painterly": (0, 0.05, 0.45, 0.40, 0.05, 0, 0.05, 0, 0, 0),
    "landscape": (0, 0, 0.15, 0.10, 0.10, 0, 0.65, 0, 0, 0),
    "prose": (0, 0.20, 0.30, 0.05, 0.20, 0.10, 0.05, 0.10, 0, 0),
}
#: How the name of a person is written on a model; all but the first are disguises.
PRESENTATIONS: Final = ("plain", "leet", "initials", "spacing", "homoglyph")


@dataclass(slots=True)
class Models:
    """Columns of all models, removed ones included, oldest first.

    `method`, `subculture`, `kind`, `presentation` are indices into `calibration.METHODS`,
    `subcultures.NAMES`, `KINDS`, `PRESENTATIONS`; `person` into `people`, -1 for none. `maturity`
    is a leaning in standard deviations. `noise` feeds the texts.
    """

    people: tuple[Person, ...]
    at: Ints
    month: Ints
    method: Ints
    subculture: Ints
    creator: Ints
    creators: int
    kind: Ints
    person: Ints
    flagged: Flags
    presentation: Ints
    declared_nsfw: Flags
    maturity: Reals
    appeal: Reals
    noise: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.at)


def _times(total: int, months: int, seed: int) -> Ints:
    """Return sorted upload times that follow the growth of the hub."""
    rng = stream(seed, "model times")
    first = len(cal.MONTHS) - months
    counts = shares_exact(np.asarray(cal.MODEL_GROWTH[first:], dtype=np.float64), total)
    month = np.repeat(np.arange(first, len(cal.MONTHS)), counts)
    start, end = MONTH_START[month], MONTH_START[month + 1]
    place = rng.random(total) ** 0.97
    return np.sort(start + (place * (end - start - 1)).astype(np.int64))


def _creators(key: Reals, seed: int) -> tuple[Ints, int]:
    """Give each model a creator: a heavy tail of productive ones, alike in what they make.

    Args:
        key: what a model is like; neighbours in it tend to share a creator.
        seed: of the world.
    """
    rng = stream(seed, "creators")
    total = len(key)
    cap = max(3, round(total * 0.02))
    counts: list[int] = []
    while sum(counts) < total:
        drawn = np.floor(rounded((1 - rng.random(max(16, total // 4))) ** (-1 / 1.16)))
        counts.extend(np.minimum(drawn, cap).astype(np.int64).tolist())
    ends = np.cumsum(counts)
    used = int(np.searchsorted(ends, total)) + 1
    order = np.argsort(key, kind="stable")
    creator = np.zeros(total, dtype=np.int64)
    creator[order] = np.searchsorted(ends[:used], np.arange(total), side="right")
    return creator, used


def _persons(
    method: Ints, month: Ints, people: tuple[Person, ...], seed: int
) -> tuple[Ints, Flags, Ints]:
    """Return person (or -1), the hub's flag, and how the name is written."""
    rng = stream(seed, "persons")
    rate = np.array([cal.FLAGGED_SHARE.get(m, 0.0) for m in cal.METHODS])[method]
    real = rng.random(len(method)) < rate * cal.FLAG_PRECISION / cal.FLAG_RECALL
    women = np.array([cal.WOMEN_SHARE.get(m, 0.96) for m in cal.METHODS])[method]
    person = np.full(len(method), -1, dtype=np.int64)
    person[real] = depicted(people, women[real], rng=rng)
    draw = rng.random(len(method))
    wrong = rate * (1 - cal.FLAG_PRECISION) / np.maximum(1 - rate, 0.1)
    flagged = np.where(real, draw < cal.FLAG_RECALL, draw < wrong) & (month > 0)
    hidden = rng.random(len(method)) < np.where(flagged, 0.05, 0.4)
    presentation = np.where(real & hidden, rng.integers(1, len(PRESENTATIONS), len(method)), 0)
    return person, flagged, presentation


def _kinds(method: Ints, subculture: Ints, person: Ints, seed: int) -> Ints:
    rng = stream(seed, "kinds")
    weights = np.array([_KIND_WEIGHTS[name] for name in NAMES], dtype=np.float64)
    kind = choose_by_row(rng, weights, subculture)
    kind = np.where(method == cal.METHODS.index("Checkpoint"), KINDS.index("checkpoint"), kind)
    return np.where(person >= 0, PERSON, kind)


def _subcultures(month: Ints, person: Ints, seed: int) -> Ints:
    rng = stream(seed, "subcultures")
    share = np.array([s.share for s in SUBCULTURES])
    line = (np.arange(len(cal.MONTHS)) / (len(cal.MONTHS) - 1))[:, None]
    drawn = choose_by_row(rng, share[:, 0] * (1 - line) + share[:, 1] * line, month)
    photographic = (person >= 0) & (rng.random(len(month)) < 0.85)
    return np.where(photographic, NAMES.index("photographic"), drawn)


def _declared(maturity: Reals, month: Ints, person: Ints, seed: int) -> Flags:
    """Let the uploader declare the most mature models nsfw, with noise; persons hardly ever."""
    rng = stream(seed, "declared")
    score = rounded(maturity + rng.normal(0, 0.5, len(month)))
    declared = np.zeros(len(month), dtype=np.bool_)
    for m in np.unique(month):
        rows = np.flatnonzero((month == m) & (person < 0))
        count = round(cal.DECLARED_NSFW[m] * int((month == m).sum()))
        declared[rows[np.argsort(-score[rows], kind="stable")[:count]]] = True
    return declared | ((person >= 0) & (rng.random(len(month)) < 0.008))


def _appeal(method: Ints, creator: Ints, creators: int, person: Ints, at: Ints, seed: int) -> Reals:
    """Return the expected downloads of each model on the last day."""
    rng = stream(seed, "appeal")
    by_method = np.array([cal.DOWNLOADS_BY_METHOD.get(m, 0.8) for m in cal.METHODS])[method]
    wide = np.where(method == cal.METHODS.index("Checkpoint"), 1.5, 1.0)
    talent = rng.normal(0, 0.92, creators)[creator]
    luck = rng.normal(0, 0.82, len(at)) * wide
    age = np.minimum((END - at) / (120 * 86_400_000_000), 1.0) ** 0.5
    base = 1100.0 * by_method * np.where(person >= 0, cal.DOWNLOADS_PERSON, 1.0)
    return rounded(base * age * np.exp(talent + luck))


def build_models(total: int, *, months: int, seed: int) -> Models:
    """Return the columns of `total` models uploaded in the last `months` months of 2024."""
    at = _times(total, months, seed)
    month = np.searchsorted(MONTH_START, at, side="right") - 1
    rng = stream(seed, "methods")
    method = choose_by_row(rng, cal.knots_matrix(cal.METHOD_KNOTS, cal.METHODS), month)
    people = build_people(max(12, total // 14), seed=seed)
    person, flagged, presentation = _persons(method, month, people, seed)
    subculture = _subcultures(month, person, seed)
    kind = _kinds(method, subculture, person, seed)
    alike = (person >= 0) * 10.0 + subculture + (at - at[0]) / (END - at[0]) * 2.0
    creator, creators = _creators(rounded(alike + rng.normal(0, 0.9, total)), seed)
    leaning = np.array([s.maturity for s in SUBCULTURES])[subculture]
    maturity = rounded(leaning + rng.normal(0, 0.8, total) - (person >= 0) * 1.0)
    return Models(
        people=people,
        at=at,
        month=month,
        method=method,
        subculture=subculture,
        creator=creator,
        creators=creators,
        kind=kind,
        person=person,
        flagged=flagged,
        presentation=presentation,
        declared_nsfw=_declared(maturity, month, person, seed),
        maturity=maturity,
        appeal=_appeal(method, creator, creators, person, at, seed),
        noise=noise_at(seed, "models", np.arange(total)),
    )
