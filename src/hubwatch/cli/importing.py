"""`hubwatch import`: saved answers of a hub into a lake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hubwatch.cli.console import counted, noise_of, noise_options, progress, say
from hubwatch.cli.lake import lake_option, lake_path, refine_and_say
from hubwatch.cli.shell import Verb
from hubwatch.errors import ExitCode


@click.command(
    "import",
    cls=Verb,
    examples=(
        "hubwatch import civitai models.jsonl.zst --lake L",
        "hubwatch import civitai pages/*.json.gz --lake L",
    ),
)
@click.argument("hub", type=click.Choice(["civitai"]))
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@lake_option
@noise_options
def import_(hub: str, files: tuple[str, ...], lake: str | None, **options: Any) -> int:
    """Put saved API answers or items of a HUB into a lake.

    FILE is .json, .jsonl (also .gz, .zst) or .parquet. Memory does not grow with the file. What
    cannot be read is set aside with its reason; importing the same file again changes nothing.
    """
    from hubwatch.lake.importing import import_files

    noise = noise_of(options)
    path = lake_path(lake)
    with progress("importing", "records", noise) as bar:
        summary = import_files([Path(f) for f in files], path, hub=hub, progress=bar.advance)
    if summary.already_there:
        say("these files were imported before; nothing changes", noise)
    else:
        say(f"stored {counted(summary.records, 'line')} of {counted(len(files), 'file')}", noise)
    for failure in summary.failures:
        say(f"warning: {failure}", noise)
    code = refine_and_say(path, options)
    return ExitCode.SOME_FAILED if summary.failures else code
