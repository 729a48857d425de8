"""Every name of a dataset is read: of folders, files and concepts, wherever it stands."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from invented_sets import LAKES, MATURE, MINOR, fill, person_set

from hubwatch.adapters.dataset import check_dataset
from hubwatch.adapters.dataset import subjects as subjects_module
from hubwatch.adapters.dataset.captions import folder_of
from hubwatch.adapters.dataset.configs import Concept
from hubwatch.adapters.dataset.person import Asked
from hubwatch.adapters.dataset.walk import walk
from hubwatch.cli import cli
from hubwatch.cli.shell import run
from hubwatch.errors import InputError
from hubwatch.signals.answers import Answer

TODAY = date(2026, 5, 1)


def images(folder: Path, *stems: str) -> Path:
    """Write pipes that are called like images."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem in stems or ("1", "2"):
        os.mkfifo(folder / f"{stem}.png")
    return folder


def subsets(root: Path, *said: str) -> None:
    text = "".join(f"[[datasets.subsets]]\n{one}\n" for one in said)
    (root / "dataset.toml").write_text(f"[[datasets]]\n{text}", encoding="utf-8")


def test_of_two_folders_of_one_name_the_configuration_means_the_one_with_its_path(
    tmp_path: Path,
) -> None:
    images(tmp_path / "train" / "images")
    images(tmp_path / "reg" / "images")
    subsets(
        tmp_path,
        'image_dir = "/elsewhere/train/images"\nclass_tokens = "velda orrin woman"',
        'image_dir = "C:\\\\reg\\\\images"\nclass_tokens = "woman"\nis_reg = true',
    )
    assert check_dataset(tmp_path, today=TODAY).decision == "block"
    tree = walk(tmp_path)
    for name in ("train", "reg"):
        found = folder_of(tree, Concept(folder=f"./{name}/images/"))
        assert found == tmp_path / name / "images"
    assert folder_of(tree, Concept(folder="nowhere")) is None


def test_every_concept_of_one_folder_is_asked_about(tmp_path: Path) -> None:
    images(tmp_path / "images")
    place = 'image_dir = "images"\nclass_tokens = '
    subsets(tmp_path, f'{place}"velda orrin woman"', f'{place}"lake"')
    report = check_dataset(tmp_path, today=TODAY)
    assert report.decision == "block"
    assert report.real_person.concepts == 3  # and the folder above


def test_a_concept_whose_folder_holds_nothing_here_is_still_asked_about(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    subsets(tmp_path, 'image_dir = "images"\nclass_tokens = "velda orrin woman"')
    assert check_dataset(tmp_path, today=TODAY).decision == "block"


def test_folders_in_the_folder_of_regularisation_images_are_not_aimed_at(tmp_path: Path) -> None:
    fill(tmp_path / "img" / "10_lakes", LAKES)
    images(tmp_path / "reg" / "1_velda orrin woman")
    config = tmp_path / "train.toml"
    config.write_text('train_data_dir = "img"\n', encoding="utf-8")
    assert check_dataset(tmp_path, today=TODAY).decision == "block"
    config.write_text('train_data_dir = "img"\nreg_data_dir = "reg"\n', encoding="utf-8")
    assert check_dataset(tmp_path, today=TODAY).allowed


def test_a_long_list_of_triggers_does_not_hide_the_folder(tmp_path: Path) -> None:
    fill(tmp_path / "10_velda_orrin woman", ["photo, woman, street"] * 3)
    tokens = "\n".join(f'      - "qx{n}"' for n in range(20))
    (tmp_path / "job.yaml").write_text(
        "config:\n  process:\n  - datasets:\n    - folder_path: 10_velda_orrin woman\n"
        f"      random_triggers:\n{tokens}\n",
        encoding="utf-8",
    )
    report = check_dataset(tmp_path, today=TODAY, reveal=True)
    assert report.trainer == "ai-toolkit"
    assert "velda orrin" in [one["name"] for one in (report.revealed or {})["concepts"]]


def minor_folder(root: Path) -> None:
    fill(root / f"10_{MINOR} x", [MATURE])
    words = 'class_tokens = "abc qq"\ncaption_prefix = "zzt"\ncaption_suffix = "uuv"'
    subsets(root, f'image_dir = "10_{MINOR} x"\n{words}')


def age_folder(root: Path) -> None:
    fill(root / "10_velda age 9", [MATURE])


def image_names(root: Path) -> None:
    images(root, f"{MINOR}_1", f"{MINOR}_2")
    fill(root / "more", [MATURE])


def regular_name(root: Path) -> None:
    fill(root / f"1_{MINOR}", [MATURE])
    subsets(root, f'image_dir = "1_{MINOR}"\nis_reg = true')


@pytest.mark.parametrize("write", [minor_folder, age_folder, image_names, regular_name])
def test_a_cue_of_a_minor_in_any_name_escalates_and_nothing_is_revealed(
    tmp_path: Path, write: object
) -> None:
    write(tmp_path)  # type: ignore[operator] - one of the writers above
    report = check_dataset(tmp_path, today=TODAY, reveal=True)
    assert report.decision == "escalate"
    assert report.revealed is None
    assert report.minor.captions.n == 0
    assert report.minor.texts >= 1


def test_repeats_before_a_folder_are_no_age(tmp_path: Path) -> None:
    report = check_dataset(fill(tmp_path / "12_woman", [MATURE]), today=TODAY)
    assert report.minor.texts == 0


def test_names_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "lakes", LAKES)
    monkeypatch.setattr(subjects_module, "MOST_NAMES_ASKED", 1)
    assert check_dataset(tmp_path, today=TODAY).files.not_read == {"over_limit": 1}


