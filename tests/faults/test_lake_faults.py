"""A lake survives kills, full disks and other processes: old tables or new, never half of both."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from hubwatch.errors import LakeError, StorageError
from hubwatch.lake import catalog, tables
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.importing import import_files
from hubwatch.lake.inspecting import verify
from hubwatch.lake.layout import lock_lake
from hubwatch.lake.raw import SnapshotWriter, snapshots
from hubwatch.lake.refine import refine, refining

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class KilledError(BaseException):
    """Stands for a process that ends at this very point."""


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    path = tmp_path / "lake"
    add(path, 1)
    refine(path, workers=1)
    add(path, 2)
    return path


def add(lake: Path, model_id: int) -> None:
    image = {"id": model_id, "nsfw": "Soft", "width": 5, "meta": {"prompt": f"p{model_id}"}}
    version = {"id": model_id, "createdAt": "2023-05-01T00:00:00Z", "images": [image], "files": []}
    file = lake.parent / f"{model_id}.jsonl"
    file.write_text(json.dumps({"id": model_id, "type": "LORA", "modelVersions": [version]}))
    import_files([file], lake)


def models(lake: Path) -> list[str]:
    paths = open_lake(lake).paths("models")
    return [row for path in paths for row in pq.read_table(path)["model_id"].to_pylist()]


def raising(
    error: BaseException, original: Callable[..., Any], *, after: int
) -> Callable[..., Any]:
    """Return a function that works `after` times and then raises."""
    calls = iter(range(after))

    def one(*arguments: Any, **options: Any) -> Any:
        if next(calls, None) is None:
            raise error
        return original(*arguments, **options)

    return one


STEPS = [
    *[(refining, name, 0) for name in ("stage", "merge_prompts", "merge_images", "derive_tags")],
    *[(tables.pq.ParquetWriter, "write_table", n) for n in range(0, 8, 2)],
    (refining, "commit", 0),
    (catalog, "sync_folder", 0),
    (catalog, "sweep", 0),
]


@pytest.mark.parametrize(("place", "name", "after"), STEPS)
def test_a_kill_at_any_step_leaves_a_readable_lake(
    place: Any, name: str, after: int, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(place, name, raising(KilledError(), getattr(place, name), after=after))
        patch.setattr(refining, "sweep", lambda *_: None)
        with pytest.raises(KilledError):
            refine(lake, workers=1)
    assert models(lake) in (["1"], ["1", "2"])
    refine(lake, workers=1)
    assert models(lake) == ["1", "2"]
    assert verify(lake) == []


@pytest.mark.parametrize(("place", "name", "after"), STEPS[4:8])
def test_a_full_disk_is_one_clear_error_and_the_old_lake_stays(
    place: Any, name: str, after: int, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr(place, name, raising(full, getattr(place, name), after=after))
        with pytest.raises(StorageError, match="no space left") as caught:
            refine(lake, workers=1)
    assert caught.value.hint
    assert models(lake) == ["1"]
    assert verify(lake) == []
    refine(lake, workers=1)
    assert models(lake) == ["1", "2"]


def test_a_rebuild_that_is_killed_leaves_the_old_tables_whole(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubwatch.lake.keys import rotate_key

    refine(lake, workers=1)
    before = open_lake(lake).fingerprint
    rotate_key(lake)
    with monkeypatch.context() as patch:
        patch.setattr(refining, "stage", raising(KilledError(), refining.stage, after=1))
        with pytest.raises(KilledError):
            refine(lake, workers=1)
    assert open_lake(lake).fingerprint == before
    assert verify(lake) == []
    refine(lake, workers=1)
    assert models(lake) == ["1", "2"]


def test_an_import_that_died_does_not_count(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(SnapshotWriter, "complete", raising(KilledError(), print, after=0))
        with pytest.raises(KilledError):
            add(lake, 3)
    assert all(manifest.state == "complete" for manifest in snapshots(lake))
    refine(lake, workers=1)
    assert models(lake) == ["1", "2"]
    add(lake, 3)
    refine(lake, workers=1)
    assert models(lake) == ["1", "2", "3"]


def test_a_second_process_is_refused_while_the_first_writes(lake: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from hubwatch.errors import LakeError\n"
        "from hubwatch.lake.refine import refine\n"
        "try:\n    refine(pathlib.Path(sys.argv[1]))\n"
        "except LakeError as error:\n    print(error.what)\n"
    )
    with lock_lake(lake):
        done = subprocess.run(
            [sys.executable, "-c", code, str(lake)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "in use" in done.stdout
        with pytest.raises(LakeError, match="in use"):
            refine(lake)
    assert models(lake) == ["1"]


@pytest.mark.parametrize("name", ["lake.json", "catalog.json"])
def test_a_newer_version_is_refused_by_everyone(name: str, lake: Path) -> None:
    card = json.loads((lake / name).read_text())
    (lake / name).write_text(json.dumps({**card, "format": 99}))
    for use in (open_lake, refine, verify):
        with pytest.raises(LakeError, match="newer version") as caught:
            use(lake)
        assert "update" in caught.value.hint


@pytest.mark.parametrize("name", ["lake.json", "catalog.json"])
def test_a_damaged_card_or_catalog_is_one_clear_error(name: str, lake: Path) -> None:
    (lake / name).write_text("{")
    with pytest.raises(LakeError, match="cannot be read") as caught:
        open_lake(lake)
    assert caught.value.hint
