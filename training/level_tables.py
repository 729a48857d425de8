"""What was measured of `prompt_level`: tables of aggregates with intervals by creator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from hubwatch.levels import BIT_TO_LEVEL, WORD_TO_LEVEL
from hubwatch.prompts.batch import index_prompts
from hubwatch.prompts.text import script_of
from hubwatch.signals import level_model as model
from hubwatch.signals.evaluation.estimates import evaluate_scores
from hubwatch.signals.evaluation.ranking import rank
from hubwatch.signals.sexualised_language import SIGNAL as SEXUALISED

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hubwatch.prompts.batch import TagBatch
    from hubwatch.signals.evaluation.estimates import Estimate, Evaluation
    from training.level_data import Rows

DATE = "2026-11-23"
DATA = "public API answers of one hub, July 2023: 10,572 models, 87,046 showcase prompts"
SPLITS = {"creator": "creators never seen", "model": "models never seen"}
REPLICATES = 200
LEAST_ROWS = 200
MATURE = model.STEPS.index("R")

MIXED = (
    "The five numbers a border that mix network and linear parts and calibrate them were fitted on "
    "the same out-of-fold rows, so that calibration looks slightly better than on new prompts."
)
PRUNED = (
    "Ambiguous entries were taken out of the list of sexualised terms after looking at rates on "
    "these documents: its numbers are not those of new ones."
)
#: What is said under a table besides what it says itself, by title.
NOTES = {
    "R and up against the hub's level, out of fold": PRUNED,
    "Every border between levels, out of fold": MIXED,
    "What a threshold on the score would give, creators never seen": MIXED,
    "Calibration, creators never seen": MIXED,
    "Answer by the hub's level, creators never seen": MIXED,
}

Table = dict[str, Any]
_NET = re.compile(r"<[^<>]*>")
_MARKS = re.compile(r"[()\[\]{}|\\]|:\s*\d*\.?\d+")


def roc_auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Return the area under the ROC curve; equal scores count one half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    true = int(truth.sum())
    above = float(ranks[truth].sum()) - true * (true + 1) / 2
    return above / (true * (len(truth) - true))


def tables(
    rows: Rows,
    schemes: dict[str, NDArray[np.int64]],
    odds: dict[str, NDArray[np.float64]],
    batches: list[TagBatch],
    *,
    baselines: bool,
) -> list[Table]:
    """Return all tables that rest on real prompts.

    Args:
        rows: all rows.
        schemes: fold of each row, by what the folds do not share.
        odds: out-of-fold log-odds of the three cuts, by the same.
        batches: tags of prompts and negative prompts.
        baselines: also fit the TF-IDF regression, which takes minutes.
    """
    scores = {split: 1 / (1 + np.exp(-odds[split])) for split in SPLITS}
    return [
        _methods(rows, schemes, scores, batches[0], baselines=baselines),
        _cuts(rows, scores),
        _scripts(rows, scores["creator"][:, 1], batches[0]),
        *_thresholds(rows, scores["creator"][:, 1]),
        _by_level(rows, scores["creator"]),
    ]


def add_notes(tables: list[Table]) -> None:
    """Put what `NOTES` says under the tables, once."""
    for table in tables:
        note = NOTES.get(table["title"], "")
        if note not in table["note"]:
            table["note"] = f"{table['note']} {note}".strip()


def _table(title: str, columns: list[str], found: list[list[Any]], **more: str) -> Table:
    base = {"title": title, "data": DATA, "date": DATE, "unit": "showcase prompts", "note": ""}
    return base | more | {"columns": columns, "rows": found}


def _cell(found: Estimate) -> dict[str, float | None]:
    parts = (("value", found.value), ("low", found.low), ("high", found.high))
    return {name: None if part is None else round(part, 4) for name, part in parts}


def judged(truth: NDArray[np.bool_], score: NDArray[np.float64], groups: Any) -> Evaluation:
    """Return the statistics of scores against a truth, resampled by group."""
    return evaluate_scores(rank(truth, score, groups=groups), count=REPLICATES)


def _methods(
    rows: Rows,
    schemes: dict[str, NDArray[np.int64]],
    scores: dict[str, NDArray[np.float64]],
    batch: TagBatch,
    *,
    baselines: bool,
) -> Table:
    truth = rows.levels >= MATURE
    listed = term_hits(batch)
    found = []
    for split, name in SPLITS.items():
        methods = {"this signal": scores[split][:, 1], "list of sexualised terms": listed}
        if baselines:
            methods["TF-IDF regression, positive prompt"] = _regression(rows, schemes[split])
        for method, score in methods.items():
            of = judged(truth, score, rows.creators).overall
            found.append(
                [method, name, len(truth), _cell(of["roc_auc"]), _cell(of["average_precision"])]
            )
    return _table(
        "R and up against the hub's level, out of fold",
        ["method", "split", "prompts", "ROC AUC", "average precision"],
        found,
        note=f"Share of R and up {truth.mean():.3f}. Three folds that share no creator, or no "
        "model. A row's score comes from weights of the other folds; the list of features comes "
        "from all rows, without their levels, and the five numbers a border that mix network and "
        "linear parts were fitted on the out-of-fold scores of the first split.",
    )


def term_hits(batch: TagBatch) -> NDArray[np.float64]:
    """Return the hits of the sexualised lexicon in each text, tag by tag."""
    read = SEXUALISED.terms
    assert read is not None  # noqa: S101 -- a lexical signal has a term reader
    hits = np.array([len(read.read(term)) for term in batch.terms.to_pylist()], float)
    return np.bincount(
        np.repeat(np.arange(len(batch.offsets) - 1), np.diff(batch.offsets)),
        weights=hits[batch.term_ids],
        minlength=len(batch.offsets) - 1,
    )


def _regression(rows: Rows, folds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return out-of-fold log-odds of the reference baseline: words 1-2, characters 3-4."""
    texts = [
        " ".join(_MARKS.sub(" ", _NET.sub(" ", text.lower())).split()) for text in rows.prompts
    ]
    words = TfidfVectorizer(
        ngram_range=(1, 2), min_df=4, max_features=250_000, sublinear_tf=True,
        token_pattern=r"[^\s,.;]+",  # noqa: S106 -- a pattern, no password
    )  # fmt: skip
    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 4), min_df=20, max_features=80_000, sublinear_tf=True
    )
    matrix = hstack([words.fit_transform(texts), grams.fit_transform(texts)]).tocsr()
    truth = rows.levels >= MATURE
    found = np.zeros(len(texts))
    for fold in np.unique(folds):
        here = folds == fold
        fitted = LogisticRegression(C=2, solver="saga", max_iter=60, tol=1e-3)
        found[here] = fitted.fit(matrix[~here], truth[~here]).decision_function(matrix[here])
    return found


