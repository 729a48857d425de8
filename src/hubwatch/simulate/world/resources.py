"""What images say was used for them, prepared once for every version as JSON text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.streams import rounded

if TYPE_CHECKING:
    from hubwatch.simulate.world.content import Content
    from hubwatch.simulate.world.models import Ints

_WORDS = {"Checkpoint": "model", "TextualInversion": "embed", "Hypernetwork": "hypernet"}
_ADAPTERS = ("LORA", "LoCon", "DoRA", "Hypernetwork")


class Resources:
    """Per version: `name`, `hash` (short, lower case), `entry` (resource without weight), `call`
    (`<lora:name:` or nothing), `trigger` (first trigger word), `base` (base model), `id`.
    `is_checkpoint` tells versions that make pictures on their own.
    """

    def __init__(self, content: Content) -> None:
        versions, models = content.versions, content.models
        methods = [cal.METHODS[m] for m in models.method.tolist()]
        owners, places = versions.model.tolist(), versions.place.tolist()
        self.id = content.version_id
        self.base = [cal.BASE_MODELS[b] for b in versions.base.tolist()]
        self.name = [f"{content.stems[m]}_v{p + 1}" for m, p in zip(owners, places, strict=True)]
        self.hash = [digest[:10].lower() for digest in content.sha256]
        method = [methods[m] for m in owners]
        self.is_checkpoint = [name == "Checkpoint" for name in method]
        self.word = [_WORDS.get(name, "lora") for name in method]
        self.call = [
            f"<lora:{name}:" if kind in _ADAPTERS else ""
            for name, kind in zip(self.name, method, strict=True)
        ]
        self.trigger = [
            json.dumps((content.texts.trigger_words(m, p) or [""])[0])[1:-1]
            for m, p in zip(owners, places, strict=True)
        ]
        self.entry = [
            f'{{"hash":"{short.upper()}","name":"{name}","type":"{word}"'
            for short, name, word in zip(self.hash, self.name, self.word, strict=True)
        ]
        self.bare = [
            f'{{"name":"{name}","type":"{word}"'
            for name, word in zip(self.name, self.word, strict=True)
        ]
        self._prepare(content)

    def _prepare(self, content: Content) -> None:
        """Work out from which checkpoints and adapters posts draw, the recent ones more often."""
        versions = content.versions
        self._at = versions.at
        appeal = content.models.appeal[versions.model] * (0.2 + versions.share)
        growth = np.exp((versions.at - versions.at[0]) / 2.6e13)
        weight = np.floor(rounded(np.sqrt(appeal) * growth) * 64.0) + 1.0
        checkpoint = np.array(self.is_checkpoint, dtype=np.bool_)
        adapter = np.array([bool(call) for call in self.call], dtype=np.bool_)
        self._edges = {
            "checkpoint": np.cumsum(np.where(checkpoint, weight, 0.0)),
            "adapter": np.cumsum(np.where(adapter, weight, 0.0)),
        }

    def draw(self, rng: np.random.Generator, what: str, at: Ints) -> Ints:
        """Return a version published before each time, -1 where there is none.

        Args:
            rng: stream of this purpose.
            what: `checkpoint` or `adapter`.
            at: times.
        """
        edges = self._edges[what]
        known = np.searchsorted(self._at, at, side="right")
        top = np.where(known > 0, edges[np.maximum(known, 1) - 1], 0.0)
        drawn = np.searchsorted(edges, rng.random(len(at)) * top, side="right")
        return np.where(top > 0, np.minimum(drawn, len(edges) - 1), -1)
