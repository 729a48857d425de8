"""Settings: one typed table, from which help, environment names and validation come.

Precedence: option, then `HUBWATCH_*`, then `hubwatch.toml` here, then the user's file in the
platform's configuration folder, then the default. The setting `hub.civitai.rate` is the variable
`HUBWATCH_HUB_CIVITAI_RATE` and the key `rate` of the table `[hub.civitai]`.
"""

from __future__ import annotations

import difflib
import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hubwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FILE_NAME: Final = "hubwatch.toml"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Args:
        name: dotted name.
        type: `str`, `int` or `float`; what a value is converted to.
        default: value when nobody says otherwise; `None` means not set.
        about: one line, with the unit.
        secret: shown as `***`.
    """

    name: str
    type: type[str] | type[int] | type[float]
    default: str | float | None
    about: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """Return the name of the environment variable."""
        return "HUBWATCH_" + self.name.upper().replace(".", "_").replace("-", "_")


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("lake", str, None, "folder of the lake"),
    Setting("hub.civitai.base_url", str, "https://civitai.com", "address of the hub"),
    Setting("hub.civitai.rate", float, 1.0, "requests per second, at most"),
    Setting("hub.civitai.timeout", float, 30.0, "seconds to wait for an answer"),
    Setting("hub.civitai.token", str, None, "API key of the hub", secret=True),
    Setting("hub.civitai.token_file", str, None, "file that holds the API key"),
    Setting("contact", str, None, "e-mail or page that the hub can reach you by"),
    Setting("booru_tags", str, None, "list of booru tags (CSV: tag,count) to compare tags with"),
    Setting("engine.memory", str, "4GB", "memory limit of the table engine"),
    Setting("refine.memory", str, "640MB", "memory limit of the engine while refining"),
    Setting("refine.workers", int, 2, "processes that read raw answers"),
    Setting("gazetteer.path", str, None, "file of your own gazetteer; else in the data folder"),
    Setting("gazetteer.deny", str, None, "file of names, one a line, that no build may list"),
)

_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting's value and where it came from."""

    setting: Setting
    value: str | float | None
    source: str

    def shown(self) -> str:
        """Return the value as it may be printed."""
        if self.value is None:
            return "not set"
        return "***" if self.setting.secret else str(self.value)


def config_folder() -> Path:
    """Return the folder for the user's own hubwatch files on this platform; not created."""
    if chosen := os.environ.get("HUBWATCH_CONFIG_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home()) / "hubwatch"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "hubwatch"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "hubwatch"


def data_folder() -> Path:
    """Return the folder for large files that hubwatch builds for the user; not created."""
    if chosen := os.environ.get("HUBWATCH_DATA_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "hubwatch" / "data"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "hubwatch"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "hubwatch"


def config_files() -> tuple[Path, ...]:
    """Return the configuration files that are looked at, nearest first."""
    return (Path(FILE_NAME), config_folder() / FILE_NAME)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            found = dict(_flatten(tomllib.load(file)))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"`{path}` is not valid TOML: {error}", hint="mend that line") from error
    for name in found:
        if name not in _BY_NAME:
            near = difflib.get_close_matches(name, _BY_NAME, 1)
            raise UsageError(
                f"`{path}` sets `{name}`, which is no setting of hubwatch",
                hint=f"did you mean `{near[0]}`?" if near else f"settings: {', '.join(_BY_NAME)}",
            )
    return found


def _convert(setting: Setting, value: object, source: str) -> str | float:
    convert: Callable[[Any], str | float] = setting.type
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"`{setting.name}` from {source} must be {setting.type.__name__}",
            hint=setting.about,
        ) from error


def effective(name: str, option: object = None) -> Effective:
    """Return a setting's value and its source.

    Args:
        name: dotted name, one of `SETTINGS`.
        option: what the command line said, `None` when it said nothing.

    Raises:
        UsageError: a configuration file is wrong, or a value has the wrong type.
    """
    setting = _BY_NAME[name]
    if option is not None:
        return Effective(setting, _convert(setting, option, "the command line"), "option")
    if (given := os.environ.get(setting.variable)) not in (None, ""):
        return Effective(setting, _convert(setting, given, setting.variable), setting.variable)
    for path in config_files():
        if path.is_file() and name in (found := _read(path)):
            return Effective(setting, _convert(setting, found[name], f"`{path}`"), str(path))
    return Effective(setting, setting.default, "default")


def value_of(name: str, option: object = None) -> Any:
    """Return a setting's value; see `effective`."""
    return effective(name, option).value


def required(name: str, option: object, spelled: str) -> str:
    """Return a text setting that must be set.

    Args:
        name: dotted name.
        option: what the command line said.
        spelled: the option as the user would type it, for the message.

    Raises:
        UsageError: it is set nowhere; the message lists every place that was looked at.
    """
    found = value_of(name, option)
    if found is None:
        places = ", ".join(f"`{path}`" for path in config_files())
        raise UsageError(
            f"`{spelled}` is not set",
            hint=f"give {spelled}, set {_BY_NAME[name].variable}, or write it into {places}",
        )
    return str(found)
