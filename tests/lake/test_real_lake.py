"""The real documents of 2023 become exactly the rows that were counted from them elsewhere."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import hubwatch
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.importing import import_files
from hubwatch.lake.inspecting import verify
from hubwatch.lake.refine import refine

ROOT = Path(hubwatch.__file__).parents[2]
FOLDER = Path(os.environ.get("HUBWATCH_REAL_DATA", ROOT.parent / "shared/data/civitai-2023"))
DUMP = FOLDER / "models.jsonl.zst"


@pytest.mark.real_data
@pytest.mark.skipif(not DUMP.exists(), reason="the shared real documents are not here")
def test_rows_and_levels_by_month_are_those_of_the_documents(tmp_path: Path) -> None:
    import_files([DUMP], tmp_path / "lake")
    summary = refine(tmp_path / "lake", workers=1)
    counted = ("models", "versions", "files", "images", "creators")
    assert [summary.rows[name] for name in counted] == [10_572, 15_643, 17_303, 98_581, 3_233]
    assert (summary.quarantined, summary.drift) == (0, 0)
    months: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    prompts = 0
    for path in open_lake(tmp_path / "lake").paths("images"):
        table = pq.read_table(path, columns=["month", "level", "prompt_id"])
        months.update(table["month"].to_pylist())
        levels.update(table["level"].to_pylist())
        prompts += len(table) - table["prompt_id"].null_count
    assert levels == {"PG": 58_317, "PG-13": 22_141, "R": 4_099, "X": 14_024}
    assert (months["2022-11"], months["2023-05"], months["2023-07"]) == (1_255, 21_600, 1_214)
    assert prompts >= 87_013
    assert verify(tmp_path / "lake") == []
