"""The demo: a simulated hub, collected over HTTP, refined, measured and reported."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.errors import HubUnreachableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

STEPS: Final = (
    "making a fictional hub and serving it on this machine",
    "collecting models and images over HTTP",
    "refining the raw answers into tables",
    "reading headers of adapter files over HTTP",
    "computing signals and measuring",
    "writing the report",
)
#: Adapter files that are read: enough for its measures, a fair draw of all, and quick.
ADAPTERS: Final = 1_500
#: The fictional booru's tag list, below the demo's folder.
BOORU_TAGS: Final = "booru-tags.csv"
_MARK: Final = ".hubwatch-demo"
_START_SECONDS: Final = 120
#: Requests a second at most: the hub is on this machine.
_RATE: Final = 100_000.0


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """How long the demo took, in seconds, by step and in all."""

    by_step: dict[str, float]
    seconds: float


def _end_with_parent(pipe: Connection) -> None:
    """Wait until the other end of the pipe is gone, as when the parent was killed, and end."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(0)


def _serve(pipe: Connection, models: int, images: int, seed: int) -> None:
    from hubwatch.simulate.server.hub import serve

    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    serve(models=models, images=images, seed=seed, port=0, faults="none", ready=pipe.send)


@contextmanager
def _served_hub(models: int, images: int, seed: int) -> Iterator[str]:
    """Serve the hub from a process of its own, so that collecting has a processor for itself."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(there, models, images, seed), daemon=True)
    process.start()
    there.close()
    try:
        yield _address(here)
    finally:
        process.terminate()
        process.join()


def _address(pipe: Connection) -> str:
    """Wait for the server to say where it is."""
    try:
        if pipe.poll(_START_SECONDS):
            return str(pipe.recv())
    except (EOFError, OSError):
        pass
    raise HubUnreachableError(
        "the simulated hub did not start", hint="run `hubwatch simulate serve` to see why"
    )


def _clear(out: Path) -> None:
    """Make room for a new demo; a folder that no demo made is left alone."""
    if out.exists() and any(out.iterdir()):
        if not (out / _MARK).exists():
            raise UsageError(
                f"`{out}` holds something that is not a demo",
                hint="choose another folder with --out",
            )
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARK).touch()


def run_demo(
    out: Path,
    *,
    models: int = 5_000,
    images: int = 100_000,
    seed: int = 1,
    step: Callable[[str], None] = lambda _: None,
) -> DemoSummary:
    """Run the whole way on a fictional hub.

    Args:
        out: folder to fill with `lake`, `results`, `report.html` and the fictional booru's tags; an
            older demo is replaced.
        models: models of the fictional hub.
        images: images of the fictional hub.
        seed: which fictional hub.
        step: called with each of `STEPS` as it begins.

    Raises:
        UsageError: `out` holds something else.
        HubUnreachableError: the simulated hub did not start.
    """
    from hubwatch.adapters.collect import collect_adapters
    from hubwatch.files import write_atomically
    from hubwatch.hubs.civitai import connect
    from hubwatch.lake.collect import collect
    from hubwatch.lake.refine import refine
    from hubwatch.measures.run import run_measures
    from hubwatch.measures.tag_list import read_tag_list
    from hubwatch.report.page import write_report
    from hubwatch.simulate.world.booru import booru_csv

    _clear(out)
    lake, results = out / "lake", out / "results"
    started = time.monotonic()
    marks: list[float] = []

    def begin(index: int) -> None:
        marks.append(time.monotonic())
        step(STEPS[index])

    begin(0)
    with _served_hub(models, images, seed) as base_url:
        begin(1)
        collect(connect(base_url=base_url, rate=_RATE), lake)
        begin(2)
        refine(lake)
        begin(3)
        collect_adapters(lake, base_url=base_url, rate=_RATE, limit=ADAPTERS)
    begin(4)
    write_atomically(out / BOORU_TAGS, booru_csv())
    tags = {"booru_tags": read_tag_list(out / BOORU_TAGS)}
    run_measures(lake, results, parameters={"booru_overlap": tags})
    begin(5)
    write_report(results, out / "report.html")
    marks.append(time.monotonic())
    by_step = {name: marks[i + 1] - marks[i] for i, name in enumerate(STEPS)}
    return DemoSummary(by_step=by_step, seconds=time.monotonic() - started)
