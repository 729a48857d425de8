"""Metadata blocks that training programs leave in adapter files.

Shapes follow what the programs write: kohya's `ss_*` keys hold text, also for numbers, and caption
tags as JSON; OneTrainer writes its configuration; ai-toolkit a few keys; diffusers next to nothing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from hubwatch.simulate.world.adapter_captions import captions, folder_name
from hubwatch.simulate.world.adapter_tensors import Tensor, adapter_tensors
from hubwatch.simulate.world.documents import file_hashes
from hubwatch.simulate.world.streams import Picker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.simulate.world.adapter_facts import Facts
    from hubwatch.simulate.world.content import Content

#: Months between two states of a trainer's code that people use.
_RELEASE_MONTHS: Final = 3
#: From this month on (index into the calibration's) diffusers writes what it knows of the network.
_PEFT_SINCE: Final = 18
#: Share of the files of unknown trainers that another tool saved again.
_RESAVED: Final = 0.5
#: Share of kohya's files that depict a real person and carry a consent manifest.
_CONSENT: Final = 0.03


def training_metadata(content: Content, version: int) -> Mapping[str, str] | None:
    """Return the metadata block of a version's adapter file.

    Args:
        content: the world.
        version: index of the version.

    Returns:
        Key to text; `None` when stripped, or when the file is no adapter.
    """
    facts = content.adapters.facts(version)
    if facts is None or facts.stripped:
        return None
    picker = Picker(facts.noise ^ 1789)
    if facts.trainer in ("kohya", "onsite"):
        return _kohya(content, facts, picker)
    if facts.trainer == "onetrainer":
        return _onetrainer(content, facts)
    if facts.trainer == "ai-toolkit":
        return _ai_toolkit(content, facts)
    if facts.trainer == "diffusers":
        return _diffusers(facts)
    return _modelspec(content, facts) if _resaved(facts) else {"format": "pt"}


def tells_training(facts: Facts) -> bool:
    """Say whether the metadata block tells anything of the training."""
    if facts.stripped:
        return False
    if facts.trainer == "unknown":
        return _resaved(facts)
    return facts.trainer != "diffusers" or facts.month >= _PEFT_SINCE


def training_tensors(content: Content, version: int) -> tuple[Tensor, ...]:
    """Return name, type and shape of the tensors in a version's file; none when no adapter."""
    facts = content.adapters.facts(version)
    return () if facts is None else adapter_tensors(facts)


def output_name(content: Content, facts: Facts) -> str:
    """Return what the author called the file."""
    return f"{content.stems[facts.model]}_v{int(content.versions.place[facts.version]) + 1}"


