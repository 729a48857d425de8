"""A dataset is looked at before training: verdicts, and what is never printed."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest
from invented_sets import LAKES, MATURE, MINOR, PERSON, fill, person_set

from hubwatch.adapters.dataset import check_dataset
from hubwatch.adapters.dataset.reading import is_picture
from hubwatch.cli import cli
from hubwatch.cli.shell import run

TODAY = date(2026, 5, 1)


def codes(found: tuple[object, ...]) -> set[str]:
    return {one.code for one in found}


def manifest(root: Path, **more: object) -> None:
    text = json.dumps({"manifest_id": "m-1", "relation": "self", **more})
    (root / "hubwatch.consent.json").write_text(text)


def test_a_set_that_aims_at_an_invented_person_is_blocked(tmp_path: Path) -> None:
    report = check_dataset(person_set(tmp_path), today=TODAY)
    assert report.decision == "block"
    assert codes(report.reasons) == {"real_person.no_manifest"}
    assert report.real_person.value is True
    assert "name.form" in report.real_person.supported_by
    assert report.trainer == "kohya"
    assert report.depicts["women"] == len(PERSON)
    assert report.names_in_captions.n == report.names_in_captions.total == len(PERSON)


def test_the_same_set_with_a_manifest_is_allowed_and_says_that_nothing_was_verified(
    tmp_path: Path,
) -> None:
    manifest(person_set(tmp_path))
    report = check_dataset(tmp_path, today=TODAY)
    assert report.allowed
    assert report.consent.tier == "claimed"
    assert "consent.not_verified" in codes(report.notes)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"state": "withdrawn"}, "state"),
        ({"valid_until": "2026-04-30"}, "not in force on this day"),
        ({"valid_from": "2026-05-02"}, "not in force on this day"),
        ({"valid_until": "2026-02-31"}, "a date that is none"),
    ],
)
def test_a_manifest_that_is_not_in_force_by_its_own_words_does_not_count(
    tmp_path: Path, said: dict[str, str], because: str
) -> None:
    manifest(person_set(tmp_path), **said)
    report = check_dataset(tmp_path, today=TODAY)
    assert report.decision == "block"
    assert because in (report.consent.because or "")
    assert "consent.void" in codes(report.notes)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"{", b"[" * 100_000, b"\xff" * 100])
def test_a_damaged_manifest_does_not_count(tmp_path: Path, raw: bytes) -> None:
    person_set(tmp_path)
    (tmp_path / "hubwatch.consent.json").write_bytes(raw)
    assert check_dataset(tmp_path, today=TODAY).decision == "block"


def test_landscapes_are_allowed(tmp_path: Path) -> None:
    report = check_dataset(fill(tmp_path / "landscapes", LAKES), today=TODAY)
    assert report.allowed
    assert not report.reasons
    assert report.complete


def test_a_sexualised_person_is_blocked_even_with_a_manifest(tmp_path: Path) -> None:
    manifest(person_set(tmp_path, [f"velda orrin woman, {MATURE}"]))
    report = check_dataset(tmp_path, today=TODAY)
    assert codes(report.reasons) == {"real_person.sexualised"}
    assert report.sexualised.captions.n == 1
    assert report.sexualised.captions.total == len(PERSON) + 1


def test_sexualised_landscapes_are_allowed_and_noted(tmp_path: Path) -> None:
    report = check_dataset(fill(tmp_path / "landscapes", [*LAKES, MATURE]), today=TODAY)
    assert report.allowed
    assert "sexualised" in codes(report.notes)


@pytest.mark.parametrize(
    "captions",
    [(f"{MINOR}, {MATURE}",), (f"a {MINOR} in a garden", MATURE)],
    ids=["in one caption", "in two captions"],
)
def test_a_cue_of_a_minor_beside_a_mature_one_escalates(
    tmp_path: Path, captions: tuple[str, ...]
) -> None:
    report = check_dataset(fill(tmp_path / "set", [*LAKES, *captions]), today=TODAY)
    assert report.decision == "escalate"
    assert "minor.mature" in codes(report.reasons)


def test_a_cue_of_a_minor_alone_is_noted_for_a_person_to_look(tmp_path: Path) -> None:
    report = check_dataset(fill(tmp_path / "garden", [f"a {MINOR} in a garden"]), today=TODAY)
    assert report.allowed
    assert report.minor.captions.n == 1
    assert "minor.cue" in codes(report.notes)


def test_the_mature_side_may_stand_in_a_sample_prompt(tmp_path: Path) -> None:
    fill(tmp_path / "set", [f"a {MINOR} in a garden"])
    (tmp_path / "job.yaml").write_text(
        f"config:\n  name: garden\n  process:\n  - sample:\n      prompts:\n      - {MATURE}\n"
    )
    assert check_dataset(tmp_path, today=TODAY).decision == "escalate"


def test_a_name_that_only_the_captions_say_is_found(tmp_path: Path) -> None:
    texts = [f"a photo of Maria Jones {what}" for what in ("smiling", "in a park", "at a desk")]
    report = check_dataset(fill(tmp_path / "images", texts), today=TODAY)
    assert report.names_in_captions.n == len(texts)
    assert report.decision == "block"


def test_an_animal_is_no_person_though_the_signal_alone_may_think_so(tmp_path: Path) -> None:
    folder = fill(tmp_path / "sks dog", ["photo of sks dog in a garden"])
    report = check_dataset(folder, today=TODAY)
    assert report.allowed
    assert report.real_person.value is not True or "real_person.unsure" in codes(report.notes)


def test_a_folder_that_says_nothing_has_no_answer(tmp_path: Path) -> None:
    report = check_dataset(fill(tmp_path / "images", ["a bowl of fruit"]), today=TODAY)
    assert report.real_person.value is None
    assert "real_person.unknown" in codes(report.notes)


def test_regularisation_images_are_not_what_is_aimed_at(tmp_path: Path) -> None:
    fill(tmp_path / "landscapes", LAKES)
    fill(tmp_path / "1_velda_orrin woman", PERSON)
    (tmp_path / "dataset.toml").write_text(
        '[[datasets]]\n[[datasets.subsets]]\nimage_dir = "landscapes"\n'
        '[[datasets.subsets]]\nimage_dir = "1_velda_orrin woman"\nis_reg = true\n'
    )
    assert not check_dataset(tmp_path, today=TODAY).real_person.aims


OPENED: list[str] | None = None


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note every file that this process opens, by whatever way."""
    if event == "open" and OPENED is not None:
        OPENED.append(os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else "")


