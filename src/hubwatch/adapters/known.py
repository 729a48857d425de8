"""Lists of what may stand in a header's free text: modules, optimisers, public base models.

A header's text is kept only when it is in one of these lists, and then in the list's own spelling:
whatever else somebody wrote there, a name perhaps, is unknown.
"""

from __future__ import annotations

import re
from typing import Final

from hubwatch.adapters.values import base_name


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Modules of kohya's scripts and of those that follow them.
NETWORK_MODULES: Final = frozenset(
    _list(
        "networks.lora networks.dylora networks.lora_fa networks.lora_flux networks.lora_sd3 "
        "networks.lora_lumina networks.lora_diffusers networks.lora_wan networks.lora_framepack "
        "networks.lora_flux_kontext networks.lora_flux_2 networks.lora_qwen_image "
        "networks.lora_zimage networks.lora_hunyuan_image networks.lora_hidream "
        "networks.lora_anima networks.loha networks.lokr networks.oft networks.oft_flux "
        "networks.control_net_lllite network.lora lycoris.kohya lycoris.locon locon.locon_kohya "
        "locon.kohya networks.locon networks.lora_block networks.lora_c3lier"
    )
)
_OPTIMIZERS: Final = {
    re.sub("[^a-z0-9]", "", name.lower()): name
    for name in _list(
        "AdamW AdamW8bit PagedAdamW PagedAdamW8bit PagedAdamW32bit Adam Adam8bit AdamWScheduleFree "
        "Adafactor AdEMAMix AdEMAMix8bit AdaBelief Adan AdaMuon AdamMini StableAdamW Lion Lion8bit "
        "PagedLion8bit SGD SGD8bit SGDNesterov SGDNesterov8bit SGDScheduleFree RAdam "
        "RAdamScheduleFree DAdaptation DAdaptAdam DAdaptAdaGrad DAdaptAdan DAdaptAdanIP DAdaptLion "
        "DAdaptSGD DAdaptAdamPreprint Prodigy Prodigy8bit ProdigyPlusScheduleFree CAME CAME8bit "
        "LARS LAMB Tiger Sophia SophiaH Shampoo SOAP Muon Automagic Compass FishMonger GrokFast "
        "OptimiAdamW AdaGrad RMSprop ADOPT Fira GaLoreAdamW YogiAdam Yogi Aida"
    )
}
_CLASS: Final = re.compile(r"[A-Za-z_][\w.]*")
_MARKS: Final = re.compile("[^a-z0-9]")

_HASH: Final = re.compile(
    r"(?:0x)?(?=[a-f]*[0-9])([0-9a-f]{8}|[0-9a-f]{10}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})"
)
_VERSION: Final = re.compile(
    r"(?=[a-f]*[0-9])[0-9a-f]{7,40}|v?\d{1,4}(?:\.\d{1,4}){1,3}(?:[-.]?(?:a|b|rc|dev|post|alpha|beta)\.?\d{0,3})?"
)

