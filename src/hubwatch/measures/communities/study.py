"""From a lake to communities of tags, once for all measures that are about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hubwatch.measures.communities.counting import count_pairs, tell_communities
from hubwatch.measures.communities.detect import Detected, detect
from hubwatch.measures.communities.galleries import rarity
from hubwatch.measures.communities.npmi import tag_graph
from hubwatch.measures.communities.prompts_used import prompts_used, vocabulary
from hubwatch.measures.communities.sample import draw, every_nth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.engine import Tables
    from hubwatch.measures.communities.galleries import Sample
    from hubwatch.measures.communities.npmi import Graph
    from hubwatch.measures.communities.prompts_used import Prompts, Vocabulary


@dataclass(frozen=True, slots=True)
class Study:
    """Communities of a lake's tags, and what its prompts are about.

    Args:
        vocabulary: the tags.
        prompts: the prompts of images.
        tag_prompts: of each tag, prompts that hold it.
        graph: of tags.
        sample: images whose galleries and creators were looked at.
        detected: communities of tags, numbered by their prompts, greatest first.
        community: of each prompt, -1 for none.
        uses, rated, mature: see `counting.Told`.
    """

    vocabulary: Vocabulary
    prompts: Prompts
    tag_prompts: NDArray[np.int64]
    graph: Graph
    sample: Sample
    detected: Detected
    community: NDArray[np.int16]
    uses: NDArray[np.int32]
    rated: NDArray[np.int64]
    mature: NDArray[np.int64]

    @property
    def weight(self) -> NDArray[np.float64]:
        """How much each tag says of what a prompt is about."""
        return rarity(self.tag_prompts, len(self.prompts.ids))


def study(tables: Tables, *, top: int) -> Study:
    """Return the communities of a lake's most used tags, and what its prompts are about.

    Args:
        tables: of the lake.
        top: tags that are looked at.
    """
    prompts = prompts_used(tables)
    tags = vocabulary(tables, top)
    files = tables.files("prompt_tags")
    every = every_nth(prompts)
    counts, documents = count_pairs(files, prompts, tags, every=every)
    graph = tag_graph(counts)
    sample = draw(tables, prompts, documents, every)
    found = detect(graph, counts, sample)
    weight = rarity(counts.tags, len(prompts.ids))
    told = tell_communities(files, prompts, tags, found.community, weight)
    sizes = np.bincount(told.community[told.community >= 0], minlength=found.count)
    order = np.argsort(-sizes, kind="stable")
    number = np.full(found.count + 1, -1, np.int64)
    number[order] = np.arange(found.count)
    community = np.full(len(prompts.ids), -1, np.int16)
    community[told.rows] = number[told.community]
    return Study(
        vocabulary=tags,
        prompts=prompts,
        tag_prompts=counts.tags,
        graph=graph,
        sample=sample,
        detected=replace(found, community=number[found.community], overlaps=found.overlaps[order]),
        community=community,
        uses=told.uses[:, order],
        rated=told.rated,
        mature=told.mature,
    )