sys.addaudithook(watch)


def test_no_image_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every open of the interpreter is watched; most images are pipes, on which a read hangs."""
    person_set(tmp_path)
    (tmp_path / "10_velda_orrin woman" / "photo.jpg").write_bytes(b"not to be read")
    opened: list[str] = []
    monkeypatch.setattr(sys.modules[__name__], "OPENED", opened)
    report = check_dataset(tmp_path, today=TODAY)
    assert sum(name.endswith(".txt") for name in opened) == len(PERSON)
    assert not [name for name in opened if is_picture(name)]
    assert report.files.images == len(PERSON) + 1


def command(*arguments: object) -> int:
    return run(cli, ["dataset", "check", *map(str, arguments)])


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = person_set(tmp_path / "person")
    assert command(person) == 5
    manifest(person)
    assert command(person) == 0
    lakes = fill(tmp_path / "lakes", LAKES)
    assert command(lakes) == 0
    (lakes / "bad.txt").write_bytes(b"lake \xff\xfe")
    assert command(lakes) == 3
    assert command(tmp_path / "nowhere") == 2
    assert capsys.readouterr().err.splitlines()[-2].startswith("error: no such folder")


@pytest.mark.parametrize("name", ["empty", "dataset", "velda_orrin woman"])
def test_an_empty_folder_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Nothing was read: neither `no objection` nor any other answer."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "dataset.toml").write_text("[general]\n[[datasets]]\n")
    assert command(folder) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "no caption" in err


@pytest.mark.parametrize("caption", [None, " \n"])
def test_names_of_images_alone_are_no_answer_but_may_be_a_reason(
    tmp_path: Path, caption: str | None
) -> None:
    for name in ("landscapes", "10_velda_orrin woman"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").touch()
        if caption is not None:
            (tmp_path / name / "1.txt").write_text(caption)
    lakes = check_dataset(tmp_path / "landscapes", today=TODAY)
    assert (lakes.real_person.value, lakes.real_person.score) == (None, None)
    assert lakes.files.not_read == {"no_text": 1}
    assert "real_person.unknown" in codes(lakes.notes)
    assert command(tmp_path / "landscapes") == 3
    assert command(tmp_path / "10_velda_orrin woman") == 5


def test_a_manifest_that_does_not_count_is_void_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest(person_set(tmp_path), valid_until="2020-01-01")
    assert command(tmp_path) == 5
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("consent")]
    assert line.split(maxsplit=1)[1] == "void (file): it is not in force on this day"


def test_a_revealed_name_is_printed_once_and_its_use_logged_with_a_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_DATA_DIR", str(tmp_path / "data"))
    folder = person_set(tmp_path / "set")
    fill(folder / "5_velda_orrin woman", PERSON)
    digests = []
    for _ in range(2):
        command(folder, "--reveal")
        names = [
            line.partition(" (")[0]
            for line in capsys.readouterr().out.splitlines()
            if line.startswith("revealed, name")
        ]
        assert names
        assert len(set(names)) == len(names)
        log = (tmp_path / "data" / "reveal.log").read_text().splitlines()
        digests.append(json.loads(log[-1])["input_sha256"])
        (folder / "5_velda_orrin woman" / "000.txt").write_text("velda orrin woman, hat")
    assert digests[0] != digests[1]
    assert all(len(digest) == 64 for digest in digests)


def test_nothing_of_the_set_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither names nor wording nor file names stand in either form of the output."""
    person_set(tmp_path / "set", [f"velda orrin woman, {MATURE}", f"{MINOR} {MATURE}"])
    for form in ((), ("--json",)):
        assert command(tmp_path / "set", *form) == 5
        printed = "".join(capsys.readouterr()).lower()
        for word in ("velda", "orrin", "mature_term", "mature term", MINOR, "coat", ".txt"):
            assert word not in printed, word


