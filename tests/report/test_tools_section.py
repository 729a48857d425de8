"""The section on tools and subcultures: what it shows, what it leaves out, and why."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_results import sign, write_measure
from invented_rows import share

from hubwatch.report.columns import KEYS
from hubwatch.report.community_map import Link, Node, community_map
from hubwatch.report.page import write_report
from hubwatch.report.parts import periods_of
from hubwatch.report.results import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def page_of(results: Path) -> str:
    out = results.parent / "report.html"
    write_report(results, out)
    return out.read_text(encoding="utf-8")


def figure_of(results: Path, name: str) -> str:
    found = re.search(rf'<figure id="{name}".*?</figure>', page_of(results), re.DOTALL)
    return found[0] if found else ""


def spec_of(figure: str) -> Any:
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', figure, re.DOTALL)
    return json.loads(found[1]) if found else {}


def texts(spec: Any) -> Iterator[str]:
    """Yield every text in a specification."""
    if isinstance(spec, dict):
        for value in spec.values():
            yield from texts(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from texts(value)
    elif isinstance(spec, str):
        yield spec


def empty(results: Path, name: str, lacking: str) -> None:
    """Leave a measure without a row, with what it lacks in its sidecar."""
    row = share(1, 2, 0, **dict.fromkeys(KEYS[name], "all"))
    write_measure(results, name, [row], lacking=[lacking])
    path = results / f"{name}.csv"
    head = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(head + "\n", encoding="utf-8")
    sign(results, name)


def test_what_was_never_collected_is_named_with_what_to_do(results: Path) -> None:
    reason = "no adapter header was collected: `hubwatch collect civitai --kinds adapters`"
    for name in ("trainer_signature", "barrier_to_entry_profile"):
        empty(results, name, reason)
    page = page_of(results)
    said = re.search(r'<p class="withheld">(“Trainers”[^<]*)<code>([^<]*)</code>', page)
    assert said is not None
    assert "“Trainers” and “How little is needed” are not measured" in said[1]
    assert said[2] == "hubwatch collect civitai --kinds adapters"
    assert "too few models, persons or creators" not in said[0]
    assert 'id="number-barrier"' not in page


def test_the_section_says_so_when_nothing_of_it_was_collected(make_results: Any) -> None:
    results = make_results()
    for name in ("tag_communities", "community_adoption", "marker_adoption", "booru_overlap",
                 "base_model_lineage_share", "trainer_signature", "barrier_to_entry_profile",
                 "metadata_stripping", "name_leakage"):  # fmt: skip
        empty(results, name, "nothing was collected: `collect`")
    page = page_of(results)
    section = re.search(r'<section aria-labelledby="tools">.*?</section>', page, re.DOTALL)
    assert section is not None
    assert "nothing was collected" in section[0]
    assert "<figure" not in section[0]


def test_a_map_names_few_and_numbers_all(results: Path) -> None:
    figure = figure_of(results, "communities")
    spec = spec_of(figure)
    named = {t for t in texts(spec) if t in ("golden fox", "press photo", "score 9")}
    assert named
    numbers = {t for t in texts(spec) if t.isdigit()}
    assert numbers >= {str(i) for i in range(1, 9)}
    assert "golden fox · other tag 0 · third tag, 30.0" in figure


def test_a_community_with_few_models_of_real_people_hides_how_many(results: Path) -> None:
    figure = figure_of(results, "communities")
    row = re.search(r"<tr><th[^>]*>4 rainy street.*?</tr>", figure, re.DOTALL)
    assert row is not None
    assert "&lt;10 models" in row[0]


def words_of(figure: str) -> str:
    """Return what a reader sees of a figure beside its chart."""
    told = re.sub(r"<script.*?</script>", "", figure, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", told))


def change(results: Path, name: str, edit: Callable[[dict[str, str]], None]) -> None:
    """Edit the rows of a measure and sign it again."""
    path = results / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, head = list(reader), list(reader.fieldnames or ())
    for row in rows:
        edit(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sign(results, name)


def test_an_unstable_community_is_called_a_hint_wherever_it_is_told(results: Path) -> None:
    def shake(row: dict[str, str]) -> None:
        if (row["community"], row["statistic"]) == ("01", "stability"):
            row.update(value="0.3", low="0.2", high="0.4")

    assert "a hint, not a finding;" not in words_of(figure_of(results, "communities"))
    change(results, "tag_communities", shake)
    figure = figure_of(results, "communities")
    said = words_of(figure)
    assert "1 of them hints, not findings" in said
    assert "stability 0.30, a hint, not a finding" in said
    assert "0.30 0.20–0.40 a hint" in said
    assert '"hint": true' in figure or '"hint":true' in figure
    assert "1 (hint)" in words_of(figure_of(results, "community-months"))


def test_what_grew_is_told_by_growth_and_what_is_chance_is_called_so(results: Path) -> None:
    def settle(row: dict[str, str]) -> None:
        if row["statistic"] == "growth":
            grew = row["community"] == "02"
            row.update(value="2.0" if grew else "1.02", low="1.5" if grew else "0.9",
                       high="2.6" if grew else "1.2")  # fmt: skip

    change(results, "tag_communities", settle)
    said = words_of(figure_of(results, "community-months"))
    assert re.search(r"2 \([^)]*\) grew to 2\.00 times its share of images \(1\.50–2\.60", said)
    assert "1 (golden fox) grew" not in said
    assert re.search(r"No change told from chance: 1, 3, ", said)


def test_no_growth_beyond_chance_is_no_headline(results: Path) -> None:
    def settle(row: dict[str, str]) -> None:
        if row["statistic"] == "growth":
            row.update(value="1.02", low="0.9", high="1.2")

    change(results, "tag_communities", settle)
    said = words_of(figure_of(results, "community-months"))
    assert "No change between the earlier and the later half of the months is told" in said


def test_a_part_hidden_in_one_period_alone_is_hidden_in_a_second_one() -> None:
    def rows(month: str, sizes: dict[str, int]) -> list[Row]:
        total = sum(sizes.values())
        return [Row({"month": month, "name": name}, n=n, total=total) for name, n in sizes.items()]

    sizes = {"a": 2000, "b": 60, "c": 50}
    found = periods_of(
        [*rows("2024-01", sizes | {"c": 5}), *rows("2024-02", sizes), *rows("2024-03", sizes)],
        "name", {"a": "A", "b": "B", "c": "C"}, "files",
    )  # fmt: skip
    for name in "ABC":
        assert sum(name not in part.shares for part in found.parts) != 1
    assert found.parts[0].marks["C"] == "<10 files"
    assert found.parts[0].marks["B"] == "withheld"


def test_a_table_of_markers_has_no_row_that_hides_everything(results: Path) -> None:
    figure = figure_of(results, "markers")
    table = re.search(r"<tbody>.*?</tbody>", figure, re.DOTALL)
    assert table is not None
    assert "&lt;10" not in table[0]
    assert all("%" in row for row in table[0].split("</tr>")[:-1])


def test_the_figure_on_traces_says_what_files_reveal(results: Path) -> None:
    said = words_of(figure_of(results, "trail"))
    assert "reveal a person-like name in their training strings" in said


def test_small_parts_of_the_lineage_are_not_drawn(results: Path) -> None:
    figure = figure_of(results, "lineage")
    drawn = "".join(texts(spec_of(figure)))
    assert "└ Pony" in drawn
    assert "Playground" not in drawn
    assert re.search(r"› Playground</th><td[^>]*>File</td><td[^>]*>&lt;10 files<", figure)
    assert re.search(r"› Animagine</th><td[^>]*>File</td><td[^>]*>withheld<", figure)


def test_a_group_of_few_creators_has_no_median(results: Path) -> None:
    figure = figure_of(results, "barrier")
    assert re.search(r"training images</th><td[^>]*>models of real people</td><td[^>]*>18<", figure)
    other = re.search(r"training images</th><td[^>]*>other models</td><td[^>]*>([^<]*)<", figure)
    assert other is not None
    assert other[1] == "&lt;10"


def test_a_small_share_of_names_is_hidden(results: Path) -> None:
    figure = figure_of(results, "trail")
    assert "page names nobody" not in "".join(texts(spec_of(figure)))
    assert re.search(r"page names nobody</th><td[^>]*>&lt;10 files</td>", figure)


def _rows(months: int, files: int) -> list[Row]:
    return [
        Row({"month": f"2024-{m:02d}", "name": name}, n=n, total=files)
        for m in range(1, months + 1)
        for name, n in (("a", files // 2), ("b", files - files // 2))
    ]


@pytest.mark.parametrize(("files", "length"), [(400, 1), (15, 3), (8, 3), (5, 6)])
def test_months_stand_together_where_single_ones_hold_few(files: int, length: int) -> None:
    found = periods_of(_rows(12, files), "name", {"a": "A", "b": "B"})
    assert found.length == length
    assert sum(part.total for part in found.parts) == 12 * files
    assert all(set(part.shares) == {"A", "B"} for part in found.parts)
    assert bool(found.note()) is (length > 1)


def test_the_parts_of_a_period_are_those_of_its_months() -> None:
    found = periods_of(_rows(5, 15), "name", {"a": "A"})
    first = found.parts[0]
    assert (first.first, first.last, first.total) == ("2024-01", "2024-03", 45)
    assert first.name == "Jan – Mar 2024"
    assert first.shares["A"] == pytest.approx(21 / 45)
    assert sum(first.shares.values()) == pytest.approx(1)


PLACES = st.lists(
    st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1)), min_size=2, max_size=12
)
Box = tuple[float, float, float, float]


def name_boxes(spec: Any) -> list[Box]:
    """Return left, top, right and bottom of each name where the map is 300 pixels wide."""
    boxes = []
    for layer in spec["layer"]:
        mark = layer["mark"]
        if layer["encoding"].get("text", {}).get("field") == "name" and "stroke" not in mark:
            for row in (
                spec["datasets"][layer["data"]["name"]]
                if "name" in layer["data"]
                else (layer["data"]["values"])
            ):
                x, y = (row["x"] + 1.2) / 2.4 * 300, (1.2 - row["y"]) / 2.4 * 400
                width = 6.6 * len(row["name"])
                left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[mark["align"]] * width
                boxes.append((left, y - 7.5, left + width, y + 7.5))
    return boxes


@settings(max_examples=40, deadline=None)
@given(PLACES)
def test_names_on_the_map_touch_no_other_name_at_the_width_of_a_phone(
    places: list[tuple[float, float, float]],
) -> None:
    nodes = [
        Node(str(i), f"tag {i} of many", share, x, y, "var(--c1)", "label")
        for i, (x, y, share) in enumerate(places)
    ]
    links = [Link((str(i), str(i + 1)), 0.2, "label") for i in range(len(nodes) - 1)]
    boxes = name_boxes(community_map(nodes, links))
    assert len(boxes) <= 5
    for i, a in enumerate(boxes):
        assert a[0] >= -0.1
        assert a[2] <= 300.1
        for b in boxes[:i]:
            beside = a[2] <= b[0] + 0.1 or b[2] <= a[0] + 0.1
            assert beside or a[3] <= b[1] + 0.1 or b[3] <= a[1] + 0.1


def test_a_map_with_room_has_names() -> None:
    nodes = [
        Node(str(i), f"tag {i}", 0.2, x, y, "var(--c1)", "label")
        for i, (x, y) in enumerate([(-1, -1), (-1, 1), (1, -1), (1, 1), (0, 0)])
    ]
    assert len(name_boxes(community_map(nodes, []))) == 5


def test_the_distance_of_months_is_in_the_table_of_booru_tags(results: Path) -> None:
    figure = figure_of(results, "booru")
    assert "distance to the month before" in figure
    assert "rank-biased overlap" in figure
