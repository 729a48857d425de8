"""Metadata is hostile text: nothing raises, what is broken is unknown, time stays linear."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from metadata_cases import AI_TOOLKIT, KOHYA, ONETRAINER, PEFT, SPEC, header

from hubwatch.adapters.header import Tensor
from hubwatch.adapters.redact import Redactor
from hubwatch.adapters.rows import FileKey, adapter_row, tag_rows
from hubwatch.adapters.training import TRAINERS, Training, read_training
from hubwatch.adapters.values import JSON_CAP, json_of, real_of, time_of, whole_of

KEYS = sorted({*KOHYA, *ONETRAINER, *AI_TOOLKIT, *PEFT, *SPEC, "ss_datasets", "hubwatch.consent"})
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["None", "null", "1e999", "-0", "NaN", "0x10", "1_000", "９", "\ud800"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inside: st.one_of(
        st.lists(inside, max_size=4),
        st.dictionaries(
            st.sampled_from(
                [*("img_count", "n_repeats", "subsets", "tag_frequency", "resolution", "optimizer"),
                 *("epoch", "step", "lora_rank", "r", "x.r", "concepts", "name", "10_a", "version")]
            ),
            inside,
            max_size=4,
        ),
    ),
    max_leaves=12,
)  # fmt: skip
VALUES = st.one_of(st.text(max_size=40), LEAVES.map(str), TREES.map(json.dumps))
METADATA = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), VALUES)
NAMES = st.sampled_from(
    ["a.lora_down.weight", "emb_params", "x.hada_w1_b", "attn2.to_k.lora_A.weight", "", "<a>"]
)
SHAPES = st.lists(st.integers(0, 10**18), max_size=4).map(tuple)
TENSORS = st.lists(st.builds(Tensor, NAMES, st.just("F16"), SHAPES, st.just(0), st.just(0)))


@given(METADATA, TENSORS)
@settings(max_examples=400, deadline=None)
def test_any_metadata_is_read(metadata: dict[str, str], tensors: list[Tensor]) -> None:
    """Whatever stands there, a record comes out whose numbers are in range."""
    found = read_training(metadata, tensors)
    assert found.trainer in TRAINERS
    assert found.rank is None or 0 < found.rank <= 16_384
    assert found.training_images is None or found.training_images > 0
    assert found.captions.style in ("tags", "sentences", "mixed", "none")
    assert sum(found.captions.counts.values()) >= 0
    assert len(found.captions.counts) <= found.captions.distinct


@given(METADATA)
@settings(max_examples=150, deadline=None)
def test_any_metadata_becomes_rows(metadata: dict[str, str]) -> None:
    """Rows hold numbers, known words and tokens, also of the worst header."""
    file, redactor = FileKey("civitai", "1", "2", "3", "2024-05"), Redactor(b"k" * 32)
    metadata = {key: value.encode("utf-8", "replace").decode() for key, value in metadata.items()}
    found = header(metadata)
    row = adapter_row(file, "read", found, redactor, datetime(2024, 6, 1, tzinfo=UTC))
    assert row["status"] == "read"
    assert all(isinstance(r["count"], int) for r in tag_rows(file, found, redactor))


@given(st.one_of(LEAVES, TREES))
def test_numbers_stay_in_range(value: Any) -> None:
    """What comes back as a number is one, and in the range that was asked for."""
    whole, real = whole_of(value, 1, 100), real_of(value, 0.0, 1.0)
    assert whole is None or (type(whole) is int and 1 <= whole <= 100)
    assert real is None or (type(real) is float and 0 <= real <= 1)
    found = time_of(value)
    assert found is None or found.tzinfo is not None


def test_deep_and_long_json() -> None:
    """Neither a deep tree nor a text above the cap is read."""
    assert json_of("[" * 100_000 + "]" * 100_000) is None
    assert json_of('"' + "a" * JSON_CAP + '"') is None
    assert json_of('{"a": 1') is None
    assert json_of('{"a": "\\ud800"}') in (None, {"a": "\ud800"}, {"a": "\ufffd"})


def test_wrong_types_everywhere() -> None:
    """Every known key with every kind of wrong value gives an empty record."""
    for value in ("[]", "{}", "null", "true", "1", '"a"', "{", "[1,2]", '{"a":[]}', "None"):
        found = read_training(dict.fromkeys(KEYS, value), ())
        assert isinstance(found, Training)
        assert found.captions.distinct == 0


def _seconds(tags: int) -> float:
    frequency = {"1_a": {f"tag number {n} of many": n % 7 + 1 for n in range(tags)}}
    metadata = {"ss_tag_frequency": json.dumps(frequency)}
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        read_training(metadata, ())
        best = min(best, time.process_time() - start)
    return best


def test_megabytes_of_captions_take_linear_time() -> None:
    """Eight times the captions cost at most thrice that many times the processor's time."""
    assert _seconds(80_000) < 24 * max(_seconds(10_000), 0.01)


def test_the_record_is_plain_data() -> None:
    """It can be written as JSON."""
    found = read_training(KOHYA, ())
    assert msgspec.json.decode(msgspec.json.encode(found))["trainer"] == "kohya"
