"""What must be in a lake before measures can be computed: the tables that signals fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.errors import StorageError
from hubwatch.lake.schema import TABLES
from hubwatch.measures.registry import MEASURES, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_FILLED: Final = frozenset(
    table.name for table in TABLES.values() if table.filled_by == "signals build"
)


def needs_signals(names: Iterable[str] | None) -> bool:
    """Return whether one of these measures reads a table that signals fill.

    Args:
        names: measures; none: all.
    """
    chosen = [find(name) for name in dict.fromkeys(names or MEASURES)]
    return any(_FILLED & set(measure.tables) for measure in chosen)


def lacks_signals(lake: Path, names: Iterable[str] | None) -> bool:
    """Return whether measuring would first have to compute signals, which can take long.

    Args:
        lake: folder of the lake.
        names: measures; none: all.

    Raises:
        LakeError: the folder is not a lake.
    """
    if not needs_signals(names):
        return False
    from hubwatch.signals.build import is_current

    return not is_current(lake)


def fill_signals(
    lake: Path,
    names: Iterable[str] | None,
    *,
    progress: Callable[[str, int], None] | None = None,
) -> bool:
    """Compute the signals that the measures need and that the lake lacks, and keep them in it.

    Args:
        lake: folder of the lake.
        names: measures; none: all.
        progress: called with `prompts` or `models`, and how many were done since the last call.

    Returns:
        Whether there was anything to do.

    Raises:
        LakeError: the folder is not a lake, or it is in use.
        StorageError: signals are missing and the lake cannot be written.
    """
    if not needs_signals(names):
        return False
    from hubwatch.signals.build import ensure_signals

    try:
        return ensure_signals(lake, progress=progress)
    except StorageError as error:
        raise StorageError(
            f"the lake lacks signals that the measures need, and they cannot be kept in it: "
            f"{error.what}",
            hint="run `hubwatch signals build` where the lake can be written, or name measures "
            "that need no signals: `hubwatch measures list`",
        ) from error
