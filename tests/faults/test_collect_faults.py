"""Collecting from the simulated hub: through faults, kills and hidden depths, nothing is lost."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from hubwatch.errors import LakeError
from hubwatch.hubs.civitai import connect
from hubwatch.lake.collect import CollectSummary, collect
from hubwatch.lake.collect import run as collect_run
from hubwatch.lake.raw import RawRecord, read_records, snapshots
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.world.build import World, build_world

MODELS, IMAGES = 300, 4000

#: A collector in a process of its own, to be killed.
COLLECTOR = """
import sys
from pathlib import Path
from hubwatch.hubs.civitai import connect
from hubwatch.lake.collect import collect
hub = connect(base_url=sys.argv[1], rate=100.0)
print(collect(hub, Path(sys.argv[2]), kinds=["models", "images"]).state)
"""


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(models=MODELS, images=IMAGES, months=26, seed=5)


Serve = Callable[..., SimulatedHub]


@pytest.fixture
def serving(world: World, monkeypatch: pytest.MonkeyPatch) -> Serve:
    monkeypatch.delenv("HUBWATCH_OFFLINE", raising=False)
    monkeypatch.delenv("HUBWATCH_HUB_CIVITAI_TOKEN", raising=False)
    return lambda **options: SimulatedHub(world.as_of, **options)


def gather(hub: SimulatedHub, lake: Path, *kinds: str) -> CollectSummary:
    return collect(connect(base_url=hub.base_url), lake, kinds=kinds or ("models", "images"))


def records(lake: Path) -> list[RawRecord]:
    return [
        record
        for manifest in snapshots(lake)
        for _, _, record in read_records(lake, manifest.hub, manifest.id)
    ]


def ids_of(lake: Path, kind: str) -> set[str]:
    return {
        str(item["id"])
        for record in records(lake)
        if record.kind == kind
        for item in json.loads(record.body)["items"]
    }


@pytest.mark.parametrize("faults", ["none", "some", "many"])
def test_every_model_and_image_arrives_whatever_goes_wrong(
    serving: Serve, tmp_path: Path, faults: Literal["none", "some", "many"]
) -> None:
    with serving(faults=faults, seed=3) as hub:
        summary = gather(hub, tmp_path / "lake")
        if faults == "many":
            assert len(hub.faults_sent) > 5
            assert summary.retries
    assert summary.state == "complete"
    assert summary.items == {"models": MODELS, "images": IMAGES}
    assert len(ids_of(tmp_path / "lake", "models")) == MODELS
    assert len(ids_of(tmp_path / "lake", "images")) == IMAGES
    assert sum(summary.slices.values()) == 8


def test_killed_at_random_moments_it_goes_on_and_repeats_nothing(
    serving: Serve, tmp_path: Path
) -> None:
    lake, chance = tmp_path / "lake", random.Random(20241231)
    with serving(faults="some", seed=4) as hub:
        command = [sys.executable, "-c", COLLECTOR, hub.base_url, str(lake)]
        killed = 0
        for _ in range(3):
            started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            wait_for_pages(lake, pages_in(lake) + chance.randrange(2, 9), started)
            killed += started.poll() is None
            started.send_signal(signal.SIGKILL)
            started.wait(timeout=30)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert killed == 3, "the collector ended before it could be killed"
    assert done.stdout.strip() == "complete"
    assert len(snapshots(lake)) == 1
    places = Counter((r.slice, r.walk, r.position, r.via) for r in records(lake))
    assert max(places.values()) == 1
    assert len(ids_of(lake, "models")) == MODELS
    assert len(ids_of(lake, "images")) == IMAGES


def wait_for_pages(lake: Path, pages: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the raw files have grown by some pages, or the process has ended."""
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        if pages_in(lake) >= pages:
            return
        time.sleep(0.01)


def pages_in(lake: Path) -> int:
    """Count the pages in raw files that may be growing: one frame each."""
    frame = b"\x28\xb5\x2f\xfd"
    return sum(path.read_bytes().count(frame) for path in lake.glob("raw/*/*/*.zst"))


def test_a_depth_limit_hides_nothing_in_the_end(
    serving: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be reached by any cut is not hidden: the slice says so, with its coverage."""
    monkeypatch.setattr(collect_run, "DEEP", 400)
    with serving(depth_limit=400) as hub:
        summary = gather(hub, tmp_path / "lake")
    assert summary.slices["complete"] > 100, "it was cut into many"
    missing = IMAGES - summary.items["images"]
    assert missing < IMAGES / 100
    if missing:
        covered = [end.covered for end in summary.doubtful if end.state == "truncated"]
        assert covered
        assert all(share is not None and 0.9 < share < 1 for share in covered)


def test_two_collectors_on_one_lake(serving: Serve, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with serving() as hub:
        command = [sys.executable, "-c", COLLECTOR, hub.base_url, str(lake)]
        first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            wait_for_pages(lake, 1, first)  # type: ignore[arg-type]
            with pytest.raises(LakeError, match="in use"):
                gather(hub, lake)
            told, _ = first.communicate(timeout=60)
        finally:
            first.kill()
    assert told.strip() == "complete"


def test_the_token_is_nowhere_but_in_the_header(
    serving: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "tok-0d9fa1"
    monkeypatch.setenv("HUBWATCH_HUB_CIVITAI_TOKEN", token)
    with serving(token=token) as hub:
        gather(hub, tmp_path / "lake", "models")
    (manifest,) = snapshots(tmp_path / "lake")
    assert manifest.collector["probe"] == {"token": "accepted", "mature": "shown"}
    for path in (tmp_path / "lake").rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes()
    assert not any(token in repr(record) for record in records(tmp_path / "lake"))
