"""Where communities stand on a map: those that are used together stand close; no random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS: Final = 400
#: Distance that the layout wants between neighbours, by that of a circle's.
_ROOM: Final = 1.0


def layout(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return coordinates of nodes, each in -1..1, the same for the same weights.

    Nodes start on a circle in their order and move until attraction along edges balances a
    repulsion of all by all.

    Args:
        weight: symmetric, 0 where there is no edge.

    Returns:
        n x 2.

    Source: Fruchterman and Reingold 1991, doi:10.1002/spe.4380211102.
    """
    nodes = len(weight)
    if nodes < 2:
        return np.zeros((nodes, 2))
    pull = weight / (weight.max() or 1.0)
    np.fill_diagonal(pull, 0.0)
    angle = 2 * np.pi * np.arange(nodes) / nodes
    place = np.column_stack((np.cos(angle), np.sin(angle)))
    room = _ROOM / np.sqrt(nodes)
    for step in range(_STEPS):
        apart = place[:, None] - place[None]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-6)
        force = room**2 / distance**2 - pull * distance / room
        np.fill_diagonal(force, 0.0)
        move = (apart * force[:, :, None]).sum(axis=1) - place * room
        length = np.maximum(np.sqrt((move**2).sum(axis=1)), 1e-12)
        heat = 0.1 * (1 - step / _STEPS)
        place += move / length[:, None] * np.minimum(length, heat)[:, None]
    place -= (place.max(axis=0) + place.min(axis=0)) / 2
    found: NDArray[np.float64] = place / max(float(np.abs(place).max()), 1e-9)
    return found