def test_reveal_shows_words_and_is_logged_but_never_where_a_minor_may_be_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HUBWATCH_DATA", str(tmp_path / "data"))
    folder = person_set(tmp_path / "set", [f"velda orrin woman, {MATURE}"])
    command(folder, "--json", "--reveal")
    shown = capsys.readouterr()
    revealed = json.loads(shown.out)["revealed"]
    assert revealed["concepts"][0]["name"] == "velda orrin"
    assert revealed["sexualised"][0]["text"].replace("_", " ") == MATURE.replace("_", " ")
    assert "logged" in shown.err
    assert list((tmp_path / "data").rglob("reveal.log"))
    (folder / "10_velda_orrin woman" / "zz.txt").write_text(f"a {MINOR}")
    command(folder, "--json", "--reveal")
    shown = capsys.readouterr()
    assert json.loads(shown.out)["revealed"] is None
    assert "velda" not in shown.out


def test_the_report_keeps_its_form_through_json(tmp_path: Path) -> None:
    from hubwatch.adapters.dataset import DatasetReport

    report = check_dataset(person_set(tmp_path), today=TODAY)
    assert msgspec.json.decode(msgspec.json.encode(report), type=DatasetReport) == report


def test_the_hook_that_is_declared_is_the_command_that_exists() -> None:
    import yaml

    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    (hook,) = hooks
    program, *verb = hook["entry"].split()
    assert (program, verb) == ("hubwatch", ["dataset", "check"])
    assert hook["pass_filenames"] is False
    assert hook["language"] == "python"


def test_the_folder_may_be_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fill(tmp_path / "velda_orrin woman", PERSON))
    assert check_dataset(".", today=TODAY).decision == "block"


def test_a_folder_that_only_holds_folders_may_say_whom_it_is_about(tmp_path: Path) -> None:
    fill(tmp_path / "velda_orrin woman" / "images" / "raw", ["photo of a woman in a red coat"] * 3)
    report = check_dataset(tmp_path, today=TODAY)
    assert report.decision == "block"
    assert "name.form" in report.real_person.supported_by
