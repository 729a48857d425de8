"""Collecting adapters through kills and faults: nothing is lost, nothing is asked for twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest
from hub_lakes import Asked, read, rows_of, truth_of

from hubwatch.errors import StorageError
from hubwatch.lake.catalog import open_lake, read_catalog
from hubwatch.lake.inspecting import verify
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.world.build import World

COLLECTOR = """
import sys
from pathlib import Path
from hubwatch.adapters.collect import collect_adapters
collect_adapters(Path(sys.argv[2]), base_url=sys.argv[1], rate=float(sys.argv[3]), chunk=5)
"""


def _committed(lake: Path) -> int:
    return sum(file.rows for file in read_catalog(lake).tables.get("adapters", []))


def _kill_when(lake: Path, address: str, files: int) -> None:
    """Run a collector in a process of its own and kill it once so many files are committed."""
    order = [sys.executable, "-c", COLLECTOR, address, str(lake), "150"]
    with subprocess.Popen(order, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + 60
            while _committed(lake) < files and process.poll() is None:
                assert time.monotonic() < end
                time.sleep(0.01)
            time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGKILL)


def test_a_killed_collection_goes_on_and_asks_for_nothing_twice_that_it_has(
    world: World, lake: Path, asked: Asked
) -> None:
    with SimulatedHub(world.as_of) as hub:
        for files in (5, 30, 60):
            _kill_when(lake, hub.base_url, files)
            kept = {row["version_id"] for row in rows_of(lake, "adapters")}
            assert files <= len(kept) < len(truth_of(world))
            before = Counter(asked.versions)
            assert all(before[version] == 1 for version in kept)
            assert before.total() - len(kept) <= 15, "no more is lost than what was held"
            asked.versions[:] = sorted(kept)
        summary = read(hub, lake)
    rows = rows_of(lake, "adapters")
    assert summary.state == "complete"
    assert max(Counter(asked.versions).values()) == 1
    assert len({row["file_id"] for row in rows}) == len(rows) == len(set(asked.versions))
    assert verify(lake) == []


@pytest.mark.parametrize("rate", ["some", "many"])
def test_faults_change_nothing_of_what_is_read(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch, rate: Literal["some", "many"]
) -> None:
    monkeypatch.setattr("hubwatch.hubs.http.LOOPBACK_SCALE", 0.0)
    monkeypatch.setattr("hubwatch.hubs.http.PoliteClient._wait", lambda *_: None)
    with SimulatedHub(world.as_of, faults=rate, seed=3) as hub:
        runs = [read(hub, lake)]
        while runs[-1].settled < runs[-1].found and len(runs) < 5:
            runs.append(read(hub, lake))
        assert sum(hub.faults_sent.values()) > 5
    truth, rows = truth_of(world), rows_of(lake, "adapters")
    assert Counter(row["status"] for row in rows) == {"read": runs[0].found}
    assert len({row["file_id"] for row in rows}) == len(rows)
    assert all(row["rank"] == truth[row["file_id"]]["rank"] for row in rows)


@pytest.mark.parametrize(
    "kind", ["range_ignored", "range_wrong", "range_short", "link_expired", "connection_reset",
             "truncated_length", "truncated_chunks", "duplicated_headers"]
)  # fmt: skip
def test_each_fault_of_a_range_alone_is_got_over(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("hubwatch.hubs.http.LOOPBACK_SCALE", 0.0)
    with SimulatedHub(world.as_of, fault_kinds=[kind], fault_share=0.3, seed=2) as hub:
        summary = read(hub, lake, limit=12)
        assert hub.faults_sent[kind] > 1
    assert (summary.read, summary.refused, summary.failed) == (12, 0, 0)


def test_a_full_disk_keeps_what_was_committed(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubwatch.adapters import shelf

    commit, count = shelf.commit_tables, [0]

    def full(*args: Any, **options: Any) -> None:
        count[0] += 1
        if count[0] > 2:
            raise StorageError("no space left", hint="free some")
        commit(*args, **options)

    monkeypatch.setattr(shelf, "commit_tables", full)
    with SimulatedHub(world.as_of) as hub, pytest.raises(StorageError):
        read(hub, lake, chunk=5)
    assert len(rows_of(lake, "adapters")) == 10
    assert open_lake(lake).rows("adapters") == 10
    assert verify(lake) == []


def test_an_interruption_commits_what_is_held(world: World, lake: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with SimulatedHub(world.as_of) as hub, pytest.raises(KeyboardInterrupt):
        read(hub, lake, progress=stop)
    assert len(rows_of(lake, "adapters")) == 8


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("rate", ["some", "many"])
def test_faults_never_make_more_bytes_come_than_the_budget_allows(
    world: World,
    lake: Path,
    monkeypatch: pytest.MonkeyPatch,
    rate: Literal["some", "many"],
    seed: int,
) -> None:
    monkeypatch.setattr("hubwatch.hubs.http.LOOPBACK_SCALE", 0.0)
    monkeypatch.setattr("hubwatch.hubs.http.PoliteClient._wait", lambda *_: None)
    with SimulatedHub(world.as_of, faults=rate, seed=seed) as hub:
        for budget in (1_000, 30_000, 100_000):
            before = len(rows_of(lake, "adapters"))
            summary = read(hub, lake, max_bytes=budget)
            assert (summary.state, summary.bytes <= budget) == ("budget", True)
            assert len(rows_of(lake, "adapters")) == before + summary.settled


def test_whole_files_are_charged_and_read_no_further_than_the_budget(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubwatch.hubs.http.LOOPBACK_SCALE", 0.0)
    with SimulatedHub(world.as_of, fault_kinds=["range_ignored"], fault_share=1.0, seed=2) as hub:
        summary = read(hub, lake, max_bytes=100_000)
    headers = sum(row["header_bytes"] + 8 for row in rows_of(lake, "adapters"))
    assert (summary.state, summary.read > 1) == ("budget", True)
    assert headers <= summary.bytes <= 100_000
