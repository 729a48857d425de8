"""The batch form of the parser says what the single form says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubwatch.prompts import parse
from hubwatch.prompts.batch import TagBatch, index_prompts
from hubwatch.prompts.tag_texts import tag_texts

#: What prompts are made of, so that random ones hit the rules.
PARTS = [
    *"()[]{}<>|:,;.!?\\ \n_-'\"$",
    *(
        ", ",
        ":1.2",
        ":1.2)",
        ":-1)",
        ":12)",
        "((",
        "))",
        "\\(",
        "\\)",
        "\\\\",
        "BREAK",
        " AND ",
        ":0.5]",
        "2$$",
    ),
    *("<lora:x:0.8>", "<lora:", "embedding:x", "0.5::", "Dr. ", "end. ", "a|b", "[a|b]", "[a:b:2]"),
    *(
        "1girl",
        "long_hair",
        "red Eyes",
        "4k",
        "é",
        "ｆ",
        "，",
        "（",
        "少女",
        "。",
        "\u200b",
        "\u0301",
    ),
    *(
        "İ",
        "Σ",
        "ﬁ",
        "\u2028",
        "\x0b",
        "\x00",
        "\x85",
        "\xa0",
        "a b",
        "AND",
        "BREAK,",
        "(a, b:1.3)",
    ),
]
PROMPTS = st.lists(st.sampled_from(PARTS), max_size=14).map("".join) | st.text(max_size=30)


def rows(batch: TagBatch) -> list[list[tuple[str, float]]]:
    terms = batch.terms.to_pylist()
    pairs = [
        (terms[term], float(weight))
        for term, weight in zip(batch.term_ids, batch.weights, strict=True)
    ]
    return [pairs[a:b] for a, b in zip(batch.offsets, batch.offsets[1:], strict=False)]


def single(text: str) -> list[tuple[str, float]]:
    return [(tag.text, float(np.float32(tag.weight))) for tag in parse(text).tags]


@settings(max_examples=600, deadline=None)
@given(st.lists(PROMPTS, max_size=6))
@example(["a), (b", "(a, [b), c]", "\\\\(a, b)", "a\\(, (b:1.2)", "<lora:a,b:1>, c"])
@example(["", ",", ",,\n, ", "a AND b:1.2, c", "(a:1.2) , (a:1.2)", "a. , b.", "((a, b), c:2)"])
@example(["(a:-1), (a:12)", "(a,b):1.2", "\\\\(a)", "((a:20):.1)", "(a:-0)"])
def test_a_batch_says_of_each_text_what_parse_says(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    assert rows(index_prompts(pa.array(texts, pa.string()))) == [single(text) for text in texts]


WORDS = st.sampled_from(["kite", " red Kite", "a_b ", "-", "4", " ", "it's", ""])
NUMBERS = st.sampled_from(["", ":1.2", ":.5", ":2", ":1.25 ", ":0", ": 1", ":a"])
LISTS = st.lists(WORDS, min_size=1, max_size=3).map(",".join)
BRACKETS = st.builds(
    lambda depth, inside, number, more: "(" * depth + inside + number + ")" * (depth + more),
    st.integers(1, 3), LISTS, NUMBERS, st.sampled_from([0, 0, 0, 1, -1]),
)  # fmt: skip
SIGNS = st.sampled_from(
    [":", ".", "/", "&", "+", "\\(", "\\)", ":1.3", "::", ". ", ".", "!?", "<n:a:1>"]
)
SHAPED = st.builds(lambda *parts: "".join(parts), WORDS, BRACKETS | SIGNS, WORDS, SIGNS | WORDS)


@settings(max_examples=800, deadline=None)
@given(st.lists(SHAPED | BRACKETS, max_size=6))
def test_pieces_of_frequent_shapes_say_what_parse_says(texts: list[str]) -> None:
    assert rows(index_prompts(pa.array(texts, pa.string()))) == [single(text) for text in texts]


@settings(max_examples=600, deadline=None)
@given(PROMPTS)
@example("<lora:a,b:1>, c")
@example("((a b:1.2), c)d, (e f:.5 ), ( g_h )")
@example("a AND b:1.2, c")
@example("mr, b. c, (x\\), y), (z")
def test_tags_read_without_their_places_are_those_of_parse(text: str) -> None:
    assert tag_texts(text) == tuple(tag.text for tag in parse(text).tags)


def test_terms_are_distinct_and_in_the_order_of_first_appearance() -> None:
    batch = index_prompts(pa.array(["b, (a, x", "a, c, b"]))
    assert batch.terms.to_pylist() == ["b", "a", "x", "c"]
    assert batch.term_ids.tolist() == [0, 1, 2, 1, 3, 0]
    assert batch.offsets.tolist() == [0, 3, 6]


def test_null_and_sliced_and_chunked_arrays_are_read() -> None:
    texts = pa.array(["zero", None, "a, b", "c"])
    assert rows(index_prompts(texts.slice(1))) == [[], single("a, b"), single("c")]
    assert rows(index_prompts(pa.chunked_array([texts, ["d"]])))[-1] == single("d")
    assert rows(index_prompts(pa.array([], pa.string()))) == []
