"""The command line's conventions: streams, errors, exit codes, help."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from hubwatch.cli import cli
from hubwatch.cli.shell import LazyGroup, Verb, run
from hubwatch.errors import (
    ExitCode,
    GateError,
    HubUnreachableError,
    HubwatchError,
    InputError,
    LakeError,
    StorageError,
    UsageError,
)


def every_command(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths of all commands below a group."""
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        here = (*path, name)
        found.append(here)
        if isinstance(command, click.Group):
            found += every_command(command, here)
    return found


COMMANDS = every_command(cli)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_examples_and_exit_codes(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, [*path, "--help"]) == ExitCode.DONE
    shown = capsys.readouterr()
    assert shown.err == ""
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    assert isinstance(command, click.Group | Verb)
    if isinstance(command, Verb):
        assert "Examples:" in shown.out
        assert "Exit codes:" in shown.out


@pytest.mark.parametrize("group", [(), ("lake",), ("measures",), ("simulate",), ("config",)])
def test_a_bare_noun_prints_help_and_ends_well(
    group: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, list(group)) == ExitCode.DONE
    assert "Commands" in capsys.readouterr().out


def test_an_unknown_verb_proposes_the_nearest_and_exits_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(cli, ["colect"]) == ExitCode.USAGE
    assert (
        capsys.readouterr().err
        == "error: no such command `colect`\nhint: did you mean `collect`?\n"
    )


def test_an_unknown_option_is_one_error_and_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["lake", "show", "--laek", "x"]) == ExitCode.USAGE
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: no such option")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x", hint="y"), 2),
        (InputError("x", hint="y"), 2),
        (LakeError("x", hint="y"), 2),
        (StorageError("x", hint="y"), 1),
        (HubUnreachableError("x", hint="y"), 4),
        (GateError("x", hint="y"), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_expected_failure_is_an_error_line_a_hint_line_and_its_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    assert run(failing, []) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.strip().splitlines()
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")
    assert len(lines) == 2


def test_an_unforeseen_failure_is_one_line_and_a_traceback_only_when_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.command()
    @click.option("-v", "verbose", is_flag=True)
    def failing(verbose: bool) -> None:
        raise ZeroDivisionError("boom")

    assert run(failing, []) == ExitCode.BUG
    assert "Traceback" not in capsys.readouterr().err
    assert run(failing, ["-v"]) == ExitCode.BUG
    assert "Traceback" in capsys.readouterr().err


def test_with_json_the_error_is_a_problem_object_on_stderr(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(cli, ["lake", "show", "--json", "--lake", str(tmp_path / "none")]) == ExitCode.USAGE
    shown = capsys.readouterr()
    assert shown.out == ""
    problem = json.loads(shown.err)
    assert set(problem) == {"type", "title", "status", "detail", "hint"}
    assert problem["status"] == 2


def test_exit_codes_are_the_published_ones() -> None:
    published = {
        "DONE": 0,
        "BUG": 1,
        "USAGE": 2,
        "SOME_FAILED": 3,
        "UNREACHABLE": 4,
        "GATE": 5,
        "INTERRUPTED": 130,
    }
    assert {code.name: int(code) for code in ExitCode} == published


def test_every_error_class_says_when_it_is_raised() -> None:
    for kind in HubwatchError.__subclasses__():
        assert kind.__doc__
        assert len(kind.__doc__.split()) >= 5


def test_help_imports_nothing_heavy_and_is_quick() -> None:
    heavy = ["duckdb", "pyarrow", "numpy", "altair", "httpx2", "rich", "jinja2", "msgspec"]
    code = (
        "import sys; from hubwatch.cli import cli; from hubwatch.cli.shell import run; "
        f"run(cli, ['--help']); sys.exit(any(m in sys.modules for m in {heavy}))"
    )
    started = time.process_time()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert time.process_time() - started < 5


def test_the_list_of_commands_matches_the_modules() -> None:
    assert isinstance(cli, LazyGroup)
    for name, (_, short) in cli.commands_at.items():
        assert cli.get_command(click.Context(cli), name) is not None
        assert short.endswith(".")


def test_a_closed_pipe_ends_quietly() -> None:
    command = f"{sys.executable} -m hubwatch --help | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""


def test_a_pipe_closed_in_the_middle_ends_quietly_and_well() -> None:
    command = f"{sys.executable} -m hubwatch doctor | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_output_is_one_error() -> None:
    command = f"{sys.executable} -m hubwatch doctor --json > /dev/full"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "no space left" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.EACCES])
def test_a_wrong_path_is_the_users_to_mend(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def failing() -> None:
        raise OSError(number, os.strerror(number), "some/file")

    assert run(failing, []) == ExitCode.USAGE
    shown = capsys.readouterr().err
    assert "`some/file`" in shown
    assert "bug" not in shown


def test_a_page_and_its_pdf_must_be_two_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    same = str(tmp_path / "x.html")
    assert run(cli, ["report", "--results", "r", "--out", same, "--pdf", same]) == ExitCode.USAGE
    assert run(cli, ["report", "--results", "r", "--out", "-"]) == ExitCode.USAGE
    assert not (tmp_path / "x.html").exists()


def test_a_missing_argument_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["collect"]) == ExitCode.USAGE
    first, second = capsys.readouterr().err.strip().splitlines()
    assert first.endswith("civitai")
    assert second == "hint: see `hubwatch collect --help`"


def test_progress_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    from hubwatch.cli.console import Noise, Progress

    work = Progress("importing", "records", Noise())
    for _ in range(3):
        work.advance(20)
    assert work.done == 60
