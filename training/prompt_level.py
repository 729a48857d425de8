"""Fit and measure `prompt_level`: weights, and the scores on its reference page.

usage: python -m training.prompt_level MODELS.jsonl.zst [--baselines] [--simulated FOLDER]
       python -m training.prompt_level --describe

`--describe` fits nothing: it writes again what is said beside the weights and under the tables.

FOLDER is what `hubwatch simulate write --models 800 --images 20000 --seed 5` wrote.

Writes `signals/weights/prompt_level.npz` (hashes and small integers) and
`signals/measured/prompt_level.json` (aggregates). Every score is out of fold: three folds that
share no creator ("creators never seen"), or no model ("models never seen").
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from scipy.optimize import minimize

from hubwatch.signals import level_model as model
from hubwatch.signals.level_features import features_of
from hubwatch.simulate.world.mature import SHARE_BY_LEVEL
from training import level_tables
from training.level_data import Matrices, Rows, matrices, read_rows
from training.level_network import Network, cuts_of, fit_linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hubwatch.prompts.batch import TagBatch

SIGNALS = Path(__file__).parents[1] / "src" / "hubwatch" / "signals"
FOLDS = 3
SIDES = ("prompt", "avoided")
#: The words that the simulated hub uses in place of sexual ones begin like this.
INVENTED = "mature term"


def main() -> None:
    """Fit on all rows, measure out of fold, write both files."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("models", type=Path, nargs="?")
    reader.add_argument("--describe", action="store_true", help="write only what is said of both")
    reader.add_argument("--baselines", action="store_true", help="also fit the TF-IDF regression")
    reader.add_argument("--simulated", type=Path, help="measure on a simulated hub too")
    options = reader.parse_args()
    if options.describe:
        describe()
        return
    if options.models is None:
        reader.error("MODELS is missing")
    rows = read_rows(options.models)
    batches = [rows.indexed(avoided=False), rows.indexed(avoided=True)]
    sides = [matrices(rows, batch) for batch in batches]
    say(f"{len(rows.levels)} rows, {[len(side.keys) for side in sides]} features")
    schemes = {"creator": fold_of(rows.creators), "model": fold_of(rows.models)}
    parts = {name: out_of_fold(rows, batches, sides, folds) for name, folds in schemes.items()}
    mix = fit_mix(parts["creator"], rows.levels)
    everything = np.arange(len(rows.levels))
    write_weights(SIGNALS / "weights" / "prompt_level.npz", fit(rows, sides, everything), mix)
    odds = {name: apply_mix(part, mix) for name, part in parts.items()}
    tables = level_tables.tables(rows, schemes, odds, batches, baselines=options.baselines)
    if options.simulated:
        tables.append(level_tables.simulated(options.simulated))
    level_tables.add_notes(tables)
    found = {"signal": "prompt_level", "version": "1", "tables": tables}
    out = SIGNALS / "measured" / "prompt_level.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def fold_of(groups: NDArray[np.int64], seed: int = 7) -> NDArray[np.int64]:
    """Return a fold for each row, the same for all rows of a group."""
    found, inverse = np.unique(groups, return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(found)) % FOLDS)[inverse]


def fit(rows: Rows, sides: list[Matrices], chosen: NDArray[np.int64]) -> dict[str, Any]:
    """Fit both sides to some rows.

    Returns:
        The arrays of a weights file, without `mix`.
    """
    linear = fit_linear(sides, rows.levels, chosen)
    network = Network(sides)
    network.fit(rows.levels, chosen)
    found: dict[str, Any] = {"intercept": network.parts["intercept"].astype(np.float64)}
    for place, (name, side) in enumerate(zip(SIDES, sides, strict=True)):
        table = np.concatenate((network.parts[f"{place}.table"], linear[place]), axis=1)
        values, scales = quantised(table)
        kept = values.any(1)
        present = invented_terms() if name == "prompt" else {}
        found |= {
            f"{name}.keys": side.keys[kept],
            f"{name}.values": values[kept],
            f"{name}.scales": scales,
            f"{name}.present_keys": np.array(list(present), np.uint32),
            f"{name}.present": np.array(list(present.values()), np.float64).reshape(-1, 3),
        }
        for part in ("bias", "gate", "hidden", "hidden_bias", "out", "skip"):
            found[f"{name}.{part}"] = network.parts[f"{place}.{part}"]
    return found


