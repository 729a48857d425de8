"""`hubwatch report`: one self-contained page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from hubwatch.cli.console import noise_of, noise_options, say
from hubwatch.cli.lake import lake_option, lake_path
from hubwatch.cli.measure import booru_option, fill_missing_signals, given_tags, say_lacking
from hubwatch.cli.shell import Verb, option
from hubwatch.errors import UsageError
from hubwatch.settings import value_of


def check_outputs(out: str, pdf: str | None) -> None:
    """Check that a page and its printable copy are two files.

    Raises:
        UsageError: they are one, or stdout is meant.
    """
    if "-" in (out, pdf):
        raise UsageError("a report cannot go to stdout", hint="name a file, such as report.html")
    if pdf and Path(pdf).resolve() == Path(out).resolve():
        raise UsageError(
            f"`--out` and `--pdf` are both `{out}`", hint="give the PDF a name of its own"
        )


@click.command(
    cls=Verb,
    examples=(
        "hubwatch report --lake L --out report.html",
        "hubwatch report --results R --out report.html",
    ),
)
@lake_option
@option("--results", metavar="DIR", heading="Where", help="Results of `measure`; else computed.")
@option("-o", "--out", required=True, metavar="FILE", heading="Output", help="The HTML page.")
@option("--pdf", metavar="FILE", heading="Output", help="A printable copy too.")
@booru_option
@noise_options
def report(
    lake: str | None,
    results: str | None,
    out: str,
    pdf: str | None,
    booru_tags: str | None,
    **options: Any,
) -> None:
    """Write one self-contained HTML page of results: numbers, charts, limits, citation."""
    from hubwatch.measures.run import run_measures
    from hubwatch.report.page import write_report

    noise = noise_of(options)
    check_outputs(out, pdf)
    with tempfile.TemporaryDirectory(prefix="hubwatch-results-") as made:
        folder = Path(results) if results else Path(made)
        if not results:
            fill_missing_signals(lake_path(lake), (), noise)
            run = run_measures(
                lake_path(lake),
                folder,
                memory=value_of("engine.memory"),
                parameters=given_tags(booru_tags),
            )
            for warning in run.warnings:
                say(f"warning: {warning}", noise)
            say_lacking(run, noise)
        summary = write_report(folder, Path(out), pdf=Path(pdf) if pdf else None)
    if summary.left_out:
        say(f"left out: {'; '.join(summary.left_out)}", noise)
    if summary.missing:
        say(f"measures that the results lack: {', '.join(summary.missing)}", noise)
    say(f"wrote {out}" + (f" and {pdf}" if pdf else ""), noise)
