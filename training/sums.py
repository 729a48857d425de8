"""Ratios with intervals for tables of measured numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

REPLICATES = 1000
#: Up to so many counts the interval is Wilson's: resampling creators says too little there.
FEW = 5

Cell = str | int | float | dict[str, float]
Table = dict[str, Any]


@dataclass
class Sums:
    """Numerators and denominators by name and creator."""

    cells: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    )

    def add(self, name: str, creator: str, count: float, total: float) -> None:
        """Add to one creator's numerator and denominator."""
        cell = self.cells[name][creator]
        cell[0] += count
        cell[1] += total

    def totals(self, name: str) -> tuple[int, int]:
        """Return numerator and denominator over all creators."""
        found = np.array(list(self.cells[name].values()) or [[0.0, 0.0]])
        return int(found[:, 0].sum()), int(found[:, 1].sum())

    def ratio(self, name: str, scale: float = 1.0) -> Cell:
        """Return the ratio with its 95 % interval, creators resampled."""
        found = np.array(list(self.cells[name].values()) or [[0.0, 0.0]])
        if not found[:, 1].sum():
            return ""
        count, total = found.sum(axis=0)
        if count <= FEW:
            return wilson(float(count), float(total), scale)
        rng = np.random.default_rng(7)
        weights = rng.multinomial(len(found), np.full(len(found), 1 / len(found)), REPLICATES)
        sums = weights @ found
        drawn = sums[:, 0] / np.maximum(sums[:, 1], 1e-9)
        low, high = np.quantile(drawn, (0.025, 0.975))
        return _cell(float(count / total), float(low), float(high), scale)


def wilson(count: float, total: float, scale: float) -> Cell:
    """Return a share with Wilson's interval, which a few counts need."""
    square = 1.959964**2
    middle = (count + square / 2) / (total + square)
    spread = (count * (total - count) / total + square / 4) ** 0.5 * square**0.5 / (total + square)
    return _cell(count / total, max(0.0, middle - spread), middle + spread, scale)


def _cell(value: float, low: float, high: float, scale: float) -> Cell:
    return {
        "value": round(scale * value, 6),
        "low": round(scale * low, 6),
        "high": round(scale * high, 6),
    }
