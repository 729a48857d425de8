"""The contract suite itself: it passes for a sound signal and sees what is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pytest
from signal_contract import SignalContract
from stand_in import KITE

from hubwatch.signals import registry
from hubwatch.signals.answers import Answer
from hubwatch.signals.subjects import PromptSubject, Subject, texts_of


@pytest.fixture(autouse=True)
def _kites(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("signal_contract.signal", lambda name: KITE)
    monkeypatch.setattr("signal_contract.NAMES", (*registry.NAMES, "kite"))
    return


class TestStandIn(SignalContract):
    name = "kite"
    highest = 1.0

    @pytest.mark.skip(reason="the stand-in is not in the registry of another process")
    def test_answers_do_not_depend_on_the_process(self) -> None: ...


@pytest.mark.parametrize(
    "answer",
    [
        Answer(id="1", value=True),
        Answer(id="1", value="blue"),
        Answer(id="1", value=False, score=float("nan")),
        Answer(id="1", value=False, score=-1.0),
    ],
)
def test_an_unsound_answer_is_seen(answer: Answer) -> None:
    with pytest.raises(AssertionError):
        TestStandIn().check_answer(KITE, PromptSubject(id="1", prompt="kite"), answer)


def _loud(subjects: Sequence[Subject]) -> list[Answer]:
    return [Answer(id=s.id, value=None, detail={"said": list(texts_of(s))}) for s in subjects]


def test_an_answer_that_quotes_its_subject_is_seen() -> None:
    with pytest.raises(AssertionError):
        TestStandIn().test_no_answer_quotes_its_subject(
            dataclasses.replace(KITE, answer_many=_loud)
        )
