"""Bytes of `.safetensors` files, sound and broken, built without the code under test."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I64": 8, "U8": 1}
#: A sound tensor of two bytes.
ONE = b'{"dtype":"F16","shape":[1],"data_offsets":[0,2]}'

#: What kohya's scripts leave for a fictional person trained on 40 pictures.
KOHYA = {
    "ss_sd_model_name": "sd_xl_base_1.0.safetensors",
    "ss_base_model_version": "sdxl_base_v1-0",
    "ss_network_module": "networks.lora",
    "ss_network_dim": "32",
    "ss_network_alpha": "16",
    "ss_num_train_images": "400",
    "ss_steps": "2000",
    "ss_num_epochs": "10",
    "ss_output_name": "velda_orrin_v2",
    "ss_sd_scripts_commit_hash": "0" * 40,
    "ss_tag_frequency": json.dumps(
        {
            "10_velda_orrin woman": {
                "velda orrin": 40,
                "1girl": 40,
                "solo": 38,
                "looking at viewer": 30,
                "mature_term_003": 4,
            }
        }
    ),
    "ss_dataset_dirs": json.dumps({"10_velda_orrin woman": {"n_repeats": 10, "img_count": 40}}),
}


def table(
    tensors: Mapping[str, Sequence[int]],
    metadata: Mapping[str, str] | None = None,
    dtype: str = "F16",
) -> tuple[dict[str, Any], int]:
    """Return the table of a header and the bytes of its tensors."""
    entries: dict[str, Any] = {} if metadata is None else {"__metadata__": dict(metadata)}
    at = 0
    for name, shape in tensors.items():
        end = at + SIZES[dtype] * math.prod(shape)
        entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, end]}
        at = end
    return entries, at


def file_bytes(header: bytes, data: int | bytes = 0, *, length: int | None = None) -> bytes:
    """Return a whole file."""
    weights = bytes(data) if isinstance(data, int) else data
    return struct.pack("<Q", len(header) if length is None else length) + header + weights


def sound_file(
    metadata: Mapping[str, str] | None = None,
    tensors: Mapping[str, Sequence[int]] | None = None,
    *,
    compact: bool = True,
) -> bytes:
    """Return a whole sound file whose weights are zeros."""
    entries, size = table(tensors or {"lora_unet_a.lora_down.weight": (32, 8)}, metadata)
    separators = (",", ":") if compact else None
    return file_bytes(json.dumps(entries, separators=separators).encode(), size)
