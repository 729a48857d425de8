"""The report's figures in the order of the page, in sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.report.figures_creators import concentration
from hubwatch.report.figures_gender import pairing, targets
from hubwatch.report.figures_language import language, language_months
from hubwatch.report.figures_levels import levels
from hubwatch.report.figures_mix import base_models, growth
from hubwatch.report.figures_nsfw import nsfw
from hubwatch.report.figures_people import flagged, reach
from hubwatch.report.figures_prompts import prompt_gender
from hubwatch.report.figures_reach_by import prominence, who
from hubwatch.report.figures_share import people, people_months

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from hubwatch.report.figure import Figure
    from hubwatch.report.results import Results

#: Figure id to (name in the contents, what makes it).
FIGURES: Final[dict[str, tuple[str, Callable[[Results], Figure | None]]]] = {
    "growth": ("Growth by method", growth),
    "levels": ("Levels over time", levels),
    "nsfw": ("NSFW share", nsfw),
    "base-models": ("Base-model eras", base_models),
    "concentration": ("Concentration", concentration),
    "people": ("Real-person models", people),
    "people-months": ("Real-person models over time", people_months),
    "flagged": ("Flagged models", flagged),
    "who": ("Kinds of people", who),
    "prominence": ("Prominence", prominence),
    "reach": ("Real-person reach", reach),
    "targets": ("Women among targets", targets),
    "pairing": ("Sexualised models by gender", pairing),
    "prompt-gender": ("Whom prompts ask for", prompt_gender),
    "language": ("Language by category", language),
    "language-months": ("Language over time", language_months),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One section of figures.

    Args:
        id: anchor in the page.
        title: its heading.
        intro: a sentence or two on what is in it.
        figures: those that were drawn, in order.
        withheld: names of those that are not there, because too few are behind their numbers.
    """

    id: str
    title: str
    intro: str
    figures: tuple[Figure, ...]
    withheld: tuple[str, ...] = ()


#: Section id to (heading, first words, ids of its figures).
_SECTIONS: Final = {
    "charts": (
        "The hub over time",
        "Every chart has a table behind it with the same numbers.",
        ("growth", "levels", "nsfw", "base-models", "concentration"),
    ),
    "real-people": (
        "Real people",
        "How many models depict a real person, who these people are and how far the models travel. "
        "No person is named or looked up; cells under ten are not shown.",
        ("people", "people-months", "flagged", "who", "prominence", "reach"),
    ),
    "gender-language": (
        "Gender and language",
        "Who is targeted, whose models are sexualised, whom prompts ask for and in which words. "
        "Words are counted behind codes; none is shown.",
        ("targets", "pairing", "prompt-gender", "language", "language-months"),
    ),
}


#: Figure id to the measure it is drawn from, where cells of few can keep it off the page.
_SMALL: Final = {
    "people": "real_person_share",
    "people-months": "real_person_share",
    "flagged": "flagged_share",
    "who": "real_person_reach_by",
    "prominence": "real_person_reach_by",
    "reach": "real_person_reach",
    "targets": "target_gender",
    "pairing": "sexualised_pairing",
    "language": "language_rates",
    "language-months": "language_rates",
}


def _withheld(names: Sequence[str], at: Collection[str], measured: Collection[str]) -> list[str]:
    """Return the names of figures that were measured and are not there."""
    return [FIGURES[x][0] for x in names if x not in at and _SMALL.get(x) in measured]


def sections(drawn: Sequence[Figure], measured: Collection[str] = ()) -> tuple[Section, ...]:
    """Return the sections that have a figure; the first is always there.

    Args:
        drawn: figures.
        measured: measures that have rows.
    """
    at = {figure.id: figure for figure in drawn}
    found = (
        Section(
            key,
            title,
            intro,
            tuple(at[name] for name in names if name in at),
            tuple(_withheld(names, at, measured)),
        )
        for key, (title, intro, names) in _SECTIONS.items()
    )
    return tuple(one for one in found if one.figures or one.id == "charts")


def lacking(drawn: Sequence[Figure]) -> tuple[str, ...]:
    """Return the names, in the order of the page, of the figures that were not drawn."""
    there = {figure.id for figure in drawn}
    return tuple(name for key, (name, _) in FIGURES.items() if key not in there)


def figures(results: Results) -> tuple[Figure, ...]:
    """Return the figures that the results allow, in the order of the page."""
    return tuple(figure for _, make in FIGURES.values() if (figure := make(results)) is not None)
