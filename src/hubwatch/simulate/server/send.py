"""Puts a reply on the wire, whole or as a fault of the connection leaves it."""

from __future__ import annotations

import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import threading

    from hubwatch.simulate.server.faults import Fault
    from hubwatch.simulate.server.wire import Reply

SLOW_PARTS: Final = 4


def send(
    connection: socket.socket,
    reply: Reply,
    *,
    headers: list[tuple[str, str]],
    fault: Fault | None,
    closing: threading.Event,
) -> bool:
    """Send a reply.

    Args:
        connection: where to.
        reply: what.
        headers: sent before the reply's own.
        fault: what goes wrong on the way.
        closing: set when the server ends, which cuts every wait short.

    Returns:
        Whether the connection can be used again.
    """
    name = fault.kind.name if fault else ""
    body = reply.body()
    if name == "truncated_chunks":
        return _send_chunks(connection, reply, body, headers)
    declared = [*headers, ("Content-Length", str(len(body)))]
    head = _head(reply, declared)
    if reply.omit_body:
        body = b""
    if fault and name == "connection_reset":
        return _reset(connection, head + body, fault.details.random())
    if name == "truncated_length":
        connection.sendall(head + body[: max(0, len(body) * 2 // 3)])
        return False
    if fault and name == "slow_body":
        pause = fault.details.uniform(0.05, 0.2)
        return _send_slowly(connection, head, body, pause, closing)
    connection.sendall(head + body)
    return True


def _head(reply: Reply, headers: list[tuple[str, str]]) -> bytes:
    phrases = {status.value: status.phrase for status in HTTPStatus}
    lines = [f"HTTP/1.1 {reply.status} {phrases.get(reply.status, 'Unknown')}"]
    lines.append(f"Content-Type: {reply.content_type}")
    lines += [f"{name}: {value}" for name, value in (*headers, *reply.headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _send_chunks(
    connection: socket.socket, reply: Reply, body: bytes, headers: list[tuple[str, str]]
) -> bool:
    """Announce a chunk, send half of it and hang up; the last, empty chunk never comes."""
    head = _head(reply, [*headers, ("Transfer-Encoding", "chunked")])
    if reply.omit_body:
        connection.sendall(head)
    else:
        connection.sendall(head + f"{len(body):x}\r\n".encode() + body[: len(body) // 2])
    return False


def _send_slowly(
    connection: socket.socket, head: bytes, body: bytes, pause: float, closing: threading.Event
) -> bool:
    connection.sendall(head)
    size = -(-len(body) // SLOW_PARTS) or 1
    for start in range(0, len(body), size):
        if closing.wait(pause):
            return False
        connection.sendall(body[start : start + size])
    return True


def _reset(connection: socket.socket, content: bytes, draw: float) -> bool:
    """Reset the connection, in half of the cases after part of the answer."""
    if draw < 0.5:
        connection.sendall(content[: len(content) // 2])
    # lingering for zero seconds makes closing send a reset instead of a goodbye
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    return False
