"""The raw store keeps every appended record, whatever happens to the process."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.errors import LakeError, StorageError
from hubwatch.lake import raw
from hubwatch.lake.importing import import_files
from hubwatch.lake.raw import store
from hubwatch.lake.raw.frames import frames, whole_length
from hubwatch.lake.raw.manifest import read_manifest
from hubwatch.lake.refine import refine

if TYPE_CHECKING:
    from pathlib import Path


def record(number: int, kind: str = "models", body: bytes = b'{"items":[]}') -> raw.RawRecord:
    return raw.RawRecord(
        hub="civitai",
        kind=kind,
        source="https://hub.example/models",
        position=number,
        observed_at="2024-12-31T12:00:00Z",
        **raw.body_fields(body),
    )


def positions(lake: Path, snapshot: str) -> list[int]:
    return [record.position for _, _, record in raw.read_records(lake, "civitai", snapshot)]


def manifest_path(lake: Path, snapshot: str) -> Path:
    return lake / "raw" / "civitai" / snapshot / "manifest.json"


def test_records_come_back_in_order_with_their_file_and_number(tmp_path: Path) -> None:
    with raw.start_snapshot(tmp_path / "lake", "civitai", origin={}) as writer:
        for number in (1, 2, 3):
            writer.append(record(number))
        writer.append(record(1, "images"))
        writer.complete({"pages": 4})
    found = list(raw.read_records(tmp_path / "lake", "civitai", writer.snapshot, ["models"]))
    assert [(n, r.position) for _, n, r in found] == [(1, 1), (2, 2), (3, 3)]
    assert {f for f, _, _ in found} == {f"raw/civitai/{writer.snapshot}/models-00001.jsonl.zst"}


@given(st.binary(max_size=300))
def test_exact_bytes_survive_whatever_they_are(exact: bytes) -> None:
    assert record(1, body=exact).exact() == exact


def test_a_snapshot_counts_only_when_it_says_complete(tmp_path: Path) -> None:
    with raw.start_snapshot(tmp_path, "civitai", origin={"base": "x"}) as writer:
        writer.append(record(1))
        writer.checkpoint({"cursor": "a"})
        assert read_manifest(manifest_path(tmp_path, writer.snapshot)).state == "running"
        writer.complete({"pages": 1})
    manifest = read_manifest(manifest_path(tmp_path, writer.snapshot))
    assert (manifest.state, manifest.summary) == ("complete", {"pages": 1})
    assert [(f.records, len(f.sha256)) for f in manifest.files] == [(1, 64)]
    assert raw.resume_snapshot(tmp_path, "civitai") is None


def test_a_sample_is_not_resumed(tmp_path: Path) -> None:
    with raw.start_snapshot(tmp_path, "civitai", origin={}) as writer:
        writer.end_as_sample({})
    assert raw.resume_snapshot(tmp_path, "civitai") is None


@given(cut=st.integers(min_value=0, max_value=400))
@settings(max_examples=30, deadline=None)
def test_a_file_cut_anywhere_resumes_at_its_last_whole_frame(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    lake = tmp_path_factory.mktemp("lake")
    with raw.start_snapshot(lake, "civitai", origin={}) as writer:
        writer.append(record(1))
        writer.checkpoint({"done": 1})
        writer.append(record(2))
        writer.append(record(3))
    path = lake / "raw" / "civitai" / writer.snapshot / "models-00001.jsonl.zst"
    ends = [frame.end for frame in frames(path)]
    os.truncate(path, min(ends[0] + cut, ends[-1]))
    whole = sum(end <= path.stat().st_size for end in ends)
    resumed = raw.resume_snapshot(lake, "civitai")
    assert resumed is not None
    with resumed:
        assert resumed.state == {"done": 1}
        assert positions(lake, resumed.snapshot) == list(range(1, whole + 1))
        resumed.append(record(9))
        resumed.complete({})
    found = [r.position for _, _, r in raw.read_records(lake, "civitai", writer.snapshot)]
    assert found == [*range(1, whole + 1), 9]


def test_files_begun_after_the_last_checkpoint_are_found_again(tmp_path: Path) -> None:
    with raw.start_snapshot(tmp_path, "civitai", origin={}) as writer:
        writer.append(record(1, "images"))
    resumed = raw.resume_snapshot(tmp_path, "civitai")
    assert resumed is not None
    with resumed:
        assert positions(tmp_path, resumed.snapshot) == [1]


def test_a_big_file_is_rolled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "ROLL_AT", 500)
    with raw.start_snapshot(tmp_path, "civitai", origin={}) as writer:
        for number in range(1, 8):
            writer.append(record(number))
        writer.checkpoint({})
        writer.append(record(8))
    resumed = raw.resume_snapshot(tmp_path, "civitai")
    assert resumed is not None
    with resumed:
        assert positions(tmp_path, resumed.snapshot) == list(range(1, 9))
        resumed.complete({})
    found = [r.position for _, _, r in raw.read_records(tmp_path, "civitai", writer.snapshot)]
    assert found == list(range(1, 9))
    assert len(read_manifest(manifest_path(tmp_path, writer.snapshot)).files) > 1


def test_a_full_disk_leaves_nothing_of_the_record_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_then_full(handle: int, data: memoryview) -> int:
        if len(data) < 50:
            raise OSError(28, "No space left on device")
        return real_write(handle, data[: len(data) - 40])

    real_write = os.write
    with raw.start_snapshot(tmp_path, "civitai", origin={}) as writer:
        writer.append(record(1))
        monkeypatch.setattr(os, "write", half_then_full)
        with pytest.raises(StorageError, match="no space left"):
            writer.append(record(2))
        monkeypatch.setattr(os, "write", real_write)
        path = tmp_path / "raw" / "civitai" / writer.snapshot / "models-00001.jsonl.zst"
        assert path.stat().st_size == whole_length(path) > 0
        writer.append(record(3))
        writer.complete({})
    found = [r.position for _, _, r in raw.read_records(tmp_path, "civitai", writer.snapshot)]
    assert found == [1, 3]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with raw.lock_lake(lake), pytest.raises(LakeError, match="in use"), raw.lock_lake(lake):
        pass
    with raw.lock_lake(lake):
        pass


def test_a_folder_with_other_things_does_not_become_a_lake(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(LakeError, match="is not a lake"):
        raw.start_snapshot(tmp_path, "civitai", origin={})


def test_a_lake_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lake.json").write_text('{"format": 99, "id": "a", "created_at": "b"}')
    with pytest.raises(LakeError, match="newer version"):
        raw.start_snapshot(tmp_path, "civitai", origin={})


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    with raw.start_snapshot(tmp_path, "civitai", origin={}) as writer:
        writer.append(record(1))
        writer.complete({})
    path = tmp_path / "raw" / "civitai" / writer.snapshot / "models-00001.jsonl.zst"
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    with pytest.raises(LakeError, match="cannot be read"):
        list(raw.read_records(tmp_path, "civitai", writer.snapshot))


def test_a_lake_from_elsewhere_cannot_point_outside_itself(tmp_path: Path) -> None:
    """Unfinished imports are deleted by their id, so an id must not lead out of the lake."""
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "letter.txt").write_text("dear")
    with raw.start_snapshot(tmp_path / "lake", "civitai", origin={"command": "import"}) as writer:
        folder = tmp_path / "lake" / "raw" / "civitai" / writer.snapshot
    manifest = json.loads((folder / "manifest.json").read_text())
    file = tmp_path / "m.jsonl"
    file.write_text("{}")
    outward = {"name": "../../../x", "kind": "models", "bytes": 0, "records": 0}
    for forged in ({"id": "../../../victim"}, {"id": "other"}, {"files": [outward]}):
        (folder / "manifest.json").write_text(json.dumps({**manifest, **forged}))
        with pytest.raises(LakeError):
            import_files([file], tmp_path / "lake")
    assert (victim / "letter.txt").exists()


def test_a_raw_file_that_is_missing_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    file = tmp_path / "m.jsonl"
    file.write_text("{}")
    snapshot = import_files([file], tmp_path / "lake").snapshot
    (tmp_path / "lake" / "raw" / "civitai" / snapshot / "items-00001.jsonl.zst").unlink()
    with pytest.raises(LakeError, match="missing"):
        list(raw.read_records(tmp_path / "lake", "civitai", snapshot))
    with pytest.raises(LakeError, match="missing"):
        refine(tmp_path / "lake", workers=1)
