"""What OneTrainer, ai-toolkit, diffusers with PEFT, and the model specification write.

Sources: github.com/Nerogar/OneTrainer (`modules/modelSaver`: keys `ot_branch`, `ot_revision`,
`ot_config`); github.com/ostris/ai-toolkit (`toolkit/metadata.py`: `software`, `name`;
`training_info`); github.com/huggingface/diffusers (`loaders/lora_base.py`:
`lora_adapter_metadata`); github.com/Stability-AI/ModelSpec (keys `modelspec.*`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwatch.adapters import known
from hubwatch.adapters.base_models import base_model_of
from hubwatch.adapters.captions import Captions
from hubwatch.adapters.kohya import MOST, MOST_RANK, longer_edge
from hubwatch.adapters.record import Training
from hubwatch.adapters.values import (
    base_name,
    first_text,
    first_whole,
    list_of,
    object_of,
    real_of,
    text_of,
    time_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_CONCEPTS: Final = 200
_COMMIT: Final = "sd-scripts/"
#: What OneTrainer calls its kinds of networks.
_PEFT_TYPES: Final = {"LORA": "lora", "LOHA": "loha", "OFT": "oft", "OFT_2": "oft"}


def read_onetrainer(metadata: Mapping[str, str]) -> Training:
    """Return what the keys `ot_*` say; the configuration is there only when the user chose so."""
    config = object_of(metadata.get("ot_config"))
    chosen = config.get("optimizer")
    name = object_of(chosen).get("optimizer") if isinstance(chosen, dict) else chosen
    destination = first_text(config, "output_model_destination")
    model = first_text(config, "base_model_name")
    return Training(
        trainer_version=known.version(first_text(metadata, "ot_revision")),
        base_model=base_model_of((first_text(config, "model_type"),), (model,)),
        base_file=known.base_file(model),
        network_module=_PEFT_TYPES.get(first_text(config, "peft_type") or ""),
        rank=first_whole(config, 1, MOST_RANK, "lora_rank"),
        alpha=real_of(config.get("lora_alpha"), 0, MOST_RANK),
        optimizer=known.optimizer(text_of(name)),
        resolution=longer_edge(config.get("resolution")),
        epochs=first_whole(config, 1, MOST, "epochs"),
        captions=Captions(folders=tuple(dict.fromkeys(_concepts(config)))),
        output_name=base_name(destination) if destination else None,
    )


def _concepts(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield names and folders of what is trained; a full configuration lists them."""
    for concept in map(object_of, list_of(config.get("concepts"))[:_MOST_CONCEPTS]):
        for key in ("name", "path"):
            if found := text_of(concept.get(key)):
                yield base_name(found)


def read_ai_toolkit(metadata: Mapping[str, str]) -> Training:
    """Return what `software`, `training_info` and `name` say."""
    software = object_of(metadata.get("software"))
    told = object_of(metadata.get("training_info"))
    return Training(
        trainer_version=known.version(first_text(software, "version")),
        base_model=base_model_of((first_text(metadata, "ss_base_model_version"),)),
        epochs=first_whole(told, 1, MOST, "epoch"),
        steps=first_whole(told, 1, MOST, "step"),
        output_name=first_text(metadata, "name"),
    )


def read_peft(metadata: Mapping[str, str]) -> Training:
    """Return what `lora_adapter_metadata` says: PEFT's configuration, keys led by the component.

    The largest rank counts when components differ.
    """
    told = object_of(metadata.get("lora_adapter_metadata"))
    ranks = [whole for key in _ending(told, "r") if (whole := first_whole(told, 1, MOST_RANK, key))]
    alphas = [real_of(told[key], 0, MOST_RANK) for key in _ending(told, "lora_alpha")]
    kind = "lora" if any(told.get(key) == "LORA" for key in _ending(told, "peft_type")) else None
    dora = any(told.get(key) is True for key in _ending(told, "use_dora"))
    return Training(
        network_module="dora" if dora else kind,
        rank=max(ranks, default=None),
        alpha=max((alpha for alpha in alphas if alpha is not None), default=None),
        base_model=base_model_of(
            text_of(told[k]) for k in _ending(told, "base_model_name_or_path")
        ),
    )


def _ending(told: Mapping[str, Any], key: str) -> list[str]:
    """Return the keys that are `key`, alone or after a component and a dot."""
    return [found for found in told if found == key or found.endswith(f".{key}")]


def read_modelspec(metadata: Mapping[str, str]) -> Training:
    """Return what the keys `modelspec.*` say."""
    implementation = first_text(metadata, "modelspec.implementation_version") or ""
    triggers = first_text(metadata, "modelspec.trigger_phrase", "trigger_word", "trigger_words")
    return Training(
        trainer_version=known.version(implementation.removeprefix(_COMMIT)),
        base_model=base_model_of((first_text(metadata, "modelspec.architecture"),)),
        resolution=longer_edge(metadata.get("modelspec.resolution")),
        trained_at=time_of(metadata.get("modelspec.date")),
        titles=tuple(filter(None, (first_text(metadata, "modelspec.title"),))),
        trigger_words=(triggers,) if triggers else (),
    )