def quantised(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a table as small integers, and what one unit of each column is worth."""
    limits = np.maximum(np.quantile(np.abs(table), 0.9999, axis=0), 1e-9)
    values = np.clip(np.round(table / limits * 127), -127, 127).astype(np.int8)
    return values, (limits / 127).astype(np.float32)


def invented_terms() -> dict[int, list[float]]:
    """Return what one of the simulated hub's mature words adds, from that hub's own table.

    The level mix is the real one; the weight is the log odds ratio of prompts with and without
    such a word that the shares by level imply.
    """
    mix = {"PG": 0.58, "PG-13": 0.23, "R": 0.04, "X": 0.15}
    odds = []
    for cut in range(1, 4):
        above, below = model.STEPS[cut:], model.STEPS[:cut]
        share = [
            sum(mix[level] * SHARE_BY_LEVEL[level] for level in levels)
            / sum(mix[level] for level in levels)
            for levels in (above, below)
        ]
        odds.append(float(np.log(share[0] / (1 - share[0]) * (1 - share[1]) / share[1])))
    keys = [key for kind, text, key in features_of(INVENTED) if kind == "pair" and text == INVENTED]
    return {keys[0]: odds}


def out_of_fold(
    rows: Rows, batches: list[TagBatch], sides: list[Matrices], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return network and linear contributions of both sides, by weights that did not see the row.

    Returns:
        An array [rows, side, network or linear, cut], from the weights as they would ship.
    """
    found = np.zeros((len(rows.levels), 2, 2, 3))
    for fold in range(FOLDS):
        here = np.flatnonzero(folds == fold)
        parts = fit(rows, sides, np.flatnonzero(folds != fold))
        for kind in range(2):
            mix = np.zeros((2, 2, 3), np.float32)
            mix[:, kind] = 1
            weights = model.read_weights(packed(parts, mix, np.zeros(3)))
            for place, side in enumerate((weights.prompt, weights.avoided)):
                side.present.clear()
                found[here, place, kind] = model.contributions_of(side, batches[place])[here]
        auc = level_tables.roc_auc(rows.levels[here] > 1, found[here][..., 1].sum((1, 2)))
        say(f"fold {fold}: ROC AUC of R and up about {auc:.4f}")
    return found


def fit_mix(parts: NDArray[np.float64], levels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the intercept and the weight of each contribution, for each cut [cut, 5]; calibrated.

    Weights below zero are not allowed.
    """
    truth = cuts_of(levels)
    found = []
    for cut in range(3):
        columns = np.concatenate(
            (np.ones((len(levels), 1)), parts[..., cut].reshape(-1, 4)), axis=1
        )

        def loss(weight: NDArray[np.float64], cut: int = cut, x: Any = columns) -> Any:
            odds = x @ weight
            error = 1 / (1 + np.exp(-odds)) - truth[:, cut]
            return (np.logaddexp(0, odds) - truth[:, cut] * odds).mean(), x.T @ error / len(x)

        bounds = [(None, None)] + [(0, None)] * 4
        found.append(minimize(loss, np.array([-1, 0.5, 0.5, 0.5, 0.5]), jac=True, bounds=bounds).x)
    return np.array(found)


def apply_mix(parts: NDArray[np.float64], mix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of the three cuts [rows, 3]."""
    flat = parts.reshape(len(parts), 4, 3)
    return mix[:, 0] + np.einsum("npc,cp->nc", flat, mix[:, 1:])


def packed(
    parts: dict[str, Any], mix: NDArray[np.float32], intercept: NDArray[np.float64]
) -> bytes:
    """Return the bytes of a weights file.

    Args:
        parts: as `fit` returns them.
        mix: [side, network or linear, cut].
        intercept: log-odds of a prompt that says nothing.
    """
    arrays = dict(parts) | {"intercept": intercept.astype(np.float64)}
    for place, name in enumerate(SIDES):
        arrays[f"{name}.mix"] = mix[place].astype(np.float32)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def write_weights(path: Path, parts: dict[str, Any], mix: NDArray[np.float64]) -> None:
    """Write the weights that ship, and a page beside them that says what they are."""
    content = packed(parts, mix[:, 1:].T.reshape(2, 2, 3), mix[:, 0])
    path.write_bytes(content)
    features = {name: len(parts[f"{name}.keys"]) for name in SIDES}
    write_about(path, features, level_tables.DATE)
    say(f"{path.name}: {len(content)} bytes")


def write_about(path: Path, features: dict[str, int], date: str) -> None:
    """Write the page beside the weights."""
    about = {
        "signal": "prompt_level",
        "date": date,
        "data": level_tables.DATA,
        "features": features,
        "form": "32-bit hash of each feature, one signed byte for each number",
        "protection": "the hashes keep words from being read, copied or searched for; they do not "
        "keep them from being guessed: hashing all short character sequences, or a dictionary, "
        "shows which are features",
        "names": "no feature that holds a word which may be part of a person's name; features of "
        "fewer than five creators are left out",
        "written_by": "training/prompt_level.py",
    }
    path.with_suffix(".json").write_bytes(
        msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n"
    )


def describe() -> None:
    """Write the page beside the weights and the notes of the tables again; no number changes."""
    path = SIGNALS / "weights" / "prompt_level.npz"
    told = json.loads(path.with_suffix(".json").read_text())
    write_about(path, told["features"], told["date"])
    out = SIGNALS / "measured" / "prompt_level.json"
    found = json.loads(out.read_text())
    level_tables.add_notes(found["tables"])
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def say(line: str) -> None:
    """Write one line of progress."""
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
