"""Name parts, the gazetteer and name screening: speed and memory on invented names.

    python benchmarks/gazetteer.py [--names 200000] [--texts 20000] [--watched 2000]

Each step runs in a process of its own, so that its peak memory is its own. The step `watch`
reports what one watched name costs.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_TEXT = (
    "masterpiece, best quality, portrait, 1girl, looking at viewer, soft light, in a garden, 35mm, "
    "sharp focus, long hair, blue dress, film grain, style of, red scarf, city at night, detailed"
)
WORDS = _TEXT.split()


def names(count: int, seed: int = 1) -> list[str]:
    from hubwatch.simulate.world.invented import person_name
    from hubwatch.simulate.world.streams import Picker

    rng = random.Random(seed)
    found = {}
    while len(found) < count:
        given, family = person_name(Picker(rng.getrandbits(63)), woman=rng.random() < 0.8)
        number = len(found) % 676
        middle = chr(97 + number // 26) + chr(97 + number % 26)
        found[f"{given} {middle} {family}" if count > 100_000 else f"{given} {family}"] = None
    return list(found)


def texts(count: int, seed: int = 2) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choice(WORDS) for _ in range(rng.randint(10, 60))) for _ in range(count)]


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def say(what: str, items: int, seconds: float, unit: str, note: str = "") -> None:
    rate = items / seconds
    print(f"{what}: {rate:,.0f} {unit}/s of CPU, peak {peak():.0f} MB{note}", flush=True)


def parts(arguments: argparse.Namespace) -> None:
    from hubwatch.gazetteer.names import given_names, name_parts

    started = time.process_time()
    name_parts(["anna"])
    loaded = time.process_time() - started
    tokens = [f"anna{number}" for number in range(arguments.names)]
    started = time.process_time()
    given_names(tokens)
    note = f", table read in {1e3 * loaded:.1f} ms"
    say("name parts, distinct tokens", len(tokens), time.process_time() - started, "token", note)


def build(arguments: argparse.Namespace) -> None:
    from hubwatch.gazetteer.build import Source, build_gazetteer
    from hubwatch.gazetteer.store import read_gazetteer

    folder = Path(arguments.folder)
    table = folder / "names.csv"
    rows = ["name,gender,occupation,sitelinks"]
    rows += [f"{name},female,singer,12" for name in names(arguments.names)]
    table.write_text("\n".join(rows), encoding="utf-8")
    started = time.process_time()
    summary = build_gazetteer([Source(kind="csv", path=table, licence="CC0-1.0")], folder / "g.hwg")
    seconds = time.process_time() - started
    found = read_gazetteer(folder / "g.hwg")
    note = f", {found.memory / len(found):.1f} bytes a name in memory"
    say("gazetteer build from CSV", summary.names, seconds, "name", note)


def find(arguments: argparse.Namespace) -> None:
    from hubwatch.gazetteer.store import read_gazetteer

    found = read_gazetteer(Path(arguments.folder) / "g.hwg")
    looked = texts(arguments.texts)
    started = time.process_time()
    for text in looked:
        found.find(text)
    note = f", {sum(map(len, looked)) / len(looked):.0f} characters each, {len(found):,} names"
    say("gazetteer find", len(looked), time.process_time() - started, "text", note)


def screen(arguments: argparse.Namespace) -> None:
    from hubwatch.gazetteer.screening import WatchedName, Watchlist

    watchlist = Watchlist(WatchedName(name, name) for name in names(arguments.watched))
    looked = texts(arguments.texts)
    times = []
    started = time.process_time()
    for text in looked:
        before = time.perf_counter()
        watchlist.screen(text)
        times.append(time.perf_counter() - before)
    seconds = time.process_time() - started
    times.sort()
    note = f", median {1e6 * times[len(times) // 2]:.0f} us, {arguments.watched} names watched"
    say("name screening", len(looked), seconds, "text", note)
    for kind, piece in (("ASCII", "portrait of zarquirra, "), ("other", "портрет Заркуирра, ")):
        text = piece * (1_000_000 // len(piece))
        started = time.process_time()
        watchlist.screen(text)
        seconds = time.process_time() - started
        print(f"name screening, 1 M characters {kind}: {seconds:.2f} s of CPU", flush=True)


def watch(arguments: argparse.Namespace) -> None:
    from hubwatch.gazetteer.screening import WatchedName, Watchlist

    listed = [WatchedName(name, name) for name in names(10 * arguments.watched)]
    Watchlist(listed[:10]).screen("warm, éà")
    before, started = peak(), time.process_time()
    watchlist = Watchlist(listed)
    seconds = time.process_time() - started
    note = f", {1e6 * (peak() - before) / len(listed):,.0f} bytes a watched name"
    say("watch list", len(listed), seconds, "name", note)
    del watchlist


STEPS = {"parts": parts, "build": build, "find": find, "screen": screen, "watch": watch}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", type=int, default=200_000)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--watched", type=int, default=2_000)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--folder")
    arguments = parser.parse_args()
    if arguments.step:
        STEPS[arguments.step](arguments)
        return
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-") as folder:
        for step in STEPS:
            command = [sys.executable, __file__, *sys.argv[1:], "--step", step, "--folder", folder]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
