"""`hubwatch report` tells people on stderr what the page could not show."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from hubwatch.cli.report import report


def test_what_is_left_out_is_named_on_stderr(results: Path, tmp_path: Path) -> None:
    (results / "lorenz.csv").unlink()
    done = CliRunner().invoke(
        report, ["--results", str(results), "--out", str(tmp_path / "page.html")]
    )
    assert done.exit_code == 0
    assert "left out: Concentration" in done.stderr
    assert "measures that the results lack: lorenz" in done.stderr
    assert done.stdout == ""


def test_a_whole_report_names_nothing(results: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        report, ["--results", str(results), "--out", str(tmp_path / "page.html")]
    )
    assert "left out" not in done.stderr
