"""Fit and measure `real_person`.

usage: python -m training.real_person --data MODELS.jsonl.zst [--coded CODED.csv]
           [--simulated DIR] [--baselines]

DIR is what `hubwatch simulate write` wrote. Writes `signals/weights/real_person.npz` and
`signals/measured/real_person.json`: arrays and aggregates, never a name.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow.parquet as pq

from hubwatch.signals.documents import ItemError
from hubwatch.signals.inputs import read_subjects
from hubwatch.signals.person.classifier import Weights, log_odds, probability
from hubwatch.signals.person.features import FEATURES, feature_matrix
from hubwatch.signals.person.rules import apply_rules, has_role_tag
from hubwatch.signals.real_person import SIGNAL, scores
from hubwatch.signals.subjects import ModelSubject
from training import person_baselines as baselines
from training import person_tables as tables
from training.person_fit import Settings, corrected, fit, out_of_fold, platt, without_roles

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNALS = Path(__file__).parents[1] / "src/hubwatch/signals"


@dataclasses.dataclass(frozen=True, slots=True)
class Data:
    """The models to fit on and their labels."""

    subjects: list[ModelSubject]
    rows: NDArray[np.float32]
    flag: NDArray[np.bool_]
    creators: NDArray[Any]


def main() -> None:
    """Fit, measure out of fold, write weights and tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--coded", type=Path)
    parser.add_argument("--simulated", type=Path)
    parser.add_argument("--baselines", action="store_true", help="also the slow ones")
    given = parser.parse_args()
    data = read(given.data)
    odds = {by: out_of_fold(scorer(data), data.creators, by_creator=by) for by in (True, False)}
    slope, shift = platt(odds[True], corrected(data.rows, data.flag))
    found = fit(data.rows, data.flag, data.creators, Settings())
    bare = without_roles(data.rows)
    bare_odds = slope * out_of_fold(scorer(data, bare), data.creators, by_creator=True) + shift
    # With a threshold out of reach only what the rules say remains of the answers.
    shown = judge(data.rows, slope * odds[True] + shift, np.inf)
    quiet = best_threshold(shown, judge(bare, bare_odds, np.inf), data.flag)
    role = has_role_tag(data.rows)
    tagged = best_tagged_threshold(shown, role, quiet, data.flag)
    limits = np.where(role, tagged, quiet)
    weights = dataclasses.replace(
        found, slope=slope, shift=shift, threshold_probability=quiet, threshold_tagged=tagged
    )
    save(weights, SIGNALS / "weights" / "real_person.npz")
    judged = {by: judge(data.rows, slope * o + shift, limits) for by, o in odds.items()}
    made = measure(data, judged, given)
    made += [hidden_table(judge(bare, bare_odds, quiet), data)]
    if given.simulated:
        made.append(simulated_table(given.simulated, weights))
    about = {"signal": SIGNAL.name, "version": SIGNAL.version, "tables": made}
    text = msgspec.json.format(msgspec.json.encode(about), indent=1)
    (SIGNALS / "measured" / "real_person.json").write_bytes(text + b"\n")


def read(path: Path) -> Data:
    """Return all models of a file."""
    read_ones = read_subjects(path, "model")
    subjects = [
        s for s in read_ones if isinstance(s, ModelSubject) and not isinstance(s, ItemError)
    ]
    flag = np.array([s.flagged_real_person is True for s in subjects])
    creators = np.array([s.creator or s.id for s in subjects])
    return Data(subjects, feature_matrix(subjects), flag, creators)


