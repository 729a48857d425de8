"""Planted communities are found, told in one tidy table, and never named by what must not show."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from golden_lake import write_lake
from planted_communities import GENERAL, GROUPS, MONTHS, planted, planted_lake

from hubwatch.engine import open_tables
from hubwatch.measures.communities.adoption import community_adoption
from hubwatch.measures.communities.partition import adjusted_rand
from hubwatch.measures.communities.study import study
from hubwatch.measures.communities.tag_communities import tag_communities
from hubwatch.measures.result import to_csv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubwatch.engine import Tables

#: Tags that no label may show, all of them in every other prompt of the first group.
_FORBIDDEN = {
    "mature_term_001": "a sexual word",
    "15 years old": "a minor's cue",
    "emma brandt": "a name",
    "vexqalor the third": "an invented character",
    "赤い帽子": "another script",
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    lake = planted_lake(dict.fromkeys(_FORBIDDEN, 0))
    folder = tmp_path_factory.mktemp("planted")
    with open_tables(write_lake(folder, lake), threads=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(tables: Tables) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tag_communities(tables).to_pylist()
    return found


def test_planted_groups_are_found(tables: Tables) -> None:
    found = study(tables, top=5000)
    place = {term: i for i, term in enumerate(found.vocabulary.terms)}
    truth = planted()
    seen = found.detected.community[[place[tag] for tag in truth]]
    assert found.detected.count == GROUPS
    assert adjusted_rand(seen, np.array(list(truth.values()))) > 0.95
    everybody = found.detected.community[[place[tag] for tag in GENERAL]]
    assert (everybody == -1).all()


def test_communities_are_numbered_by_their_prompts(tables: Tables) -> None:
    sizes = np.bincount(study(tables, top=5000).community + 1, minlength=GROUPS + 1)[1:]
    assert (np.diff(sizes) <= 0).all()


def test_no_label_shows_what_must_not_show(tables: Tables, rows: list[dict[str, Any]]) -> None:
    published = to_csv(tag_communities(tables)) + to_csv(community_adoption(tables))
    for tag, what in _FORBIDDEN.items():
        assert tag not in published, what
    labels = {row["label"] for row in rows if row["statistic"] == "label"}
    assert labels <= set(planted())
    assert len(labels) == 5 * GROUPS
    withheld = {row["other"]: row["n"] for row in rows if row["statistic"] == "withheld"}
    assert (withheld["minor"], withheld["sexualised"]) == (1, 1)
    assert withheld["name"] == 3


def test_the_share_of_prompts_that_hold_a_name_tag_is_that_of_its_prompts(
    rows: list[dict[str, Any]], tables: Tables
) -> None:
    about = study(tables, top=5000).community
    for community in range(GROUPS):
        own = [row for row in rows if row["community"] == f"{community + 1:02d}"]
        named = next(row for row in own if row["statistic"] == "named")
        tags = [row["n"] for row in own if row["statistic"] == "label" and int(row["other"]) <= 3]
        assert named["total"] == (about == community).sum()
        assert max(tags) <= named["n"] <= min(sum(tags), named["total"])


def test_a_tag_of_few_creators_is_no_label(tmp_path: Path) -> None:
    lake = planted_lake({"velvet table": 1})
    number = next(row["term_id"] for row in lake["tag_terms"] if row["term"] == "velvet table")
    few = {
        row["prompt_id"] for row in lake["images"] if row["creator_key"] in ("c1-1", "c1-2", "c1-3")
    }
    lake["prompt_tags"] = [
        row for row in lake["prompt_tags"] if row["term_id"] != number or row["prompt_id"] in few
    ]
    with open_tables(write_lake(tmp_path, lake), threads=2) as opened:
        found = tag_communities(opened).to_pylist()
    assert "velvet table" not in {row["label"] for row in found}
    rare = next(row["n"] for row in found if row["other"] == "rare")
    assert rare == 1


def test_shares_of_images_add_up_and_lie_in_their_intervals(rows: list[dict[str, Any]]) -> None:
    images = [row for row in rows if row["statistic"] == "images"]
    assert sum(row["n"] for row in images) == images[0]["total"]
    for row in rows:
        if row["low"] is not None:
            assert row["low"] <= row["value"] <= row["high"], row
        if row["statistic"] not in ("leads", "together_first", "together_last", "growth"):
            assert row["value"] is None or 0 <= row["value"] <= 1


def test_every_community_has_its_place_on_the_map(rows: list[dict[str, Any]]) -> None:
    images = [row for row in rows if row["statistic"] == "images"]
    assert len(images) == GROUPS
    for row in images:
        assert -1 <= row["x"] <= 1
        assert -1 <= row["y"] <= 1
    assert len({(row["x"], row["y"]) for row in images}) == GROUPS
    assert all(row["x"] is None for row in rows if row["statistic"] != "images")


def test_real_person_models_and_mature_images_are_those_planted(
    tables: Tables, rows: list[dict[str, Any]]
) -> None:
    found = study(tables, top=5000)
    place = {term: i for i, term in enumerate(found.vocabulary.terms)}
    group_of = {
        f"{found.detected.community[place[tag]] + 1:02d}": g for tag, g in planted().items()
    }
    shares = {
        (group_of[row["community"]], row["statistic"]): row
        for row in rows
        if row["statistic"] in ("real_person", "mature")
    }
    assert [shares[g, "real_person"]["value"] for g in range(GROUPS)] == [1, 0, 0]
    assert all(shares[g, "real_person"]["total"] == 25 for g in range(GROUPS))
    assert 0.3 < shares[0, "mature"]["value"] < 0.5
    assert shares[2, "mature"]["value"] == 0


def test_months_of_adoption_add_up_to_the_whole(tables: Tables) -> None:
    found = community_adoption(tables).to_pylist()
    for community in {row["community"] for row in found}:
        own = {row["month"]: row for row in found if row["community"] == community}
        assert set(own) == {"all", *MONTHS}
        for column in ("n", "total", "unknown", "mature", "rated", "depicting", "answered"):
            assert own["all"][column] == sum(own[month][column] for month in MONTHS)
        assert own["all"]["creators"] <= sum(own[month]["creators"] for month in MONTHS)


def test_two_ways_of_cutting_the_files_give_the_same_communities(tmp_path: Path) -> None:
    answers = []
    for files in (1, 4):
        lake = planted_lake()
        folder = tmp_path / str(files)
        folder.mkdir()
        sources = write_lake(folder, lake)
        if files > 1:
            tagged = lake["prompt_tags"]
            cuts = [0, *(_whole(tagged, len(tagged) * i // files) for i in range(1, files)), None]
            parts = [tagged[a:b] for a, b in pairwise(cuts)]
            paths = []
            for number, part in enumerate(parts):
                (folder / f"part{number}").mkdir()
                paths += write_lake(folder / f"part{number}", {"prompt_tags": part})[
                    "prompt_tags"
                ].paths
            schema = sources["prompt_tags"].schema
            sources["prompt_tags"] = type(sources["prompt_tags"])(schema, tuple(paths))
        with open_tables(sources, threads=2) as opened:
            answers.append(to_csv(tag_communities(opened)) + to_csv(community_adoption(opened)))
    assert answers[0] == answers[1]


def _whole(rows: list[dict[str, Any]], at: int) -> int:
    """Return the next place where a prompt begins."""
    while rows[at]["prompt_id"] == rows[at - 1]["prompt_id"]:
        at += 1
    return at
