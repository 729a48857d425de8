"""How fast signals are: one by one, over a file, and over a lake.

The items are the simulated hub's. Times are wall times of one process (one by one) and of as many
processes as there are processors (file, lake).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from hubwatch.lake.catalog import open_lake
from hubwatch.lake.importing import import_files
from hubwatch.lake.refine import refine
from hubwatch.prompts.index import build_tag_index
from hubwatch.signals.build import build_signals
from hubwatch.signals.inputs import read_subjects
from hubwatch.signals.parallel import cores
from hubwatch.signals.registry import signals
from hubwatch.signals.run import run_signal
from hubwatch.simulate.world.write import write_hub


def one_by_one(file: Path) -> None:
    """Every signal of one model at a time, as screening does it."""
    subjects = list(read_subjects(file, "model"))[:600]
    found = [signal for signal in signals() if "model" in signal.subjects]
    times = []
    for place, subject in enumerate(subjects):
        began = time.perf_counter()
        for signal in found:
            signal.answer_one(subject)
        if place >= 100:
            times.append(1000 * (time.perf_counter() - began))
    times.sort()
    print(
        f"one model, {len(found)} signals: median {statistics.median(times):.2f} ms, "
        f"p99 {times[int(0.99 * len(times))]:.2f} ms of {len(times)}"
    )


def over_a_file(file: Path, count: int) -> None:
    """Each signal over all documents of a file."""
    for signal in signals():
        if "model" in signal.subjects:
            began = time.perf_counter()
            for _ in run_signal(signal.name, file, kind="model", workers=cores()):
                pass
            took = time.perf_counter() - began
            print(f"signals run {signal.name:30} {count / took:10,.0f} models/s")


def over_a_lake(lake: Path) -> None:
    """The tag index, the prompts and the models of a lake."""
    prompts, models = open_lake(lake).rows("prompts"), open_lake(lake).rows("models")
    for what, count, noun, work in (
        ("tag index", prompts, "distinct prompts", lambda: build_tag_index(lake)),
        ("prompts", prompts, "distinct prompts", lambda: build_signals(lake, only="prompts")),
        ("models", models, "models", lambda: build_signals(lake, only="models")),
        ("again", prompts + models, "items", lambda: build_signals(lake)),
    ):
        began = time.perf_counter()
        work()
        took = time.perf_counter() - began
        print(f"signals build, {what:10} {count:9,} {noun}: {took:6.1f} s, {count / took:,.0f}/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--images", type=int, default=200_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-") as name:
        folder = Path(name)
        os.environ["HUBWATCH_CONFIG_DIR"] = str(folder / "config")
        write_hub(folder / "hub", models=args.models, images=args.images)
        files = sorted((folder / "hub").glob("*.jsonl.zst"))
        file = next(path for path in files if path.name.startswith("models-"))
        count = sum(1 for _ in read_subjects(file, "model"))
        one_by_one(file)
        over_a_file(file, count)
        import_files(files, folder / "lake")
        refine(folder / "lake")
        over_a_lake(folder / "lake")


if __name__ == "__main__":
    main()
