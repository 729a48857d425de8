"""The sections that rest on signals: small cells, corrected shares, and what is never shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from invented_results import share, write_measure

from hubwatch.report.charts import log_ticks
from hubwatch.report.page import write_report


def figure_of(results: Path, name: str) -> str:
    out = results.parent / "report.html"
    write_report(results, out)
    found = re.search(rf'<figure id="{name}".*?</figure>', out.read_text("utf-8"), re.DOTALL)
    return found[0] if found else ""


def table_of(figure: str) -> str:
    return figure[figure.index("<table") :]


def card_of(results: Path, name: str) -> str:
    page = (results.parent / "report.html").read_text("utf-8")
    card = rf'<article class="number-card" id="number-{name}".*?</article>'
    found = re.search(card, page, re.DOTALL)
    return found[0] if found else ""


def test_the_corrected_share_leads_and_says_with_which_rates(results: Path) -> None:
    figure = figure_of(results, "people")
    assert re.search(r"finds 88\.0\s% of the real-person models and leaves 99\.0\s%", figure)
    assert "corrected for the signal" in card_of(results, "people")
    assert re.search(r"Uncorrected, the signal finds [\d.]+\s%", card_of(results, "people"))


def test_without_measured_error_nothing_is_called_corrected(results: Path) -> None:
    rows = [share(800, 5000, 3, method="all", month="all", basis="signal")]
    write_measure(results, "real_person_share", rows)
    figure = figure_of(results, "people")
    assert "No corrected share" in figure
    assert "corrected for the signal" not in card_of(results, "people")


def test_small_groups_of_people_are_masked_and_not_drawn(results: Path) -> None:
    figure = figure_of(results, "who")
    assert re.search(r"politician</th><td[^>]*>&lt;10</td>", table_of(figure))
    drawn = re.search(r'<script type="application/json".*?</script>', figure, re.DOTALL)
    assert drawn is not None
    assert "actor" in drawn[0]
    assert "politician" not in drawn[0]


def test_a_small_cell_of_gender_takes_its_neighbour_with_it(results: Path) -> None:
    """Five that show both could be had from women, men and all together."""
    row = re.search(r"<tr><th[^>]*>marked by the hub.*?</tr>", figure_of(results, "targets"))
    assert row is not None
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[0])
    assert cells[3:6] == ["600", "withheld", "&lt;10"]
    assert cells[6] == "645"


def test_few_undecided_are_no_number_and_no_bounds(results: Path) -> None:
    rows = [{**share(600, 660, 8, basis="signal"), "men": 45, "other": 15}]
    write_measure(results, "target_gender", rows)
    figure = figure_of(results, "targets")
    assert "&lt;10 are not" in figure
    assert re.search(r"withheld</td>.*&lt;10</td>", table_of(figure))
    assert "Fewer than 10 are undecided" in card_of(results, "targets")
    assert "&lt;10 unknown" in card_of(results, "targets")


def test_reach_says_that_the_hub_marked_the_models(results: Path) -> None:
    figure = figure_of(results, "reach")
    assert "How far models travel that the hub marks as real persons" in figure
    assert "marked by the hub, not one that the signal finds" in figure


def test_a_gender_of_few_others_shows_no_share(results: Path) -> None:
    rows = [{**share(600, 604, 9, basis="signal"), "men": 3, "other": 1}]
    write_measure(results, "target_gender", rows)
    assert figure_of(results, "targets") == ""
    assert card_of(results, "targets") == ""


def test_a_risk_ratio_stands_with_both_cells_and_its_interval(results: Path) -> None:
    figure = figure_of(results, "pairing")
    assert "3.21" in figure
    assert "1.84–5.61" in figure
    assert re.search(r"women</th><td[^>]*>300<.*men</th><td[^>]*>12<", figure, re.DOTALL)
    assert "3.21 times" in card_of(results, "pairing")


@pytest.mark.parametrize("cell", [9, 0])
def test_a_risk_ratio_from_a_small_cell_is_not_shown(results: Path, cell: int) -> None:
    ratio = {"risk_ratio": 3.21, "ratio_low": 1.84, "ratio_high": 5.61}
    rows = [{**share(300, 700, 4, gender="women"), **ratio}, share(cell, 90, 2, gender="men")]
    write_measure(results, "sexualised_pairing", rows)
    assert figure_of(results, "pairing") == ""
    page = (results.parent / "report.html").read_text("utf-8")
    assert "“Sexualised models by gender” was measured and is not shown" in page
    assert "3.21" not in (results.parent / "report.html").read_text("utf-8").split("<script>")[0]


def test_cues_of_minors_are_in_no_chart_and_no_table(results: Path) -> None:
    for name in ("language", "language-months"):
        assert "minor" not in figure_of(results, name).replace("Cues of minors are counted", "")


def test_a_prompt_that_names_no_gender_is_not_called_none(results: Path) -> None:
    figure = figure_of(results, "prompt-gender")
    assert "no gender named" in figure
    assert "None" not in figure
    assert re.search(r"Of the \d+ images whose prompt names no gender 30 leave men out", figure)
    assert "&lt;10 leave women out" in figure


def test_language_of_few_creators_is_masked(results: Path) -> None:
    row = {"category": "sexualised", "polarity": "asked", "month": "all", "n": 900, "total": 9000,
           "unknown": 0, "value": 100.0, "low": 50.0, "high": 150.0, "prompts": 300,
           "prompts_with": 100, "prompt_share": 0.3, "prompt_low": 0.2, "prompt_high": 0.4,
           "creators": 200, "creators_with": 4, "creator_share": 0.02}  # fmt: skip
    write_measure(results, "language_rates", [row])
    assert figure_of(results, "language") == ""


def test_logarithmic_ticks_are_round_numbers_inside_the_ends() -> None:
    assert log_ticks(0.3, 40) == [0.5, 1, 2, 5, 10, 20]
    assert log_ticks(0.001, 200) == [0.001, 0.01, 0.1, 1, 10, 100]
