"""One headline number of a report: its words, its interval and what that takes as independent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.report.numbers import count, percent, percent_interval
from hubwatch.report.published import Comparator, comparators

if TYPE_CHECKING:
    from hubwatch.report.results import Row


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline number.

    Args:
        id: anchor in the page.
        label: what it is, a few words.
        value: the number in words.
        interval: its 95 % intervals in words, one for each number.
        draws: what the interval takes as independent draws.
        sentence: the number in a sentence.
        denominator: what it was counted over, and what was left out.
        mark: (low, value, high) in 0..1 for the small scale; `None` where it is no share.
        beside: published figures on the same question.
    """

    id: str
    label: str
    value: str
    interval: tuple[str, ...]
    draws: str
    sentence: str
    denominator: str
    mark: tuple[float, float, float] | None = None
    beside: tuple[Comparator, ...] = ()


#: What intervals of measures over creators take as independent.
CREATORS: Final = "with creators as independent draws"


def each(unit: str) -> str:
    """Return what Wilson's interval of a share of such items takes as independent."""
    return f"with each {unit} as an independent draw, so too narrow"


def share(
    row: Row, anchor: str, label: str, sentence: str, things: str, beside: str = "", draws: str = ""
) -> Headline | None:
    """Return a headline of a share; `None` when the row has no value or interval."""
    low, high = row.interval
    if row.value is None or low is None or high is None:
        return None
    text = percent(row.value, low, high)
    return Headline(
        id=anchor,
        label=label,
        value=text,
        interval=(percent_interval(row),),
        draws=CREATORS if row.creators_low is not None else draws,
        sentence=sentence.format(value=text),
        denominator=f"{count(row.n)} of {count(row.total)} {things}; {count(row.unknown)} unknown",
        mark=(low, row.value, high),
        beside=comparators(beside) if beside else (),
    )
