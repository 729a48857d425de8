"""Cells about few people are not shown, nor can they be worked out."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from invented_results import share, write_measure

from hubwatch.report.page import write_report
from hubwatch.report.results import Row
from hubwatch.report.suppress import SMALLEST, SUPPRESSED, WITHHELD, is_small, mark, split_small


def row(n: float | None, total: float | None, method: str = "x", **more: float | bool) -> Row:
    return Row({"method": method}, n=n, total=total, **more)  # type: ignore[arg-type]  # test data


def test_a_cell_is_small_by_numerator_denominator_models_or_mark() -> None:
    assert is_small(row(9, 500))
    assert is_small(row(None, 500))
    assert is_small(row(0, 5))
    assert is_small(row(50_000, 900_000, models=9))
    assert is_small(row(50_000, 900_000, models=50, suppressed=True))
    assert not is_small(row(10, 10))
    assert not is_small(row(50_000, 900_000, models=10))


def test_a_single_hidden_cell_takes_the_smallest_neighbour_with_it() -> None:
    rows = [row(3, 50, "a"), row(40, 80, "b"), row(20, 90, "c"), row(63, 220, "all")]
    split = split_small(rows, is_sum=lambda r: r["method"] == "all")
    assert [r["method"] for r in split.hidden] == ["a", "c"]
    assert [r["method"] for r in split.shown] == ["b", "all"]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_no_hidden_cell_can_be_had_by_subtraction(cells: list[tuple[int, int]]) -> None:
    rows = [row(n, n + rest, str(i)) for i, (n, rest) in enumerate(cells)]
    whole = row(sum(n for n, _ in cells), sum(n + r for n, r in cells), "all")
    split = split_small([*rows, whole], is_sum=lambda r: r["method"] == "all")
    hidden = [r for r in split.hidden if r["method"] != "all"]
    shown = [r for r in split.shown if r["method"] != "all"]
    assert all((r.n or 0) >= SMALLEST and (r.total or 0) >= SMALLEST for r in split.shown)
    assert len(hidden) + len(shown) == len(rows)
    full = [r for r in hidden if r.n]
    if whole in split.shown and full:
        assert sum(r.n or 0 for r in full) >= SMALLEST
        assert len(full) > 1


def test_empty_cells_push_no_other_cell_out() -> None:
    rows = [row(0, 50, "a"), row(0, 9, "b"), row(48, 514, "LORA"), row(48, 573, "all")]
    split = split_small(rows, is_sum=lambda r: r["method"] == "all")
    assert [r["method"] for r in split.hidden] == ["a", "b"]


def test_a_hidden_cell_is_not_pinned_by_what_is_shown() -> None:
    """1 and 10 leave 11: who knows that one is at least 10 knows the other almost exactly."""
    rows = [row(1, 50, "a"), row(10, 50, "b"), row(60, 90, "c"), row(71, 190, "all")]
    split = split_small(rows, is_sum=lambda r: r["method"] == "all")
    assert [r["method"] for r in split.hidden] == ["a", "b", "c"]
    nines = [row(9, 50, "a"), row(9, 50, "b"), row(60, 90, "c"), row(78, 190, "all")]
    split = split_small(nines, is_sum=lambda r: r["method"] == "all")
    assert [r["method"] for r in split.hidden] == ["a", "b", "c"]


def test_the_mark_says_whether_a_cell_is_small_itself() -> None:
    assert mark(row(9, 500)) == SUPPRESSED
    assert mark(row(33, 500)) == WITHHELD
    assert mark(row(33, 500, creators=4)) == SUPPRESSED
    assert mark(row(33, 500, models=33, suppressed=True)) == WITHHELD
    assert mark(Row({}, suppressed=True, more={"is_small": 0.0})) == WITHHELD


def test_hidden_methods_stand_together_only_where_they_are_not_few() -> None:
    rows = [row(4, 60, "a"), row(7, 70, "b"), row(90, 100, "c"), row(101, 230, "all")]
    found = split_small(rows, is_sum=lambda r: r["method"] == "all").pooled(method="others")
    assert found is not None
    assert (found.n, found.total, found.value) == (11, 130, 11 / 130)
    assert split_small([row(4, 60), row(2, 60)]).pooled(method="others") is None


def test_what_is_left_of_a_shown_sum_is_not_few() -> None:
    """Three hidden cells that add up to 4 take the smallest shown cell with them."""
    rows = [row(2, 50, "a"), row(1, 50, "b"), row(1, 50, "c"), row(20, 90, "d"), row(700, 990, "e")]
    whole = row(724, 1230, "all")
    split = split_small([*rows, whole], is_sum=lambda r: r["method"] == "all")
    assert [r["method"] for r in split.hidden] == ["a", "b", "c", "d"]
    assert whole in split.shown


def test_small_methods_are_masked_in_the_table_and_left_out_of_the_chart(
    results: Path, tmp_path: Path
) -> None:
    rows = [
        share(300, 4000, 2, method="LORA", month="all"),
        share(211, 403, 0, method="TextualInversion", month="all"),
        share(7, 431, 0, method="Hypernetwork", month="all"),
        share(4, 6, 0, method="Poses", month="all"),
        share(522, 4840, 2, method="all", month="all"),
    ]
    write_measure(results, "flagged_share", rows)
    write_report(results, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    figure = re.search(r'<figure id="flagged".*?</figure>', page, re.DOTALL)
    assert figure is not None
    table = figure[0][figure[0].index("<table") :]
    assert re.search(r"Hypernetwork</th><td[^>]*>&lt;10</td>", table)
    assert re.search(r"Poses</th><td[^>]*>&lt;10</td>", table)
    assert "431" not in figure[0]
    drawn = re.search(r'<script type="application/json".*?</script>', figure[0], re.DOTALL)
    assert drawn is not None
    assert "Hypernetwork" not in drawn[0]
    assert "LORA" in drawn[0]
    assert "2 cells are left out of the chart" in figure[0]
    assert re.search(r"Other methods</th><td[^>]*>11</td><td[^>]*>437</td>", table)
    assert "Hypernetwork and Poses together" in figure[0]


def test_reach_of_few_models_is_masked(results: Path, tmp_path: Path) -> None:
    write_report(results, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    figure = re.search(r'<figure id="reach".*?</figure>', page, re.DOTALL)
    assert figure is not None
    drawn = re.search(r'<script type="application/json".*?</script>', figure[0], re.DOTALL)
    assert drawn is not None
    assert "Poses" not in drawn[0]
    assert "&lt;10" in figure[0]


def test_a_cell_of_few_creators_is_small() -> None:
    assert is_small(row(900, 900, models=50, creators=3))
    assert not is_small(row(900, 900, models=50, creators=10))


def test_what_the_flagged_table_hides_the_reach_table_hides(results: Path, tmp_path: Path) -> None:
    """The number of flagged models stands in both; one hidden cell could be had from the other."""
    rows = [
        share(300, 4000, 0, method="LORA", month="all"),
        share(211, 403, 0, method="TextualInversion", month="all"),
        share(23, 550, 0, method="LoCon", month="all"),
        share(7, 431, 0, method="Hypernetwork", month="all"),
        share(541, 5384, 0, method="all", month="all"),
    ]
    write_measure(results, "flagged_share", rows)
    write_measure(
        results,
        "real_person_reach",
        [
            {"group": group, "method": r["method"], "statistic": "median", "n": n, "total": n,
             "unknown": 0, "value": 500, "low": 400, "high": 600, "models": n}
            for r in rows
            for group, n in (("real person", r["n"]), ("other", r["total"] - r["n"]))
        ],
    )  # fmt: skip
    write_report(results, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    figure = re.search(r'<figure id="reach".*?</figure>', page, re.DOTALL)
    assert figure is not None
    table = figure[0][figure[0].index("<table") :]
    assert re.search(r"LoCon</th>.*?withheld", table)
    assert not re.search(r">23<|>7<", table)
