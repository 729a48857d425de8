"""Pieces of work done by several processes, results in order, never many waiting."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Job = TypeVar("Job")
Result = TypeVar("Result")


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    work: Callable[[Job], Result], jobs: Iterable[Job], *, workers: int, alone: int = 2
) -> Iterator[Result]:
    """Yield the result of each job, in the order of the jobs.

    Args:
        work: a function of a module, so that another process can find it.
        jobs: taken as they are needed, a few ahead.
        workers: processes; 1 works here.
        alone: jobs that are not worth a process: so many or fewer are done here.
    """
    waiting = iter(jobs)
    first = list(islice(waiting, alone + 1))
    if workers <= 1 or len(first) <= alone:
        yield from map(work, chain(first, waiting))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = chain(first, waiting)
        under_way = [pool.submit(work, job) for job in islice(waiting, 2 * workers)]
        while under_way:
            yield under_way.pop(0).result()
            under_way += [pool.submit(work, job) for job in islice(waiting, 1)]
