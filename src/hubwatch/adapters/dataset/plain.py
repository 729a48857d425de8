"""Trainer configurations as plain values: bounded, and nothing but text, numbers, lists, maps."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

import msgspec
import yaml

from hubwatch.adapters.dataset.reading import read_whole
from hubwatch.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Largest configuration, in bytes. A list of concepts may be long, the rest is a page or two.
LARGEST: Final = {".json": 4 << 20, ".toml": 256 << 10, ".yaml": 256 << 10, ".yml": 256 << 10}
#: Of a YAML file: most events of its parser, and how deep its values lie.
MOST_EVENTS: Final = 20_000
DEEPEST: Final = 40
#: Items of one list that are read: more than there are concepts in one check, so that those beyond
#: are counted there.
MOST_ITEMS: Final = 4_096
#: Of a TOML file: most dots in one line.
MOST_DOTS: Final = 500

_YAML_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _RefusedError(Exception):
    """What is wrong, without quoting anything."""


def read_plain(path: Path) -> Any:
    """Read a TOML, YAML or JSON file.

    Args:
        path: its suffix says which.

    Returns:
        Maps, lists, text and numbers; of YAML all scalars are text.

    Raises:
        InputError: missing, too large, of another kind, damaged, or nested too deeply; YAML with
            aliases is refused, because they can stand for more than any memory holds.
    """
    suffix = path.suffix.lower()
    if suffix not in LARGEST:
        raise InputError(
            f"`{path}` is no trainer configuration",
            hint="kohya: .toml or .json; OneTrainer: .json; ai-toolkit: .yaml or .json",
        )
    raw = read_whole(path, LARGEST[suffix])
    kind = {".yml": "YAML"}.get(suffix, suffix[1:].upper())
    try:
        return _READERS[kind](raw)
    except _RefusedError as error:
        raise InputError(f"`{path}`: {error}", hint="write the values out, one by one") from error
    except RecursionError as error:
        raise InputError(
            f"`{path}` is nested too deeply", hint="is this the right file?"
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"`{path}:{line}` is not sound YAML", hint="mend that line") from error
    except (ValueError, yaml.YAMLError) as error:
        raise InputError(f"`{path}` is not sound {kind}", hint="mend it, then try again") from error


def _json(raw: bytes) -> Any:
    return msgspec.json.decode(raw)


def _toml(raw: bytes) -> Any:
    text = raw.decode("utf-8-sig")
    # The parser takes quadratic time for a key of many parts, and nests them without a limit.
    if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise _RefusedError("a line with too many dots")
    return tomllib.loads(text)


def _yaml(raw: bytes) -> Any:
    text = raw.decode("utf-8-sig")
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_YAML_LOADER)):
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError("an alias (`*name`) is not read")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _RefusedError("nested too deeply")
        if number > MOST_EVENTS:
            raise _RefusedError("too many values")
    return yaml.load(text, Loader=_YAML_LOADER)  # noqa: S506 - BaseLoader makes text, lists and maps


_READERS: Final[dict[str, Callable[[bytes], Any]]] = {"JSON": _json, "TOML": _toml, "YAML": _yaml}


def maps(value: Any, most: int = MOST_ITEMS) -> list[dict[str, Any]]:
    """Return the maps in a list, or a map as the only one; anything else is passed over."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found[:most] if isinstance(one, dict)]


def text(value: Any, longest: int = 4_096) -> str:
    """Return a text without blanks around it; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return value[:longest].encode("utf-8", "replace").decode("utf-8").strip()


def texts(value: Any, most: int = MOST_ITEMS) -> tuple[str, ...]:
    """Return the texts in a list, or a text as the only one; empty ones are left out."""
    found = value if isinstance(value, list) else [value]
    return tuple(one for one in map(text, found[:most]) if one)
