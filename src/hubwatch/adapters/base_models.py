"""Which base model a header means, in the words that the hub uses for declared base models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 256
_MARKS: Final = re.compile(r"[^a-z0-9]+")

#: Releases that were trained from Stable Diffusion XL and have users and vocabularies of their own;
#: headers call their architecture SDXL, only the base model file's name tells them apart.
_DERIVED: Final = (
    (re.compile(r"noob-?ai"), "NoobAI"),
    (re.compile(r"illustrious|(?:^|-)ilxl"), "Illustrious"),
    (re.compile(r"pony-?(?:diffusion-?)?v7"), "Pony V7"),
    (re.compile(r"pony"), "Pony"),
)
_XL: Final = "SDXL 1.0"

#: First match wins, so what is more particular stands first.
_WORDS: Final = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?:sdxl|sd-xl|diffusion-xl).*turbo", "SDXL Turbo"),
        (r"(?:sdxl|sd-xl|diffusion-xl).*lightning", "SDXL Lightning"),
        (r"(?:sdxl|sd-xl|diffusion-xl)-base-(?:v)?0-9", "SDXL 0.9"),
        (r"sdxl|sd-xl|diffusion-xl", _XL),
        (r"(?:^|-)sd-?3-?5|diffusion-?3-?5", "SD 3.5"),
        (r"(?:^|-)sd-?3|diffusion-?3", "SD 3"),
        (r"chroma", "Chroma"),
        (r"flux-?2.*klein.*4b", "Flux.2 Klein 4B"),
        (r"flux-?2.*klein", "Flux.2 Klein 9B"),
        (r"flux-?2", "Flux.2 D"),
        (r"flux.*kontext", "Flux.1 Kontext"),
        (r"flux.*krea", "Flux.1 Krea"),
        (r"flux.*schnell", "Flux.1 S"),
        (r"flux", "Flux.1 D"),
        (r"qwen", "Qwen"),
        (r"z-?image.*turbo", "ZImageTurbo"),
        (r"z-?image", "ZImageBase"),
        (r"(?:^|-)wan(?:-|\d|$)", "Wan Video"),
        (r"hunyuan-?video|framepack", "Hunyuan Video"),
        (r"hunyuan-?3d", "Hunyuan3D"),
        (r"hunyuan", "Hunyuan 1"),
        (r"hi-?dream", "HiDream"),
        (r"aura-?flow", "AuraFlow"),
        (r"lumina", "Lumina"),
        (r"kolors", "Kolors"),
        (r"cascade|wuerstchen", "Stable Cascade"),
        (r"pixart-?(?:sigma|e)(?:-|$)", "PixArt E"),
        (r"pixart", "PixArt a"),
        (r"playground", "Playground v2"),
        (r"(?:^|-)ltx-?v?2|(?:^|-)ltx-2", "LTXV2"),
        (r"(?:^|-)ltx", "LTXV"),
        (r"cogvideo", "CogVideoX"),
        (r"mochi", "Mochi"),
        (r"(?:^|-)svd|stable-video", "SVD"),
        (r"(?:^|-)anima(?:-|$)", "Anima"),
        (r"diffusion-v2-768|(?:^|-)sd-v2-v(?:-|$)|v2-1-768|768-v-ema", "SD 2.1 768"),
        (r"(?:^|-)sd-?v?2-?0|diffusion-v?-?2-?0", "SD 2.0"),
        (r"(?:^|-)sd-?v?2|diffusion-v?-?2|(?:^|-)v2-1", "SD 2.1"),
        (r"(?:^|-)sd-?v?1-?4|diffusion-v?-?1-?4", "SD 1.4"),
        (r"(?:^|-)sd-?v?1|diffusion-v?-?1|(?:^|-)v1-5", "SD 1.5"),
    )
)
#: What says more than the other way round: (what was found first, what comes later).
_MORE: Final = frozenset(
    (
        ("SD 3", "SD 3.5"),
        ("SD 2.1", "SD 2.1 768"),
        ("SD 2.1", "SD 2.0"),
        ("SD 1.5", "SD 1.4"),
        ("Flux.1 D", "Flux.1 S"),
        ("Flux.1 D", "Flux.1 Kontext"),
        ("Flux.1 D", "Flux.1 Krea"),
        ("Flux.1 D", "Chroma"),
        (_XL, "SDXL 0.9"),
        (_XL, "SDXL Turbo"),
        (_XL, "SDXL Lightning"),
        ("ZImageBase", "ZImageTurbo"),
    )
)


def named(text: str | None) -> str | None:
    """Return the base model that a word of a trainer, an architecture or a file name means.

    `sd_v1` means any release 1.x and is read as SD 1.5, `sd_v2` as SD 2.1 and `flux1` as Flux.1 D:
    the releases that nearly all users of these words train on.
    """
    if not text or len(text) > _LONGEST:
        return None
    form = _MARKS.sub("-", text.lower()).strip("-")
    return next((name for pattern, name in _WORDS if pattern.search(form)), None)


def base_model_of(words: Iterable[str | None], files: Iterable[str | None] = ()) -> str | None:
    """Return the base model that words and names of files mean; see `decided`.

    Args:
        words: what trainer and specification call it, the most trusted first.
        files: names of the base model file.
    """
    names = list(files)
    return decided((named(word) for word in (*words, *names)), names)


def decided(found: Iterable[str | None], files: Iterable[str | None] = ()) -> str | None:
    """Return one base model of several findings.

    The first that is known decides; a later one, or a file's name, may only say more of the same
    architecture: which release of it, or which derivative of SDXL.

    Args:
        found: base models, the most trusted first.
        files: names of the base model file.
    """
    known = [name for name in found if name]
    best = known[0] if known else None
    for name in known[1:]:
        best = name if (best, name) in _MORE else best
    names = [name for name in files if name and len(name) <= _LONGEST]
    return _derived(names) or best if best in (None, _XL) else best


def _derived(names: Iterable[str]) -> str | None:
    """Return the derivative of SDXL that the base model file is named after."""
    forms = [_MARKS.sub("-", name.lower()) for name in names]
    return next(
        (name for form in forms for pattern, name in _DERIVED if pattern.search(form)), None
    )
