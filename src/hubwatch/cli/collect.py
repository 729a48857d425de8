"""`hubwatch collect`: a hub's public answers into a lake."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from hubwatch.cli.console import noise_of, noise_options, progress, say
from hubwatch.cli.lake import lake_option, lake_path, refine_and_say
from hubwatch.cli.shell import Verb, option
from hubwatch.errors import ExitCode, UsageError
from hubwatch.settings import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LISTED = ("models", "images", "creators", "tags")
#: Headers of adapter files come last, only when asked for: the hub counts them as downloads.
ADAPTERS = "adapters"
KINDS = (*LISTED, ADAPTERS)
_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


def parse_rate(text: str | None) -> float | None:
    """Read `5/s`, `30/min` or a bare number as requests per second.

    Raises:
        UsageError: it is none of these, or not positive.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)(?:/(s|min|h))?", text.strip())
    rate = float(found[1]) / {"s": 1, "min": 60, "h": 3600}[found[2] or "s"] if found else 0.0
    if rate <= 0:
        raise UsageError(f"`--rate {text}` is not a rate", hint="write 1/s, 30/min or 2000/h")
    return rate


def parse_size(text: str | None) -> int | None:
    """Read `50MB`, `1.5 GB` or a bare number as bytes.

    Raises:
        UsageError: it is none of these, or below one byte.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)\s*([kmg]?b)?", text.strip().lower())
    size = int(float(found[1]) * _UNITS[found[2] or ""]) if found else 0
    if size < 1:
        raise UsageError(f"`--budget-bytes {text}` is not a size", hint="write 50MB, 1GB or 200000")
    return size


def parse_kinds(text: str) -> tuple[str, ...]:
    """Read a comma-separated list of kinds.

    Raises:
        UsageError: a kind is unknown.
    """
    kinds = tuple(kind.strip() for kind in text.split(",") if kind.strip())
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise UsageError(
            f"`--kinds {text}` names {', '.join(f'`{k}`' for k in unknown) or 'nothing'}",
            hint=f"kinds: {', '.join(KINDS)}",
        )
    return kinds


@click.command(
    cls=Verb,
    examples=(
        "hubwatch collect civitai --lake L --contact you@example.org",
        "hubwatch collect civitai --lake L --kinds images --since 2024-12 --count-only",
        "hubwatch collect civitai --lake L --base-url http://127.0.0.1:8765 --rate 100/s",
        "hubwatch collect civitai --lake L --kinds adapters --budget-bytes 50MB",
    ),
)
@click.argument("hub", type=click.Choice(["civitai"]))
@lake_option
@option("--base-url", metavar="URL", heading="Hub", help="Address of the hub.")
@option("--rate", metavar="N/s", heading="Hub", help="Requests, at most; 1/s unless set.")
@option("--timeout", type=float, metavar="S", heading="Hub", help="Seconds to wait for an answer.")
@option("--contact", metavar="TEXT", heading="Hub", help="Who you are, for the hub's operators.")
@option(
    "--kinds",
    default=",".join(LISTED),
    show_default=True,
    heading="Window",
    metavar="KINDS",
    help="A list with commas: models, images, creators, tags; adapters: headers of their files.",
)
@option("--since", metavar="DATE", heading="Window", help="First day (partial dates allowed).")
@option("--until", metavar="DATE", heading="Window", help="Day after the last.")
@option(
    "--limit", type=click.IntRange(min=1), heading="Window", help="A taste: stop after N items."
)
@option("--budget-bytes", metavar="SIZE", heading="Adapters", help="Bytes of answers, at most.")
@option(
    "--budget-requests",
    type=click.IntRange(min=1),
    metavar="N",
    heading="Adapters",
    help="Requests, at most.",
)
@option("--count-only", is_flag=True, heading="Safety", help="Walk all and count; store nothing.")
@option("--fresh", is_flag=True, heading="Safety", help="Start over instead of resuming.")
@noise_options
def collect(hub: str, lake: str | None, **options: Any) -> int:
    """Fetch a HUB's public answers, at every maturity level, into a lake.

    Every page is stored exactly before it is read. Run the same command again after an interruption
    and it goes on where it stopped; nothing is lost and nothing is asked twice. With the kind
    `adapters` the headers of adapter files follow, never their weights; names in them become keyed
    tokens before anything is stored, and the hub counts each as a download.
    """
    path = lake_path(lake)
    kinds, size = parse_kinds(options["kinds"]), parse_size(options["budget_bytes"])
    listed = tuple(kind for kind in kinds if kind != ADAPTERS)
    if ADAPTERS in kinds and options["count_only"]:
        raise UsageError("`--count-only` does not go with adapters", hint="leave one of them out")
    if ADAPTERS not in kinds and (size or options["budget_requests"]):
        raise UsageError(
            "`--budget-bytes` and `--budget-requests` are for adapters",
            hint="add `--kinds adapters`, or leave them out",
        )
    code: int = ExitCode.DONE
    if listed:
        complete, code = _collect_listed(hub, path, listed, options)
        if not complete:
            return code
    if ADAPTERS in kinds:
        code = _collect_adapters(hub, path, size, options) or code
    return code


def _hub_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the hub is asked, from options, variables and configuration files."""
    return {
        "base_url": value_of("hub.civitai.base_url", options["base_url"]),
        "rate": value_of("hub.civitai.rate", parse_rate(options["rate"])),
        "timeout": value_of("hub.civitai.timeout", options["timeout"]),
        "contact": value_of("contact", options["contact"]),
        "token": value_of("hub.civitai.token"),
        "token_file": value_of("hub.civitai.token_file"),
    }


