"""Writing a simulated hub: the files are the documents, and the truth fits them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hubwatch.errors import InputError, StorageError
from hubwatch.files import open_bytes, read_lines
from hubwatch.simulate.world import pages
from hubwatch.simulate.world.build import build_world
from hubwatch.simulate.world.write import WriteSummary, write_hub

SIZE: dict[str, Any] = {"models": 250, "images": 6000, "seed": 4}


def answers(out: Path, kind: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted(out.glob(f"{kind}-*.jsonl.zst")):
        with open_bytes(path) as stream:
            found += [msgspec.json.decode(line) for line in read_lines(stream)]
    return found


def items(out: Path, kind: str) -> list[dict[str, Any]]:
    return [item for page in answers(out, kind) for item in page["items"]]


def digests(out: Path) -> dict[str, str]:
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WriteSummary]:
    out = tmp_path_factory.mktemp("hub")
    return out, write_hub(out, **SIZE)


def test_the_summary_counts_what_is_there(written: tuple[Path, WriteSummary]) -> None:
    out, summary = written
    models = items(out, "models")
    assert (
        (summary.models, summary.images) == (250, 6000) == (len(models), len(items(out, "images")))
    )
    assert summary.versions == sum(len(model["modelVersions"]) for model in models)
    files = list(out.glob("*.jsonl.zst"))
    assert summary.files == len(files)
    assert summary.bytes == sum(path.stat().st_size for path in files)
    assert summary.json_bytes > summary.bytes


def test_files_hold_the_documents_that_the_server_would_give(
    written: tuple[Path, WriteSummary],
) -> None:
    out, _ = written
    hub = build_world(**SIZE).as_of(None)
    place = {number: i for i, number in enumerate(hub.image_id.tolist())}
    for document in items(out, "images")[::7]:
        assert document == hub.image_document(place[document["id"]], with_meta=True)
    place = {number: i for i, number in enumerate(hub.model_id.tolist())}
    for document in items(out, "models"):
        mask = 1 if document["minor"] else 31
        assert document == hub.model_document(place[document["id"]], mask=mask)


def test_only_listed_items_are_in_the_files_each_once(written: tuple[Path, WriteSummary]) -> None:
    out, _ = written
    hub = build_world(**SIZE).as_of(None)
    ids = [document["id"] for document in items(out, "images")]
    assert sorted(ids) == hub.image_id[~hub.image_hidden].tolist()
    ids = [document["id"] for document in items(out, "models")]
    assert sorted(ids) == hub.model_id[~hub.model_gone].tolist()


def test_pages_have_cursors_and_the_last_has_none(written: tuple[Path, WriteSummary]) -> None:
    out, _ = written
    found = answers(out, "images")
    assert all(len(page["items"]) <= 200 for page in found)
    cursors = [page["metadata"].get("nextCursor") for page in found]
    assert None not in cursors[:-1]
    assert cursors[-1] is None
    assert len(set(cursors)) == len(cursors)
    assert all("withMeta=true" in page["metadata"]["nextPage"] for page in found[:-1])


def test_files_do_not_depend_on_the_number_of_processes(
    written: tuple[Path, WriteSummary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _ = written
    progress: list[int] = []
    write_hub(tmp_path, **SIZE, processes=2, progress=progress.append)
    assert digests(tmp_path) == digests(out)
    assert sum(progress) >= 6000


def test_several_files_join_to_one_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hubwatch.simulate.world import write

    monkeypatch.setattr(write, "image_parts", lambda c: pages.image_parts(c, rows=900))
    monkeypatch.setattr(write, "model_parts", lambda c: pages.model_parts(c, rows=60))
    write_hub(tmp_path, **SIZE)
    assert len(list(tmp_path.glob("images-*.jsonl.zst"))) > 3
    documents = items(tmp_path, "images")
    assert len({document["id"] for document in documents}) == 6000
    cursors = [page["metadata"].get("nextCursor") for page in answers(tmp_path, "images")]
    assert cursors.count(None) == 1
    assert len(items(tmp_path, "models")) == 250


def test_truth_tables_fit_the_documents(written: tuple[Path, WriteSummary]) -> None:
    out, _ = written
    truth = {
        row["model_id"]: row for row in pq.read_table(out / "truth/models.parquet").to_pylist()
    }
    people = {p["person_id"]: p for p in pq.read_table(out / "truth/people.parquet").to_pylist()}
    documents = items(out, "models")
    for document in documents:
        row = truth[document["id"]]
        assert not row["gone"]
        assert row["method"] == document["type"]
        assert row["creator"] == document["creator"]["username"]
        assert row["flagged"] == document["poi"]
        assert row["depicts_person"] == (row["person_id"] > 0) == (row["kind"] == "person")
        if row["depicts_person"]:
            assert row["gender"] == people[row["person_id"]]["gender"]
    gone = [row for row in truth.values() if row["gone"]]
    assert len(gone) == len(truth) - len(documents) > 0
    assert sum(row["depicts_person"] and not row["flagged"] for row in truth.values()) > 3


def test_image_truth_fits_the_documents(written: tuple[Path, WriteSummary]) -> None:
    out, _ = written
    paths = sorted((out / "truth").glob("images-*.parquet"))
    table = pa.concat_tables([pq.read_table(path) for path in paths])
    rows = {row["image_id"]: row for row in table.to_pylist()}
    documents = items(out, "images")
    bits = {"PG": 1, "PG-13": 2, "R": 4, "X": 8, "XXX": 16}
    same = []
    for document in documents:
        row = rows[document["id"]]
        assert row["listed"]
        assert bits[row["level"]] == document["browsingLevel"]
        same.append(row["true_level"] == row["level"])
        if row["version_id"]:
            assert document["modelVersionIds"][0] == row["version_id"]
    assert 0.94 < np.mean(same) < 0.99, "labels have a few errors"
    assert sum(row["listed"] for row in rows.values()) == len(documents) < len(rows)


def test_events_tell_what_happened_to_models(written: tuple[Path, WriteSummary]) -> None:
    out, _ = written
    events = pq.read_table(out / "truth/events.parquet").to_pylist()
    assert {"gone", "flagged", "reuploaded"} <= {event["event"] for event in events}
    assert [e["at"] for e in events] == sorted(e["at"] for e in events)
    versions = pq.read_table(out / "truth/versions.parquet").to_pylist()
    first = {v["model_id"]: v["sha256"] for v in reversed(versions)}
    truth = {m["model_id"]: m for m in pq.read_table(out / "truth/models.parquet").to_pylist()}
    back = [event for event in events if event["event"] == "reuploaded"]
    for event in back:
        model, source = truth[event["model_id"]], truth[event["source_id"]]
        assert source["gone"]
        assert model["person_id"] == source["person_id"]
        assert (first[event["model_id"]] == first[event["source_id"]]) == model["same_file"]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path, processes: int) -> None:
    for kind in ("models", "images"):
        (tmp_path / f"{kind}-00001.jsonl.zst").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="no space left"):
        write_hub(tmp_path, models=5, images=50, processes=processes)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("something else")
    with pytest.raises(InputError, match="is not a folder"):
        write_hub(tmp_path / "hub", models=5, images=50)
