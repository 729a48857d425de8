"""The whole way through the installed command: a hub's answers in, a page out."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "hubwatch"]
MODELS, IMAGES = 300, 3_000


@pytest.fixture(scope="module", autouse=True)
def _own_config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))
    yield
    patch.undo()


def hubwatch(*arguments: object, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


def rows_of(lake: Path) -> dict[str, int]:
    done = hubwatch("lake", "show", "--lake", lake, "--json")
    assert done.returncode == 0, done.stderr
    return {name: table["rows"] for name, table in json.loads(done.stdout)["tables"].items()}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@contextmanager
def served(faults: str, as_of: str | None = None) -> Iterator[str]:
    command = [*COMMAND, "simulate", "serve", "--models", str(MODELS), "--images", str(IMAGES)]
    command += ["--seed", "5", "--faults", faults]
    command += ["--as-of", as_of] if as_of else []
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        line = server.stderr.readline()
        found = re.search(r"ready (http://127\.0\.0\.1:\d+)", line)
        assert found, line
        yield found[1]
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hub")
    done = hubwatch(
        "simulate", "write", "--out", out, "--models", MODELS, "--images", IMAGES, "--seed", 5
    )
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def lake(answers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lake") / "lake"
    files = sorted(answers.glob("*.jsonl.zst"))
    done = hubwatch("import", "civitai", *files, "--lake", path)
    assert done.returncode == 0, done.stderr
    return path


def test_written_answers_become_a_lake_of_exactly_the_asked_size(lake: Path) -> None:
    rows = rows_of(lake)
    assert rows["models"] == MODELS
    assert rows["images"] >= IMAGES
    assert rows["quarantine"] == 0
    assert rows["prompts"] > 0


def test_importing_and_measuring_again_changes_no_byte(
    answers: Path, lake: Path, tmp_path: Path
) -> None:
    results = tmp_path / "results"
    assert hubwatch("measure", "--lake", lake, "--out", results).returncode == 0
    before = {p.name: p.read_bytes() for p in sorted(results.iterdir())}
    assert len(before) > 10
    files = sorted(answers.glob("*.jsonl.zst"))
    assert hubwatch("import", "civitai", *files, "--lake", lake).returncode == 0
    assert hubwatch("measure", "--lake", lake, "--out", results).returncode == 0
    assert {p.name: p.read_bytes() for p in sorted(results.iterdir())} == before


def test_the_report_names_no_creator_and_no_depicted_person(
    answers: Path, lake: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    done = hubwatch("report", "--lake", lake, "--out", page)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    text = page.read_text(encoding="utf-8")
    assert "Everything here is fictional" in text
    import pyarrow as pa

    names, handles = set(), set()
    for file in answers.glob("models*.jsonl.zst"):
        for line in pa.input_stream(str(file), compression="zstd").read().splitlines():
            for model in json.loads(line)["items"]:
                if model["poi"] and len(model["name"].split()) > 1:
                    names.add(model["name"])
                if (model.get("creator") or {}).get("username"):
                    handles.add(model["creator"]["username"])
    assert len(names) > 5
    assert len(handles) > 20
    assert not {name for name in names | handles if name in text}


def test_collecting_through_faults_and_a_kill_ends_like_collecting_in_peace(
    tmp_path: Path,
) -> None:
    found = {}
    for faults in ("none", "many"):
        with served(faults) as url:
            lake = tmp_path / faults
            args = ["collect", "civitai", "--base-url", url, "--lake", str(lake), "--rate", "200/s"]
            if faults == "many":
                killed = subprocess.Popen([*COMMAND, *args], stderr=subprocess.DEVNULL)
                time.sleep(1.5)
                killed.send_signal(signal.SIGKILL)
                killed.wait()
            done = hubwatch(*args)
            assert done.returncode in (0, 3), done.stderr
            rows = rows_of(lake)
            found[faults] = {name: rows[name] for name in ("models", "versions", "images")}
            assert hubwatch("lake", "verify", "--lake", lake).returncode == 0
    assert found["none"] == found["many"]
    assert found["none"]["models"] == MODELS
    assert found["none"]["images"] == IMAGES


def test_two_collectors_on_one_lake_are_not_possible(tmp_path: Path) -> None:
    with served("none") as url:
        args = ["collect", "civitai", "--base-url", url, "--lake", str(tmp_path / "l")]
        first = subprocess.Popen([*COMMAND, *args, "--rate", "2/s"], stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                if (tmp_path / "l" / "raw").exists():
                    break
                time.sleep(0.1)
            second = hubwatch(*args)
            assert second.returncode == 2
            assert second.stderr.startswith("error:")
            assert "Traceback" not in second.stderr
        finally:
            first.kill()
            first.wait()


def test_the_demo_leaves_a_lake_results_and_a_report(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    done = hubwatch("demo", "--out", out, "--models", 200, "--images", 2000)
    assert done.returncode == 0, done.stderr
    assert (out / "report.html").stat().st_size > 20_000
    assert read_csv(out / "results" / "nsfw_share.csv")
    assert rows_of(out / "lake")["models"] == 200
    again = hubwatch("demo", "--out", tmp_path, "--models", 200, "--images", 2000)
    assert again.returncode == 2
    assert "not a demo" in again.stderr


def test_a_lake_can_be_named_by_the_environment(lake: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "lake", "show", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "HUBWATCH_LAKE": str(lake)},
    )
    assert json.loads(done.stdout)["tables"]["models"]["rows"] == MODELS


def test_two_snapshots_on_two_days_tell_what_became_of_items(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    for day in ("2024-06-30", "2024-12-31"):
        with served("none", as_of=day) as url:
            args = ["collect", "civitai", "--base-url", url, "--lake", lake, "--rate", "500/s"]
            assert hubwatch(*args, "--kinds", "models,images").returncode == 0
    import pyarrow.parquet as pq

    files = sorted((lake / "tables" / "item_states").glob("*.parquet"))
    states = pq.ParquetDataset(files).read(["kind", "state"]).to_pylist()
    models = [row["state"] for row in states if row["kind"] == "models"]
    assert models.count("listed") == MODELS
    assert 0 < models.count("unknown") < MODELS
    assert "gone" not in models
