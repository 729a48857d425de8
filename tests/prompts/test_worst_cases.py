"""No input makes reading slower than linear: long texts made to be hard stay quick.

The bound on processor time is wide, so that a busy machine passes; quadratic work on inputs of this
size takes minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pyarrow as pa
import pytest

from hubwatch.prompts import parse
from hubwatch.prompts.batch import index_prompts
from hubwatch.prompts.generation import read_parameters, read_workflow
from hubwatch.prompts.normalise import Strength, match_keys, normalise
from hubwatch.prompts.tag_texts import tag_texts
from hubwatch.prompts.text import plain_text, script_of, split_text, words

SIZE = 200_000
#: Seconds of processor time; the slowest takes about 0.3 on a free machine.
MOST = 5.0

UNITS = {
    "open": "(", "closed": ")", "square": "[", "mixed": "([{", "crossed": "([)]", "bars": "a|",
    "colons": ":", "weights": "(a:", "choices": "[a:b:1]", "network": "<lora:a", "angle": "<",
    "slash": "\\", "dots": ".", "shouts": "!", "ands": "a AND b:1 ", "commas": ",", "letter": "a",
    "spaces": " \t", "lines": "\n", "underscores": "_", "marks": "\u0301\u0323", "zero": "\u200b",
    "cyrillic": "\u0436 ", "leet": "a1", "digits": "1", "singles": "a ", "dotted": "a.",
    "embedding": "embedding:", "entities": "&amp;", "deep": "<div>", "bold": "<b id=1>",
    "script": "<script>", "comment": "<!--", "breaks": "<br>", "ligature": "\ufdfa",
    "surrogate": "\ud800", "han": "\u6f22", "emoji": "\U0001f496", "steps": "Steps: 1",
    "quotes": "Steps: \"", "negative": "Negative prompt:", "json": "[", "object": "{\"1\":",
    "sentence": "a b. ", "dollar": "2$$", "open word": "(a ",
}  # fmt: skip
READERS: list[Callable[[str], object]] = [
    parse,
    tag_texts,
    plain_text,
    lambda text: normalise(text, Strength.STRONG),
    match_keys,
    split_text,
    script_of,
    words,
    read_parameters,
    read_workflow,
    lambda text: index_prompts(pa.array([text.encode("utf-8", "replace").decode()])),
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_repetition_is_read_quickly(unit: str) -> None:
    text = UNITS[unit] * (SIZE // len(UNITS[unit]))
    for read in READERS:
        began = time.process_time()
        read(text)
        assert time.process_time() - began < MOST


def test_nesting_to_any_depth_is_read_quickly() -> None:
    half = SIZE // 2
    for text in (
        "(" * half + ")" * half,
        "[" * half + "]" * half,
        "(" * (SIZE // 6) + "a" + ":1.1)" * (SIZE // 6),
        "(" * (SIZE // 4) + "[" * (SIZE // 4) + ")" * (SIZE // 4) + "]" * (SIZE // 4),
        "(a," * (SIZE // 3),
    ):
        began = time.process_time()
        parse(text)
        index_prompts(pa.array([text]))
        assert time.process_time() - began < 2 * MOST


def test_a_long_chain_in_a_graph_is_followed_quickly() -> None:
    count = 20_000
    graph = {
        str(i): {"class_type": "X", "inputs": {"positive": [str(i + 1), 0], "text": f"t{i}"}}
        for i in range(count)
    }
    began = time.process_time()
    assert len(read_workflow(graph).prompt.split("\n")) == count - 1
    assert time.process_time() - began < MOST
