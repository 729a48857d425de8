"""Kind of network, rank and base model out of tensor names and shapes."""

from __future__ import annotations

import pytest
from metadata_cases import tensors

from hubwatch.adapters.shapes import Shapes, read_shapes

ATTENTION = "transformer_blocks_0_attn2_to_k.lora_down.weight"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([(f"lora_unet_down_blocks_1_{ATTENTION}", (4, 768))], Shapes("lora", 4, "SD 1.5")),
        ([(f"lora_unet_down_blocks_1_{ATTENTION}", (4, 1024))], Shapes("lora", 4, "SD 2.1")),
        ([(f"lora_unet_input_blocks_4_{ATTENTION}", (4, 2048))], Shapes("lora", 4, "SDXL 1.0")),
        ([("lora_te_text_model_a.lora_down.weight", (4, 768))], Shapes("lora", 4, "SD 1.5")),
        ([("lora_te2_text_model_a.lora_down.weight", (4, 1280))], Shapes("lora", 4, "SDXL 1.0")),
        (
            [("lora_unet_double_blocks_18_img_attn_proj.lora_down.weight", (16, 3072))],
            Shapes("lora", 16, "Flux.1 D"),
        ),
        (
            [("lora_unet_double_blocks_19_img_attn_proj.lora_down.weight", (16, 3072))],
            Shapes("lora", 16, "Hunyuan Video"),
        ),
        (
            [("transformer.transformer_blocks.23.attn.add_k_proj.lora_A.weight", (16, 1536))],
            Shapes("lora", 16, "SD 3", peft=True),
        ),
        (
            [("transformer.transformer_blocks.59.attn.to_q.lora_A.weight", (16, 3072))],
            Shapes("lora", 16, "Qwen", peft=True),
        ),
        (
            [("diffusion_model.blocks.0.cross_attn.k.lora_A.weight", (32, 5120))],
            Shapes("lora", 32, "Wan Video", peft=True),
        ),
        (
            [("<velda-orrin>", (8, 768))],
            Shapes("textual-inversion", None, "SD 1.5", token="velda-orrin"),
        ),
        ([("emb_params", (8, 768))], Shapes("textual-inversion", None, "SD 1.5")),
        (
            [("clip_g", (8, 1280)), ("clip_l", (8, 768))],
            Shapes("textual-inversion", None, "SDXL 1.0"),
        ),
        ([("lycoris_a.hada_w1_b", (8, 320)), ("lycoris_a.hada_w1_a", (320, 8))], Shapes("loha", 8)),
        ([("lycoris_a.lokr_w1", (4, 4)), ("lycoris_a.lokr_w2_b", (6, 80))], Shapes("lokr", 6)),
        ([("a.lora_down.weight", (4, 8)), ("a.dora_scale", (8, 1))], Shapes("dora", 4)),
        (
            [("a.lora_down.weight", (16, 320)), ("b.lora_down.weight", (4, 320, 3, 3))],
            Shapes("locon", 16),
        ),
        ([("lora_unet_down.weight", (4, 8))], Shapes()),
        ([("model.diffusion_model.input_blocks.0.0.weight", (320, 4, 3, 3))], Shapes()),
        ([], Shapes()),
    ],
)
def test_shapes(named: list[tuple[str, tuple[int, ...]]], expected: Shapes) -> None:
    """One file of each kind."""
    assert read_shapes(tensors(*named)) == expected


def test_the_most_frequent_rank_wins() -> None:
    """Adapters may have other ranks in some layers."""
    rows = tensors(*((f"l{n}.lora_down.weight", (8 if n < 3 else 64, 10)) for n in range(5)))
    assert read_shapes(rows).rank == 8
