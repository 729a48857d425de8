"""The report's figures in the order of the page, in sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.report.figures_barrier import barrier
from hubwatch.report.figures_communities import communities
from hubwatch.report.figures_community_months import community_months
from hubwatch.report.figures_creators import concentration
from hubwatch.report.figures_gender import pairing, targets
from hubwatch.report.figures_language import language, language_months
from hubwatch.report.figures_levels import levels
from hubwatch.report.figures_lineage import lineage_tree
from hubwatch.report.figures_mix import base_models, growth
from hubwatch.report.figures_nsfw import nsfw
from hubwatch.report.figures_people import flagged, reach
from hubwatch.report.figures_prompts import prompt_gender
from hubwatch.report.figures_reach_by import prominence, who
from hubwatch.report.figures_share import people, people_months
from hubwatch.report.figures_tools import trainers
from hubwatch.report.figures_trail import trail
from hubwatch.report.figures_vocabulary import booru, markers
from hubwatch.report.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

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
    "communities": ("Vocabulary communities", communities),
    "community-months": ("Communities over time", community_months),
    "markers": ("Marker tokens", markers),
    "booru": ("Booru tags", booru),
    "lineage": ("Lineage of base models", lineage_tree),
    "trainers": ("Trainers", trainers),
    "barrier": ("How little is needed", barrier),
    "trail": ("What files hide and reveal", trail),
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
        lacking: sentences on those that are not there, because something was never collected.
    """

    id: str
    title: str
    intro: str
    figures: tuple[Figure, ...]
    withheld: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


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
    "tools": (
        "Tools and subcultures",
        "Which vocabularies people share, which tools they train adapters with, and how little "
        "that takes. From prompts and from the headers of adapter files; no weights are read, "
        "and what may name somebody is a token before it is stored.",
        (
            "communities",
            "community-months",
            "markers",
            "booru",
            "lineage",
            "trainers",
            "barrier",
            "trail",
        ),
    ),
}


#: Figure id to the measure it is drawn from, where cells of few can keep it off the page, or where
#: what it needs has to be collected or given first.
_DRAWN_FROM: Final = {
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
    "communities": "tag_communities",
    "community-months": "community_adoption",
    "markers": "marker_adoption",
    "booru": "booru_overlap",
    "lineage": "base_model_lineage_share",
    "trainers": "trainer_signature",
    "barrier": "barrier_to_entry_profile",
    "trail": "metadata_stripping",
}


def _withheld(names: Sequence[str], at: Collection[str], measured: Collection[str]) -> list[str]:
    """Return the names of figures that were measured and are not there."""
    return [FIGURES[x][0] for x in names if x not in at and _DRAWN_FROM.get(x) in measured]


def _never_collected(
    names: Sequence[str], at: Collection[str], results: Results | None
) -> Iterator[str]:
    """Yield a sentence for each thing that figures lack, with the names of these figures."""
    reasons: dict[str, list[str]] = {}
    for name in names if results else ():
        measure = results.get(_DRAWN_FROM.get(name, "")) if results and name not in at else None
        for reason in measure.about.lacking if measure and not measure.rows else ():
            reasons.setdefault(reason, []).append(f"“{FIGURES[name][0]}”")
    for reason, figures_ in reasons.items():
        verb = "is" if len(figures_) == 1 else "are"
        yield f"{listed(figures_)} {verb} not measured, because {reason}."


def sections(drawn: Sequence[Figure], results: Results | None = None) -> tuple[Section, ...]:
    """Return the sections that have a figure or miss one that could be had; the first always.

    Args:
        drawn: figures.
        results: what they are drawn from, which says why others are not.
    """
    at = {figure.id: figure for figure in drawn}
    measured = [name for name, m in results.measures.items() if m.rows] if results else []
    found = (
        Section(
            key,
            title,
            intro,
            tuple(at[name] for name in names if name in at),
            tuple(_withheld(names, at, measured)),
            tuple(_never_collected(names, at, results)),
        )
        for key, (title, intro, names) in _SECTIONS.items()
    )
    return tuple(one for one in found if one.figures or one.lacking or one.id == "charts")


def lacking(drawn: Sequence[Figure]) -> tuple[str, ...]:
    """Return the names, in the order of the page, of the figures that were not drawn."""
    there = {figure.id for figure in drawn}
    return tuple(name for key, (name, _) in FIGURES.items() if key not in there)


def figures(results: Results) -> tuple[Figure, ...]:
    """Return the figures that the results allow, in the order of the page."""
    return tuple(figure for _, make in FIGURES.values() if (figure := make(results)) is not None)
