"""Fit and measure `real_person`.

usage: python -m training.real_person --data MODELS.jsonl.zst --coded CODED.csv --simulated DIR
Prints and writes aggregates only.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hubwatch.signals.documents import ItemError
from hubwatch.signals.inputs import read_subjects
from hubwatch.signals.person.classifier import Weights, log_odds
from hubwatch.signals.person.features import FEATURES, feature_matrix
from hubwatch.signals.real_person import scores
from training.person_fit import Settings, fit, out_of_fold, platt

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = Path(__file__).parents[1] / "src/hubwatch/signals/weights/real_person.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    subjects = [s for s in read_subjects(given.data, "model") if not isinstance(s, ItemError)]
    rows = feature_matrix(subjects)
    flag = np.array([s.flagged_real_person is True for s in subjects])
    creators = np.array([s.creator or s.id for s in subjects])
    save(train(rows, flag, creators), WEIGHTS)


def corrected(rows: NDArray[np.float32], flag: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the label that calibration uses: the flag, or a tag that says a real person."""
    at = {feature: place for place, feature in enumerate(FEATURES)}
    said = (rows[:, [at["tag.real"], at["tag.actor"], at["tag.adult"]]] > 0).any(1)
    return flag | (said & (rows[:, at["tag.fiction"]] == 0))


def train(rows: NDArray[np.float32], flag: NDArray[np.bool_], creators: NDArray[Any]) -> Weights:
    """Return calibrated weights with their threshold."""
    import dataclasses

    settings = Settings()

    def score(known: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
        return log_odds(rows[left], fit(rows[known], flag[known], creators[known], settings))

    truth = corrected(rows, flag)
    odds = out_of_fold(score, creators, by_creator=True)
    slope, shift = platt(odds, truth)
    found = fit(rows, flag, creators, settings)
    return dataclasses.replace(found, slope=slope, shift=shift, threshold_probability=0.5)


def save(weights: Weights, path: Path) -> None:
    """Write weights as plain arrays."""
    path.parent.mkdir(exist_ok=True)
    arrays = {name: np.asarray(getattr(weights, name)) for name in weights.__slots__}
    np.savez_compressed(path, **arrays)


if __name__ == "__main__":
    main()
