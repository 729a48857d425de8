"""A small lake that holds nothing but prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from hubwatch.lake.derived import replace_tables
from hubwatch.lake.layout import ensure_lake
from hubwatch.lake.schema import arrow_schema

AddPrompts = Callable[[Iterable[str]], None]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    ensure_lake(tmp_path / "lake")
    return tmp_path / "lake"


@pytest.fixture
def add_prompts(lake: Path) -> AddPrompts:
    """Return a function that adds prompts to the lake, numbered from 100 downwards."""
    held: list[str] = []

    def add(texts: Iterable[str]) -> None:
        new = list(texts)
        first = 100 - len(held)
        rows = pa.RecordBatch.from_pydict(
            {
                "prompt_id": [first - i for i in range(len(new))],
                "check": [0] * len(new),
                "text": new,
                "characters": [len(text) for text in new],
            },
            schema=arrow_schema("prompts"),
        )
        held.extend(new)
        replace_tables(lake, {"prompts": [rows]}, append={"prompts"})

    return add
