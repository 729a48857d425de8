"""`hubwatch tagset`: audit the labels of a tagger or captioner."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.console import counted, noise_of, noise_options, number, progress, say
from hubwatch.cli.inputs import sink
from hubwatch.cli.shell import Group, Verb, option
from hubwatch.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.adapters.audit import Audit
    from hubwatch.adapters.intervals import Difference, Share

#: Concepts that are listed for people; JSON has all.
_LISTED = 20


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def tagset(context: click.Context) -> None:
    """Audit the labels that a tagger or captioner uses."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@tagset.command(
    cls=Verb,
    examples=(
        "hubwatch tagset audit selected_tags.csv",
        "hubwatch tagset audit captions/ --json -o audit.json",
        "hubwatch tagset audit labels.txt --mapping safer.csv",
    ),
    resumes=False,
)
@click.argument("source")
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object.")
@option("-o", "--output", "out", metavar="FILE", heading="Output", help="Default: stdout.")
@option(
    "--mapping",
    metavar="FILE",
    heading="Output",
    help="Also write a suggested mapping (CSV): to a safer label of the set, or drop.",
)
@option(
    "--reveal",
    is_flag=True,
    heading="Output",
    help="Write every label of the mapping out, never one about minors. Logged.",
)
@noise_options
def audit(
    source: str,
    out: str | None,
    mapping: str | None,
    *,
    as_json: bool,
    reveal: bool,
    **options: Any,
) -> int:
    """Say how a tag set treats women and men.

    SOURCE is a tagger's label list (.csv, .txt, .json) or a folder of captions. It says how
    labels split by gender and by code, how much more often women's are sexualised than men's (with
    its interval), and which neutral concepts have sexualised neighbours for women only.

    What it prints can be published: codes, counts and everyday words, no sexual wording, no name.
    """
    from hubwatch.adapters.audit import as_csv, audit_tagset
    from hubwatch.adapters.audit.run import as_json as to_json
    from hubwatch.files import write_atomically

    noise = noise_of(options)
    if reveal and mapping is None:
        raise UsageError("`--reveal` writes labels into the mapping", hint="add `--mapping FILE`")
    _require_apart(source, out, mapping)
    with progress("reading", "labels", noise) as bar:
        found = audit_tagset(Path(source), progress=bar.update)
    if mapping is not None:
        if reveal:
            _warn_and_log(Path(source))
        write_atomically(Path(mapping), as_csv(found.suggestions, reveal=reveal))
        say(f"wrote a mapping of {counted(len(found.suggestions), 'label')} to {mapping}", noise)
    with sink(out) as stream:
        stream.write(to_json(found.audit) if as_json else "".join(_lines(found.audit)).encode())
    return ExitCode.SOME_FAILED if found.audit.source.not_read else ExitCode.DONE


def _require_apart(source: str, *written: str | None) -> None:
    """Refuse to write over what is read, or twice into one file."""
    paths = [source, *(path for path in written if path is not None and path != "-")]
    if len({os.path.realpath(path) for path in paths}) < len(paths):
        raise UsageError(
            "SOURCE, `--output` and `--mapping` must be different files", hint="name another file"
        )


def _warn_and_log(source: Path) -> None:
    from hubwatch.adapters.dataset.revealed import input_digest
    from hubwatch.signals.reveal import log_reveal

    if source.is_file():
        log = log_reveal("tagset audit", source)
    else:
        log = log_reveal("tagset audit", None, digest=input_digest(source))
    click.echo(
        "warning: the mapping may hold names and sexual wording; do not publish it", err=True
    )
    click.echo(f"warning: this use of --reveal is logged in `{log}`", err=True)


def _lines(audit: Audit) -> Iterator[str]:
    """Yield the audit for people."""
    source = audit.source
    yield f"{counted(source.labels, 'label')} ({source.form}), {number(source.repeated)} repeated; "
    yield f"shares are of {audit.unit}s, {number(source.units)} in all\n"
    for name, n in source.not_read.items():
        yield f"not read, {name}: {number(n)}\n"
    if source.naming:
        yield f"labels that name somebody or some work, left out: {number(source.naming)}\n"
    yield f"with a cue of a minor, counted and left out: {_share(audit.minors)}\n\n"
    yield f"depicts   {audit.unit}s, and how many of them are sexualised\n"
    for row in audit.genders:
        yield f"{row.gender:<8}  {number(row.share.n):>7}  {_share(row.sexualised)}\n"
    yield "\n"
    for code in audit.codes:
        split = ", ".join(f"{who} {number(n)}" for who, n in code.by_gender.items())
        yield f"{code.code:<30} {counted(code.share.n, 'label'):>12}: {split}\n"
    if audit.codes:
        yield "\n"
    yield from _asymmetry_lines(audit)
    yield from _concept_lines(audit)
    counts = audit.mapping
    yield f"\nmapping: {counted(counts.mapped, 'label')} to a safer label of the set, "
    yield f"{number(counts.dropped)} to drop; {number(counts.kept_gendered)} only gendered, left\n"


def _asymmetry_lines(audit: Audit) -> Iterator[str]:
    score = audit.asymmetry
    yield "asymmetry, women minus men (-1 to 1, 0 is even)\n"
    yield f"overall          {_difference(score.overall)}, "
    yield f"{number(score.women.n)} of {number(score.women.total)} against "
    yield f"{number(score.men.n)} of {number(score.men.total)}\n"
    yield f"same concepts    {_difference(score.within)}, "
    yield f"{counted(score.concepts, 'concept')}, {counted(score.units, audit.unit)}\n\n"


def _concept_lines(audit: Audit) -> Iterator[str]:
    found = audit.concepts
    yield f"neutral concepts: {number(found.compared)} of {number(found.found)} met with women and "
    yield f"men ({counted(found.least, audit.unit)} of each or more)\n"
    yield f"sexualised neighbours for women only: {number(found.women_only)} "
    yield f"({number(found.told)} told from chance), for men only: {number(found.men_only)}\n"
    for row in found.rows[:_LISTED]:
        yield f"  {row.concept}: women {number(row.women.n)} of {number(row.women.total)}, "
        yield f"men {number(row.men.n)} of {number(row.men.total)}\n"
    rest = found.women_only - min(len(found.rows), _LISTED)
    if rest:
        yield f"  and {number(rest)} more\n"


def _share(share: Share) -> str:
    """Write a share with its denominator and interval."""
    if share.value is None or share.low is None or share.high is None:
        return "0 of 0"
    interval = f"95 % interval {share.low:.3f} to {share.high:.3f}"
    return f"{number(share.n)} of {number(share.total)} ({share.value:.3f}, {interval})"


def _difference(found: Difference) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "not defined"
    return f"{found.value:+.3f} (95 % interval {found.low:+.3f} to {found.high:+.3f})"
