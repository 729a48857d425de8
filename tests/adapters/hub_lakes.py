"""A small simulated hub, a lake that knows its models, and what its adapters truly are."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from hubwatch.adapters.collect import collect_adapters
from hubwatch.adapters.summary import AdapterSummary
from hubwatch.hubs.civitai import connect
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.collect import collect
from hubwatch.lake.refine import refine
from hubwatch.simulate.server import downloads
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.world.adapter_truth import adapters_table
from hubwatch.simulate.world.build import World

FAST = 1e9


def make_lake(world: World, lake: Path) -> Path:
    """Collect and refine the models of a world."""
    with SimulatedHub(world.as_of) as hub:
        summary = collect(connect(base_url=hub.base_url, rate=FAST), lake, kinds=["models"])
    assert summary.state == "complete"
    refine(lake, workers=1)
    return lake


def copy_lake(lake: Path, to: Path) -> Path:
    """Copy a lake for one test."""
    shutil.copytree(lake, to)
    return to


def rows_of(lake: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table."""
    return [row for path in open_lake(lake).paths(table) for row in pq.read_table(path).to_pylist()]


def read(hub: SimulatedHub, lake: Path, **options: Any) -> AdapterSummary:
    """Collect adapters from a hub on this machine without waiting."""
    return collect_adapters(lake, base_url=hub.base_url, **{"rate": FAST, **options})


def truth_of(world: World) -> dict[str, dict[str, Any]]:
    """Return what is planted in each file, by its id."""
    return {str(row["file_id"]): row for row in adapters_table(world.content).to_pylist()}


@dataclass
class Asked:
    """Which versions' files a hub in this process was asked for, in order."""

    versions: list[str] = field(default_factory=list)

    def watch(self) -> Callable[..., Any]:
        """Return a stand-in for the hub's answer to downloads that notes them."""
        answer = downloads.redirect

        def noting(index: Any, request: Any, text: str, key: bytes) -> Any:
            self.versions.append(text)
            return answer(index, request, text, key)

        return noting
