"""The two passes over all prompts, file by file in several processes, each with bounded memory."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.measures.communities.cooccurrence import PairCounts
from hubwatch.measures.communities.documents import Documents, joined, read_documents
from hubwatch.measures.communities.galleries import about
from hubwatch.signals.parallel import cores, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from hubwatch.measures.communities.partition import Labels
    from hubwatch.measures.communities.prompts_used import Prompts, Vocabulary

#: Groups of files that are not worth a process.
_ALONE: Final = 3


@dataclass(frozen=True, slots=True)
class _Job:
    """Files of `prompt_tags`, and where the prompts lie that are wanted."""

    paths: tuple[Path, ...]
    prompts: Path
    numbers: NDArray[np.int32]
    size: int

    def column(self, name: str) -> NDArray[np.int64]:
        """Return a column of the prompts, shared between processes."""
        found: NDArray[np.int64] = np.load(self.prompts / f"{name}.npy", mmap_mode="r")
        return found

    def documents(self) -> Iterator[Documents]:
        """Yield the prompts of the files."""
        return read_documents(self.paths, self.column("ids"), self.numbers)


@dataclass(frozen=True, slots=True)
class _Counting:
    job: _Job
    every: int


@dataclass(frozen=True, slots=True)
class _Telling:
    job: _Job
    community: Labels
    weight: NDArray[np.float64]
    months: int


@dataclass(frozen=True, slots=True)
class Told:
    """What prompts are about, and how tags are used.

    Args:
        rows: places in `Prompts.ids`.
        community: of each of them, -1 for none.
        uses: tags x communities x months: prompts about a community, first used in a month, that
            hold the tag.
        rated: of each tag, prompts with a rated image.
        mature: of each tag, prompts whose rated images are mostly mature.
    """

    rows: NDArray[np.int64]
    community: NDArray[np.int16]
    uses: NDArray[np.int32]
    rated: NDArray[np.int64]
    mature: NDArray[np.int64]


@contextmanager
def _jobs(
    files: Sequence[Path], prompts: Prompts, vocabulary: Vocabulary, workers: int
) -> Iterator[list[_Job]]:
    """Lay out the prompts for several processes and share the files among jobs."""
    with tempfile.TemporaryDirectory(prefix="hubwatch-") as name:
        folder = Path(name)
        for column in ("ids", "month", "rated", "mature"):
            np.save(folder / f"{column}.npy", getattr(prompts, column))
        parts = np.array_split(np.arange(len(files)), min(2 * workers, max(len(files), 1)))
        yield [
            _Job(tuple(files[i] for i in part), folder, vocabulary.numbers, len(vocabulary.terms))
            for part in parts
        ]


def count_pairs(
    files: Sequence[Path],
    prompts: Prompts,
    vocabulary: Vocabulary,
    *,
    every: int,
    workers: int | None = None,
) -> tuple[PairCounts, Documents]:
    """Count tags and pairs of tags over all prompts.

    Args:
        files: of `prompt_tags`.
        prompts: that are wanted.
        vocabulary: of the tags.
        every: a prompt whose id this divides is kept for the sample.
        workers: processes; none: the processors that this process may use.

    Returns:
        The counts, and the prompts of the sample.
    """
    workers = workers or cores()
    counts, kept = PairCounts(len(vocabulary.terms)), []
    with _jobs(files, prompts, vocabulary, workers) as jobs:
        work = [_Counting(job, every) for job in jobs]
        for found, documents in in_order(_count, work, workers=workers, alone=_ALONE):
            counts.merge(found)
            kept.append(documents)
    return counts, joined(kept)


def _count(work: _Counting) -> tuple[PairCounts, Documents]:
    counts, kept = PairCounts(work.job.size), []
    ids = work.job.column("ids")
    for documents in work.job.documents():
        counts.add(documents)
        kept.append(documents.take(ids[documents.rows] % work.every == 0))
    counts.flush()
    return counts, joined(kept)


def tell_communities(
    files: Sequence[Path],
    prompts: Prompts,
    vocabulary: Vocabulary,
    community: Labels,
    weight: NDArray[np.float64],
    *,
    workers: int | None = None,
) -> Told:
    """Tell what each prompt is about, and count how tags are used.

    Args:
        files: of `prompt_tags`.
        prompts: that are wanted.
        vocabulary: of the tags.
        community: of each tag, -1 for none.
        weight: of each tag.
        workers: processes; none: the processors that this process may use.
    """
    workers = workers or cores()
    with _jobs(files, prompts, vocabulary, workers) as jobs:
        work = [_Telling(job, community, weight, len(prompts.months)) for job in jobs]
        parts = list(in_order(_tell, work, workers=workers, alone=_ALONE))
    return Told(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.community for part in parts]),
        np.sum([part.uses for part in parts], axis=0, dtype=np.int32),
        np.sum([part.rated for part in parts], axis=0),
        np.sum([part.mature for part in parts], axis=0),
    )


def _tell(work: _Telling) -> Told:
    job, months = work.job, work.months
    communities = int(work.community.max(initial=-1)) + 1
    size = job.size * communities * months
    uses = np.zeros(size, np.int32)
    rated, mature = np.zeros(job.size, np.int64), np.zeros(job.size, np.int64)
    rows, told = [np.empty(0, np.int64)], [np.empty(0, np.int16)]
    month, is_rated, is_mature = (job.column(name) for name in ("month", "rated", "mature"))
    for documents in job.documents():
        found = about(documents, work.community, work.weight)
        rows.append(documents.rows)
        told.append(found.astype(np.int16))
        tags, owners = documents.tags.astype(np.int64), documents.owners
        known = found[owners] >= 0
        cell = (tags * communities + found[owners]) * months + month[documents.rows][owners]
        cells, counts = np.unique(cell[known], return_counts=True)
        uses[cells] += counts.astype(np.int32)
        rated += np.bincount(tags[is_rated[documents.rows][owners]], minlength=job.size)
        mature += np.bincount(tags[is_mature[documents.rows][owners]], minlength=job.size)
    return Told(
        np.concatenate(rows),
        np.concatenate(told),
        uses.reshape(job.size, communities, months),
        rated,
        mature,
    )
