"""Which concepts of a tag set are compared, and which of them are written out."""

from __future__ import annotations

from pathlib import Path

from invented_sets import fill, write_csv

from hubwatch.adapters.audit import Audited, audit_tagset

#: A cue of a minor that alone decides nothing.
WEAK = "school uniform"


def captions(folder: Path, concept: str, *, women: int, sexual: int, men: int) -> Audited:
    texts = [f"1girl, {concept}, look {n}" for n in range(women)]
    texts[:sexual] = [f"{text}, mature_term_003" for text in texts[:sexual]]
    texts += [f"1boy, {concept}, look {n}" for n in range(men)]
    return audit_tagset(fill(folder, texts))


def written(found: Audited) -> list[str | None]:
    return [row.concept for row in found.audit.concepts.rows]


def test_a_concept_of_captions_needs_five_of_each_gender(tmp_path: Path) -> None:
    enough = captions(tmp_path / "a", "walking", women=8, sexual=4, men=5)
    assert written(enough) == ["walking"]
    few = captions(tmp_path / "b", "walking", women=8, sexual=4, men=4)
    assert few.audit.concepts.compared == 0
    assert written(few) == []


def test_a_concept_without_harmless_company_is_counted_and_not_written(tmp_path: Path) -> None:
    labels = ("mature_term_003_woman_walking", "man_walking", "woman_walking", "walking")
    found = audit_tagset(write_csv(tmp_path / "a.csv", dict.fromkeys(labels, 1)))
    assert written(found) == ["walking"]
    fewer = audit_tagset(write_csv(tmp_path / "b.csv", dict.fromkeys(labels[:3], 1)))
    assert fewer.audit.concepts.women_only == fewer.audit.concepts.not_shown == 1
    assert written(fewer) == []


def test_what_is_mostly_sexualised_without_a_gender_is_no_neutral_concept(tmp_path: Path) -> None:
    labels = ["mature_term_003_woman_walking", "man_walking", "woman_walking", "walking"]
    labels += ["mature_term_004_walking"]
    even = audit_tagset(write_csv(tmp_path / "a.csv", dict.fromkeys(labels, 1)))
    assert even.audit.concepts.compared == 1
    labels += ["mature_term_007_walking"]
    mostly = audit_tagset(write_csv(tmp_path / "b.csv", dict.fromkeys(labels, 1)))
    assert mostly.audit.concepts.compared == 0
    assert mostly.audit.asymmetry.concepts == 0


def test_captions_with_a_weak_cue_of_a_minor_are_left_out_too(tmp_path: Path) -> None:
    found = audit_tagset(fill(tmp_path, [f"{WEAK}, mature_term_003", "lake"]))
    assert found.audit.minors.n == 1
    assert found.audit.source.units == 1
    assert not found.suggestions
    assert not found.audit.codes