def _collect_listed(
    hub: str, path: Path, kinds: tuple[str, ...], options: dict[str, Any]
) -> tuple[bool, int]:
    """Collect what the hub lists; return whether it is complete and refined, and the exit code."""
    from hubwatch.hubs.civitai import connect
    from hubwatch.lake.collect import collect as fetch

    noise = noise_of(options)
    with progress(f"collecting {hub}", "items", noise) as bar:
        summary = fetch(
            connect(**_hub_options(options)),
            path,
            kinds=kinds,
            since=options["since"],
            until=options["until"],
            limit=options["limit"],
            fresh=options["fresh"],
            count_only=options["count_only"],
            progress=lambda p: bar.update(p.items, p.total, p.note),
        )
    for line in summary.lines():
        say(line, noise)
    if not summary.ok:
        say("the collection is not complete and is not measured; run the command again", noise)
        return False, ExitCode.UNREACHABLE
    if summary.state != "complete":
        return False, ExitCode.DONE
    return True, refine_and_say(path, options)


def _collect_adapters(hub: str, path: Path, size: int | None, options: dict[str, Any]) -> int:
    """Collect headers of the adapter files that the lake knows; return the exit code."""
    from hubwatch.adapters.collect import collect_adapters

    noise = noise_of(options)
    at = (0, 0)

    def show(done: int, total: int, note: str = "") -> None:
        nonlocal at
        at = (done, total)
        bar.update(done, total, note)

    def waiting(seconds: float, why: str) -> None:
        show(at[0], at[1], f"waiting {seconds:.0f} s for the hub ({why})")

    with progress(f"reading adapter headers of {hub}", "waiting files", noise) as bar:
        summary = collect_adapters(
            path,
            **_hub_options(options),
            max_bytes=size,
            max_requests=options["budget_requests"],
            limit=options["limit"],
            progress=show,
            on_wait=waiting,
        )
    for line in summary.lines():
        say(line, noise)
    if not summary.ok:
        return ExitCode.UNREACHABLE
    return ExitCode.SOME_FAILED if summary.refused or summary.failed else ExitCode.DONE
