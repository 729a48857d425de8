"""Addresses of hubs: which ones may be asked, and which are on this machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urljoin, urlsplit

from hubwatch.errors import HubUnreachableError, UsageError
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


def is_file_address(url: str) -> bool:
    """Say whether a file may be asked for here: http or https, a host, no user and no password."""
    try:
        parts = urlsplit(url)
        sound = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # brackets or a port that are none
        return False
    return bool(sound) and parts.scheme in ("http", "https") and "@" not in parts.netloc


def next_address(url: str, location: str) -> str:
    """Return where a redirect leads.

    A redirect never leads from https to http, and never from elsewhere to a private network or to
    this machine: what listens here is none of a hub's business.

    Args:
        url: that answered.
        location: what it said, whole or relative.

    Raises:
        HubUnreachableError: it leads to where we do not go; the address is not quoted.
    """
    try:
        found = urljoin(url, location)
    except ValueError:
        found = ""
    downgraded = url.startswith("https:") and found.startswith("http:")
    if not is_file_address(found) or downgraded or inwardness(found) > inwardness(url):
        raise HubUnreachableError(
            f"`{origin(url)}` redirects to an address that is not followed",
            hint="check the address",
        )
    return found
