"""`hubwatch simulate`: a fictional hub, written as answers or served over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.console import noise_of, noise_options, number, progress, say
from hubwatch.cli.shell import F, Group, Verb, option

if TYPE_CHECKING:
    from hubwatch.simulate.server.faults import Rate


def world_options(function: F) -> F:
    """Add the options that say which fictional hub."""
    counted = click.IntRange(min=1)
    for decorator in (
        option("--seed", type=int, default=1, show_default=True, heading="Hub", help="Seed."),
        option(
            "--images",
            type=counted,
            default=100_000,
            show_default=True,
            heading="Hub",
            help="Images that a complete collection returns.",
        ),
        option(
            "--models",
            type=counted,
            default=5_000,
            show_default=True,
            heading="Hub",
            help="Models that a complete collection returns.",
        ),
    ):
        function = decorator(function)
    return function


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def simulate(context: click.Context) -> None:
    """Write or serve a fictional hub: plausible, free of real people, with known truth."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@simulate.command(cls=Verb, examples=("hubwatch simulate write --out hub --images 100000",))
@option("-o", "--out", required=True, metavar="DIR", heading="Output", help="Folder to write.")
@world_options
@option(
    "--months",
    type=click.IntRange(1, 26),
    default=26,
    show_default=True,
    heading="Hub",
    help="Months up to December 2024.",
)
@noise_options
def write(
    out: str,
    models: int,
    images: int,
    months: int,
    seed: int,
    **options: Any,
) -> None:
    """Write exact API answers as JSON lines, with truth tables beside them."""
    from hubwatch.simulate.world.write import write_hub

    noise = noise_of(options)
    with progress("writing", "images", noise) as bar:
        summary = write_hub(
            Path(out),
            models=models,
            images=images,
            months=months,
            seed=seed,
            progress=lambda done: bar.update(done, images),
        )
    rate = summary.images / max(summary.seconds, 1e-9)
    say(
        f"wrote {number(summary.models)} models and {number(summary.images)} images to {out}, "
        f"{rate:,.0f} images/s",
        noise,
    )


@simulate.command(
    cls=Verb,
    examples=(
        "hubwatch simulate serve --port 8765 --faults some",
        "hubwatch collect civitai --base-url http://127.0.0.1:8765 --lake L --rate 100/s",
    ),
)
@option("--port", type=click.IntRange(0, 65535), default=0, heading="Server", help="0: any free.")
@option(
    "--faults",
    type=click.Choice(["none", "some", "many"]),
    default="none",
    show_default=True,
    heading="Server",
    help="How badly the hub behaves.",
)
@option("--as-of", metavar="DATE", heading="Server", help="Show the hub as it was on a day.")
@world_options
def serve(port: int, models: int, images: int, seed: int, faults: Rate, as_of: str | None) -> None:
    """Serve the hub's API on this machine until interrupted; prints `ready URL` on stderr."""
    from hubwatch.simulate.server.hub import serve as run

    run(
        models=models,
        images=images,
        seed=seed,
        port=port,
        faults=faults,
        as_of=as_of,
        ready=lambda url: click.echo(f"ready {url}", err=True),
    )
