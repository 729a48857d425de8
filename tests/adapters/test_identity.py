"""Digests and signatures: what they survive, and what they tell apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from header_cases import file_bytes
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hubwatch.adapters.elements import as_floats, is_readable
from hubwatch.adapters.header import parse_header, read_header
from hubwatch.adapters.identity import (
    BITS,
    NEAR,
    _layers,
    distance,
    shape_digest,
    signature,
    tensor_digest,
)
from hubwatch.errors import AdapterError

Weights = dict[str, NDArray[np.float32]]


def bf16(values: NDArray[np.float32]) -> bytes:
    bits = np.ascontiguousarray(values, "<f4").view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()


ENCODERS = {
    "F64": lambda v: v.astype("<f8").tobytes(),
    "F32": lambda v: v.astype("<f4").tobytes(),
    "F16": lambda v: v.astype("<f2").tobytes(),
    "BF16": bf16,
}


def save(path: Path, weights: Weights, dtype: str = "F32", metadata: object = None) -> Path:
    table: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, values in weights.items():
        raw = ENCODERS[dtype](values)
        end = len(data) + len(raw)
        table[name] = {"dtype": dtype, "shape": values.shape, "data_offsets": [len(data), end]}
        data += raw
    path.write_bytes(file_bytes(json.dumps(table).encode(), data))
    return path


def adapter(seed: int, *, start: int = 0, layers: int = 12, rank: int = 4) -> Weights:
    """Return an adapter; equal `start` means that `down` began at the same random numbers."""
    rng, first = np.random.default_rng(seed), np.random.default_rng(10_000 + start)
    found: Weights = {}
    for layer in range(layers):
        width = (160, 320)[layer % 2]
        down = first.uniform(-1, 1, (rank, width)) / np.sqrt(width)
        down += rng.normal(0, 0.05 / np.sqrt(width), down.shape)
        found[f"lora_unet_{layer}.lora_down.weight"] = down.astype(np.float32)
        found[f"lora_unet_{layer}.lora_up.weight"] = rng.normal(0, 0.01, (width, rank)).astype(
            np.float32
        )
        found[f"lora_unet_{layer}.alpha"] = np.float32(rank / 2).reshape(())
    return found


def signed(path: Path) -> str:
    found = signature(path, read_header(path))
    assert found is not None
    return found


def digested(path: Path) -> str:
    return tensor_digest(path, read_header(path))


def test_other_metadata_names_and_order_leave_the_digest_of_the_tensors(tmp_path: Path) -> None:
    weights = adapter(1)
    renamed = {f"other.{len(k)}.{k[::-1]}": weights[k] for k in reversed(weights)}
    first = save(tmp_path / "a", weights)
    second = save(tmp_path / "b", renamed, metadata={"ss_output_name": "velda_orrin"})
    assert digested(first) == digested(second)
    assert read_header(first).sha256 != read_header(second).sha256


def test_one_changed_bit_another_type_or_shape_changes_the_digest(tmp_path: Path) -> None:
    weights = adapter(1, layers=1)
    first = save(tmp_path / "a", weights)
    other = bytearray(first.read_bytes())
    other[-1] ^= 1
    (tmp_path / "b").write_bytes(other)
    name = next(iter(weights))
    reshaped = {**weights, name: weights[name].reshape(-1, 2)}
    digests = {
        digested(first),
        digested(tmp_path / "b"),
        digested(save(tmp_path / "c", weights, "F16")),
        digested(save(tmp_path / "d", reshaped)),
    }
    assert len(digests) == 4


@pytest.mark.parametrize("dtype", ["F64", "F16", "BF16"])
def test_another_precision_leaves_the_signature_near(tmp_path: Path, dtype: str) -> None:
    weights = adapter(2)
    first, second = save(tmp_path / "a", weights), save(tmp_path / "b", weights, dtype)
    assert distance(signed(first), signed(second)) <= 8


def test_names_of_another_tool_order_and_scale_leave_the_signature_near(tmp_path: Path) -> None:
    weights = adapter(3)
    renamed = {
        name.replace("lora_unet_", "unet.")
        .replace("lora_down", "lora_A")
        .replace("lora_up", "lora_B"): weights[name] * (3 if "up" in name else 1)
        for name in reversed(weights)
        if "alpha" not in name
    }
    first, second = save(tmp_path / "a", weights), save(tmp_path / "b", renamed)
    assert distance(signed(first), signed(second)) <= 4


def test_the_same_update_at_another_rank_is_known_again(tmp_path: Path) -> None:
    weights = adapter(4)
    resized = dict(weights)
    for name in weights:
        if "lora_down" in name:
            up_name = name.replace("down", "up")
            u, s, v = np.linalg.svd(weights[up_name] @ weights[name], full_matrices=False)
            resized[up_name] = (u[:, :8] * s[:8]).astype(np.float32)
            resized[name] = v[:8].astype(np.float32)
    first, second = save(tmp_path / "a", weights), save(tmp_path / "b", resized)
    assert distance(signed(first), signed(second)) <= 4


def test_other_adapters_are_far_even_when_training_began_at_the_same_numbers(
    tmp_path: Path,
) -> None:
    found = [signed(save(tmp_path / str(seed), adapter(seed))) for seed in range(12)]
    pairs = [distance(a, b) for i, a in enumerate(found) for b in found[:i]]
    assert min(pairs) > NEAR + 20
    assert abs(np.mean(pairs) - BITS / 2) < 20


def test_an_adapter_of_zeros_has_no_signature(tmp_path: Path) -> None:
    zeros = {name: values * 0 for name, values in adapter(5).items()}
    path = save(tmp_path / "a", zeros)
    assert signature(path, read_header(path)) is None


def test_what_is_not_finite_counts_as_zero(tmp_path: Path) -> None:
    weights = adapter(6)
    broken = {name: values.copy() for name, values in weights.items()}
    broken["lora_unet_0.lora_up.weight"][0, 0] = np.nan
    broken["lora_unet_1.lora_up.weight"][0, 0] = np.inf
    first, second = save(tmp_path / "a", weights), save(tmp_path / "b", broken)
    assert distance(signed(first), signed(second)) < 30


def test_a_file_that_shrank_since_is_an_error(tmp_path: Path) -> None:
    path = save(tmp_path / "a", adapter(7, layers=1))
    header = read_header(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(AdapterError, match="changed"):
        tensor_digest(path, header)
    with pytest.raises(AdapterError, match="changed"):
        signature(path, header)


def test_signatures_of_another_kind_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different kinds"):
        distance("hw1:00", "xx9:00")


def test_the_word_of_a_textual_inversion_is_in_no_shape_digest(tmp_path: Path) -> None:
    """It may name somebody, and there is no key in the digest."""
    vectors = np.ones((4, 768), dtype=np.float32)
    first, other = (
        shape_digest(read_header(save(tmp_path / f"{n}.st", {f"<{word}>": vectors})).tensors)
        for n, word in enumerate(("velda", "orrin"))
    )
    assert first == other


def test_layers_wider_than_any_model_are_read_half_by_half(tmp_path: Path) -> None:
    """Their random directions would fill the memory."""
    wide = np.ones((1, (1 << 20) + 1), dtype=np.float32)
    weights = {"a.lora_down.weight": wide, "a.lora_up.weight": np.ones((64, 1), dtype=np.float32)}
    path = save(tmp_path / "wide.st", weights, "F16")
    halves = _layers(read_header(path).tensors)
    assert sorted(len(parts) for parts in halves) == [1, 1]
    assert signature(path, read_header(path)) is not None


def test_the_shape_digest_sees_names_types_and_shapes_alone(tmp_path: Path) -> None:
    def digest(path: Path) -> str:
        return shape_digest(read_header(path).tensors)

    one = digest(save(tmp_path / "a", adapter(1)))
    assert one == digest(save(tmp_path / "b", adapter(2), metadata={"k": "v"}))
    assert one != digest(save(tmp_path / "c", adapter(1), "F16"))
    assert one != digest(save(tmp_path / "d", adapter(1, rank=8)))
    renamed = {name + "x": values for name, values in adapter(1).items()}
    assert one != digest(save(tmp_path / "e", renamed))


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=20))
@settings(max_examples=50)
def test_elements_are_read_as_they_were_written(values: list[float]) -> None:
    array = np.array(values, np.float32)
    assert (as_floats(ENCODERS["F32"](array), "F32") == array).all()
    assert (as_floats(ENCODERS["F64"](array), "F64") == array).all()
    tolerance = np.maximum(np.abs(array) * 2**-8, 1e-37)
    assert (np.abs(as_floats(ENCODERS["BF16"](array), "BF16") - array) <= tolerance).all()


@pytest.mark.parametrize(
    ("dtype", "byte", "value"),
    [
        ("F8_E4M3", 0x38, 1.0),
        ("F8_E4M3", 0x7E, 448.0),
        ("F8_E4M3", 0x01, 2.0**-9),
        ("F8_E4M3", 0x7F, 0.0),
        ("F8_E4M3", 0xB8, -1.0),
        ("F8_E5M2", 0x3C, 1.0),
        ("F8_E5M2", 0x7B, 57344.0),
        ("F8_E5M2", 0x01, 2.0**-16),
        ("F8_E5M2", 0x7C, 0.0),
    ],
)
def test_one_byte_numbers_are_those_of_the_paper(dtype: str, byte: int, value: float) -> None:
    assert as_floats(bytes([byte]), dtype)[0] == np.float32(value)


def test_whole_numbers_are_no_weights() -> None:
    assert not is_readable("I64")
    raw = b'{"a":{"dtype":"I64","shape":[100],"data_offsets":[0,800]}}'
    assert parse_header(raw, data_bytes=800).tensors[0].dtype == "I64"
