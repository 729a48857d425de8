"""The section on tools and subcultures: what it shows, what it leaves out, and why."""

from __future__ import annotations

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
    from collections.abc import Iterator


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
    row = re.search(r"<tr><th[^>]*>4 rainy street.*?</tr>", figure)
    assert row is not None
    assert "&lt;10" in row[0]


def test_small_parts_of_the_lineage_are_not_drawn(results: Path) -> None:
    figure = figure_of(results, "lineage")
    drawn = "".join(texts(spec_of(figure)))
    assert "└ Pony" in drawn
    assert "Playground" not in drawn
    assert re.search(r"› Playground</th><td[^>]*>File</td><td[^>]*>&lt;10</td>", figure)


def test_a_group_of_few_creators_has_no_median(results: Path) -> None:
    figure = figure_of(results, "barrier")
    assert re.search(r"training images</th><td[^>]*>models of real people</td><td[^>]*>18<", figure)
    other = re.search(r"training images</th><td[^>]*>other models</td><td[^>]*>([^<]*)<", figure)
    assert other is not None
    assert other[1] == "&lt;10"


def test_a_small_share_of_names_is_hidden(results: Path) -> None:
    figure = figure_of(results, "trail")
    assert "page names nobody" not in "".join(texts(spec_of(figure)))
    assert re.search(r"page names nobody</th><td[^>]*>&lt;10</td>", figure)


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
