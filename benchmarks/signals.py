"""How fast signals are: one by one, over a file, and over a lake.

The items are the simulated hub's. Times are processor times of one process (one by one), else wall
times of as many processes as there are processors.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

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

#: Models that warm up, and models that are measured, one by one.
WARM: Final = 500
MEASURED: Final = 1_500


def one_by_one(file: Path) -> None:
    """Every signal of one model at a time, as screening does it; texts are new, words are known."""
    subjects = list(read_subjects(file, "model"))[: WARM + MEASURED]
    found = [signal for signal in signals() if "model" in signal.subjects]
    times = np.zeros((len(subjects), len(found)))
    gc.collect()
    gc.freeze()
    for place, subject in enumerate(subjects):
        for at, signal in enumerate(found):
            began = time.process_time()
            signal.answer_one(subject)
            times[place, at] = 1000 * (time.process_time() - began)
    times = times[min(WARM, len(subjects) // 4) :]
    print(f"one model at a time, {len(times):,} models, CPU ms: median, p95, p99")
    for name, column in [*zip((s.name for s in found), times.T, strict=True),
                         ("all", times.sum(axis=1))]:  # fmt: skip
        low, high, highest = np.quantile(column, (0.5, 0.95, 0.99))
        print(f"  {name:30} {low:7.2f} {high:7.2f} {highest:7.2f}")


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
