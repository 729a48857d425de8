"""The parts of `real_person`: names as forms, rules, explanations, the operator's gazetteer."""

from __future__ import annotations

import string
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.signals import real_person
from hubwatch.signals.person import evidence, listed
from hubwatch.signals.person.adult_terms import is_adult
from hubwatch.signals.person.classifier import contributions, log_odds, shipped_weights
from hubwatch.signals.person.cues import NAME, NEGATIVES, PROMPTS, TAGS, TEXTS
from hubwatch.signals.person.examples import EXAMPLES
from hubwatch.signals.person.features import FEATURES, feature_matrix, features
from hubwatch.signals.person.page import group_mentions, page_text
from hubwatch.signals.person.rules import RULES, apply_rules
from hubwatch.signals.person.showcase import _WORD, words_of
from hubwatch.signals.person.who import who_kind
from hubwatch.signals.real_person import SIGNAL
from hubwatch.signals.subjects import ModelSubject

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTRESS = EXAMPLES[0].subject
CHARACTER = EXAMPLES[3].subject
assert isinstance(ACTRESS, ModelSubject)
assert isinstance(CHARACTER, ModelSubject)


def number(subject: ModelSubject, feature: str) -> float:
    return float(features(subject)[FEATURES.index(feature)])


def renamed(subject: ModelSubject, name: str) -> ModelSubject:
    low = name.lower().replace(" ", "_")
    return msgspec.structs.replace(
        subject,
        name=name,
        trigger_words=(low,),
        file_names=(f"{low}.pt",),
        description=f"<p>{name}, actress, trained on her pictures.</p>",
        images=(),
    )


def test_features_are_named_once_and_each_has_a_code() -> None:
    assert len(set(FEATURES)) == len(FEATURES) == len(features(ModelSubject(id="e")))
    assert {evidence.code_of(feature) for feature in FEATURES} <= set(evidence.CODES)


def test_weights_hold_numbers_only_and_fit_the_features() -> None:
    weights = shipped_weights()
    for name in weights.__slots__:
        assert np.asarray(getattr(weights, name)).dtype.kind in "fi"
    assert len(weights.coefficient) == len(FEATURES)
    assert int(weights.feature.max()) < len(FEATURES)


def test_names_of_equal_form_are_equal_to_the_classifier() -> None:
    """Two invented names that no list knows give the same numbers, letter for letter."""
    one, other = renamed(ACTRESS, "Zqarv Qxobbt"), renamed(ACTRESS, "Vjuxk Wzqiff")
    assert features(one) == features(other)
    assert SIGNAL.answer_one(one).score == SIGNAL.answer_one(other).score


@given(st.text(string.ascii_lowercase, min_size=3, max_size=12))
def test_a_word_outside_the_groups_of_cues_changes_no_group(word: str) -> None:
    known = {part for group in TEXTS.values() for term in group for part in term.split()}
    low = f"the {word} of it"
    if word not in known:
        assert group_mentions(low)[0] == group_mentions("the of it")[0]


def test_cues_hold_each_word_once_for_one_field() -> None:
    for groups in (TAGS, NAME, TEXTS):
        terms = [term for group in groups.values() for term in set(group)]
        repeated = {term for term in terms if terms.count(term) > 1}
        assert len(repeated) <= 6, "the first group wins, so a repeated cue is a mistake"
    assert all(PROMPTS.values())
    assert all(NEGATIVES.values())


def test_hashed_words_are_not_everyday_words() -> None:
    assert not any(is_adult(word) for word in ("woman", "actress", "model", "person", ""))


@pytest.mark.parametrize(
    ("name", "feature"),
    [
        ("V3ld4 0rr1n", "name.leet"),
        ("V e l d a O.", "name.spaced"),
        ("vo_qv_12", "name.code"),
        ("Vеldа Orrin", "name.mixed"),  # two Cyrillic letters
    ],
)
def test_disguised_names_are_seen_as_such(name: str, feature: str) -> None:
    assert number(ModelSubject(id="d", name=name), feature) == 1
    assert number(ModelSubject(id="d", name="Velda Orrin"), feature) == 0


