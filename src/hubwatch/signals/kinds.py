"""What the items of a file are, models or prompts: told from their keys, never guessed."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from hubwatch.errors import UsageError
from hubwatch.signals.inputs import items_on, keys_of, kind_of_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.signals.documents import ItemError
    from hubwatch.signals.signal import Signal, SubjectKind

#: Lines that are looked at before an input is given up that does not tell what it holds.
LOOKED_AT: Final = 4096


def with_kind(
    found: Signal, lines: Iterator[bytes | ItemError], kind: SubjectKind | None
) -> tuple[Iterator[bytes | ItemError], SubjectKind]:
    """Return the lines and what they are: as said, or as the first item that tells looks.

    Args:
        found: the signal that is to answer.
        lines: of the input; only as many are taken as are needed, and they are given back.
        kind: what the caller says.

    Raises:
        UsageError: the signal does not answer for this kind, the items are clearly of another
            one, or nothing tells which of several kinds they are.
    """
    if kind is not None and kind not in found.subjects:
        raise UsageError(
            f"`{found.name}` does not answer for a {kind}",
            hint=f"it answers for: {', '.join(found.subjects)}",
        )
    seen, nature, readable = _look(lines)
    allowed = found.subjects if kind is None else (kind,)
    for one in allowed:
        if nature == one or (nature is None and (len(allowed) == 1 or not readable)):
            return chain(seen, lines), one
    if nature is None:
        raise UsageError(
            f"`{found.name}` answers for several kinds, and the items do not tell which",
            hint="say it: `--kind model` or `--kind prompt`",
        )
    raise UsageError(
        f"the items are {nature}s, and `{found.name}` was to answer for {allowed[0]}s",
        hint=f"`{found.name}` answers for: {', '.join(found.subjects)}",
    )


def _look(lines: Iterator[bytes | ItemError]) -> tuple[list[bytes | ItemError], str | None, bool]:
    """Return the lines that were looked at, what the first telling one is, and if one is JSON."""
    seen: list[bytes | ItemError] = []
    readable = False
    for line in islice(lines, LOOKED_AT):
        seen.append(line)
        if not isinstance(line, bytes):
            continue
        if nature := kind_of_item(line):
            return seen, nature, True
        readable = readable or any(keys_of(item) for item in items_on(line))
    return seen, None, readable
