"""`hubwatch dataset`: look at a dataset before it is trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.console import counted, noise_of, noise_options, number, progress, say
from hubwatch.cli.inputs import sink
from hubwatch.cli.shell import Group, Verb, option
from hubwatch.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hubwatch.adapters.dataset.records import ConsentFound, DatasetReport
    from hubwatch.adapters.intervals import Share

_HEADLINES = {
    "allow": "no objection",
    "block": "no: do not train on this",
    "escalate": "no: do not train on this; hand it to the people whose duty it is",
}


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def dataset(context: click.Context) -> None:
    """Look at a dataset before it is trained on: captions and configuration, never a picture."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@dataset.command(
    cls=Verb,
    examples=(
        "hubwatch dataset check my-set",
        "hubwatch dataset check my-set --config train.toml --config dataset.toml",
        "hubwatch dataset check my-set --json | jq .decision",
    ),
    resumes=False,
)
@click.argument("folder")
@option(
    "--config",
    "configs",
    multiple=True,
    metavar="FILE",
    heading="Input",
    help="A trainer's configuration: kohya .toml, OneTrainer .json, ai-toolkit .yaml; repeatable. "
    "Default: those in the folder itself.",
)
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object on stdout.")
@option("-o", "--output", "out", metavar="FILE", heading="Output", help="Default: stdout.")
@option(
    "--reveal",
    is_flag=True,
    heading="Output",
    help="Also names and words it went by, never where a minor may be meant. Logged.",
)
@noise_options
def check(
    folder: str,
    configs: tuple[str, ...],
    out: str | None,
    *,
    as_json: bool,
    reveal: bool,
    **options: Any,
) -> int:
    """Say what speaks against training on a folder: exit code 5 and reasons when the rule says no.

    No: it aims at a real person and no consent manifest is in force; it aims at a real person and
    is sexualised; a cue of a minor stands beside a mature one.

    It reads captions (.txt, .caption, .tags, metadata.jsonl), names of folders and files, and the
    configuration; it never opens an image. It prints codes and counts, no name and no wording.
    Exit code 3: no objection, but not all of it could be read, or nothing but names of images.
    Exit code 2: there is nothing to read.
    """
    from hubwatch.adapters.dataset import check_dataset

    noise = noise_of(options)
    if reveal:
        _warn_and_log(Path(folder), [Path(one) for one in configs])
    with progress("reading", "captions", noise) as bar:
        report = check_dataset(folder, config=configs, reveal=reveal, progress=bar.update)
    with sink(out) as stream:
        stream.write(_as_json(report) if as_json else "".join(_lines(report)).encode())
    if reveal and report.revealed is None:
        say("nothing is revealed: something in it may point at a minor", noise)
    if not report.allowed:
        return ExitCode.GATE
    return ExitCode.DONE if report.complete else ExitCode.SOME_FAILED


def _warn_and_log(folder: Path, configs: Sequence[Path]) -> None:
    from hubwatch.adapters.dataset.revealed import input_digest
    from hubwatch.signals.reveal import log_reveal

    log = log_reveal("dataset check", None, digest=input_digest(folder, configs))
    click.echo("warning: the output holds names and wording; treat it as personal data", err=True)
    click.echo(f"warning: this use of --reveal is logged in `{log}`", err=True)


def _as_json(report: DatasetReport) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def _lines(report: DatasetReport) -> Iterator[str]:
    """Yield the report for people."""
    unread = ", but not all of it was read" if report.allowed and not report.complete else ""
    yield f"{_HEADLINES[report.decision]}{unread}\n"
    for reason in report.reasons:
        yield f"  {reason.code}: {reason.says}\n"
    yield "\n"
    width = max(map(len, _rows(report)))
    for name, text in _rows(report).items():
        yield f"{name.ljust(width)}  {text}\n"
    if report.notes:
        yield "\n"
    for note in report.notes:
        yield f"note, {note.code}: {note.says}\n"
    yield from _revealed(report)


def _rows(report: DatasetReport) -> dict[str, str]:
    files, person = report.files, report.real_person
    score = "" if person.score is None else f", score {person.score:.2f}"
    support = f", supported by {', '.join(person.supported_by)}" if person.supported_by else ""
    value = {True: "true", False: "false", None: "unknown"}[person.value]
    unread = ", ".join(f"{name} {number(n)}" for name, n in files.not_read.items())
    hits = ", ".join(f"{code} {number(n)}" for code, n in report.sexualised.hits.items())
    return {
        "read": f"{counted(files.captions, 'caption')}, {number(files.distinct)} distinct; "
        f"{counted(files.images, 'image')} not opened; "
        f"{counted(files.configs, 'configuration')} ({report.trainer or 'none'})",
        **({"not read": unread} if unread else {}),
        "real_person": f"{value}{score}{support}",
        "names in captions": _share(report.names_in_captions),
        "depicts": ", ".join(f"{who} {number(n)}" for who, n in report.depicts.items()),
        "sexualised": _share(report.sexualised.captions) + (f"; {hits}" if hits else ""),
        "minor cue": _share(report.minor.captions),
        "consent": _consent(report.consent),
    }


def _consent(consent: ConsentFound) -> str:
    """Write what is on file; a manifest that does not count is void, and why."""
    source = f" ({consent.source})" if consent.source else ""
    if consent.because is not None:
        return f"void{source}: {consent.because}"
    return f"{consent.tier}{source}"


def _share(share: Share) -> str:
    """Write a share with its denominator and interval."""
    if share.value is None or share.low is None or share.high is None:
        return "no caption"
    return (
        f"{number(share.n)} of {number(share.total)} captions "
        f"({share.value:.3f}, 95 % interval {share.low:.3f} to {share.high:.3f})"
    )


def _revealed(report: DatasetReport) -> Iterator[str]:
    if report.revealed is None:
        return
    yield "\n"
    for one in report.revealed["concepts"]:
        yield f"revealed, name: {_printable(one['name'])} ({one['value']}, {one['score']})\n"
    for one in report.revealed["sexualised"]:
        yield f"revealed, {one['code']}: {_printable(one['text'])} ({one['captions']})\n"


def _printable(text: str) -> str:
    """Replace what would steer a terminal."""
    return "".join(char if char.isprintable() else "·" for char in text)
