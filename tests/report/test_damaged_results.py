"""Whatever is in the cells, the report ends with a page or with one sentence."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from invented_results import sign, write_results

from hubwatch.errors import InputError
from hubwatch.report.columns import KEYS
from hubwatch.report.content import page_of
from hubwatch.report.page import render
from hubwatch.report.results import read_results

CELLS = st.sampled_from(
    ["", "0", "1", "9", "-3", "0.5", "1e300", "nan", "inf", "x", "all", "Other"]
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_results(tmp_path_factory.mktemp("whole") / "results", months=5)


def change(path: Path, column: int, rows: range, text: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    for row in table[1 + rows.start : 1 + rows.stop]:
        row[column % len(row)] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table)


def said(folder: Path) -> str:
    """Return the page's title, or the sentence that ends the report."""
    try:
        return page_of(read_results(folder)).title
    except InputError as error:
        return error.what


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from(sorted(KEYS)),
    column=st.integers(0, 9),
    start=st.integers(0, 40),
    length=st.integers(1, 400),
    text=CELLS,
)
def test_damaged_cells_give_a_page_or_an_input_error(
    whole: Path, tmp_path: Path, name: str, column: int, start: int, length: int, text: str
) -> None:
    folder = tmp_path / "damaged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    change(folder / f"{name}.csv", column, range(start, start + length), text)
    sign(folder, name)
    assert said(folder).startswith((f"`{name}.csv`", "CivitAI"))


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_measure_without_any_row_is_left_out(whole: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "results"
    shutil.copytree(whole, folder)
    path = folder / f"{name}.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    sign(folder)
    assert page_of(read_results(folder)).figures


def test_results_without_any_row_make_an_empty_page(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    shutil.copytree(whole, folder)
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    sign(folder)
    page = page_of(read_results(folder))
    assert page.figures == ()
    assert page.headlines == ()
    assert "The results hold none of the measures" in render(page)
