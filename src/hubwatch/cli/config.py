"""`hubwatch config`: effective settings and their sources."""

from __future__ import annotations

import click

from hubwatch.cli.console import print_json, print_table
from hubwatch.cli.shell import Group, Verb, option
from hubwatch.settings import SETTINGS, config_files, effective


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def config(context: click.Context) -> None:
    """Show settings and where they come from."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@config.command(cls=Verb, examples=("hubwatch config show",))
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON list on stdout.")
def show(*, as_json: bool) -> None:
    """Print every setting's value and source; secrets as ***."""
    found = [effective(setting.name) for setting in SETTINGS]
    if as_json:
        print_json(
            [
                {
                    "name": one.setting.name,
                    "value": None if one.value is None else one.shown(),
                    "source": one.source,
                    "variable": one.setting.variable,
                    "about": one.setting.about,
                }
                for one in found
            ]
        )
        return
    print_table(
        ("setting", "value", "from", "what"),
        [(one.setting.name, one.shown(), one.source, one.setting.about) for one in found],
    )


@config.command(cls=Verb, examples=("hubwatch config path",))
def path() -> None:
    """Print the configuration files that are looked at, nearest first."""
    for file in config_files():
        click.echo(str(file))
