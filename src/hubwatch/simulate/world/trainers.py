"""Metadata blocks that training programs leave in adapter files.

Shapes follow what the programs write: kohya's `ss_*` keys hold text, also for numbers, and lists of
caption tags as JSON; OneTrainer and ai-toolkit write a few keys; diffusers writes next to nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world import words
from hubwatch.simulate.world.streams import Picker
from hubwatch.simulate.world.subcultures import SUBCULTURES, vocabulary
from hubwatch.simulate.world.versions import TRAINERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.simulate.world.content import Content

_STRIPPED: Final = 0.18
_BASE_FILE: Final = {
    "SD 1.5": ("sd_v1", "v1-5-pruned.safetensors"),
    "SDXL 1.0": ("sdxl_base_v1-0", "sd_xl_base_1.0.safetensors"),
    "Pony": ("sdxl_base_v1-0", "ponyDiffusionV6XL.safetensors"),
    "Illustrious": ("sdxl_base_v1-0", "Illustrious-XL-v0.1.safetensors"),
    "Flux.1 D": ("flux1", "flux1-dev.safetensors"),
}


def _captions(content: Content, model: int, picker: Picker, images: int) -> dict[str, int]:
    """Return how often each caption tag occurs: one theme of the model's subculture."""
    vocab = vocabulary()
    start, size = picker.pick(vocab.themes[int(content.models.subculture[model])])
    trigger = content.stems[model].lower()[:24]
    counts = {trigger: images}
    person = content.texts.person(model)
    if person is not None:
        counts[{"woman": "woman", "man": "man"}.get(person.gender, "person")] = images
    for rank in range(min(size, 10 + picker.below(40))):
        counts[vocab.pieces[start + rank]] = max(1, images * 2 // (rank + 3))
    return counts


def _sentences(content: Content, model: int, picker: Picker) -> dict[str, int]:
    """Return captions written as sentences, each once."""
    who = "a person" if content.texts.person(model) is not None else "a picture"
    return {
        f"{content.stems[model].lower()}, {who} in a {picker.pick(words.ADJECTIVES)} "
        f"{picker.pick(words.PLACES)}": 1
        for _ in range(12)
    }


def _kohya(content: Content, version: int, picker: Picker) -> dict[str, str]:
    """Return what kohya's scripts write; all values are text."""
    model = int(content.versions.model[version])
    images, repeats = 12 + picker.below(120), picker.pick((2, 5, 10, 20))
    epochs, rank = 5 + picker.below(12), picker.pick((8, 16, 32, 32, 64, 128))
    base = cal.BASE_MODELS[int(content.versions.base[version])]
    known, file = _BASE_FILE.get(base, ("sd_v1", "model.safetensors"))
    style = SUBCULTURES[int(content.models.subculture[model])].style
    sentences = base == "Flux.1 D" or (style == "prose" and picker.chance(0.7))
    captions = (
        _sentences(content, model, picker)
        if sentences
        else _captions(content, model, picker, images)
    )
    folder = f"{repeats}_{content.stems[model].lower()}"
    locon = cal.METHODS[int(content.models.method[model])] == "LoCon"
    return {
        "ss_base_model_version": known,
        "ss_sd_model_name": file,
        "ss_network_module": "lycoris.kohya" if locon else "networks.lora",
        "ss_network_dim": str(rank),
        "ss_network_alpha": f"{rank / picker.pick((1, 2))}",
        "ss_output_name": f"{content.stems[model]}_v{int(content.versions.place[version]) + 1}",
        "ss_num_train_images": str(images * repeats),
        "ss_num_epochs": str(epochs),
        "ss_steps": str(images * repeats * epochs // 2),
        "ss_max_train_steps": str(images * repeats * epochs // 2),
        "ss_resolution": "(512, 512)" if known == "sd_v1" else "(1024, 1024)",
        "ss_tag_frequency": json.dumps({folder: captions}, ensure_ascii=False),
        "ss_dataset_dirs": json.dumps({folder: {"n_repeats": repeats, "img_count": images}}),
        "sshs_model_hash": content.sha256[version].lower(),
        "modelspec.title": content.stems[model],
        **_kohya_settings(picker, int(content.versions.at[version]) / 1e6 - 86_400),
    }


def _kohya_settings(picker: Picker, started: float) -> dict[str, str]:
    """Return the settings that do not depend on the model; `started` in seconds since 1970."""
    return {
        "ss_num_reg_images": "0",
        "ss_learning_rate": picker.pick(("0.0001", "0.0005", "1.0")),
        "ss_unet_lr": "0.0001",
        "ss_text_encoder_lr": "5e-05",
        "ss_optimizer": picker.pick(("bitsandbytes.optim.adamw.AdamW8bit", "prodigyopt.Prodigy")),
        "ss_batch_size_per_device": "2",
        "ss_clip_skip": picker.pick(("1", "2", "None")),
        "ss_mixed_precision": "fp16",
        "ss_seed": str(picker.below(1 << 31)),
        "ss_training_started_at": f"{started:.6f}",
        "sshs_legacy_hash": f"{picker.below(1 << 31):08x}",
        "modelspec.architecture": "stable-diffusion-v1/lora",
    }


def _onetrainer(content: Content, version: int, picker: Picker) -> dict[str, str]:
    config = {
        "model_type": "STABLE_DIFFUSION_XL_10_BASE",
        "training_method": "LORA",
        "lora_rank": picker.pick((16, 32, 64)),
        "lora_alpha": 1.0,
        "epochs": 20 + picker.below(80),
    }
    return {
        "ot_branch": "master",
        "ot_revision": f"{picker.below(1 << 28):07x}",
        "ot_config": json.dumps(config),
        "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
        "modelspec.title": content.stems[int(content.versions.model[version])],
    }


def _ai_toolkit(content: Content, version: int, picker: Picker) -> dict[str, str]:
    rank = picker.pick((16, 16, 32, 64))
    return {
        "software": json.dumps({"name": "ai-toolkit", "version": "0.1.0"}),
        "training_info": json.dumps(
            {"step": 1000 + 250 * picker.below(12), "epoch": picker.below(90)}
        ),
        "name": content.stems[int(content.versions.model[version])],
        "ss_base_model_version": "flux1",
        "ss_output_name": content.stems[int(content.versions.model[version])],
        "ss_network_dim": str(rank),
        "ss_network_alpha": str(rank),
        "format": "pt",
    }


def training_metadata(content: Content, version: int) -> Mapping[str, str] | None:
    """Return the metadata block of a version's adapter file.

    Args:
        content: the world.
        version: index of the version.

    Returns:
        Key to text; `None` when stripped, or when the file is no adapter.
    """
    trainer = int(content.versions.trainer[version])
    picker = Picker(int(content.versions.noise[version]) ^ 991)
    if trainer < 0 or picker.chance(_STRIPPED):
        return None
    name = TRAINERS[trainer]
    if name == "kohya":
        return _kohya(content, version, picker)
    if name == "onsite":
        return {**_kohya(content, version, picker), "ss_training_comment": "trained on the hub"}
    if name == "onetrainer":
        return _onetrainer(content, version, picker)
    if name == "ai-toolkit":
        return _ai_toolkit(content, version, picker)
    return {"format": "pt"}