def _cuts(rows: Rows, scores: dict[str, NDArray[np.float64]]) -> Table:
    found = []
    for cut, step in enumerate(model.STEPS[1:]):
        truth = rows.levels > cut
        for split, name in SPLITS.items():
            of = judged(truth, scores[split][:, cut], rows.creators).overall
            cells = [_cell(of[part]) for part in ("roc_auc", "brier", "calibration_error")]
            found.append([f"{step} and up", name, int(truth.sum()), *cells])
    return _table(
        "Every border between levels, out of fold",
        ["border", "split", "prompts above", "ROC AUC", "Brier score", "calibration error"],
        found,
    )


def _scripts(rows: Rows, score: NDArray[np.float64], batch: TagBatch) -> Table:
    distinct = {text: script_of(text) or "none" for text in batch.terms.to_pylist()}
    named = np.array(["Latin" if script == "Latin" else script for script in distinct.values()])
    letters = np.array([len(text) for text in distinct])
    scripts = []
    for first, last in zip(batch.offsets[:-1], batch.offsets[1:], strict=True):
        ids = batch.term_ids[first:last]
        known = ids[named[ids] != "none"]
        if not len(known):
            scripts.append("none")
            continue
        names, place = np.unique(named[known], return_inverse=True)
        scripts.append(str(names[np.bincount(place, weights=letters[known]).argmax()]))
    held = np.array(scripts)
    found: list[list[Any]] = []
    for script in np.unique(held):
        here = held == script
        truth = rows.levels[here] >= MATURE
        if here.sum() < LEAST_ROWS or truth.all() or not truth.any():
            found.append([str(script), int(here.sum()), int(truth.sum()), "too few"])
            continue
        of = judged(truth, score[here], rows.creators[here]).overall
        found.append([str(script), int(here.sum()), int(truth.sum()), _cell(of["roc_auc"])])
    return _table(
        "By script of the prompt, creators never seen",
        ["script", "prompts", "R and up", "ROC AUC"],
        sorted(found, key=lambda row: -row[1]),
    )


