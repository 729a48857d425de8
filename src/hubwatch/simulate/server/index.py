"""Sorted positions over one day of a simulated world, computed once and shared by all requests."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from hubwatch.simulate.server.parameters import MATURE_MASK, to_microseconds, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.simulate.catalogue import Catalogue, Flags, Ints

Order = Literal["newest", "oldest", "rank"]

#: From this day on, models that the hub flags as real persons leave lists, details and downloads.
REAL_PERSONS_LEAVE: Final = "2025-05-22"
DAY: Final = 86_400_000_000
KEPT_SELECTIONS: Final = 32
ALL_LISTED: Final = 31


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """What a list of models is cut to; an empty tuple or `None` cuts nothing."""

    order: Order
    mask: int
    archived: bool = False
    types: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    tag: str | None = None
    creator: int | None = None
    ids: tuple[int, ...] = ()
    version_ids: tuple[int, ...] = ()
    since: int | None = None


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """What a list of images is cut to; `None` cuts nothing."""

    order: Literal["newest", "oldest", "recent_id", "first_id"]
    mask: int
    image: int | None = None
    model: int | None = None
    version: int | None = None
    creator: int | None = None
    post: int | None = None
    base_models: tuple[str, ...] = ()
    since: int | None = None


class IdLookup:
    """Finds positions by id."""

    def __init__(self, ids: Ints) -> None:
        self._order = np.argsort(ids, kind="stable")
        self._sorted = ids[self._order]

    def position(self, identifier: int) -> int | None:
        """Return the position of an id, `None` when it does not exist."""
        at = int(np.searchsorted(self._sorted, identifier))
        found = at < len(self._sorted) and int(self._sorted[at]) == identifier
        return int(self._order[at]) if found else None


class CatalogueIndex:
    """A catalogue with what is needed to answer list requests fast.

    Args:
        catalogue: the world on one day.
        date: that day (`YYYY-MM-DD`), `None` for the last day there is anything.
    """

    def __init__(self, catalogue: Catalogue, date: str | None) -> None:
        self.catalogue = catalogue
        last = max((int(a.max()) for a in _times(catalogue) if len(a)), default=0)
        day = to_microseconds(date) if date else last
        self.now = (day // DAY + 1) * DAY
        self.day = to_text(day)[:10]
        self.real_persons_listed = self.day < REAL_PERSONS_LEAVE
        self.models = IdLookup(catalogue.model_id)
        self.versions = IdLookup(catalogue.version_id)
        self.images = IdLookup(catalogue.image_id)
        self.version_types = np.array(catalogue.version_base_model, dtype=object)
        self.creator_at = {name.lower(): at for at, name in enumerate(catalogue.creators) if name}
        self._selections: OrderedDict[ModelFilter | ImageFilter, Ints] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def model_orders(self) -> dict[str, Ints]:
        """Positions of all models by order of a list."""
        c = self.catalogue
        oldest = np.lexsort((c.model_id, c.model_last_version_at))
        rank = np.lexsort((c.model_id, c.model_downloads))
        return {"oldest": oldest, "newest": oldest[::-1], "rank": rank[::-1]}

    @cached_property
    def image_orders(self) -> dict[str, Ints]:
        """Positions of listed images by order of a list."""
        c = self.catalogue
        listed = np.flatnonzero(~c.image_hidden & (c.image_level_bit > 0))
        oldest = listed[np.lexsort((c.image_id[listed], c.image_at[listed]))]
        first = listed[np.argsort(c.image_id[listed], kind="stable")]
        return {
            "oldest": oldest,
            "newest": oldest[::-1],
            "first_id": first,
            "recent_id": first[::-1],
        }

    @cached_property
    def tag_models(self) -> dict[str, list[int]]:
        """Positions of the models that carry a tag, by the tag in lower case."""
        found: dict[str, list[int]] = {tag.lower(): [] for tag in self.catalogue.tags}
        for at, tags in enumerate(self.catalogue.model_tags):
            for tag in tags:
                found.setdefault(tag.lower(), []).append(at)
        return found

    @cached_property
    def tags_by_use(self) -> list[str]:
        """Tags with the most used first."""
        return sorted(self.catalogue.tags, key=lambda tag: -len(self.tag_models[tag.lower()]))

    @cached_property
    def model_counts(self) -> Ints:
        """Number of published models of each creator."""
        owners = self.catalogue.model_creator[~self.catalogue.model_gone]
        return np.bincount(owners[owners >= 0], minlength=len(self.catalogue.creators))

    @cached_property
    def short_hashes(self) -> dict[str, str]:
        """Full SHA-256 by its first ten digits, which the hub calls AutoV2."""
        return {digest[:10]: digest for digest in self.catalogue.file_sha256}

    @cached_property
    def base_models(self) -> list[str]:
        """Base models that occur."""
        return sorted(set(self.catalogue.version_base_model))

    def select_models(self, wanted: ModelFilter) -> Ints:
        """Return the positions of the models that a list holds, in its order."""
        return self._remember(wanted, lambda: self._models(wanted))

    def select_images(self, wanted: ImageFilter) -> Ints:
        """Return the positions of the images that a list holds, in its order."""
        return self._remember(wanted, lambda: self._images(wanted))

    def hidden_from_lists(self, mask: int) -> Flags:
        """Tell which models the hub's flags take out of lists at these levels."""
        c = self.catalogue
        hidden: Flags = (c.model_level_mask & mask & ALL_LISTED) == 0
        if mask & MATURE_MASK:
            hidden = hidden | c.model_minor
        return hidden if self.real_persons_listed else hidden | c.model_real_person

    def _remember(self, key: ModelFilter | ImageFilter, make: Callable[[], Ints]) -> Ints:
        with self._lock:
            if key in self._selections:
                self._selections.move_to_end(key)
                return self._selections[key]
        made = make()
        with self._lock:
            self._selections[key] = made
            while len(self._selections) > KEPT_SELECTIONS:
                self._selections.popitem(last=False)
        return made

    def _models(self, wanted: ModelFilter) -> Ints:
        c = self.catalogue
        keep = ~self.hidden_from_lists(wanted.mask)
        if not wanted.archived:
            keep &= ~c.model_archived
        if wanted.types:
            keep &= np.isin(np.array(c.model_type, dtype=object), wanted.types)
        if wanted.tag is not None:
            keep &= _members(self.tag_models[wanted.tag], len(keep))
        if wanted.creator is not None:
            keep &= c.model_creator == wanted.creator
        if wanted.ids:
            keep &= np.isin(c.model_id, wanted.ids)
        if wanted.version_ids:
            owners = c.version_model[np.isin(c.version_id, wanted.version_ids)]
            keep &= _members(owners, len(keep))
        if wanted.base_models:
            owners = c.version_model[np.isin(self.version_types, wanted.base_models)]
            keep &= _members(owners, len(keep))
        if wanted.since is not None:
            keep &= c.model_last_version_at >= wanted.since
        order = self.model_orders[wanted.order]
        return order[keep[order]]

    def _images(self, wanted: ImageFilter) -> Ints:
        c = self.catalogue
        keep = (c.image_level_bit & wanted.mask) > 0
        for value, column in (
            (wanted.image, c.image_id),
            (wanted.version, c.image_version),
            (wanted.creator, c.image_creator),
            (wanted.post, c.image_post_id),
        ):
            if value is not None:
                keep &= column == value
        if wanted.model is not None or wanted.base_models:
            owned = np.ones(len(c.version_id), dtype=np.bool_)
            if wanted.model is not None:
                owned &= c.version_model == wanted.model
            if wanted.base_models:
                owned &= np.isin(self.version_types, wanted.base_models)
            # the extra last element stands for "no version", which the index -1 picks
            keep &= np.append(owned, False)[c.image_version]
        if wanted.since is not None:
            keep &= c.image_at >= wanted.since
        order = self.image_orders[wanted.order]
        return order[keep[order]]


def _times(catalogue: Catalogue) -> tuple[Ints, Ints]:
    return catalogue.image_at, catalogue.model_last_version_at


def _members(positions: Ints | list[int], length: int) -> Flags:
    found = np.zeros(length, dtype=np.bool_)
    found[np.asarray(positions, dtype=np.int64)] = True
    return found
