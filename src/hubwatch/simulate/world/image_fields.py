"""Fields of an image that follow from its 64 noise bits alone."""

from __future__ import annotations

from typing import Final

import numpy as np

from hubwatch.simulate.world.streams import Picker, noise_at

#: Width and height in pixels; the first are the most usual before SDXL.
SHAPES: Final = (
    *((512, 768), (512, 768), (512, 512), (768, 512), (640, 960), (1024, 1536), (832, 1216)),
    *((832, 1216), (1024, 1024), (896, 1152), (1216, 832), (1024, 1536), (768, 1152), (1536, 1024)),
    *((1248, 1824), (960, 1440)),
)


def shape_of(noise: int) -> tuple[int, int]:
    """Return width and height in pixels."""
    return SHAPES[noise >> 12 & 15]


def image_url(noise: int, image_id: int) -> str:
    """Return the address of the picture; there is nothing behind it."""
    text = f"{noise:016x}{(noise * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF:016x}"
    place = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return f"https://image.hub.invalid/simulated/{place}/original=true/{image_id}.jpeg"


def has_meta(noise: int) -> bool:
    """Return whether generation data came with the picture (all but 10.3 %)."""
    return noise >> 16 & 0xFFFF >= 6750


def _blur_hashes(count: int) -> tuple[str, ...]:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
    found = []
    for noise in noise_at(83, "blur", np.arange(count)).tolist():
        picker = Picker(noise)
        found.append("U" + "".join(picker.pick(alphabet) for _ in range(27)))
    return tuple(found)


#: Texts in the alphabet of BlurHash; they describe no picture.
BLUR_HASHES: Final = _blur_hashes(512)
