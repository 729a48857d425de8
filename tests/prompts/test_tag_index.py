"""The lake's tag index: what it holds, and that it only ever adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hubwatch.lake.catalog import open_lake
from hubwatch.prompts import index, parse
from hubwatch.prompts.index import build_tag_index

AddPrompts = Callable[[Iterable[str]], None]
FIRST = ["a red kite, (sky:1.2)", "sky, ((kite)), <lora:kite:1>", "", "a [kite"]
LATER = ["sky, sea", "kite"]


def rows(lake: Path, table: str) -> list[dict[str, Any]]:
    return [row for path in open_lake(lake).paths(table) for row in pq.read_table(path).to_pylist()]


def read_back(lake: Path) -> dict[int, list[tuple[str, float]]]:
    terms = {row["term_id"]: row["term"] for row in rows(lake, "tag_terms")}
    found: dict[int, list[tuple[str, float]]] = {}
    for row in rows(lake, "prompt_tags"):
        tags = found.setdefault(row["prompt_id"], [])
        assert row["position"] == len(tags)
        tags.append((terms[row["term_id"]], pytest.approx(row["weight"], abs=1e-6)))
    return found


def expected(texts: list[str]) -> dict[int, list[tuple[str, float]]]:
    tags = {100 - i: [(t.text, t.weight) for t in parse(x).tags] for i, x in enumerate(texts)}
    return {key: value for key, value in tags.items() if value}


def test_the_index_holds_the_tags_of_every_prompt(lake: Path, add_prompts: AddPrompts) -> None:
    add_prompts(FIRST)
    summary = build_tag_index(lake)
    assert read_back(lake) == expected(FIRST)
    assert (summary.prompts, summary.tags, summary.terms, summary.known) == (4, 5, 4, 0)
    assert [row["term_id"] for row in rows(lake, "tag_terms")] == [0, 1, 2, 3]


def test_a_second_run_changes_nothing(lake: Path, add_prompts: AddPrompts) -> None:
    add_prompts(FIRST)
    build_tag_index(lake)
    before = open_lake(lake).catalog
    summary = build_tag_index(lake)
    assert (summary.tags, summary.terms, summary.known) == (0, 0, 3)
    assert open_lake(lake).catalog == before


def test_later_prompts_only_add(lake: Path, add_prompts: AddPrompts) -> None:
    add_prompts(FIRST)
    build_tag_index(lake)
    tags, terms = rows(lake, "prompt_tags"), rows(lake, "tag_terms")
    add_prompts(LATER)
    read: list[int] = []
    summary = build_tag_index(lake, progress=read.append)
    assert rows(lake, "prompt_tags")[: len(tags)] == tags
    assert rows(lake, "tag_terms")[: len(terms)] == terms
    assert read_back(lake) == expected(FIRST + LATER)
    assert (summary.tags, summary.terms) == (3, 1)
    assert sum(read) == summary.prompts == 3  # the empty prompt is read again


def test_numbers_do_not_depend_on_how_prompts_are_read(
    lake: Path, add_prompts: AddPrompts, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_prompts(FIRST + LATER)
    monkeypatch.setattr(index, "_ROWS", 1)
    build_tag_index(lake)
    assert [row["term"] for row in rows(lake, "tag_terms")] == [
        "a red kite",
        "sky",
        "kite",
        "a kite",
        "sea",
    ]


def test_batches_may_be_read_ahead_by_others(
    lake: Path, add_prompts: AddPrompts, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_prompts(FIRST + LATER)
    monkeypatch.setattr(index, "_ROWS", 1)
    build_tag_index(lake, each=lambda work, jobs: [work(job) for job in list(jobs)])
    assert read_back(lake) == expected(FIRST + LATER)


def test_an_empty_lake_is_left_alone(lake: Path) -> None:
    assert build_tag_index(lake).prompts == 0
    assert open_lake(lake).catalog.generation == 0