def _thresholds(rows: Rows, score: NDArray[np.float64]) -> list[Table]:
    of = judged(rows.levels >= MATURE, score, rows.creators)
    steps = [
        [at.threshold, _cell(at.share), _cell(at.precision), _cell(at.recall), _cell(at.f1)]
        for at in of.thresholds
    ]
    bins = [
        [round(part.lowest, 4), round(part.highest, 4), part.score, part.share.total,
         _cell(part.share)]
        for part in of.calibration
    ]  # fmt: skip
    return [
        _table(
            "What a threshold on the score would give, creators never seen",
            ["threshold", "share called R and up", "precision", "recall", "F1"],
            steps,
        ),
        _table(
            "Calibration, creators never seen",
            ["lowest score", "highest score", "mean score", "prompts", "share R and up"],
            bins,
        ),
    ]


def _by_level(rows: Rows, scores: NDArray[np.float64]) -> Table:
    above = np.minimum.accumulate(scores, axis=1)
    said = (above >= 0.5).sum(1)
    found: list[list[Any]] = []
    for level, step in enumerate(model.STEPS):
        here = rows.levels == level
        groups = rows.creators[here]
        shares = [_share(said[here] == value, groups) for value in range(4)]
        found.append([step, int(here.sum()), *shares])
    return _table(
        "Answer by the hub's level, creators never seen",
        ["hub's level", "prompts", *(f"answer {step}" for step in model.STEPS)],
        found,
        note="Shares of a row; intervals resample creators.",
    )


def _share(hits: NDArray[np.bool_], groups: NDArray[np.int64]) -> dict[str, float | None]:
    """Return a share with its 95 % interval, creators resampled."""
    _, place = np.unique(groups, return_inverse=True)
    sums = np.stack((np.bincount(place, weights=hits), np.bincount(place)), axis=1)
    draws = np.random.default_rng(7).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), REPLICATES
    ) @ sums  # fmt: skip
    low, high = np.quantile(draws[:, 0] / np.maximum(draws[:, 1], 1), (0.025, 0.975))
    return {name: round(float(value), 4)
            for name, value in (("value", hits.mean()), ("low", low), ("high", high))}  # fmt: skip


def simulated(folder: Path) -> Table:
    """Measure on a simulated hub, whose mature words are invented.

    Args:
        folder: as `hubwatch simulate write` makes it.
    """
    prompts, negatives, truth = [], [], []
    for path in sorted(folder.glob("images-*.jsonl.zst")):
        with pa.input_stream(str(path), compression="zstd") as stream:
            lines = stream.read().splitlines()
        for item in _items(lines):
            meta = item.get("meta") or {}
            meta = meta.get("meta") or meta
            level = _level(item)
            if isinstance(meta.get("prompt"), str) and level in model.STEPS:
                prompts.append(meta["prompt"])
                negatives.append(meta.get("negativePrompt") or "")
                truth.append(model.STEPS.index(level) >= MATURE)
    positive = model.contributions(index_prompts(pa.array(prompts)), avoided=False)
    avoided = model.contributions(index_prompts(pa.array(negatives)), avoided=True)
    score = model.probabilities(positive, avoided)[:, MATURE:].sum(1)
    label = np.array(truth)
    groups = np.unique(prompts, return_inverse=True)[1]
    rows = []
    hits = term_hits(index_prompts(pa.array(prompts)))
    for method, given in (("this signal", score), ("list of sexualised terms", hits)):
        of = judged(label, given, groups).overall
        rows.append([method, len(label), int(label.sum()), _cell(of["roc_auc"])])
    return _table(
        "R and up on a simulated hub with invented words",
        ["method", "prompts", "R and up", "ROC AUC"],
        rows,
        data="simulated hub, 800 models, 20,000 images, seed 5",
        note="The shares of prompts with a mature word by level are the real ones; nothing else "
        "in a simulated prompt tells the level. Intervals by distinct prompt.",
    )


def _items(lines: list[bytes]) -> list[dict[str, Any]]:
    found = []
    for line in lines:
        document = msgspec.json.decode(line)
        found += document.get("items", [document])
    return found


def _level(item: dict[str, Any]) -> str | None:
    """Return the level of an image document, X also for what is above it."""
    value = item.get("browsingLevel", item.get("nsfwLevel"))
    level = BIT_TO_LEVEL.get(value) if isinstance(value, int) else WORD_TO_LEVEL.get(value or "")
    return "X" if level in ("XXX", "blocked") else level
