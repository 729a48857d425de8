"""Measuring a lake writes files that say everything and come out the same every time."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from golden_lake import GOLDEN, arrow_table

from hubwatch.errors import LakeError, StorageError, UsageError
from hubwatch.lake.catalog import Catalog, DataFile, commit, create_lake
from hubwatch.lake.raw import start_snapshot
from hubwatch.measures.registry import MEASURES
from hubwatch.measures.run import run_measures
from hubwatch.measures.tag_list import TagList

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake on disk that holds the golden rows."""
    folder = tmp_path / "lake"
    create_lake(folder)
    files = {}
    for name, rows in GOLDEN.items():
        path = folder / "tables" / name / "part-0.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(arrow_table(name, rows), path)
        raw = path.read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        files[name] = [DataFile(name=path.name, rows=len(rows), bytes=len(raw), sha256=digest)]
    commit(folder, Catalog(tables=files, quarantine={"wrong-type": 2}))
    return folder


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_every_measure_leaves_three_files_that_agree(lake: Path, tmp_path: Path) -> None:
    done: list[int] = []
    summary = run_measures(lake, tmp_path / "out", progress=done.append)
    assert summary.measures == tuple(MEASURES)
    assert done == list(range(1, len(MEASURES) + 1))
    for name in MEASURES:
        with (tmp_path / "out" / f"{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        table = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        sidecar = read(tmp_path / "out" / f"{name}.json")
        assert len(rows) == table.num_rows == sidecar["rows"] == summary.rows[name]
        for column in table.column_names:
            held = ["" if value is None else str(value) for value in table[column].to_pylist()]
            assert held == [row[column] for row in rows]
        assert set(table.column_names) == set(sidecar["columns"])
        assert {"hubs", "snapshots", "period", "data_digest"} <= set(sidecar)
        raw = (tmp_path / "out" / f"{name}.csv").read_bytes()
        assert sidecar["csv_sha256"] == hashlib.sha256(raw).hexdigest()


def test_running_twice_gives_the_same_bytes(lake: Path, tmp_path: Path) -> None:
    for out in ("a", "b"):
        run_measures(lake, tmp_path / out)
    first = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    assert len(first) == 3 * len(MEASURES) + 1
    assert first == second


def test_run_json_says_what_was_measured(lake: Path, tmp_path: Path) -> None:
    run_measures(lake, tmp_path / "out", names=["level_mix"])
    front = read(tmp_path / "out" / "run.json")
    assert front["rows"]["images"] == len(GOLDEN["images"])
    assert front["rows"]["prompts"] == 0
    assert front["quarantine"] == {"wrong-type": 2}
    assert (
        front["lake_fingerprint"] == read(tmp_path / "out" / "level_mix.json")["lake_fingerprint"]
    )
    assert {"hubwatch", "duckdb", "narwhals"} <= set(front["versions"])


def test_run_json_says_when_the_hub_gave_its_answers_and_from_which_files(
    lake: Path, tmp_path: Path
) -> None:
    """An import names the digests of its files, never their names; a collection its window."""
    file = {"name": "private name.jsonl", "bytes": 1, "sha256": "ab" * 32}
    writer = start_snapshot(lake, "civitai", origin={"command": "import", "files": [file]})
    writer.complete({"observed_at": "2023-07-04T13:04:29Z"})
    window = {"since": "2023-02", "until": None}
    start_snapshot(lake, "civitai", origin={"command": "collect", **window}).complete({})
    run_measures(lake, tmp_path / "out", names=["level_mix"])
    found = {
        one["origin"].split()[0]: one for one in read(tmp_path / "out" / "run.json")["snapshots"]
    }
    dump, crawl = found["import"], found["collect"]
    assert dump["observed"] == dict.fromkeys(("from", "until"), "2023-07-04T13:04:29Z")
    assert (dump["files"], dump["window"]) == (["ab" * 32], None)
    assert crawl["observed"] == {"from": crawl["started_at"], "until": crawl["finished_at"]}
    assert (crawl["files"], crawl["window"]) == ([], window)


def test_run_json_counts_images_by_source_and_by_whose_date_they_bear(
    lake: Path, tmp_path: Path
) -> None:
    run_measures(lake, tmp_path / "out", names=["level_mix"])
    front = read(tmp_path / "out" / "run.json")
    images = len(GOLDEN["images"])
    assert front["images_by_source"] == {"unknown": images}
    assert front["images_by_date_source"] == {"unknown": images}
    assert front["period"] == {"first": "2024-01", "last": "2024-03"}


def test_the_data_digest_is_of_the_numbers_and_not_of_the_lake(lake: Path, tmp_path: Path) -> None:
    """A copy whose files differ and whose rows are the same has another fingerprint only."""
    other = tmp_path / "other"
    create_lake(other)
    files = {}
    for name, rows in GOLDEN.items():
        path = other / "tables" / name / "part-0.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(arrow_table(name, rows[::-1]), path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        size = path.stat().st_size
        files[name] = [DataFile(name=path.name, rows=len(rows), bytes=size, sha256=digest)]
    commit(other, Catalog(tables=files))
    for folder, out in ((lake, "a"), (other, "b")):
        run_measures(folder, tmp_path / out)
    first, second = (read(tmp_path / out / "run.json") for out in ("a", "b"))
    assert first["data_digest"] == second["data_digest"]
    assert first["lake_fingerprint"] != second["lake_fingerprint"]
    assert set(first["results"]) == set(MEASURES)
    run_measures(lake, tmp_path / "c", parameters={"nsfw_share": {"nsfw_tags": ["style"]}})
    assert read(tmp_path / "c" / "run.json")["data_digest"] != first["data_digest"]


def test_a_file_in_the_place_of_the_results_is_a_usage_error(lake: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match="a file is in the way"):
            run_measures(lake, out, names=["level_mix"])
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_a_storage_error(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be made"):
        run_measures(lake, tmp_path / ("x" * 300), names=["level_mix"])


@pytest.mark.parametrize(("state", "said"), [("sample", "--limit"), ("running", "not finished")])
def test_a_lake_without_a_complete_snapshot_warns(tmp_path: Path, state: str, said: str) -> None:
    create_lake(tmp_path / "lake")
    assert "no snapshot" in run_measures(tmp_path / "lake", tmp_path / "out").warnings[0]
    writer = start_snapshot(tmp_path / "lake", "civitai", origin={"command": "collect"})
    if state == "sample":
        writer.end_as_sample({})
    (warning,) = run_measures(tmp_path / "lake", tmp_path / "out").warnings
    assert said in warning
    assert "nothing is measured" in warning


def test_a_lake_with_a_complete_snapshot_warns_of_nothing(lake: Path, tmp_path: Path) -> None:
    start_snapshot(lake, "civitai", origin={"command": "collect"}).complete({})
    assert run_measures(lake, tmp_path / "out", names=["level_mix"]).warnings == ()


def test_parameters_are_written_and_change_the_settings_digest(lake: Path, tmp_path: Path) -> None:
    digests = set()
    for out, tags in (("a", ["nsfw"]), ("b", ["style"])):
        run_measures(
            lake,
            tmp_path / out,
            names=["nsfw_share"],
            parameters={"nsfw_share": {"nsfw_tags": tags}},
        )
        assert read(tmp_path / out / "nsfw_share.json")["parameters"] == {"nsfw_tags": tags}
        digests.add(read(tmp_path / out / "run.json")["settings_digest"])
    assert len(digests) == 2


def test_no_file_holds_a_name_or_a_creator(lake: Path, tmp_path: Path) -> None:
    """Results are counts: no creator's key and no model's id is in any of them."""
    run_measures(lake, tmp_path / "out")
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").glob("*.[cj]s*"))
    assert not any(row["creator_key"].encode() in written for row in GOLDEN["models"][:3])


def test_what_was_never_collected_is_said_and_is_no_zero(tmp_path: Path) -> None:
    create_lake(tmp_path / "lake")
    names = ["name_leakage", "level_mix", "marker_adoption"]
    summary = run_measures(tmp_path / "lake", tmp_path / "out", names=names)
    assert summary.rows["name_leakage"] == 0
    (text,) = summary.lacking
    assert "--kinds adapters" in text
    assert summary.lacking[text] == ("name_leakage", "marker_adoption")
    assert read(tmp_path / "out" / "name_leakage.json")["lacking"] == [text]
    assert read(tmp_path / "out" / "level_mix.json")["lacking"] == []


def test_a_list_of_tags_is_told_by_its_digest_only(lake: Path, tmp_path: Path) -> None:
    tags = TagList(("tag one", "mature_term_001"), (5, 4), "ab" * 32)
    given = {"booru_overlap": {"booru_tags": tags}}
    summary = run_measures(lake, tmp_path / "out", names=["booru_overlap"], parameters=given)
    assert summary.rows["booru_overlap"] > 0
    assert summary.lacking == {}
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").glob("*.json"))
    assert b"mature_term_001" not in written
    told = read(tmp_path / "out" / "booru_overlap.json")["parameters"]["booru_tags"]
    assert told == {"tags": 2, "sha256": "ab" * 32}
    bare = run_measures(lake, tmp_path / "bare", names=["booru_overlap"])
    assert "--booru-tags" in next(iter(bare.lacking))


@pytest.mark.parametrize(
    ("names", "parameters", "said"),
    [
        (["levl_mix"], None, "levl_mix"),
        (["level_mix"], {"level_mix": {"tags": []}}, "tags"),
        (["level_mix"], {"nothing": {}}, "nothing"),
    ],
)
def test_a_wrong_name_is_a_usage_error(
    lake: Path, tmp_path: Path, names: list[str], parameters: Any, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        run_measures(lake, tmp_path / "out", names=names, parameters=parameters)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_lake_is_a_lake_error(tmp_path: Path) -> None:
    with pytest.raises(LakeError):
        run_measures(tmp_path, tmp_path / "out")


def test_an_empty_lake_gives_every_table_with_its_header(tmp_path: Path) -> None:
    create_lake(tmp_path / "lake")
    run_measures(tmp_path / "lake", tmp_path / "out")
    for name, measure in MEASURES.items():
        header = (tmp_path / "out" / f"{name}.csv").read_text().splitlines()[0]
        assert header.startswith(",".join(measure.keys))


def test_run_json_says_what_the_collection_itself_doubts(lake: Path, tmp_path: Path) -> None:
    """The collector's estimate of what it missed, and the parts that it could not see whole."""
    doubt = {"name": "images/level=R", "state": "truncated", "covered": 0.8, "sample": 50,
             "missed": None, "why": "short 3"}  # fmt: skip
    writer = start_snapshot(lake, "civitai", origin={"command": "collect"})
    writer.complete(
        {"missed": 12.5, "slices": {"truncated": 1, "complete": 4}, "doubtful": [doubt]}
    )
    run_measures(lake, tmp_path / "out", names=["level_mix"])
    (snapshot,) = read(tmp_path / "out" / "run.json")["snapshots"]
    assert snapshot["collection"] == {
        "missed": 12.5, "slices": {"complete": 4, "truncated": 1}, "doubtful": [doubt],
        "failures": [],
    }  # fmt: skip
    assert snapshot["simulated"] is False
