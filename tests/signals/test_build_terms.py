"""Tags read together say what each says alone."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_contract import models

from hubwatch.prompts import parse
from hubwatch.prompts.text import words
from hubwatch.signals import evasion, gender_cues
from hubwatch.signals.build.minor import minor_grades
from hubwatch.signals.build.terms import LEXICAL, codes, read_terms
from hubwatch.signals.registry import signal
from hubwatch.signals.subjects import ImageText, ModelSubject

PIECES = (
    "1girl", "a man", "mature_term_001", "m4ture term 003", "m a t u r e", "term", "003", "no",
    "young", "school", "17 years old", "7yo", "t.a.y", "kite", "é", "女性", "ａｇｅ",
    "x" * 300, "-",
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


@settings(deadline=None, max_examples=60)
@given(st.lists(models, max_size=4))
def test_models_read_together_have_the_grades_that_each_has_alone(some: list[ModelSubject]) -> None:
    answers = signal("minor_cue").answer_many(some)
    assert minor_grades(some) == [answer.detail["grade"] for answer in answers]


def test_a_prompt_and_a_negative_prompt_give_their_own_grades() -> None:
    some = [
        ModelSubject(id="1", images=(ImageText(prompt="a kite", negative_prompt="adult"),)),
        ModelSubject(id="2", images=(ImageText(prompt="a child, kite"), ImageText(prompt="kite"))),
        ModelSubject(id="3", images=(ImageText(prompt="kite", negative_prompt="child"),)),
    ]
    alone = [answer.detail["grade"] for answer in signal("minor_cue").answer_many(some)]
    assert minor_grades(some) == alone
    assert alone[2] == 0 < alone[1]
