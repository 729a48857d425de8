"""The tiny lake, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden_lake import GOLDEN, write_lake

from hubwatch.engine import Tables, open_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def golden(tmp_path: Path) -> Iterator[Tables]:
    """The tiny lake on DuckDB."""
    with open_tables(write_lake(tmp_path, GOLDEN, files=2), threads=2) as tables:
        yield tables
