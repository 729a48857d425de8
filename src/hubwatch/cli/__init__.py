"""The `hubwatch` command; each verb lives in a module of its own and is imported when used."""

from __future__ import annotations

import sys

import click

import hubwatch
from hubwatch.cli.shell import LazyGroup, run

EPILOG = """\b
First minute, without account or network:
  hubwatch demo --out demo          # a fictional hub, collected, measured, reported
  hubwatch doctor                   # what is installed and where things are

\b
Exit codes: 0 done; 1 our bug; 2 usage or input is wrong; 3 finished, but some items failed;
4 hub unreachable; 5 a check said no; 130 interrupted.
"""


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    invoke_without_command=True,
    commands_at={
        "demo": ("hubwatch.cli.demo:demo", "From a simulated hub to a report, in a minute."),
        "collect": ("hubwatch.cli.collect:collect", "Fetch a hub's public answers into a lake."),
        "import": ("hubwatch.cli.importing:import_", "Put saved answers of a hub into a lake."),
        "lake": ("hubwatch.cli.lake:lake", "Show, verify and refine a lake."),
        "measure": ("hubwatch.cli.measure:measure", "Answer questions from a lake as tidy tables."),
        "measures": (
            "hubwatch.cli.measure:measures",
            "The measures there are, and what they mean.",
        ),
        "signals": ("hubwatch.cli.signals:signals", "What a prompt or a model says, one by one."),
        "inspect": (
            "hubwatch.cli.inspect:inspect",
            "What the header of one adapter file says.",
        ),
        "gazetteer": (
            "hubwatch.cli.gazetteer:gazetteer",
            "Build and show the list of notable names, as hashes.",
        ),
        "dataset": (
            "hubwatch.cli.dataset:dataset",
            "Look at a dataset before it is trained on.",
        ),
        "tagset": ("hubwatch.cli.tagset:tagset", "Audit the labels of a tagger or captioner."),
        "report": ("hubwatch.cli.report:report", "Write one self-contained page of results."),
        "simulate": ("hubwatch.cli.simulate:simulate", "Write or serve a fictional hub."),
        "config": ("hubwatch.cli.config:config", "Show settings and where they come from."),
        "doctor": ("hubwatch.cli.doctor:doctor", "Facts about this installation, to paste."),
    },
)
@click.version_option(hubwatch.__version__, prog_name="hubwatch")
@click.pass_context
def cli(context: click.Context) -> None:
    """Watch over hubs that share text-to-image models: collect, measure, report."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(cli, sys.argv[1:]))
