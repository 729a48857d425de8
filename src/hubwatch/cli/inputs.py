"""Items from a file or from stdin, answers to a file or to stdout: shared by several verbs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from hubwatch.cli.shell import option
from hubwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

input_option = option(
    "-i",
    "--input",
    "source",
    required=True,
    metavar="FILE|-",
    heading="Input",
    help="Model documents or prompt records: .json, .jsonl (.gz, .zst), .parquet; - is stdin.",
)
kind_option = option(
    "--kind",
    type=click.Choice(["model", "prompt"]),
    heading="Input",
    help="What the items are; told from their keys when left out.",
)


@contextmanager
def opened(source: str) -> Iterator[Path | IO[bytes]]:
    """Yield the file that was named, or stdin for `-`.

    Raises:
        UsageError: stdin is a terminal, where nothing would ever come.
    """
    if source != "-":
        yield Path(source)
        return
    if sys.stdin.isatty():
        raise UsageError("stdin is a terminal", hint="pipe JSON lines into it, or name a file")
    yield sys.stdin.buffer


@contextmanager
def sink(out: str | None) -> Iterator[IO[bytes]]:
    """Yield a file that appears when it is whole, or stdout."""
    if out is None or out == "-":
        yield sys.stdout.buffer
        return
    from hubwatch.files import writing_aside

    with writing_aside(Path(out)) as stream:
        yield stream
