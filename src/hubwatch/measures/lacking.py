"""What a result lacks because it was never collected or given: said, never written as a zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.measures.registry import Measure

#: Table that a collection of its own fills, and what a result without it lacks.
_COLLECTED: Final = {
    "adapters": "no adapter header was collected: `hubwatch collect civitai --kinds adapters`",
}
#: Parameter without which a measure says nothing, and what to give.
_GIVEN: Final = {
    "booru_tags": "no list of booru tags was given: `--booru-tags FILE`",
}


def lacking(
    measure: Measure, rows: Mapping[str, int], parameters: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return what a measure could not look at, one sentence each.

    Args:
        measure: what was computed.
        rows: rows of each table of the lake.
        parameters: of the measure, as it was computed.
    """
    empty = [
        text for name, text in _COLLECTED.items() if name in measure.tables and not rows.get(name)
    ]
    missing = [
        text for name, text in _GIVEN.items() if name in parameters and parameters[name] is None
    ]
    return (*empty, *missing)
