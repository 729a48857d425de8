"""Writing a simulated hub to disk: its exact answers and the truth beside them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hubwatch.errors import HubwatchError, InputError, StorageError
from hubwatch.files import write_atomically, writing_to
from hubwatch.simulate.world.adapter_truth import adapters_table
from hubwatch.simulate.world.booru import booru_csv, tag_subcultures_table
from hubwatch.simulate.world.build import build_world
from hubwatch.simulate.world.clock import END
from hubwatch.simulate.world.pages import (
    ImageWriters,
    Part,
    Written,
    image_parts,
    model_parts,
    write_images,
    write_models,
)
from hubwatch.simulate.world.truth import events_table, models_table, people_table, versions_table
from hubwatch.simulate.world.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hubwatch.simulate.world.content import Content

#: Below this many images a second process costs more than it brings.
_WORTH_TWO: Final = 60_000
#: The fictional booru's tag list, below `truth`.
BOORU_TAGS: Final = "booru-tags.csv"


@dataclass(frozen=True, slots=True)
class WriteSummary:
    """What was written.

    Args:
        files: files with answers; the truth tables come on top.
        models, versions, images: items in the answers.
        bytes: size of the answers on disk.
        json_bytes: size of the answers before compression.
        seconds: wall time.
    """

    files: int
    models: int
    versions: int
    images: int
    bytes: int
    json_bytes: int
    seconds: float


def write_parts(
    content: Content,
    parts: list[Part],
    out: Path,
    *,
    images: int,
    progress: Callable[[int], None],
) -> list[Written]:
    """Write some files of a world; any process may write any of them.

    Args:
        content: the world.
        parts: which files.
        out: folder, with its `truth` folder.
        images: listed images of the whole world.
        progress: called with the number of images written since the last call.
    """
    view = View(content, END - 1)
    writers: ImageWriters | None = None
    results = []
    for part in parts:
        if part.kind == "models":
            results.append(write_models(content, view, part, out))
            continue
        writers = writers or ImageWriters(content)
        for step in write_images(writers, part, out, total=images):
            if isinstance(step, Written):
                results.append(step)
            else:
                progress(step)
    return results


def _dealt(parts: list[Part], processes: int) -> list[list[int]]:
    """Deal the parts to processes so that each has about the same to do."""
    hands: list[list[int]] = [[] for _ in range(processes)]
    load = [0] * processes
    for index in sorted(range(len(parts)), key=lambda i: (-parts[i].cost, i)):
        lightest = load.index(min(load))
        hands[lightest].append(index)
        load[lightest] += parts[index].cost
    return [sorted(hand) for hand in hands]


class _Helper:
    """A second process that writes its share; says how far it is on its standard output."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hubwatch.simulate.world.worker", json.dumps(order)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._fresh = 0
        self._lock = threading.Lock()
        self._last: dict[str, Any] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            message = json.loads(line)
            with self._lock:
                self._fresh += message.get("images", 0)
                if "images" not in message:
                    self._last = message

    def fresh(self) -> int:
        """Return the number of images written since the last call."""
        with self._lock:
            count, self._fresh = self._fresh, 0
        return count

    def result(self) -> list[Written]:
        """Wait for the end and return what was written.

        Raises:
            HubwatchError: what stopped the process.
        """
        code = self._process.wait()
        self._reader.join()
        if "what" in self._last:
            raise StorageError(self._last["what"], hint=self._last["hint"])
        if code or "written" not in self._last:
            raise HubwatchError(f"a writing process ended with code {code}")
        return [Written(**item) for item in self._last["written"]]

    def stop(self) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


@contextmanager
def _helpers(orders: list[dict[str, Any]]) -> Iterator[list[_Helper]]:
    helpers = [_Helper(order) for order in orders]
    try:
        yield helpers
    finally:
        for helper in helpers:
            helper.stop()


def _write_truth(content: Content, out: Path) -> None:
    import pyarrow.parquet as pq

    tables = {
        "people": people_table(content),
        "models": models_table(content),
        "versions": versions_table(content),
        "events": events_table(content),
        "adapters": adapters_table(content),
        "tag_subcultures": tag_subcultures_table(),
    }
    write_atomically(out / "truth" / BOORU_TAGS, booru_csv().encode())
    for name, table in tables.items():
        path = out / "truth" / f"{name}.parquet"
        with writing_to(path):
            pq.write_table(table, path, compression="zstd")


def _teller(
    progress: Callable[[int], None] | None, helpers: list[_Helper]
) -> Callable[[int], None]:
    """Return a hook that adds what the helpers have written meanwhile."""
    report = progress or (lambda _: None)
    return lambda fresh: report(fresh + sum(helper.fresh() for helper in helpers))


def write_hub(
    out: Path,
    *,
    models: int,
    images: int,
    months: int = 26,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
    processes: int | None = None,
) -> WriteSummary:
    """Write a fictional hub's exact answers as of its last day, and the truth beside them.

    Args:
        out: folder; made when missing. It gets `models-00001.jsonl.zst`, `images-00001.jsonl.zst`,
            ... with one page answer a line, and `truth/*.parquet`.
        models, images, months, seed: see `build_world`.
        progress: called with the number of images written since the last call.
        processes: 1 or more, by default two for big hubs; the files do not depend on it.

    Raises:
        UsageError: a number is out of range.
        InputError: `out` is a file.
        StorageError: the disk refuses.
    """
    started = time.monotonic()
    if out.exists() and not out.is_dir():
        raise InputError(f"`{out}` is not a folder", hint="choose another place to write to")
    content = build_world(models=models, images=images, months=months, seed=seed).content
    with writing_to(out / "truth"):
        (out / "truth").mkdir(parents=True, exist_ok=True)
    parts = [*model_parts(content), *image_parts(content)]
    own, *others = _dealt(parts, processes or (2 if images >= _WORTH_TWO else 1))
    world = {"models": models, "images": images, "months": months, "seed": seed}
    orders = [{**world, "out": str(out), "parts": hand} for hand in others if hand]
    _write_truth(content, out)
    with _helpers(orders) as helpers:
        told = _teller(progress, helpers)
        written = write_parts(content, [parts[i] for i in own], out, images=images, progress=told)
        for helper in helpers:
            written += helper.result()
        told(0)
    return WriteSummary(
        files=len(parts),
        models=models,
        versions=int((content.events.gone_at[content.versions.model] >= END).sum()),
        images=images,
        bytes=sum(item.bytes for item in written),
        json_bytes=sum(item.json_bytes for item in written),
        seconds=time.monotonic() - started,
    )
