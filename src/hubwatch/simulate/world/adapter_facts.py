"""How each adapter of the simulated hub was trained: drawn once, told by header and truth alike.

Draws depend on the file alone, so a re-upload with the same bytes has the same facts. Trends are
planted on purpose: fewer pictures a model over time, other base models, other trainers.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.adapter_bases import IN_ORDER, Base
from hubwatch.simulate.world.clock import END, month_of
from hubwatch.simulate.world.streams import Picker
from hubwatch.simulate.world.subcultures import SUBCULTURES
from hubwatch.simulate.world.versions import TRAINERS

if TYPE_CHECKING:
    from hubwatch.simulate.world.content import Content

Style = Literal["tags", "sentences", "mixed", "none"]

#: Share of adapters without any metadata at the hub's beginning and at its end.
_STRIPPED: Final = (0.10, 0.24)
#: Share of adapters made from a checkpoint of the hub and not from the published base model.
_DERIVED: Final = {"SD 1.5": 0.45, "SDXL 1.0": 0.25, "Pony": 0.2, "Illustrious": 0.25}
_IMAGES: Final = (10, 12, 15, 16, 18, 20, 22, 25, 28, 30, 35, 40, 48, 60, 80, 110, 160, 240, 400)
_OPTIMIZERS: Final = (
    *("bitsandbytes.optim.adamw.AdamW8bit", "bitsandbytes.optim.adamw.AdamW8bit"),
    *("prodigyopt.prodigy.Prodigy", "transformers.optimization.Adafactor"),
    "torch.optim.adamw.AdamW",
)
#: Trainers that write captions into the header.
_WITH_CAPTIONS: Final = frozenset({"kohya", "onsite"})


@dataclass(frozen=True, slots=True)
class Facts:
    """How one adapter was trained.

    Args:
        version: index of the version whose file it is.
        model: index of its model.
        month: of the file's first upload, index into `calibration.MONTHS`.
        trainer: one of `TRAINERS`.
        stripped: the file has no metadata block.
        base: index into `calibration.BASE_MODELS`.
        parent: index of the checkpoint's version that it was made from, -1 for the base itself.
        method: LORA, LoCon or DoRA.
        rank, alpha: of the network.
        images, repeats, epochs, batch: of the training set.
        style: of its captions, as far as the header tells them.
        optimizer: class, with its module.
        noise: for what only the texts need.
    """

    version: int
    model: int
    month: int
    trainer: str
    stripped: bool
    base: int
    parent: int
    method: str
    rank: int
    alpha: float
    images: int
    repeats: int
    epochs: int
    batch: int
    style: Style
    optimizer: str
    noise: int

    @property
    def about(self) -> Base:
        """The base model."""
        return IN_ORDER[self.base]

    @property
    def steps(self) -> int:
        """Steps of the optimiser."""
        return max(1, self.images * self.repeats * self.epochs // self.batch)


class Adapters:
    """Draws the facts of a world's adapters.

    Args:
        content: the world.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self._versions = content.versions
        self._month: list[int] = month_of(self._versions.at).tolist()
        self._at: list[int] = self._versions.at.tolist()

    @cached_property
    def _first(self) -> list[int]:
        """First version with the same file, for every version."""
        seen: dict[str, int] = {}
        return [seen.setdefault(digest, v) for v, digest in enumerate(self._content.sha256)]

    @cached_property
    def _checkpoints(self) -> list[list[int]]:
        """Versions of checkpoints that stay on the hub, by base model, oldest first."""
        content, checkpoint = self._content, cal.METHODS.index("Checkpoint")
        found: list[list[int]] = [[] for _ in cal.BASE_MODELS]
        stays = (content.models.method == checkpoint) & (content.events.gone_at >= END)
        for version, (model, base) in enumerate(
            zip(self._versions.model.tolist(), self._versions.base.tolist(), strict=True)
        ):
            if stays[model]:
                found[base].append(version)
        return found

    def facts(self, version: int) -> Facts | None:
        """Return the facts of a version's file, `None` when it is no adapter."""
        if self._versions.trainer[version] < 0:
            return None
        version = self._first[version]
        noise = int(self._versions.noise[version])
        picker = Picker(noise ^ 991)
        model, base = int(self._versions.model[version]), int(self._versions.base[version])
        trainer = TRAINERS[int(self._versions.trainer[version])]
        month = self._month[version]
        progress = month / (len(cal.MONTHS) - 1)
        stripped = picker.chance(_STRIPPED[0] + (_STRIPPED[1] - _STRIPPED[0]) * progress)
        person = int(self._content.models.person[model]) >= 0
        rank = picker.pick(IN_ORDER[base].prefers)
        few = 6 if person else 0
        place = picker.below(len(_IMAGES) - few)
        images = _IMAGES[max(0, place - round(5 * progress))] + picker.below(5)
        return Facts(
            version=version,
            model=model,
            month=month,
            trainer=trainer,
            stripped=stripped,
            base=base,
            parent=-1 if trainer == "onsite" else self._parent(base, version, picker),
            method=cal.METHODS[int(self._content.models.method[model])],
            rank=rank,
            alpha=float(rank if picker.chance(0.4) else max(1, rank // 2)),
            images=images,
            repeats=picker.pick((1, 2, 4, 5, 10, 10)) if images < 100 else 1 + picker.below(2),
            epochs=8 + picker.below(9),
            batch=picker.pick((1, 2, 2, 4)),
            style=self._style(trainer, base, model, picker),
            optimizer=picker.pick(_OPTIMIZERS),
            noise=noise,
        )

    def _parent(self, base: int, version: int, picker: Picker) -> int:
        """Return the checkpoint that an adapter was made from; recent ones are preferred."""
        derived = picker.chance(_DERIVED.get(cal.BASE_MODELS[base], 0.0))
        draw = picker.below(1 << 20) / (1 << 20)
        known = self._checkpoints[base]
        count = bisect_left(known, self._at[version], key=self._at.__getitem__)
        return known[int(count * (1 - draw * draw))] if derived and count else -1

    def _style(self, trainer: str, base: int, model: int, picker: Picker) -> Style:
        die = picker.below(100)
        if trainer not in _WITH_CAPTIONS:
            return "none"
        style = SUBCULTURES[int(self._content.models.subculture[model])].style
        prose = 70 if IN_ORDER[base].context == 0 else {"tags": 4, "photo": 30, "prose": 65}[style]
        if die < prose:
            return "sentences"
        return "mixed" if die < prose + (100 - prose) // 10 else "tags"
