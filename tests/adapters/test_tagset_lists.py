"""Label lists from anywhere: read, counted, or one clear error; never a failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubwatch.adapters.audit import as_csv, audit_tagset
from hubwatch.adapters.audit import labels as labels_module
from hubwatch.adapters.audit.labels import read_labels
from hubwatch.errors import InputError

ROOMY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@ROOMY
@given(raw=st.binary(max_size=200), suffix=st.sampled_from((".csv", ".tsv", ".txt", ".json")))
def test_any_bytes_are_a_list_or_one_error(tmp_path: Path, raw: bytes, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_bytes(raw)
    try:
        found = audit_tagset(path)
    except InputError:
        return
    as_csv(found.suggestions, reveal=True).encode()
    source = found.audit.source
    assert sum(row.share.n for row in found.audit.genders) == source.units
    assert source.units + source.naming + found.audit.minors.n == source.labels


WORDS = st.sampled_from(
    ("woman", "man", "running", "lake", "mature_term_003", "dress", "girl", "boy", "reading")
)


@ROOMY
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=30))
def test_an_audit_does_not_depend_on_the_order_of_its_list(
    tmp_path: Path, labels: list[str]
) -> None:
    audits = []
    for place, some in enumerate((labels, sorted(labels))):
        path = tmp_path / f"{place}.txt"
        path.write_text("\n".join(some))
        audits.append(audit_tagset(path).audit)
    first, second = audits
    assert first.asymmetry == second.asymmetry
    assert first.genders == second.genders
    assert first.mapping == second.mapping


@ROOMY
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=30))
def test_swapping_women_and_men_turns_the_score_around(tmp_path: Path, labels: list[str]) -> None:
    """With every `woman` a `man` and the other way round, the differences change their sign."""
    swap = {"woman": "man", "man": "woman", "girl": "boy", "boy": "girl"}
    other = [" ".join(swap.get(word, word) for word in label.split()) for label in labels]
    scores = []
    for place, some in enumerate((labels, other)):
        path = tmp_path / f"s{place}.txt"
        path.write_text("\n".join(some))
        scores.append(audit_tagset(path).audit.asymmetry)
    for here, there in zip(
        (scores[0].overall, scores[0].within), (scores[1].overall, scores[1].within), strict=True
    ):
        if here.value is None:
            assert there.value is None
            continue
        assert here.value == pytest.approx(-(there.value or 0), abs=2e-6)
        assert here.low == pytest.approx(-(there.high or 0), abs=2e-6)


def test_too_many_labels_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels_module, "MOST_LABELS", 3)
    path = tmp_path / "t.txt"
    path.write_text("a\nb\nc\nd\n")
    with pytest.raises(InputError):
        read_labels(path)


def test_a_pipe_is_no_list(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.txt")
    with pytest.raises(InputError):
        audit_tagset(tmp_path / "t.txt")


def test_a_spreadsheet_takes_no_label_for_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text("=mature_term_003(1)\n")
    assert ",'=mature" in as_csv(audit_tagset(path).suggestions, reveal=True)
