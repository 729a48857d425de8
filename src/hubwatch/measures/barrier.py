"""How little is needed to make an adapter, as headers say it (A4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hubwatch.engine import INT, col
from hubwatch.measures.creators import creator_numbers
from hubwatch.measures.headers import is_read, of_models, of_signals
from hubwatch.measures.result import ALL, SMALL_CELL, row_table
from hubwatch.measures.statistics import quantile, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from hubwatch.engine import Tables
    from hubwatch.measures.result import Cell
    from hubwatch.measures.statistics import Estimate, Integers, Reals

#: Columns of `adapters` that say what was needed.
QUANTITIES: Final = ("training_images", "repeats", "epochs", "steps", "rank", "resolution")
IMAGES: Final = "training_images"
MEDIAN: Final = "median"
#: Statistic to the part of the files that need no more.
_QUANTILES: Final = {"decile1": 0.1, "quartile1": 0.25, MEDIAN: 0.5, "quartile3": 0.75,
                     "decile9": 0.9}  # fmt: skip
#: Statistic of the share of files that were trained on few images.
FEW: Final = "share of few"
#: Group of models to what the signal says of them; None: whatever it says.
SUBJECTS: Final = {ALL: None, "real person": 1, "other": 0}


def barrier_to_entry_profile(tables: Tables, *, few_images: int = 20) -> pa.Table:
    """What making an adapter takes: images, steps, epochs, rank (A4).

    Question: How little is needed to make an adapter, and one of a real person?
    Tables: adapters, models, model_signals
    Unit: adapter file whose header was read.
    Denominator: files of the subject whose header says the quantity; `unknown` are those of the
        subject whose header does not.
    Formula: median, quartiles and deciles of the quantity over files (linear between ranks); share
        of few = files that were trained on at most `few_images` images / files that say how many.
        `n` is the number of such files for the share, and that of the denominator elsewhere.
    Keys:
        subject: all; real person or other, as the signal `real_person` says of the model
        quantity: training_images (without repeats where known), repeats (of the largest folder),
            epochs, steps, rank (of the network), resolution (longer edge, pixels)
        statistic: decile1, quartile1, median, quartile3, decile9; share of few for images only
    Columns:
        creators: creators of these files; an unknown creator counts as one of their own
        few_images: what counts as few, for the share only
        suppressed: true when 1 to 9 files or creators stand behind the value and it is left out
    Parameters:
        few_images: at most so many images are few
    Uncertainty: 95 % intervals with creators as independent draws: Woodruff's order statistics
        with the design effect of creators for quantiles, Taylor linearisation for the share. Both
        are closed forms, not a bootstrap, and too narrow with few creators.
    Pitfalls: Who strips metadata says nothing, and stripping is no accident (`metadata_stripping`).
        Some trainers count images with their repeats. Steps depend on the batch size. What was
        needed includes failed attempts, which nobody shares.
    Source: arXiv 2505.03859 (as few as 20 images, 15 minutes); Woodruff 1952,
        doi:10.1080/01621459.1952.10483443.
    """
    files = _files(tables)
    rows = [
        {"subject": name, **row}
        for name, answer in SUBJECTS.items()
        for row in _profile(files.of(answer), few_images)
    ]
    return row_table(
        ("subject", "quantity", "statistic"), rows, ("creators", "few_images", "suppressed")
    )


@dataclass(frozen=True, slots=True)
class _Files:
    """Files as columns; `answer`: 1 real person, 0 other, -1 not known; unknown amounts NaN."""

    amounts: dict[str, Reals]
    answer: Integers
    creator: Integers

    def of(self, answer: int | None) -> _Files:
        """Return the files of models with an answer; all of them for None."""
        if answer is None:
            return self
        mask = self.answer == answer
        amounts = {name: values[mask] for name, values in self.amounts.items()}
        return _Files(amounts, self.answer[mask], self.creator[mask])


def _files(tables: Tables) -> _Files:
    read = of_signals(tables, of_models(tables, tables["adapters"].filter(is_read())))
    answer = col("real_person").cast(INT).fill_null(-1)
    found = tables.collect(read.select("hub", "file_id", "creator_key", *QUANTITIES, answer=answer))
    return _Files(
        {name: _reals(found, name) for name in QUANTITIES},
        found["answer"].to_numpy(),
        creator_numbers(found["hub"], found["creator_key"], found["file_id"]),
    )


def _profile(files: _Files, few_images: int) -> Iterator[dict[str, Cell]]:
    """Yield the rows of one subject."""
    if not len(files.answer):
        return
    for name, amounts in files.amounts.items():
        known = ~np.isnan(amounts)
        values, creator = amounts[known], files.creator[known]
        common: dict[str, Cell] = {
            "quantity": name, "total": len(values), "unknown": int((~known).sum()),
            "creators": len(np.unique(creator)),
        }  # fmt: skip
        small = len(values) > 0 and min(len(values), len(np.unique(creator))) < SMALL_CELL
        for statistic, part in _QUANTILES.items():
            told = _told(quantile(values, creator, part), hide=small)
            yield {**common, "statistic": statistic, "n": len(values), **told}
        if name == IMAGES:
            few = (values <= few_images).astype(np.float64)
            told = _told(ratio(few, np.ones_like(few), creator), hide=small)
            n = None if small else int(few.sum())
            yield {**common, "statistic": FEW, "n": n, "few_images": few_images, **told}


def _told(estimate: Estimate, *, hide: bool) -> dict[str, Cell]:
    """Return the value columns of an estimate, empty when it is to be left out."""
    if hide:
        return {"suppressed": True}
    return {
        "value": estimate.value, "low": estimate.low, "high": estimate.high, "suppressed": False,
    }  # fmt: skip


def _reals(table: pa.Table, name: str) -> Reals:
    """Return a column of amounts; null is NaN."""
    values: Reals = table[name].to_numpy(zero_copy_only=False).astype(np.float64)
    return values
