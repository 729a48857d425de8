"""Tensor names and shapes of the simulated adapters, as the trainers name them.

A few layers stand for hundreds. Their widths are those of the base model and of the rank, so that
both can be read from shapes alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.simulate.world.adapter_facts import Facts

#: Name, type and shape of one tensor.
Tensor = tuple[str, str, tuple[int, ...]]

_ATTENTION: Final = "down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k"
_XL_ATTENTION: Final = "input_blocks_4_1_transformer_blocks_0_attn2_to_k"
_TEXT: Final = "text_model_encoder_layers_0_self_attn_q_proj"


def _kohya_layers(facts: Facts) -> dict[str, tuple[int, int]]:
    """Return layer to width in and out, in kohya's names."""
    base = facts.about
    if base.architecture == "Flux":
        return {
            "lora_unet_double_blocks_0_img_attn_proj": (3072, 3072),
            "lora_unet_single_blocks_0_linear2": (15_360, 3072),
        }
    if base.architecture == "Stable Diffusion 3":
        return {"lora_unet_joint_blocks_0_x_block_attn_proj": (1536, 1536)}
    if base.architecture == "Stable Diffusion XL":
        first = "input_blocks_4_1_transformer_blocks_0_attn1_to_q"
        return {
            f"lora_te1_{_TEXT}": (768, 768),
            f"lora_te2_{_TEXT}": (1280, 1280),
            f"lora_unet_{first}": (640, 640),
            f"lora_unet_{_XL_ATTENTION}": (2048, 640),
        }
    first = "down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q"
    return {
        f"lora_te_{_TEXT}": (base.context, base.context),
        f"lora_unet_{first}": (640, 640),
        f"lora_unet_{_ATTENTION}": (base.context, 640),
    }


def _kohya(facts: Facts) -> Iterator[Tensor]:
    rank = facts.rank
    for layer, (width, out) in _kohya_layers(facts).items():
        yield f"{layer}.alpha", "F16", ()
        if facts.method == "DoRA":
            yield f"{layer}.dora_scale", "F16", (out, 1)
        yield f"{layer}.lora_down.weight", "F16", (rank, width)
        yield f"{layer}.lora_up.weight", "F16", (out, rank)
    if facts.method == "LoCon" and facts.about.context:
        layer = "lora_unet_down_blocks_0_resnets_0_conv1"
        yield f"{layer}.alpha", "F16", ()
        yield f"{layer}.lora_down.weight", "F16", (rank, 320, 3, 3)
        yield f"{layer}.lora_up.weight", "F16", (320, rank, 1, 1)


def _onetrainer_layers(facts: Facts) -> dict[str, tuple[int, int]]:
    base = facts.about
    if not base.context:
        width = 3072 if base.architecture == "Flux" else 1536
        return {"lora_transformer_transformer_blocks_0_attn_to_k": (width, width)}
    text = "lora_te1" if base.architecture == "Stable Diffusion XL" else "lora_te"
    return {
        f"{text}_{_TEXT}": (768 if base.context == 2048 else base.context,) * 2,
        f"lora_unet_{_ATTENTION}": (base.context, 640),
    }


def _onetrainer(facts: Facts) -> Iterator[Tensor]:
    for layer, (width, out) in _onetrainer_layers(facts).items():
        yield f"{layer}.alpha", "BF16", ()
        yield f"{layer}.lora_down.weight", "BF16", (facts.rank, width)
        yield f"{layer}.lora_up.weight", "BF16", (out, facts.rank)


def _peft(facts: Facts) -> Iterator[Tensor]:
    """Yield what diffusers and ai-toolkit write: no alpha, A and B in place of down and up."""
    base, rank = facts.about, facts.rank
    if not base.context:
        width = 3072 if base.architecture == "Flux" else 1536
        layers = {"transformer.transformer_blocks.0.attn.to_k": (width, width)}
        if base.architecture == "Flux":
            layers["transformer.single_transformer_blocks.0.attn.to_q"] = (width, width)
    else:
        start = "unet.down_blocks.1.attentions.0.transformer_blocks.0"
        layers = {f"{start}.attn1.to_q": (640, 640), f"{start}.attn2.to_k": (base.context, 640)}
    for layer, (width, out) in layers.items():
        yield f"{layer}.lora_A.weight", "F32", (rank, width)
        yield f"{layer}.lora_B.weight", "F32", (out, rank)


def adapter_tensors(facts: Facts) -> tuple[Tensor, ...]:
    """Return name, type and shape of an adapter's tensors, in the order of the file."""
    if facts.trainer == "onetrainer":
        return tuple(_onetrainer(facts))
    if facts.trainer == "diffusers" or (facts.trainer == "ai-toolkit" and not facts.about.context):
        return tuple(_peft(facts))
    return tuple(_kohya(facts))
