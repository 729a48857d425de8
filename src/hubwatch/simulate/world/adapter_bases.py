"""Base models as trainers name them: architecture, version word, file, picture size.

Hashes of base files are invented, so that no simulated header points at a real file.
Source: the keys of kohya's sd-scripts and the values of the modelspec standard.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from hubwatch.simulate.world import calibration as cal


@dataclass(frozen=True, slots=True)
class Base:
    """A base model.

    Args:
        architecture: root of its family.
        version: kohya's word for it, `ss_base_model_version`.
        file: name of the published file.
        spec: `modelspec.architecture` without the adapter's kind.
        onetrainer: OneTrainer's word for it.
        resolution: edge of training pictures, pixels.
        context: width of the text features that attention reads; 0 where layers are called
            otherwise.
        prefers: ranks that its adapters mostly have.
    """

    architecture: str
    version: str
    file: str
    spec: str
    onetrainer: str
    resolution: int
    context: int
    prefers: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """Invented digest of the published file, lower-case hex."""
        return hashlib.sha256(f"simulated base model {self.file}".encode()).hexdigest()


_SD1: Final = "Stable Diffusion 1"
_SD2: Final = "Stable Diffusion 2"
_SDXL: Final = "Stable Diffusion XL"
_RANKS_SD: Final = (8, 16, 32, 64, 128, 128)
_RANKS_XL: Final = (8, 16, 32, 32, 64)
_RANKS_FLUX: Final = (4, 8, 16, 16, 32)


def _sd1(file: str) -> Base:
    word = "STABLE_DIFFUSION_15"
    return Base(_SD1, "sd_v1", file, "stable-diffusion-v1", word, 512, 768, _RANKS_SD)


def _sd2(file: str, version: str, spec: str, edge: int) -> Base:
    return Base(_SD2, version, file, spec, "STABLE_DIFFUSION_21", edge, 1024, _RANKS_SD)


def _sdxl(file: str) -> Base:
    word, spec = "STABLE_DIFFUSION_XL_10_BASE", "stable-diffusion-xl-v1-base"
    return Base(_SDXL, "sdxl_base_v1-0", file, spec, word, 1024, 2048, _RANKS_XL)


def _flux(file: str, spec: str) -> Base:
    return Base("Flux", "flux1", file, spec, "FLUX_DEV_1", 1024, 0, _RANKS_FLUX)


_SD3: Final = Base(
    *("Stable Diffusion 3", "sd3", "sd3_medium.safetensors", "stable-diffusion-3-medium"),
    *("STABLE_DIFFUSION_3", 1024, 0, _RANKS_FLUX),
)
BASES: Final = {
    "SD 1.4": _sd1("sd-v1-4.ckpt"),
    "SD 1.5": _sd1("v1-5-pruned-emaonly.safetensors"),
    "SD 2.0": _sd2("512-base-ema.safetensors", "sd_v2", "stable-diffusion-v2-512", 512),
    "SD 2.1": _sd2("v2-1_512-ema-pruned.safetensors", "sd_v2", "stable-diffusion-v2-512", 512),
    "SD 2.1 768": _sd2(
        "v2-1_768-ema-pruned.safetensors", "sd_v2_v", "stable-diffusion-v2-768-v", 768
    ),
    "Other": _sd1("model.safetensors"),
    "SDXL 1.0": _sdxl("sd_xl_base_1.0.safetensors"),
    "SDXL Turbo": _sdxl("sd_xl_turbo_1.0_fp16.safetensors"),
    "SDXL Lightning": _sdxl("sdxl_lightning_4step.safetensors"),
    "Pony": _sdxl("ponyDiffusionV6XL.safetensors"),
    "Illustrious": _sdxl("Illustrious-XL-v0.1.safetensors"),
    "SD 3": _SD3,
    "Flux.1 D": _flux("flux1-dev.safetensors", "flux-1-dev"),
    "Flux.1 S": _flux("flux1-schnell.safetensors", "flux-1-schnell"),
}
#: In the order of `calibration.BASE_MODELS`.
IN_ORDER: Final = tuple(BASES[name] for name in cal.BASE_MODELS)