def scorer(data: Data, asked: NDArray[np.float32] | None = None) -> Any:
    """Return a function that fits on some models and scores others, before calibration.

    Args:
        data: what to fit on.
        asked: rows to score; those of the data when not said.
    """
    rows = data.rows if asked is None else asked

    def score(known: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
        some = fit(data.rows[known], data.flag[known], data.creators[known], Settings())
        return log_odds(rows[left], some)

    return score


def best_threshold(shown: tables.Judged, bare: tables.Judged, flag: NDArray[np.bool_]) -> float:
    """Return the threshold with the best mean F1 against the flag, in hundredths, out of fold.

    Args:
        shown: scores of the models as they are.
        bare: scores of the same models without their telling tags, which an uploader may leave out.
        flag: the hub's mark.
    """
    steps, same = np.arange(20, 81) / 100, np.ones(len(flag))
    means = [
        sum(tables.found(flag, (one.score >= step) | one.value, same)[2] for one in (shown, bare))
        for step in steps
    ]
    return float(steps[int(np.argmax(means))])


def best_tagged_threshold(
    shown: tables.Judged, role: NDArray[np.bool_], quiet: float, flag: NDArray[np.bool_]
) -> float:
    """Return the threshold of models with a role tag that gives the best F1, out of fold.

    Args:
        shown: scores of the models as they are.
        role: models with a tag for a person's role.
        quiet: threshold of the other models.
        flag: the hub's mark.
    """
    steps, same = np.arange(20, 81) / 100, np.ones(len(flag))
    scores = [
        tables.found(flag, (shown.score >= np.where(role, step, quiet)) | shown.value, same)[2]
        for step in steps
    ]
    return float(steps[int(np.argmax(scores))])


def judge(
    rows: NDArray[np.float32], odds: NDArray[np.float64], threshold: float | NDArray[np.float64]
) -> tables.Judged:
    """Return scores and answers from calibrated log-odds, rules included."""
    ruled = apply_rules(rows).any(axis=1)
    found = probability(odds)
    found = np.where(ruled, 1 - (1 - found) / 2, found)
    return tables.Judged(found, (found >= threshold) | ruled)


def save(weights: Weights, path: Path) -> None:
    """Write weights as plain arrays."""
    arrays = {name: np.asarray(getattr(weights, name)) for name in weights.__slots__}
    np.savez_compressed(path, **arrays)


def best_answer(score: NDArray[np.float64], flag: NDArray[np.bool_]) -> tables.Judged:
    """Return a score with the answer at its best F1 (the threshold is kind to a baseline)."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(flag[order])
    f1 = 2 * hits / (np.arange(1, len(flag) + 1) + flag.sum())
    return tables.Judged(score, score >= score[order[int(f1.argmax())]])


def compared(
    data: Data, own: tables.Judged, named: dict[str, NDArray[np.bool_]], *, by: bool, slow: bool
) -> dict[str, tables.Judged]:
    """Return this signal and every baseline on the same models and folds."""
    made = {"real_person": own}
    for name, rule in baselines.RULES.items():
        value = np.array([rule(subject) for subject in data.subjects])
        made[name] = tables.Judged(value.astype(float), value)
    listed = out_of_fold(
        baselines.literal_list(data.subjects, data.flag), data.creators, by_creator=by
    )
    made["literal list of the names known before"] = tables.Judged(listed, listed > 0)
    if slow:
        score = out_of_fold(
            baselines.regression(data.subjects, data.flag), data.creators, by_creator=by
        )
        made["regression on text and structure"] = best_answer(score, data.flag)
    for name, value in named.items():
        made[name] = tables.Judged(value.astype(float), value)
    return made


def measure(
    data: Data, judged: dict[bool, tables.Judged], given: argparse.Namespace
) -> list[dict[str, Any]]:
    """Return the tables on the data that was fitted on, all out of fold."""
    flag, creators = data.flag, data.creators
    counts = Counter(creators.tolist())
    alone = np.array([counts[c] == 1 for c in creators.tolist()])
    slow = given.baselines
    named = (baselines.named_person(data.subjects) or {}) if slow else {}
    methods = {by: compared(data, judged[by], named, by=by, slow=slow) for by in (True, False)}
    one = {n: tables.Judged(j.score[alone], j.value[alone]) for n, j in methods[True].items()}
    made = [
        tables.methods_table(
            "creators left out", methods[True], flag, creators,
            "five folds that share no creator",
        ),
        tables.methods_table(
            "models left out", methods[False], flag, creators,
            "five folds of models at random: most creators are known, as on a hub that is watched",
        ),
        tables.methods_table(
            "creators of a single model", one, flag[alone], creators[alone],
            "five folds that share no creator; what to expect of a newcomer",
        ),
        tables.parts_table(
            "by method", [s.method or "none" for s in data.subjects], judged[False], flag, creators
        ),
        tables.parts_table(
            "by script", tables.scripts_of(data.subjects), judged[False], flag, creators
        ),
        tables.errors_table(
            judged[True], flag, kinds(data.rows), corrected(data.rows, flag)
        ),
    ]  # fmt: skip
    if given.coded:
        some = {
            "real_person, creators left out": judged[True],
            "real_person, models left out": judged[False],
            "seven tags": methods[True]["seven tags"],
            "the hub's flag": tables.Judged(flag.astype(float), flag),
        }
        made.append(tables.coded_table(given.coded, data.subjects, some, baselines.SEVEN))
        answers = {"hidden": judged[True].value, "shown": judged[True].value | flag}
        made.append(tables.error_rates_table(given.coded, data.subjects, answers))
    return made


def kinds(rows: NDArray[np.float32]) -> dict[str, NDArray[np.bool_]]:
    """Return what models are like, for counting errors."""
    at = {feature: place for place, feature in enumerate(FEATURES)}

    def has(*features: str) -> NDArray[np.bool_]:
        return np.any([rows[:, at[feature]] > 0 for feature in features], axis=0)

    return {
        "all": np.ones(len(rows), dtype=bool),
        "a person's role in the tags": has("tag.role"),
        "no role in the tags, form of a name": ~has("tag.role")
        & (rows[:, at["name.full_name"]] >= 0.4),
        "no role in the tags, no form of a name": ~has("tag.role")
        & (rows[:, at["name.full_name"]] < 0.4),
        "fiction in the tags": has("tag.fiction", "tag.character"),
        "style, thing or base model in the tags": has("tag.style", "tag.thing", "tag.base"),
        "checkpoint": has("method.Checkpoint"),
        "name in Han, kana, Hangul or Cyrillic": has(
            "name.script.han", "name.script.kana", "name.script.hangul", "name.script.cyrillic"
        ),
        "disguised or coded name": has("name.code", "name.spaced", "name.leet", "name.mixed"),
    }


def hidden_table(judged: tables.Judged, data: Data) -> dict[str, Any]:
    """Say what is still found when uploaders leave the telling tags out."""
    return tables.methods_table(
        "telling tags taken away", {"real_person": judged}, data.flag, data.creators,
        "creators left out; tags that name celebrities, actors and other roles are removed first",
    )  # fmt: skip


def simulated_table(folder: Path, weights: Weights) -> dict[str, Any]:
    """Score on the simulated hub, whose truth is known."""
    truth = {
        str(row["model_id"]): row
        for row in pq.read_table(folder / "truth" / "models.parquet").to_pylist()
    }
    subjects = {
        s.id: s
        for path in sorted(folder.glob("models-*.jsonl.zst"))
        for s in read_subjects(path, "model")
        if isinstance(s, ModelSubject) and s.id in truth
    }
    rows = feature_matrix(list(subjects.values()))
    score, ruled = scores(rows, weights)
    limits = np.where(has_role_tag(rows), weights.threshold_tagged, weights.threshold_probability)
    judged = tables.Judged(score, (score >= limits) | ruled.any(axis=1))
    facts = [truth[name] for name in subjects]
    real = np.array([bool(fact["depicts_person"]) for fact in facts])
    creators = np.array([fact["creator"] for fact in facts])
    made: list[list[Any]] = [["all", len(real), *tables.scored(real, judged, creators)]]
    for way in ("plain", "leet", "initials", "spacing", "homoglyph"):
        k = real & np.array([fact["presentation"] == way for fact in facts])
        recall = tables.with_interval(
            lambda x, k=k: float(x[k & judged.value].sum() / max(x[k].sum(), 1e-9)),
            creators, np.ones(len(real)),
        )  # fmt: skip
        made.append([f"persons, name written {way}", int(k.sum()), None, None, recall, None])
    columns = ["part", "models", "average precision", "precision", "recall", "F1"]
    return tables.table(
        "simulated hub", columns, made, data="a simulated hub with known truth; not fitted on",
        note="the flag is hidden",
    )  # fmt: skip


if __name__ == "__main__":
    main()
