"""`make bench`: every benchmark in turn, each in a process of its own.

Sizes are those of the README's table. `--small` takes a tenth, for a look.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent


def heading(text: str) -> None:
    print(f"\n## {text}", flush=True)


def run(script: str, *arguments: str) -> int:
    heading(f"{script} {' '.join(arguments)}")
    command = [sys.executable, str(HERE / f"{script}.py"), *arguments]
    return subprocess.run(command, check=False).returncode


def demo(models: int, images: int) -> int:
    heading(f"demo --models {models} --images {images}")
    with tempfile.TemporaryDirectory(prefix="hubwatch-bench-") as folder:
        command = [sys.executable, "-m", "hubwatch", "demo", "--quiet", "--out", f"{folder}/demo"]
        command += ["--models", str(models), "--images", str(images)]
        started = time.monotonic()
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        print(f"demo: {time.monotonic() - started:.1f} s wall, exit {done.returncode}")
    return done.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a tenth of every size")
    part = 10 if parser.parse_args().small else 1
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    print(f"{platform.platform()}, Python {platform.python_version()}, {cores} processors")
    codes = [
        run("simulate", "--images", str(1_000_000 // part)),
        run("refine", "--images", str(1_000_000 // part)),
        run("measures", "--images", str(10_000_000 // part)),
        run("prompts", "--prompts", str(1_000_000 // part)),
        run("communities", "--prompts", str(1_000_000 // part)),
        run("signals", "--models", str(10_000 // part), "--images", str(200_000 // part)),
        run("gazetteer", "--names", str(200_000 // part), "--texts", str(20_000 // part)),
        run("adapters", "headers", "--files", str(1_000 // part)),
        demo(5_000 // part, 100_000 // part),
    ]
    sys.exit(max(codes))


if __name__ == "__main__":
    main()
