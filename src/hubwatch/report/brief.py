"""What a reader in a hurry gets first: a few plain sentences, and the words of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.report.headline import Headline

_CHOSEN: Final = (
    "nsfw-image",
    "nsfw-rise",
    "people",
    "flagged",
    "reach-share",
    "targets",
    "pairing",
    "language",
    "barrier",
    "top20",
)
#: Sentences that say the same less well, left out where the first is there.
_INSTEAD: Final = {"people": "flagged"}
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
    (
        "Header of an adapter file",
        "Its first bytes, in which many trainers leave how it was made: from what, on how many "
        "images, with which captions. hubwatch reads these, never the weights.",
    ),
    (
        "Booru",
        "An image board where every picture carries many short tags; its tags became a language "
        "for captions and prompts.",
    ),
    (
        "Vocabulary community",
        "A group of tags that stand together in prompts more often than chance, and who uses them.",
    ),
    ("Gini", "How unequal shares are: 0 when all have the same, 1 when one has everything."),
    ("Median", "The middle one: half of the models have less, half have more."),
    (
        "Signal",
        "What hubwatch itself says of a model or a prompt after reading its texts, with a measured "
        "error; not the hub's mark.",
    ),
    (
        "Calibrated, corrected",
        "A share as it would be if the signal never erred, worked out from how often it errs on "
        "models that people labelled.",
    ),
    (
        "Risk ratio",
        "How many times as often something holds for one group as for another: 2 is twice as "
        "often, 1 as often.",
    ),
    (
        "Perceived gender",
        "The gender that a given name suggests to others. It says nothing of how the person "
        "identifies.",
    ),
    (
        "With creators as independent draws",
        "One creator's items are alike, so a thousand items of one person say less than a thousand "
        "items of a thousand people. Such an interval counts people, not items, and is wider.",
    ),
)


def brief(headlines: Sequence[Headline]) -> tuple[str, ...]:
    """Return up to nine sentences, each with its interval and denominator in brackets."""
    at = {one.id: one for one in headlines}
    spare = {other for key, other in _INSTEAD.items() if key in at}
    return tuple(_sentence(at[key]) for key in _CHOSEN if key in at and key not in spare)


def _sentence(one: Headline) -> str:
    said = one.sentence.split(". ")[0].removesuffix(".")
    word = "interval" if len(one.interval) == 1 else "intervals"
    return f"{said} (95 % {word} {listed(list(one.interval))}; {one.denominator})."
