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
from hubwatch.report.results import Row, is_month
from hubwatch.report.suppress import MARKS, SUPPRESSED, few, is_small, mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwatch.report.results import Measure, Results

#: Communities with a colour of their own; as many lines are drawn as they have.
COLOURED: Final = MOST_CATEGORIES - 1
#: Most communities on the map.
_MOST: Final = 16
_BETWEEN: Final = " · "
#: A community that runs find again less well than this is a hint.
STABLE: Final = 0.5
_HINT: Final = "\na hint"
#: What captions say of communities that are not stable.
HINTS: Final = (
    f"A community with a stability below {STABLE:.1f} is a hint, not a finding: other runs draw it "
    "otherwise."
)


@dataclass(frozen=True, slots=True)
class Community:
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

    @property
    def is_hint(self) -> bool:
        """Whether runs find it again so badly that it is no finding."""
        stability = self.fact("stability")
        return stability is not None and stability < STABLE

    @property
    def trust(self) -> str:
        """How stable it is, in words."""
        stability = self.fact("stability")
        if stability is None:
            return "stability not known"
        return f"stability {stability:.2f}{', a hint, not a finding' if self.is_hint else ''}"

    @property
    def head(self) -> str:
        """What stands at the head of its column."""
        return f"{self.number}{' (hint)' if self.is_hint else ''}"

    @property
    def growth(self) -> float | None:
        """How many times its share became, where that and its interval may be shown."""
        row = self.facts.get("growth")
        return None if row is None or is_small(row) or None in (row.low, row.high) else row.value

    @property
    def grew(self) -> bool:
        """Whether it grew by more than chance."""
        return self.growth is not None and (self.facts["growth"].low or 0.0) > 1

    @property
    def shrank(self) -> bool:
        """Whether it shrank by more than chance."""
        high = self.facts["growth"].high if self.growth is not None else None
        return high is not None and high < 1

    def whole_of(self, column: str) -> float | None:
        """Return a number of the whole time."""
        return self.whole.more.get(column) if self.whole else None

    def fact(self, statistic: str) -> float | None:
        """Return the value of one statistic."""
        return row.value if (row := self.facts.get(statistic)) else None


def shown_communities(results: Results) -> list[Community]:
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
        Community(code, some["images"], some, wholes.get(code))
        for code, some in facts.items()
        if code != "all" and "images" in some and some["images"].value is not None
    ]
    kept = [one for one in found if not _is_few(one)]
    return sorted(kept, key=lambda one: one.code)


def _is_few(one: Community) -> bool:
    """Return whether few images or creators are behind a community."""
    rows = [one.images, *([one.whole] if one.whole else [])]
    return any(is_small(row) for row in rows)


def colours_of(found: Sequence[Community]) -> dict[str, str]:
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
        + "; ".join(f"{one.title}, {percent(one.images.value)}, {one.trust}" for one in placed)
        + ".",
        caption=_caption(measure, found, placed),
        spec=community_map(nodes, _links(measure, placed)),
        legend=tuple(
            Swatch(_legend(one), colours[one.code], "ring" if one.is_hint else "dot")
            for one in placed
        ),
        table=_table(found, measure),
        files=("tag_communities", "community_adoption"),
    )


def _legend(one: Community) -> str:
    hint = " – a hint" if one.is_hint else ""
    return f"{one.title}, {percent(one.images.value)} ({percent_interval(one.images)}){hint}"


def _node(one: Community, colour: str) -> Node:
    images = one.images
    return Node(
        number=one.number,
        name=one.name.split(_BETWEEN)[0],
        share=images.value or 0.0,
        x=min(max(images.more["x"], -1.0), 1.0),
        y=min(max(images.more["y"], -1.0), 1.0),
        colour=colour,
        label=f"{one.title}: {percent(images.value)} of images ({percent_interval(images)}); "
        f"{one.trust}",
        hint=one.is_hint,
    )


def _links(measure: Measure, placed: Sequence[Community]) -> list[Link]:
    at = {one.code: one for one in placed}
    return [
        Link(
            (at[row["community"]].number, at[row["other"]].number),
            row.value or 0.0,
            f"{at[row['community']].title} and {at[row['other']].title}: in "
            f"{percent(row.value)} ({percent_interval(row)}) of their prompts together, n = "
            f"{count(row.total)}",
        )
        for row in measure.where(statistic="link")
        if row["community"] in at and row["other"] in at and not is_small(row)
    ]


def _reading(found: Sequence[Community]) -> str:
    first = max(found, key=lambda one: (one.images.value or 0.0, one.code))
    hints = sum(one.is_hint for one in found)
    doubt = (
        f", {'all' if hints == len(found) else hints} of them hints, not findings (stability below "
        f"{STABLE:.1f})"
        if hints
        else ""
    )
    said = (
        f"{len(found)} communities{doubt}. The greatest, {first.short}, is in "
        f"{percent(first.images.value)} ({percent_interval(first.images)}) of "
        f"{count(first.images.total)} images; {first.trust}."
    )
    mature = [one for one in found if _mature(one) is not None]
    if len(mature) < 2:
        return said
    mature.sort(key=lambda one: (-(_mature(one) or 0.0), one.code))
    return f"{said} {_most_mature(*mature[:2])}"


def _most_mature(most: Community, next_: Community) -> str:
    """Return where images are mature most often, or that two are not told apart."""
    low, high = most.whole_of("mature_low"), next_.whole_of("mature_high")
    said = f"{most.short}: {_told(most, 'mature', 'rated', 'images')}; {most.trust}"
    if low is not None and high is not None and low > high:
        return f"Images are mature most often in {said}."
    return (
        f"The highest share of mature images is that of {said}; no difference from "
        f"{next_.short} was found."
    )


