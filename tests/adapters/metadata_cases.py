"""Invented headers of each trainer family, and short ways to write tensors."""

from __future__ import annotations

import json

from hubwatch.adapters.header import Header, Tensor

COMMIT = "0a" * 20

KOHYA = {
    "ss_sd_model_name": "sd_xl_base_1.0.safetensors",
    "ss_new_sd_model_hash": "A1" * 32,
    "ss_sd_model_hash": "12345678",
    "ss_base_model_version": "sdxl_base_v1-0",
    "ss_network_module": "networks.lora",
    "ss_network_dim": "32",
    "ss_network_alpha": "16.0",
    "ss_num_train_images": "400",
    "ss_num_epochs": "12",
    "ss_epoch": "10",
    "ss_steps": "2000",
    "ss_max_train_steps": "2400",
    "ss_resolution": "(832, 1216)",
    "ss_optimizer": "bitsandbytes.optim.adamw.AdamW8bit(weight_decay=0.1)",
    "ss_output_name": "velda_orrin_v2",
    "ss_sd_scripts_commit_hash": COMMIT,
    "ss_training_started_at": "1700000000.25",
    "ss_clip_skip": "None",
    "ss_dataset_dirs": json.dumps(
        {
            "10_velda_orrin woman": {"n_repeats": 10, "img_count": 30},
            "2_more": {"n_repeats": 2, "img_count": 10},
        }
    ),
    "ss_tag_frequency": json.dumps(
        {"10_velda_orrin woman": {"1girl": 40, "solo": 38, "velda orrin": 40, "red dress": 3}}
    ),
    "modelspec.title": "Velda Orrin",
}
ONETRAINER = {
    "ot_branch": "master",
    "ot_revision": "1a2b3c4",
    "ot_config": json.dumps(
        {
            "model_type": "STABLE_DIFFUSION_XL_10_BASE",
            "base_model_name": "C:\\models\\ponyDiffusionV6XL.safetensors",
            "output_model_destination": "C:/out/velda_orrin.safetensors",
            "lora_rank": 16,
            "lora_alpha": 1.0,
            "peft_type": "LORA",
            "epochs": 40,
            "resolution": "1024,768",
            "optimizer": {"optimizer": "ADAMW_8BIT"},
            "concepts": [{"name": "velda", "path": "/data/velda orrin"}],
        }
    ),
}
AI_TOOLKIT = {
    "software": json.dumps({"name": "ai-toolkit", "version": "0.5.1"}),
    "training_info": json.dumps({"step": 2500, "epoch": 31}),
    "name": "velda_flux",
    "ss_base_model_version": "flux1",
    "ss_output_name": "velda_flux",
    "format": "pt",
}
PEFT = {
    "format": "pt",
    "lora_adapter_metadata": json.dumps(
        {
            "transformer.r": 16,
            "transformer.lora_alpha": 32,
            "transformer.peft_type": "LORA",
            "transformer.use_dora": False,
            "text_encoder.r": 8,
        }
    ),
}
SPEC = {
    "modelspec.architecture": "stable-diffusion-v2-768-v/lora",
    "modelspec.resolution": "768x768",
    "modelspec.date": "2024-03-02T10:00:00",
    "modelspec.title": "a title",
    "modelspec.trigger_phrase": "velda orrin",
}


def tensors(*named: tuple[str, tuple[int, ...]]) -> tuple[Tensor, ...]:
    """Return tensors of some names and shapes."""
    return tuple(Tensor(name, "F16", shape, 0, 0) for name, shape in named)


def header(metadata: dict[str, str], *named: tuple[str, tuple[int, ...]]) -> Header:
    """Return a header as a reader would."""
    return Header(metadata, tensors(*named), 1000, "ab" * 32)
