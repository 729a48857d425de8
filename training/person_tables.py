"""The tables of `signals/measured/real_person.json`: aggregates with intervals by creator."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hubwatch.prompts.text import script_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hubwatch.signals.subjects import ModelSubject

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

REPLICATES: Final = 200
FEW: Final = 20
DATA: Final = "10,572 models of one hub, July 2023, the hub's flag as label"


@dataclass(frozen=True, slots=True)
class Judged:
    """One method's scores and answers for all models."""

    score: Floats
    value: Bools


def ranked_precision(truth: Bools, score: Floats, weight: Floats) -> float:
    """Return average precision; ties share the precision at their end."""
    order = np.argsort(-score, kind="stable")
    hits, total = np.cumsum((truth * weight)[order]), np.cumsum(weight[order])
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    hits, total = hits[ends], np.maximum(total[ends], 1e-12)
    return float((np.diff(hits, prepend=0.0) * hits / total).sum() / max(hits[-1], 1e-12))


def found(truth: Bools, value: Bools, weight: Floats) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    both = float(weight[truth & value].sum())
    precision = both / max(float(weight[value].sum()), 1e-12)
    recall = both / max(float(weight[truth].sum()), 1e-12)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def with_interval(
    measure: Callable[[Floats], float], groups: NDArray[Any], weight: Floats
) -> dict[str, float]:
    """Return a number and its 95 % interval; whole groups are drawn again.

    Args:
        measure: the number for given weights of the rows.
        groups: of each row, its creator.
        weight: of each row.
    """
    rng = np.random.default_rng(7)
    _, which = np.unique(groups, return_inverse=True)
    size = int(which.max()) + 1
    drawn = []
    for _ in range(REPLICATES):
        times = np.bincount(rng.integers(0, size, size), minlength=size)
        drawn.append(measure(weight * times[which]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {
        "value": round(measure(weight), 3),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
    }


def scored(
    truth: Bools, judged: Judged, groups: NDArray[Any], weight: Floats | None = None
) -> list[Any]:
    """Return average precision, precision, recall, F1, each with its interval."""
    w = np.ones(len(truth)) if weight is None else weight
    first = with_interval(lambda x: ranked_precision(truth, judged.score, x), groups, w)
    rest = [
        with_interval(lambda x, p=place: found(truth, judged.value, x)[p], groups, w)
        for place in range(3)
    ]
    return [first, *rest]


def table(title: str, columns: list[str], rows: list[list[Any]], **more: str) -> dict[str, Any]:
    """Return one table as `signals/measured.py` reads it."""
    return {
        "title": title,
        "data": more.get("data", DATA),
        "date": datetime.now(UTC).date().isoformat(),
        "unit": more.get("unit", "model"),
        "note": more.get("note", ""),
        "columns": columns,
        "rows": rows,
    }


_SCORES: Final = ["average precision", "precision", "recall", "F1"]


def methods_table(
    title: str, methods: Mapping[str, Judged], flag: Bools, creators: NDArray[Any], note: str
) -> dict[str, Any]:
    """Compare methods on the same models."""
    rows = [[name, len(flag), *scored(flag, one, creators)] for name, one in methods.items()]
    return table(title, ["method", "models", *_SCORES], rows, note=note)


def parts_table(
    title: str, parts: Sequence[str], judged: Judged, flag: Bools, creators: NDArray[Any]
) -> dict[str, Any]:
    """Score each part of the models apart; parts with few flagged models are counted only."""
    names = np.array(parts)
    rows: list[list[Any]] = []
    for name in sorted(set(parts), key=lambda n: -int((names == n).sum())):
        k = names == name
        row: list[Any] = [name, int(k.sum()), int(flag[k].sum())]
        if flag[k].sum() < FEW:
            rows.append([*row, None, None, None, None])
            continue
        part = Judged(judged.score[k], judged.value[k])
        rows.append([*row, *scored(flag[k], part, creators[k])])
    note = f"scores are left out where fewer than {FEW} models are flagged; models at random"
    return table(title, [title.split()[-1], "models", "flagged", *_SCORES], rows, note=note)


def scripts_of(subjects: Sequence[ModelSubject]) -> list[str]:
    """Return the script of each model's name."""
    return [script_of(subject.name) or "none" for subject in subjects]


def errors_table(
    judged: Judged, flag: Bools, kinds: Mapping[str, Bools], corrected: Bools
) -> dict[str, Any]:
    """Count errors against the flag by what their texts are like."""
    wrong, missed = judged.value & ~flag, ~judged.value & flag
    rows: list[list[Any]] = [
        [name, int((wrong & k).sum()), int((wrong & k & corrected).sum()), int((missed & k).sum())]
        for name, k in kinds.items()
    ]
    columns = ["kind", "said, not flagged", "of these tagged as a person", "flagged, not said"]
    return table("errors by kind", columns, rows, note="a model can be of several kinds")


def coded_table(
    path: Path,
    subjects: Sequence[ModelSubject],
    methods: Mapping[str, Judged],
    seven: frozenset[str],
) -> dict[str, Any]:
    """Score against the doubly coded reference, weighted to all models."""
    at = {subject.id: place for place, subject in enumerate(subjects)}
    with path.open(encoding="utf-8") as file:
        coded = [r for r in csv.DictReader(file) if r["label"] in {"R", "F", "N"} and r["id"] in at]
    places = np.array([at[row["id"]] for row in coded])
    weight = np.array([float(row["weight"]) for row in coded])
    real = np.array([row["label"] == "R" for row in coded])
    groups = np.array([subjects[p].creator or subjects[p].id for p in places])
    tagged = np.array([bool({t.lower() for t in subjects[p].tags} & seven) for p in places])
    rows = []
    for name, one in methods.items():
        part = Judged(one.score[places], one.value[places])
        quiet = with_interval(
            lambda x, v=part.value: found(real & ~tagged, v & ~tagged, x)[1], groups, weight
        )
        share = with_interval(lambda x, v=part.value: float(x[v].sum() / x.sum()), groups, weight)
        rows.append([name, len(coded), *scored(real, part, groups, weight), quiet, share])
    truth = with_interval(lambda x: float(x[real].sum() / x.sum()), groups, weight)
    rows.append(["coders", len(coded), None, None, None, None, None, truth])
    columns = ["method", "coded", *_SCORES, "recall without the seven tags", "share of models"]
    return table(
        "doubly coded reference", columns, rows,
        data="494 decided of 513 doubly coded models, weighted; never used to fit or to choose",
    )  # fmt: skip


def error_rates_table(
    path: Path, subjects: Sequence[ModelSubject], values: Mapping[str, Bools]
) -> dict[str, Any]:
    """Say how often the answers err against the doubly coded reference, for correcting shares.

    Args:
        path: the coded reference.
        subjects: the models, in the order of the answers.
        values: answers by whether the hub's flag was `shown` or `hidden`.

    Returns:
        Sensitivity and specificity, weighted to all models; `n_positive` and `n_negative` are
        effective numbers (Kish: square of the sum of the weights over the sum of their squares).
    """
    at = {subject.id: place for place, subject in enumerate(subjects)}
    with path.open(encoding="utf-8") as file:
        coded = [r for r in csv.DictReader(file) if r["label"] in {"R", "F", "N"} and r["id"] in at]
    places = np.array([at[row["id"]] for row in coded])
    weight = np.array([float(row["weight"]) for row in coded])
    real = np.array([row["label"] == "R" for row in coded])
    groups = np.array([subjects[p].creator or subjects[p].id for p in places])
    rows: list[list[Any]] = []
    for flag, value in values.items():
        said = value[places]
        rates = [
            with_interval(
                lambda x, k=kind, v=answer: float(x[k & v].sum() / max(x[k].sum(), 1e-9)),
                groups, weight,
            )
            for kind, answer in ((real, said), (~real, ~said))
        ]  # fmt: skip
        sizes = [float(w.sum() ** 2 / (w**2).sum()) for w in (weight[real], weight[~real])]
        rows.append([flag, *rates, *sizes])
    columns = ["flag", "sensitivity", "specificity", "n_positive", "n_negative"]
    return table(
        "Error rates", columns, rows,
        data="494 decided of 513 doubly coded models, weighted; never used to fit",
        note="creators left out; with the flag shown a flagged model is always said to be one",
    )  # fmt: skip
