"""What others published and what the platform changed, read from `published.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

EVIDENCE: Final = {
    "S": "seen in the source",
    "S2": "seen second-hand",
    "R": "recalled, not checked",
}

#: Mark of figures that stand beside no number.
RECALLED: Final = "R"


class Comparator(msgspec.Struct, frozen=True, kw_only=True):
    """One published figure.

    Args:
        id: stable name.
        beside: what it stands beside: a measure, or measure and unit.
        study: authors and year.
        figure: the figure in words.
        unit: unit of analysis of the study.
        denominator: what it was counted over.
        period: when.
        evidence: a key of `EVIDENCE`.
        source: DOI or arXiv identifier.
        differs: how it differs from ours; empty when it does not.
        series: month `YYYY-MM` to share in 0..1, where months were published.
        share: the figure as a share in 0..1, where it is drawn into a chart.
    """

    id: str
    beside: list[str]
    study: str
    figure: str
    unit: str
    denominator: str
    period: str
    evidence: str
    source: str
    differs: str
    series: dict[str, float] = {}
    share: float | None = None

    @property
    def standing(self) -> str:
        """The evidence mark in words."""
        return EVIDENCE[self.evidence]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One dated change of a platform that breaks a series.

    Args:
        hub: name of the hub.
        date: `YYYY-MM-DD`.
        touches: `levels`, `people`, `listing`.
        what: one clause.
    """

    hub: str
    date: str
    touches: list[str]
    what: str


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in `published.toml`."""

    comparator: list[Comparator]
    change: list[Change]


@cache
def load_published() -> Published:
    """Return the comparators and the dated changes that come with hubwatch."""
    text = files("hubwatch.report").joinpath("published.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Published)


def comparators(beside: str) -> tuple[Comparator, ...]:
    """Return the published figures that stand beside a measure, in file order.

    What is only recalled and was not checked stands beside no number; see `recalled`.
    """
    found = load_published().comparator
    return tuple(c for c in found if beside in c.beside and c.evidence != RECALLED)


def recalled(beside: Iterable[str]) -> tuple[Comparator, ...]:
    """Return the figures on the same measures that were recalled and not checked."""
    wanted = set(beside)
    found = load_published().comparator
    return tuple(c for c in found if c.evidence == RECALLED and wanted & set(c.beside))


def changes(hubs: list[str], touches: str, first: str, last: str) -> tuple[Change, ...]:
    """Return a platform's changes within a window of months.

    Args:
        hubs: names of hubs; with more than one, no series belongs to one platform.
        touches: `levels`, `people` or `listing`.
        first: first month, `YYYY-MM`.
        last: last month, `YYYY-MM`.
    """
    return tuple(
        c
        for c in load_published().change
        if hubs == [c.hub] and touches in c.touches and first <= c.date[:7] <= last
    )