def started_at(content: Content, facts: Facts) -> float:
    """Return when training began, in seconds since 1970: a day before the upload."""
    return float(int(content.versions.at[facts.version]) // 1_000_000 - 86_400)


def code_state(trainer: str, month: int) -> str:
    """Return the invented commit of a trainer's code that is in use in a month, 40 hex digits."""
    text = f"simulated {trainer} {month // _RELEASE_MONTHS}"
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def _base_file(content: Content, facts: Facts) -> dict[str, str]:
    """Return kohya's keys for the file that training started from."""
    if facts.parent < 0:
        digest = facts.about.sha256
        return {
            "ss_sd_model_name": facts.about.file,
            "ss_sd_model_hash": digest[-8:],
            "ss_new_sd_model_hash": digest,
        }
    hashes = file_hashes(content, facts.parent)
    owner = int(content.versions.model[facts.parent])
    name = f"{content.stems[owner]}_v{int(content.versions.place[facts.parent]) + 1}"
    found = {
        "ss_sd_model_name": f"{name}.safetensors",
        "ss_new_sd_model_hash": hashes["SHA256"].lower(),
    }
    if "AutoV1" in hashes:
        found["ss_sd_model_hash"] = hashes["AutoV1"].lower()
    return found


def _kohya(content: Content, facts: Facts, picker: Picker) -> dict[str, str]:
    """Return what kohya's scripts write; all values are text."""
    base, steps = facts.about, facts.steps
    onsite = facts.trainer == "onsite"
    folder = folder_name(content, facts)
    folder = folder if onsite else f"{facts.repeats}_{folder}"
    frequency = {folder: captions(content, facts)}
    sizes = {folder: {"n_repeats": facts.repeats, "img_count": facts.images}}
    block = {
        "ss_sd_scripts_commit_hash": code_state("sd-scripts", facts.month),
        "ss_base_model_version": base.version,
        **_base_file(content, facts),
        "ss_network_module": "lycoris.kohya" if facts.method != "LORA" else "networks.lora",
        "ss_network_dim": str(facts.rank),
        "ss_network_alpha": str(facts.alpha),
        "ss_output_name": output_name(content, facts),
        "ss_num_train_images": str(facts.images * facts.repeats),
        "ss_num_epochs": str(facts.epochs),
        "ss_epoch": str(facts.epochs),
        "ss_steps": str(steps),
        "ss_max_train_steps": str(steps),
        "ss_resolution": f"({base.resolution}, {base.resolution})",
        "ss_optimizer": facts.optimizer,
        "ss_batch_size_per_device": str(facts.batch),
        "ss_tag_frequency": json.dumps(frequency, ensure_ascii=False),
        "ss_dataset_dirs": json.dumps(sizes, ensure_ascii=False),
        "sshs_model_hash": content.sha256[facts.version].lower(),
        **_kohya_settings(picker, started_at(content, facts)),
        **_modelspec(content, facts),
    }
    if facts.method != "LORA":
        algorithm = {"algo": "lora" if facts.method == "DoRA" else "locon", "conv_dim": facts.rank}
        block["ss_network_args"] = json.dumps(algorithm)
    if onsite:
        block["ss_sd_model_name"] = f"{100_000 + picker.below(800_000)}.safetensors"
        block["ss_training_comment"] = "trained on the hub"
    elif content.texts.person(facts.model) is not None and picker.chance(_CONSENT):
        block["hubwatch.consent"] = json.dumps({"version": 1, "statement": "simulated"})
    return block


def _kohya_settings(picker: Picker, started: float) -> dict[str, str]:
    """Return the settings that do not depend on the model; `started` in seconds since 1970."""
    return {
        "ss_num_reg_images": "0",
        "ss_learning_rate": picker.pick(("0.0001", "0.0005", "1.0")),
        "ss_unet_lr": "0.0001",
        "ss_text_encoder_lr": "5e-05",
        "ss_clip_skip": picker.pick(("1", "2", "None")),
        "ss_mixed_precision": "fp16",
        "ss_seed": str(picker.below(1 << 31)),
        "ss_session_id": str(picker.below(1 << 31)),
        "ss_training_started_at": f"{started:.6f}",
        "ss_training_finished_at": f"{started + 600 + picker.below(20_000):.6f}",
        "sshs_legacy_hash": f"{picker.below(1 << 31):08x}",
    }


def _modelspec(content: Content, facts: Facts) -> dict[str, str]:
    base = facts.about
    moment = datetime.fromtimestamp(started_at(content, facts), UTC)
    return {
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": f"{base.spec}/lora",
        "modelspec.title": output_name(content, facts),
        "modelspec.date": moment.strftime("%Y-%m-%dT%H:%M:%S"),
        "modelspec.resolution": f"{base.resolution}x{base.resolution}",
    }


def _onetrainer(content: Content, facts: Facts) -> dict[str, str]:
    base = facts.about
    config = {
        "__version": 5,
        "training_method": "LORA",
        "model_type": base.onetrainer,
        "base_model_name": f"models/{base.file}",
        "output_model_destination": f"models/{output_name(content, facts)}.safetensors",
        "epochs": facts.epochs,
        "batch_size": facts.batch,
        "resolution": str(base.resolution),
        "lora_rank": facts.rank,
        "lora_alpha": facts.alpha,
        "peft_type": "LORA",
        "optimizer": {"optimizer": facts.optimizer.rpartition(".")[2].upper()},
        "concepts": [
            {"name": folder_name(content, facts), "path": f"data/{folder_name(content, facts)}"}
        ],
    }
    return {
        "ot_branch": "master",
        "ot_revision": code_state("onetrainer", facts.month)[:7],
        "ot_config": json.dumps(config, ensure_ascii=False),
        **_modelspec(content, facts),
    }


def _ai_toolkit(content: Content, facts: Facts) -> dict[str, str]:
    name = output_name(content, facts)
    version = {"name": "ai-toolkit", "version": f"0.1.{facts.month // _RELEASE_MONTHS}"}
    words = {"Stable Diffusion 1": "sd_1.5", "Stable Diffusion 2": "sd_2.1", "Flux": "flux1"}
    words |= {"Stable Diffusion XL": "sdxl_1.0", "Stable Diffusion 3": "sd3"}
    return {
        "software": json.dumps(version),
        "training_info": json.dumps({"step": facts.steps, "epoch": facts.epochs}),
        "name": name,
        "version": "1.0",
        "ss_base_model_version": words[facts.about.architecture],
        "ss_output_name": name,
        "sshs_model_hash": content.sha256[facts.version].lower(),
        "format": "pt",
    }


def _diffusers(facts: Facts) -> dict[str, str]:
    if not tells_training(facts):
        return {"format": "pt"}
    part = "unet" if facts.about.context else "transformer"
    told = {f"{part}.r": facts.rank, f"{part}.lora_alpha": facts.alpha, f"{part}.peft_type": "LORA"}
    return {"format": "pt", "lora_adapter_metadata": json.dumps(told)}


def _resaved(facts: Facts) -> bool:
    """Say whether another tool saved a file again and left a specification."""
    return Picker(facts.noise ^ 1847).chance(_RESAVED)
