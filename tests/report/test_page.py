"""The page as a reader's browser gets it: complete, self-contained, accessible, escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from invented_results import share, sign, write_measure

from hubwatch.errors import UsageError
from hubwatch.report.page import write_report

CHARTS = (
    "growth", "levels", "nsfw", "base-models", "concentration",
    "people", "people-months", "flagged", "who", "prominence", "reach",
    "targets", "pairing", "prompt-gender", "language", "language-months", "communities",
    "community-months", "markers", "booru", "lineage", "trainers", "barrier", "trail",
)  # fmt: skip
HEADLINES = 16
Make = Callable[..., Path]


class Elements(HTMLParser):
    """Collects start tags with their attributes, and text by the id of the enclosing card."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def all(self, name: str, **attributes: str) -> list[dict[str, str]]:
        return [
            found
            for tag, found in self.tags
            if tag == name and all(found.get(k) == v for k, v in attributes.items())
        ]


@pytest.fixture
def page(results: Path, tmp_path: Path) -> str:
    out = tmp_path / "report.html"
    write_report(results, out)
    return out.read_text(encoding="utf-8")


def without_script(page: str) -> str:
    return page[: page.rindex("<script>")]


def cards(page: str) -> list[str]:
    return re.findall(r'<article class="number-card".*?</article>', page, re.DOTALL)


def test_the_summary_says_what_was_written(results: Path, tmp_path: Path) -> None:
    summary = write_report(results, tmp_path / "report.html")
    assert summary.charts == CHARTS
    assert summary.headlines == HEADLINES
    assert summary.missing == ()
    assert summary.size == (tmp_path / "report.html").stat().st_size
    assert not summary.simulated


def test_nothing_in_the_page_points_to_the_network(page: str) -> None:
    for _, attributes in Elements(page).tags:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            assert not re.match(r"(?i)\s*(https?:)?//", attributes.get(name, ""))
    assert "@import" not in page
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", without_script(page))


def test_the_browser_is_told_to_load_nothing(page: str) -> None:
    rule = Elements(page).all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert "default-src 'none'" in rule
    assert "unsafe-eval" not in rule


def test_every_chart_has_alternative_text_a_caption_and_a_table(page: str) -> None:
    boxes = [
        a for a in Elements(page).all("div", role="img") if "chart" in a.get("class_", "chart")
    ]
    assert [box["id"] for box in boxes] == [f"{name}-chart" for name in CHARTS]
    assert all(len(box["aria-label"]) > 60 for box in boxes)
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == len(CHARTS)
    for figure in figures:
        assert "n = " in figure
        assert "Table behind this chart" in figure
        assert figure.count("<tr>") > 2


def test_every_specification_is_json_and_names_no_address(page: str) -> None:
    blocks = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == len(CHARTS)
    for block in blocks:
        spec = json.loads(block)
        assert "url" not in json.dumps(spec.get("data", {}))
        assert spec["width"] == "container"


def test_every_headline_has_interval_denominator_and_unknowns(page: str) -> None:
    found = cards(page)
    assert len(found) == HEADLINES
    for card in found:
        interval = re.search(r'class="interval">95 % interval <span>([^<]+)<.*draw', card)
        denominator = re.search(r'class="denominator">([^<]+)<', card)
        assert interval is not None
        assert re.search(r"\d–[\d.,]+", interval[1])
        assert denominator is not None
        assert re.search(r"\d", denominator[1])
        assert re.search(r"unknown|hidden", denominator[1])


def test_published_figures_stand_beside_numbers_and_lead_to_unit_and_source(page: str) -> None:
    card = next(card for card in cards(page) if 'id="number-nsfw-image"' in card)
    links = re.findall(r'href="#published-([\w-]+)"', card)
    assert links == ["civiverse-nsfw", "wei-nsfw-images"]
    assert "recalled, not checked" not in page[: page.index('id="published"')]
    listed = page[page.index('id="published"') : page.index('id="definitions"')]
    assert "about 41 % rising" in listed[listed.index("Recalled from the press, not checked") :]
    for link in links:
        entry = re.search(rf'<li id="published-{link}">.*?</li>', page, re.DOTALL)
        assert entry is not None
        assert all(word in entry[0] for word in ("Unit:", "Denominator:", "Period:"))
        assert re.search(r"arXiv:|doi:", entry[0])


def test_every_link_inside_the_page_leads_somewhere(page: str) -> None:
    tags = Elements(page).tags
    names = {attributes["id"] for _, attributes in tags if "id" in attributes}
    links = {a["href"][1:] for t, a in tags if t == "a" and a["href"].startswith("#")}
    assert links
    assert links <= names


