"""Results that are not what they should be end in one sentence that names file and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_results import sign

from hubwatch.errors import InputError, UsageError
from hubwatch.report.numbers import percent, percent_interval
from hubwatch.report.page import write_report
from hubwatch.report.published import EVIDENCE, changes, comparators, load_published
from hubwatch.report.results import Row, read_results


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a results folder"):
        read_results(tmp_path / "nothing")


def test_an_empty_folder_is_no_results_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no results in"):
        read_results(tmp_path)


def test_a_result_that_was_edited_is_refused(results: Path) -> None:
    path = results / "flagged_share.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",3,", ",4,", 1), "utf-8")
    with pytest.raises(InputError, match=r"`flagged_share\.csv` was changed since") as raised:
        read_results(results)
    assert "measure again" in raised.value.hint


def test_a_result_without_its_sidecar_is_refused(results: Path) -> None:
    (results / "lorenz.json").unlink()
    with pytest.raises(InputError, match=r"`lorenz\.csv` cannot be checked"):
        read_results(results)


def test_a_missing_column_is_named(results: Path) -> None:
    path = results / "flagged_share.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",total,", ",all,", 1), "utf-8")
    sign(results)
    with pytest.raises(InputError, match=r"`flagged_share\.csv` has no column `total`"):
        read_results(results)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("image,wide,2023-01,many,10,0,0.1,0.0,0.2,,", "column `n`: not a number"),
        ("image,wide,2023-01,1,10,0,inf,0.0,0.2,,", "column `value`: not a number from 0"),
        ("image,wide,2023-01,1,10,0,7.5,0.0,0.2,,", "column `value`: a share must lie in 0..1"),
        ("image,wide,2023-01,-1,10,0,0.1,0.0,0.2,,", "column `n`: not a number from 0"),
        ("image,wide,January,1,10,0,0.1,0.0,0.2,,", "column `month`: not YYYY-MM"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(results: Path, line: str, what: str) -> None:
    path = results / "nsfw_share.csv"
    head = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{head}\n{line}\n", encoding="utf-8")
    sign(results)
    with pytest.raises(InputError, match=f"`nsfw_share.csv`, line 2, {what}"):
        read_results(results)


def test_a_file_that_is_no_text_is_named(results: Path) -> None:
    (results / "level_mix.csv").write_bytes(b"\xff\xfe\x00\x01")
    sign(results)
    with pytest.raises(InputError, match=r"`level_mix.csv` is not a CSV file in UTF-8"):
        read_results(results)


@pytest.mark.parametrize("name", ["run.json", "nsfw_share.json"])
@pytest.mark.parametrize("text", ["{", "[]", '{"parameters": 3, "hubs": 3}'])
def test_broken_json_is_named(results: Path, name: str, text: str) -> None:
    (results / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"`{name}` cannot be read"):
        read_results(results)


def test_months_that_are_unknown_or_whole_are_not_in_a_series(results: Path) -> None:
    path = results / "level_mix.csv"
    with path.open("a", encoding="utf-8") as out:
        out.write(",PG,5,10,0,0.5,0.2,0.8,,\n")
    sign(results)
    measure = read_results(results).measures["level_mix"]
    assert len(measure.where(month="")) == 1
    assert {row["month"] for row in measure.monthly()} == {
        row["month"] for row in measure.rows if row["month"]
    }


def test_a_pdf_without_a_browser_is_a_usage_error(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="no browser that can print a PDF"):
        write_report(results, tmp_path / "report.html", pdf=tmp_path / "report.pdf")
    assert (tmp_path / "report.html").exists()


def test_every_published_figure_is_complete_and_sourced() -> None:
    found = load_published().comparator
    assert len({c.id for c in found}) == len(found)
    for c in found:
        assert c.evidence in EVIDENCE
        assert c.source.startswith(("arXiv:", "doi:"))
        assert all((c.study, c.figure, c.unit, c.denominator, c.period, c.beside))
        assert all(0 <= share <= 1 for share in c.series.values())


def test_published_figures_that_conflict_stay_apart() -> None:
    assert len(comparators("nsfw_share.image")) == 2
    assert len(comparators("flagged_share")) == 2


def test_changes_are_of_one_platform_and_inside_the_window() -> None:
    assert [c.date for c in changes(["civitai"], "levels", "2023-01", "2023-12")] == [
        "2023-04-25",
        "2023-08-11",
    ]
    assert changes(["civitai", "huggingface"], "levels", "2023-01", "2023-12") == ()


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_shares_are_written_as_percentages_near_their_value(a: float, b: float, c: float) -> None:
    low, value, high = sorted((a, b, c))
    text = percent(value, low, high).removesuffix("\N{NO-BREAK SPACE}%")
    assert abs(float(text) - value * 100) <= 0.0501
    ends = percent_interval(Row({}, value=value, low=low, high=high))
    assert ends.count("–") == 1


def test_a_narrow_interval_gets_the_decimals_it_needs() -> None:
    row = Row({}, value=0.5519, low=0.5512, high=0.5527)
    assert percent_interval(row) == "55.12–55.27\N{NO-BREAK SPACE}%"
