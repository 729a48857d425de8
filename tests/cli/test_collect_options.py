"""Options of `collect` are checked before anything is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hubwatch.cli import cli
from hubwatch.cli.collect import KINDS, LISTED, parse_kinds, parse_rate, parse_size
from hubwatch.cli.shell import run
from hubwatch.errors import ExitCode, UsageError
from hubwatch.lake.catalog import open_lake
from hubwatch.simulate.server import downloads
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.server.wire import error
from hubwatch.simulate.world.build import build_world

#: An address at which nobody listens.
NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("text", "rate"),
    [("200/s", 200.0), ("1", 1.0), ("30/min", 0.5), ("0.5/s", 0.5), ("3600/h", 1.0)],
)
def test_a_rate_is_read_as_requests_per_second(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "-1/s", "0/s", "1/day", "1e9/s", "1/s/s"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a rate"):
        parse_rate(text)


def test_kinds_are_a_comma_list_of_known_names() -> None:
    assert parse_kinds("models, images") == ("models", "images")
    with pytest.raises(UsageError, match="`pictures`"):
        parse_kinds("models,pictures")
    with pytest.raises(UsageError, match="nothing"):
        parse_kinds(",")


@pytest.mark.parametrize(
    ("text", "size"),
    [("50MB", 50_000_000), ("1.5 GB", 1_500_000_000), ("200000", 200_000), ("7kb", 7_000)],
)
def test_a_budget_is_read_as_bytes(text: str, size: int) -> None:
    assert parse_size(text) == size
    assert parse_size(None) is None


@pytest.mark.parametrize("text", ["", "much", "-1MB", "0", "0.1", "5TB", "1e9"])
def test_a_budget_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a size"):
        parse_size(text)


def test_adapters_are_collected_only_when_asked_for() -> None:
    assert "adapters" not in LISTED
    assert parse_kinds("models,adapters") == ("models", "adapters")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--kinds", "adapters", "--count-only"], "`--count-only` does not go with adapters"),
        (["--budget-bytes", "5MB"], "are for adapters"),
        (["--budget-requests", "5"], "are for adapters"),
        (["--kinds", "adapters", "--budget-bytes", "few"], "not a size"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["collect", "civitai", "--lake", str(tmp_path / "L"), "--base-url", NOBODY, *options]
    assert run(cli, command) == ExitCode.USAGE
    assert message in capsys.readouterr().err
    assert not (tmp_path / "L").exists()


@pytest.fixture
def _calm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    for name in ("HUBWATCH_KEY_FILE", "HUBWATCH_OFFLINE", "HUBWATCH_LAKE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_calm")
def test_models_then_their_adapters_in_one_command_and_the_rest_in_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "L"
    with SimulatedHub(build_world(models=60, images=60, seed=2).as_of) as hub:
        command = [
            "collect",
            "civitai",
            "--lake",
            str(lake),
            "--base-url",
            hub.base_url,
            "--rate",
            "9999",
        ]
        kinds = ["--kinds", "models,adapters", "--budget-requests", "30"]
        assert run(cli, [*command, *kinds]) == ExitCode.DONE
        first = capsys.readouterr().err
        assert run(cli, [*command, "--kinds", "adapters"]) == ExitCode.DONE
        second = capsys.readouterr().err
    assert re.search(r"read 10 of \d+ adapter headers", first)
    assert "the budget of requests is spent; run the same command again" in first
    assert re.search(r"read (\d+) of \1 adapter headers", second)
    found = re.findall(r"of (\d+) adapter", first + second)
    assert int(found[0]) == int(found[1]) + 10
    assert open_lake(lake).rows("adapters") == int(found[0])


@pytest.mark.usefixtures("_calm")
def test_adapters_of_a_hub_that_refuses_end_with_the_code_of_an_unreachable_hub(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with SimulatedHub(build_world(models=60, images=60, seed=2).as_of) as hub:
        command = [
            "collect",
            "civitai",
            "--lake",
            str(tmp_path / "L"),
            "--base-url",
            hub.base_url,
            "--rate",
            "9999",
        ]
        monkeypatch.setattr(downloads, "redirect", lambda *_: error(401, "login"))
        assert run(cli, [*command, "--kinds", "models,adapters"]) == ExitCode.UNREACHABLE
    assert "refused" in capsys.readouterr().err


def test_help_lists_every_kind_and_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["collect", "--help"]) == ExitCode.DONE
    said = " ".join(capsys.readouterr().out.split())
    about = said.partition("--kinds KINDS")[2].partition("--since")[0]
    assert all(kind in about for kind in KINDS)
    assert f"[default: {','.join(LISTED)}]" in about
