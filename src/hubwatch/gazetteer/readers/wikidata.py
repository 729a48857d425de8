"""Read humans from a Wikidata JSON dump: one entity a line, plain, .gz, .bz2 or .zst.

Source: https://www.mediawiki.org/wiki/Wikibase/DataModel/JSON
"""

from __future__ import annotations

import bz2
from typing import IO, TYPE_CHECKING, Any, Final, cast

import msgspec

from hubwatch.files import open_bytes, read_lines, require_file
from hubwatch.gazetteer.occupations import (
    country_of_item,
    gender_of_item,
    occupation_of_items,
)
from hubwatch.gazetteer.people import Item, Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HUMAN: Final = "Q5"
_HUMAN_MARK: Final = b'"Q5"'
_OUTER: Final = frozenset({b"", b"[", b"]"})


class _Id(msgspec.Struct):
    id: str | None = None


class _Value(msgspec.Struct):
    value: _Id


class _Snak(msgspec.Struct):
    datavalue: _Value | None = None


class _Statement(msgspec.Struct):
    mainsnak: _Snak
    rank: str = "normal"


class _Claims(msgspec.Struct):
    instance_of: list[_Statement] = msgspec.field(default_factory=list, name="P31")
    gender: list[_Statement] = msgspec.field(default_factory=list, name="P21")
    occupation: list[_Statement] = msgspec.field(default_factory=list, name="P106")
    country: list[_Statement] = msgspec.field(default_factory=list, name="P27")


class _Text(msgspec.Struct):
    value: str


class _Entity(msgspec.Struct):
    """The part of an entity that is read; an empty table is written as `[]` in dumps."""

    claims: _Claims | list[Any] = msgspec.field(default_factory=list)
    labels: dict[str, _Text] | list[Any] = msgspec.field(default_factory=list)
    aliases: dict[str, list[_Text]] | list[Any] = msgspec.field(default_factory=list)
    sitelinks: dict[str, msgspec.Raw] | list[Any] = msgspec.field(default_factory=list)


_DECODER: Final = msgspec.json.Decoder(_Entity)


def _open(path: Path) -> IO[bytes]:
    if require_file(path).suffix == ".bz2":
        return cast("IO[bytes]", bz2.open(path, "rb"))
    return open_bytes(path)


def read_wikidata(path: Path, *, skip: int = 0) -> Iterator[Item]:
    """Yield one item for each line of a dump.

    Args:
        path: the dump.
        skip: lines that were read before.

    Raises:
        InputError: no such file.
        OSError: the compressed stream is damaged or ends too early.
    """
    with _open(path) as stream:
        for position, line in enumerate(read_lines(stream), start=1):
            if position > skip:
                yield _item(position, line)


def _item(position: int, line: bytes) -> Item:
    text = line.strip().removesuffix(b",")
    if text in _OUTER:
        return Item(position)
    if _HUMAN_MARK not in text:
        complete = text.startswith(b"{") and text.endswith(b"}")
        return Item(position, rejected=None if complete else "not a JSON object")
    try:
        entity = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = "wrong shape" if isinstance(error, msgspec.ValidationError) else "not JSON"
        return Item(position, rejected=reason)
    return Item(position, _person(entity))


def _ids(statements: list[_Statement]) -> list[str]:
    """Return the items that statements name, the preferred ones first, no deprecated one."""
    kept = sorted(
        (s for s in statements if s.rank != "deprecated"), key=lambda s: s.rank != "preferred"
    )
    values = [s.mainsnak.datavalue.value.id for s in kept if s.mainsnak.datavalue]
    return [value for value in values if value]


def _person(entity: _Entity) -> Person | None:
    claims = entity.claims
    if isinstance(claims, list) or _HUMAN not in _ids(claims.instance_of):
        return None
    names = _names(entity)
    if not names:
        return None
    genders, countries = _ids(claims.gender), _ids(claims.country)
    return Person(
        names=names,
        source="wikidata",
        gender=gender_of_item(genders[0]) if genders else None,
        occupation=occupation_of_items(_ids(claims.occupation)),
        country=country_of_item(countries[0]) if countries else None,
        sitelinks=len(entity.sitelinks),
    )


def _names(entity: _Entity) -> tuple[str, ...]:
    labels = entity.labels if isinstance(entity.labels, dict) else {}
    aliases = entity.aliases if isinstance(entity.aliases, dict) else {}
    listed = [label.value for label in labels.values()]
    listed += [alias.value for group in aliases.values() for alias in group]
    return tuple(dict.fromkeys(listed))
