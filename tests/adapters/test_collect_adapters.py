"""Collecting adapters: what is read is what was planted, once, within a budget, without names."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hub_lakes import Asked, copy_lake, read, rows_of, truth_of

from hubwatch.adapters import collect as module
from hubwatch.adapters.summary import summary_of
from hubwatch.adapters.waiting import waiting_files
from hubwatch.errors import HubUnreachableError, LakeError
from hubwatch.hubs.exchange import Traffic
from hubwatch.lake.catalog import open_lake, read_catalog
from hubwatch.lake.inspecting import verify
from hubwatch.lake.layout import lock_lake
from hubwatch.lake.refine import refine
from hubwatch.simulate.server import downloads
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.server.wire import error
from hubwatch.simulate.world.build import World

_SAME = {
    "trainer": "trainer", "rank": "rank", "alpha": "alpha", "training_images": "images",
    "repeats": "repeats", "epochs": "epochs", "steps": "steps", "resolution": "resolution",
    "optimizer": "optimizer",
}  # fmt: skip


def test_every_adapter_is_read_as_it_was_planted(world: World, lake: Path) -> None:
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake)
    rows, truth = rows_of(lake, "adapters"), truth_of(world)
    assert summary.state == "complete"
    assert summary.found == summary.read == len(rows) > 100
    assert summary.requests == 3 * len(rows)
    assert len({row["file_id"] for row in rows}) == len(rows)
    told = [(row, truth[row["file_id"]]) for row in rows]
    assert all((row["stripped"], row["month"]) == (t["stripped"], t["month"]) for row, t in told)
    assert all(row["rank"] == t["rank"] for row, t in told), "shapes tell it of every file"
    told = [(row, t) for row, t in told if not t["stripped"]]
    for column, planted in _SAME.items():
        spoken = [(row, t) for row, t in told if row[column] is not None]
        assert len(spoken) > 60, column
        assert all(row[column] == t[planted] for row, t in spoken), column
    assert {row["trainer"] for row, _ in told} == {
        *("kohya", "onetrainer", "ai-toolkit", "diffusers", "onsite", "unknown"),
    }
    styles = [row["caption_style"] == t["caption_style"] for row, t in told]
    assert sum(styles) / len(styles) > 0.97


def test_tags_belong_to_read_files_and_are_counted(world: World, lake: Path) -> None:
    with SimulatedHub(world.as_of) as hub:
        read(hub, lake)
    tags = rows_of(lake, "adapter_tags")
    files = {row["file_id"] for row in rows_of(lake, "adapters") if row["captions"]}
    assert {row["file_id"] for row in tags} <= files
    assert len({(row["file_id"], row["tag"]) for row in tags}) == len(tags) > 500
    assert all(row["count"] > 0 for row in tags)
    assert {"solo", "smile"} <= {row["tag"] for row in tags}


def test_nothing_that_names_the_subject_reaches_the_lake(world: World, lake: Path) -> None:
    raw = {path: path.stat().st_mtime_ns for path in (lake / "raw").rglob("*")}
    with SimulatedHub(world.as_of) as hub:
        read(hub, lake)
    content = world.content
    people = [person for person in content.models.people if person.script == "latin"]
    names = {part.lower() for p in people for part in (p.name, p.given, p.family)}
    depicting = np.flatnonzero(content.models.person >= 0).tolist()
    names |= {stem for m in depicting if len(stem := content.stems[m].lower()) > 4}
    spellings = names | {name.replace("_", " ") for name in names}
    written = rows_of(lake, "adapters") + rows_of(lake, "adapter_tags")
    texts = {str(v).lower() for row in written for v in row.values() if isinstance(v, str)}
    leaked = [text for text in texts if any(name in text for name in spellings)]
    assert leaked == []
    tokens = [text for text in texts if text.startswith("name:")]
    assert len(tokens) > 50
    assert {path: path.stat().st_mtime_ns for path in (lake / "raw").rglob("*")} == raw


def test_what_was_read_is_never_asked_for_again(world: World, lake: Path, asked: Asked) -> None:
    with SimulatedHub(world.as_of) as hub:
        first = read(hub, lake)
        again = read(hub, lake)
    assert (again.found, again.requests, again.state) == (0, 0, "complete")
    assert max(Counter(asked.versions).values()) == 1
    assert len(asked.versions) == first.found


@pytest.mark.parametrize("budget", [1, 2, 3, 10, 33])
def test_a_budget_of_requests_is_never_passed_and_the_next_run_goes_on(
    world: World, lake: Path, budget: int
) -> None:
    with SimulatedHub(world.as_of) as hub:
        first = read(hub, lake, max_requests=budget)
        assert sum(hub.requests.values()) == first.requests == budget
        assert (first.state, first.read) == ("budget", budget // 3)
        second = read(hub, lake, max_requests=budget)
        assert second.found == first.found - first.read
    assert len(rows_of(lake, "adapters")) == 2 * (budget // 3)


def test_a_budget_of_bytes_is_never_passed(world: World, lake: Path) -> None:
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake, max_bytes=40_000)
    rows = rows_of(lake, "adapters")
    assert summary.state == "budget"
    assert 30_000 < summary.bytes <= 40_000
    assert len(rows) == summary.read > 3
    assert sum(row["header_bytes"] + 8 for row in rows) <= summary.bytes


def test_a_limit_stops_after_so_many_files(world: World, lake: Path) -> None:
    seen: list[tuple[int, int]] = []
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake, limit=7, progress=lambda *at: seen.append(at))
    assert (summary.state, summary.read, seen[-1]) == ("limit", 7, (7, 7))
    assert "wait still" in summary.lines()[-1]


def test_the_first_files_are_a_fair_draw_of_all(world: World, lake: Path) -> None:
    waiting = waiting_files(open_lake(lake), "civitai")
    numbers = [int(file.file_id) for file in waiting]
    middle = sorted(numbers)[len(numbers) // 2]
    early = sum(number < middle for number in numbers[: len(numbers) // 2])
    assert 0.35 < early / (len(numbers) // 2) < 0.65
    assert waiting_files(open_lake(lake), "civitai") == waiting
    assert len({file.version_id for file in waiting}) == len(waiting)
    assert waiting_files(open_lake(lake), "elsewhere") == []


def test_what_has_left_the_hub_is_noted_and_not_asked_for_again(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = downloads.redirect

    def sometimes(index: Any, request: Any, text: str, key: bytes) -> Any:
        gone = {0: 404, 1: 410}.get(int(text) % 9)
        return error(gone, "not here") if gone else answer(index, request, text, key)

    monkeypatch.setattr(downloads, "redirect", sometimes)
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake)
        assert read(hub, lake).requests == 0
    gone = [row for row in rows_of(lake, "adapters") if row["status"] == "not-visible"]
    assert summary.not_visible == len(gone) > 10
    assert summary.state == "complete"
    assert {int(row["version_id"]) % 9 for row in gone} == {0, 1}
    assert all(row["trainer"] is None and row["rank"] is None for row in gone)


def test_files_that_are_not_sound_are_noted(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = downloads.adapter_bytes
    broken = [0]

    def sometimes(metadata: Any, tensors: Any) -> bytes:
        body = made(metadata, tensors)
        if len(tensors) % 2:
            return body
        broken[0] += 1
        return body[:8] + b"\xff" * (len(body) - 8)

    monkeypatch.setattr(downloads, "adapter_bytes", sometimes)
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake)
    assert summary.unsound > 0
    assert summary.read + summary.unsound == summary.found
    assert Counter(row["status"] for row in rows_of(lake, "adapters")) == {
        "read": summary.read,
        "unsound": summary.unsound,
    }


def test_headers_above_the_cap_are_noted(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REMOTE_CAP", 1500)
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake)
    assert summary.too_large > 0
    assert all(row["header_bytes"] is None or row["header_bytes"] <= 1500
               for row in rows_of(lake, "adapters"))  # fmt: skip


def test_a_hub_that_refuses_every_file_is_left_alone(
    world: World, lake: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "redirect", lambda *_: error(401, "login"))
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake)
        assert sum(hub.requests.values()) == module.MOST_REFUSALS
    assert (summary.state, summary.ok) == ("stopped", False)
    assert "refused" in summary.why
    assert rows_of(lake, "adapters") == [], "they wait for a token"


def test_too_many_downloads_stop_the_run_and_keep_what_was_read(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, count = downloads.redirect, [0]

    def generous(*args: Any) -> Any:
        count[0] += 1
        return answer(*args) if count[0] <= 5 else error(429, "unusual volume")

    monkeypatch.setattr(downloads, "redirect", generous)
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake)
    assert (summary.state, summary.read, count[0]) == ("stopped", 5, 6)
    assert "too many" in summary.why
    assert len(rows_of(lake, "adapters")) == 5


def test_a_hub_that_is_gone_ends_the_run(
    world: World, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubwatch.hubs.http.LOOPBACK_SCALE", 0.0)
    with SimulatedHub(world.as_of) as hub:
        address = hub.base_url
    summary = module.collect_adapters(lake, base_url=address, rate=1e9)
    assert (summary.state, summary.failed) == ("stopped", module.MOST_FAILURES - 1)


def test_many_commits_are_joined(world: World, lake: Path) -> None:
    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake, chunk=3)
    assert len(read_catalog(lake).tables["adapters"]) == 1
    assert len(rows_of(lake, "adapters")) == summary.read
    assert verify(lake) == []


def test_refining_and_rebuilding_keep_what_was_read(world: World, lake: Path) -> None:
    with SimulatedHub(world.as_of) as hub:
        read(hub, lake, limit=9)
    before = rows_of(lake, "adapters"), rows_of(lake, "adapter_tags")
    refine(lake, workers=1)
    assert (rows_of(lake, "adapters"), rows_of(lake, "adapter_tags")) == before
    refine(lake, workers=1, rebuild=True)
    assert (rows_of(lake, "adapters"), rows_of(lake, "adapter_tags")) == before
    assert verify(lake) == []


def test_a_rebuild_drops_what_was_read_when_it_is_damaged_and_a_new_key_does_always(
    world: World, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SimulatedHub(world.as_of) as hub:
        read(hub, lake, limit=3)
    other = copy_lake(lake, tmp_path / "other")
    path = open_lake(lake).paths("adapter_tags")[0]
    path.write_bytes(path.read_bytes()[:-1])
    refine(lake, workers=1, rebuild=True)
    assert rows_of(lake, "adapters") == rows_of(lake, "adapter_tags") == []
    key = tmp_path / "key"
    key.write_text("0f" * 32)
    monkeypatch.setenv("HUBWATCH_KEY_FILE", str(key))
    refine(other, workers=1)
    assert rows_of(other, "adapters") == rows_of(other, "adapter_tags") == []


def test_equal_names_have_equal_tokens_in_one_lake_and_others_elsewhere(
    world: World, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_lake(lake, tmp_path / "other")
    with SimulatedHub(world.as_of) as hub:
        read(hub, lake)
        key = tmp_path / "key"
        key.write_text("0f" * 32)
        monkeypatch.setenv("HUBWATCH_KEY_FILE", str(key))
        with pytest.raises(LakeError, match="was changed"):
            read(hub, other)
        refine(other, workers=1)
        read(hub, other)
    here, there = (
        {row["file_id"]: row["output_token"] for row in rows_of(place, "adapters")}
        for place in (lake, other)
    )
    assert here.keys() == there.keys()
    pairs = [(here[file], there[file]) for file in here if here[file]]
    assert all(a != b for a, b in pairs)
    assert len(dict(pairs)) == len({b for _, b in pairs}), "the same names are equal under both"


def test_offline_locked_and_wrong_places_are_said(
    world: World, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SimulatedHub(world.as_of) as hub:
        with pytest.raises(LakeError, match="not a lake"):
            read(hub, tmp_path)
        with lock_lake(lake), pytest.raises(LakeError, match="in use"):
            read(hub, lake)
        monkeypatch.setenv("HUBWATCH_OFFLINE", "1")
        with pytest.raises(HubUnreachableError, match="HUBWATCH_OFFLINE"):
            read(hub, lake)
        assert sum(hub.requests.values()) == 0


def test_the_summary_is_plain_data(world: World, lake: Path) -> None:
    import msgspec

    with SimulatedHub(world.as_of) as hub:
        summary = read(hub, lake, limit=2)
    assert json.loads(msgspec.json.encode(summary))["read"] == 2


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0.0 kB"), (1_234, "1.2 kB"), (2_500_000, "2.5 MB")]
)
def test_small_volumes_are_told_in_kilobytes(count: int, said: str) -> None:
    traffic = Traffic(requests=3, bytes=count)
    lines = summary_of("complete", "", 1, Counter(read=1), traffic).lines()
    assert f"3 requests, {said}, 0 s of waiting" in lines[1]
