"""Evasion: what is a disguise, what is ordinary typography, and what it hides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signal_contract import SignalContract, relaxed

from hubwatch.prompts.normalise import match_keys, plain
from hubwatch.signals import lexicon
from hubwatch.signals.evasion import SIGNAL, changed, disguised, hidden
from hubwatch.signals.subjects import PromptSubject
from hubwatch.simulate.world.mature import MATURE_TERMS


class TestEvasion(SignalContract):
    name = "evasion"
    highest = 1.0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("m4ture term 003", "evasion.sexualised"),
        ("m a t u r e term 003", "evasion.sexualised"),
        ("m\u0430ture term 003", "evasion.sexualised"),
        ("mat\u200bure term 003", "evasion.sexualised"),
        ("maaaature term 003", "evasion.sexualised"),
        ("0bject term 003", "evasion.objectifying"),
        ("c0ercion term 003", "evasion.violent"),
        ("s3venteen years old", "evasion.minor"),
        ("t0ddler", "evasion.minor"),
    ],
)
def test_a_disguise_names_the_signal_that_it_hides_from(text: str, code: str) -> None:
    assert hidden(plain(text)) == (code,)
    assert changed(plain(text)) > 0


@pytest.mark.parametrize(
    "text",
    [
        "1girl", "2boys", "4k", "8k uhd", "café", "naïve", "smørrebrød", "straße", "t-shirt",
        "close-up", "ＦＯＧ", "f/1.8", "35mm", "rock'n'roll", "женщина", "красное платье", "女性",
        "パンダ", "한국", "masterpiece", "mature term 003", "12 years old", "17yo", "v1.5", "a b",
    ],
)  # fmt: skip
def test_ordinary_typography_is_no_disguise(text: str) -> None:
    assert hidden(plain(text)) == ()
    assert changed(plain(text)) == 0


def test_a_disguise_that_hides_nothing_raises_the_score_alone() -> None:
    found = SIGNAL.answer_one(PromptSubject(id="p", prompt="h4rbour"))
    assert (found.value, found.score) == (False, pytest.approx(1 / 7, abs=1e-4))


def test_what_is_hidden_about_a_minor_has_no_place() -> None:
    found = SIGNAL.answer_one(PromptSubject(id="p", prompt="fog, t0ddler"))
    assert found.value is True
    assert [(reason.field, reason.start) for reason in found.evidence] == [("prompt", None)]


def test_the_negative_prompt_is_not_read() -> None:
    subject = PromptSubject(id="p", prompt="fog", negative_prompt="m4ture_term_003")
    assert SIGNAL.answer_one(subject).value is False


def test_a_long_text_is_undone_once(monkeypatch: pytest.MonkeyPatch) -> None:
    long: list[str] = []

    def noted(text: str) -> tuple[str, ...]:
        if len(text) > lexicon.SCREENED:
            long.append(text)
        return match_keys(text)

    monkeypatch.setattr(lexicon, "match_keys", noted)
    text = " ".join(f"h4rb{number}our" for number in range(200)) + " m4ture term 003"
    assert SIGNAL.answer_one(PromptSubject(id="p", prompt=text)).value is True
    assert long == [text]


@relaxed
@given(st.sampled_from(MATURE_TERMS), st.sampled_from("matur"), st.sampled_from("\u200b\u2060"))
def test_any_one_invisible_character_is_a_disguise(term: str, letter: str, blank: str) -> None:
    word = term.replace(letter, letter + blank, 1)
    assert disguised(plain(word))


@relaxed
@given(st.text(max_size=40))
def test_the_share_is_a_share_and_a_disguise_changes_something(text: str) -> None:
    answer = SIGNAL.answer_one(PromptSubject(id="p", prompt=text))
    assert (answer.score is None) == (answer.detail["characters"] == 0)
    assert answer.score is None or 0 <= answer.score <= 1
    assert answer.value is not True or answer.evidence
