"""How much each community makes of each month (F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.measures.communities.facts import code, facts
from hubwatch.measures.result import ALL, row_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from hubwatch.engine import Tables
    from hubwatch.measures.communities.images import Cells
    from hubwatch.measures.result import Cell

_KEYS: Final = ("community", "month")
_EXTRA: Final = (
    "label", "creators", "mature", "rated", "mature_share", "mature_low", "mature_high",
    "depicting", "answered", "depicting_share", "depicting_low", "depicting_high",
)  # fmt: skip


def community_adoption(tables: Tables, *, top: int = 5000) -> pa.Table:
    """Share of images, of mature images and of real-person models by community and month (F1).

    Question: Which vocabulary communities grow, and what is made in them?
    Tables: images, models, versions, model_signals, prompt_tags, tag_terms
    Unit: image with a prompt; for `depicting`, model.
    Denominator: images of the month whose prompt is about any community; `unknown` are images with
        a prompt that is about none, or that holds no tag.
    Formula: value = images whose prompt is about the community / images about any. A prompt is
        about the community whose tags, at least two, weigh most in it; a tag weighs the logarithm
        of one by its share of prompts. Communities as in `tag_communities`.
    Keys:
        community: 01, 02, ... as in `tag_communities`
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown; an image's own, a model's
            that of its earliest version
    Columns:
        label: what the community is called; see `tag_communities`
        creators: known creators of the images in `n`
        mature: images in `n` at R, X, XXX or blocked
        rated: images in `n` that are rated
        mature_share: mature / rated
        mature_low: lower end of its 95 % interval
        mature_high: its upper end
        depicting: models of the community of which the signal real_person says true
        answered: models of the community of which it says true or false
        depicting_share: depicting / answered
        depicting_low: lower end of its 95 % interval
        depicting_high: its upper end
    Parameters:
        top: tags, most used first, that communities are made of
    Uncertainty: 95 % intervals with creators as independent draws (Taylor linearisation). They
        take the communities as given; how stable those are is in `tag_communities`.
    Pitfalls: A prompt is about one community only, so what mixes two is counted for one. Words
        are not people: a creator can use several vocabularies. A model is of the community of most
        of its images, which others may have made. Old months have lost what was removed since.
    Source: measures F1 of the project's catalogue; no published figure is known.
    """
    found = facts(tables, top)
    images, models = found.images, found.models
    count = found.study.detected.count
    rows: list[dict[str, Cell]] = [
        {
            "community": code(community), "month": month, "label": found.labels.name(community),
            **dict(_image_columns(_of(images, month), community)),
            **dict(_model_columns(_of(models, month), community)),
        }
        for month in (ALL, *sorted({*images.months, *models.months}))
        for community in range(count)
    ]  # fmt: skip
    return row_table(_KEYS, rows, _EXTRA)


def _of(cells: Cells, month: str) -> Cells:
    """Return the cells of one month, or all."""
    if month == ALL:
        return cells
    if month not in cells.months:
        return cells.where(cells.month < 0)
    return cells.where(cells.month == cells.months.index(month))


def _image_columns(cells: Cells, community: int) -> Iterator[tuple[str, Cell]]:
    any_community = cells.community >= 0
    own = cells.community == community
    share = cells.share_of(cells.items * own, cells.items * any_community)
    here = cells.where(own)
    mature = here.share_of(here.found, here.known)
    yield "n", int(here.items.sum())
    yield "total", int(cells.items[any_community].sum())
    yield "unknown", int(cells.items[~any_community].sum())
    yield from (("value", share.value), ("low", share.low), ("high", share.high))
    yield "creators", here.creators()
    yield "mature", int(here.found.sum())
    yield "rated", int(here.known.sum())
    for name in ("share", "low", "high"):
        yield f"mature_{name}", getattr(mature, "value" if name == "share" else name)


def _model_columns(cells: Cells, community: int) -> Iterator[tuple[str, Cell]]:
    here = cells.where(cells.community == community)
    share = here.share_of(here.found, here.known)
    yield "depicting", int(here.found.sum())
    yield "answered", int(here.known.sum())
    for name in ("share", "low", "high"):
        yield f"depicting_{name}", getattr(share, "value" if name == "share" else name)
