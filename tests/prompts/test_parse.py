"""What one prompt says: tags, weights, resources, sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.prompts import parse
from hubwatch.prompts.normalise import Strength, normalise


def tags(text: str) -> list[tuple[str, float]]:
    return [(tag.text, tag.weight) for tag in parse(text).tags]


def texts(text: str) -> list[str]:
    return [tag.text for tag in parse(text).tags]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Red_Kite ,  blue   sky", [("red kite", 1), ("blue sky", 1)]),
        ("(a), ((b)), (c:1.3), ((d:1.2):1.5)", [("a", 1.1), ("b", 1.21), ("c", 1.3), ("d", 1.8)]),
        ("[a], [[b]]", [("a", 0.9091), ("b", 0.8264)]),
        ("(a, b:1.3), c", [("a", 1.3), ("b", 1.3), ("c", 1)]),
        ("(a, [b), c], d", [("a", 1.1), ("b", 1), ("c", 0.9091), ("d", 1)]),
        ("(a, b", [("a", 1.1), ("b", 1.1)]),
        ("a), b]", [("a", 1), ("b", 1)]),
        ("kite \\(red\\)", [("kite (red)", 1)]),
        ("(a:0), (b:-1), (c:99)", [("a", 0), ("b", -1), ("c", 10)]),
        ("((a:-2):-1.5), ((b:20):0.1), (c:-99)", [("a", 3), ("b", 2), ("c", -10)]),
        ("(a), (a:-1), b", [("a", 1.1), ("a", -1), ("b", 1)]),
        ("aa (bb:1.5)", [("aa bb", 1.25)]),
        ("(a,b):1.2", [("a", 1.1), ("b", 1.1)]),
        ("{0.5::(a)|b}", [("a", 1.1), ("b", 1)]),
        ("\\\\(a)", [("a", 1.1)]),
    ],
)
def test_weights_are_what_brackets_say(prompt: str, expected: list[tuple[str, float]]) -> None:
    assert tags(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("[cat|dog]", ["cat", "dog"]),
        ("[cat:dog:0.5]", ["cat", "dog"]),
        ("[cat:12]", ["cat"]),
        ("[cat::0.5]", ["cat"]),
        ("{2$$red|blue} kite", ["red", "blue kite"]),
        ("{0.5::red|blue}", ["red", "blue"]),
        ("a BREAK b", ["a", "b"]),
        ("a AND b", ["a", "b"]),
        ("BREAKFAST, SAND", ["breakfast", "sand"]),
        ("a，b、c\nd", ["a", "b", "c", "d"]),
        ("a | b", ["a", "b"]),
        ("k|te", ["k|te"]),
    ],
)
def test_both_sides_of_a_choice_and_all_separators_make_tags(
    prompt: str, expected: list[str]
) -> None:
    assert texts(prompt) == expected
    assert {tag.weight for tag in parse(prompt).tags} == {1.0}


def test_a_part_between_ands_has_a_weight_of_its_own() -> None:
    assert tags("a, (b:2) AND c, d :0.5") == [("a", 1), ("b", 2), ("c", 0.5), ("d", 0.5)]


@pytest.mark.parametrize("smiley", [":3", ":d", ":)", ";)", "16:9", "!?", "...", "^_^", "f1.8"])
def test_signs_that_are_tags_stay(smiley: str) -> None:
    assert tags(f"a, {smiley}, b")[1:-1] == [(smiley.replace("_", " "), 1.0)]


def test_a_weight_without_brackets_is_dropped_from_the_tag() -> None:
    assert tags("red kite:1.2, ratio 4:3.5") == [("red kite", 1), ("ratio 4:3.5", 1)]


def test_resources_are_not_tags() -> None:
    found = parse("<lora:Kite v2:0.8:0.5>, <LYCO:sea>, (embedding:bad_kite:1.2), a <hypernet:x:y>")
    assert [(one.kind, one.name, one.weight) for one in found.resources] == [
        ("lora", "Kite v2", 0.8),
        ("lyco", "sea", None),
        ("embedding", "bad_kite", None),
        ("hypernet", "x", None),
    ]
    assert [tag.text for tag in found.tags] == ["a"]


def test_sentences_are_told_from_tags_and_short_forms_do_not_end_one() -> None:
    prompt = parse("A red kite flies over the sea. Dr. Vale looks at it again! sharp, photo")
    assert prompt.sentences == ("a red kite flies over the sea", "dr. vale looks at it again")
    assert [tag.text for tag in prompt.tags][2:] == ["sharp", "photo"]


def test_the_script_is_that_of_most_letters_and_the_language_is_not_guessed() -> None:
    assert parse("<lora:abcdefgh:1>, красный змей, sky").script == "Cyrillic"
    assert parse("12, :3").script is None
    assert parse("ein roter Drachen").language is None


PARTS = st.sampled_from(
    [
        *"()[]{}<>|:,;.!?\\ \n_",
        ":1.2",
        ":0.5]",
        "<lora:x:1>",
        " AND ",
        "BREAK",
        "a b",
        "é",
        "，",
        "ﬁ",
    ]
)
ANYTHING = st.lists(PARTS, max_size=20).map("".join) | st.text(max_size=40)


@given(ANYTHING)
def test_any_text_is_read_and_its_tags_lie_in_order(text: str) -> None:
    end = 0
    for place, tag in enumerate(parse(text).tags):
        assert tag.position == place
        assert end <= tag.start < tag.end <= len(text)
        assert not text[tag.start].isspace()
        assert tag.text == normalise(tag.text, Strength.PLAIN) != ""
        assert -10 <= tag.weight <= 10
        end = tag.end


@given(st.lists(st.from_regex(r"[a-z]{1,5}( [a-z]{1,5})?", fullmatch=True), max_size=8))
def test_plain_tags_come_back_as_they_were(words: list[str]) -> None:
    assert texts(", ".join(words)) == words