def test_sections_come_in_the_order_of_the_report(page: str) -> None:
    order = [
        "data",
        "headlines",
        "charts",
        "real-people",
        "gender-language",
        "tools",
        "limits",
        "published",
        "definitions",
        "cite",
    ]
    places = [page.index(f'<h2 id="{name}"') for name in order]
    assert places == sorted(places)


def test_a_few_plain_sentences_come_first(page: str) -> None:
    start = page[page.index('<h2 id="brief"') : page.index('<h2 id="data"')]
    sentences = re.findall(r"<li>(.*?)</li>", start)
    assert len(sentences) == 9
    assert all("95 % interval" in text and "unknown" in text for text in sentences)
    assert "Textual inversion" in start
    assert "<summary>Rows in the lake</summary>" in page


def test_what_was_dropped_is_said_with_its_reasons(page: str) -> None:
    assert "15 records or parts of records could not be read" in page
    assert "wrong-type" in page
    assert "not-json" in page


def test_definitions_come_from_the_sidecars(page: str) -> None:
    assert page.count("The definition of ") == 25


def test_dated_changes_are_listed_only_for_the_platform_that_made_them(
    make_results: Make, tmp_path: Path
) -> None:
    for hub, expected in (("civitai", 6), ("huggingface", 0)):
        write_report(make_results(hubs=[hub]), tmp_path / f"{hub}.html")
        page = (tmp_path / f"{hub}.html").read_text(encoding="utf-8")
        items = re.findall(r"<li>\d+ \w{3} \d{4}: ", page)
        assert len(set(items)) == expected


