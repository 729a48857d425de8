"""Results folders to report on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from invented_results import write_results

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """An invented results folder of 26 months."""
    return write_results(tmp_path / "results")


@pytest.fixture
def make_results(tmp_path: Path) -> Callable[..., Path]:
    """Write results folders with other months or another `run.json`."""
    made = 0

    def make(**options: Any) -> Path:
        nonlocal made
        made += 1
        return write_results(tmp_path / f"results{made}", **options)

    return make
