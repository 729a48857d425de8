"""Headers of adapter files: files per second and ratios; error of the near-duplicate signature.

    python benchmarks/adapters.py headers [--files 1000]
    python benchmarks/adapters.py signature [--adapters 200]

`headers` writes files of three sizes as trainers write them (weights are holes on the disk) and
reads each header with full checks, in one process and in one a processor; beside it what a script
does: `json.loads` without any check, and the format's own package, when it is installed.
`signature` changes invented adapters as people do who upload them again, and counts how often the
signature recognises them, and how often it takes another adapter for the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import struct
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Weights = dict[str, NDArray[np.float32]]

#: Layers of a low-rank adapter and distinct caption tags in its header, by what it is made for.
KINDS = {
    "embedding, 2 tensors": (0, 0),
    "SD 1.5 LoRA, 792 tensors": (264, 600),
    "SDXL LoRA, 2,166 tensors": (722, 900),
}
ROUNDS = 3


def header(layers: int, tags: int, seed: int) -> tuple[bytes, int]:
    """Return a header as kohya's scripts write it, and the bytes of its tensors."""
    rng = random.Random(seed)
    shapes: list[tuple[str, list[int]]] = [("clip_l", [8, 768]), ("clip_g", [8, 1280])]
    if layers:
        shapes = []
    for layer in range(layers):
        name = f"lora_unet_down_blocks_{layer % 3}_attentions_1_transformer_blocks_{layer}_attn1_q"
        width = (320, 640, 1280)[layer % 3]
        shapes += [(f"{name}.lora_down.weight", [32, width]), (f"{name}.alpha", [])]
        shapes += [(f"{name}.lora_up.weight", [width, 32])]
    words = [f"{rng.choice('bdfgklmn')}{rng.getrandbits(28):x}" for _ in range(tags)]
    counts = json.dumps({"10_kite": {word: rng.randrange(1, 99) for word in words}})
    fields = {f"ss_field_{i}": str(rng.getrandbits(60)) for i in range(60)} if layers else {}
    table: dict[str, Any] = {"__metadata__": {**fields, "ss_tag_frequency": counts}}
    at = 0
    for name, shape in shapes:
        end = at + 2 * int(np.prod(shape))
        table[name] = {"dtype": "F16", "shape": shape, "data_offsets": [at, end]}
        at = end
    return json.dumps(table, separators=(",", ":")).encode(), at


def write_files(folder: Path, layers: int, tags: int, count: int) -> list[str]:
    """Write sparse files; return their paths."""
    paths = []
    for number in range(count):
        raw, size = header(layers, tags, number)
        path = folder / f"{layers}-{number}.safetensors"
        with path.open("wb") as out:
            out.write(struct.pack("<Q", len(raw)) + raw)
            out.truncate(8 + len(raw) + size)
        paths.append(str(path))
    return paths


def read_all(paths: list[str]) -> int:
    from hubwatch.adapters.header import read_header

    return sum(len(read_header(Path(path)).tensors) for path in paths)


def read_json(paths: list[str]) -> int:
    tensors = 0
    for path in paths:
        with Path(path).open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            tensors += len(json.loads(stream.read(length))) - 1
    return tensors


def read_reference(paths: list[str]) -> int:
    from safetensors import safe_open

    tensors = 0
    for path in paths:
        with safe_open(path, framework="numpy") as opened:
            opened.metadata()
            tensors += len(opened.keys())
    return tensors


def rate(work: Callable[[list[str]], int], paths: list[str], expected: int) -> float:
    """Return files a CPU second, the median of some rounds."""
    found = []
    for _ in range(ROUNDS):
        started = time.process_time()
        if work(paths) != expected:
            raise SystemExit("the readers disagree")
        found.append(len(paths) / (time.process_time() - started))
    return statistics.median(found)


def rate_together(paths: list[str], processes: int) -> float:
    """Return files a second of wall time with some processes."""
    parts = [paths[i : i + 100] for i in range(0, len(paths), 100)]
    found = []
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(read_all, [paths[:1]] * processes))  # start them
        for _ in range(ROUNDS):
            started = time.perf_counter()
            list(pool.map(read_all, parts))
            found.append(len(paths) / (time.perf_counter() - started))
    return statistics.median(found)


def headers(files: int) -> None:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    others: dict[str, Callable[[list[str]], int]] = {"json.loads alone": read_json}
    try:
        import safetensors  # noqa: F401 - only to know that it is there

        others["safetensors.safe_open"] = read_reference
    except ImportError:
        print("safetensors is not installed: no ratio to it")
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-") as folder:
        for name, (layers, tags) in KINDS.items():
            paths = write_files(Path(folder), layers, tags, files)
            expected = files * (3 * layers or 2)
            own = rate(read_all, paths, expected)
            both = rate_together(paths, cores)
            size = len(header(layers, tags, 0)[0]) / 1e3
            print(
                f"{name}, header {size:.0f} kB: {own:,.0f} files/CPU-s, "
                f"{both:,.0f} files/s on {cores} processors",
                flush=True,
            )
            for what, work in others.items():
                other = rate(work, paths, expected)
                print(f"    {what}: {other:,.0f} files/CPU-s, ratio {own / other:.2f}", flush=True)


