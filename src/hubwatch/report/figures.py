"""The report's figures in the order of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.report.figures_creators import concentration
from hubwatch.report.figures_levels import levels
from hubwatch.report.figures_mix import base_models, growth
from hubwatch.report.figures_nsfw import nsfw
from hubwatch.report.figures_people import flagged, reach

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubwatch.report.figure import Figure
    from hubwatch.report.results import Results

#: Figure id to (name in the contents, what makes it).
FIGURES: Final[dict[str, tuple[str, Callable[[Results], Figure | None]]]] = {
    "growth": ("Growth by method", growth),
    "levels": ("Levels over time", levels),
    "nsfw": ("NSFW share", nsfw),
    "base-models": ("Base-model eras", base_models),
    "flagged": ("Flagged models", flagged),
    "concentration": ("Concentration", concentration),
    "reach": ("Real-person reach", reach),
}


def lacking(drawn: Sequence[Figure]) -> tuple[str, ...]:
    """Return the names, in the order of the page, of the figures that were not drawn."""
    there = {figure.id for figure in drawn}
    return tuple(name for key, (name, _) in FIGURES.items() if key not in there)


def figures(results: Results) -> tuple[Figure, ...]:
    """Return the figures that the results allow, in the order of the page."""
    return tuple(figure for _, make in FIGURES.values() if (figure := make(results)) is not None)
