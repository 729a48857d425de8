"""`hubwatch lake`: show, verify, refine, rotate the key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.console import (
    counted,
    noise_of,
    noise_options,
    number,
    print_json,
    print_table,
    progress,
    say,
)
from hubwatch.cli.shell import Group, Verb, option
from hubwatch.errors import ExitCode
from hubwatch.settings import required, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

lake_option = option("--lake", metavar="DIR", heading="Where", help="Folder of the lake.")


def lake_path(given: str | None) -> Path:
    """Return the lake's folder from the option, the environment or a configuration file."""
    return Path(required("lake", given, "--lake"))


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def lake(context: click.Context) -> None:
    """Show, verify and refine a lake: typed tables made from a hub's exact answers."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@lake.command(
    cls=Verb,
    examples=("hubwatch lake show --lake L", "hubwatch lake show --lake L --json | jq .tables"),
)
@lake_option
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object on stdout.")
def show(lake: str | None, *, as_json: bool) -> None:
    """Show what a lake holds: rows per table, snapshots, what was set aside and why."""
    from hubwatch.lake.inspecting import show as describe

    facts = describe(lake_path(lake))
    if as_json:
        print_json(facts)
        return
    print_table(
        ("table", "rows"),
        [(name, number(table["rows"])) for name, table in facts["tables"].items()],
    )
    print_snapshots(facts["snapshots"])
    for reason, count in facts["quarantine"].items():
        click.echo(f"set aside, {reason}: {number(count)}")
    for note, count in facts["notes"].items():
        click.echo(f"note, {note}: {number(count)}")
    for drift in facts["drift"]:
        times = counted(drift["count"], "time")
        click.echo(f"{drift['what']} that hubwatch does not know: {drift['name']}, {times}")


def print_snapshots(snapshots: Sequence[Mapping[str, Any]]) -> None:
    """Print one line for each snapshot: what it is, how it ended, what it holds."""
    click.echo()
    print_table(
        ("snapshot", "hub", "state", "how", "records", "MB"),
        [
            (
                s["snapshot"],
                s["hub"],
                s["state"],
                s["origin"].get("command", ""),
                number(s["records"]),
                f"{s['bytes'] / 1e6:.1f}",
            )
            for s in snapshots
        ],
    )


@lake.command(cls=Verb, examples=("hubwatch lake verify --lake L",))
@lake_option
@noise_options
def verify(lake: str | None, **options: Any) -> int:
    """Compare everything on disk with what was recorded; exit 5 when something differs."""
    from hubwatch.lake.inspecting import verify as check

    problems = check(lake_path(lake))
    for problem in problems:
        click.echo(f"{problem.path}: {problem.message}")
    noise = noise_of(options)
    if problems:
        say(f"{counted(len(problems), 'difference')}; see `hubwatch lake refine --rebuild`", noise)
        return ExitCode.GATE
    say("everything is as recorded", noise)
    return ExitCode.DONE


@lake.command(
    cls=Verb, examples=("hubwatch lake refine --lake L", "hubwatch lake refine --lake L --rebuild")
)
@lake_option
@option("--rebuild", is_flag=True, heading="What", help="Make all tables again from raw answers.")
@noise_options
def refine(lake: str | None, *, rebuild: bool, **options: Any) -> int:
    """Turn raw answers that were not refined yet into tables; done by collect and import too."""
    return refine_and_say(lake_path(lake), options, rebuild=rebuild)


def refine_and_say(path: Path, options: dict[str, Any], *, rebuild: bool = False) -> int:
    """Refine a lake, say what happened, and return 3 when something was set aside."""
    from hubwatch.lake.refine import refine as make_tables

    noise = noise_of(options)
    with progress("refining", "records", noise) as bar:
        summary = make_tables(
            path,
            memory=value_of("refine.memory"),
            workers=value_of("refine.workers"),
            rebuild=rebuild,
            progress=bar.advance,
        )
    say(
        f"refined {number(summary.records)} records: "
        f"{number(summary.rows.get('models', 0))} models, "
        f"{number(summary.rows.get('images', 0))} images, "
        f"{number(summary.quarantined)} set aside, {summary.seconds:.1f} s",
        noise,
    )
    return ExitCode.SOME_FAILED if summary.quarantined else ExitCode.DONE


@lake.command("rotate-key", cls=Verb, examples=("hubwatch lake rotate-key --lake L --yes",))
@lake_option
@option("--yes", is_flag=True, heading="Safety", help="Do not ask.")
@noise_options
def rotate_key(lake: str | None, *, yes: bool, **options: Any) -> int:
    """Give every creator a new pseudonym: make a new key and refine all raw answers again."""
    from hubwatch.lake.catalog import open_lake
    from hubwatch.lake.keys import rotate_key as rotate

    path = lake_path(lake)
    open_lake(path)
    question = f"All pseudonyms in {path} change and cannot be changed back. Go on?"
    if not yes and not click.confirm(question, err=True):
        say("nothing was changed", noise_of(options))
        return ExitCode.DONE
    rotate(path)
    return refine_and_say(path, options)
