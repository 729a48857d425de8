"""`hubwatch inspect`: what the header of one adapter file says."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import click

from hubwatch.cli.console import print_json
from hubwatch.cli.shell import Verb, option, print_error
from hubwatch.errors import AdapterError, ExitCode, InputError, UsageError
from hubwatch.settings import value_of

if TYPE_CHECKING:
    from hubwatch.adapters.card import Card
    from hubwatch.adapters.redact import Redactor

_SCHEMES: Final = ("http://", "https://")
#: How an address begins, of whatever scheme.
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_KEY_BYTES: Final = 32


@click.command(
    cls=Verb,
    examples=(
        "hubwatch inspect adapter.safetensors",
        "hubwatch inspect adapter.safetensors --json | jq .captions",
        "hubwatch inspect https://hub.example/files/adapter.safetensors",
        "hubwatch inspect http://127.0.0.1:8765/api/download/models/ID",
    ),
    resumes=False,
)
@click.argument("source", metavar="FILE|URL")
@option("--json", "as_json", is_flag=True, heading="Output", help="One JSON object on stdout.")
@option(
    "--reveal",
    is_flag=True,
    heading="Output",
    help="Show names and words as written, never where a minor may be meant. Logged.",
)
@option(
    "--data-digest",
    is_flag=True,
    heading="Input",
    help="Also read the weights: digest of the tensors, near-duplicate signature.",
)
@option(
    "--lake",
    metavar="DIR",
    heading="Input",
    help="Names get the tokens that they have in this lake; else tokens of this run alone.",
)
def inspect(
    source: str, lake: str | None, *, as_json: bool, reveal: bool, data_digest: bool
) -> int:
    """Say what the header of a .safetensors file tells: how it was trained, whom it may show.

    Weights are not read, of a URL (http or https) only the header is fetched; the last example is
    of `simulate serve`, with the ID of a model's version. Names are tokens, sexual wording is
    codes. A file that is not sound is one error, exit code 2.
    """
    try:
        card = _card(source, _redactor(lake), reveal=reveal, data_digest=data_digest)
    except (AdapterError, InputError) as error:
        # One plain line also with --json: whoever reads cards from a script tells them apart by it.
        print_error(error.what, error.hint, error.exit_code, as_json=False)
        return error.exit_code
    _show(card, as_json=as_json)
    return ExitCode.DONE


def _card(source: str, redactor: Redactor, *, reveal: bool, data_digest: bool) -> Card:
    if _ADDRESS.match(source):
        if not source.lower().startswith(_SCHEMES):
            raise UsageError(
                f"`{source.partition(':')[0]}` addresses are not read",
                hint="only http:// and https:// are, or name a file on this machine",
            )
        if data_digest:
            raise UsageError(
                "`--data-digest` reads the weights, which are never fetched",
                hint="download the file yourself and name it",
            )
        return _card_of_url(source, redactor, reveal=reveal)
    return _card_of_file(Path(source), redactor, reveal=reveal, data_digest=data_digest)


def _card_of_file(path: Path, redactor: Redactor, *, reveal: bool, data_digest: bool) -> Card:
    from hubwatch.adapters.card import make_card
    from hubwatch.adapters.header import read_header
    from hubwatch.adapters.identity import signature, tensor_digest

    header = read_header(path)
    if reveal:
        _warn_and_log(path)
    return make_card(
        header,
        redactor,
        file_name=path.name,
        file_bytes=path.stat().st_size,
        tensor_digest=tensor_digest(path, header) if data_digest else None,
        signature=signature(path, header) if data_digest else None,
        reveal=reveal,
    )


def _card_of_url(url: str, redactor: Redactor, *, reveal: bool) -> Card:
    from hubwatch.adapters.card import make_card
    from hubwatch.adapters.header import LENGTH_BYTES, parse_header
    from hubwatch.hubs.ranges import fetch_url_header

    timeout = float(value_of("hub.civitai.timeout") or 30)
    fetched = fetch_url_header(url, timeout=timeout)
    size = fetched.file_bytes
    data = None if size is None else size - LENGTH_BYTES - len(fetched.raw)
    header = parse_header(fetched.raw, data_bytes=data)
    if reveal:
        _warn_and_log(None)
    return make_card(
        header,
        redactor,
        file_name=unquote(urlsplit(url).path.rpartition("/")[2]) or None,
        file_bytes=size,
        reveal=reveal,
    )


def _redactor(lake: str | None) -> Redactor:
    """Return a redactor under a lake's key, or under one that nobody will have again."""
    from hubwatch.adapters.redact import Redactor
    from hubwatch.lake.keys import load_key

    key = load_key(Path(lake), make=False) if lake else secrets.token_bytes(_KEY_BYTES)
    return Redactor(key)


def _warn_and_log(path: Path | None) -> None:
    """Log that names are about to be shown, and say so."""
    from hubwatch.signals.reveal import log_reveal

    log = log_reveal("inspect", path)
    click.echo("warning: the output may hold names; handle it as personal data", err=True)
    click.echo(f"warning: this use of --reveal is logged in `{log}`", err=True)


def _show(card: Card, *, as_json: bool) -> None:
    import msgspec

    from hubwatch.adapters.card_text import card_lines

    if as_json:
        print_json(msgspec.to_builtins(card))
    else:
        click.echo("\n".join(card_lines(card)))
