"""Scores against labels: known answers, slow references, and intervals by group."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import KITE

from hubwatch.errors import UsageError
from hubwatch.signals import run
from hubwatch.signals.evaluation import (
    confusion,
    evaluate_file,
    evaluate_scores,
    items,
    judge_file,
    rank,
    report,
)
from hubwatch.signals.evaluation.bootstrap import effective, interval, replicates
from hubwatch.signals.evaluation.items import Fields, field_of, groups_of, hide, truth_of
from hubwatch.signals.evaluation.ranking import Ranked, statistics

Item = tuple[bool, float, bool, int, float]
scored = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5, 0.9, 1.0]) | st.floats(0, 1),
        st.booleans(),
        st.integers(0, 4),
        st.sampled_from([0.5, 1.0, 2.0]),
    ),
    min_size=1,
    max_size=40,
)


def ranked_of(some: list[Item]) -> Ranked:
    labels, scores, said, groups, weights = zip(*some, strict=True)
    return rank(labels, scores, said=said, groups=groups, weights=weights)


def slow_average_precision(some: list[Item]) -> float:
    true = sum(w for y, _, _, _, w in some if y)
    if not true:
        return math.nan
    total = 0.0
    for t in sorted({s for _, s, _, _, _ in some}, reverse=True):
        here = sum(w for y, s, _, _, w in some if y and s == t)
        hits = sum(w for y, s, _, _, w in some if y and s >= t)
        above = sum(w for _, s, _, _, w in some if s >= t)
        total += here / true * hits / above
    return total


def slow_auc(some: list[Item]) -> float:
    pairs = [
        (w * v, 1.0 if s > t else 0.5 if s == t else 0.0)
        for y, s, _, _, w in some
        for z, t, _, _, v in some
        if y and not z
    ]
    whole = sum(w for w, _ in pairs)
    return sum(w * better for w, better in pairs) / whole if whole else math.nan


def same(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, abs_tol=1e-9)


@settings(deadline=None)
@given(scored)
def test_the_fast_statistics_are_the_slow_ones(some: list[Item]) -> None:
    ranked = ranked_of(some)
    found = statistics(ranked, ranked.weights[None, :], np.array([0.0, 0.3, 0.5, 1.0]))
    total = sum(w for *_, w in some)
    true = sum(w for y, *_, w in some if y)
    said = sum(w for _, _, p, _, w in some if p)
    hits = sum(w for y, _, p, _, w in some if p and y)
    assert same(found["precision"][0], hits / said if said else math.nan)
    assert same(found["recall"][0], hits / true if true else math.nan)
    assert same(found["average_precision"][0], slow_average_precision(some))
    assert same(found["roc_auc"][0], slow_auc(some))
    assert same(found["brier"][0], sum(w * (s - y) ** 2 for y, s, _, _, w in some) / total)
    for place, threshold in enumerate((0.0, 0.3, 0.5, 1.0)):
        above = sum(w for _, s, _, _, w in some if s >= threshold)
        assert same(found["share_at"][0, place], above / total)


@settings(deadline=None)
@given(scored)
def test_the_calibration_bins_hold_every_item_once_and_split_no_tie(some: list[Item]) -> None:
    ranked = ranked_of(some)
    found = evaluate_scores(ranked, count=3)
    assert sum(one.share.total for one in found.calibration) == len(some)
    assert len(found.calibration) <= 10
    edges = [(one.highest, one.lowest) for one in found.calibration]
    assert all(low > high for (_, low), (high, _) in pairwise(edges))


def test_known_answers() -> None:
    found = evaluate_scores(rank([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.2, 0.1]), count=50)
    assert found.overall["average_precision"].value == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert found.overall["roc_auc"].value == pytest.approx(8 / 9)
    assert found.overall["precision"].value == pytest.approx(3 / 4)
    assert found.overall["precision"].total == 4
    assert found.overall["recall"].value == 1.0
    assert found.overall["f1"].value == pytest.approx(6 / 7)
    half = next(row for row in found.thresholds if row.threshold == 0.5)
    assert half.share.value == pytest.approx(4 / 6)
    assert (found.items, found.true, found.said, found.hits) == (6, 3, 4, 3)


def test_perfectly_calibrated_scores_have_no_calibration_error() -> None:
    labels, scores = [], []
    for tenth in range(11):
        labels += [1] * tenth + [0] * (10 - tenth)
        scores += [tenth / 10] * 10
    found = evaluate_scores(rank(labels, scores), count=5)
    assert found.overall["calibration_error"].value == pytest.approx(0.0, abs=1e-9)


def test_an_unknown_score_counts_as_the_lowest() -> None:
    found = rank([True, False], [math.nan, 0.4])
    assert found.scores.tolist() == [0.4, 0.0]
    assert found.labels.tolist() == [False, True]


def test_no_items_have_no_numbers() -> None:
    found = evaluate_scores(rank([], []))
    assert found.items == 0
    assert all(one.value is None and one.low is None for one in found.overall.values())


def test_groups_are_drawn_as_wholes() -> None:
    groups = np.array([0, 0, 0, 1, 1, 2])
    weights = np.array([1.0, 2.0, 1.0, 1.0, 1.0, 1.0])
    (drawn,) = replicates(groups, weights, count=40, seed=3)
    times = drawn / weights
    assert (times[:, 0] == times[:, 1]).all()
    assert (times[:, 0] == times[:, 2]).all()
    assert (times[:, 3] == times[:, 4]).all()
    assert (times[:, [0, 3, 5]].sum(axis=1) == 3).all()
    (again,) = replicates(groups, weights, count=40, seed=3)
    assert (again == drawn).all()


def test_items_of_few_groups_have_wider_intervals_than_items_alone() -> None:
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(20), 50)
    truth = np.repeat(rng.random(20) < 0.5, 50)
    scores = np.clip(truth * 0.3 + rng.random(1000) * 0.7, 0, 1)
    said = np.repeat(rng.random(20) < 0.5, 50)

    def width(by: Any) -> float:
        one = evaluate_scores(rank(truth, scores, said=said, groups=by), count=300).overall[
            "recall"
        ]
        assert one.low is not None
        assert one.high is not None
        return one.high - one.low

    assert width(groups) > 2 * width(None)


def test_the_interval_covers_the_true_recall_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    covered = 0
    for trial in range(100):
        groups = np.repeat(np.arange(60), 5)
        said = np.repeat(rng.random(60) < 0.7, 5)
        one = evaluate_scores(
            rank(np.ones(300), said * 1.0, groups=groups), count=200, seed=trial
        ).overall["recall"]
        assert one.low is not None
        assert one.high is not None
        covered += one.low <= 0.7 <= one.high
    assert covered >= 86


def test_a_statistic_that_replicates_cannot_give_has_no_interval() -> None:
    low, high = interval(np.array([[1.0, np.nan], [2.0, np.nan], [3.0, 1.0]]))
    assert low[0] <= 2.0 <= high[0]
    assert np.isnan(low[1])


def test_weights_count_as_repeats() -> None:
    labels, scores = [True, False, True], [0.9, 0.8, 0.3]
    weighted = statistics(rank(labels, scores), np.array([[1.0, 2.0, 3.0]]), np.array([0.5]))
    repeated = rank([True, False, False, *[True] * 3], [0.9, 0.8, 0.8, *[0.3] * 3])
    plain = statistics(repeated, repeated.weights[None, :], np.array([0.5]))
    for name in ("average_precision", "roc_auc", "precision", "recall", "brier"):
        assert weighted[name][0] == pytest.approx(plain[name][0])


def test_a_confusion_counts_who_is_taken_for_whom() -> None:
    truth = ["women", "women", "men", "both", "men"]
    said = ["women", "men", "men", None, "men"]
    found = confusion(truth, said, list("abcde"), labels=("women", "men", "both"), count=100)
    assert found.labels == ["women", "men", "both"]
    assert found.answers == ["women", "men", "both", "unknown"]
    assert found.counts == [[1, 1, 0, 0], [0, 2, 0, 0], [0, 0, 0, 1]]
    assert found.agreement.value == pytest.approx(3 / 5)
    women = found.by_label[0]
    assert (women.precision.value, women.recall.value) == (1.0, 0.5)
    assert (women.precision.total, women.recall.total) == (1, 2)


def test_paths_lead_into_documents() -> None:
    document = {"a": {"b": [{"c": 5}]}, "d": None}
    assert field_of(document, "a.b.0.c") == 5
    assert [field_of(document, path) for path in ("a.b.1.c", "a.x", "d.e", "a.b.c")] == [None] * 4
    hide(document, "a.b.0.c")
    hide(document, "d.e.f")
    assert document == {"a": {"b": [{}]}, "d": None}


def test_labels_are_truth_values_or_are_said_to_be() -> None:
    assert [truth_of(x, frozenset()) for x in (True, 0, 1.0, None)] == [True, False, True, None]
    assert [truth_of(x, frozenset({"R", "true"})) for x in ("R", "N", True)] == [True, False, True]
    with pytest.raises(UsageError, match="not true or false"):
        truth_of("R", frozenset())


@pytest.fixture
def _kites(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (run, items, report):
        monkeypatch.setattr(module, "signal", lambda name: KITE)
    return


@pytest.mark.usefixtures("_kites")
def test_the_signal_does_not_see_its_label() -> None:
    documents = [
        {"id": 1, "name": "red kite", "creator": {"username": "one"}, "type": "LORA"},
        {"id": 2, "name": "sky", "creator": {"username": "one"}, "type": "LORA"},
        {"id": 3, "name": "kite"},
        {"id": 4, "name": 5},
    ]
    lines = "\n".join([*map(json.dumps, documents), "{broken"]).encode()
    seen = judge_file("kite", io.BytesIO(lines), Fields(label="type", by="type"), kind="model")
    assert seen.failed == 2
    assert [(one.id, one.label, one.value) for one in seen.items] == [
        ("1", "LORA", True),
        ("2", "LORA", False),
        ("3", None, True),
    ]
    assert [one.by for one in seen.items] == ["LORA", "LORA", "None"]
    assert len(set(groups_of(seen.items))) == 2
    blind = judge_file("kite", io.BytesIO(lines), Fields(label="name"), kind="model")
    assert [one.value for one in blind.items] == [None] * 4
    assert blind.failed == 1


@pytest.mark.usefixtures("_kites")
def test_a_file_is_evaluated_as_a_whole_and_in_parts() -> None:
    documents = [
        {"id": i, "prompt": "a kite" if i % 2 else "sky", "mark": ["N", "R"][i % 4 == 1], "kind": k}
        for i, k in enumerate("aaaaaabb")
    ]
    lines = "\n".join(map(json.dumps, [*documents, {"id": 99, "prompt": "kite"}])).encode()
    fields = Fields(label="mark", by="kind")
    found = evaluate_file("kite", io.BytesIO(lines), fields, positive=["R"], count=20)
    assert (found.items, found.unlabelled, found.failed, found.ungrouped) == (8, 1, 0, 8)
    assert found.whole is not None
    assert (found.whole.true, found.whole.said, found.whole.hits) == (2, 4, 2)
    assert {name: part.items for name, part in found.parts.items()} == {"a": 6, "b": 2}
    assert found.confusion is None


@pytest.mark.usefixtures("_kites")
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (Fields(label="mrak"), "no item has a field `mrak`"),
        (Fields(label="mark", by="kidn"), "no item has a field `kidn`"),
        (Fields(label="mark", group="nosuch"), "no item has a field `nosuch`"),
        (Fields(label="inner"), "`inner` is an object, not a label"),
        (Fields(label="rows"), "`rows` is a list, not a label"),
        (Fields(label="id"), "`id` has 12 values in 12 items"),
        (Fields(label="mark", by="id"), "`id` has 12 values in 12 items"),
        (Fields(label="mark", by="inner"), "`inner` is an object"),
        (Fields(label="mark", by="rows"), "`rows` is a list"),
        (Fields(label="mark", by="name"), "would print names"),
        (Fields(label="mark", by="Creator.username"), "would print names"),
        (Fields(label="creator.username"), "would print names"),
        (Fields(label="mark", hide=("kidn",)), "no item has a field `kidn`"),
    ],
)
def test_a_field_that_cannot_be_a_label_is_refused(fields: Fields, message: str) -> None:
    records = [
        {"id": i, "prompt": "kite", "mark": i % 2, "inner": {"a": 1}, "rows": [1], "kind": "x"}
        for i in range(12)
    ]
    lines = "\n".join(map(json.dumps, records)).encode()
    with pytest.raises(UsageError, match=message) as raised:
        evaluate_file("kite", io.BytesIO(lines), fields, positive=["1"], kind="prompt", count=10)
    if fields.label == "mrak":
        assert raised.value.hint == "did you mean `mark`?"


@pytest.mark.usefixtures("_kites")
@pytest.mark.parametrize(
    ("many", "text", "hint"), [(2, "", "the labels are: 0, 1"), (2, "x" * 40, "2 other values")]
)
def test_labels_that_mean_true_must_be_there(many: int, text: str, hint: str) -> None:
    records = [{"id": i, "prompt": "kite", "mark": f"{text}{i % many}"} for i in range(8)]
    lines = "\n".join(map(json.dumps, records)).encode()
    with pytest.raises(UsageError, match="no item has a label of `--positive NOSUCH`") as raised:
        evaluate_file("kite", io.BytesIO(lines), Fields(label="mark"), positive=["NOSUCH"])
    assert hint in raised.value.hint


@pytest.mark.usefixtures("_kites")
def test_an_empty_input_is_refused() -> None:
    with pytest.raises(UsageError, match="there are no items"):
        evaluate_file("kite", io.BytesIO(b"\n"), Fields(label="mark"))


@pytest.mark.usefixtures("_kites")
def test_items_of_another_kind_are_counted_as_unreadable() -> None:
    records = [
        {"id": 1, "prompt": "kite", "mark": True},
        {"id": 2, "name": "kite", "modelVersions": [], "mark": True},
    ]
    lines = "\n".join(map(json.dumps, records)).encode()
    found = evaluate_file("kite", io.BytesIO(lines), Fields(label="mark"), count=10)
    assert (found.items, found.failed) == (1, 1)


@pytest.mark.usefixtures("_kites")
def test_images_are_grouped_by_the_account_that_the_hub_names() -> None:
    records = [
        {"id": i, "width": 1, "meta": {"prompt": "kite"}, "username": "abc"[i % 3], "mark": i % 2}
        for i in range(9)
    ]
    lines = "\n".join(map(json.dumps, [*records, {"id": 9, "prompt": "a", "mark": 1}])).encode()
    found = evaluate_file("kite", io.BytesIO(lines), Fields(label="mark"), count=10)
    assert found.whole is not None
    assert (found.whole.groups, found.ungrouped, found.group) == (4, 1, "username")


@pytest.mark.usefixtures("_kites")
def test_scores_that_are_no_probabilities_are_not_asked_for_calibration() -> None:
    lines = b'{"id": 1, "prompt": "kite", "mark": true}\n{"id": 2, "prompt": "a", "mark": false}'
    found = evaluate_file("kite", io.BytesIO(lines), Fields(label="mark"), count=10)
    assert found.whole is not None
    assert not {"brier", "calibration_error"} & set(found.whole.overall)
    assert found.whole.calibration == []


def test_a_perfect_score_has_the_interval_of_wilson_with_the_groups_behind_it() -> None:
    groups = np.repeat(np.arange(10), 3)
    labels = np.ones(30, dtype=bool)
    found = evaluate_scores(rank(labels, labels * 1.0, groups=groups), count=50)
    recall = found.overall["recall"]
    assert (recall.value, recall.high) == (1.0, 1.0)
    assert recall.low == pytest.approx(10 / (10 + 1.959964**2))
    missed = evaluate_scores(rank(labels, labels * 0.0, groups=groups), count=50).overall["recall"]
    assert (missed.value, missed.low) == (0.0, 0.0)
    assert missed.high == pytest.approx(1 - 10 / (10 + 1.959964**2))
    perfect = confusion(["a"] * 30, ["a"] * 30, groups.tolist(), count=50)
    assert perfect.agreement.low == recall.low
    assert perfect.by_label[0].recall.low == recall.low


def test_one_group_has_no_interval_unless_all_of_it_agrees() -> None:
    found = evaluate_scores(rank([1, 1, 1], [0.9, 0.2, 0.8], groups=[1, 1, 1]), count=20)
    assert found.overall["recall"].value == pytest.approx(2 / 3)
    assert (found.overall["recall"].low, found.overall["recall"].high) == (None, None)
    assert found.overall["precision"].low == pytest.approx(1 / (1 + 1.959964**2))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_the_effective_number_of_groups_is_at_most_their_number(groups: list[int]) -> None:
    own = np.unique(np.array(groups), return_inverse=True)[1].astype(np.int64)
    found = effective(own, np.ones(len(own)))
    assert 1 <= found <= len(set(groups)) + 1e-9
    assert effective(own, np.zeros(len(own))) == 0
