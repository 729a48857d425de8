"""Tags read together say what each says alone."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_contract import models, prompts

from hubwatch.prompts import parse
from hubwatch.prompts.batch import index_prompts
from hubwatch.prompts.text import words
from hubwatch.signals import evasion, gender_cues
from hubwatch.signals.build.model_rows import OF_MODELS
from hubwatch.signals.build.own import read_own
from hubwatch.signals.build.prompts import PromptJob, answer_prompts, names_called
from hubwatch.signals.build.terms import LEXICAL, codes, read_terms
from hubwatch.signals.depicted_gender import value_of
from hubwatch.signals.nudification_tool import decide
from hubwatch.signals.registry import signal
from hubwatch.signals.subjects import ImageText, ModelSubject, PromptSubject

PIECES = (
    "1girl", "a man", "mature_term_001", "m4ture term 003", "m a t u r e", "term", "003", "no",
    "young", "school", "17 years old", "7yo", "t.a.y", "kite", "é", "女性", "ａｇｅ",
    "x" * 300, "-", "\x80~\u16ee",
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=4), max_size=8))
def test_tags_read_together_say_what_each_says_alone(some: list[list[str]]) -> None:
    tags = {tag.text: None for parts in some for tag in parse(" ".join(parts)).tags}
    terms = list(tags)
    table = read_terms(pa.array(terms, pa.string()))
    readers = [signal(name).terms for name in LEXICAL]
    for place, term in enumerate(terms):
        own = table.codes[table.starts[place] : table.starts[place + 1]].tolist()
        alone = [code for reader in readers if reader is not None for code in reader.read(term)]
        assert sorted(codes()[number] for number in own) == sorted(alone)
        assert table.disguised[place] == evasion.disguised(term)
        assert table.words[place] == len(words(term))
        said = gender_cues.TERMS.read(term)
        assert table.women[place] == said.count("gender.women")
        assert table.men[place] == said.count("gender.men")


@settings(deadline=None, max_examples=150)
@given(models)
def test_the_own_texts_of_a_model_say_what_each_signal_says_alone(some: ModelSubject) -> None:
    page = msgspec.structs.replace(some, images=())
    own = read_own([page])[0]
    said = {name: signal(name).answer_one(page) for name in OF_MODELS}
    assert own.minor_grade == said["minor_cue"].detail["grade"]
    assert (own.sexualised if own.wordy else None) == said["sexualised_language"].value
    tool = said["nudification_tool"]
    assert (decide(own.tool_codes)[0] if own.pieces else None) == tool.value
    assert own.tool_codes == set(tool.detail.get("codes", ())) or not own.pieces
    assert value_of(page, (), own.gender) == said["depicted_gender"].value


@settings(deadline=None, max_examples=60)
@given(st.lists(prompts, min_size=1, max_size=6))
def test_the_prompts_of_models_have_the_grades_that_the_signal_gives(
    some: list[PromptSubject],
) -> None:
    rows = grades([one.prompt for one in some])
    for place, one in enumerate(some):
        image = ModelSubject(id="m", images=(ImageText(prompt=one.prompt or None),))
        alone = signal("minor_cue").answer_one(image).detail["grade"]
        assert rows[place]["minor_grade"] == alone
        image = ModelSubject(id="m", images=(ImageText(negative_prompt=one.prompt or None),))
        alone = signal("minor_cue").answer_one(image).detail["grade"]
        assert rows[place]["avoided_minor_grade"] == alone


def test_a_prompt_and_a_negative_prompt_give_their_own_grades() -> None:
    rows = grades(["a child, kite", "adult, kite", "kite"])
    assert [row["minor_grade"] for row in rows] == [2, 0, 0]
    assert [row["avoided_minor_grade"] for row in rows] == [0, 1, 0]


def grades(texts: list[str]) -> list[dict[str, Any]]:
    """Return the rows of prompts."""
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    batch = index_prompts(pa.array(clean, pa.string()))
    job = PromptJob(np.arange(len(clean)), batch, names_called(clean))
    return answer_prompts(job).signals.to_pylist()