def _told(one: Community, name: str, whole: str, things: str) -> str:
    """Return a share of the whole time in words, with its interval and n."""
    share, n = _share(one, name), one.whole_of(whole)
    low, high = share.interval
    ends = "" if low is None or high is None else f"{percent_interval(share)} "
    return f"{percent(share.value, low, high)} ({ends}of {count(n)} {things})"


def _share(one: Community, name: str) -> Row:
    value, low, high = (one.whole_of(f"{name}_{end}") for end in ("share", "low", "high"))
    return Row({}, value=value, low=low, high=high)


def _mature(one: Community) -> float | None:
    """Return the share of mature images, None where it is not known or of few."""
    row = one.whole
    if row is None or few(row.more.get("rated")) or few(row.more.get("mature")):
        return None
    return row.more.get("mature_share")


def _cell(one: Community, name: str, whole: str, things: str) -> str:
    """Return a share with its interval and n below it, or that it is of few."""
    row = one.whole
    if row is None or row.more.get(f"{name}_share") is None:
        return NOT_KNOWN
    if few(row.more.get(name)) or few(row.more.get(whole)):
        return f"{SUPPRESSED} {things}"
    share = _share(one, name)
    low, high = share.interval
    ends = NOT_KNOWN if low is None or high is None else percent_interval(share)
    return f"{percent(share.value, low, high)}\n{ends}\nof {count(row.more.get(whole))}"


def _caption(measure: Measure, found: Sequence[Community], placed: Sequence[Community]) -> str:
    row = found[0].images
    whole = measure.one(community="all", statistic="stability", other="")
    ends = "" if whole is None or None in whole.interval else (
        f", {whole.low:.2f}–{whole.high:.2f} in 95 % of pairs"
    )  # fmt: skip
    stable = (
        f" Over seeds and resolutions two runs agree with an adjusted Rand index of "
        f"{decimal(whole.value)}{ends} (1: always the same communities)."
        if whole is not None and whole.value is not None
        else ""
    )
    more = f" The {len(placed)} greatest are drawn." if len(placed) < len(found) else ""
    return (
        f"n = {count(row.total)} images whose prompt is about a community; {count(row.unknown)} "
        "others left out. A community is a group of prompt tags that stand together more often "
        "than chance. It is called by its most distinctive tags, sexual words, names and rare tags "
        f"never among them{_named(found)}. Lines, the strongest only: prompts that mix both; the "
        f"place itself means nothing.{stable} {HINTS} Hints are drawn as rings.{more} In the "
        "table: “holds a name tag” is the share of its prompts with one of these tags; growth is "
        "the share of images in the later half of the months by that in the earlier, “no change” "
        "where its interval includes 1; new tags are taken up before or after the other "
        f"communities, – where that is not told from chance. {MARKS}"
    )


def _named(found: Sequence[Community]) -> str:
    """Return how few of the prompts hold the tags that a community is called by."""
    rows = [row for one in found if (row := one.facts.get("named")) and not is_small(row)]
    if not rows:
        return ", and most of its prompts may hold none of them"
    low, high = (end(row.value or 0.0 for row in rows) for end in (min, max))
    return f"; {percent(low)} to {percent(high)} of a community's prompts hold one of its name tags"


def _table(found: Sequence[Community], measure: Measure) -> Table:
    born = {row["community"]: row["other"] for row in measure.where(statistic="born")}
    rows = [
        (
            one.title,
            _stability(one),
            f"{percent(one.images.value)}\n{percent_interval(one.images)}",
            _held(one.facts.get("named")),
            count(row.n) if (row := one.facts.get("tags")) else NOT_KNOWN,
            _cell(one, "mature", "rated", "images"),
            _cell(one, "depicting", "answered", "models"),
            _growth(one),
            month_name(since) if is_month(since := born.get(one.code, "")) else NOT_KNOWN,
            _ahead(measure.one(community=one.code, statistic="leads", other="all")),
        )
        for one in found
    ]
    head = ("Most distinctive tags", "Stability", "Images", "Holds a name tag", "Tags", "Mature",
            "Models of real people", "Growth", "Since", "New tags")  # fmt: skip
    return Table(head, tuple(rows))


def _held(row: Row | None) -> str:
    if row is None or row.value is None:
        return NOT_KNOWN
    if is_small(row):
        return mark_of(row, "prompts")
    return f"{percent(row.value)}\n{percent_interval(row)}\nof {count(row.total)}"


def _stability(one: Community) -> str:
    row = one.facts.get("stability")
    if row is None or row.value is None:
        return NOT_KNOWN
    ends = "" if row.low is None or row.high is None else f"\n{row.low:.2f}–{row.high:.2f}"
    return f"{row.value:.2f}{ends}{_HINT if one.is_hint else ''}"


def _growth(one: Community) -> str:
    """Return how many times its share became, with the interval."""
    row = one.facts.get("growth")
    if row is None or one.growth is None:
        return NOT_KNOWN
    change = "" if one.grew or one.shrank else "\nno change"
    return f"{row.value:.2f}\n{row.low:.2f}–{row.high:.2f}{change}"


def _ahead(row: Row | None) -> str:
    """Return whether a community takes up tags before the others, where the interval says so."""
    if row is None or row.low is None or row.high is None:
        return NOT_KNOWN
    return "before" if row.low > 0 else "after" if row.high < 0 else "–"
