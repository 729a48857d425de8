"""The planted subcultures of the simulated hub are found, over the whole path from its answers.

The method was tuned on the hub of seed 1; here it meets another. The truth is `tag_subcultures`:
tags of exactly one subculture, be it of one theme or of several; tags that several subcultures or
all share have no truth and are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq
import pytest

from hubwatch.engine import open_tables
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.importing import import_files
from hubwatch.lake.refine import refine
from hubwatch.measures.communities.facts import facts
from hubwatch.measures.communities.partition import adjusted_rand
from hubwatch.measures.communities.tag_communities import tag_communities
from hubwatch.measures.run import sources
from hubwatch.prompts import parse
from hubwatch.prompts.index import build_tag_index
from hubwatch.simulate.world.mature import MATURE_TERMS
from hubwatch.simulate.world.write import write_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubwatch.engine import Tables
    from hubwatch.measures.communities.study import Study


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("communities")
    write_hub(folder / "hub", models=3_500, images=180_000, seed=2)
    import_files(sorted((folder / "hub").glob("*.jsonl.zst")), folder / "lake")
    refine(folder / "lake")
    build_tag_index(folder / "lake")
    return folder


@pytest.fixture(scope="module")
def tables(hub: Path) -> Iterator[Tables]:
    with open_tables(sources(open_lake(hub / "lake"))) as opened:
        yield opened


def truth(hub: Path) -> dict[str, str]:
    """Return the tags of exactly one subculture, in the form of `Tag.text`."""
    rows = pq.read_table(hub / "hub" / "truth" / "tag_subcultures.parquet").to_pylist()
    found: dict[str, set[str]] = {}
    for row in rows:
        for tag in parse(row["tag"]).tags:
            found.setdefault(tag.text, set()).add(row["subculture"])
    return {tag: names.pop() for tag, names in found.items() if len(names) == 1 and "" not in names}


def known(found: Study, expected: dict[str, str]) -> list[tuple[int, str]]:
    terms = found.vocabulary.terms
    return [(i, expected[term]) for i, term in enumerate(terms) if term in expected]


def test_planted_subcultures_are_found(hub: Path, tables: Tables) -> None:
    found = facts(tables, 5000).study
    pairs = known(found, truth(hub))
    assert len(pairs) > 1_500
    labels = found.detected.community[[tag for tag, _ in pairs]]
    assert adjusted_rand(labels, np.array([name for _, name in pairs])) >= 0.8
    assert 8 <= found.detected.count <= 14


def test_images_are_told_by_their_subculture(hub: Path, tables: Tables) -> None:
    """What an image is about agrees with the subculture that the world drew for it."""
    found = facts(tables, 5000).study
    asked = tables.collect(tables["images"].select("image_id", "prompt_id"))
    drawn = {
        str(row["image_id"]): row["subculture"]
        for path in sorted((hub / "hub" / "truth").glob("images-*.parquet"))
        for row in pq.read_table(path, columns=["image_id", "subculture"]).to_pylist()
    }
    place = {prompt: i for i, prompt in enumerate(found.prompts.ids.tolist())}
    pairs = [
        (int(found.community[place[prompt]]), drawn[image])
        for image, prompt in zip(
            *(asked[name].to_pylist() for name in asked.column_names), strict=True
        )
        if prompt is not None and found.community[place[prompt]] >= 0
    ]
    labels, names = (np.array([pair[i] for pair in pairs]) for i in (0, 1))
    assert adjusted_rand(labels, names) >= 0.5


def test_no_label_is_a_mature_term_or_names_a_person(hub: Path, tables: Tables) -> None:
    labels = {row["label"] for row in tag_communities(tables).to_pylist() if row["label"]}
    assert len(labels) > 20
    people = pq.read_table(hub / "hub" / "truth" / "people.parquet")
    for label in labels:
        assert not any(term in label for term in MATURE_TERMS)
    names = {str(name).lower() for name in people["name"].to_pylist()}
    assert not any(name in label for label in labels for name in names)
