"""A list where one value is expected is set aside, not kept as a list."""

from __future__ import annotations

import pytest

from hubwatch.hubs.civitai.records import Version
from hubwatch.lake.refine.salvage import Problem, rebuild


@pytest.mark.parametrize("wrong", [[], ["text"], [1, None]])
def test_a_list_in_a_text_field_is_a_problem_and_leaves_the_field_unknown(
    wrong: list[object],
) -> None:
    made, problems = rebuild({"id": 1, "description": wrong, "trainedWords": ["a", 5]}, Version)
    assert made is not None
    assert made.description is None
    assert made.trained_words == ["a"]
    assert problems == [
        Problem("wrong-type", "description"),
        Problem("wrong-type", "trainedWords[1]"),
    ]
