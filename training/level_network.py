"""Fitting the level model: linear log-odds, and a small network, both as `level_model` reads them.

Every array here stands for one of `signals.level_model.Side`; the forward pass is the same
arithmetic on sparse matrices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags

from hubwatch.signals import level_model as model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.level_data import Matrices

#: Network: vector sizes for prompts and negative prompts, hidden units.
SIZES = (32, 4)
HIDDEN = 32
EPOCHS = 10
BATCH = 4096
RATE = 0.01
DECAY = 8.0
TAG_DROPOUT = 0.3
#: Linear: strength of the penalty, weight of character sequences, weight of negative prompts.
PENALTY = 20.0
GRAM_SCALE = 0.5
AVOIDED_SCALE = 0.3


def cuts_of(levels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return, for each level, whether it is at or above PG-13, R, X."""
    return (levels[:, None] >= np.arange(1, 4)).astype(np.float32)


def fit_linear(
    sides: list[Matrices], levels: NDArray[np.int64], rows: NDArray[np.int64], *, steps: int = 80
) -> list[NDArray[np.float32]]:
    """Fit penalised logistic regressions of the three cuts.

    Returns:
        For each side, log-odds of each feature [f, 3].
    """
    truth = cuts_of(levels[rows])
    parts = []
    for side, strength in zip(sides, (1.0, AVOIDED_SCALE), strict=False):
        rarity = np.log(len(levels) / (side.frequency + 1)) + 1
        scale = (rarity * np.where(side.gram, GRAM_SCALE, 1.0) * strength).astype(np.float32)
        scaled = (side.features @ diags(scale)).tocsr()
        tags = (diags(_linear_weight(side)[rows]) @ side.tags[rows]).tocsr()
        parts.append((tags, tags.T.tocsr(), scaled, scaled.T.tocsr(), scale))
    ends = np.cumsum([part[2].shape[1] for part in parts])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        table = flat.reshape(-1, 3)
        odds = table[-1] + sum(
            part[0] @ (part[2] @ weight)
            for part, weight in zip(parts, np.split(table[:-1], ends[:-1]), strict=True)
        )
        value = (np.logaddexp(0, odds) - truth * odds).sum()
        error = 1 / (1 + np.exp(-np.clip(odds, -60, 60))) - truth
        gradient = np.concatenate(
            [*(part[3] @ (part[1] @ error) for part in parts), error.sum(0)[None]]
        )
        gradient[:-1] += PENALTY * table[:-1]
        return value + 0.5 * PENALTY * float((table[:-1] ** 2).sum()), gradient.ravel()

    start = np.zeros((ends[-1] + 1) * 3)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    tables = np.split(found.x.reshape(-1, 3)[:-1], ends[:-1])
    return [
        (table * part[4][:, None]).astype(np.float32)
        for table, part in zip(tables, parts, strict=True)
    ]


def _linear_weight(side: Matrices) -> NDArray[np.float32]:
    return ((side.words + model._LINEAR_PRIOR) ** -model._LINEAR_POWER).astype(np.float32)


