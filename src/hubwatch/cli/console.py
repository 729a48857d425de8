"""What people see while a command works: messages, progress and summaries, all on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.shell import F, option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PLAIN_EVERY = 30.0


class Noise:
    """How much a command says, decided once from its options."""

    def __init__(self, *, quiet: bool = False, progress: bool = True, color: bool = True) -> None:
        self.quiet = quiet
        self.progress = progress and not quiet
        self.color = color


def noise_options(function: F) -> F:
    """Add the options that every long verb has: quiet, verbose, progress and colour."""
    for decorator in (
        option("--no-color", is_flag=True, heading="Noise", help="No colour (also NO_COLOR)."),
        option("--no-progress", is_flag=True, heading="Noise", help="No progress bar."),
        option("-v", "--verbose", count=True, heading="Noise", help="Say more; tracebacks."),
        option("-q", "--quiet", is_flag=True, heading="Noise", help="Say nothing but errors."),
    ):
        function = decorator(function)
    return function


def noise_of(options: Mapping[str, Any]) -> Noise:
    """Build a `Noise` from a verb's options."""
    return Noise(
        quiet=bool(options.get("quiet")),
        progress=not options.get("no_progress"),
        color=wants_color(no_color=bool(options.get("no_color"))),
    )


def wants_color(*, no_color: bool = False) -> bool:
    """Decide on colour: flags beat variables, variables beat the terminal."""
    if no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stderr.isatty()


def say(text: str, noise: Noise) -> None:
    """Write one line for people."""
    if not noise.quiet:
        click.echo(text, err=True)


def number(value: float) -> str:
    """Write a count with thousands separated."""
    return f"{value:,.0f}" if isinstance(value, int) or value == int(value) else f"{value:,.1f}"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun, in the plural where it is one."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def print_json(value: object) -> None:
    """Write one JSON value to stdout, keys in their order, text as UTF-8."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write an aligned table to stdout; columns that hold numbers are aligned right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    right = [
        bool(rows) and all(r[i].replace(",", "").replace(".", "").isdigit() for r in rows)
        for i in range(len(header))
    ]
    for row in [header, *rows]:
        cells = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


class Progress:
    """One running piece of work: a bar on a terminal, else a plain line now and then."""

    def __init__(self, label: str, unit: str, noise: Noise) -> None:
        self.label, self.unit = label, unit
        self.noise = noise
        self.started = self.last_line = time.monotonic()
        self.done = 0.0
        self.bar: Any = None

    def advance(self, more: float) -> None:
        """Show that so many units more are done."""
        self.update(self.done + more)

    def update(self, done: float, total: float | None = None, note: str = "") -> None:
        """Show how far the work is.

        Args:
            done: units done.
            total: units in all, `None` when unknown.
            note: for example `waiting for the hub until 12:04`.
        """
        self.done = done
        if self.bar is not None:
            bar, task = self.bar
            shown = number(done) + (f" of {number(total)}" if total else "")
            bar.update(task, completed=done, total=total, shown=f"{shown} {self.unit}", note=note)
            return
        now = time.monotonic()
        if self.noise.progress and now - self.last_line >= _PLAIN_EVERY:
            self.last_line = now
            of = f" of {number(total)}" if total else ""
            rate = done / max(now - self.started, 1e-9)
            say(f"{self.label}: {number(done)}{of} {self.unit}, {rate:,.0f}/s {note}", self.noise)


@contextmanager
def progress(label: str, unit: str, noise: Noise) -> Iterator[Progress]:
    """Show progress of one piece of work while the block runs.

    Args:
        label: what is being done, for example `collecting images`.
        unit: what is counted.
        noise: how much may be shown.
    """
    work = Progress(label, unit, noise)
    if not (noise.progress and sys.stderr.isatty()):
        yield work
        return
    from rich import progress as bars
    from rich.console import Console
    from rich.table import Column

    console = Console(stderr=True, no_color=not noise.color)
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(bar_width=20),
        bars.TextColumn("{task.fields[shown]}"),
        bars.TimeElapsedColumn(),
        bars.TextColumn("{task.fields[note]}", table_column=Column(no_wrap=True, ratio=1)),
    )
    with bars.Progress(*columns, console=console, refresh_per_second=10, transient=True) as bar:
        work.bar = (bar, bar.add_task(label, total=None, shown="", note=""))
        yield work
