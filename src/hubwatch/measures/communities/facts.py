"""What both measures of communities are made from, once for one set of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hubwatch.measures.communities.images import Cells, image_cells, model_cells
from hubwatch.measures.communities.labels import Labels, label
from hubwatch.measures.communities.study import Study, study

if TYPE_CHECKING:
    from hubwatch.engine import Tables


@dataclass(frozen=True, slots=True)
class Facts:
    """Communities with their labels, images and models."""

    study: Study
    labels: Labels
    images: Cells
    models: Cells


def facts(tables: Tables, top: int) -> Facts:
    """Return the communities of a lake.

    Args:
        tables: of the lake.
        top: tags that are looked at.
    """
    return tables.once(f"communities.{top}", lambda: _facts(tables, top))


def _facts(tables: Tables, top: int) -> Facts:
    found = study(tables, top=top)
    return Facts(
        found, label(tables, found), image_cells(tables, found), model_cells(tables, found)
    )


def code(community: int) -> str:
    """Return how a community is written in results: `01` is the greatest."""
    return f"{community + 1:02d}"
