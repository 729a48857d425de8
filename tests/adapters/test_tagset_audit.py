"""A tag set is audited: known answers, what may be published, what the mapping says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import msgspec
import pytest
from invented_sets import MINOR, fill, write_csv

from hubwatch.adapters.audit import Audit, as_csv, audit_tagset
from hubwatch.adapters.audit.labels import read_labels
from hubwatch.cli import cli
from hubwatch.cli.shell import run
from hubwatch.errors import InputError

ACTS = ("running", "reading", "cooking", "dancing")
#: Every act is there for women, for men and for nobody; a sexualised form mostly for women.
LIST = {
    **{f"woman_{act}": 90 for act in ACTS},
    **{f"man_{act}": 80 for act in ACTS},
    **dict.fromkeys(ACTS, 200),
    **{f"mature_term_00{n}_woman_{act}": 30 for n, act in enumerate(ACTS[:3], 1)},
    "mature_term_005_man_running": 4,
    "mature_term_010": 12,
    "mature_term_004_dress": 20,
    "dress": 60,
    "1girl": 900,
    "1boy": 500,
}


@pytest.fixture
def tags(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "selected_tags.csv", LIST)


def test_labels_split_by_gender_with_their_sexualised_share(tags: Path) -> None:
    audit = audit_tagset(tags).audit
    rows = {row.gender: row for row in audit.genders}
    assert {name: row.share.n for name, row in rows.items()} == {
        "women": 8,
        "men": 6,
        "both": 0,
        "none": 7,
    }
    assert (rows["women"].sexualised.n, rows["men"].sexualised.n) == (3, 1)
    assert rows["none"].sexualised.n == 2
    assert sum(row.share.n for row in audit.codes) == 6
    assert audit.unit == "label"


def test_the_asymmetry_score_has_its_known_answer(tags: Path) -> None:
    """Overall 3/8 - 1/6; beside equal acts the weighted mean of 0, 1/2, 1/2 and 0.

    Running has 2 labels of women (1 sexualised) and 2 of men (1), weight 1; reading and cooking 2
    (1) and 1 (0), weight 2/3 each; dancing 1 and 1 without any, weight 1/2.
    """
    score = audit_tagset(tags).audit.asymmetry
    assert score.overall.value == pytest.approx(3 / 8 - 1 / 6, abs=1e-6)
    expected = (2 / 3 * 0.5 + 2 / 3 * 0.5) / (1 + 2 / 3 + 2 / 3 + 1 / 2)
    assert score.within.value == pytest.approx(expected, abs=1e-6)
    assert (score.concepts, score.units) == (4, 12)
    for found in (score.overall, score.within):
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.value < found.high
    assert (score.women.n, score.women.total, score.men.n, score.men.total) == (3, 8, 1, 6)


def test_concepts_with_sexualised_neighbours_for_women_only(tags: Path) -> None:
    found = audit_tagset(tags).audit.concepts
    assert {row.concept for row in found.rows} == {"cooking", "reading"}
    assert (found.compared, found.women_only, found.men_only) == (4, 2, 0)


def test_an_even_list_has_no_asymmetry(tmp_path: Path) -> None:
    even = {f"mature_term_001_{who}_{act}": 1 for who in ("woman", "man") for act in ACTS}
    plain = {f"{who}_{act}": 1 for who in ("woman", "man") for act in ACTS}
    score = audit_tagset(write_csv(tmp_path / "t.csv", even | plain)).audit.asymmetry
    assert score.overall.value == score.within.value == 0
    assert score.overall.low == pytest.approx(-(score.overall.high or 0), abs=1e-6)


def test_a_list_without_one_gender_has_no_score(tmp_path: Path) -> None:
    audit = audit_tagset(write_csv(tmp_path / "t.csv", {"1girl": 3, "lake": 2})).audit
    assert audit.asymmetry.overall.value is None
    assert audit.asymmetry.within.low is None


def test_the_mapping_goes_to_labels_of_the_set(tags: Path) -> None:
    found = audit_tagset(tags)
    rows = {row["number"]: row for row in csv.DictReader(io.StringIO(as_csv(found.suggestions)))}
    assert len(rows) == found.audit.mapping.mapped + found.audit.mapping.dropped
    numbers = {label: str(n) for n, label in enumerate(LIST, 1)}
    assert rows[numbers["woman_running"]]["to_number"] == numbers["running"]
    assert rows[numbers["mature_term_001_woman_running"]]["to_label"] == "running"
    assert rows[numbers["mature_term_004_dress"]]["to_label"] == "dress"
    assert rows[numbers["mature_term_010"]]["action"] == "drop"
    assert numbers["1girl"] not in rows
    assert found.audit.mapping.kept_gendered == 2


def test_the_mapping_writes_no_sexual_wording_out_unless_it_is_revealed(tags: Path) -> None:
    found = audit_tagset(tags)
    assert "mature" not in as_csv(found.suggestions)
    assert "mature term 010" in as_csv(found.suggestions, reveal=True)


def test_labels_about_minors_are_counted_and_nothing_else(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", {**LIST, MINOR: 5, f"{MINOR}_mature_term_003": 2})
    found = audit_tagset(path)
    assert found.audit.minors.n == 2
    assert found.audit.minors.total == len(LIST) + 2
    assert MINOR not in as_csv(found.suggestions, reveal=True)
    without = audit_tagset(write_csv(tmp_path / "u.csv", LIST))
    assert found.audit.genders == without.audit.genders
    assert found.audit.asymmetry == without.audit.asymmetry


def test_tags_that_are_met_only_beside_a_cue_of_a_minor_are_not_told(tmp_path: Path) -> None:
    fill(tmp_path, [f"{MINOR}, mature_term_003", "woman, mature_term_010", "lake"])
    found = audit_tagset(tmp_path)
    assert found.audit.minors.n == 1
    assert [one.label.text for one in found.suggestions] == ["mature term 010"]
    assert "003" not in as_csv(found.suggestions, reveal=True)


@pytest.mark.parametrize("kind", ["list", "captions"])
def test_wording_of_any_code_is_no_neutral_concept(tmp_path: Path, kind: str) -> None:
    if kind == "captions":
        women = [f"1girl, coercion_term_003, walking, look {n}" for n in range(16)]
        women[:8] = [f"{text}, mature_term_003" for text in women[:8]]
        men = [f"1boy, coercion_term_003, walking, look {n}" for n in range(8)]
        found = audit_tagset(fill(tmp_path, [*women, *men]))
    else:
        labels = ("woman_{}", "man_{}", "mature_term_003_woman_{}", "{}", "{}_hat", "{}_tree")
        forms = (form.format("coercion_term_003_walking") for form in labels)
        found = audit_tagset(write_csv(tmp_path / "t.csv", dict.fromkeys(forms, 1)))
    assert [row.concept for row in found.audit.concepts.rows] == ["walking"]
    assert "violent.coercion" in [row.code for row in found.audit.codes]
    assert "coercion_term" not in as_csv(found.suggestions)


def test_names_are_left_out_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "tag_id,name,category,count\n1,velda_orrin_woman,4,9\n2,woman_running,0,3\n3,running,0,3\n"
        "4,quorra_thrandobask_woman,0,2\n5,quorra_thrandobask,0,2\n"
    )
    found = audit_tagset(path)
    assert found.audit.source.naming == 1
    written = as_csv(found.suggestions) + msgspec.json.encode(found.audit).decode()
    assert "running" in written
    assert "velda" not in written
    assert "quorra" not in written


def captions(tmp_path: Path) -> Path:
    """Write captions: half of the women's are sexualised in the kitchen, none of the men's."""
    texts = [f"1girl, kitchen, plate {n}, mature_term_003" for n in range(10)]
    texts += [f"1girl, kitchen, plate {n}" for n in range(10)]
    texts += [f"1boy, kitchen, plate {n}" for n in range(20)]
    texts += [f"1boy, garden, plate {n}, mature_term_007" for n in range(6)]
    return fill(tmp_path / "set", [*texts, texts[-1]])


def test_captions_are_units_of_their_own(tmp_path: Path) -> None:
    audit = audit_tagset(captions(tmp_path)).audit
    assert audit.source.kind == "captions"
    assert audit.source.repeated == 1
    assert (audit.asymmetry.women.n, audit.asymmetry.women.total) == (10, 20)
    assert (audit.asymmetry.men.n, audit.asymmetry.men.total) == (6, 26)
    assert audit.asymmetry.overall.value == pytest.approx(10 / 20 - 6 / 26, abs=1e-6)


def test_beside_the_same_concepts_the_score_is_another(tmp_path: Path) -> None:
    """The garden is met with men only: in the kitchen, women alone are sexualised."""
    audit = audit_tagset(captions(tmp_path)).audit
    (kitchen,) = [row for row in audit.concepts.rows if row.concept == "kitchen"]
    assert (kitchen.women.n, kitchen.women.total) == (10, 20)
    assert (kitchen.men.n, kitchen.men.total) == (0, 20)
    assert kitchen.told
    within, overall = audit.asymmetry.within, audit.asymmetry.overall
    assert within.value is not None
    assert overall.value is not None
    assert within.value > overall.value
    assert within.low is not None
    assert within.low > 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "id,tag,posts\n7,woman_running,3\n8,running,2\n"),
        ("t.csv", "woman_running,0,3,alias\nrunning,0,2,\n"),
        ("t.csv", "0,woman_running\n1,running\n"),
        ("t.tsv", "name\tcount\nwoman running\t3\nrunning\t2\n"),
        ("t.txt", "woman running\n\nRunning\n"),
        ("t.json", '["woman running", "running"]'),
        ("t.json", '{"woman running": 3, "running": 2}'),
        ("t.json", '{"0": "woman running", "1": "running"}'),
        ("t.json", '[{"name": "woman running", "count": 3}, {"tag": "running"}]'),
    ],
)
def test_lists_in_the_shapes_in_which_taggers_ship_them(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = read_labels(path)
    assert [label.text for label in found.labels] == ["woman running", "running"]
    assert [label.number for label in found.labels] == [1, 2]


def test_counts_and_categories_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("tag_id,name,category,count\n1,a_lake,0,12\n2,a_lake,0,3\n3,somebody,4,5\n")
    found = read_labels(path)
    assert [(one.frequency, one.naming) for one in found.labels] == [(12, False), (5, True)]
    assert found.repeated == 1


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("t.csv", b""),
        ("t.csv", b"name,count\n"),
        ("t.csv", b'name\n"' + b"x" * 200_000 + b'"\n'),
        ("t.json", b"["),
        ("t.json", b"[" * 100_000),
        ("t.json", b"3"),
        ("t.txt", b"\n\n \n"),
        ("t.png", b"woman\n"),
        ("t.ckpt", b"woman\n"),
        ("t.txt", b"\x80\x02}q\x00."),
        ("t", bytes(range(128, 256)) * 9),
        ("t.json", b'{"name": "a list", "labels": ["woman"]}'),
        ("t.json", b'{"woman": {"man": 1}}'),
    ],
)
def test_what_is_no_list_is_one_clear_error(tmp_path: Path, name: str, raw: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        audit_tagset(path)
    assert name in caught.value.what


def test_labels_that_are_none_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes(b"lake\n" + b"x" * 600 + b"\n\xff\xfe\nriver\n")
    found = read_labels(path)
    assert found.not_read == {"no_label": 1, "not_utf8": 1}
    assert audit_tagset(path).audit.source.labels == 3


def command(*arguments: object) -> int:
    return run(cli, ["tagset", "audit", *map(str, arguments)])


def test_the_command_prints_what_can_be_published(
    tags: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tags, "--mapping", tmp_path / "safer.csv") == 0
    text = capsys.readouterr().out
    assert "asymmetry" in text
    assert command(tags, "--json") == 0
    found = capsys.readouterr().out
    audit = msgspec.json.decode(found, type=Audit)
    assert audit == audit_tagset(tags).audit
    assert json.loads(found)["asymmetry"]["overall"]["value"] == pytest.approx(0.208333)
    mapping = (tmp_path / "safer.csv").read_text()
    for printed in (text, found, mapping):
        assert "mature" not in printed
        assert str(tmp_path) not in printed


def test_exit_codes(tags: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(tmp_path / "nowhere.csv") == 2
    assert command(tags, "--reveal") == 2
    before = tags.read_bytes()
    assert command(tags, "--mapping", tags) == 2
    assert command(tags, "-o", tmp_path / "one", "--mapping", tmp_path / "one") == 2
    assert tags.read_bytes() == before
    assert command("a" * 300) == 2
    (tmp_path / "bad.txt").write_bytes(b"lake\n\xff\n")
    assert command(tmp_path / "bad.txt") == 3
    (tmp_path / "empty").mkdir()
    assert command(tmp_path / "empty") == 2
    assert all(
        "error: " in line or "hint: " in line
        for line in capsys.readouterr().err.split("\n")
        if line
    )


def test_reveal_is_logged(
    tags: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert command(tags, "--mapping", tmp_path / "safer.csv", "--reveal") == 0
    assert "logged" in capsys.readouterr().err
    (log,) = (tmp_path / "data").rglob("reveal.log")
    assert json.loads(log.read_text())["command"] == "tagset audit"
    assert "mature" in (tmp_path / "safer.csv").read_text()


def test_without_a_neutral_label_the_mapping_keeps_the_gender(tmp_path: Path) -> None:
    """The same words without the sexual part are a label of the set: nothing is dropped."""
    path = tmp_path / "t.txt"
    path.write_text(
        "man in garden\nmature_term_003 man in garden\nwoman on beach\n"
        "mature_term_003 woman on beach\nmature_term_003 woman on hill\n"
    )
    found = audit_tagset(path)
    rows = {row["number"]: row for row in csv.DictReader(io.StringIO(as_csv(found.suggestions)))}
    said = {number: (row["action"], row["to_number"]) for number, row in rows.items()}
    assert said == {"2": ("map", "1"), "4": ("map", "3"), "5": ("drop", "")}
    assert rows["2"]["because"] == "sexualised.gendered"
    assert (found.audit.mapping.mapped, found.audit.mapping.dropped) == (2, 1)


def test_lists_inside_an_object_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('{"a": ["woman", "mature_term_003 woman"], "b": ["lake", 3]}')
    found = read_labels(path)
    assert [label.text for label in found.labels] == ["woman", "mature term 003 woman", "lake"]
    assert found.not_read == {"no_label": 1}


def test_one_label_is_no_plural(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.txt"
    path.write_text("lake\n")
    assert command(path) == 0
    assert capsys.readouterr().out.startswith("1 label (txt)")