def test_a_role_tag_with_fiction_beside_it_is_no_rule() -> None:
    both = msgspec.structs.replace(
        renamed(ACTRESS, "Mary Smith"), tags=("actress", "anime"), description=""
    )
    clean = msgspec.structs.replace(both, tags=("actress",))
    holds = apply_rules(feature_matrix([both, clean]))[:, RULES.index("rule.role_tag")]
    assert holds.tolist() == [False, True]


def test_taking_the_telling_tags_away_lowers_the_score() -> None:
    bare = msgspec.structs.replace(ACTRESS, tags=("woman",))
    scores = [answer.score for answer in SIGNAL.answer_many([ACTRESS, bare])]
    assert scores[0] > scores[1]


def test_the_flag_makes_it_true_and_its_absence_does_not_make_it_false() -> None:
    flagged = msgspec.structs.replace(CHARACTER, flagged_real_person=True)
    unmarked = msgspec.structs.replace(ACTRESS, flagged_real_person=False)
    yes, also = SIGNAL.answer_many([flagged, unmarked])
    assert (yes.value, yes.origin) == (True, "flag")
    assert also.value is True
    assert also.origin != "flag"


def test_contributions_of_two_models_differ_by_their_log_odds() -> None:
    weights = shipped_weights()
    rows = feature_matrix([ACTRESS, CHARACTER])
    odds = log_odds(rows, weights)
    sums = contributions(rows, weights).sum(axis=1)
    assert sums[0] - sums[1] == pytest.approx(odds[0] - odds[1], abs=1e-3)


def test_a_batch_scores_like_each_row_alone() -> None:
    rows = feature_matrix([ACTRESS, CHARACTER] * 7)
    weights = shipped_weights()
    alone = [log_odds(row[None], weights)[0] for row in rows]
    assert log_odds(rows, weights).tolist() == alone
    apart = [contributions(row[None], weights)[0].tolist() for row in rows]
    assert contributions(rows, weights).tolist() == apart
    assert contributions(rows[:0], weights).shape == (0, rows.shape[1])


def test_who_follows_the_tags_and_is_unknown_without_cues() -> None:
    assert who_kind(features(ACTRESS)) == "actor"
    assert who_kind(features(ModelSubject(id="w", name="Velda", tags=("singer",)))) == "musician"
    assert who_kind(features(ModelSubject(id="w", name="Velda"))) == "unknown"


def test_page_text_has_no_markup() -> None:
    assert page_text("<p>a &amp; b</p>").strip() == "a & b"


class _Lister:
    def find(self, text: str) -> Iterator[Any]:
        if text.startswith("Velda"):
            yield SimpleNamespace(start=0, end=11, occupation="athlete", telling=True)


def test_the_operators_gazetteer_decides_unless_a_tag_speaks_against_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = ModelSubject(id="g", name="Velda Orrin")
    style = msgspec.structs.replace(plain, tags=("style",))
    before = SIGNAL.answer_one(plain)
    monkeypatch.setattr(listed, "default_path", lambda: SimpleNamespace(exists=lambda: True))
    monkeypatch.setattr(listed, "open_gazetteer", _Lister)
    found, other = SIGNAL.answer_many([plain, style])
    assert (found.value, found.origin, found.detail) == (True, "gazetteer", {"who": "athlete"})
    assert found.evidence[0].code == "gazetteer.person"
    assert before.score is not None
    assert found.score is not None
    assert found.score > before.score
    assert other.origin == "classifier"
    assert real_person.SIGNAL.reference(plain).value is True


def test_what_a_page_does_not_say_is_reported_as_silence() -> None:
    bare = ModelSubject(id="b", name="x", method="LORA")
    codes = {reason.code for reason in SIGNAL.answer_one(bare).evidence}
    assert not {code for code in codes if code.startswith(("tag.", "text.", "prompt."))}


def test_the_page_states_the_thresholds_that_are_used() -> None:
    used = shipped_weights()
    for threshold in (used.threshold_probability, used.threshold_tagged):
        assert f"{threshold:.2f}" in SIGNAL.definition


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("ab1 ,(_-./:'\t\né") | st.characters(max_codepoint=127)))
def test_the_words_of_a_prompt_are_those_of_its_pattern(prompt: str) -> None:
    assert words_of(prompt) == set(_WORD.findall(prompt))
