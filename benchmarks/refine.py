"""Refining raw pages into a lake: images per second, peak memory, and json + pandas beside it.

    python benchmarks/refine.py --images 1000000

The simulated hub's exact answers are put into a raw store as a collector does it, one record a
page; that does not count. Refining runs in a process of its own; its peak memory is that of the
whole process tree, shared pages counted once per process. The reference way reads the same records
with the standard library's json, flattens the same fields into data frames, drops repeats and
writes Parquet; it needs pandas, which the core does not install.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PAGE = os.sysconf("SC_PAGE_SIZE")
FIELDS = ("id", "url", "width", "height", "nsfwLevel", "browsingLevel", "createdAt", "postId",
          "username", "baseModel", "type")  # fmt: skip
META = ("prompt", "negativePrompt", "steps", "sampler", "cfgScale", "seed", "clipSkip")


def make(lake: Path, images: int) -> tuple[int, int]:
    """Put a simulated hub's pages into a raw store; return pages and bytes of JSON."""
    from hubwatch.files import open_bytes, read_lines
    from hubwatch.lake.raw import RawRecord, body_fields, start_snapshot
    from hubwatch.simulate.world.write import write_hub

    pages = size = 0
    with tempfile.TemporaryDirectory(dir=lake.parent) as folder:
        write_hub(Path(folder), models=max(100, images // 100), images=images, seed=7)
        origin = {"command": "collect", "kinds": ["models", "images"]}
        with start_snapshot(lake, "civitai", origin=origin) as writer:
            for path in sorted(Path(folder).glob("*.jsonl.zst")):
                kind = path.name.partition("-")[0]
                with open_bytes(path) as stream:
                    for number, line in enumerate(read_lines(stream), 1):
                        writer.append(
                            RawRecord(
                                hub="civitai",
                                kind=kind,
                                source=f"https://hub.example/api/v1/{kind}",
                                position=number,
                                observed_at="2024-12-31T12:00:00Z",
                                **body_fields(line),
                            )
                        )
                        pages, size = pages + 1, size + len(line)
            writer.complete({})
    return pages, size


def refine_way(lake: Path, workers: int) -> dict[str, float]:
    from hubwatch.lake.refine import refine

    summary = refine(lake, workers=workers)
    return {"images": summary.rows["images"], "seconds": summary.seconds}


def pandas_way(lake: Path) -> dict[str, float]:
    """Do the same with the standard library's json and pandas, everything in memory."""
    import pandas as pd
    import pyarrow as pa

    began = time.perf_counter()
    rows: list[dict[str, Any]] = []
    for path in sorted(lake.glob("raw/*/*/images-*.jsonl.zst")):
        with pa.input_stream(str(path), compression="zstd") as stream:
            for line in stream.read().splitlines():
                rows += [flat(item) for item in json.loads(json.loads(line)["body"])["items"]]
    frame = pd.DataFrame(rows).drop_duplicates("id", keep="last")
    frame["createdAt"] = pd.to_datetime(frame["createdAt"], format="ISO8601")
    frame["month"] = frame["createdAt"].dt.strftime("%Y-%m")
    for column in ("steps", "seed", "cfgScale", "clipSkip"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    for column in ("prompt", "negativePrompt"):
        codes, texts = pd.factorize(frame.pop(column))
        frame[f"{column}_id"] = codes
        pd.DataFrame({"text": texts}).to_parquet(lake.parent / f"{column}.parquet")
    frame.sort_values(["month", "id"]).to_parquet(lake.parent / "images.parquet")
    return {"images": len(frame), "seconds": time.perf_counter() - began}


def flat(item: dict[str, Any]) -> dict[str, Any]:
    meta, stats = item.get("meta") or {}, item.get("stats") or {}
    return {
        **{name: item.get(name) for name in FIELDS},
        **{name: meta.get(name) for name in META},
        **stats,
    }


def peak_of(command: list[str]) -> tuple[dict[str, float], float]:
    """Run a command; return the JSON that it prints and the peak memory of its tree in MB."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(resident(pid) for pid in tree(process.pid)) / 1e6)
            time.sleep(0.05)
        out = process.stdout.read() if process.stdout else ""
    if process.returncode:
        sys.exit(f"failed: {' '.join(command)}")
    return json.loads(out.splitlines()[-1]), peak


def tree(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(after_name[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def apart(way: str, lake: Path, args: argparse.Namespace, python: str) -> dict[str, float]:
    command = [python, __file__, "--way", way, "--lake", str(lake), "--workers", str(args.workers)]
    before = os.times()
    result, peak = peak_of(command)
    after = os.times()
    cpu = after.children_user + after.children_system
    result["cpu"] = cpu - before.children_user - before.children_system
    result["peak"] = peak
    return result


def told(way: str, result: dict[str, float]) -> str:
    rate = result["images"] / result["seconds"]
    return (
        f"{way:14} {result['seconds']:7.1f} s, {rate:9,.0f} images/s, "
        f"{result['cpu']:7.1f} s of processor time, peak {result['peak']:6,.0f} MB"
    )


def report(args: argparse.Namespace, folder: Path) -> None:
    lake = folder / "lake"
    pages, size = make(lake, args.images)
    print(f"{args.images:,} images on {pages:,} pages, {size / 1e6:,.0f} MB of JSON")
    ours = apart("hubwatch", lake, args, sys.executable)
    print(told("hubwatch", ours))
    if args.no_pandas:
        return
    try:
        subprocess.run([args.pandas_python, "-c", "import pandas"], check=True, capture_output=True)
    except subprocess.CalledProcessError:
        print("json + pandas  not run: pandas is missing (requirements/bench.lock)")
        return
    theirs = apart("pandas", lake, args, args.pandas_python)
    print(told("json + pandas", theirs))
    time_ratio = theirs["seconds"] / ours["seconds"] * ours["images"] / theirs["images"]
    print(f"ratio: {time_ratio:.1f} x the time, {theirs['peak'] / ours['peak']:.1f} x the memory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--folder", help="where to work; default: a temporary folder")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-pandas", action="store_true", help="leave the reference way out")
    parser.add_argument("--pandas-python", default=sys.executable, help="a Python with pandas")
    parser.add_argument("--way", choices=["hubwatch", "pandas"], help=argparse.SUPPRESS)
    parser.add_argument("--lake", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        lake = Path(args.lake)
        result = refine_way(lake, args.workers) if args.way == "hubwatch" else pandas_way(lake)
        print(json.dumps(result))
        return
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-", dir=args.folder) as folder:
        os.environ.setdefault("HUBWATCH_CONFIG_DIR", str(Path(folder) / "config"))
        report(args, Path(folder))


if __name__ == "__main__":
    main()
