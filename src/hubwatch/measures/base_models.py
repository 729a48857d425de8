"""The roll-up tree of base models: architecture, family, base model.

A family is what people mean by "a base model": a release, or a derivative with users of its own
(Pony, Illustrious). The architecture says what it was derived from. Names are matched by their
beginning, the longest first, so that new releases of a family find their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OTHER: Final = "Other"


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a base model belongs."""

    family: str
    architecture: str


_SD1: Final = Lineage("Stable Diffusion 1", "Stable Diffusion 1")
_SD2: Final = Lineage("Stable Diffusion 2", "Stable Diffusion 2")
_SD3: Final = Lineage("Stable Diffusion 3", "Stable Diffusion 3")
_SDXL: Final = Lineage("Stable Diffusion XL", "Stable Diffusion XL")
_FLUX1: Final = Lineage("Flux", "Flux")
_VIDEO: Final = "Video"

#: Beginning of the hub's name of a base model → its place in the tree.
TREE: Final = {
    "sd 1": _SD1,
    "sd 2": _SD2,
    "sd 3": _SD3,
    "sdxl": _SDXL,
    "pony": Lineage("Pony", "Stable Diffusion XL"),
    "pony v7": Lineage("Pony V7", "AuraFlow"),
    "illustrious": Lineage("Illustrious", "Stable Diffusion XL"),
    "noobai": Lineage("NoobAI", "Stable Diffusion XL"),
    "playground v2": Lineage("Playground", "Stable Diffusion XL"),
    "flux": _FLUX1,
    "chroma": Lineage("Chroma", "Flux"),
    "stable cascade": Lineage("Stable Cascade", "Stable Cascade"),
    "pixart": Lineage("PixArt", "PixArt"),
    "kolors": Lineage("Kolors", "Kolors"),
    "hunyuan": Lineage("Hunyuan", "Hunyuan"),
    "hunyuan video": Lineage("Hunyuan Video", _VIDEO),
    "auraflow": Lineage("AuraFlow", "AuraFlow"),
    "lumina": Lineage("Lumina", "Lumina"),
    "hidream": Lineage("HiDream", "HiDream"),
    "qwen": Lineage("Qwen", "Qwen"),
    "zimage": Lineage("Z-Image", "Z-Image"),
    "svd": Lineage("Stable Video Diffusion", _VIDEO),
    "cogvideo": Lineage("CogVideoX", _VIDEO),
    "ltx": Lineage("LTX Video", _VIDEO),
    "mochi": Lineage("Mochi", _VIDEO),
    "wan video": Lineage("Wan Video", _VIDEO),
}
_LONGEST_FIRST: Final = sorted(TREE, key=len, reverse=True)
_OUTSIDE: Final = Lineage(OTHER, OTHER)


def lineage(base_model: str) -> Lineage:
    """Return where a base model belongs; a name that the tree does not know is `Other`."""
    name = base_model.lower()
    return next((TREE[start] for start in _LONGEST_FIRST if name.startswith(start)), _OUTSIDE)


def architecture(family: str) -> str:
    """Return the root of a family."""
    roots = {place.family: place.architecture for place in TREE.values()}
    return roots.get(family, OTHER)
