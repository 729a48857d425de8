"""Headline numbers that rest on signals: real people, whom they are, and how they are treated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hubwatch.report.figures_gender import (
    BASES,
    bounds_text,
    pairing_rows,
    ratio_text,
    shown_targets,
)
from hubwatch.report.figures_language import shown_rates
from hubwatch.report.figures_share import CALIBRATED, FLAGGED, SIGNAL, share_cells
from hubwatch.report.headline import CREATORS, Headline, each, share
from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.published import comparators
from hubwatch.report.results import Row
from hubwatch.report.suppress import SMALLEST, count_or_few, few

if TYPE_CHECKING:
    from hubwatch.report.results import Results


def people(results: Results) -> Headline | None:
    """Return the share of models that depict a real person, corrected where that is known."""
    cells = share_cells(results)
    found, flagged = (cells.get(("all", basis)) for basis in (SIGNAL, FLAGGED))
    row = cells.get(("all", CALIBRATED)) or found
    if row is None or found is None:
        return None
    corrected = row["basis"] == CALIBRATED
    beside = [f"the signal finds {percent(found.value)}"] if corrected else []
    beside += [f"the hub marks {percent(flagged.value)}"] if flagged else []
    more = f" Uncorrected, {', '.join(beside)}." if corrected else ""
    more = more or (f" The hub marks {percent(flagged.value)}." if flagged else "")
    words = "corrected for the signal's error" if corrected else "as the signal finds"
    return share(
        row,
        "people",
        "Models that depict a real person, marked or not",
        f"{{value}} of models depict a real person, {words}.{more}",
        "models found by the signal" if corrected else "models",
        "real_person_share",
        each("model"),
    )


def targets(results: Results) -> Headline | None:
    """Return the share of women among the depicted."""
    measure = results.get("target_gender")
    shown = shown_targets(measure) if measure else {}
    if not shown:
        return None
    row = shown.get("signal", next(iter(shown.values())))[0]
    said = share(
        row,
        "targets",
        "Women among the real people that models depict",
        f"{{value}} of the models {BASES[row['basis']]}, depict women. {_undecided(row)}",
        "models of decided gender",
        "target_gender",
        each("model"),
    )
    behind = f"{count(row.n)} of {count(row.total)} models of decided gender; "
    return said and replace(said, denominator=f"{behind}{count_or_few(row.unknown)} unknown")


def _undecided(row: Row) -> str:
    if few(row.unknown):
        return f"Fewer than {SMALLEST} are undecided."
    return (
        f"Whatever the undecided are, the share lies between {bounds_text(row, between=' and ')}."
    )


def pairing(results: Results) -> Headline | None:
    """Return the risk ratio of being sexualised, women to men."""
    found = pairing_rows(results)
    if found is None:
        return None
    women, men = found
    ratio, interval = ratio_text(women)
    return Headline(
        id="pairing",
        label="Sexualised models, real women against real men",
        value=f"{ratio} times",
        interval=(interval,),
        draws=CREATORS,
        sentence=f"A model of a real woman is sexualised {ratio} times as often as one of a real "
        f"man: {percent(women.value)} ({percent_interval(women)}) against {percent(men.value)} "
        f"({percent_interval(men)}).",
        denominator=f"{count(women.n)} of {count(women.total)} and {count(men.n)} of "
        f"{count(men.total)} models; {count_or_few(women.unknown)} and "
        f"{count_or_few(men.unknown)} unknown",
        beside=comparators("sexualised_pairing"),
    )


def language(results: Results) -> Headline | None:
    """Return the share of prompts with sexualised language."""
    measure = results.get("language_rates")
    row = shown_rates(measure, "asked").get("sexualised") if measure else None
    if row is None:
        return None
    more = row.more
    prompts = Row(
        {}, n=more.get("prompts_with"), total=more.get("prompts"), unknown=row.unknown,
        value=more.get("prompt_share"), low=more.get("prompt_low"), high=more.get("prompt_high"),
    )  # fmt: skip
    return share(
        prompts,
        "language",
        "Prompts with sexualised language",
        f"{{value}} of prompts hold sexualised language, "
        f"{percent(more.get('creator_share'))} of creators used it at least once. Prompts that "
        "name it to avoid it are not counted.",
        "prompts, one for each image",
        "language_rates",
        CREATORS,
    )


def prompts(results: Results) -> Headline | None:
    """Return the share of prompts that name women only."""
    measure = results.get("prompt_gender")
    women = measure.one(level="all", gender="women") if measure else None
    men = measure.one(level="all", gender="men") if measure else None
    if women is None or men is None:
        return None
    return share(
        women,
        "prompt-gender",
        "Images whose prompt asks for women only",
        f"{{value}} of images have a prompt that names women and no men; {percent(men.value)} one "
        "that names men and no women.",
        "images with a prompt",
        "prompt_gender",
        each("image"),
    )
