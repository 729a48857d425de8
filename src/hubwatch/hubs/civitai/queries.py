"""Queries that this hub cannot misread: unknown names and wrong spellings are our errors.

The hub drops names that it does not know, takes the word `false` for true in some places, and shows
only PG unless told otherwise; so nothing is sent that was not checked here.
Source: shared facts on the hub's API, sections 2.1, 4.1, 5.1 and 7.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hubwatch.errors import UsageError

Parameters = Mapping[str, str | Sequence[str]]

_PAGE: Final = frozenset({"limit", "cursor"})
_KNOWN: Final = {
    "models": _PAGE | {"ids", "username", "types", "baseModels", "sort", "nsfw", "archived"},
    "images": _PAGE
    | {"modelVersionId", "username", "userId", "postId", "imageId", "sort", "period", "type"}
    | {"browsingLevel", "baseModels", "withMeta", "flatMeta"},
    "creators": frozenset({"limit", "page"}),
    "tags": frozenset({"limit", "page"}),
    "me": frozenset(),
    "enums": frozenset(),
}
_MATURITY: Final = {"models": "nsfw", "images": "browsingLevel"}
#: The hub reads any text as true here, the word `false` too.
_PRESENCE: Final = frozenset({"archived"})
_LIMITS: Final = {"models": 100, "images": 200, "creators": 200, "tags": 200}


def checked(endpoint: str, parameters: Parameters) -> list[tuple[str, str]]:
    """Return names and values to send, lists as repeated names.

    Args:
        endpoint: last part of the path.
        parameters: what to ask for.

    Raises:
        UsageError: a name is unknown, maturity is not said, or a value would be misread.
    """
    unknown = sorted(set(parameters) - _KNOWN.get(endpoint, frozenset()))
    if unknown:
        raise _wrong(endpoint, f"the hub would drop `{unknown[0]}` without a word")
    maturity = _MATURITY.get(endpoint)
    if maturity and maturity not in parameters:
        raise _wrong(endpoint, f"without `{maturity}` the hub shows only PG")
    pairs = []
    for name, value in parameters.items():
        for one in [value] if isinstance(value, str) else value:
            _check_value(endpoint, name, one)
            pairs.append((name, one))
    return pairs


def _check_value(endpoint: str, name: str, value: str) -> None:
    if name in _PRESENCE and value != "true":
        raise _wrong(endpoint, f"the hub takes any `{name}` for true; leave it out to say no")
    if name in ("types", "baseModels") and "," in value:
        raise _wrong(endpoint, f"`{name}` must be repeated, not joined by commas")
    if name == "limit" and not (value.isdecimal() and 1 <= int(value) <= _LIMITS[endpoint]):
        raise _wrong(endpoint, f"`limit` must be between 1 and {_LIMITS[endpoint]}")
    if name == "browsingLevel" and not (value.isdecimal() and 1 <= int(value) <= 63):
        raise _wrong(endpoint, "`browsingLevel` must be a mask between 1 and 63")
    if name == "nsfw" and value not in ("true", "false"):
        raise _wrong(endpoint, "`nsfw` must be `true` or `false`")


def _wrong(endpoint: str, why: str) -> UsageError:
    return UsageError(f"a query of `{endpoint}` is wrong: {why}", hint="this is ours to mend")