class Network:
    """The network over both sides; `parts` maps `<side>.<array>` to what is learned."""

    def __init__(self, sides: list[Matrices], seed: int = 0) -> None:
        self.random = np.random.default_rng(seed)
        self.sides = sides
        self.tables: list[csr_matrix] = []
        self.parts: dict[str, NDArray[np.float32]] = {"intercept": np.array([-0.3, -1.5, -1.8])}
        for place, (side, size) in enumerate(zip(sides, SIZES, strict=False)):
            known = np.asarray(side.features.sum(1)).ravel()
            self.tables.append((diags(1 / np.sqrt(known + 1)) @ side.features).tocsr().astype("f4"))
            pool = 2 * size + 2
            normal = self.random.normal
            self.parts |= {
                f"{place}.table": normal(size=(side.features.shape[1], size)) * 0.1,
                f"{place}.bias": np.full(size, 0.05),
                f"{place}.gate": normal(size=size) * 0.3,
                f"{place}.hidden": normal(size=(pool, HIDDEN)) / np.sqrt(pool),
                f"{place}.hidden_bias": np.zeros(HIDDEN),
                f"{place}.out": normal(size=(HIDDEN, 3)) * 0.1 / np.sqrt(HIDDEN),
                f"{place}.skip": normal(size=(pool, 3)) / np.sqrt(pool),
            }
        self.parts = {name: np.asarray(part, np.float32) for name, part in self.parts.items()}
        self.moments = {
            name: (np.zeros_like(part), np.zeros_like(part)) for name, part in self.parts.items()
        }
        self.steps = 0

    def fit(self, levels: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Fit to the cuts of some rows."""
        truth = cuts_of(levels)
        total = EPOCHS * (len(rows) // BATCH)
        for _ in range(EPOCHS):
            order = self.random.permutation(rows)
            for place in range(len(rows) // BATCH):
                done = self.steps / total
                rate = RATE * min(1.0, (self.steps + 1) / 20) * (0.5 + 0.5 * np.cos(np.pi * done))
                chosen = order[place * BATCH : (place + 1) * BATCH]
                self._update(self._gradients(chosen, truth[chosen]), rate + 1e-5)

    def _gradients(
        self, rows: NDArray[np.int64], truth: NDArray[np.float32]
    ) -> dict[str, NDArray[np.float32]]:
        odds = np.tile(self.parts["intercept"], (len(rows), 1))
        states = []
        for place in range(len(self.sides)):
            states.append(self._forward(place, rows))
            odds += states[-1]["odds"]
        error = ((1 / (1 + np.exp(-odds)) - truth) / len(rows)).astype(np.float32)
        found = {"intercept": error.sum(0)}
        for place, state in enumerate(states):
            found |= self._backward(place, state, error)
        return found

    def _forward(self, place: int, rows: NDArray[np.int64]) -> dict[str, Any]:
        side, parts = self.sides[place], self.parts
        tags = side.tags[rows]
        tags.data = tags.data * (self.random.random(len(tags.data)) > TAG_DROPOUT)
        tags.data = (tags.data / (1 - TAG_DROPOUT)).astype(np.float32)
        terms, inverse = np.unique(tags.indices, return_inverse=True)
        tags = csr_matrix((tags.data, inverse, tags.indptr), shape=(len(rows), len(terms)))
        table = self.tables[place][terms]
        counts = side.counts[rows][:, None]
        shrink = ((counts + model._SUM_PRIOR) ** -model._SUM_POWER).astype(np.float32)
        reading = table @ parts[f"{place}.table"] + parts[f"{place}.bias"]
        vector = np.maximum(reading, 0)
        logit = np.clip(reading @ parts[f"{place}.gate"][:, None], -6, 6)
        gate = np.exp(logit)
        gates = tags @ gate + model._GATE_PRIOR
        mean = (tags @ (gate * vector)) / gates
        pool = np.concatenate(
            (
                shrink * (tags @ vector),
                mean,
                0.5 * (np.log1p(counts) - 2),
                0.5 * (np.log(gates) - 2),
            ),
            axis=1,
        ).astype(np.float32)
        before = pool @ parts[f"{place}.hidden"] + parts[f"{place}.hidden_bias"]
        hidden = np.maximum(before, 0)
        odds = hidden @ parts[f"{place}.out"] + pool @ parts[f"{place}.skip"]
        return {
            "odds": odds, "tags": tags, "table": table, "shrink": shrink, "reading": reading,
            "vector": vector, "gate": gate, "gates": gates, "mean": mean, "pool": pool,
            "before": before, "hidden": hidden,
        }  # fmt: skip

    def _backward(
        self, place: int, state: dict[str, Any], error: NDArray[np.float32]
    ) -> dict[str, NDArray[np.float32]]:
        parts = self.parts
        size = len(parts[f"{place}.bias"])
        at_hidden = (error @ parts[f"{place}.out"].T) * (state["before"] > 0)
        at_pool = at_hidden @ parts[f"{place}.hidden"].T + error @ parts[f"{place}.skip"].T
        back = state["tags"].T.tocsr()
        at_mean = at_pool[:, size : 2 * size] / state["gates"]
        of_mean = back @ at_mean
        at_vector = back @ (at_pool[:, :size] * state["shrink"]) + state["gate"] * of_mean
        at_gate = (state["vector"] * of_mean).sum(1, keepdims=True)
        at_gate -= back @ (at_mean * state["mean"]).sum(1, keepdims=True)
        at_gate += back @ (at_pool[:, -1:] * 0.5 / state["gates"])
        at_logit = at_gate * state["gate"]
        at_reading = at_vector * (state["reading"] > 0) + at_logit @ parts[f"{place}.gate"][None]
        return {
            f"{place}.out": state["hidden"].T @ error,
            f"{place}.skip": state["pool"].T @ error,
            f"{place}.hidden": state["pool"].T @ at_hidden,
            f"{place}.hidden_bias": at_hidden.sum(0),
            f"{place}.gate": (state["reading"].T @ at_logit).ravel(),
            f"{place}.table": np.asarray(state["table"].T @ at_reading),
            f"{place}.bias": at_reading.sum(0),
        }

    def _update(self, gradients: dict[str, NDArray[np.float32]], rate: float) -> None:
        """Take one step of Adam with decoupled weight decay."""
        self.steps += 1
        for name, part in self.parts.items():
            first, second = self.moments[name]
            first += 0.1 * (gradients[name] - first)
            second += 0.01 * (gradients[name] ** 2 - second)
            step = (first / (1 - 0.9**self.steps)) / (
                np.sqrt(second / (1 - 0.99**self.steps)) + 1e-6
            )
            part -= (rate * (step + _decay(name) * part)).astype(np.float32)


def _decay(name: str) -> float:
    if name == "intercept":
        return 0.0
    return DECAY if name.endswith("table") else 0.1 * DECAY
