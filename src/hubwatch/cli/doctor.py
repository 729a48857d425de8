"""`hubwatch doctor`: facts about this installation."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from pathlib import Path

import click

import hubwatch
from hubwatch.cli.console import print_json, print_table
from hubwatch.cli.shell import Verb, option
from hubwatch.errors import HubwatchError
from hubwatch.settings import config_files, value_of

CORE = ("altair", "click", "duckdb", "httpx2", "jinja2", "msgspec", "numpy", "pyarrow", "rich")
EXTRAS = {"spark": "pyspark"}


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _lake_facts(path: str | None) -> str:
    if path is None:
        return "not set"
    from hubwatch.lake.catalog import open_lake

    try:
        lake = open_lake(Path(path))
    except HubwatchError as error:
        return f"{path}: {error.what}"
    return f"{path}: readable, fingerprint {lake.fingerprint[:12]}"


def _facts(lake: str | None) -> dict[str, str]:
    free = shutil.disk_usage(Path.cwd()).free
    found = {
        "hubwatch": hubwatch.__version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "platform": platform.platform(),
        "processors": str(
            len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
        ),
        "free disk here": f"{free / 2**30:.1f} GiB",
        "lake": _lake_facts(value_of("lake", lake)),
        "configuration": ", ".join(str(f) for f in config_files() if f.is_file()) or "none",
        "browser": shutil.which("chromium") or shutil.which("google-chrome") or "not found",
        "java": shutil.which("java") or "not found",
    }
    found |= {f"package {name}": _version(name) for name in CORE}
    found |= {f"extra [{extra}]": _version(package) for extra, package in EXTRAS.items()}
    return found


@click.command(cls=Verb, examples=("hubwatch doctor", "hubwatch doctor --lake L --json"))
@option("--lake", metavar="DIR", heading="Where", help="A lake to look at too.")
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object on stdout.")
def doctor(lake: str | None, *, as_json: bool) -> None:
    """Print versions, places and extras, ready to paste into a bug report. Asks no network."""
    facts = _facts(lake)
    if as_json:
        print_json(facts)
    else:
        print_table(("what", "found"), list(facts.items()))
