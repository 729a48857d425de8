"""All signals, each in a module of its own; loaded when they are asked for."""

from __future__ import annotations

import importlib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hubwatch.errors import UsageError

if TYPE_CHECKING:
    from hubwatch.signals.signal import Signal

#: Names in the order in which they are listed; module `hubwatch.signals.<name>` holds `SIGNAL`.
NAMES: Final = (
    "real_person",
    "depicted_gender",
    "prompt_level",
    "sexualised_language",
    "objectifying_language",
    "violent_or_coercive_language",
    "minor_cue",
    "evasion",
    "nudification_tool",
)


def signal(name: str) -> Signal:
    """Return one signal.

    Raises:
        UsageError: there is no such signal.
    """
    if name not in NAMES:
        near = get_close_matches(name, NAMES, 1)
        hint = f"did you mean `{near[0]}`?" if near else "see `hubwatch signals list`"
        raise UsageError(f"no signal is named `{name}`", hint=hint)
    module = importlib.import_module(f"hubwatch.signals.{name}")
    found: Signal = module.SIGNAL
    return found


def signals() -> list[Signal]:
    """Return all signals in order."""
    return [signal(name) for name in NAMES]
