"""What one adapter file says of its training, as a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from hubwatch.adapters.captions import Captions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """What one adapter file says of its training; None is unknown.

    `output_name`, `titles`, `trigger_words` and `captions` are as written and may name somebody:
    they pass a `Redactor` before they are stored or shown. Every other text is kept only when it
    is in a known list or is a number in a known form, so that it cannot hold a name.

    Args:
        trainer: kohya, onetrainer, ai-toolkit, diffusers, onsite, unknown.
        trainer_version: commit, revision or version.
        stripped: there is no training metadata at all.
        base_model: as the hub calls it: SD 1.5, SDXL 1.0, Pony, ...
        base_hash: of the base model file, lower-case hex; SHA-256 where there is one.
        base_file: of the base model, only when publicly known by that name.
        network_module: for example networks.lora; read from tensor names it is one word: lora,
            locon, loha, lokr, dora, oft, textual-inversion.
        rank, alpha: of the network.
        optimizer: class name.
        resolution: longer edge, pixels.
        training_images: without repeats where known.
        repeats: of the largest folder.
        epochs, steps: trained.
        trained_at: when training began, UTC; the file's date where only that is known.
        captions: caption statistics.
        output_name: as written.
        titles: other names that the file gives itself, as written.
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
    titles: tuple[str, ...] = ()
    trigger_words: tuple[str, ...] = ()

    @property
    def own_names(self) -> tuple[str, ...]:
        """Everything that this file calls itself or its subject, as written."""
        output = (self.output_name,) if self.output_name else ()
        return (*output, *self.titles, *self.captions.folders, *self.trigger_words)


#: What the parts of a file say of these is kept from all of them.
_ADDED = ("titles", "trigger_words")
#: What the whole file says, never a part of it.
_WHOLE = ("trainer", "stripped", "captions")


def merged(parts: Iterable[Training], **known: Any) -> Training:
    """Return one record of several: of every field the first that is known.

    Args:
        parts: what each kind of keys says, the most trusted first.
        known: fields that are decided already.
    """
    rows = list(parts)
    found = dict(known)
    for field in Training.__struct_fields__:
        if field in found or field in _WHOLE:
            continue
        values = [getattr(row, field) for row in rows]
        if field in _ADDED:
            found[field] = tuple(dict.fromkeys(text for value in values for text in value))
        else:
            found[field] = next((value for value in values if value is not None), None)
    told = [row.captions for row in rows]
    counted = [captions for captions in told if captions.distinct]
    named = [captions for captions in told if captions.folders]
    found.setdefault("captions", next(iter((*counted, *named)), Captions()))
    return Training(**found)
