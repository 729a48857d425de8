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
import pyarrow as pa

from hubwatch.lake.catalog import open_lake
from hubwatch.lake.importing import import_files
from hubwatch.lake.refine import refine
from hubwatch.prompts.batch import index_prompts
from hubwatch.prompts.index import build_tag_index
from hubwatch.signals import level_model
from hubwatch.signals.build import build_signals
from hubwatch.signals.build.prompts import (
    PromptJob,
    answer_prompts,
    lexical_columns,
    names_called,
)
from hubwatch.signals.build.reading import prompt_jobs
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


def in_one_process(lake: Path) -> None:
    """The parts of answering prompts whose tags are indexed, in processor time of one process.

    Words are unknown at first; lexicons and weights are loaded.
    """
    opened = open_lake(lake)
    kite = pa.array(["a kite"])
    answer_prompts(PromptJob(np.zeros(1, np.int64), index_prompts(kite), names_called(["a kite"])))
    spent = dict.fromkeys(("reading", "lexical signals", "prompt_level"), 0.0)
    jobs = prompt_jobs(opened, 0, 0)
    began = time.process_time()
    for job in jobs:
        read = time.process_time()
        lexical_columns(job)
        answered = time.process_time()
        level_model.contributions_of_both(job.batch)
        ended = time.process_time()
        spans = (read - began, answered - read, ended - answered)
        spent = {what: spent[what] + span for what, span in zip(spent, spans, strict=True)}
        began = time.process_time()
    count = opened.rows("prompts")
    for what, seconds in spent.items():
        rate = count / seconds
        print(f"prompts, {what:16} {1e6 * seconds / count:6.1f} us of one processor a distinct "
              f"prompt, {rate:,.0f}/s on one, {cores() * rate:,.0f}/s on {cores()}")  # fmt: skip


def over_a_lake(lake: Path) -> None:
    """The tag index, the prompts with their levels, and the models of a lake."""
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
    parser.add_argument("--lake", type=Path, help="only the prompts of this lake, indexed before")
    args = parser.parse_args()
    if args.lake is not None:
        in_one_process(args.lake)
        return
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
        in_one_process(folder / "lake")


if __name__ == "__main__":
    main()
