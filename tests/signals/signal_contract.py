"""What every signal must hold to; a signal's tests inherit `SignalContract` and set `name`.

class TestRealPerson(SignalContract):
    name = "real_person"
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubwatch.signals.answers import Answer
from hubwatch.signals.registry import NAMES, signal
from hubwatch.signals.signal import Signal
from hubwatch.signals.subjects import (
    ImageText,
    ModelSubject,
    PromptSubject,
    Subject,
    texts_of,
)

#: Pieces that text is made of, so that random subjects reach the rules of some signal.
PIECES = (
    "1girl", "solo", "a woman", "two men", "portrait", "masterpiece", "(best quality:1.2)", "[fog]",
    "<lora:kite_style:0.8>", "mature_term_001", "m4ture_term_002", "mature_term_119", "no", "not",
    "Velda Orrin", "velda_orrin", "actress", "17 years of experience", "school", "young", "style",
    "painting", "anime", "celebrity", "photo of", "1.5", "v2", "SD 1.5", "((", "))", "\\(", ":",
    "|", "BREAK", "AND", "\u200b", "\ufeff", "\u202e", "é", "e\u0301", "Ж", "женщина", "女性",
    "한국", "ﬁ", "\U0001f600", "\ufffd", "\x00", "<b>bold</b>", "<script>x</script>", "&amp;",
    "http://a.invalid/b",
)  # fmt: skip
#: Texts that make careless code slow: one character or shape, over and over.
LONG = {
    "letters": "a" * 1_000_000,
    "brackets": "(" * 500_000 + ")" * 500_000,
    "tags": "kite," * 200_000,
    "markup": "<b" * 300_000 + "&#" * 200_000,
    "marks": "a\u0301\u200b" * 333_333,
    "digits": "1 " * 500_000,
}
CANARY = "zqxcanary"

texts = st.builds(
    lambda parts, glue: glue.join(parts),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=8),
    st.sampled_from([" ", ", ", ""]),
)
maybe = st.none() | texts
prompts = st.builds(PromptSubject, id=st.just("p"), prompt=texts, negative_prompt=maybe)
levels = st.sampled_from([None, "PG", "PG-13", "R", "X", "XXX", "blocked", "unrated"])
some = st.lists(texts, max_size=3).map(tuple)
models = st.builds(
    ModelSubject,
    id=st.just("m"),
    name=texts,
    description=texts,
    method=st.sampled_from([None, "LORA", "Checkpoint", "TextualInversion", "Workflows", "?"]),
    tags=some,
    flagged_real_person=st.sampled_from([None, True, False]),
    declared_nsfw=st.sampled_from([None, True, False]),
    downloads=st.none() | st.integers(0, 2**63 - 1),
    commercial_use=some,
    base_models=some,
    version_names=some,
    trigger_words=some,
    version_descriptions=some,
    file_names=some,
    largest_file_kib=st.none() | st.floats(0, 1e9),
    versions=st.integers(0, 5),
    image_count=st.integers(0, 500),
    images=st.lists(
        st.builds(ImageText, level=levels, prompt=maybe, negative_prompt=maybe), max_size=3
    ).map(tuple),
    training_tags=some,
)
KINDS: dict[str, tuple[type, Any]] = {
    "prompt": (PromptSubject, prompts),
    "model": (ModelSubject, models),
}
relaxed = settings(
    max_examples=int(os.environ.get("HUBWATCH_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)


def with_id(subject: Subject, name: str) -> Subject:
    return msgspec.structs.replace(subject, id=name)


def encoded(answers: list[Answer]) -> bytes:
    return msgspec.json.encode(answers)


def kind_of(subject: Subject) -> str:
    return "prompt" if isinstance(subject, PromptSubject) else "model"


class SignalContract:
    """Inherit, and set `name`; `lowest` and `highest` bound the score."""

    name: ClassVar[str]
    lowest: ClassVar[float] = 0.0
    highest: ClassVar[float] = math.inf

    @pytest.fixture
    def signal(self) -> Signal:
        return signal(self.name)

    def subjects(self) -> st.SearchStrategy[Subject]:
        return st.one_of([KINDS[kind][1] for kind in signal(self.name).subjects])

    def test_the_declaration_is_complete(self, signal: Signal) -> None:
        assert signal.name == self.name in NAMES
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)*", signal.version)
        assert signal.question.endswith("?")
        assert all((signal.score, signal.definition, signal.failures, signal.sources))
        assert all(signal.codes.values())
        assert all(re.fullmatch(r"[a-z0-9_.-]+", code) for code in signal.codes)
        assert (signal.answer == "label") == bool(signal.labels)
        if signal.terms is not None:
            assert signal.terms.codes.keys() <= signal.codes.keys()

    def test_the_examples_show_every_kind_of_answer(self, signal: Signal) -> None:
        values = {example.value for example in signal.examples}
        assert {kind_of(example.subject) for example in signal.examples} == set(signal.subjects)
        if signal.answer == "three-valued":
            assert values == {True, False, None}
        else:
            assert values - {None} <= set(signal.labels)
            assert len(values) >= 3

    def test_the_examples_hold(self, signal: Signal) -> None:
        answers = signal.answer_many([example.subject for example in signal.examples])
        wrong = [
            example.about
            for example, answer in zip(signal.examples, answers, strict=True)
            if answer.value != example.value
        ]
        assert not wrong

    def test_nothing_said_is_unknown(self, signal: Signal) -> None:
        empty: dict[str, Subject] = {
            "prompt": PromptSubject(id="e", prompt=""),
            "model": ModelSubject(id="e"),
        }
        for kind in signal.subjects:
            assert signal.answer_one(empty[kind]).value is None

    def test_text_that_has_no_utf8_form_is_read(self, signal: Signal) -> None:
        """A JSON document may hold half of a surrogate pair."""
        bad = "a kite \ud800 fest"
        for kind in signal.subjects:
            shape = KINDS[kind][0]
            subject = shape(
                id="s",
                **{
                    field.name: (bad,) if field.default == () else bad
                    for field in msgspec.structs.fields(shape)
                    if "str" in str(field.type) and field.name != "id"
                },
            )
            answer = signal.answer_one(subject)
            assert answer.value == signal.reference(subject).value
            encoded([answer])

    def test_no_subjects_have_no_answers(self, signal: Signal) -> None:
        assert signal.answer_many([]) == []

    def test_answers_are_sound_and_a_batch_says_what_each_alone_says(self) -> None:
        found = signal(self.name)

        @relaxed
        @given(st.lists(self.subjects(), max_size=4))
        def check(subjects: list[Subject]) -> None:
            named = [with_id(subject, f"id-{place}") for place, subject in enumerate(subjects)]
            answers = found.answer_many(named)
            assert [answer.id for answer in answers] == [subject.id for subject in named]
            for subject, answer in zip(named, answers, strict=True):
                self.check_answer(found, subject, answer)
                assert encoded([found.answer_one(subject)]) == encoded([answer])

        check()

    def test_the_reference_path_agrees(self) -> None:
        found = signal(self.name)

        @relaxed
        @given(self.subjects())
        def check(subject: Subject) -> None:
            assert found.reference(subject).value == found.answer_one(subject).value

        check()
        for example in found.examples:
            assert found.reference(example.subject).value == example.value

    def check_answer(self, found: Signal, subject: Subject, answer: Answer) -> None:
        """Fail when an answer breaks a promise that holds for all signals."""
        allowed = {True, False, None} if found.answer == "three-valued" else {None, *found.labels}
        assert answer.value in allowed
        assert answer.value is not True or answer.evidence
        if answer.score is not None:
            assert math.isfinite(answer.score)
            assert self.lowest <= answer.score <= self.highest
        lengths = {text.field: len(text.text) for text in texts_of(subject)}
        for evidence in answer.evidence:
            assert evidence.code in found.codes
            assert evidence.text is None
            assert hasattr(subject, re.split(r"[.\[]", evidence.field)[0])
            assert (evidence.start is None) == (evidence.end is None)
            if evidence.start is not None and evidence.end is not None:
                assert 0 <= evidence.start < evidence.end <= lengths[evidence.field]
            assert evidence.weight is None or math.isfinite(evidence.weight)
        msgspec.json.encode(answer)

    def test_no_answer_quotes_its_subject(self, signal: Signal) -> None:
        marked = [_marked(example.subject) for example in signal.examples]
        assert CANARY not in encoded(signal.answer_many(marked)).decode().lower()

    def test_answers_do_not_depend_on_the_process(self, signal: Signal) -> None:
        code = (
            "import sys, msgspec; from hubwatch.signals.registry import signal; "
            f"s = signal({self.name!r}); "
            "a = s.answer_many([e.subject for e in s.examples]); "
            "sys.stdout.buffer.write(msgspec.json.encode(a))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": "7"},
        )
        here = signal.answer_many([example.subject for example in signal.examples])
        assert (
            done.stdout
            == encoded(here)
            == encoded(signal.answer_many([example.subject for example in signal.examples]))
        )

    @pytest.mark.timeout(60)  # not a speed test: what is not linear does not end at all
    @pytest.mark.parametrize("shape", LONG)
    def test_a_megabyte_of_anything_is_answered(self, signal: Signal, shape: str) -> None:
        text = LONG[shape]
        for kind in signal.subjects:
            subject: Subject = (
                PromptSubject(id="long", prompt=text, negative_prompt=text)
                if kind == "prompt"
                else ModelSubject(
                    id="long", name=text, description=text, images=(ImageText(prompt=text),)
                )
            )
            self.check_answer(signal, subject, signal.answer_one(subject))

    def test_a_term_is_read_alike_wherever_it_stands(self, signal: Signal) -> None:
        terms = signal.terms
        if terms is None:
            pytest.skip("this signal does not read single tags")
        for piece in PIECES:
            first = terms.read(piece.lower())
            assert set(first) <= terms.codes.keys()
            assert terms.read(piece.lower()) == first
        assert terms.read("") == ()


def _marked(subject: Subject) -> Subject:
    """Return the subject with a word in each of its texts that no answer may repeat."""
    if isinstance(subject, PromptSubject):
        return PromptSubject(
            id=subject.id,
            prompt=f"{subject.prompt}, {CANARY} woman",
            negative_prompt=f"{subject.negative_prompt or ''}, {CANARY}",
        )
    return msgspec.structs.replace(
        subject,
        name=f"{CANARY.title()} {subject.name}",
        description=f"{subject.description} {CANARY}",
        tags=(*subject.tags, CANARY),
        trigger_words=(*subject.trigger_words, CANARY),
        file_names=(*subject.file_names, f"{CANARY}.safetensors"),
    )
