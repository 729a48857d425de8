"""Tables computed from other tables: one commit, the others kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hubwatch.errors import LakeError
from hubwatch.lake.catalog import open_lake, read_catalog
from hubwatch.lake.derived import replace_tables
from hubwatch.lake.inspecting import show, verify
from hubwatch.lake.keys import rotate_key
from hubwatch.lake.layout import lock_lake
from hubwatch.lake.refine import refine
from hubwatch.lake.schema import TABLES


def rows_of(lake: Path, table: str) -> list[dict[str, Any]]:
    return [row for path in open_lake(lake).paths(table) for row in pq.read_table(path).to_pylist()]


def terms(*words: str, first: int = 0) -> list[pa.RecordBatch]:
    ids = pa.array(range(first, first + len(words)), pa.int64())
    return [pa.RecordBatch.from_arrays([ids, pa.array(words)], names=["term_id", "term"])]


def snapshot_of(lake: Path) -> dict[str, Any]:
    return {name: rows_of(lake, name) for name in TABLES if name != "tag_terms"}


@pytest.fixture
def lake(hub: Any) -> Path:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    return hub.lake


def test_a_derived_table_is_written_and_all_others_stay(lake: Path) -> None:
    before = snapshot_of(lake)
    replace_tables(lake, {"tag_terms": terms("a kite", "sky")}, made_with={"tag_terms": {"x": "1"}})
    assert rows_of(lake, "tag_terms") == [
        {"term_id": 0, "term": "a kite"},
        {"term_id": 1, "term": "sky"},
    ]
    assert snapshot_of(lake) == before
    assert open_lake(lake).catalog.made_with == {"tag_terms": {"x": "1"}}
    assert verify(lake) == []
    assert show(lake)["tables"]["tag_terms"]["rows"] == 2


def test_appending_keeps_rows_and_replacing_drops_them(lake: Path) -> None:
    replace_tables(lake, {"tag_terms": terms("one")})
    replace_tables(lake, {"tag_terms": terms("two", first=1)}, append={"tag_terms"})
    assert [row["term"] for row in rows_of(lake, "tag_terms")] == ["one", "two"]
    replace_tables(lake, {"tag_terms": terms("three")})
    assert [row["term"] for row in rows_of(lake, "tag_terms")] == ["three"]
    assert len(list((lake / "tables/tag_terms").iterdir())) == 1


def test_the_fingerprint_follows_the_rows_not_the_number_of_commits(lake: Path) -> None:
    bare = open_lake(lake).fingerprint
    replace_tables(lake, {"tag_terms": terms("one")})
    with_terms = open_lake(lake).fingerprint
    replace_tables(lake, {"tag_terms": terms("one")})
    assert open_lake(lake).fingerprint == with_terms != bare


def test_refining_more_keeps_derived_tables_and_a_rebuild_drops_them(hub: Any, lake: Path) -> None:
    replace_tables(lake, {"tag_terms": terms("one")}, made_with={"tag_terms": {"x": "1"}})
    hub.models(hub.model(2), at="2024-05-01T00:00:00Z")
    refine(lake, workers=1)
    assert open_lake(lake).rows("tag_terms") == 1
    refine(lake, workers=1, rebuild=True)
    assert open_lake(lake).rows("tag_terms") == 0
    assert open_lake(lake).rows("models") == 2
    assert open_lake(lake).catalog.made_with == {}
    assert verify(lake) == []


def test_a_new_key_drops_derived_tables(lake: Path) -> None:
    replace_tables(lake, {"tag_terms": terms("one")})
    rotate_key(lake)
    refine(lake, workers=1)
    assert open_lake(lake).rows("tag_terms") == 0


def test_a_failure_on_the_way_leaves_the_lake_as_it_was(lake: Path) -> None:
    replace_tables(lake, {"tag_terms": terms("one")})
    before = read_catalog(lake)

    def broken() -> Iterator[pa.RecordBatch]:
        yield from terms("two")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        replace_tables(lake, {"prompt_codes": [], "tag_terms": broken()})
    assert read_catalog(lake) == before
    assert verify(lake) == []
    assert len(list((lake / "tables/tag_terms").iterdir())) == 1


def test_a_lake_that_changed_meanwhile_is_refused(lake: Path) -> None:
    generation = read_catalog(lake).generation
    replace_tables(lake, {"tag_terms": terms("one")})
    with pytest.raises(LakeError, match="meanwhile"):
        replace_tables(lake, {"tag_terms": terms("two")}, generation=generation)
    assert [row["term"] for row in rows_of(lake, "tag_terms")] == ["one"]


def test_a_lake_in_use_is_refused(lake: Path) -> None:
    with lock_lake(lake), pytest.raises(LakeError, match="in use"):
        replace_tables(lake, {"tag_terms": terms("one")})
    assert open_lake(lake).rows("tag_terms") == 0


def test_an_empty_derivation_may_be_noted(lake: Path) -> None:
    replace_tables(lake, {"prompt_codes": []}, made_with={"prompt_codes": {"a": "1"}})
    assert open_lake(lake).catalog.made_with["prompt_codes"] == {"a": "1"}
    assert open_lake(lake).rows("prompt_codes") == 0
