"""How unevenly women and men are sexualised, over all units and beside the same concepts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.adapters.audit.reading import is_public
from hubwatch.adapters.audit.records import Asymmetry, ConceptRow, Concepts, GenderRow
from hubwatch.adapters.intervals import difference, matched_difference, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.adapters.audit.units import Unit
    from hubwatch.adapters.intervals import Share

GENDERS: Final = ("women", "men", "both", "none")
#: Units of each gender that a concept needs to be compared: a label list is no sample, captions
#: are, and small cells could point at one picture.
LEAST: Final = {"list": 1, "captions": 5}
#: Units that are not sexualised which a concept needs to be written out.
CLEAN: Final = 3
#: Concepts that are listed.
MOST_ROWS: Final = 500


def gender_rows(units: Sequence[Unit]) -> tuple[GenderRow, ...]:
    """Return units by gender, and how many of each are sexualised."""
    all_of = Counter(unit.gender for unit in units)
    sexual = Counter(unit.gender for unit in units if unit.sexualised)
    return tuple(
        GenderRow(gender, share(all_of[gender], len(units)), share(sexual[gender], all_of[gender]))
        for gender in GENDERS
    )


def asymmetry(units: Sequence[Unit]) -> Asymmetry:
    """Return the asymmetry score of some units.

    Units that depict women alone are set against those that depict men alone; both and none are
    left out. `overall` is the share of sexualised units among women's minus that among men's.
    `within` takes that difference beside each neutral concept that is met with both, and averages
    it, so that concepts which only go with one gender do not count.
    """
    rows = {row.gender: row.sexualised for row in gender_rows(units)}
    neutral = _neutral(units)
    kept = [unit for unit in units if unit.gender in ("women", "men")]
    places: dict[str, int] = {}
    pairs = [
        (at, places.setdefault(concept, len(places)))
        for at, unit in enumerate(kept)
        for concept in unit.concepts
        if concept in neutral
    ]
    women = np.array([unit.gender == "women" for unit in kept], dtype=np.bool_)
    sexual = np.array([unit.sexualised for unit in kept], dtype=np.bool_)
    unit, concept = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    met = [set(concept[women[unit] == one].tolist()) for one in (True, False)]
    both = met[0] & met[1]
    return Asymmetry(
        women=rows["women"],
        men=rows["men"],
        overall=difference(rows["women"], rows["men"]),
        within=matched_difference(women, sexual, unit, concept),
        concepts=len(both),
        units=len({at for at, place in pairs if place in both}),
    )


def concepts(units: Sequence[Unit], kind: str) -> Concepts:
    """Return which neutral concepts have sexualised neighbours for one gender only.

    Args:
        units: labels or captions.
        kind: `list` or `captions`.
    """
    least = LEAST[kind]
    tables = _neutral(units)
    compared = {
        name: cells for name, cells in tables.items() if min(cells["women"], cells["men"]) >= least
    }
    women_only = [
        _row(name, cells)
        for name, cells in compared.items()
        if cells["women sexual"] and not cells["men sexual"]
    ]
    women_only.sort(key=lambda row: (-(row.difference.low or 0.0), -row.women.n, row.concept or ""))
    shown = [row for row in women_only if row.concept is not None][:MOST_ROWS]
    return Concepts(
        found=len(tables),
        least=least,
        compared=len(compared),
        women_only=len(women_only),
        men_only=sum(
            bool(cells["men sexual"]) and not cells["women sexual"] for cells in compared.values()
        ),
        told=sum(row.told for row in women_only),
        unmatched=sum(
            bool(cells["women sexual"]) and not cells["men"] for cells in tables.values()
        ),
        rows=tuple(shown),
        not_shown=len(women_only) - len(shown),
    )


def _neutral(units: Sequence[Unit]) -> dict[str, Counter[str]]:
    """Return of each neutral concept its units and its sexualised units by gender.

    Left out is what is mostly sexualised where no gender is said: it is sexual in itself, whether
    or not a lexicon knows it.
    """
    return {
        concept: cells
        for concept, cells in _tables(units).items()
        if 2 * cells["none sexual"] <= cells["none"]
    }


def _tables(units: Sequence[Unit]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for unit in units:
        for concept in unit.concepts:
            cells = found.setdefault(concept, Counter())
            cells[unit.gender] += 1
            cells[f"{unit.gender} sexual"] += unit.sexualised
    return found


def _row(name: str, cells: Mapping[str, int]) -> ConceptRow:
    women = _share(cells, "women")
    men = _share(cells, "men")
    apart = difference(women, men)
    told = apart.low is not None and apart.low > 0
    return ConceptRow(
        concept=name if is_public(name) and _is_clean(cells) else None,
        women=women,
        men=men,
        difference=apart,
        told=told,
    )


def _is_clean(cells: Mapping[str, int]) -> bool:
    """Say whether a concept keeps enough company that is not sexualised to be called harmless."""
    return sum(cells[who] - cells[f"{who} sexual"] for who in GENDERS) >= CLEAN


def _share(cells: Mapping[str, int], gender: str) -> Share:
    return share(cells[f"{gender} sexual"], cells[gender])
