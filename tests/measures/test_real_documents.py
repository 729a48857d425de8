"""Measures over real documents agree with the facts that were counted from them independently.

Only totals are compared; no row is shown.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from hubwatch.lake.importing import import_files
from hubwatch.lake.refine import refine
from hubwatch.measures.prepare import needs_signals
from hubwatch.measures.registry import MEASURES
from hubwatch.measures.run import run_measures

HERE = Path(os.environ.get("HUBWATCH_REAL_DATA", "../shared/data/civitai-2023"))
DOCUMENTS = HERE / "models.jsonl.zst"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DOCUMENTS.exists(), reason=f"no real documents at {HERE}"),
]

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBWATCH_KEY_FILE", str(folder / "key"))
        import_files([DOCUMENTS], folder / "lake", hub="civitai")
        refine(folder / "lake")
    plain = [name for name in MEASURES if not needs_signals([name])]
    run_measures(folder / "lake", folder / "results", names=plain)
    return folder / "results"


def rows(results: Path, name: str, **keys: str) -> Rows:
    with (results / f"{name}.csv").open(newline="") as file:
        return [r for r in csv.DictReader(file) if all(r[k] == v for k, v in keys.items())]


def value(results: Path, name: str, **keys: str) -> float:
    (row,) = rows(results, name, **keys)
    return float(row["value"])


@pytest.mark.parametrize(
    ("month", "images", "shares"),
    [
        ("2022-11", 1255, (0.903, 0.065, 0.004, 0.029)),
        ("2023-03", 21084, (0.590, 0.252, 0.011, 0.146)),
        ("2023-06", 14807, (0.593, 0.164, 0.109, 0.134)),
        ("all", 98581, (0.592, 0.225, 0.042, 0.142)),
    ],
)
def test_levels_by_month(results: Path, month: str, images: int, shares: tuple[float, ...]) -> None:
    for level, share in zip(("PG", "PG-13", "R", "X"), shares, strict=True):
        (row,) = rows(results, "level_mix", month=month, level=level)
        assert int(row["total"]) == images
        assert float(row["value"]) == pytest.approx(share, abs=0.0006)


@pytest.mark.parametrize(
    ("method", "share"),
    [("LORA", 0.070), ("Checkpoint", 0.047), ("TextualInversion", 0.512), ("all", 0.137)],
)
def test_flagged_by_method(results: Path, method: str, share: float) -> None:
    found = value(results, "flagged_share", method=method, month="all")
    assert found == pytest.approx(share, abs=0.0006)


@pytest.mark.parametrize(
    ("unit", "coefficient"), [("uploads", 0.596), ("downloads", 0.801), ("images", 0.680)]
)
def test_gini_of_creators(results: Path, unit: str, coefficient: float) -> None:
    found = value(results, "concentration", unit=unit, statistic="gini")
    assert found == pytest.approx(coefficient, abs=0.0006)


@pytest.mark.parametrize(("group", "median"), [("real person", 543), ("other", 1181)])
def test_median_downloads(results: Path, group: str, median: int) -> None:
    found = value(results, "real_person_reach", group=group, method="all", statistic="median")
    assert found == median
