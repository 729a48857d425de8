"""`hubwatch signals evaluate`: a signal against labels, every number with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.console import noise_of, noise_options, number, print_json, print_table, progress
from hubwatch.cli.inputs import input_option, kind_option, opened
from hubwatch.cli.shell import Verb, option
from hubwatch.errors import ExitCode

if TYPE_CHECKING:
    from hubwatch.signals.evaluation import Confusion, Estimate, Evaluation, Report


@click.command(
    cls=Verb,
    examples=(
        "hubwatch signals evaluate real_person --input models.jsonl.zst --label poi --by type",
        "hubwatch signals evaluate prompt_level --input p.jsonl --label nsfw --positive Mature,X",
        "hubwatch signals evaluate real_person --input coded.jsonl --label coded --positive R "
        "--hide poi",
    ),
    resumes=False,
)
@click.argument("name")
@input_option
@option(
    "--label",
    required=True,
    metavar="FIELD",
    heading="Input",
    help="The truth: a field of the items, dotted when it is inside another.",
)
@option(
    "--positive",
    default="",
    metavar="A,B",
    heading="Input",
    help="Labels that mean true, when they are not true and false.",
)
@option(
    "--group",
    default="creator",
    show_default=True,
    metavar="FIELD",
    heading="Input",
    help="Items of one group are not independent: groups are drawn as wholes. Of images: username.",
)
@option("--by", default="", metavar="FIELD", heading="Input", help="Also for each of its values.")
@option("--hide", multiple=True, metavar="FIELD", heading="Input", help="What it must not see too.")
@kind_option
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object on stdout.")
@option("--replicates", type=click.IntRange(10, 100_000), default=1000, show_default=True,
        heading="Bootstrap", help="How often groups are drawn.")  # fmt: skip
@option("--seed", type=int, default=1, show_default=True, heading="Bootstrap", help="Of the draws.")
@option("--workers", type=click.IntRange(1, 64), heading="Where", help="Processes; default: cores.")
@noise_options
def evaluate(
    name: str,
    source: str,
    label: str,
    positive: str,
    group: str,
    by: str,
    hide: tuple[str, ...],
    kind: Any,
    replicates: int,
    seed: int,
    workers: int | None,
    *,
    as_json: bool,
    **options: Any,
) -> int:
    """Compare a signal with labels: precision, recall, average precision, calibration, thresholds.

    The signal does not see the label: the field is removed from each item before it is read. Each
    number comes with its denominator and a 95 % bootstrap interval. Items that cannot
    be read are counted, and the exit code is 3.
    """
    import msgspec

    from hubwatch.signals.evaluation import Fields, evaluate_file
    from hubwatch.signals.parallel import cores

    noise = noise_of(options)
    with progress("answering", "items", noise) as bar, opened(source) as items:
        report = evaluate_file(
            name,
            items,
            Fields(label=label, group=group, by=by, hide=hide),
            positive=[text for text in positive.split(",") if text],
            kind=kind,
            workers=workers or cores(),
            count=replicates,
            seed=seed,
            progress=bar.update,
        )
    if as_json:
        print_json(msgspec.to_builtins(report))
    else:
        print_report(report)
    return ExitCode.SOME_FAILED if report.failed else ExitCode.DONE


def print_report(report: Report) -> None:
    """Write an evaluation as tables."""
    click.echo(f"{report.signal} {report.version} against `{report.label}`")
    hidden = ", ".join(f"`{field}`" for field in (report.label, *report.hidden))
    click.echo(f"hidden from the signal: {hidden}")
    left = f"{number(report.unlabelled)} without a label, {number(report.failed)} unreadable"
    click.echo(
        f"{number(report.items)} labelled items ({left}); {number(report.unknown)} answered unknown"
    )
    click.echo(
        f"{number(report.ungrouped)} of {number(report.items)} items have no `{report.group}`: "
        "each stands alone"
    )
    if report.whole is not None:
        print_evaluation(report.whole, report.group)
    if report.confusion is not None:
        print_confusion(report.confusion)
    if report.parts:
        print_parts(report)


def print_evaluation(found: Evaluation, group: str) -> None:
    """Write the statistics of all items, the threshold table and the calibration table."""
    click.echo(
        f"{number(found.true)} true, {number(found.said)} said to be, {number(found.hits)} both; "
        f"{number(found.groups)} groups by `{group}`\n"
    )
    print_table(
        ("statistic", "value", "95 % interval", "of"),
        [(name, *cells(one)) for name, one in found.overall.items()],
    )
    click.echo("\nif everything from a score on were called true")
    print_table(
        ("score", "precision", "interval", "of", "recall", "interval", "of",
         "F1", "interval", "share", "interval"),
        [
            (f"{row.threshold:.3g}", *cells(row.precision), *cells(row.recall),
             *cells(row.f1)[:2], *cells(row.share)[:2])
            for row in found.thresholds
        ],
    )  # fmt: skip
    if not found.calibration:
        click.echo("\nno Brier score, no calibration: the score is not a probability")
        return
    click.echo("\ncalibration: tenths of the items by score")
    print_table(
        ("from", "to", "mean score", "share true", "95 % interval", "of"),
        [
            (f"{one.lowest:.3f}", f"{one.highest:.3f}", plain(one.score), *cells(one.share))
            for one in found.calibration
        ],
    )


def print_confusion(found: Confusion) -> None:
    """Write who is taken for whom."""
    click.echo(f"\nrows: the label; columns: the answer ({number(found.groups)} groups)")
    print_table(
        ("", *found.answers),
        [
            (label, *(number(n) for n in row))
            for label, row in zip(found.labels, found.counts, strict=True)
        ],
    )
    click.echo()
    rows = [("all", "agreement", *cells(found.agreement))]
    rows += [
        (one.label, name, *cells(getattr(one, name)))
        for one in found.by_label
        for name in ("precision", "recall", "f1")
    ]
    print_table(("label", "statistic", "value", "95 % interval", "of"), rows)


def print_parts(report: Report) -> None:
    """Write the main statistics of each part."""
    click.echo(f"\nby `{report.by}`")
    names = ("precision", "recall", "f1", "average_precision")
    rows = []
    for part, found in report.parts.items():
        for name in names:
            counts = (number(found.items), number(found.true))
            rows.append((part, *counts, name, *cells(found.overall[name])))
    print_table((report.by, "items", "true", "statistic", "value", "95 % interval", "of"), rows)


def cells(one: Estimate) -> tuple[str, str, str]:
    """Return a number, its interval and its denominator as text."""
    between = "-" if one.low is None or one.high is None else f"{one.low:.3f} to {one.high:.3f}"
    return plain(one.value), between, number(one.total)


def plain(value: float | None) -> str:
    """Return a number with three digits after the point, or a dash."""
    return "-" if value is None else f"{value:.3f}"
