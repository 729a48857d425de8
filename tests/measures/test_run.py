"""Measuring a lake writes files that say everything and come out the same every time."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from conftest import GOLDEN, arrow_table

from hubwatch.errors import LakeError, UsageError
from hubwatch.lake.catalog import Catalog, DataFile, commit, create_lake
from hubwatch.lake.raw import start_snapshot
from hubwatch.measures.registry import MEASURES
from hubwatch.measures.run import run_measures

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
    for name, measure in MEASURES.items():
        with (tmp_path / "out" / f"{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        table = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        sidecar = read(tmp_path / "out" / f"{name}.json")
        assert len(rows) == table.num_rows == sidecar["rows"] == summary.rows[name]
        for column in table.column_names:
            held = ["" if value is None else str(value) for value in table[column].to_pylist()]
            assert held == [row[column] for row in rows]
        assert set(table.column_names) == {*measure.keys, *sidecar["columns"]}
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
