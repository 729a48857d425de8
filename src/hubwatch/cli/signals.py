"""`hubwatch signals`: what there is, what it says of a file of items."""

from __future__ import annotations

import time
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
from hubwatch.cli.evaluating import evaluate
from hubwatch.cli.inputs import input_option, kind_option, opened, sink
from hubwatch.cli.lake import lake_option, lake_path
from hubwatch.cli.shell import Group, Verb, option
from hubwatch.errors import ExitCode, UsageError
from hubwatch.settings import value_of

if TYPE_CHECKING:
    from hubwatch.signals.run import RunCounts


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def signals(context: click.Context) -> None:
    """What a prompt or a model says: one fact each, with a score and the evidence for it."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@signals.command("list", cls=Verb, examples=("hubwatch signals list --json",))
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON list on stdout.")
def list_(*, as_json: bool) -> None:
    """List all signals with their question."""
    from hubwatch.signals.describe import describe
    from hubwatch.signals.registry import signals as all_signals

    found = [describe(signal) for signal in all_signals()]
    if as_json:
        print_json(found)
        return
    print_table(
        ("signal", "of", "question"),
        [(s["signal"], ", ".join(s["subjects"]), s["question"]) for s in found],
    )


@signals.command(
    cls=Verb,
    examples=("hubwatch signals show real_person", "hubwatch signals show minor_cue --json"),
)
@click.argument("name")
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object on stdout.")
def show(name: str, *, as_json: bool) -> None:
    """Show what a signal means, its evidence codes, its measured scores and known failures."""
    from hubwatch.signals.describe import as_markdown, describe
    from hubwatch.signals.measured import measured, plain
    from hubwatch.signals.registry import signal

    found, scores = signal(name), measured(name)
    if as_json:
        print_json({**describe(found), "measured": plain(scores)})
    else:
        click.echo(f"# {name}\n\n{as_markdown(found, scores)}", nl=False)


@signals.command(
    cls=Verb,
    examples=(
        "hubwatch signals run real_person --input models.jsonl.zst -o answers.jsonl",
        "hubwatch signals run prompt_level --input prompts.jsonl | jq .value",
        "hubwatch signals run minor_cue --kind prompt --input - < prompts.jsonl",
    ),
    resumes=False,
)
@click.argument("name")
@input_option
@kind_option
@option("-o", "--output", "out", metavar="FILE", heading="Output", help="Default: stdout.")
@option(
    "--reveal",
    is_flag=True,
    heading="Output",
    help="Evidence holds the words it stands for, never where a minor may be meant. Logged.",
)
@option("--workers", type=click.IntRange(1, 64), heading="Where", help="Processes; default: cores.")
@noise_options
def run(
    name: str,
    source: str,
    kind: Any,
    out: str | None,
    workers: int | None,
    *,
    reveal: bool,
    **options: Any,
) -> int:
    """Say what one signal says of every item of a file: one JSON object each, in order.

    {"id", "value", "score", "origin", "evidence", "detail"}, or {"id", "error"} for an item that
    cannot be read; then the exit code is 3.
    """
    from hubwatch.signals.parallel import cores
    from hubwatch.signals.registry import signal
    from hubwatch.signals.run import RunCounts, run_signal

    noise = noise_of(options)
    signal(name)
    refuse_overwriting(source, out)
    if reveal:
        warn_and_log(name, source)
    last, started = RunCounts(), time.monotonic()
    with progress("answering", "items", noise) as bar, opened(source) as items:

        def follow(counts: RunCounts) -> None:
            nonlocal last
            last = counts
            bar.update(counts.items)

        answered = run_signal(
            name, items, kind=kind, workers=workers or cores(), reveal=reveal, progress=follow
        )
        with sink(out) as stream:
            for lines in answered:
                stream.write(lines)
                stream.flush()
    say(summary(name, last, time.monotonic() - started), noise)
    return ExitCode.SOME_FAILED if last.failed else ExitCode.DONE


def refuse_overwriting(source: str, out: str | None) -> None:
    """Fail when the answers would replace the items.

    Raises:
        UsageError: both are one file.
    """
    if out and "-" not in (source, out) and Path(source).resolve() == Path(out).resolve():
        raise UsageError(f"`{out}` is the input itself", hint="name another file for the output")


def warn_and_log(name: str, source: str) -> None:
    """Log that words are about to be shown, and say so."""
    from hubwatch.files import require_file
    from hubwatch.signals.reveal import log_reveal

    path = None if source == "-" else require_file(Path(source))
    log = log_reveal(f"signals run {name}", path)
    click.echo("warning: the output holds words of the items; handle it as personal data", err=True)
    click.echo(f"warning: this use of --reveal is logged in `{log}`", err=True)


def summary(name: str, counts: RunCounts, seconds: float) -> str:
    """Say in one line what a run answered."""
    values = ", ".join(f"{number(n)} {value}" for value, n in sorted(counts.values.items()))
    failed = f", {number(counts.failed)} could not be read" if counts.failed else ""
    return f"{name}: {counted(counts.items, 'item')}: {values or 'none'}{failed}, {seconds:.1f} s"


@signals.command(
    cls=Verb,
    examples=("hubwatch signals build --lake L", "hubwatch signals build --lake L --only prompts"),
)
@lake_option
@option("--only", type=click.Choice(["prompts", "models"]), heading="What", help="Default: both.")
@option("--workers", type=click.IntRange(1, 64), heading="Where", help="Processes; default: cores.")
@noise_options
def build(lake: str | None, only: Any, workers: int | None, **options: Any) -> None:
    """Fill a lake's signal tables: new prompts, changed models, everything for a new version.

    `measure` does it by itself when something is missing. A second run has nothing to do.
    """
    from hubwatch.signals.build import build_signals

    noise = noise_of(options)
    done = dict.fromkeys(("prompts", "models"), 0)
    with progress("answering", "items", noise) as bar:

        def follow(part: str, more: int) -> None:
            done[part] += more
            bar.update(done[part], note=part)

        summary = build_signals(
            lake_path(lake),
            only=only,
            workers=workers,
            memory=value_of("engine.memory"),
            progress=follow,
        )
    if not summary.changed:
        say("the signal tables are up to date", noise)
        return
    for count, known, noun in (
        (summary.prompts, summary.prompts_known, "distinct prompt"),
        (summary.models, summary.models_known, "model"),
    ):
        say(f"{counted(count, noun)} answered, {number(known)} known before", noise)
    say(f"{summary.seconds:.1f} s", noise)


signals.add_command(evaluate)
