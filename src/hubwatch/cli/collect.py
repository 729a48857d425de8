"""`hubwatch collect`: a hub's public answers into a lake."""

from __future__ import annotations

import re
from typing import Any

import click

from hubwatch.cli.console import noise_of, noise_options, progress, say
from hubwatch.cli.lake import lake_option, lake_path, refine_and_say
from hubwatch.cli.shell import Verb, option
from hubwatch.errors import ExitCode, UsageError
from hubwatch.settings import value_of

KINDS = ("models", "images", "creators", "tags")


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
    ),
)
@click.argument("hub", type=click.Choice(["civitai"]))
@lake_option
@option("--base-url", metavar="URL", heading="Hub", help="Address of the hub.")
@option("--rate", metavar="N/s", heading="Hub", help="Requests, at most; 1/s unless set.")
@option("--timeout", type=float, metavar="S", heading="Hub", help="Seconds to wait for an answer.")
@option("--contact", metavar="TEXT", heading="Hub", help="Who you are, for the hub's operators.")
@option("--kinds", default=",".join(KINDS), show_default=True, heading="Window", help="What.")
@option("--since", metavar="DATE", heading="Window", help="First day (partial dates allowed).")
@option("--until", metavar="DATE", heading="Window", help="Day after the last.")
@option(
    "--limit", type=click.IntRange(min=1), heading="Window", help="A taste: stop after N items."
)
@option("--count-only", is_flag=True, heading="Safety", help="Walk all and count; store nothing.")
@option("--fresh", is_flag=True, heading="Safety", help="Start over instead of resuming.")
@noise_options
def collect(hub: str, lake: str | None, **options: Any) -> int:
    """Fetch a HUB's public answers, at every maturity level, into a lake.

    Every page is stored exactly before it is read. Run the same command again after an interruption
    and it goes on where it stopped; nothing is lost and nothing is asked twice.
    """
    from hubwatch.hubs.civitai import connect
    from hubwatch.lake.collect import collect as fetch

    path = lake_path(lake)
    noise = noise_of(options)
    client = connect(
        base_url=value_of("hub.civitai.base_url", options["base_url"]),
        rate=value_of("hub.civitai.rate", parse_rate(options["rate"])),
        timeout=value_of("hub.civitai.timeout", options["timeout"]),
        contact=value_of("contact", options["contact"]),
        token=value_of("hub.civitai.token"),
        token_file=value_of("hub.civitai.token_file"),
    )
    with progress(f"collecting {hub}", "items", noise) as bar:
        summary = fetch(
            client,
            path,
            kinds=parse_kinds(options["kinds"]),
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
        return ExitCode.UNREACHABLE
    if summary.state != "complete":
        return ExitCode.DONE
    return refine_and_say(path, options)