@pytest.mark.parametrize(
    ("written", "because"),
    [
        ('{valid_until = "01.02.2020"}', "a date that is none"),
        ("{valid_from = 7}", "a date that is none"),
        ('{relation = "none"}', "does not speak for the person"),
        ("{valid_until = 2020-02-01}", "not in force on this day"),
        ("{a" + ".a" * 480 + " = 1}", ""),
    ],
)
def test_a_manifest_in_a_configuration_that_says_no_itself_does_not_count(
    tmp_path: Path, written: str, because: str
) -> None:
    person_set(tmp_path)
    config = tmp_path / "train.toml"
    config.write_text(f'output_name = "a"\nhubwatch_consent = {written}\n', encoding="utf-8")
    report = check_dataset(tmp_path, config=config, today=TODAY)
    if because:
        assert report.decision == "block"
        assert because in (report.consent.because or "")
    else:
        assert report.consent.source == "config"


def test_a_key_of_very_many_parts_is_refused_at_once(tmp_path: Path) -> None:
    config = tmp_path / "train.toml"
    config.write_text('output_name = "a"\nb' + ".a" * 60_000 + " = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="too many dots"):
        check_dataset(tmp_path, config=config)


def test_a_path_that_the_system_refuses_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be reached"):
        check_dataset(tmp_path / ("a" * 300))
    with pytest.raises(InputError, match="cannot be reached"):
        check_dataset(tmp_path, config=f"{'a' * 300}.toml")


def test_a_configuration_in_a_folder_beside_is_found(tmp_path: Path) -> None:
    images(tmp_path / "data" / "images")
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "mine.json").write_text(
        '[{"name": "velda orrin woman", "path": "images", "text": {}}]', encoding="utf-8"
    )
    config = tmp_path / "config.json"
    config.write_text('{"concept_file_name": "concepts/mine.json"}', encoding="utf-8")
    report = check_dataset(tmp_path / "data", config=config, today=TODAY)
    assert report.decision == "block"
    assert report.complete


def test_captions_in_a_table_are_not_read_and_it_is_said(tmp_path: Path) -> None:
    fill(tmp_path / "lakes", LAKES)
    (tmp_path / "lakes" / "metadata.csv").write_text("file_name,text\n1.png,a lake\n")
    assert check_dataset(tmp_path, today=TODAY).files.not_read == {"other_form": 1}


def test_concepts_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubwatch.adapters.dataset.check.MOST_CONCEPTS", 1_200)
    images(tmp_path / "data")
    concepts = ",".join(
        f'{{"name": "lake {n}", "path": "data", "text": {{}}}}' for n in range(1500)
    )
    (tmp_path / "concepts.json").write_text(f"[{concepts}]", encoding="utf-8")
    assert check_dataset(tmp_path, today=TODAY).files.not_read["over_limit"] >= 300


def test_what_is_revealed_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    fill(tmp_path / "set" / "10_velda \x1b[31morrin woman", LAKES)
    run(cli, ["dataset", "check", str(tmp_path / "set"), "--reveal"])
    printed = capsys.readouterr().out
    assert "revealed, name: velda ·[31morrin" in printed
    assert "\x1b" not in printed


def test_a_folder_that_is_trained_on_within_regularisation_images_is_asked_about(
    tmp_path: Path,
) -> None:
    images(tmp_path / "sets" / "10_velda orrin woman")
    subsets(
        tmp_path, 'image_dir = "sets"\nis_reg = true', 'image_dir = "sets/10_velda orrin woman"'
    )
    assert check_dataset(tmp_path, today=TODAY).decision == "block"


def test_a_weak_cue_of_a_minor_in_a_name_is_noted(tmp_path: Path) -> None:
    report = check_dataset(fill(tmp_path / "10_school uniform", LAKES), today=TODAY)
    assert report.allowed
    assert report.minor.unclear == 1
    assert "minor.cue" in {note.code for note in report.notes}


def test_folders_that_begin_with_a_dot_are_passed_over(tmp_path: Path) -> None:
    fill(tmp_path / "lakes", LAKES)
    fill(tmp_path / "lakes" / ".git", [MATURE])
    report = check_dataset(tmp_path, today=TODAY)
    assert report.files.captions == len(LAKES)
    assert report.complete


def test_a_manifest_counts_on_its_first_and_on_its_last_day(tmp_path: Path) -> None:
    manifest = f'{{"valid_from": "{TODAY}", "valid_until": "{TODAY}"}}'
    (person_set(tmp_path) / "hubwatch.consent.json").write_text(manifest, encoding="utf-8")
    assert check_dataset(tmp_path, today=TODAY).allowed


@pytest.mark.parametrize(
    ("score", "origin", "support", "aims"),
    [
        (0.45, "classifier", ("name.form",), True),
        (0.44, "classifier", ("name.form",), False),
        (0.59, "classifier", (), False),
        (0.10, "gazetteer", (), True),
    ],
)
def test_what_the_rule_takes_for_a_real_person(
    score: float, origin: str, support: tuple[str, ...], aims: bool
) -> None:
    answer = Answer(id="d", value=True, score=score, origin=origin)
    assert Asked((), (answer,), support).aims is aims
    doubted = Answer(id="d", value=False, score=score, origin=origin)
    assert not Asked((), (doubted,), support).aims
