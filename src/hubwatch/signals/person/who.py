"""What the depicted person is known for, as far as tags and the description say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.signals.person.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.gazetteer.store import Hit

_AT: Final = {feature: place for place, feature in enumerate(FEATURES)}
#: Kinds in the order in which they win when two are said equally often.
_CUES: Final = {
    "adult performer": ("tag.adult", "text.adult"),
    "politician": ("tag.politician", "text.politician"),
    "athlete": ("tag.athlete", "text.athlete"),
    "musician": ("tag.musician", "text.musician"),
    "actor": ("tag.actor", "text.actor"),
    "influencer": ("tag.influencer", "text.influencer"),
    "private": ("text.private",),
}
KINDS: Final = (*_CUES, "unknown")
_TAG_WEIGHT: Final = 3.0


def who_kind(row: Sequence[float], hit: Hit | None = None) -> str:
    """Return actor, musician, politician, athlete, influencer, adult performer, private, unknown.

    A tag counts three times, each mention in the description once. A listed person is what the
    gazetteer says.

    Args:
        row: numbers of one model, in the order of `FEATURES`.
        hit: whom the gazetteer lists under the model's name.
    """
    if hit is not None and hit.occupation in KINDS:
        return hit.occupation
    best, most = "unknown", 0.0
    for kind, cues in _CUES.items():
        said = sum(row[_AT[cue]] * (_TAG_WEIGHT if cue.startswith("tag") else 1.0) for cue in cues)
        if said > most:
            best, most = kind, said
    return best
