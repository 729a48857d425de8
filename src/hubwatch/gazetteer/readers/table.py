"""Read persons from CSV: the answer of a SPARQL query, or any list with a column map."""

from __future__ import annotations

import csv
import io
from itertools import groupby
from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.errors import InputError
from hubwatch.files import open_bytes
from hubwatch.gazetteer.occupations import gender_of_label, occupation_of_label
from hubwatch.gazetteer.people import Item, Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Separates several aliases in one cell.
ALIAS_SEPARATOR: Final = "|"
_COUNTRY_LENGTH: Final = 2
_MOST_DIGITS: Final = 9


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Which column of a CSV file holds what; a column that is not named is not read.

    Args:
        name: the person's name; required.
        aliases: further names, separated by `|`.
        gender, occupation, country: labels; country is an ISO 3166 code of two letters.
        sitelinks: number of languages.
        id: rows that follow each other with the same id are one person.
        licence: licence of the row.
    """

    name: str = "name"
    aliases: str | None = "aliases"
    gender: str | None = "gender"
    occupation: str | None = "occupation"
    country: str | None = "country"
    sitelinks: str | None = "sitelinks"
    id: str | None = "id"
    licence: str | None = "licence"


#: Columns of the query in the how-to page; its answer repeats a person for every occupation.
SPARQL_COLUMNS: Final = Columns(
    name="personLabel",
    aliases="aliases",
    gender="genderLabel",
    occupation="occupationLabel",
    country="countryCode",
    sitelinks="sitelinks",
    id="person",
    licence=None,
)


def parse_columns(text: str) -> Columns:
    """Read a column map such as `name=Full name,country=iso2`.

    Raises:
        InputError: it names a field that there is not.
    """
    pairs = dict(part.split("=", 1) for part in text.split(",") if "=" in part)
    fields = Columns.__struct_fields__
    unknown = [name for name in pairs if name.strip() not in fields]
    if unknown or not pairs:
        raise InputError(
            f"`{text}` is not a column map", hint=f"field=column,…; fields: {', '.join(fields)}"
        )
    return Columns(**{name.strip(): column.strip() for name, column in pairs.items()})


def read_table(
    path: Path, columns: Columns, source: str, *, licence: str | None = None, skip: int = 0
) -> Iterator[Item]:
    """Yield the persons of a CSV file.

    Args:
        path: UTF-8, with a header line; .gz and .zst are read too.
        columns: which column holds what.
        source: `sparql` or `csv`.
        licence: licence of the whole file; None when a column says it.
        skip: rows that were read before.

    Raises:
        InputError: no such file, the name's column is missing, or no licence is said.
    """
    with open_bytes(path) as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline=""))
        _check(path, set(rows.fieldnames or ()), columns, source, licence)
        numbered = enumerate(_rows(rows), start=1)
        later = ((place, row) for place, row in numbered if place > skip)
        for _, group in groupby(later, key=lambda pair: _key(pair, columns)):
            yield _item(list(group), columns, source, licence)


def _rows(rows: csv.DictReader[str]) -> Iterator[dict[str, str] | None]:
    """Yield rows; None for one that CSV cannot express, such as a cell that is too long."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        extra = row.pop(None, None)  # where DictReader puts cells beyond the header
        yield None if extra else {key: value or "" for key, value in row.items()}


def _check(
    path: Path, header: set[str], columns: Columns, source: str, licence: str | None
) -> None:
    if columns.name not in header:
        raise InputError(
            f"`{path}` has no column `{columns.name}`",
            hint="say which column holds the name: --columns name=COLUMN",
        )
    if source == "csv" and licence is None and columns.licence not in header:
        raise InputError(
            f"`{path}` does not say under which licence it may be used",
            hint="give --licence TEXT, or a column `licence`",
        )


def _key(pair: tuple[int, dict[str, str] | None], columns: Columns) -> tuple[bool, str | int]:
    place, row = pair
    found = row.get(columns.id) if row and columns.id else None
    return (True, found) if found else (False, place)


def _cell(row: dict[str, str], column: str | None) -> str:
    return row.get(column, "").strip() if column else ""


def _item(
    group: list[tuple[int, dict[str, str] | None]],
    columns: Columns,
    source: str,
    licence: str | None,
) -> Item:
    position, rows = group[-1][0], [row for _, row in group if row is not None]
    if not rows:
        return Item(position, rejected="cells do not match the header")
    first = rows[0]
    if not _cell(first, columns.name):
        return Item(position, rejected="no name")
    if source == "csv" and licence is None and not _cell(first, columns.licence):
        return Item(position, rejected="no licence")
    names = [_cell(row, columns.name) for row in rows]
    for row in rows:
        names += _cell(row, columns.aliases).split(ALIAS_SEPARATOR)
    occupations = "; ".join(dict.fromkeys(_cell(row, columns.occupation) for row in rows))
    country = _cell(first, columns.country).lower()
    links = _cell(first, columns.sitelinks)
    return Item(
        position,
        Person(
            names=tuple(dict.fromkeys(name.strip() for name in names if name.strip())),
            source=source,
            gender=gender_of_label(_cell(first, columns.gender)),
            occupation=occupation_of_label(occupations),
            country=country if len(country) == _COUNTRY_LENGTH else None,
            sitelinks=int(links) if links.isdecimal() and len(links) < _MOST_DIGITS else None,
        ),
    )