#: Beginning of a base model file's name → the public name of the release.
_FILES: Final = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?:stable-diffusion-)?v1-5|sd-?v?1[.-]?5|stable-diffusion-1-5", "v1-5-pruned"),
        (r"sd-?v?1[.-]?4|stable-diffusion-v1-4", "sd-v1-4"),
        (r"v2-1-768|768-v-ema|stable-diffusion-2-1(?!-base)", "v2-1_768-ema-pruned"),
        (r"v2-1-512|stable-diffusion-2-1-base", "v2-1_512-ema-pruned"),
        (r"512-base-ema|stable-diffusion-2-base", "512-base-ema"),
        (r"sd-?xl-base-0[.-]9", "sd_xl_base_0.9"),
        (r"sd-?xl-base|stable-diffusion-xl-base", "sd_xl_base_1.0"),
        (r"sd3-medium|stable-diffusion-3-medium", "sd3_medium"),
        (r"sd3[.-]5-medium|stable-diffusion-3[.-]5-medium", "sd3.5_medium"),
        (r"sd3[.-]5-large|stable-diffusion-3[.-]5-large", "sd3.5_large"),
        (r"flux[.-]?1-dev|flux-dev", "flux1-dev"),
        (r"flux[.-]?1-schnell", "flux1-schnell"),
        (r"flux[.-]?1-kontext", "flux1-kontext-dev"),
        (r"flux[.-]?1-krea", "flux1-krea-dev"),
        (r"flux[.-]?2-dev", "flux2-dev"),
        (r"ponydiffusionv6-?xl|pony-diffusion-v6-xl", "ponyDiffusionV6XL"),
        (r"illustrious-?xl-v?0[.-]?1|illustriousxl-v01", "Illustrious-XL-v0.1"),
        (r"illustrious-?xl-v?1", "Illustrious-XL-v1.0"),
        (r"illustrious-?xl-v?2", "Illustrious-XL-v2.0"),
        (r"illustrious-?xl", "Illustrious-XL"),
        (r"noobai-?xl", "NoobAI-XL"),
        (r"animagine-?xl", "animagine-xl"),
        (r"animefull-final|animefull-latest|novelai|nai(?:-|$)", "animefull-final-pruned"),
        (r"anything-?v?3", "anything-v3"),
        (r"anything-?v?4", "anything-v4"),
        (r"anything-?v?5", "anything-v5"),
        (r"anylora", "AnyLoRA"),
        (r"chilloutmix", "chilloutmix"),
        (r"realistic-?vision", "realisticVision"),
        (r"dreamshaper-?xl", "dreamshaperXL"),
        (r"dreamshaper", "dreamshaper"),
        (r"juggernaut-?xl", "juggernautXL"),
        (r"realvis-?xl", "realvisXL"),
        (r"deliberate", "deliberate"),
        (r"counterfeit-?v?3", "Counterfeit-V3.0"),
        (r"abyssorangemix3|aom3", "AbyssOrangeMix3"),
        (r"epicrealism", "epicrealism"),
        (r"meinamix", "meinamix"),
        (r"chroma1?-hd|chroma1?-base|chroma-unlocked", "chroma"),
        (r"qwen-image", "qwen-image"),
        (r"z-image-turbo", "z-image-turbo"),
        (r"z-image", "z-image"),
        (r"pixart-alpha|pixart-xl-2", "PixArt-alpha"),
        (r"pixart-sigma", "PixArt-Sigma"),
        (r"kolors", "Kolors"),
        (r"auraflow", "AuraFlow"),
        (r"hidream-i1", "HiDream-I1"),
        (r"wan2[.-]?1", "Wan2.1"),
        (r"wan2[.-]?2", "Wan2.2"),
        (r"hunyuan-?video", "hunyuan-video"),
    )
)


def network_module(text: str | None) -> str | None:
    """Return a network module that is in the list."""
    return text if text in NETWORK_MODULES else None


def optimizer(text: str | None) -> str | None:
    """Return the class name of a known optimiser, without its package and arguments."""
    found = _CLASS.match(text) if text else None
    if found is None:
        return None
    return _OPTIMIZERS.get(_MARKS.sub("", found[0].rpartition(".")[2].lower()))


def base_hash(text: str | None) -> str | None:
    """Return a digest as lower-case hex without `0x`; None for any other text."""
    found = _HASH.fullmatch(text.strip().lower()) if text else None
    return found[1] if found else None


def version(text: str | None) -> str | None:
    """Return a commit (7 to 40 hex digits) or a number of a release; None for any other text."""
    found = _VERSION.fullmatch(text.strip().lower()) if text else None
    return found[0] if found else None


def base_file(text: str | None) -> str | None:
    """Return the public name of a base model that many know by its file's name.

    Args:
        text: file, path or repository, as written. What follows the known beginning is dropped.
    """
    if not text:
        return None
    name = re.sub("[_ ]+", "-", base_name(text).lower())
    return next((known for pattern, known in _FILES if pattern.match(name)), None)
