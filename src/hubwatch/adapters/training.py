"""What a header's metadata and tensor names say of how the file was trained.

Who wrote it is decided by keys, in this order: a mark of a hub's own trainer; `software` that says
ai-toolkit; keys `ot_*`; kohya's own keys; PEFT's metadata, or tensors named in its manner while
nothing else is said. Fields are taken from the writer's own keys first, then from `ss_*` (which
others write too), then from `modelspec.*`, then from the tensors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwatch.adapters.base_models import decided
from hubwatch.adapters.captions import Captions
from hubwatch.adapters.kohya import OWN_KEYS, read_kohya
from hubwatch.adapters.other_trainers import (
    read_ai_toolkit,
    read_modelspec,
    read_onetrainer,
    read_peft,
)
from hubwatch.adapters.record import Training, merged
from hubwatch.adapters.shapes import Shapes, read_shapes
from hubwatch.adapters.values import first_text, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.adapters.header import Tensor

__all__ = ["TRAINERS", "Captions", "Training", "read_training", "trainer_of"]

TRAINERS: Final = ("kohya", "onetrainer", "ai-toolkit", "diffusers", "onsite", "unknown")

#: What begins the name of a key that tells of training; a text without such keys is stripped.
_TELLING: Final = ("ss_", "ot_", "modelspec.")
_TELLING_KEYS: Final = ("software", "training_info", "lora_adapter_metadata")
_ONSITE: Final = re.compile(
    r"\btrained (?:on|with|by) (?:the )?(?:hub|site|civitai|tensor\.?art|seaart|pixai|liblib)\b"
)
_AI_TOOLKIT: Final = "ai-toolkit"


def read_training(metadata: Mapping[str, str], tensors: Sequence[Tensor]) -> Training:
    """Return what a header says of the training; a field that is broken is unknown.

    Args:
        metadata: `__metadata__` of the header; hostile text is expected. Time is linear in it.
        tensors: of the header.
    """
    shapes = read_shapes(tensors)
    trainer = trainer_of(metadata, shapes)
    kohya, spec, config = read_kohya(metadata), read_modelspec(metadata), read_onetrainer(metadata)
    own = {"ai-toolkit": read_ai_toolkit(metadata), "onetrainer": config}.get(trainer, Training())
    parts = (own, kohya, config, read_peft(metadata), spec)
    files = (kohya.base_file, config.base_file, _named_file(metadata))
    found = decided((part.base_model for part in parts), files)
    tokens = (shapes.token,) if shapes.token else ()
    seen = Training(network_module=shapes.network, rank=shapes.rank, trigger_words=tokens)
    return merged(
        (*parts, seen),
        trainer=trainer,
        stripped=is_stripped(metadata),
        base_model=found or shapes.base_model,
    )


def _named_file(metadata: Mapping[str, str]) -> str | None:
    return first_text(metadata, "ss_sd_model_name", "ss_base_model")


def is_stripped(metadata: Mapping[str, str]) -> bool:
    """Return whether there is no training metadata at all."""
    return not any(
        (key.startswith(_TELLING) or key in _TELLING_KEYS) and value.strip()
        for key, value in metadata.items()
    )


def trainer_of(metadata: Mapping[str, str], shapes: Shapes) -> str:
    """Return which family of trainers wrote a file, one of `TRAINERS`.

    Args:
        metadata: of the header.
        shapes: what the tensors say.
    """
    comment = (first_text(metadata, "ss_training_comment") or "").lower()
    if _ONSITE.search(comment):
        return "onsite"
    if _AI_TOOLKIT in (text_of(metadata.get("software")) or "").lower():
        return "ai-toolkit"
    if any(key.startswith("ot_") for key in metadata):
        return "onetrainer"
    specified = first_text(metadata, "modelspec.implementation_version") or ""
    if any(key in metadata for key in OWN_KEYS) or specified.startswith("sd-scripts/"):
        return "kohya"
    if "lora_adapter_metadata" in metadata or (is_stripped(metadata) and shapes.peft):
        return "diffusers"
    return "unknown"
