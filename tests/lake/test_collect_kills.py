"""Wherever a collection dies, the next runs end where a calm one would."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st
from pretend_hub import PretendHub, cursor_refused

from hubwatch.lake.collect import CollectSummary, collect
from hubwatch.lake.collect import run as collect_run
from hubwatch.lake.raw import SnapshotWriter, read_records, snapshots


class KilledError(BaseException):
    """Stands for SIGKILL: nothing catches it."""


class Killer:
    """Kills at chosen steps: before or after an append or a checkpoint."""

    def __init__(self, steps: set[int]) -> None:
        self.steps, self.now = steps, 0

    def step(self) -> None:
        self.now += 1
        if self.now in self.steps:
            raise KilledError

    def around(self, method: object) -> object:
        def called(writer: SnapshotWriter, *args: object) -> None:
            self.step()
            method(writer, *args)  # type: ignore[operator]
            self.step()

        return called


def lose(name: str, walk: int, number: int) -> set[int]:
    return {number * 10 + walk} if (walk + number) % 4 == 0 else set()


def restless_hub() -> PretendHub:
    """Return a hub with losses, a cursor that expires, a hidden middle, and finer slices."""
    return PretendHub(
        {"deep": range(600), "calm": range(1000, 1035)}
        | {f"v{n}": range(n, 600, 8) for n in range(8)},
        pieces={("deep", "first"): [f"v{n}" for n in range(8)]},
        depth=120,
        lose=lose,
        refuse=lambda name, walk, number: (
            cursor_refused() if (name, walk, number) == ("calm", 1, 3) else None
        ),
    )


def run(lake: Path) -> CollectSummary:
    return collect(restless_hub(), lake, kinds=["images"])


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(1, 260), max_size=12), st.booleans())
def test_killed_anywhere_it_ends_as_if_never_killed(steps: set[int], eager: bool) -> None:
    killer = Killer(steps)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(collect_run, "DEEP", 120),
        mock.patch("hubwatch.lake.collect.walk._CHECKPOINT_EVERY", 0.0 if eager else 1e9),
        mock.patch.object(SnapshotWriter, "append", killer.around(SnapshotWriter.append)),
        mock.patch.object(SnapshotWriter, "checkpoint", killer.around(SnapshotWriter.checkpoint)),
        mock.patch("os.fsync"),
    ):
        lake = Path(folder) / "lake"
        for _ in range(len(steps) + 1):
            try:
                summary = run(lake)
                break
            except KilledError:
                continue
        (manifest,) = snapshots(lake)
        records = [record for _, _, record in read_records(lake, "civitai", manifest.id)]
    assert summary.state == "complete"
    assert manifest.state == "complete"
    stored = {key for record in records for key in json.loads(record.exact())}
    assert stored == set(map(str, [*range(600), *range(1000, 1035)]))
    assert summary.items == {"images": 635}
    places = Counter((r.slice, r.walk, r.position, r.via) for r in records)
    assert max(places.values()) == 1
