"""`hubwatch measure` and `hubwatch measures`: answers from a lake, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.console import (
    Noise,
    counted,
    noise_of,
    noise_options,
    print_json,
    print_table,
    progress,
    say,
)
from hubwatch.cli.lake import lake_option, lake_path
from hubwatch.cli.shell import Group, Verb, option
from hubwatch.settings import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.measures.run import RunSummary


def fill_missing_signals(lake: Path, names: Sequence[str], noise: Noise) -> None:
    """Compute the signals that measuring needs; tell of it, as it can take longer than the rest."""
    from hubwatch.measures.prepare import fill_signals, lacks_signals

    if not lacks_signals(lake, names):
        return
    say(
        "the lake's signals are missing or old: computing them first; they stay in the lake "
        "(`hubwatch signals build`)",
        noise,
    )
    with progress("computing signals", "prompts and models", noise) as bar:
        fill_signals(lake, names, progress=lambda _, more: bar.advance(more))


booru_option = option(
    "--booru-tags",
    metavar="FILE",
    heading="Where",
    help="Booru tags with counts (CSV: tag,count), for `booru_overlap`.",
)


def given_tags(path: str | None) -> dict[str, dict[str, Any]]:
    """Return the parameters that a list of booru tags gives, none without a list.

    Raises:
        InputError: the list cannot be read.
    """
    if not (chosen := value_of("booru_tags", path)):
        return {}
    from hubwatch.measures.tag_list import read_tag_list

    return {"booru_overlap": {"booru_tags": read_tag_list(Path(chosen))}}


def say_lacking(summary: RunSummary, noise: Noise) -> None:
    """Tell which results lack something, and what to do about it."""
    for text, names in summary.lacking.items():
        say(f"not measured, or only in part: {', '.join(names)}: {text}", noise)


@click.command(
    cls=Verb,
    examples=(
        "hubwatch measure --lake L --out R",
        "hubwatch measure nsfw_share flagged_share --lake L --out R",
    ),
)
@click.argument("names", nargs=-1, metavar="[NAME...]")
@lake_option
@option("-o", "--out", required=True, metavar="DIR", heading="Output", help="Folder of results.")
@option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    heading="Where",
    help="Where tables are computed.",
)
@booru_option
@noise_options
def measure(
    names: tuple[str, ...],
    lake: str | None,
    out: str,
    engine: str,
    booru_tags: str | None,
    **options: Any,
) -> None:
    """Answer questions from a lake; all of them when no NAME is given.

    Signals that a question needs and the lake lacks are computed first, once.

    Writes <name>.csv, <name>.parquet and <name>.json (question, unit, definition, source) to DIR.
    """
    from hubwatch.measures.registry import MEASURES
    from hubwatch.measures.run import run_measures

    noise = noise_of(options)
    fill_missing_signals(lake_path(lake), names, noise)
    with progress("measuring", "measures", noise) as bar:
        summary = run_measures(
            lake_path(lake),
            Path(out),
            names=list(names) or None,
            engine=engine,
            memory=value_of("engine.memory"),
            parameters=given_tags(booru_tags),
            progress=lambda done: bar.update(done, len(names) or len(MEASURES)),
        )
    for warning in summary.warnings:
        say(f"warning: {warning}", noise)
    say_lacking(summary, noise)
    done = counted(len(summary.measures), "measure")
    say(f"{done} in {out}, {summary.seconds:.1f} s", noise)


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def measures(context: click.Context) -> None:
    """List the measures there are, and what they mean."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@measures.command("list", cls=Verb, examples=("hubwatch measures list --json",))
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON list on stdout.")
def list_(*, as_json: bool) -> None:
    """List all measures with their question, unit and keys."""
    from hubwatch.measures.registry import MEASURES

    found = [measure.describe() for measure in MEASURES.values()]
    if as_json:
        print_json(found)
        return
    print_table(
        ("measure", "question", "keys"),
        [(m["measure"], m["question"], ", ".join(m["keys"])) for m in found],
    )
