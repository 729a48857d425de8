"""What a community is called: its most distinctive tags, of those that may be shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from hubwatch.adapters.everyday import is_everyday_tag
from hubwatch.adapters.person_strings import is_person_like
from hubwatch.engine import TEXT, col, count_rows
from hubwatch.measures.communities.prompts_used import with_code
from hubwatch.measures.joined import with_owner
from hubwatch.measures.result import SMALL_CELL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hubwatch.engine import Tables
    from hubwatch.measures.communities.study import Study

#: Tags that a community's name is made of, and those that are listed.
NAMED, LISTED = 3, 5
#: Tags of each community that are looked at closely, best first.
_CANDIDATES: Final = 60
#: A tag whose odds of standing with mature images are so many times those of its community's tags
#: is taken for a sexual word that no lexicon knows.
MOST_MATURE: Final = 2.0
#: Prompts of the usual kind that are added to each tag's, so that few say little.
_PRIOR: Final = 10.0
_BETWEEN: Final = " · "
#: Why a tag is in no label, in the order in which it is asked.
REASONS: Final = ("minor", "sexualised", "violent", "mature", "name")


@dataclass(frozen=True, slots=True)
class Label:
    """One tag that tells what a community is about.

    Args:
        tag: it may be shown.
        within: prompts about the community that hold it.
        prompts: prompts about any community that hold it.
        creators: known creators who use it.
    """

    tag: str
    within: int
    prompts: int
    creators: int


@dataclass(frozen=True, slots=True)
class Labels:
    """What communities are called, and what was left out.

    Args:
        listed: of each community, best first.
        withheld: reason to how many of the tags it concerns.
        holding: of each community, prompts about it that hold a tag of its name.
    """

    listed: tuple[tuple[Label, ...], ...]
    withheld: Mapping[str, int]
    holding: tuple[int, ...]

    def name(self, community: int) -> str:
        """Return what a community is called; empty when no tag may be shown."""
        return _BETWEEN.join(label.tag for label in self.listed[community][:NAMED])


def label(tables: Tables, study: Study) -> Labels:
    """Return the labels of the communities.

    Args:
        tables: of the lake.
        study: its communities.
    """
    why = reasons(study)
    kept = np.array([reason == "" for reason in why], dtype=np.bool_)
    uses = study.uses.sum(axis=2, dtype=np.int64)
    candidates = [_best(study, uses, kept, c) for c in range(study.detected.count)]
    asked = np.unique(np.concatenate([np.empty(0, np.int64), *candidates]))
    creators = _creators(tables, study, asked)
    listed = tuple(
        tuple(
            Label(study.vocabulary.terms[t], int(uses[t, c]), int(uses[t].sum()), creators[t])
            for t in found.tolist()
            if creators[t] >= SMALL_CELL
        )[:LISTED]
        for c, found in enumerate(candidates)
    )
    withheld = {reason: sum(w == reason for w in why) for reason in REASONS[1:]}
    rare = sum(count < SMALL_CELL for count in creators.values())
    holding = _holding(tables, study, listed)
    return Labels(listed, {"minor": study.vocabulary.minor, **withheld, "rare": rare}, holding)


def reasons(study: Study) -> tuple[str, ...]:
    """Return of each tag why no label may show it; empty where one may."""
    readings = study.vocabulary.readings
    coded = {
        "sexualised": with_code(readings, "sexualised", "objectifying"),
        "violent": with_code(readings, "violent"),
        "mature": _too_mature(study),
    }
    found = []
    for place, term in enumerate(study.vocabulary.terms):
        reason = next((name for name, tags in coded.items() if tags[place]), "")
        named = not is_everyday_tag(term) or is_person_like(term)
        found.append(reason or ("name" if named else ""))
    return tuple(found)


def _too_mature(study: Study) -> NDArray[np.bool_]:
    """Return which tags stand with mature images far more than the tags of their community do."""
    community = study.detected.community + 1  # 0: in none
    mature, rated = (
        np.bincount(community, weights=counts)[community] for counts in (study.mature, study.rated)
    )
    usual = mature / np.maximum(rated, 1)
    own = (study.mature + _PRIOR * usual) / (study.rated + _PRIOR)
    return np.asarray(own * (1 - usual) > MOST_MATURE * usual * (1 - own))


def _best(
    study: Study, uses: NDArray[np.int64], kept: NDArray[np.bool_], community: int
) -> NDArray[np.int64]:
    """Return the tags of a community that tell most of it, best first.

    Both count: how often its prompts hold the tag, and how much more often than others do. The
    score is the root of its share of the community's uses by the logarithm of the ratio.
    """
    own = np.flatnonzero(kept & (study.detected.community == community))
    here, everywhere = uses[:, community], uses.sum(axis=1)
    part = here[own] / max(here.sum(), 1)
    expected = everywhere[own] / max(everywhere.sum(), 1)
    told = np.sqrt(part) * np.log(np.maximum(part, 1e-300) / np.maximum(expected, 1e-300))
    found: NDArray[np.int64] = own[np.lexsort((own, -told))][:_CANDIDATES]
    return found


def _creators(tables: Tables, study: Study, tags: NDArray[np.int64]) -> dict[int, int]:
    """Return the number of known creators that use each of some tags."""
    terms = study.vocabulary.term_ids[tags]
    held = tables.hold(pa.table({"term_id": terms}))
    tagged = tables["prompt_tags"].select("prompt_id", "term_id")
    tagged = tagged.join(held, on="term_id", how="semi")
    images = with_owner(tables, tables["images"].filter(~col("prompt_id").is_null()))
    images = images.filter(~col("creator_key").is_null())
    users = images.select("prompt_id", "creator_key", hub=col("hub").cast(TEXT))
    found = tables.collect(
        users.join(tagged, on="prompt_id", how="inner")
        .group_by("hub", "creator_key", "term_id")
        .agg(images=count_rows())
    )
    counted = Counter(found["term_id"].to_pylist())
    return {tag: counted[term] for tag, term in zip(tags.tolist(), terms.tolist(), strict=True)}


def _holding(
    tables: Tables, study: Study, listed: tuple[tuple[Label, ...], ...]
) -> tuple[int, ...]:
    """Return how many prompts about each community hold a tag of its name."""
    number = {tag: i for i, tag in enumerate(study.vocabulary.terms)}
    named = [number[one.tag] for labels in listed for one in labels[:NAMED]]
    owner = dict(
        zip(study.vocabulary.term_ids[named].tolist(),
            study.detected.community[named].tolist(), strict=True)
    )  # fmt: skip
    held = tables.hold(pa.table({"term_id": pa.array(list(owner), pa.int64())}))
    tagged = tables["prompt_tags"].select("prompt_id", "term_id")
    found = tables.collect(tagged.join(held, on="term_id", how="semi"))
    prompts = found["prompt_id"].to_numpy()
    ids = study.prompts.ids
    place = np.minimum(np.searchsorted(ids, prompts), max(len(ids) - 1, 0))
    of_tag = np.array([owner[term] for term in found["term_id"].to_pylist()], dtype=np.int64)
    own = (ids[place] == prompts) & (study.community[place] == of_tag)
    some = np.unique(place[own])
    counted = np.bincount(study.community[some], minlength=study.detected.count)
    return tuple(int(count) for count in counted)
