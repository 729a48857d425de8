"""Words of trainers and names of files become the hub's names of base models."""

from __future__ import annotations

import pytest

from hubwatch.adapters import base_models, shapes
from hubwatch.adapters.base_models import base_model_of, named
from hubwatch.adapters.known import base_file
from hubwatch.hubs.civitai.vocabulary import BASE_MODELS


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sd_v1", "SD 1.5"),
        ("sd1.5", "SD 1.5"),
        ("sd_1.5", "SD 1.5"),
        ("sd_v2_v", "SD 2.1 768"),
        ("sd_v2", "SD 2.1"),
        ("sdxl_base_v1-0", "SDXL 1.0"),
        ("sdxl_", "SDXL 1.0"),
        ("sd3", "SD 3"),
        ("stable-diffusion-3-5-large/lora", "SD 3.5"),
        ("STABLE_DIFFUSION_35", "SD 3.5"),
        ("STABLE_DIFFUSION_15", "SD 1.5"),
        ("stable-diffusion-xl-v1-base/lora", "SDXL 1.0"),
        ("stable-diffusion-v1/textual-inversion", "SD 1.5"),
        ("flux1", "Flux.1 D"),
        ("flux-1-schnell/lora", "Flux.1 S"),
        ("FLUX_DEV_1", "Flux.1 D"),
        ("flux2_klein_9b", "Flux.2 Klein 9B"),
        ("chroma", "Chroma"),
        ("wan2.2", "Wan Video"),
        ("hunyuan_video", "Hunyuan Video"),
        ("qwen_image", "Qwen"),
        ("zimage_turbo", "ZImageTurbo"),
        ("PIXART_SIGMA", "PixArt E"),
        ("wander", None),
        ("model", None),
        ("", None),
        (None, None),
        ("sdxl" * 100, None),
    ],
)
def test_words(word: str | None, expected: str | None) -> None:
    """One word of each program."""
    assert named(word) == expected


def test_all_names_are_the_hub_s() -> None:
    """Declared and read base models can be compared."""
    derived = {name for _, name in base_models._DERIVED}
    read = {name for _, name in base_models._WORDS} | derived
    marks = {name for _, name in shapes._MARKS}
    assert read | marks | set(shapes._CONTEXT_WIDTH.values()) <= BASE_MODELS


def test_a_later_word_may_only_say_more() -> None:
    """The architecture of the first word stays."""
    assert base_model_of(["flux1", "flux-1-schnell"]) == "Flux.1 S"
    assert base_model_of(["sd_v1", "sdxl"]) == "SD 1.5"
    assert base_model_of(["sd_v1"], ["sd-v1-4.ckpt"]) == "SD 1.4"


def test_derivatives_are_told_by_the_file() -> None:
    """Only SDXL has derivatives with users of their own."""
    assert base_model_of(["sdxl_base_v1-0"], ["ponyDiffusionV6XL.safetensors"]) == "Pony"
    assert base_model_of(["sdxl"], ["noobaiXLNAIXL_vPred.safetensors"]) == "NoobAI"
    assert base_model_of([], ["Illustrious-XL-v0.1.safetensors"]) == "Illustrious"
    assert base_model_of(["sd_v1"], ["pony_mix.safetensors"]) == "SD 1.5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v1-5-pruned-emaonly.safetensors", "v1-5-pruned"),
        ("runwayml/stable-diffusion-v1-5", "v1-5-pruned"),
        ("stabilityai/stable-diffusion-xl-base-1.0", "sd_xl_base_1.0"),
        ("D:\\m\\Illustrious-XL-v0.1.safetensors", "Illustrious-XL-v0.1"),
        ("black-forest-labs/FLUX.1-dev", "flux1-dev"),
        ("anime/animefull-final-pruned.ckpt", "animefull-final-pruned"),
        ("model.safetensors", None),
        ("nairo.safetensors", None),
        ("", None),
    ],
)
def test_public_base_files(text: str, expected: str | None) -> None:
    """Only what many know by its file's name is kept, in the release's own spelling."""
    assert base_file(text) == expected
