"""Showing and verifying a lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hubwatch.errors import LakeError
from hubwatch.lake.catalog import create_lake, open_lake
from hubwatch.lake.inspecting import show, verify
from hubwatch.lake.refine import refine
from hubwatch.lake.schema import TABLES

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_lake_shows_every_table_with_no_rows(tmp_path: Path) -> None:
    create_lake(tmp_path / "lake")
    shown = show(tmp_path / "lake")
    assert {name: table["rows"] for name, table in shown["tables"].items()} == dict.fromkeys(
        TABLES, 0
    )
    assert (shown["snapshots"], shown["quarantine"], shown["drift"]) == ([], {}, [])
    assert verify(tmp_path / "lake") == []


def test_a_lake_shows_snapshots_quarantine_and_drift(hub: Any) -> None:
    hub.models(hub.model(1), hub.model(2, name=5, glitter=1), {"id": None, "type": "LORA"})
    running = hub.models(hub.model(3), complete=False)
    refine(hub.lake, workers=1)
    shown = show(hub.lake)
    assert shown["tables"]["models"]["rows"] == 2
    assert shown["quarantine"] == {"no-id": 1, "wrong-type": 1}
    assert shown["drift"] == [{"what": "key", "name": "models.glitter", "count": 1}]
    states = {s["snapshot"]: (s["state"], s["refined"] is not None) for s in shown["snapshots"]}
    assert states.pop(running) == ("running", False)
    assert list(states.values()) == [("complete", True)]
    assert shown["fingerprint"] == open_lake(hub.lake).fingerprint


def test_quarantine_points_to_where_the_item_lies(hub: Any) -> None:
    snapshot = hub.snapshot(
        ("models", {"items": [hub.model(1)]}),
        ("models", {"items": [hub.model(2), hub.model(3, tags="x")]}),
    )
    (row,) = hub.rows("quarantine")
    assert row["file"] == f"raw/civitai/{snapshot}/models-00001.jsonl.zst"
    assert (row["record"], row["item"], row["path"]) == (2, 1, "tags")
    assert len(row["sha256"]) == 64


def test_a_sound_lake_verifies(hub: Any) -> None:
    hub.models(hub.model(1))
    hub.models(hub.model(2), complete=False)
    refine(hub.lake, workers=1)
    assert verify(hub.lake) == []


@pytest.mark.parametrize(
    ("victim", "damage", "message"),
    [
        ("tables/models/*.parquet", lambda b: b[:-20], "bytes, recorded"),
        ("tables/models/*.parquet", lambda b: b[:40] + b"x" + b[41:], "SHA-256 differs"),
        ("raw/*/*/models-*.zst", lambda b: b[:-3], "bytes, recorded"),
        ("raw/*/*/models-*.zst", lambda b: b[:30] + b"xx" + b[32:], "SHA-256 differs"),
        ("tables/models/*.parquet", None, "is missing"),
        ("raw/*/*/models-*.zst", None, "is missing"),
    ],
)
def test_every_kind_of_damage_is_found(victim: str, damage: Any, message: str, hub: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    (path,) = hub.lake.glob(victim)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage(path.read_bytes()))
    (problem,) = verify(hub.lake)
    assert problem.path == path.relative_to(hub.lake).as_posix()
    assert message in problem.message


def test_files_that_belong_to_nothing_are_named(hub: Any) -> None:
    snapshot = hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    (hub.lake / "tables" / "models" / "stray.parquet").write_bytes(b"x")
    (hub.lake / "raw" / "civitai" / snapshot / "extra.zst").write_bytes(b"x")
    assert {problem.path.rpartition("/")[2] for problem in verify(hub.lake)} == {
        "stray.parquet",
        "extra.zst",
    }
    refine(hub.lake, workers=1)
    assert (hub.lake / "tables" / "models" / "stray.parquet").exists()


def test_what_a_killed_refining_left_is_no_difference_and_goes_with_the_next_one(hub: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    left = hub.lake / "tables" / "images" / "2024-03-00009-00001.parquet"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half a fi")
    assert verify(hub.lake) == []
    refine(hub.lake, workers=1)
    assert not left.exists()


def test_refining_leaves_in_place_what_an_open_lake_reads(hub: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    reader = open_lake(hub.lake)
    before = reader.paths("models")
    hub.models(hub.model(2))
    refine(hub.lake, workers=1)
    assert all(path.exists() for path in before)
    assert verify(hub.lake) == []
    del reader
    refine(hub.lake, workers=1)
    assert not any(path.exists() for path in before)
    assert open_lake(hub.lake).rows("models") == 2


@pytest.mark.parametrize("look", [show, verify, open_lake])
def test_what_is_no_lake_is_refused_with_a_hint(look: Any, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="is not a lake") as caught:
        look(tmp_path)
    assert caught.value.hint
