"""Addresses of hubs: which ones may be asked, and which are on this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from hubwatch.errors import UsageError
from hubwatch.hubs.secrets import scrub


def is_loopback(url: str) -> bool:
    """Say whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
