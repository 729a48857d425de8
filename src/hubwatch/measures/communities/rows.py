"""The rows of `tag_communities` that are about one community."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubwatch.measures.communities.facts import code
from hubwatch.measures.communities.lead_lag import leads
from hubwatch.measures.communities.prompts_used import with_code
from hubwatch.measures.ratios import risk_ratio
from hubwatch.measures.result import ALL, SMALL_CELL
from hubwatch.measures.statistics import Estimate, wilson

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from hubwatch.measures.communities.facts import Facts
    from hubwatch.measures.communities.images import Cells
    from hubwatch.measures.communities.lead_lag import Lead
    from hubwatch.measures.communities.study import Study
    from hubwatch.measures.result import Cell

Row = dict[str, "Cell"]


def row(
    community: str, statistic: str, counts: Sequence[int], estimate: Estimate, **more: Cell
) -> Row:
    """Return one row.

    Args:
        community: its code, or `all`.
        statistic: see `tag_communities`.
        counts: n, total and, where there are any, unknown.
        estimate: value and interval.
        more: `other` and columns of its own.
    """
    n, total, unknown = (*counts, 0)[:3]
    return {
        "community": community, "statistic": statistic, "other": "",
        "n": n, "total": total, "unknown": unknown,
        "value": estimate.value, "low": estimate.low, "high": estimate.high, **more,
    }  # fmt: skip


def counted(n: int, total: int) -> Estimate:
    """Return a share of a whole that is no sample."""
    return Estimate(n / total if total else np.nan, np.nan, np.nan)


def with_wilson(n: int, total: int) -> Estimate:
    """Return a share with Wilson's interval."""
    low, high = wilson(np.array([n]), np.array([total]))
    return Estimate(counted(n, total).value, float(low[0]), float(high[0]))


def share_rows(facts: Facts) -> Iterator[Row]:
    """Yield how large and how mature communities are, and how many models are of people."""
    images, models, study = facts.images, facts.models, facts.study
    any_community = images.community >= 0
    total, unknown = (int(images.items[mask].sum()) for mask in (any_community, ~any_community))
    sexualised = with_code(study.vocabulary.readings, "sexualised", "objectifying")
    for c in range(study.detected.count):
        own = images.community == c
        share = images.share_of(images.items * own, images.items * any_community)
        here, of_models = images.where(own), models.where(models.community == c)
        n = int(here.items.sum())
        yield row(code(c), "images", (n, total, unknown), share, creators=here.creators())
        for name, cells in (("mature", here), ("real_person", of_models)):
            yield _found_row(code(c), name, cells)
        tags = study.detected.community == c
        known = int((tags & sexualised).sum())
        yield row(code(c), "tags", (int(tags.sum()), len(tags)), counted(tags.sum(), len(tags)))
        yield row(code(c), "sexualised", (known, int(tags.sum())), counted(known, tags.sum()))


def _found_row(community: str, statistic: str, cells: Cells) -> Row:
    n, total = int(cells.found.sum()), int(cells.known.sum())
    creators = cells.where(cells.known > 0).creators()
    estimate = cells.share_of(cells.found, cells.known)
    unknown = int(cells.items.sum()) - total
    return row(community, statistic, (n, total, unknown), estimate, creators=creators)


def agreement_rows(study: Study) -> Iterator[Row]:
    """Yield how far runs agree, in all and on each community."""
    found = study.detected
    runs = len(found.agreement)
    pairs = found.agreement[np.triu_indices(runs, 1)]
    yield row(ALL, "stability", (len(pairs), len(pairs)), _spread(pairs))
    for c in range(found.count):
        yield row(code(c), "stability", (runs, runs), _spread(found.overlaps[c]))


def _spread(values: NDArray[np.float64]) -> Estimate:
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan)
    low, high = np.quantile(values, (0.025, 0.975))
    return Estimate(float(values.mean()), float(low), float(high))


