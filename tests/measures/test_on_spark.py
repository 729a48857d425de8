"""The same expressions on a local Spark give the same bytes as on DuckDB."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from golden_lake import GOLDEN, Rows, write_lake
from reference_adapters import BOORU

from hubwatch.engine import open_tables
from hubwatch.measures.registry import MEASURES
from hubwatch.measures.result import to_csv

HAS_JAVA = bool(shutil.which("java") or os.environ.get("JAVA_HOME"))
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed (extra spark)"
    ),
    pytest.mark.skipif(not HAS_JAVA, reason="Java is not installed; Spark needs Java 17"),
]


#: Parameters without which a measure says nothing.
GIVEN = {"booru_overlap": {"booru_tags": BOORU, "fewest": 1}}


def answers(folder: Path, rows: dict[str, Rows], engine: str) -> dict[str, str]:
    folder.mkdir()
    with open_tables(write_lake(folder, rows, files=2), engine=engine, memory="1GB") as tables:
        return {
            name: to_csv(measure.compute(tables, **GIVEN.get(name, {})))
            for name, measure in MEASURES.items()
        }


@pytest.mark.parametrize("rows", [GOLDEN, {}], ids=["golden", "empty"])
def test_spark_and_duckdb_give_the_same_bytes(tmp_path: Path, rows: dict[str, Rows]) -> None:
    on_duckdb = answers(tmp_path / "duckdb", rows, "duckdb")
    assert answers(tmp_path / "spark", rows, "spark") == on_duckdb
