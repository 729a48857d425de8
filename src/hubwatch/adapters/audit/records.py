"""What an audit of a tag set found, in codes and counts."""

from __future__ import annotations

from typing import Literal

import msgspec

from hubwatch.adapters.intervals import (  # noqa: TC001 - msgspec resolves them to decode
    Difference,
    Share,
)

#: Units of the two kinds of source: what is counted as women's, men's, sexualised.
UNITS = {"list": "label", "captions": "distinct caption"}


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What was read.

    Args:
        kind: `list` (a tagger's labels) or `captions` (a folder of them).
        form: `csv`, `txt`, `json` or `folder`.
        labels: distinct labels.
        units: what shares are of: labels of a list, distinct captions of a folder.
        naming: labels whose category says that they name somebody or some work: left out.
        repeated: labels, or captions, that were there before.
        sha256: digest of the list; None for a folder.
        not_read: what was not read, by reason.
    """

    kind: Literal["list", "captions"]
    form: str
    labels: int
    units: int
    naming: int
    repeated: int
    sha256: str | None
    not_read: dict[str, int]


class GenderRow(msgspec.Struct, frozen=True):
    """Units of one gender.

    Args:
        gender: `women`, `men`, `both` or `none`, as `depicted_gender` says of the words.
        share: of all units.
        sexualised: of the units of this gender, those in which `sexualised_language` finds a term.
    """

    gender: str
    share: Share
    sexualised: Share


class CodeRow(msgspec.Struct, frozen=True):
    """Labels with one code.

    Args:
        code: of `sexualised_language`, `objectifying_language` or `violent_or_coercive_language`.
        share: of all labels that are not about minors.
        by_gender: these labels by gender.
    """

    code: str
    share: Share
    by_gender: dict[str, int]


class Asymmetry(msgspec.Struct, frozen=True, kw_only=True):
    """How much more often women's units are sexualised than men's, in -1..1; 0 is even.

    Args:
        women, men: sexualised among units of that gender alone.
        overall: the difference of the two (Newcombe's interval).
        within: the same beside equal neutral concepts (Mantel-Haenszel weights, interval over
            units).
        concepts: concepts that are met with both, which `within` is made of.
        units: units that it is made of.
    """

    women: Share
    men: Share
    overall: Difference
    within: Difference
    concepts: int
    units: int


class ConceptRow(msgspec.Struct, frozen=True, kw_only=True):
    """One neutral concept and its neighbours.

    Args:
        concept: an everyday word or tag; null where it may be a name or cannot be published.
        women, men: sexualised among the units that hold it, by gender.
        difference: of the two.
        told: the interval does not hold 0.
    """

    concept: str | None
    women: Share
    men: Share
    difference: Difference
    told: bool


class Concepts(msgspec.Struct, frozen=True, kw_only=True):
    """Neutral concepts by who has sexualised neighbours.

    A concept is a word of a label (or a tag of a caption) without gender and without any code. It
    is neutral when, in units that depict nobody by gender, it is mostly not sexualised.

    Args:
        found: distinct neutral concepts.
        least: units of each gender that a concept needs to be compared.
        compared: concepts with so many.
        women_only: of these, with sexualised neighbours among women's units only.
        men_only: the same for men.
        told: of `women_only`, those whose interval does not hold 0.
        unmatched: concepts with sexualised neighbours of women that are never met with men.
        rows: of `women_only`, strongest first.
        not_shown: of `women_only`, those that are left out of `rows`.
    """

    found: int
    least: int
    compared: int
    women_only: int
    men_only: int
    told: int
    unmatched: int
    rows: tuple[ConceptRow, ...]
    not_shown: int


class MappingCounts(msgspec.Struct, frozen=True):
    """What the suggested mapping does.

    Args:
        mapped: labels that go to a label of the same set that is neutral, or harmless with the
            same gender.
        dropped: sexualised or objectifying labels without such a label.
        kept_gendered: labels that only say a gender and have no neutral label: left as they are.
    """

    mapped: int
    dropped: int
    kept_gendered: int


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """All that an audit says.

    Args:
        unit: what shares are of.
        minors: labels, or captions, with a cue of a minor: counted here and left out of all else.
        signals: versions of the signals that were asked.
    """

    source: Source
    unit: str
    genders: tuple[GenderRow, ...]
    codes: tuple[CodeRow, ...]
    asymmetry: Asymmetry
    concepts: Concepts
    minors: Share
    mapping: MappingCounts
    signals: dict[str, str]
