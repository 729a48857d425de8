"""The CivitAI hub: `connect()` returns a connector, `CivitAI` is one over a given client."""

from __future__ import annotations

import math
import os
from pathlib import Path
from urllib.parse import quote

from hubwatch.hubs.address import is_loopback
from hubwatch.hubs.civitai.client import CivitAI
from hubwatch.hubs.http import PoliteClient
from hubwatch.hubs.secrets import find_token

__all__ = ["BASE_URL", "CivitAI", "connect", "download_address", "polite_client"]

BASE_URL = "https://civitai.com"


def connect(
    *,
    base_url: str | None = None,
    rate: float | None = None,
    timeout: float | None = None,
    contact: str | None = None,
    token: str | None = None,
    token_file: str | Path | None = None,
) -> CivitAI:
    """Return a connector for the hub at an address; see `polite_client`.

    Raises:
        UsageError: the address or the token cannot be one.
    """
    client = polite_client(
        base_url=base_url,
        rate=rate,
        timeout=timeout,
        contact=contact,
        token=token,
        token_file=token_file,
    )
    return CivitAI(client)


def polite_client(
    *,
    base_url: str | None = None,
    rate: float | None = None,
    timeout: float | None = None,
    contact: str | None = None,
    token: str | None = None,
    token_file: str | Path | None = None,
) -> PoliteClient:
    """Return a client for the hub at an address.

    Args:
        base_url: address of the hub; default: the real one.
        rate: requests a second at most; default: 1, on this machine no limit.
        timeout: seconds to wait for an answer; default: 30.
        contact: mail or page by which the hub's operators can reach you.
        token: the hub's key; default: the variable `HUBWATCH_HUB_CIVITAI_TOKEN`, then `token_file`.
        token_file: file that holds the key alone.

    Raises:
        UsageError: the address or the token cannot be one.
    """
    address = base_url or BASE_URL
    file = None if token_file is None else Path(token_file)
    return PoliteClient(
        address,
        rate=rate or (math.inf if is_loopback(address) else 1.0),
        timeout=timeout or 30.0,
        contact=contact,
        token=find_token(token, file, os.environ),
    )


def download_address(base_url: str, version_id: str, file_id: str) -> str:
    """Return where one file of a version is downloaded; the hub counts every request for it."""
    return f"{base_url}/api/download/models/{quote(version_id, safe='')}?fileId={quote(file_id)}"
