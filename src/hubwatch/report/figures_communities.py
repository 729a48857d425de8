"""The map of vocabulary communities: which tags go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwatch.report.community_map import Link, Node, community_map
from hubwatch.report.figure import MOST_CATEGORIES, REST_COLOUR, Figure, Swatch, Table
from hubwatch.report.numbers import (
    NOT_KNOWN,
    count,
    decimal,
    month_name,
    percent,
    percent_interval,
)
from hubwatch.report.results import is_month
from hubwatch.report.suppress import MARKS, SUPPRESSED, few, is_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Measure, Results, Row

#: Communities with a colour of their own; as many lines are drawn as they have.
COLOURED: Final = MOST_CATEGORIES - 1
#: Most communities on the map.
_MOST: Final = 16
_BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True)
class _Community:
    """One community that may be shown.

    Args:
        code: as in the results.
        images: its share of images.
        facts: statistic to its row.
        whole: its row of the whole time in `community_adoption`.
    """

    code: str
    images: Row
    facts: Mapping[str, Row]
    whole: Row | None

    @property
    def number(self) -> str:
        """The code as people write a number."""
        return self.code.lstrip("0") or self.code

    @property
    def name(self) -> str:
        """Its most distinctive tags."""
        return self.images.label or "without a name"

    @property
    def title(self) -> str:
        """Number and name."""
        return f"{self.number} {self.name}"

    @property
    def short(self) -> str:
        """Number and best tag."""
        return f"{self.number} ({self.name.split(_BETWEEN)[0]})"

    def fact(self, statistic: str) -> float | None:
        """Return the value of one statistic."""
        return row.value if (row := self.facts.get(statistic)) else None


def shown_communities(results: Results) -> list[_Community]:
    """Return the communities that may be shown, in the order of their numbers."""
    measure, adoption = results.get("tag_communities"), results.get("community_adoption")
    if measure is None:
        return []
    wholes = {row["community"]: row for row in adoption.where(month="all")} if adoption else {}
    facts: dict[str, dict[str, Row]] = {}
    for row in measure.rows:
        if not row["other"]:
            facts.setdefault(row["community"], {})[row["statistic"]] = row
    found = [
        _Community(code, some["images"], some, wholes.get(code))
        for code, some in facts.items()
        if code != "all" and "images" in some and some["images"].value is not None
    ]
    kept = [one for one in found if not _is_few(one)]
    return sorted(kept, key=lambda one: one.code)


def _is_few(one: _Community) -> bool:
    """Return whether few images or creators are behind a community."""
    rows = [one.images, *([one.whole] if one.whole else [])]
    return any(is_small(row) for row in rows)


def colours_of(found: Sequence[_Community]) -> dict[str, str]:
    """Return code to colour, grey for what is not among the greatest."""
    return {
        one.code: f"var(--c{place + 1})" if place < COLOURED else REST_COLOUR
        for place, one in enumerate(found)
    }


def communities(results: Results) -> Figure | None:
    """Return the map of vocabulary communities."""
    measure = results.get("tag_communities")
    found = shown_communities(results)
    placed = [one for one in found if {"x", "y"} <= set(one.images.more)][:_MOST]
    if measure is None or len(placed) < 2:
        return None
    colours = colours_of(found)
    nodes = [_node(one, colours[one.code]) for one in placed]
    return Figure(
        id="communities",
        title="Vocabulary communities: which tags go together",
        reading=_reading(found),
        alt="Circles joined by lines. A circle is a community of tags, its size the share of "
        "images; the number leads to its name: "
        + "; ".join(f"{one.title}, {percent(one.images.value)}" for one in placed)
        + ".",
        caption=_caption(measure, found, placed),
        spec=community_map(nodes, _links(measure, placed)),
        legend=tuple(
            Swatch(f"{one.title}, {percent(one.images.value)}", colours[one.code], "dot")
            for one in placed
        ),
        table=_table(found, measure),
        files=("tag_communities", "community_adoption"),
    )


def _node(one: _Community, colour: str) -> Node:
    images = one.images
    return Node(
        number=one.number,
        name=one.name.split(_BETWEEN)[0],
        share=images.value or 0.0,
        x=min(max(images.more["x"], -1.0), 1.0),
        y=min(max(images.more["y"], -1.0), 1.0),
        colour=colour,
        label=f"{one.title}: {percent(images.value)} of images ({percent_interval(images)})",
    )


def _links(measure: Measure, placed: Sequence[_Community]) -> list[Link]:
    at = {one.code: one for one in placed}
    return [
        Link(
            (at[row["community"]].number, at[row["other"]].number),
            row.value or 0.0,
            f"{at[row['community']].title} and {at[row['other']].title}: in "
            f"{percent(row.value)} of their prompts together",
        )
        for row in measure.where(statistic="link")
        if row["community"] in at and row["other"] in at and not is_small(row)
    ]


def _reading(found: Sequence[_Community]) -> str:
    first = max(found, key=lambda one: (one.images.value or 0.0, one.code))
    mature = [one for one in found if _mature(one) is not None]
    said = (
        f"{len(found)} communities; the greatest, {first.title}, is in "
        f"{percent(first.images.value)} of images ({percent_interval(first.images)})."
    )
    if len(mature) < 2:
        return said
    most = max(mature, key=lambda one: (_mature(one) or 0.0, one.code))
    return f"{said} Images are mature most often in {most.short}: {percent(_mature(most))}."


def _mature(one: _Community) -> float | None:
    """Return the share of mature images, None where it is not known or of few."""
    row = one.whole
    if row is None or few(row.more.get("rated")) or few(row.more.get("mature")):
        return None
    return row.more.get("mature_share")


def _depicting(one: _Community) -> str:
    """Return the share of models of real people in words, or that it is of few."""
    row = one.whole
    if row is None or row.more.get("depicting_share") is None:
        return NOT_KNOWN
    if few(row.more.get("depicting")) or few(row.more.get("answered")):
        return SUPPRESSED
    return percent(row.more["depicting_share"])


def _caption(measure: Measure, found: Sequence[_Community], placed: Sequence[_Community]) -> str:
    row = found[0].images
    whole = measure.one(community="all", statistic="stability", other="")
    stable = (
        f" Over seeds and resolutions two runs agree with an adjusted Rand index of "
        f"{decimal(whole.value)} (1: always the same communities)."
        if whole is not None and whole.value is not None
        else ""
    )
    more = f" The {len(placed)} greatest are drawn." if len(placed) < len(found) else ""
    return (
        f"n = {count(row.total)} images whose prompt is about a community; {count(row.unknown)} "
        "others left out. A community is a group of prompt tags that stand together more often "
        "than chance; its names are the tags that distinguish it best, sexual words, names and "
        "rare tags never among them. Lines, the strongest only: prompts that mix both; the "
        f"place itself means nothing.{stable}{more} In the table: growth is the share of "
        "images in the later half of the months by that in the earlier; new tags are taken up "
        f"before or after the other communities, where that is more than chance. {MARKS}"
    )


def _table(found: Sequence[_Community], measure: Measure) -> Table:
    born = {row["community"]: row["other"] for row in measure.where(statistic="born")}
    rows = [
        (
            one.title,
            percent(one.images.value),
            percent_interval(one.images),
            count(row.n) if (row := one.facts.get("tags")) else NOT_KNOWN,
            SUPPRESSED if _hides_mature(one) else percent(_mature(one)),
            _depicting(one),
            _growth(one.facts.get("growth")),
            month_name(since) if is_month(since := born.get(one.code, "")) else NOT_KNOWN,
            _ahead(measure.one(community=one.code, statistic="leads", other="all")),
            decimal(one.fact("stability")),
        )
        for one in found
    ]
    head = ("Community", "Images", "95 % interval", "Tags", "Mature", "Real people", "Growth",
            "Since", "New tags", "Stability")  # fmt: skip
    return Table(head, tuple(rows))


def _growth(row: Row | None) -> str:
    """Return how many times its share became, with the interval."""
    if row is None or row.value is None or is_small(row):
        return NOT_KNOWN
    ends = "" if row.low is None or row.high is None else f" ({row.low:.2f}–{row.high:.2f})"
    return f"{row.value:.2f}{ends}"


def _ahead(row: Row | None) -> str:
    """Return whether a community takes up tags before the others, where the interval says so."""
    if row is None or row.low is None or row.high is None:
        return NOT_KNOWN
    return "before" if row.low > 0 else "after" if row.high < 0 else "–"


def _hides_mature(one: _Community) -> bool:
    row = one.whole
    return row is not None and (few(row.more.get("mature")) or few(row.more.get("rated")))
