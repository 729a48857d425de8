"""The tag index: distinct prompts per second, peak memory, and the usual ways beside it.

    python benchmarks/prompts.py --prompts 1000000

Prompts are synthetic: 29 pieces and some 500 characters, 37 % with weights, tags drawn from 50 000
by a Zipf law, a resource in half of them. Making them does not count; each way runs in a process of
its own on them. `index` is the batch form alone, `lake` the whole indexing of a lake with reading
and writing. The reference ways are the single parser in a Python loop and pandas' split and explode
(which reads neither weights nor brackets, and which the core does not install), on a part of them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

VOCABULARY, PIECES, BATCH = 50_000, 29, 32_768
WAYS = ("index", "lake", "loop", "pandas")


def vocabulary(rng: np.random.Generator) -> list[str]:
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(rng.choice(letters, n)) for n in rng.integers(4, 10, 20_000)]
    return [
        " ".join(words[i] for i in rng.integers(0, len(words), n))
        for n in rng.integers(1, 4, VOCABULARY)
    ]


def prompts(rng: np.random.Generator, tags: list[str], count: int) -> list[str]:
    chances = 1 / np.arange(1, VOCABULARY + 1)
    picks = rng.choice(VOCABULARY, (count, PIECES), p=chances / chances.sum())
    dice, weighed, called = rng.random((count, PIECES)), rng.random(count) < 0.37, rng.random(count)
    texts = []
    for row, rolls, heavy, call in zip(picks, dice, weighed, called, strict=True):
        pieces = [tags[pick] for pick in row]
        if heavy:
            pieces = [weigh(piece, roll) for piece, roll in zip(pieces, rolls, strict=True)]
        if call < 0.5:
            pieces.append(f"<lora:{tags[row[0]].replace(' ', '_')}:{0.4 + call:.1f}>")
        texts.append(", ".join(pieces))
    return texts


def weigh(piece: str, roll: float) -> str:
    if roll < 0.15:
        return f"({piece}:{1 + int(roll * 60) / 10})"
    return f"(({piece}))" if roll < 0.2 else piece


def make(lake: Path, count: int) -> int:
    """Put synthetic prompts into the table of a new lake; return their characters."""
    from hubwatch.lake.derived import replace_tables
    from hubwatch.lake.layout import ensure_lake
    from hubwatch.lake.schema import arrow_schema

    rng = np.random.default_rng(11)
    tags, size = vocabulary(rng), 0

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal size
        for start in range(0, count, BATCH):
            texts = prompts(rng, tags, min(BATCH, count - start))
            lengths = [len(text) for text in texts]
            size += sum(lengths)
            ids = rng.integers(-(1 << 63), (1 << 63) - 1, len(texts))
            columns = [pa.array(ids), pa.array(ids), pa.array(texts), pa.array(lengths)]
            yield pa.RecordBatch.from_arrays(columns, schema=arrow_schema("prompts"))

    ensure_lake(lake)
    replace_tables(lake, {"prompts": batches()})
    return size


def texts_of(lake: Path, limit: int | None = None) -> Iterator[pa.Array]:
    from hubwatch.lake.catalog import open_lake

    left = sys.maxsize if limit is None else limit
    for path in open_lake(lake).paths("prompts"):
        for batch in pq.ParquetFile(path).iter_batches(BATCH, columns=["text"]):
            if left > 0:
                yield batch["text"].slice(0, left)
                left -= len(batch)


def index_way(lake: Path, workers: int) -> int:
    from hubwatch.prompts.batch import index_prompts
    from hubwatch.signals.parallel import in_order

    return sum(len(b.offsets) - 1 for b in in_order(index_prompts, texts_of(lake), workers=workers))


def lake_way(lake: Path, workers: int) -> int:
    from hubwatch.prompts.index import build_tag_index
    from hubwatch.signals.parallel import in_order

    return build_tag_index(lake, each=partial(in_order, workers=workers)).prompts


def loop_way(lake: Path, limit: int) -> int:
    from hubwatch.prompts import parse

    return sum(
        len(parse(text).tags) >= 0 for part in texts_of(lake, limit) for text in part.to_pylist()
    )


def pandas_way(lake: Path, limit: int) -> int:
    import pandas as pd

    texts = pd.Series([text for part in texts_of(lake, limit) for text in part.to_pylist()])
    tags = texts.str.split(",").explode().str.strip().str.lower()
    tags.value_counts()
    return len(texts)


def inside(args: argparse.Namespace) -> None:
    """Do one way here and print what it took as JSON."""
    lake = Path(args.folder)
    ways = {"index": index_way, "lake": lake_way, "loop": loop_way, "pandas": pandas_way}
    began = time.perf_counter()
    done = ways[args.way](lake, args.workers if args.way in ("index", "lake") else args.sample)
    wall = time.perf_counter() - began
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    workers = args.workers if args.workers > 1 else 0
    print(json.dumps({
        "prompts": done, "wall": wall, "cpu": sum(one.ru_utime + one.ru_stime for one in usage),
        "peak_mb": (usage[0].ru_maxrss + workers * usage[1].ru_maxrss) / 1024,
    }))  # fmt: skip


def apart(way: str, args: argparse.Namespace, lake: Path) -> dict[str, float] | None:
    python = args.pandas_python if way == "pandas" else sys.executable
    command = [python, __file__, "--way", way, "--folder", str(lake)]
    command += ["--workers", str(args.workers), "--sample", str(args.sample)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{way:7} not run: {done.stderr.strip().splitlines()[-1]}")
        return None
    found: dict[str, float] = json.loads(done.stdout)
    return found


def report(args: argparse.Namespace, lake: Path) -> int:
    size = make(lake, args.prompts)
    print(f"{args.prompts:,} prompts of {size / args.prompts:.0f} characters, "
          f"{args.workers} processes")  # fmt: skip
    first: float | None = None
    failed = 0
    for way in WAYS:
        runs = [apart(way, args, lake) for _ in range(args.runs if way == "index" else 1)]
        held = sorted((run for run in runs if run), key=lambda run: run["wall"])
        if not held:
            failed += way != "pandas"
            continue
        run = held[len(held) // 2]
        rate = run["prompts"] / run["wall"]
        first = first or rate
        print(f"{way:7} {run['prompts']:>9,.0f} prompts, {run['wall']:6.1f} s wall, "
              f"{run['cpu']:6.1f} s CPU, {run['peak_mb']:6.0f} MB peak, {rate:>9,.0f} prompts/s, "
              f"{run['prompts'] / run['cpu']:>9,.0f} in a second of one processor, "
              f"index is {first / rate:.1f} x as fast")  # fmt: skip
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prompts", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000, help="prompts of the reference ways")
    parser.add_argument("--folder", help="where to make the lake; default: a temporary folder")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pandas-python", default=sys.executable, help="a Python with pandas")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        inside(args)
        return
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-", dir=args.folder) as folder:
        sys.exit(report(args, Path(folder) / "lake"))


if __name__ == "__main__":
    main()
