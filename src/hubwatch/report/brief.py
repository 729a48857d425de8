"""What a reader in a hurry gets first: a few plain sentences, and the words of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.report.headline import Headline

_CHOSEN: Final = ("nsfw-image", "nsfw-rise", "flagged", "reach-share", "top20")
#: Words that a reader may not know, and what they mean.
GLOSSARY: Final = (
    ("Checkpoint", "A whole image generator, ready to use."),
    ("LoRA, LoCon, DoRA", "Small add-ons that teach a checkpoint a style, a thing or a person."),
    ("Textual inversion", "A still smaller add-on: a new word that the checkpoint understands."),
    ("Browsing levels", "The hub's ratings from PG (for everybody) over PG-13 and R to X and XXX."),
    (
        "Wide, platform, explicit, tag",
        "Four ways to say NSFW: PG-13 and up; R and up; X and XXX only; a NSFW tag on the model.",
    ),
    ("Gini", "How unequal shares are: 0 when all have the same, 1 when one has everything."),
    ("Median", "The middle one: half of the models have less, half have more."),
    (
        "With creators as independent draws",
        "One creator's items are alike, so a thousand items of one person say less than a thousand "
        "items of a thousand people. Such an interval counts people, not items, and is wider.",
    ),
)


def brief(headlines: Sequence[Headline]) -> tuple[str, ...]:
    """Return up to five sentences, each with its interval and denominator in brackets."""
    at = {one.id: one for one in headlines}
    return tuple(_sentence(at[key]) for key in _CHOSEN if key in at)


def _sentence(one: Headline) -> str:
    said = one.sentence.split(". ")[0].removesuffix(".")
    word = "interval" if len(one.interval) == 1 else "intervals"
    return f"{said} (95 % {word} {listed(list(one.interval))}; {one.denominator})."
