"""What a header's metadata and tensor names say of how the file was trained."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from hubwatch.adapters.captions import Captions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.adapters.header import Tensor


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """What one adapter file says of its training; None is unknown.

    `output_name`, `trigger_words` and `captions` are as written and may name somebody: they pass a
    `Redactor` before they are stored or shown. Every other text is kept only when it is of a known
    list or pattern.

    Args:
        trainer: kohya, onetrainer, ai-toolkit, diffusers, onsite, unknown.
        trainer_version: commit, revision or version.
        stripped: there is no training metadata at all.
        base_model: family, a word of the lake's base models: SD 1.5, SDXL 1.0, ...
        base_hash: of the base model file, lower-case hex.
        base_file: of the base model, only when publicly known by that name.
        network_module: for example networks.lora.
        rank, alpha: of the network.
        optimizer: class name.
        resolution: longer edge, pixels.
        training_images: without repeats where known.
        repeats: of the largest folder.
        epochs, steps: trained.
        trained_at: when training began, UTC.
        captions: caption statistics.
        output_name: as written.
        trigger_words: as written.
    """

    trainer: str = "unknown"
    trainer_version: str | None = None
    stripped: bool = True
    base_model: str | None = None
    base_hash: str | None = None
    base_file: str | None = None
    network_module: str | None = None
    rank: int | None = None
    alpha: float | None = None
    optimizer: str | None = None
    resolution: int | None = None
    training_images: int | None = None
    repeats: int | None = None
    epochs: int | None = None
    steps: int | None = None
    trained_at: datetime | None = None
    captions: Captions = Captions()
    output_name: str | None = None
    trigger_words: tuple[str, ...] = ()


def read_training(metadata: Mapping[str, str], tensors: Sequence[Tensor]) -> Training:
    """Return what a header says of the training; never raises.

    Args:
        metadata: `__metadata__` of the header.
        tensors: of the header.
    """
    raise NotImplementedError