def growth_rows(facts: Facts) -> Iterator[Row]:
    """Yield how each community's share grew from the earlier to the later half of the months."""
    images = facts.images.where(facts.images.community >= 0)
    months = [i for i, month in enumerate(images.months) if month]
    dated = images.where(np.isin(images.month, months))
    late = dated.month >= (months[len(months) // 2] if months else 0)
    for c in range(facts.study.detected.count):
        own = dated.community == c
        yield from _born(facts.images.months, dated, own, code(c))
        if len(months) < 2:
            continue
        counts = (int(dated.items[own & late].sum()), int(dated.items[late].sum()))
        groups = [_by_creator(dated, mask, own & mask) for mask in (late, ~late)]
        ratio = risk_ratio(groups[0], groups[1]).estimate
        creators = dated.where(own & late).creators()
        yield row(code(c), "growth", counts, ratio, creators=creators)


def _by_creator(
    cells: Cells, whole: NDArray[np.bool_], part: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sums of part and whole of each creator; images without one are left out."""
    size = int(cells.creator.max(initial=-1)) + 1
    owned = cells.creator >= 0
    parts, wholes = (
        np.bincount(cells.creator[owned], weights=(cells.items * mask)[owned], minlength=size)
        for mask in (part, whole)
    )
    return parts.astype(np.float64), wholes.astype(np.float64)


def _born(months: tuple[str, ...], cells: Cells, own: NDArray[np.bool_], name: str) -> list[Row]:
    """Return the first month with enough creators, if there is one."""
    known = own & (cells.creator >= 0)
    pairs = np.unique(np.stack((cells.month[known], cells.creator[known])), axis=1)
    found, creators = np.unique(pairs[0], return_counts=True)
    for month, count in zip(found.tolist(), creators.tolist(), strict=True):
        if count >= SMALL_CELL:
            total = cells.where(cells.month == month).creators()
            estimate = with_wilson(count, total)
            return [
                row(name, "born", (count, total), estimate, other=months[month], creators=count)
            ]
    return []


def lead_rows(study: Study) -> Iterator[Row]:
    """Yield which communities take up tags before others; one row a pair, named by its leader."""
    dated = np.array([bool(month) for month in study.prompts.months], dtype=np.bool_)
    count, months = study.detected.count, len(dated)
    known = study.community >= 0
    cell = study.community[known].astype(np.int64) * months + study.prompts.month[known]
    prompts = np.bincount(cell, minlength=count * months).reshape(count, months)
    found = leads(study.uses[:, :, dated], prompts[:, dated])
    for (first, second), lead in found.items():
        if lead.estimate.value > 0:
            counts = (lead.tags, len(study.vocabulary.terms))
            yield row(code(first), "leads", counts, lead.estimate, other=code(second))
    for c in range(count):
        own = [lead for (first, _), lead in found.items() if first == c]
        if own:
            yield _mean_lead(code(c), own, len(study.vocabulary.terms))


def _mean_lead(community: str, leads_: list[Lead], total: int) -> Row:
    """Return a community's mean lead; pairs as independent, so the interval is a little narrow."""
    values = np.array([lead.estimate.value for lead in leads_])
    reach = np.array([lead.estimate.high - lead.estimate.value for lead in leads_])
    mean, spread = float(values.mean()), float(np.sqrt((reach**2).sum()) / len(reach))
    tags = max(lead.tags for lead in leads_)
    estimate = Estimate(mean, mean - spread, mean + spread)
    return row(community, "leads", (tags, total), estimate, other=ALL)


def label_rows(facts: Facts) -> Iterator[Row]:
    """Yield the tags that tell what communities are about, and how many prompts hold them."""
    about = facts.study.community
    for c, listed in enumerate(facts.labels.listed):
        named = (facts.labels.holding[c], int((about == c).sum()))
        yield row(code(c), "named", named, with_wilson(*named), label=facts.labels.name(c))
        for rank, label in enumerate(listed, start=1):
            estimate = with_wilson(label.within, label.prompts)
            counts = (label.within, label.prompts)
            more: Row = {"other": str(rank), "label": label.tag, "creators": label.creators}
            yield row(code(c), "label", counts, estimate, **more)


def withheld_rows(facts: Facts) -> Iterator[Row]:
    """Yield how many tags no label may show, by reason."""
    minor = facts.study.vocabulary.minor
    total = len(facts.study.vocabulary.terms) + minor
    for reason, n in facts.labels.withheld.items():
        yield row(ALL, "withheld", (n, total), counted(n, total), other=reason)
