"""Keeping tokens out of everything that is stored, shown or logged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hubwatch.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TOKEN_VARIABLE = "HUBWATCH_HUB_CIVITAI_TOKEN"  # noqa: S105 - the name of a variable, not a secret

_IN_QUERY = re.compile(r"(?i)([?&](?:token|api_?key|key|access_token)=)[^&#\s\"']*")
_IN_HEADER = re.compile(r"(?i)(bearer\s+)[^\s\"',]+")


def scrub(text: str, *secrets: str | None) -> str:
    """Return `text` with every token in it replaced by `***`."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _IN_HEADER.sub(r"\1***", _IN_QUERY.sub(r"\1***", text))


def find_token(given: str | None, file: Path | None, environment: Mapping[str, str]) -> str | None:
    """Return the hub's token from the caller, the environment or a file, in this order.

    Raises:
        UsageError: the file cannot be read or holds more than a token.
    """
    token = given or environment.get(TOKEN_VARIABLE)
    if token is None and file is not None:
        try:
            token = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"the token file `{file}` cannot be read",
                hint=f"make it a text file with the token alone, or set {TOKEN_VARIABLE}",
            ) from error
    token = (token or "").strip()
    if re.search(r"[^\x21-\x7e]", token):
        raise UsageError("the token holds blanks or other signs", hint="give the token alone")
    return token or None
