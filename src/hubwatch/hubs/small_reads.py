"""Small reads from a connection, so that no more comes than was allowed.

The HTTP library takes 64 KiB at once, whatever is wanted of a body. It tells of each connection
that it makes (its documented extension `trace`); the reads of that connection are made small here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MADE: Final = (".connect_tcp.complete", ".start_tls.complete")


class _Stream(Protocol):
    """A connection as the HTTP library has it."""

    read: Callable[[int, float | None], bytes]


def small_reads(most: Callable[[], int]) -> Callable[[str, Mapping[str, Any]], None]:
    """Return a trace that bounds every read of the connections that are made under it.

    Args:
        most: says before each read how many bytes it may take, at least one.
    """

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(_MADE):
            _bound(info["return_value"], most)

    return trace


def _bound(stream: _Stream, most: Callable[[], int]) -> None:
    take = stream.read

    def read(max_bytes: int, timeout: float | None = None) -> bytes:
        return take(min(max_bytes, most()), timeout)

    stream.read = read
