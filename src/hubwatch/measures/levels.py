"""How mature the content is: shares under every definition, and what is not rated (B1, B4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from hubwatch.engine import INT, TEXT, any_of, col, lit, sum_of, when
from hubwatch.levels import LEVEL_TO_BIT, NSFW_DEFINITIONS, RATED
from hubwatch.measures.by_creator import over_creators, with_intervals
from hubwatch.measures.counts import count, mix, month, with_all
from hubwatch.measures.result import ALL, Share, share_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from hubwatch.engine import Expression, Table, Tables
    from hubwatch.measures.counts import Counts
    from hubwatch.measures.statistics import Estimate

#: Hub tags that say outright that a model is not safe for work; kept minimal on purpose.
NSFW_TAGS: Final = ("adult", "nsfw")

_BITS: Final = {level: LEVEL_TO_BIT[level] for level in RATED}
#: Says of a level, or of level bits, whether it counts; `None` when it cannot be said.
Judge = Callable[[Any], bool | None]
#: Definitions once more with blocked items left out of numerator and denominator.
_UNBLOCKED: Final = {f"{name}_unblocked": name for name in ("wide", "platform")}
_BLOCKED: Final = "blocked"
_KEYS: Final = ("unit", "definition", "month")


def nsfw_share(tables: Tables, *, nsfw_tags: Sequence[str] = NSFW_TAGS) -> pa.Table:
    """Share of NSFW images and models under every definition side by side (B1).

    Question: How much of the hub is not safe for work, under which definition?
    Tables: models, images
    Unit: image, or model; never mixed.
    Denominator: items that the definition can judge. For `wide`, `platform` and `explicit`: rated
        images, and models with at least one rated image. For `tag`: models whose tags are known,
        and images of such models.
    Formula: value = n / total. wide = PG-13 and up; platform = R and up; explicit = X or XXX, so
        blocked items count in the first two; wide_unblocked and platform_unblocked = the same
        with blocked items left out of n and total; tag = the model carries one of the hub's NSFW
        tags.
        A model counts when at least one of its images does: by the hub's own level bits, or by
        its collected images where the hub gives none.
    Keys:
        unit: image or model
        definition: wide, platform, explicit, wide_unblocked, platform_unblocked or tag
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown; a model's month is that of
            its earliest version, an image's that of its own date, else of its version's
    Columns:
        bound_low: share if no item that could not be judged counted
        bound_high: share if every item that could not be judged counted
        creators_low: lower end of the 95 % interval with creators as independent draws, for `all`
        creators_high: its upper end
    Parameters:
        nsfw_tags: hub tags of the definition `tag`, lower case
    Uncertainty: `low` and `high` are Wilson's 95 % interval, which takes items as independent and
        is far too narrow where creators share many alike; `creators_low` and `creators_high`
        (Taylor linearisation) take creators as independent; bounds from the unknowns; the spread
        over the definitions is usually wider than all of them.
    Pitfalls: A collection that does not ask for every level holds PG only. The hub relabelled in
        bulk in February 2024; levels before April 2023 were a boolean. `tag` of an image says
        something of its model, not of the image.
    Source: levels as on the hub; arXiv 2408.15261 (wide), doi:10.1145/3664647.3681052 (tag).
    """
    models = _tagged(graded(tables), nsfw_tags)
    images = _with_models(tables["images"], models)
    images = images.with_columns(grade=col("level").cast(TEXT))
    models = models.with_columns(grade=col("level_mask"))
    units = {
        "image": (images, _judges(_members_of_level)),
        "model": (models, _judges(_members_of_mask)),
    }
    shares: list[Share] = []
    intervals: dict[tuple[str, str, str], Estimate] = {}
    for unit, (items, judges) in units.items():
        grade, tagged = col("grade"), col("tagged")
        counts = count(tables, items, month=month(), grade=grade, tagged=tagged)
        shares += _nsfw(unit, counts, judges)
        answers = _answers(unit, {key[1] for key in counts}, judges)
        intervals |= over_creators(tables, items, answers)
    return with_intervals(share_table(_KEYS, shares), _KEYS, intervals)


def _with_models(images: Table, models: Table) -> Table:
    """Return images with `tagged`, which their model is, and its creator where they have none."""
    images = images.select("hub", "model_id", "creator_key", "level", month=month())
    shown = models.select("hub", "model_id", "tagged", owner=col("creator_key").cast(TEXT))
    own = col("creator_key").cast(TEXT)
    return images.join(shown, on=["hub", "model_id"], how="left").with_columns(
        creator_key=when(~own.is_null()).then(own).otherwise(col("owner"))
    )


def graded(tables: Tables) -> Table:
    """Return models with `level_mask`; where the hub gives none, that of their collected images."""
    models = tables["models"]
    silent = models.filter(col("level_mask").fill_null(0) == 0).select("hub", "model_id")
    shown = tables["images"].join(silent, on=["hub", "model_id"], how="semi")
    level = col("level").cast(TEXT)
    bits = {name: (level == name).cast(INT).max() * bit for name, bit in _BITS.items()}
    masks = shown.group_by("hub", "model_id").agg(**bits)
    masks = masks.select("hub", "model_id", shown=sum_of(*(col(name) for name in _BITS)))
    own = col("level_mask").fill_null(0)
    return models.join(masks, on=["hub", "model_id"], how="left").with_columns(
        level_mask=when(own > 0).then(own).otherwise(col("shown"))
    )


def _tagged(models: Table, nsfw_tags: Sequence[str]) -> Table:
    """Return models with `tagged`: whether one of these tags is on them, null when not known."""
    marks = [col("tags").list.contains(tag) for tag in nsfw_tags]
    return models.with_columns(tagged=any_of(lit(value=False), *marks, ignore_nulls=False))


def _members_of_level(level: str | None) -> frozenset[str]:
    return frozenset({level} if level in RATED else ())


def _members_of_mask(mask: int | None) -> frozenset[str]:
    """Return the levels that bits stand for; bits that are not known stand for none."""
    return frozenset(level for level, bit in _BITS.items() if (mask or 0) & bit)


def _judges(levels_of: Callable[[Any], frozenset[str]]) -> dict[str, Judge]:
    """Return definition → whether an item of some grade is NSFW; `None` when not rated.

    Args:
        levels_of: grade to the levels of its images.
    """

    def judge(members: frozenset[str], left_out: frozenset[str]) -> Judge:
        def verdict(grade: Any) -> bool | None:
            counted = levels_of(grade) - left_out
            return bool(counted & members) if counted else None

        return verdict

    whole = {name: judge(members, frozenset()) for name, members in NSFW_DEFINITIONS.items()}
    blocked = frozenset({_BLOCKED})
    return whole | {name: judge(NSFW_DEFINITIONS[of], blocked) for name, of in _UNBLOCKED.items()}


def _nsfw(unit: str, counts: Counts, judges: Mapping[str, Judge]) -> Iterator[Share]:
    """Yield the shares of one unit under all definitions, each month and the whole."""
    verdicts: Counts = Counter()
    for (period, grade, tagged), n in with_all(counts, 0).items():
        verdicts["tag", period, tagged] += n
        for name, judge in judges.items():
            seen = judge(grade)
            # Left out because it is blocked is not the same as not known.
            left_out = seen is None and name in _UNBLOCKED and judges["wide"](grade) is not None
            verdicts[name, period, "left out" if left_out else seen] += n
    for name, period in {key[:2] for key in verdicts}:
        yes, no, unknown = (verdicts[name, period, answer] for answer in (True, False, None))
        yield Share((unit, name, period), yes, yes + no, unknown)


def _answers(
    unit: str, grades: set[Any], judges: Mapping[str, Judge]
) -> dict[tuple[str, str, str], Expression]:
    """Return key → what each definition says of an item, null when it cannot be said."""

    def answer(judge: Judge) -> Expression:
        said = {grade: judge(grade) for grade in grades if grade is not None}
        known = [grade for grade, verdict in said.items() if verdict is not None]
        yes = [grade for grade in known if said[grade]]
        return when(col("grade").is_in(known)).then(col("grade").is_in(yes))

    return {(unit, "tag", ALL): col("tagged")} | {
        (unit, name, ALL): answer(judge) for name, judge in judges.items()
    }


def level_mix(tables: Tables) -> pa.Table:
    """Browsing levels of the rated images of each month (B1, full distribution).

    Question: How mature are the images of each month?
    Tables: images
    Unit: image.
    Denominator: rated images of the month.
    Formula: value = images of the level / rated images.
    Keys:
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown
        level: PG, PG-13, R, X, XXX or blocked
    Columns:
        bound_low: share if no unrated image had this level
        bound_high: share if every unrated image had this level
    Uncertainty: Wilson 95 % interval; bounds from the unrated.
    Pitfalls: Levels are the hub's own, the highest among an image's tags, and move when a tag is
        rated anew. Until 2024 the hub's word X covered X and XXX; it is kept as X.
    Source: levels as on the hub; arXiv 2505.04600.
    """
    counts = _by_level(tables)
    return share_table(("month", "level"), mix(counts, RATED))


def unrated_share(tables: Tables) -> pa.Table:
    """Images and models that the hub has not rated (B4).

    Question: How wrong could the NSFW share be?
    Tables: models, images
    Unit: image, or model without any rated image.
    Denominator: all items of the month.
    Formula: value = unrated items / all items.
    Keys:
        unit: image or model
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown
    Columns:
        bound_low: equal to the value; nothing is unknown about being unrated
        bound_high: equal to the value
    Uncertainty: a count of the collected items, exact for them; the Wilson 95 % interval reads
        them as a sample. What the unrated could do to the NSFW share stands in `nsfw_share`.
    Pitfalls: The hub's public feed leaves unrated images out, so this is a lower bound; the hub's
        own boolean counts unrated as safe.
    Source: measures B4 of the project's catalogue; no published figure is known.
    """
    masks = count(tables, graded(tables), month=month(), mask=col("level_mask"))
    models: Counts = Counter()
    for (period, mask), n in masks.items():
        models[period, "rated" if _members_of_mask(mask) else None] += n
    units = {"image": _by_level(tables), "model": models}
    return share_table(
        ("unit", "month"), (s for unit, counts in units.items() for s in _unrated(unit, counts))
    )


def _by_level(tables: Tables) -> Counts:
    """Return (month, level) to images; the level is null when not rated."""
    rated = when(col("level").is_in(RATED)).then(col("level").cast(TEXT))
    return count(tables, tables["images"], once="levels.images", month=month(), level=rated)


def _unrated(unit: str, counts: Counts) -> Iterator[Share]:
    summed = with_all(with_all(counts, 0), 1)
    for period in {key[0] for key in summed}:
        yield Share((unit, period), summed[period, None], summed[period, ALL], 0)
