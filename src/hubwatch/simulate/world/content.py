"""Everything that a world holds, built once: columns, ids, names, digests and the image plan."""

from __future__ import annotations

import numpy as np

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.adapter_facts import Adapters
from hubwatch.simulate.world.chunks import ChunkMaker
from hubwatch.simulate.world.clock import iso
from hubwatch.simulate.world.events import build_events
from hubwatch.simulate.world.invented import handle
from hubwatch.simulate.world.model_texts import ModelTexts
from hubwatch.simulate.world.models import build_models
from hubwatch.simulate.world.plan import build_plan, image_ids, image_noise
from hubwatch.simulate.world.showcase import build_showcase
from hubwatch.simulate.world.streams import Noise, Picker, noise_at
from hubwatch.simulate.world.versions import build_versions

#: Models that are removed or unpublished, on top of those that lists return.
GONE_SHARE = 0.05


def _ids(first: int, noise: Noise) -> list[int]:
    """Return rising ids with gaps."""
    steps = 1 + (noise % np.uint64(4)).astype(np.int64)
    ids: list[int] = (first + np.cumsum(steps)).tolist()
    return ids


def _digests(file: Noise) -> list[str]:
    """Return upper-case hex digests of 256 bits from four columns of 64."""
    text = np.ascontiguousarray(file).astype(">u8").tobytes().hex().upper()
    return [text[i : i + 64] for i in range(0, len(text), 64)]


class Content:
    """A world's columns and what is derived from them.

    Args:
        models, images: what complete lists return on the last day.
        months: how many months before the end of 2024.
        seed: of all streams.
    """

    def __init__(self, *, models: int, images: int, months: int, seed: int) -> None:
        self.seed = seed
        gone = max(1, round(models * GONE_SHARE))
        self.models = build_models(models + gone, months=months, seed=seed)
        self.events = build_events(self.models, gone=gone, seed=seed)
        self.versions = build_versions(self.models, self.events, images=images, seed=seed)
        self.showcase = build_showcase(self.models, self.versions, self.events, seed=seed)
        self.plan = build_plan(self.versions, images=images, months=months)
        self.texts = ModelTexts(self.models)
        self.model_id = _ids(1000, self.models.noise)
        self.version_id = _ids(1500, self.versions.noise)
        self.version_iso = iso(self.versions.at)
        self.sha256 = _digests(self.versions.file)
        self.stems = [self.texts.stem(index) for index in range(len(self.models))]
        self.creators = self._creators(images)
        self.adapters = Adapters(self)
        self._slots()
        self.chunks = ChunkMaker(
            self.models,
            self.versions,
            self.plan,
            self.showcase,
            self.events.minor,
            posters=len(self.creators) - self.models.creators,
            seed=seed,
        )

    def _creators(self, images: int) -> list[str]:
        """Name the models' creators, then the accounts that only post."""
        total = self.models.creators + min(100_000, max(8, images // 14))
        noise = noise_at(self.seed, "handles", np.arange(total)).tolist()
        return [handle(Picker(bits), 100 + number) for number, bits in enumerate(noise)]

    def _slots(self) -> None:
        """Work out slot, noise and id of every showcase picture."""
        version = self.showcase.version
        place = np.arange(len(version)) - self.showcase.first[version]
        self.showcase_slot = self.plan.version_slot[version] + place
        noise = image_noise(self.showcase_slot, self.seed)
        self.showcase_noise: list[int] = noise.tolist()
        self.showcase_id: list[int] = image_ids(self.showcase_slot, noise).tolist()

    def avatar(self, creator: int) -> str | None:
        """Return the address of a creator's picture, or nothing."""
        if Picker(creator * 7919 + 3).chance(cal.NULL_CREATOR_IMAGE):
            return None
        return f"https://image.hub.invalid/simulated/avatar/{creator}/width=96/{creator}.jpeg"