@pytest.mark.parametrize(
    "run",
    [
        {"hubs": ["simulated"]},
        {"simulated": True},
        {"snapshots": [{"id": "1", "hub": "civitai", "base_url": "http://127.0.0.1:8765"}]},
        {"snapshots": [{"id": "1", "origin": {"base_url": "http://localhost:8765/api/v1"}}]},
    ],
)
def test_the_simulated_hub_is_announced_as_fictional(
    make_results: Make, tmp_path: Path, run: dict[str, object]
) -> None:
    summary = write_report(make_results(**run), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert summary.simulated
    assert "Everything here is fictional." in page
    assert "127.0.0.1" not in without_script(page)


def test_the_simulated_hub_has_no_dated_changes(make_results: Make, tmp_path: Path) -> None:
    write_report(make_results(simulated=True), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'class="changes"' not in page
    assert "The hub changed its levels in between" not in page


def test_a_real_hub_has_no_banner(page: str) -> None:
    assert "fictional" not in without_script(page)


def test_hostile_text_in_results_stays_text(results: Path, tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    for name in ("method_mix", "flagged_share", "base_model_mix", "level_mix"):
        path = results / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        for word in ("LORA", "Stable Diffusion 1,", "PG,"):
            text = text.replace(word, hostile + ("," if word.endswith(",") else ""))
        path.write_text(text, encoding="utf-8")
    about = {"measure": hostile, "question": hostile, "definition": hostile, "source": hostile}
    (results / "nsfw_share.json").write_text(json.dumps(about), encoding="utf-8")
    sign(results)
    run = {"hubs": [hostile], "quarantine": {hostile: 1}, "settings_digest": hostile}
    run["snapshots"] = [{"id": hostile, "hub": hostile, "state": hostile, "started_at": hostile}]  # type: ignore[list-item]  # a test record
    (results / "run.json").write_text(json.dumps(run), encoding="utf-8")
    write_report(results, tmp_path / "report.html", title=hostile)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img" not in without_script(page)
    assert not any("onerror" in attributes for _, attributes in Elements(page).tags)
    assert len(Elements(page).all("script")) == len(CHARTS) + 1


def test_the_same_results_give_the_same_bytes(results: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    write_report(results, first)
    write_report(results, second)
    assert first.read_bytes() == second.read_bytes()


def test_the_page_is_dated_by_the_last_snapshot_or_by_the_environment(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.html"
    write_report(results, out)
    assert "hubwatch report · 4 Jan 2025" in out.read_text(encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    write_report(results, out)
    assert "hubwatch report · 14 Nov 2023" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("measure", "chart"),
    [("level_mix", "levels"), ("real_person_reach", "reach"), ("nsfw_share", "nsfw")],
)
def test_a_missing_measure_drops_its_part_with_a_sentence(
    results: Path, tmp_path: Path, measure: str, chart: str
) -> None:
    (results / f"{measure}.csv").unlink()
    summary = write_report(results, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert summary.missing == (measure,)
    assert chart not in summary.charts
    assert f"Measures that are missing: {measure}." in page
    assert f'id="{chart}-chart"' not in page


def test_results_without_any_run_file_still_make_a_page(results: Path, tmp_path: Path) -> None:
    (results / "run.json").unlink()
    assert len(write_report(results, tmp_path / "report.html").charts) == len(CHARTS)


def test_one_month_of_results_makes_a_page(make_results: Make, tmp_path: Path) -> None:
    summary = write_report(make_results(months=1), tmp_path / "report.html")
    assert "nsfw" in summary.charts


DUMP = {
    "id": "dump", "hub": "civitai", "origin": "import models.jsonl", "state": "complete",
    "finished_at": "2026-01-04T19:12:44Z", "files": ["ab" * 32],
    "observed": {"from": "2024-12-04T13:04:29Z", "until": "2024-12-04T13:04:29Z"},
}  # fmt: skip


def report_of(folder: Path, tmp_path: Path) -> str:
    write_report(folder, tmp_path / "report.html")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_month_that_was_not_over_is_no_end_of_a_headline(
    make_results: Make, tmp_path: Path
) -> None:
    page = report_of(make_results(snapshots=[DUMP]), tmp_path)
    card = next(card for card in cards(page) if 'id="number-nsfw-rise"' in card)
    assert "From Nov 2022 to Nov 2024, the first and last complete month" in card
    assert "Incomplete: Dec 2024" in card
    assert "the hub changed its labels in between" in re.findall(r"<h3>(.*?)</h3>", card)[0]
    assert "interval of the change" not in card
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page, re.DOTALL)
    assert sum("Incomplete: Dec 2024" in text for text in captions) == 10


def test_months_that_a_window_cuts_are_incomplete(make_results: Make, tmp_path: Path) -> None:
    whole = {**DUMP, "observed": {"from": "2025-01-05", "until": "2025-01-05"}}
    cut = {**whole, "window": {"since": "2022-11-15", "until": "2024-10"}}
    page = report_of(make_results(snapshots=[cut]), tmp_path)
    assert "asked for items from 2022-11-15 on and before 2024-10 only" in page
    assert "From Dec 2022 to Sep 2024" in page
    assert "4 months, Nov 2022 to Dec 2024" in page
    assert "Incomplete:" not in report_of(make_results(snapshots=[whole]), tmp_path)


def test_a_month_of_few_images_is_no_end_of_a_headline(results: Path, tmp_path: Path) -> None:
    sizes = {"2024-01": 150, "2024-02": 20_000, "2024-03": 20_000}
    rows = [share(n // 2, n, 0, unit="image", definition="wide", month=m) for m, n in sizes.items()]
    write_measure(results, "nsfw_share", rows)
    assert "From Feb 2024 to Mar 2024" in report_of(results, tmp_path)


def test_showcase_images_are_said_to_be_no_posts(make_results: Make, tmp_path: Path) -> None:
    dates = {"version.createdAt": 90, "image.createdAt": 10}
    most = {"showcase": 90, "listing": 10}
    page = report_of(make_results(images_by_source=most, images_by_date_source=dates), tmp_path)
    words = "showcase images (at most a few per version), dated by their version, not what users"
    card = next(card for card in cards(page) if 'id="number-nsfw-image"' in card)
    assert words in card
    assert "90 of 100 images" in card
    assert "of showcase images are NSFW" in page[: page.index('<h2 id="data"')]
    assert page.count(words) == 7
    few = {"showcase": 10, "listing": 90}
    assert "showcase images" not in report_of(make_results(images_by_source=few), tmp_path)


def test_the_page_says_when_the_hub_answered_and_of_which_files(
    make_results: Make, tmp_path: Path
) -> None:
    page = report_of(make_results(snapshots=[DUMP], data_digest="d" * 64), tmp_path)
    assert "4 Jan 2026 · measured on data observed until 4 Dec 2024" in page
    assert f"<code>{'ab' * 32}</code>" in page
    cited = page[page.index('class="cite"') :]
    assert f"Data observed until 4 Dec 2024. Data digest: {'d' * 64}." in cited


def test_captions_count_what_is_drawn(page: str) -> None:
    flagged = re.findall(r'<figure id="flagged".*?</figure>', page, re.DOTALL)[0]
    assert re.search(r"n = [\d,]+ models of all methods \(\d+ with no flag known", flagged)
    reach = re.findall(r'<figure id="reach".*?</figure>', page, re.DOTALL)[0]
    assert re.search(r"models of all methods .*; [\d,]+ models of the single methods", reach)


@pytest.mark.parametrize("where", ["folder", "file/report.html"])
def test_a_place_that_cannot_hold_the_page_is_a_usage_error(
    results: Path, tmp_path: Path, where: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    for out, pdf in ((where, None), ("page.html", tmp_path / where)):
        with pytest.raises(UsageError, match="folder"):
            write_report(results, tmp_path / out, pdf=pdf)


def _snapshot(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "hub": "civitai", "origin": "collect https://hub.test",
            "state": "complete", "finished_at": "2025-01-04T19:12:44Z", **more}  # fmt: skip


def test_simulated_answers_that_were_imported_are_announced_as_fictional(
    make_results: Make, tmp_path: Path
) -> None:
    run = {"snapshots": [_snapshot("1", origin="import models.jsonl", simulated=True)]}
    assert write_report(make_results(**run), tmp_path / "report.html").simulated
    assert "Everything here is fictional." in (tmp_path / "report.html").read_text("utf-8")


def test_real_and_simulated_answers_in_one_lake_are_not_called_all_fictional(
    make_results: Make, tmp_path: Path
) -> None:
    run = {"snapshots": [_snapshot("1", simulated=True), _snapshot("2")]}
    write_report(make_results(**run), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Part of this is fictional." in page
    assert "Everything here is fictional." not in page
    assert "pools real and simulated answers" in page


def test_the_collections_own_doubts_stand_before_the_first_number(
    make_results: Make, tmp_path: Path
) -> None:
    doubt = {"name": "images/level=R", "state": "truncated", "covered": 0.8, "sample": 50,
             "missed": None, "why": "depth limit"}  # fmt: skip
    said = {
        "slices": {"complete": 8, "cut": 3, "truncated": 1},
        "missed": 41.6,
        "doubtful": [doubt],
    }
    cut = {"slices": {}, "missed": None, "doubtful": [], "failures": ["`a.zst` is cut off"]}
    run = {
        "snapshots": [
            _snapshot("one", collection=said, drift={"keys": 2, "values": 1}),
            _snapshot("two", origin="import a.zst", collection=cut,
                      notes={"withheld-generation-data": 7, "status-404": 3}),
            _snapshot("three", measured=False),
        ]
    }  # fmt: skip
    write_report(make_results(**run), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    front = page[page.index('id="data"') : page.index('id="headlines"')]
    assert "1 of 9 parts of the listing is not plainly complete" in front
    assert "estimated to have missed about 42 items" in front
    assert "there is no estimate" in front
    assert re.search(r"images/level=R</th><td>truncated</td><td>80.0\s% of 50 known</td>", front)
    assert "Not read to the end: <code>a.zst</code> is cut off" in front
    assert "7 images whose prompt and settings the hub does not show" in front
    assert "3 requests answered with status 404" in front
    assert "2 keys and 1 value that hubwatch does not know" in front
    assert "1 complete snapshot was not refined yet" in front


def test_two_hubs_are_said_to_be_pooled(make_results: Make, tmp_path: Path) -> None:
    write_report(make_results(hubs=["civitai", "huggingface"]), tmp_path / "report.html")
    assert "Every number pools 2 hubs" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_no_interval_is_called_a_bootstrap(page: str) -> None:
    """They are closed forms; a page that names another method cannot be repeated."""
    text = page[: page.index('id="definitions"')]
    assert "bootstrap" not in text
    assert "with creators as independent draws" in text


def test_intervals_over_creators_take_the_place_of_wilsons(results: Path, tmp_path: Path) -> None:
    rows = [
        {**share(6000, 10_000, 0, unit="image", definition="wide", month=month),
         "creators_low": low, "creators_high": high}
        for month, low, high in (("all", 0.52, 0.68), ("2024-01", "", ""), ("2024-02", "", ""))
    ]  # fmt: skip
    write_measure(results, "nsfw_share", rows)
    write_report(results, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    card = next(card for card in cards(page) if 'id="number-nsfw-image"' in card)
    assert "<span>52.0–68.0\N{NO-BREAK SPACE}%</span> with creators as independent draws" in card
    rise = next(card for card in cards(page) if 'id="number-nsfw-rise"' in card)
    assert "with each image as an independent draw, so too narrow" in rise


def test_every_image_rated_is_said_as_such(results: Path, tmp_path: Path) -> None:
    write_measure(results, "unrated_share", [share(0, 500, 0, unit="image", month="all")])
    write_report(results, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Every image that was collected carries a level." in page
    assert "% of images carry no level" not in page


def test_the_summary_names_the_charts_that_were_left_out(results: Path, tmp_path: Path) -> None:
    (results / "lorenz.csv").unlink()
    summary = write_report(results, tmp_path / "report.html")
    assert (summary.left_out, summary.missing) == (("Concentration",), ("lorenz",))
