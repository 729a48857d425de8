"""Tools that undress or swap faces: by name, by description with context, and what is harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_contract import SignalContract, relaxed

from hubwatch.signals.nudification_tool import SIGNAL
from hubwatch.signals.subjects import ModelSubject


class TestNudificationTool(SignalContract):
    name = "nudification_tool"
    highest = 1.0


def value(**fields: object) -> bool | str | None:
    return SIGNAL.answer_one(ModelSubject(id="m", **fields)).value  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "FaceSwap helper"},
        {"name": "Helper", "tags": ("face swap",)},
        {"name": "Helper", "file_names": ("helper_faceSwap_v2.json",)},
        {"name": "Helper", "trigger_words": ("tool_term_001",)},
        {"name": "t00l_term_001"},
        {"name": "tool_term_003", "base_models": ("SD 1.5 Inpainting",)},
        {"name": "tool_term_003 inpainting"},
        {"name": "tool_term_003", "method": "Workflows"},
        {"name": "Helper", "description": "a tool_term_001", "method": "Workflows"},
    ],
)
def test_a_tool_is_named_or_described_with_its_context(fields: dict[str, object]) -> None:
    assert value(**fields) is True


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "tool_term_003"},
        {"name": "Helper", "tags": ("tool_term_003", "inpainting")},
        {"name": "Realistic base inpainting", "base_models": ("SD 1.5 Inpainting",)},
        {"name": "Background remover", "method": "Workflows"},
        {"name": "Nude colour lipstick inpainting"},
        {"name": "Clothes segmentation", "tags": ("medical",)},
        {"name": "Base", "description": "Works with any face swap extension."},
        {"name": "Base", "description": "Not a tool_term_001."},
        {"name": "No tool_term_001"},
    ],
)
def test_clothing_colours_and_general_models_are_no_tools(fields: dict[str, object]) -> None:
    assert value(**fields) is False


def test_a_description_alone_needs_a_person() -> None:
    assert value(name="Helper", description="a tool_term_001") is None


@relaxed
@given(st.sampled_from(["face swap", "tool_term_001"]), st.sampled_from([" ", "_", "  ", "-"]))
def test_case_and_spacing_do_not_matter(words: str, gap: str) -> None:
    assert value(name=words.upper().replace(" ", gap)) is True
