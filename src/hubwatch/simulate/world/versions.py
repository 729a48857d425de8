"""The columns of the simulated versions: when, on which base model, with which file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.clock import DAY, END, month_of
from hubwatch.simulate.world.streams import Noise, choose, choose_by_row, noise_at, rounded, stream

if TYPE_CHECKING:
    from hubwatch.simulate.world.events import ModelEvents
    from hubwatch.simulate.world.models import Ints, Models, Reals

TRAINERS: Final = ("kohya", "onetrainer", "ai-toolkit", "diffusers", "onsite", "unknown")
ADAPTERS: Final = ("LORA", "LoCon", "DoRA")
_FILE_PARTS: Final = ("sha0", "sha1", "sha2", "sha3")


@dataclass(slots=True)
class Versions:
    """Columns of all versions, oldest first.

    `model` is the index of the version's model, `place` its number within the model from 0;
    `base` and `trainer` are indices into `calibration.BASE_MODELS` and `TRAINERS` (-1: no adapter);
    `showcase` is the number of showcase pictures; `file` holds the 256 bits of the file's digest;
    `share` is the part of the model's downloads. `of_model` maps a model to its versions.
    """

    model: Ints
    place: Ints
    at: Ints
    base: Ints
    trainer: Ints
    showcase: Ints
    share: Reals
    file: Noise
    noise: Noise
    of_model: list[list[int]]

    def __len__(self) -> int:
        return len(self.model)


def _times(models: Models, seed: int) -> tuple[Ints, Ints, Ints]:
    """Return model, place and time of every version in order of time."""
    rng = stream(seed, "version times")
    drawn = rounded((1 - rng.random(len(models))) ** (-1 / 2.1))
    counts = np.minimum(np.floor(drawn), 40).astype(np.int64)
    model = np.repeat(np.arange(len(models)), counts)
    first = np.cumsum(counts) - counts
    place = np.arange(len(model)) - first[model]
    waiting = (
        np.floor(rounded(rng.exponential(25.0, len(model))) * DAY).astype(np.int64) + 60_000_000
    )
    waiting[place == 0] = 0
    total = np.cumsum(waiting)
    at = models.at[model] + total - total[first[model]]
    keep = at < END
    order = np.argsort(at[keep], kind="stable")
    return model[keep][order], place[keep][order], at[keep][order]


def _trainers(method: Ints, base: Ints, month: Ints, seed: int) -> Ints:
    rng = stream(seed, "trainers")
    adapter = np.isin(method, [cal.METHODS.index(name) for name in ADAPTERS])
    early = np.array([0.86, 0.03, 0.0, 0.05, 0.0, 0.06])
    late = np.array([0.52, 0.06, 0.05, 0.05, 0.24, 0.08])
    flux = np.array([0.20, 0.05, 0.35, 0.05, 0.28, 0.07])
    drawn = np.where(month < 10, choose(rng, early, len(base)), choose(rng, late, len(base)))
    is_flux = base == cal.BASE_MODELS.index("Flux.1 D")
    drawn = np.where(is_flux, choose(rng, flux, len(base)), drawn)
    return np.where(adapter, drawn, -1)


def _files(events: ModelEvents, model: Ints, place: Ints, seed: int) -> Noise:
    """Return the digests; a re-upload with the same file has the digests of what it brings back."""
    source = events.reupload_of[model]
    of_source = (source >= 0) & events.same_file[model]
    key = np.where(of_source, source, model) * 64 + place
    parts = [noise_at(seed, part, key) for part in _FILE_PARTS]
    return np.stack(parts, axis=1)


def _shares(model: Ints, place: Ints, rng: np.random.Generator) -> Reals:
    """Split a model's downloads between its versions; older ones have collected more."""
    weight = rounded(np.exp(rng.normal(0, 0.5, len(model)) - 0.35 * place))
    return weight / np.bincount(model, weight)[model]


def build_versions(models: Models, events: ModelEvents, *, images: int, seed: int) -> Versions:
    """Return the versions of all models; showcases take at most .6 of `images`."""
    model, place, at = _times(models, seed)
    rng = stream(seed, "versions")
    month = month_of(at)
    base = choose_by_row(rng, cal.knots_matrix(cal.BASE_KNOTS, cal.BASE_MODELS), month)
    wanted = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[
        choose(rng, np.array([0.8, 6, 6, 7, 9, 8, 7, 6, 7, 8, 35.0]), len(model))
    ]
    scale = min(1.0, 0.6 * images / max(int(wanted.sum()), 1))
    showcase = np.floor(wanted * scale + rng.random(len(model)) * (scale < 1)).astype(np.int64)
    if showcase.sum() > 0.6 * images:
        excess = np.cumsum(showcase) > int(0.6 * images)
        showcase[excess] = 0
    of_model: list[list[int]] = [[] for _ in range(len(models))]
    for index, owner in enumerate(model.tolist()):
        of_model[owner].append(index)
    return Versions(
        model=model,
        place=place,
        at=at,
        base=base,
        trainer=_trainers(models.method[model], base, month, seed),
        showcase=showcase,
        share=_shares(model, place, rng),
        file=_files(events, model, place, seed),
        noise=noise_at(seed, "versions", np.arange(len(model))),
        of_model=of_model,
    )
