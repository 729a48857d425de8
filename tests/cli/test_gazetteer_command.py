"""`hubwatch gazetteer`: what it says, and that it never says a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hubwatch.cli import cli
from hubwatch.cli.shell import run
from hubwatch.errors import ExitCode

ROWS = "name,gender,occupation\nVeluzia Skovemmel,female,singer\nOsholmo Pelt,male,actor\n"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUBWATCH_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "list.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_build_then_show_counts_and_names_nobody(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["gazetteer", "build", "--csv", str(table), "--licence", "CC0-1.0"]
    assert run(cli, arguments) == ExitCode.DONE
    assert run(cli, ["gazetteer", "show", "--json"]) == ExitCode.DONE
    out, err = capsys.readouterr()
    facts = json.loads(out)
    assert facts["counts"]["source"]["csv"] == 2
    assert facts["counts"]["gender"]["man"] == 1
    assert facts["sources"][0]["licence"] == "CC0-1.0"
    assert "2 persons" in err
    assert "skovemmel" not in (out + err).lower()


def test_rows_set_aside_are_said_with_their_own_exit_code(table: Path) -> None:
    table.write_text(ROWS + ",,\n", encoding="utf-8")
    arguments = ["gazetteer", "build", "--csv", str(table), "--licence", "CC0-1.0"]
    assert run(cli, arguments) == ExitCode.SOME_FAILED


def test_the_deny_setting_holds_for_every_build(
    table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deny = table.with_name("deny.txt")
    deny.write_text("veluzia skovemmel\n", encoding="utf-8")
    monkeypatch.setenv("HUBWATCH_GAZETTEER_DENY", str(deny))
    run(cli, ["gazetteer", "build", "--csv", str(table), "--licence", "CC0-1.0"])
    run(cli, ["gazetteer", "show", "--json"])
    out, err = capsys.readouterr()
    assert json.loads(out)["counts"]["source"]["csv"] == 1
    assert "1 name denied" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["build", "--from-package"],
        ["build", "--wikidata", "missing.json"],
        ["show", "--file", "missing.hwg"],
    ],
)
def test_what_cannot_work_is_one_error_and_a_hint(
    arguments: list[str], table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, ["gazetteer", *arguments]) == ExitCode.USAGE
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "hint: " in err
