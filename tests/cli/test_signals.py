"""`hubwatch signals` as people call it."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hubwatch.cli import cli
from hubwatch.cli.shell import run
from hubwatch.errors import ExitCode
from hubwatch.signals.registry import NAMES

PROMPTS: list[Any] = [
    {"id": "a", "prompt": "1girl, portrait, red kite", "negative_prompt": "blurry"},
    {"id": "b", "prompt": ""},
    {"id": "c", "prompt": "a man and his dog on a hill"},
]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HUBWATCH_DATA_DIR", str(tmp_path / "data"))
    return


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    path = tmp_path / "prompts.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in PROMPTS))
    return path


def test_all_signals_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["signals", "list", "--json"]) == ExitCode.DONE
    found = json.loads(capsys.readouterr().out)
    assert [signal["signal"] for signal in found] == list(NAMES)
    assert run(cli, ["signals", "list"]) == ExitCode.DONE
    assert "real_person" in capsys.readouterr().out


def test_one_signal_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["signals", "show", "depicted_gender"]) == ExitCode.DONE
    assert "## Known failures" in capsys.readouterr().out
    assert run(cli, ["signals", "show", "depicted_gender", "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["signal"] == "depicted_gender"


def test_an_unknown_signal_gets_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["signals", "show", "real_persn"]) == ExitCode.USAGE
    assert "did you mean `real_person`" in capsys.readouterr().err


def test_answers_go_to_a_file_one_a_line(
    prompts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.jsonl"
    args = ["signals", "run", "depicted_gender", "--input", str(prompts), "-o", str(out)]
    assert run(cli, args) == ExitCode.DONE
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in found] == ["a", "b", "c"]
    assert [row["value"] for row in found] == ["women", None, "men"]
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "3 items" in shown.err


def test_a_bad_item_answers_an_error_and_the_exit_code_is_3(
    prompts: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    prompts.write_text(prompts.read_text() + '{"id": "d", "prompt": 7}\n{broken\n')
    assert run(cli, ["signals", "run", "evasion", "--input", str(prompts)]) == ExitCode.SOME_FAILED
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d", None]
    assert "`prompt`" in rows[3]["error"]


def test_a_missing_file_and_a_wrong_kind_are_usage_errors(
    prompts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(prompts.with_name("none.jsonl"))
    assert run(cli, ["signals", "run", "evasion", "--input", missing]) == ExitCode.USAGE
    wrong = ["signals", "run", "prompt_level", "--kind", "model", "--input", str(prompts)]
    assert run(cli, wrong) == ExitCode.USAGE
    assert "does not answer for a model" in capsys.readouterr().err


def test_stdin_that_is_a_terminal_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert run(cli, ["signals", "run", "evasion", "--input", "-"]) == ExitCode.USAGE
    assert "terminal" in capsys.readouterr().err


def test_revealing_warns_and_is_logged(
    prompts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    args = ["signals", "run", "depicted_gender", "--reveal", "--input", str(prompts)]
    assert run(cli, args) == ExitCode.DONE
    shown = capfd.readouterr()
    assert shown.err.count("warning:") == 2
    assert json.loads(shown.out.splitlines()[0])["evidence"][0]["text"] == "1girl"
    assert (tmp_path / "data" / "reveal.log").read_text().count("\n") == 1


def test_an_evaluation_prints_denominators_and_intervals(
    prompts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truths = {"a": "women", "b": None, "c": "men"}
    labelled = [{**item, "truth": truths[item["id"]]} for item in PROMPTS]
    prompts.write_text("".join(json.dumps(item) + "\n" for item in labelled))
    args = ["signals", "evaluate", "depicted_gender", "--input", str(prompts), "--label", "truth"]
    assert run(cli, [*args, "--positive", "women"]) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert "2 labelled items (1 without a label, 0 unreadable)" in shown
    assert "hidden from the signal: `truth`" in shown
    assert "average_precision" in shown
    assert run(cli, [*args, "--json"]) == ExitCode.DONE
    found = json.loads(capsys.readouterr().out)
    assert found["confusion"]["counts"] == [[1, 0, 0], [0, 1, 0]]
    assert found["whole"] is None


def test_an_evaluation_with_unreadable_items_exits_with_3_and_one_without_a_label_with_2(
    prompts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [{**item, "truth": "women"} for item in PROMPTS]
    prompts.write_text("".join(json.dumps(item) + "\n" for item in records) + "{broken\n")
    args = ["signals", "evaluate", "depicted_gender", "--input", str(prompts), "--label"]
    assert run(cli, [*args, "truth", "--positive", "women"]) == ExitCode.SOME_FAILED
    shown = capsys.readouterr().out
    assert "3 of 3 items have no `creator`" in shown
    assert "the score is not a probability" in shown
    assert "share" in shown
    assert run(cli, [*args, "truht"]) == ExitCode.USAGE
    assert "did you mean `truth`?" in capsys.readouterr().err


def test_models_given_to_a_signal_of_prompts_are_refused(
    prompts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts.write_text('{"id": 1, "name": "sky", "modelVersions": []}\n')
    assert run(cli, ["signals", "run", "prompt_level", "--input", str(prompts)]) == ExitCode.USAGE
    assert "the items are models" in capsys.readouterr().err


@pytest.mark.parametrize(("verb", "after"), [("run", "anew"), ("evaluate", "anew"),
                                             ("build", "resume")])  # fmt: skip
def test_help_says_whether_an_interrupted_run_goes_on(
    verb: str, after: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, ["signals", verb, "--help"]) == ExitCode.DONE
    shown = " ".join(capsys.readouterr().out.split())
    assert f"130 interrupted, run again to {'start ' if after == 'anew' else ''}{after}" in shown


def test_an_interrupted_run_does_not_promise_to_go_on(
    prompts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hubwatch.signals.run.run_signal", interrupted)
    args = ["signals", "run", "evasion", "--input", str(prompts)]
    assert run(cli, args) == ExitCode.INTERRUPTED
    shown = capsys.readouterr().err
    assert "run it again" in shown
    assert "goes on" not in shown


def test_a_signal_says_whether_its_score_is_a_probability(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(cli, ["signals", "list", "--json"]) == ExitCode.DONE
    found = {one["signal"]: one["probability"] for one in json.loads(capsys.readouterr().out)}
    assert {name for name, said in found.items() if said} == {"real_person", "prompt_level"}


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("cut", [True, False])
def test_a_damaged_compressed_input_is_not_an_empty_one(
    suffix: str, cut: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"items.jsonl{suffix}"
    raw = b"".join(b'{"id": %d, "prompt": "kite %d"}\n' % (i, i * i) for i in range(500))
    packed = gzip.compress(raw) if suffix == ".gz" else bytes(pa.compress(raw, "zstd", True))
    path.write_bytes(packed[:20] if cut else b"garbage\n")
    given = ["--input", str(path)]
    for args in (["run", "evasion", *given], ["evaluate", "evasion", *given, "--label", "x"]):
        assert run(cli, ["signals", *args]) == ExitCode.USAGE
        assert "`items.jsonl" in capsys.readouterr().err
    path.write_bytes(packed + packed[:20])
    assert run(cli, ["signals", "run", "evasion", *given]) == ExitCode.SOME_FAILED


def test_the_output_may_not_be_the_input(
    prompts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, link = prompts.read_bytes(), tmp_path / "link.jsonl"
    link.symlink_to(prompts)
    for out in (prompts, link):
        args = ["signals", "run", "evasion", "--input", str(prompts), "-o", str(out)]
        assert run(cli, args) == ExitCode.USAGE
        assert "is the input itself" in capsys.readouterr().err
    assert prompts.read_bytes() == before
