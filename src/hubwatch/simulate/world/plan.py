"""How the images are laid out: chunks in order of time, each made on its own from its own stream.

A chunk covers a part of one month. Its first rows are the showcases of the versions published in
that part, the others are what users posted, hidden ones included. A row's place over all chunks is
its slot; ids follow from slots, so that a model's document can name its pictures without making
the chunk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.clock import END, MONTH_START
from hubwatch.simulate.world.streams import Noise, noise_at, shares_exact

if TYPE_CHECKING:
    from hubwatch.simulate.world.models import Ints
    from hubwatch.simulate.world.versions import Versions

CHUNK: Final = 4096
#: Images that lists never show, on top of the listed ones.
HIDDEN_SHARE: Final = 0.04
_FIRST_IMAGE_ID: Final = 20_001


@dataclass(slots=True)
class Plan:
    """The chunks. `start`, `end`: times; `first_version`, `versions`: whose showcases it holds;
    `showcase`, `listed`, `hidden`: rows of showcases, of listed and of hidden posts; `first_slot`.
    `version_slot` is the slot of each version's first showcase picture.
    """

    month: Ints
    start: Ints
    end: Ints
    first_version: Ints
    versions: Ints
    showcase: Ints
    listed: Ints
    hidden: Ints
    first_slot: Ints
    version_slot: Ints

    def __len__(self) -> int:
        return len(self.month)

    def rows(self) -> Ints:
        """Return the number of rows of each chunk."""
        return np.asarray(self.showcase + self.listed + self.hidden)


def image_ids(slots: Ints, noise: Noise) -> Ints:
    """Return the ids of slots: rising, with gaps."""
    return np.asarray(_FIRST_IMAGE_ID + slots * 3 + (noise % np.uint64(3)).astype(np.int64))


def image_noise(slots: Ints, seed: int) -> Noise:
    """Return the noise that an image's address, size and hash come from."""
    return noise_at(seed, "images", slots)


def image_times(at: Ints, slots: Ints) -> Ints:
    """Return the sort time of each image: up to ten minutes after its post's."""
    return np.asarray(np.minimum(at + slots * 1_000_003 % 600_000_000, END - 1))


def _parts(versions: Versions, *, images: int, months: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return month, start, end and number of listed posts of every chunk."""
    first = len(cal.MONTHS) - months
    posted = images - int(versions.showcase.sum())
    growth = np.asarray(cal.IMAGE_GROWTH, dtype=np.float64)[first:]
    by_month = shares_exact(growth, posted)
    shown = np.searchsorted(versions.at, MONTH_START)
    edges: list[Ints] = []
    month: list[int] = []
    listed: list[Ints] = []
    for number, count in enumerate(by_month.tolist()):
        m = first + number
        total = count + int(versions.showcase[shown[m] : shown[m + 1]].sum())
        parts = max(1, -(-total // CHUNK))
        edges.append(np.linspace(MONTH_START[m], MONTH_START[m + 1], parts + 1).astype(np.int64))
        listed.append(shares_exact(np.ones(parts), count))
        month += [m] * parts
    start = np.concatenate([e[:-1] for e in edges])
    end = np.concatenate([e[1:] for e in edges])
    return np.asarray(month), start, end, np.concatenate(listed)


def build_plan(versions: Versions, *, images: int, months: int) -> Plan:
    """Lay out `images` listed images and the hidden ones."""
    month, start, end, posts = _parts(versions, images=images, months=months)
    first_version = np.searchsorted(versions.at, start)
    last_version = np.searchsorted(versions.at, end)
    running = np.concatenate([[0], np.cumsum(versions.showcase)])
    showcase = running[last_version] - running[first_version]
    hidden = shares_exact((posts + showcase).astype(np.float64), round(images * HIDDEN_SHARE))
    hidden[posts + showcase == 0] = 0
    rows = showcase + posts + hidden
    first_slot = np.cumsum(rows) - rows
    chunk_of = np.searchsorted(end, versions.at, side="right")
    version_slot = first_slot[chunk_of] + running[:-1] - running[first_version[chunk_of]]
    return Plan(
        month=month,
        start=start,
        end=end,
        first_version=first_version,
        versions=last_version - first_version,
        showcase=showcase,
        listed=posts,
        hidden=hidden,
        first_slot=first_slot,
        version_slot=version_slot,
    )
