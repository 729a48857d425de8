"""The engine: limits, empty tables, exact integers, and errors in one sentence."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hubwatch.engine import Source, any_of, col, count_rows, lit, open_tables, session
from hubwatch.errors import LakeError, StorageError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = pa.schema({
    "word": pa.dictionary(pa.int32(), pa.string()),
    "n": pa.int64(),
    "tags": pa.list_(pa.string()),
    "at": pa.timestamp("us", tz="UTC"),
    "yes": pa.bool_(),
    "x": pa.float64(),
})  # fmt: skip


def write(path: Path, rows: list[dict[str, Any]]) -> Source:
    columns = [pa.array([row.get(f.name) for row in rows], f.type) for f in SCHEMA]
    pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), path)
    return Source(SCHEMA, (path,))


def test_an_empty_table_has_its_columns_and_no_rows() -> None:
    with open_tables({"t": Source(SCHEMA)}) as tables:
        found = tables.collect(tables["t"].group_by("word").agg(n=col("n").sum()))
    assert (found.num_rows, found.column_names) == (0, ["word", "n"])


def test_sums_of_integers_are_integers(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", [{"word": "a", "n": 2**60}, {"word": "a", "n": 2**60}])
    with open_tables({"t": source}) as tables:
        found = tables.collect(
            tables["t"].group_by("word").agg(n=col("n").sum(), rows=count_rows())
        )
    assert found.schema.field("n").type == pa.int64()
    assert found.to_pylist() == [{"word": "a", "n": 2**61, "rows": 2}]


@pytest.mark.parametrize(
    "name", ["a[1].parquet", "what?.parquet", "st*r.parquet", "plain's.parquet"]
)
def test_a_file_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    source = write(tmp_path / name, [{"word": "a"}])
    write(tmp_path / "a1.parquet", [{"word": "b"}])
    with open_tables({"t": source}) as tables:
        assert tables.collect(tables["t"].select("word"))["word"].to_pylist() == ["a"]


def test_unknown_stays_unknown_in_a_list_test(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", [{"tags": ["a"]}, {"tags": []}, {"tags": None}])
    with open_tables({"t": source}) as tables:
        told = any_of(lit(value=False), col("tags").list.contains("a"), ignore_nulls=False)
        found = tables.collect(tables["t"].select(told=told))
    assert sorted(found["told"].to_pylist(), key=str) == [False, None, True]


def test_collect_once_runs_an_expression_once(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    source = write(path, [{"word": "a"}])
    with open_tables({"t": source}) as tables:
        words = tables["t"].select("word")
        first = tables.collect_once("words", words)
        path.unlink()
        assert tables.collect_once("words", words) is first


def test_what_is_made_once_is_made_once() -> None:
    with open_tables({"t": Source(SCHEMA)}) as tables:
        made = [tables.once("number", lambda: object()) for _ in range(2)]
        assert made[0] is made[1]
        assert tables.once("another", lambda: 1) == 1


def test_rows_in_memory_join_tables_of_the_lake(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", [{"word": "a", "n": 1}, {"word": "b", "n": 2}])
    with open_tables({"t": source}) as tables:
        held = tables.hold(pa.table({"n": [2, 3], "x2": [0.5, 1.5]}))
        found = tables.collect(tables["t"].select("n").join(held, on="n", how="inner"))
        assert found.to_pylist() == [{"n": 2, "x2": 0.5}]
        assert tables.files("t") == (tmp_path / "a.parquet",)


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"no Parquet at all")
    with open_tables({"t": Source(SCHEMA, (path,))}) as tables, pytest.raises(LakeError) as told:
        tables.collect(tables["t"])
    assert "\n" not in told.value.what
    assert "lake verify" in told.value.hint


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    source = Source(SCHEMA, (tmp_path / "gone.parquet",))
    with open_tables({"t": source}) as tables, pytest.raises(LakeError):
        tables.collect(tables["t"])


def test_a_truncated_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    source = write(path, [{"word": f"w{i}", "n": i} for i in range(5000)])
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 3] + bytes(len(raw) // 3) + raw[2 * len(raw) // 3 :])
    with open_tables({"t": source}) as tables, pytest.raises(LakeError):
        tables.collect(tables["t"])


def test_unknown_engine_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="polars") as told, open_tables({}, engine="polars"):
        pass
    assert told.value.hint == "one of: duckdb, spark"


def test_a_size_that_is_none_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="a lot"), session(memory="a lot"):
        pass


def test_spark_that_is_not_installed_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError) as told, open_tables({}, engine="spark"):
        pass
    assert "hubwatch[spark]" in told.value.hint


def test_a_session_has_its_limits_and_downloads_no_extension() -> None:
    with session(memory="300MB", threads=1) as duck:
        settings = dict(
            zip(
                *duck.table("SELECT name, value FROM duckdb_settings()").to_pydict().values(),
                strict=True,
            )
        )
    assert settings["threads"] == "1"
    assert settings["TimeZone"] == "UTC"
    assert settings["autoinstall_known_extensions"] == "false"
    assert settings["autoload_known_extensions"] == "false"
    assert settings["memory_limit"].startswith("286")
    with session() as duck, pytest.raises(Exception, match=r"(?i)extension|httpfs"):
        duck.run("SELECT * FROM read_parquet('https://localhost/a.parquet')")


def test_files_and_arrow_tables_get_names_for_queries(tmp_path: Path) -> None:
    full, empty = write(tmp_path / "a.parquet", [{"word": "x", "n": 2}]), Source(SCHEMA)
    with session(threads=1) as duck:
        duck.view("filled", full)
        duck.view("empty", empty)
        duck.hold("held", pa.table({"n": [1, 2]}))
        joined = duck.table("SELECT word FROM filled JOIN held USING (n)")
        assert joined["word"].to_pylist() == ["x"]
        assert duck.table("SELECT count(*) AS n FROM empty")["n"].to_pylist() == [0]
        duck.hold("held", pa.table({"n": [7]}))
        assert duck.table("SELECT n FROM held")["n"].to_pylist() == [7]


def test_too_little_memory_is_one_sentence(tmp_path: Path) -> None:
    rows = [{"word": f"w{i}", "n": i} for i in range(200_000)]
    source = write(tmp_path / "a.parquet", rows)
    with (
        open_tables({"t": source}, memory="1MB", threads=1) as tables,
        pytest.raises(StorageError) as told,
    ):
        tables.collect(tables["t"].group_by("word").agg(n=col("n").sum()))
    assert "memory" in told.value.what


def test_a_full_spill_folder_is_a_full_disk_and_not_a_damaged_table() -> None:
    import duckdb  # noqa: TID251 - its own errors are what is translated

    from hubwatch.engine.duck import _plain_errors
    from hubwatch.errors import LakeError, StorageError

    said = 'IO Error: Could not write file "spill": No space left on device'
    with pytest.raises(StorageError, match="no space left"), _plain_errors():
        raise duckdb.IOException(said)
    with pytest.raises(LakeError, match="cannot be read"), _plain_errors():
        raise duckdb.IOException("IO Error: No files found")
