"""Reading what the strict decoder refuses: keep every sound field, name every other by its path.

The fast path decodes whole answers into typed documents. When it refuses one, this module reads
the same text leniently (BOM, NaN, numbers out of range, lone surrogates) and rebuilds each document
field by field. Nothing here quotes a value: a problem is a reason and a JSON path.
"""

from __future__ import annotations

import json
import re
import types
import typing
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

_LONE: Final = re.compile("[\ud800-\udfff]")
_LONGEST_INTEGER = 40
#: Whole numbers below this are exact as floats.
_EXACT: Final = 2.0**53
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
#: Stands in a list of unknown keys for a key that is no name.
ODD_KEY: Final = "(not a name)"


class Problem(NamedTuple):
    """One thing that could not be read: a short reason and where it is, without its value."""

    reason: str
    path: str


class UnreadableError(ValueError):
    """The text is not JSON at all; `reason` says why in one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reading(NamedTuple):
    """A JSON value, what was mended in its text, and whether that was strict JSON."""

    value: Any
    problems: list[Problem]
    strict: bool


def read_leniently(exact: bytes) -> Reading:
    """Parse JSON whose document was refused, or that is not quite JSON.

    Raises:
        UnreadableError: it is not JSON: `not-json`, or `too-deep`.
    """
    try:
        return Reading(msgspec.json.decode(exact), [], strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    problems = []
    try:
        text = exact.decode("utf-8")
    except UnicodeDecodeError:
        text = exact.decode("utf-8", errors="replace")
        problems.append(Problem("not-utf-8", "$"))
    if text.startswith("\ufeff"):
        text = text[1:]
        problems.append(Problem("byte-order-mark", "$"))
    try:
        return Reading(json.loads(text, parse_int=_integer), problems, strict=False)
    except ValueError as error:
        raise UnreadableError("not-json") from error
    except RecursionError as error:
        raise UnreadableError("too-deep") from error


def _integer(text: str) -> float:
    return int(text) if len(text) <= _LONGEST_INTEGER else float("inf")


def rebuild(value: Any, document: type[T], path: str = "") -> tuple[T | None, list[Problem]]:
    """Make a document out of whatever is sound in a JSON value.

    Args:
        value: any JSON value.
        document: the type to make.
        path: JSON path of the value.

    Returns:
        The document, `None` when the value is not an object; and what was left out or mended.
    """
    problems: list[Problem] = []
    if isinstance(value, str) and value[:1] == "{" and path:
        value = _parsed(value)
    if not isinstance(value, dict):
        return None, [Problem("wrong-type", path or "$")]
    made: dict[str, Any] = {}
    known = _shape(document)
    for key, child in value.items():
        if key in known:
            name, kind = known[key]
            found, trouble = _field(child, kind, f"{path}.{key}" if path else key)
            problems += trouble
            if found is not None:
                made[name] = found
    return document(**made), problems


def drop_unknown(value: Any, document: type[msgspec.Struct], path: str = "") -> list[str]:
    """Take the keys that a closed document does not declare out of a JSON value, in place.

    Returns:
        Their paths, list positions left out.
    """
    if not isinstance(value, dict):
        return []
    known = _shape(document)
    found: list[str] = []
    if document.__struct_config__.forbid_unknown_fields:
        strange = [key for key in value if key not in known]
        found = [_below(path, shown_key(key)) for key in strange]
        for key in strange:
            del value[key]
    for key, child in value.items():
        inner = known[key][1].document if key in known else None
        if inner is not None and child:
            here = _below(path, key)
            for one in child if isinstance(child, list) else [child]:
                found += drop_unknown(one, inner, here)
    return found


def shown_key(key: str) -> str:
    """Return a key as it may be shown: one that is no name could be anybody's words."""
    return key if _NAME.fullmatch(key) else ODD_KEY


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


class _Kind(NamedTuple):
    """What a field takes: its declared type, and the document inside it if there is one."""

    type: Any
    document: type[msgspec.Struct] | None
    listed: bool


@cache
def _shape(document: type[msgspec.Struct]) -> dict[str, tuple[str, _Kind]]:
    """Map the hub's keys of a document to field names and what they take."""
    hints = typing.get_type_hints(document, include_extras=True)
    return {f.encode_name: (f.name, _kind(hints[f.name])) for f in msgspec.structs.fields(document)}


def _kind(hint: Any) -> _Kind:
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    for member in typing.get_args(hint) if is_union else (hint,):
        if isinstance(member, type) and issubclass(member, msgspec.Struct):
            return _Kind(hint, member, listed=False)
        if typing.get_origin(member) is list:
            inner = typing.get_args(member)[0]
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                return _Kind(hint, inner, listed=True)
    return _Kind(hint, None, listed=False)


def _field(value: Any, kind: _Kind, path: str) -> tuple[Any, list[Problem]]:
    """Return a field's value, `None` when it cannot be kept, and why."""
    if value is None or kind.type is msgspec.Raw:
        return (None if value is None else msgspec.Raw(b"1")), []
    if kind.document is not None:
        if kind.listed:
            return _documents(value, kind.document, path)
        return rebuild(value, kind.document, path)
    value, problems = _mended(value, path)
    for meant in (value, _as_whole(value)):
        try:
            return msgspec.convert(meant, kind.type), problems
        except msgspec.ValidationError:
            pass
    if isinstance(value, list) and _takes_lists(kind):
        return _sound_members(value, kind, path, problems)
    return None, [*problems, Problem("wrong-type", path)]


def _as_whole(value: Any) -> Any:
    """Return the whole number that a float stands for, as where a table made ids of `12.0`."""
    exact = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    return int(value) if exact else value


def _takes_lists(kind: _Kind) -> bool:
    try:
        msgspec.convert([], kind.type)
    except msgspec.ValidationError:
        return False
    return True


def _documents(value: Any, document: type[msgspec.Struct], path: str) -> tuple[Any, list[Problem]]:
    if not isinstance(value, list):
        return None, [Problem("wrong-type", path)]
    made, problems = [], []
    for position, child in enumerate(value):
        found, trouble = rebuild(child, document, f"{path}[{position}]")
        problems += trouble
        if found is not None:
            made.append(found)
    return made, problems


def _sound_members(
    value: list[Any], kind: _Kind, path: str, problems: list[Problem]
) -> tuple[Any, list[Problem]]:
    """Keep the members of a list that are sound one by one."""
    kept: list[Any] = []
    for position, member in enumerate(value):
        try:
            kept += msgspec.convert([member], kind.type)
        except (msgspec.ValidationError, TypeError):
            problems = [*problems, Problem("wrong-type", f"{path}[{position}]")]
    return kept, problems


def _mended(value: Any, path: str) -> tuple[Any, list[Problem]]:
    """Replace lone surrogates in text, and numbers that are not finite."""
    if isinstance(value, str) and _LONE.search(value):
        return _LONE.sub("\ufffd", value), [Problem("lone-surrogate", path)]
    if isinstance(value, float) and value - value != 0:
        return None, [Problem("not-finite", path)]
    if isinstance(value, list):
        mended = [_mended(member, f"{path}[{at}]") for at, member in enumerate(value)]
        return [m for m, _ in mended], [p for _, trouble in mended for p in trouble]
    if isinstance(value, dict):
        return {_LONE.sub("\ufffd", k): _mended(v, path)[0] for k, v in value.items()}, []
    return value, []


def _parsed(text: str) -> Any:
    """Parse a document that was stored as JSON text, as dumps in columns do."""
    try:
        return json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError):
        return None
