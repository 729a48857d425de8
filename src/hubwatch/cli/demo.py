"""`hubwatch demo`: the whole way, on a fictional hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hubwatch.cli.console import noise_of, noise_options, progress, say
from hubwatch.cli.shell import Verb, option
from hubwatch.cli.simulate import world_options


@click.command(cls=Verb, examples=("hubwatch demo --out demo",))
@option(
    "-o",
    "--out",
    default="demo",
    show_default=True,
    metavar="DIR",
    heading="Output",
    help="Folder.",
)
@world_options
@noise_options
def demo(out: str, models: int, images: int, seed: int, **options: Any) -> None:
    """Serve a fictional hub, collect it over HTTP, refine, measure and report.

    No account and no network: everything happens on this machine and all people are invented.
    """
    from hubwatch.demo import STEPS, run_demo

    noise = noise_of(options)
    folder = Path(out)
    with progress("demo", "steps", noise) as bar:
        steps = iter(range(len(STEPS)))

        def step(what: str) -> None:
            bar.update(next(steps), len(STEPS), what)
            say(what, noise)

        summary = run_demo(folder, models=models, images=images, seed=seed, step=step)
    say(f"done in {summary.seconds:.0f} s; look at", noise)
    for name in ("report.html", "results", "lake"):
        click.echo(str(folder / name))
