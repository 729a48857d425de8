"""All measures over synthetic tables: rows per second, peak memory, and pandas beside it.

    python benchmarks/measures.py --images 10000000 --folder FOLDER

Tables are made with numpy in FOLDER (a temporary folder by default) and removed again. Measuring
runs in a process of its own, so that making the tables does not count. The pandas way reads the
columns of the measures that need no signal and computes their counts, so it is compared with those
alone; it needs pandas, which the core does not install.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MONTHS = [f"{2022 + (10 + i) // 12}-{(10 + i) % 12 + 1:02d}" for i in range(26)]
METHODS = ["LORA", "LoCon", "Checkpoint", "TextualInversion", "DoRA", "Hypernetwork", "Poses"]
BASES = ["SD 1.5", "SDXL 1.0", "Pony", "Illustrious", "Flux.1 D", "SD 2.1", "Other"]
LEVELS = ["PG", "PG-13", "R", "X", "XXX", "blocked", "unrated"]
GENDERS = ["women", "men", "both", "none"]
CHUNK = 1_000_000


def make(folder: Path, images: int) -> None:
    """Write models, versions and images as Parquet with the lake's columns and layout."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from hubwatch.lake.schema import arrow_schema

    rng = np.random.default_rng(7)
    models = max(1000, images // 40)
    creators = [f"{i:016x}" for i in range(max(100, images // 20))]

    def words(codes: np.ndarray, values: list[str], missing: float = 0.0) -> pa.Array:
        mask = rng.random(len(codes)) < missing if missing else None
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=mask), values)

    def grown(n: int) -> np.ndarray:
        return (26 * rng.power(2.5, n)).astype(np.int32).clip(0, 25)

    def heavy(n: int, most: int) -> np.ndarray:
        return (most * rng.random(n) ** 4).astype(np.int64)

    def write(name: str, part: int, n: int, columns: dict[str, pa.Array]) -> None:
        schema = arrow_schema(name)
        arrays = [columns.get(f.name, pa.nulls(n, f.type)).cast(f.type) for f in schema]
        path = folder / f"{name}-{part:05d}.parquet"
        table = pa.Table.from_arrays(arrays, schema=schema)
        pq.write_table(table, path, compression="zstd", row_group_size=131_072)

    def ids(first: int, n: int) -> pa.Array:
        return pa.array(np.arange(first, first + n)).cast(pa.string())

    tags = pa.array([["style"], ["style", "anime"], ["nsfw", "photo"], ["person"]])
    write("models", 0, models, {
        "hub": words(np.zeros(models), ["synthetic"]), "model_id": ids(0, models),
        "method": words(rng.integers(0, 7, models), METHODS, 0.001),
        "flagged_real_person": pa.array(rng.random(models) < 0.13, mask=rng.random(models) < 0.01),
        "creator_key": words(heavy(models, len(creators) // 10), creators, 0.02),
        "downloads": pa.array(rng.lognormal(6, 1.6, models).astype(np.int64)),
        "level_mask": pa.array(rng.integers(0, 64, models)),
        "tags": tags.take(pa.array(rng.integers(0, 4, models))),
        "month": words(grown(models), MONTHS),
    })  # fmt: skip
    versions = models * 3 // 2
    write("versions", 0, versions, {
        "hub": words(np.zeros(versions), ["synthetic"]), "version_id": ids(0, versions),
        "model_id": pa.array(rng.integers(0, models, versions)).cast(pa.string()),
        "method": words(rng.integers(0, 7, versions), METHODS, 0.001),
        "base_model": words(rng.integers(0, 7, versions), BASES, 0.01),
        "month": words(grown(versions), MONTHS),
    })  # fmt: skip
    write("model_signals", 0, models, {
        "hub": words(np.zeros(models), ["synthetic"]), "model_id": ids(0, models),
        "real_person": pa.array(rng.random(models) < 0.16, mask=rng.random(models) < 0.01),
        "gender": words(rng.integers(0, 4, models), GENDERS, 0.1),
        "who_kind": words(rng.integers(0, 3, models), ["actor", "musician", "athlete"], 0.5),
        "perceived_gender": words(rng.integers(0, 2, models), GENDERS[:2], 0.5),
        "perceived_gender_probability": pa.array(rng.uniform(0.5, 1, models)),
        "sexualised": pa.array(rng.random(models) < 0.3),
    })  # fmt: skip
    prompts = max(1000, images * 6 // 10)
    numbers = np.arange(prompts, dtype=np.int64)
    write("prompt_signals", 0, prompts, {
        "prompt_id": pa.array(numbers), "tokens": pa.array(rng.integers(4, 80, prompts)),
        "gender": words(rng.integers(0, 4, prompts), GENDERS),
    })  # fmt: skip
    coded = numbers[rng.random(prompts) < 0.3]
    write("prompt_codes", 0, 2 * len(coded), {
        "prompt_id": pa.array(np.repeat(coded, 2)),
        "code": words(np.tile([0, 1], len(coded)), ["sexualised.body", "objectifying.possession"]),
        "hits": pa.array(rng.integers(1, 4, 2 * len(coded))),
    })  # fmt: skip
    for part, first in enumerate(range(0, images, CHUNK)):
        n = min(CHUNK, images - first)
        write("images", part, n, {
            "hub": words(np.zeros(n), ["synthetic"]), "image_id": ids(first, n),
            "model_id": pa.array(heavy(n, models), mask=rng.random(n) < 0.1).cast(pa.string()),
            "creator_key": words(heavy(n, len(creators)), creators, 0.05),
            "month": words(grown(n), MONTHS), "level": words(rng.integers(0, 7, n), LEVELS),
            "prompt_id": pa.array(rng.integers(0, prompts, n), mask=rng.random(n) < 0.2),
            "negative_prompt_id": pa.array(rng.integers(0, prompts, n), mask=rng.random(n) < 0.4),
        })  # fmt: skip


def measure(folder: Path, memory: str, threads: int, *, signals: bool) -> dict[str, float]:
    """Compute every measure that reads signals, or every other one; return seconds by measure."""
    from hubwatch.engine import Source, open_tables
    from hubwatch.lake.schema import TABLES, arrow_schema
    from hubwatch.measures.prepare import needs_signals
    from hubwatch.measures.registry import MEASURES

    sources = {
        name: Source(arrow_schema(name), tuple(sorted(folder.glob(f"{name}-*.parquet"))))
        for name in TABLES
    }
    seconds = {}
    with open_tables(sources, memory=memory, threads=threads) as tables:
        for name, one in MEASURES.items():
            if needs_signals([name]) is not signals:
                continue
            began = time.perf_counter()
            one.compute(tables)
            seconds[name] = time.perf_counter() - began
    return seconds


def pandas_way(folder: Path) -> dict[str, float]:
    """Compute the counts behind the same measures with pandas on the same columns."""
    import pandas as pd

    def read(name: str, columns: list[str]) -> pd.DataFrame:
        paths = sorted(folder.glob(f"{name}-*.parquet"))
        return pd.concat([pd.read_parquet(p, columns=columns) for p in paths], ignore_index=True)

    began = time.perf_counter()
    models = read("models", ["hub", "model_id", "method", "flagged_real_person", "creator_key",
                             "downloads", "level_mask", "tags", "month"])  # fmt: skip
    versions = read("versions", ["method", "base_model", "month"])
    images = read("images", ["hub", "model_id", "creator_key", "month", "level"])
    by = {"dropna": False, "observed": True}
    for frame in (models, versions, images):
        frame.groupby("month", **by).size()
    versions.groupby(["month", "method"], **by).size()
    versions.groupby(["month", "base_model"], **by).size()
    models["tagged"] = models["tags"].map(lambda tags: "nsfw" in tags or "adult" in tags)
    models.groupby(["month", "level_mask", "tagged"], **by).size()
    joined = images.merge(models[["hub", "model_id", "tagged", "creator_key"]],
                          on=["hub", "model_id"], how="left", suffixes=("", "_model"))  # fmt: skip
    joined.groupby(["month", "level", "tagged"], **by).size()
    images.groupby(["month", "level"], **by).size()
    models.groupby(["method", "month", "flagged_real_person"], **by).size()
    models.groupby(["method", "flagged_real_person"], observed=True)["downloads"].agg(
        ["sum", "median"]
    )
    models.groupby("creator_key", observed=True)["downloads"].agg(["size", "sum"])
    owner = joined["creator_key"].astype(object).fillna(joined["creator_key_model"].astype(object))
    joined.assign(owner=owner).groupby("owner").size().sort_values()
    return {"all": time.perf_counter() - began}


def apart(way: str, args: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Run one way in a process of its own and return its seconds and its peak memory."""
    python = args.pandas_python if way == "pandas" else sys.executable
    options = {"way": way, "folder": folder, "memory": args.memory, "threads": args.threads}
    command = [python, __file__, *(f"--{name}={value}" for name, value in options.items())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": 1.0, "why": done.stderr.strip().splitlines()[-1]}  # type: ignore[dict-item]  # printed only
    return json.loads(done.stdout)


def inside(args: argparse.Namespace) -> None:
    """Do one way here and print what it took as JSON."""
    folder = Path(args.folder)
    began = time.perf_counter()
    seconds = (
        pandas_way(folder)
        if args.way == "pandas"
        else measure(folder, args.memory, args.threads, signals=args.way == "signals")
    )
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        **seconds, "_wall": time.perf_counter() - began, "_cpu": usage.ru_utime + usage.ru_stime,
        "_peak_mb": usage.ru_maxrss / 1024,
    }))  # fmt: skip


def report(args: argparse.Namespace, folder: Path) -> None:
    """Make the tables, run both ways some times, print the table."""
    began = time.perf_counter()
    make(folder, args.images)
    size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
    print(
        f"{args.images:,} images made in {time.perf_counter() - began:.1f} s, {size / 1e6:,.0f} MB"
    )
    middle(args, folder, "signals")
    best = middle(args, folder, "hubwatch")
    if args.no_pandas:
        return
    other = apart("pandas", args, folder)
    if "failed" in other:
        print(f"pandas    not run: {other['why']}")
        return
    time_ratio, memory_ratio = (other[x] / best[x] for x in ("_wall", "_peak_mb"))
    print(line("pandas", other) + f": {time_ratio:.1f} x the time, {memory_ratio:.1f} x the memory")


def middle(args: argparse.Namespace, folder: Path, way: str) -> dict[str, float]:
    """Run one way some times, print the median run and return it."""
    runs = [apart(way, args, folder) for _ in range(args.runs)]
    if "failed" in runs[0]:
        sys.exit(str(runs[0]["why"]))
    best = sorted(runs, key=lambda run: run["_wall"])[len(runs) // 2]
    for name in [key for key in best if not key.startswith("_")]:
        print(f"  {name:20} {best[name]:6.2f} s")
    print(line(way, best) + f", {args.images / best['_wall']:,.0f} images/s")
    return best


def line(way: str, run: dict[str, float]) -> str:
    """Return what a run took in words."""
    wall, cpu, peak = (run[name] for name in ("_wall", "_cpu", "_peak_mb"))
    return f"{way:9} {wall:6.1f} s wall, {cpu:6.1f} s CPU, {peak:6.0f} MB peak"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--folder", help="where to make the tables; default: a temporary folder")
    parser.add_argument("--memory", default="3GB", help="limit of DuckDB's buffers")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-pandas", action="store_true", help="leave the reference way out")
    parser.add_argument("--pandas-python", default=sys.executable, help="a Python with pandas")
    parser.add_argument("--way", choices=["hubwatch", "signals", "pandas"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        inside(args)
        return
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-", dir=args.folder) as folder:
        report(args, Path(folder))


if __name__ == "__main__":
    main()
