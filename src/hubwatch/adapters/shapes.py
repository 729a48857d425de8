"""What names and shapes of tensors say: the kind of network, its rank, its base model.

Weights are not read. An alpha is the value of a tensor, so that it stays unknown here.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hubwatch.adapters.header import Tensor

#: Tensors that are looked at; the largest adapters have a few thousand.
LOOKED_AT: Final = 20_000
_MOST_RANK: Final = 16_384

#: Parts of tensor names → the kind of network, the most particular first.
_KINDS: Final = (
    ("hada_w1", "loha"),
    ("lokr_w", "lokr"),
    ("dora_scale", "dora"),
    ("lora_magnitude_vector", "dora"),
    ("oft_blocks", "oft"),
    ("oft_diag", "oft"),
    ("lora_mid", "locon"),
)
#: Ends of the names of tensors whose first dimension is the rank.
_DOWN: Final = (
    *("lora_down.weight", "lora_A.weight", "lora.down.weight", "lora_A.default.weight"),
    *("lora_linear_layer.down.weight", "_lora.down.weight"),
    *("hada_w1_b", "lokr_w1_b", "lokr_w2_b"),
)
#: How programs on top of diffusers and PEFT name tensors; kohya's scripts write `lora_unet_...`.
_PEFT: Final = re.compile(r"\.lora_[AB]\.|\.lora\.(?:down|up)\.|_lora\.(?:down|up)\.|^base_model\.")
_CONTEXT: Final = re.compile(r"attn2[._](?:processor[._])?to_[kv]")
_UNET: Final = re.compile(r"(?:down|up|input|output|mid|middle)_blocks?")
_BLOCK: Final = re.compile(
    r"(double|single|transformer|single_transformer)_blocks[._](\d{1,3})[._]"
)
#: Width of what cross-attention reads → base model.
_CONTEXT_WIDTH: Final = {768: "SD 1.5", 1024: "SD 2.1", 2048: "SDXL 1.0", 1280: "SDXL 1.0"}
_FLUX_DOUBLE, _FLUX_SINGLE = 19, 38
_FLUX2_WIDTH: Final = 6144
_WIDTHS: Final = {1536: "SD 3", 2432: "SD 3.5"}
#: Parts of tensor names that only one base model has.
_MARKS: Final = (
    ("distilled_guidance", "Chroma"),
    ("double_stream_blocks", "HiDream"),
    ("joint_transformer_blocks", "AuraFlow"),
    ("lora_te2_", "SDXL 1.0"),
    ("text_encoder_2.text_model", "SDXL 1.0"),
    ("lora_te3_", "SD 3"),
    ("prior_unet", "Stable Cascade"),
)
_EMBEDDINGS: Final = ("emb_params", "clip_l", "clip_g", "string_to_param", "<")
_FEW: Final = 8


class Shapes(NamedTuple):
    """What the tensors of a file say; None is unknown.

    Args:
        network: lora, locon, loha, lokr, dora, oft, textual-inversion.
        rank: the most frequent one of linear layers, the larger one when equally so.
        base_model: as the hub calls it.
        peft: names are in the manner of diffusers and PEFT.
        token: word that a textual inversion is called by, as written; it may name somebody.
    """

    network: str | None = None
    rank: int | None = None
    base_model: str | None = None
    peft: bool = False
    token: str | None = None


def read_shapes(tensors: Iterable[Tensor]) -> Shapes:
    """Return what names and shapes say; the first `LOOKED_AT` tensors are read."""
    rows = list(islice(tensors, LOOKED_AT))
    down = [row for row in rows if row.name.endswith(_DOWN)]
    if not down and (embedded := _embedding(rows)):
        return embedded
    return Shapes(
        network=_network(rows, down),
        rank=_rank(down),
        base_model=_base_model(rows, down),
        peft=any(_PEFT.search(row.name) for row in down),
    )


def _network(rows: Sequence[Tensor], down: Sequence[Tensor]) -> str | None:
    for part, kind in _KINDS:
        if any(part in row.name for row in rows):
            return kind
    if any(len(row.shape) > 2 and row.shape[-1] > 1 for row in down):
        return "locon"
    return "lora" if down else None


def _rank(down: Sequence[Tensor]) -> int | None:
    """Return the most frequent first dimension, of linear layers where there are any."""
    linear = [row for row in down if len(row.shape) == 2 or row.shape[2:] == (1, 1)]
    ranks = Counter(row.shape[0] for row in linear or down if len(row.shape) > 1)
    best = max(ranks.items(), key=lambda item: (item[1], item[0]), default=None)
    return best[0] if best and 0 < best[0] <= _MOST_RANK else None


def _embedding(rows: Sequence[Tensor]) -> Shapes | None:
    """Return what a textual inversion says: few tensors of vectors as wide as a text encoder."""
    if not 0 < len(rows) <= _FEW or not all(row.name.startswith(_EMBEDDINGS) for row in rows):
        return None
    widths = {row.shape[-1] for row in rows if row.shape}
    base = "SDXL 1.0" if 1280 in widths else _CONTEXT_WIDTH.get(max(widths, default=0))
    named = (text_of(row.name.strip("<>")) for row in rows if row.name.startswith("<"))
    token = next(filter(None, named), None)
    return Shapes(network="textual-inversion", base_model=base, token=token)


def _base_model(rows: Sequence[Tensor], down: Sequence[Tensor]) -> str | None:
    for row in down:
        if _CONTEXT.search(row.name) and _UNET.search(row.name) and len(row.shape) > 1:
            return _CONTEXT_WIDTH.get(row.shape[1])
    for part, name in _MARKS:
        if any(part in row.name for row in rows):
            return name
    return _transformer(down) or _text_encoder(down)


def _transformer(down: Sequence[Tensor]) -> str | None:
    """Tell the transformers apart by the kinds and numbers of their blocks and their widths."""
    last: dict[str, int] = {}
    widths: set[int] = set()
    for row in down:
        if found := _BLOCK.search(row.name):
            last[found[1]] = max(last.get(found[1], 0), int(found[2]))
            widths.update(row.shape[1:2])
    if not last:
        return _other_blocks(down)
    if "double" in last or "single" in last:
        return _flux(last.get("double", 0), last.get("single", 0), widths)
    if "single_transformer" in last:
        return _flux(last.get("transformer", 0), last["single_transformer"], widths)
    if 3072 in widths and last.get("transformer", 0) >= _FLUX_DOUBLE:
        return "Qwen"
    return next((name for width, name in _WIDTHS.items() if width in widths), None)


def _flux(double: int, single: int, widths: set[int]) -> str | None:
    if _FLUX2_WIDTH in widths:
        return "Flux.2 D"
    return "Hunyuan Video" if double >= _FLUX_DOUBLE or single >= _FLUX_SINGLE else "Flux.1 D"


def _other_blocks(down: Sequence[Tensor]) -> str | None:
    names = [row.name for row in down]
    if any("context_refiner" in name or "noise_refiner" in name for name in names):
        widths = {row.shape[1] for row in down if len(row.shape) > 1}
        return "ZImageBase" if 3840 in widths else "Lumina"
    if any("joint_blocks" in name for name in names):
        widths = {row.shape[1] for row in down if len(row.shape) > 1}
        return next((name for width, name in _WIDTHS.items() if width in widths), "SD 3")
    return "Wan Video" if any(re.search(r"blocks[._]\d+[._]cross_attn", n) for n in names) else None


def _text_encoder(down: Sequence[Tensor]) -> str | None:
    """Return the base model whose one text encoder is as wide as the one trained."""
    widths = {
        row.shape[1]
        for row in down
        if len(row.shape) > 1 and ("lora_te_" in row.name or "text_encoder." in row.name)
    }
    return next((_CONTEXT_WIDTH[width] for width in (768, 1024) if width in widths), None)