def adapter(seed: int, start: int, layers: int = 24, rank: int = 16) -> Weights:
    """Return an invented adapter: noise over a few strong directions a layer, as training leaves.

    Args:
        seed: of what was learned.
        start: of the numbers at which `down` began; trainers repeat their seeds.
        layers, rank: of the network.
    """
    rng, first = np.random.default_rng(seed), np.random.default_rng(start)
    strength = 0.75 ** np.arange(rank)
    found: Weights = {}
    for layer in range(layers):
        width = (160, 320, 640)[layer % 3]
        down = first.uniform(-1, 1, (rank, width)) / np.sqrt(width)
        down += rng.normal(0, 0.1 / np.sqrt(width), down.shape)
        up = rng.normal(0, 0.01, (width, rank)) * strength
        found[f"lora_unet_{layer}.lora_down.weight"] = down.astype(np.float32)
        found[f"lora_unet_{layer}.lora_up.weight"] = up.astype(np.float32)
    return found


def changed(weights: Weights, rng: np.random.Generator) -> Iterator[tuple[str, Weights, str]]:
    """Yield what people upload again: what was done, the weights, their type."""
    yield "FP16", weights, "F16"
    yield "BF16", weights, "BF16"
    yield "FP8 (E4M3)", weights, "F8_E4M3"
    names = {k: k.replace("lora_down", "lora_A").replace("lora_up", "lora_B") for k in weights}
    yield "names of another tool, other order", {names[k]: weights[k] for k in reversed(names)}, ""
    yield "names without meaning", {f"t{i:04}": v for i, v in enumerate(weights.values())}, ""
    yield "strength × 0.7", {k: v * (0.7 if "up" in k else 1) for k, v in weights.items()}, ""
    for rank in (8, 4):
        yield f"rank 16 brought to {rank} (SVD)", resized(weights, rank), ""
    half = {k: v for i, (k, v) in enumerate(weights.items()) if i % 8 < 6}
    yield "a quarter of the layers left out", half, ""
    for share in (0.1, 0.3, 1.0):
        yield (
            f"trained on: noise of {share:.0%} of the weights' spread",
            {
                k: (v + rng.normal(0, share * v.std(), v.shape)).astype("f4")
                for k, v in weights.items()
            },
            "",
        )


def resized(weights: Weights, rank: int) -> Weights:
    found: Weights = {}
    for name, down in weights.items():
        if "down" in name:
            other = name.replace("down", "up")
            u, s, v = np.linalg.svd(weights[other] @ down, full_matrices=False)
            found[name] = (v[:rank] * np.sqrt(s[:rank])[:, None]).astype(np.float32)
            found[other] = (u[:, :rank] * np.sqrt(s[:rank])).astype(np.float32)
    return found


def encoded(values: NDArray[np.float32], dtype: str) -> bytes:
    if dtype == "F16":
        return values.astype("<f2").tobytes()
    if dtype == "BF16":
        bits = np.ascontiguousarray(values, "<f4").view(np.uint32)
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()
    if dtype == "F8_E4M3":
        from hubwatch.adapters.elements import as_floats

        numbers = as_floats(bytes(range(127)), dtype)
        edges = (numbers[1:] + numbers[:-1]) / 2
        code = np.searchsorted(edges, np.abs(values)) | np.where(values < 0, 128, 0)
        return code.astype(np.uint8).tobytes()
    return values.astype("<f4").tobytes()


def signed(path: Path, weights: Weights, dtype: str = "") -> str:
    from hubwatch.adapters.header import read_header
    from hubwatch.adapters.identity import signature

    table, data = {}, b""
    for name, values in weights.items():
        raw = encoded(values, dtype)
        place = [len(data), len(data) + len(raw)]
        table[name] = {"dtype": dtype or "F32", "shape": values.shape, "data_offsets": place}
        data += raw
    head = json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)
    return signature(path, read_header(path)) or ""


def signatures(adapters: int) -> None:
    from hubwatch.adapters.identity import NEAR, distance

    rng = np.random.default_rng(1)
    bits: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-") as folder:
        path = Path(folder) / "a.safetensors"
        firsts = []
        for seed in range(adapters):
            weights = adapter(seed, start=10_000 + seed % 2)
            firsts.append(signed(path, weights))
            for what, other, dtype in changed(weights, rng):
                bits.setdefault(what, []).append(distance(firsts[-1], signed(path, other, dtype)))
    apart = {"another adapter, same first numbers": 2, "another adapter, other first numbers": 1}
    for what, step in apart.items():
        bits[what] = [
            distance(firsts[i], firsts[j])
            for i in range(adapters)
            for j in range(i)
            if (i - j) % 2 == step % 2
        ]
    print(f"| what | pairs | differing bits, median | most | least | the same (<= {NEAR}) |")
    print("|---|---|---|---|---|---|")
    for what, found in bits.items():
        same = sum(bit <= NEAR for bit in found)
        print(
            f"| {what} | {len(found):,} | {statistics.median(found):g} | {max(found)} "
            f"| {min(found)} | {same:,} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["headers", "signature"])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--adapters", type=int, default=200)
    arguments = parser.parse_args()
    if arguments.what == "headers":
        headers(arguments.files)
    else:
        signatures(arguments.adapters)


if __name__ == "__main__":
    main()
