"""Generation data: A1111's block of text and ComfyUI's graph."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.prompts.generation import Parameters, read_parameters, read_workflow

BLOCK = """a red kite, <lora:kite:0.8>
in the sky
Negative prompt: blurry, embedding:bad_kite
Steps: 20, Sampler: Euler a, Model: kites, Lora hashes: "kite: 1a, sea: 2b", Note: "a \\"b\\", c"
"""


def test_a_block_is_taken_apart() -> None:
    read = read_parameters(BLOCK)
    assert read.prompt == "a red kite, <lora:kite:0.8>\nin the sky"
    assert read.negative_prompt == "blurry, embedding:bad_kite"
    assert read.settings["Sampler"] == "Euler a"
    assert read.settings["Note"] == 'a "b", c'
    assert [(one.kind, one.name, one.weight) for one in read.resources] == [
        ("lora", "kite", 0.8),
        ("embedding", "bad_kite", None),
        ("model", "kites", None),
        ("lora", "sea", None),
    ]


def test_a_text_without_marks_is_all_prompt() -> None:
    assert read_parameters(" a kite \n") == Parameters(prompt="a kite")
    assert read_parameters("") == Parameters()


def encoder(text: str) -> dict[str, Any]:
    return {"class_type": "CLIPTextEncode", "inputs": {"text": text, "clip": ["4", 1]}}


API = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 20, "positive": ["9", 0],
          "negative": ["9", 1], "model": ["5", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a/kite.safetensors"}},
    "5": {"class_type": "LoraLoader", "inputs": {"lora_name": "sea.v2.safetensors",
          "strength_model": 0.7, "model": ["4", 0]}},
    "6": encoder("a red kite"),
    "7": encoder("blurry"),
    "8": {"class_type": "String", "inputs": {"value": "the sea"}},
    "9": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["10", 0],
          "negative": ["7", 0]}},
    "10": {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["6", 0],
           "conditioning_2": ["11", 0]}},
    "11": {"class_type": "CLIPTextEncode", "inputs": {"text": ["8", 0], "clip": ["5", 1]}},
}  # fmt: skip


@pytest.mark.parametrize(
    "graph", [API, json.dumps(API), {"prompt": API}, {"prompt": json.dumps(API), "workflow": {}}]
)
def test_an_api_graph_is_followed_from_its_sampler(graph: Any) -> None:
    read = read_workflow(graph)
    assert read.prompt == "a red kite\nthe sea"
    assert read.negative_prompt == "blurry"
    assert read.settings == {"seed": "5", "steps": "20"}
    assert [(one.kind, one.name, one.weight) for one in read.resources] == [
        ("model", "kite", None),
        ("lora", "sea.v2", 0.7),
    ]


def test_a_workflow_is_read_by_its_links_and_muted_nodes_are_left_out() -> None:
    nodes = [
        {"id": 1, "type": "CLIPTextEncode", "widgets_values": ["a kite"], "inputs": []},
        {"id": 2, "type": "CLIPTextEncode", "widgets_values": ["blurry"], "inputs": []},
        {"id": 3, "type": "CLIPTextEncode", "widgets_values": ["muted"], "mode": 4},
        {"id": 4, "type": "KSampler", "widgets_values": [5, "fixed", 20, 7.5, "euler"],
         "inputs": [{"name": "positive", "link": 8}, {"name": "negative", "link": 9}]},
    ]  # fmt: skip
    links = [[8, 1, 0, 4, 1, "CONDITIONING"], [9, 2, 0, 4, 2, "CONDITIONING"]]
    read = read_workflow({"nodes": nodes, "links": links})
    assert (read.prompt, read.negative_prompt) == ("a kite", "blurry")
    assert read.settings["steps"] == "20"


def test_a_ring_in_a_graph_ends() -> None:
    ring = {"1": {"class_type": "A", "inputs": {"positive": ["2", 0]}},
            "2": {"class_type": "B", "inputs": {"x": ["3", 0]}},
            "3": {"class_type": "C", "inputs": {"x": ["2", 0], "text": "kite"}}}  # fmt: skip
    assert read_workflow(ring).prompt == "kite"


@pytest.mark.parametrize("graph", ["", "{", "[]", "null", "1", "[" * 100_000, {}, {"prompt": 3}])
def test_what_is_no_graph_says_nothing(graph: Any) -> None:
    assert read_workflow(graph) == Parameters()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["nodes", "links", "inputs", "1", "id", "type", "class_type", "text",
                         "positive", "negative", "link", "name", "strength", "lora_name",
                         "widgets_values", "prompt", "workflow"]),
        inner, max_size=5),
    max_leaves=30,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["1", "2", "nodes", "links", "prompt"]), JSON))
def test_any_object_is_read_without_raising(graph: dict[str, Any]) -> None:
    read_workflow(graph)


@given(
    st.text()
    | st.lists(st.sampled_from(["Steps: 1", "\n", ",", '"', "\\", "a:", "Negative prompt:"])).map(
        "".join
    )
)
def test_any_text_is_read_without_raising(text: str) -> None:
    read_parameters(text)
