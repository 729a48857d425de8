"""Addresses of hubs: which ones may be asked, and which are on this machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from hubwatch.errors import UsageError
from hubwatch.hubs.secrets import scrub

#: What ends the names of hosts that are on this machine, and on a network of one's own.
_HERE: Final = (".localhost",)
_OWN: Final = (".local", ".internal", ".intranet", ".lan", ".home.arpa")
ANYWHERE, OWN_NETWORK, THIS_MACHINE = 0, 1, 2


def is_loopback(url: str) -> bool:
    """Say whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def inwardness(url: str) -> int:
    """Return how far inside an address leads: `ANYWHERE`, `OWN_NETWORK` or `THIS_MACHINE`.

    What is written counts, in all forms of an address that systems understand (`127.1`, one number,
    IPv4 within IPv6). No name is looked up: one that resolves to a private address is `ANYWHERE`.

    Raises:
        ValueError: not an address at all.
    """
    host = "." + (urlsplit(url).hostname or "").rstrip(".")
    address = _literal(host[1:])
    if address is not None:
        if address.is_loopback or address.is_unspecified:
            return THIS_MACHINE
        return ANYWHERE if address.is_global else OWN_NETWORK
    if host.endswith(_HERE):
        return THIS_MACHINE
    return OWN_NETWORK if host.endswith(_OWN) or host.count(".") == 1 else ANYWHERE


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that a host is written as; None for a name."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        pass
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def checked_address(url: str) -> str:
    """Return a hub's address without the slash at its end.

    Raises:
        UsageError: it is not http or https, or holds more than host and path.
    """
    parts = urlsplit(url)
    bare = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        shown = scrub(url.replace(parts.netloc.rpartition("@")[0] or "@", "***"))
        raise UsageError(
            f"`{shown}` is not the address of a hub", hint="write https://host or http://host"
        )
    return url.rstrip("/")


def origin(url: str) -> str:
    """Return scheme, host and port of an address, which a token is bound to."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"
