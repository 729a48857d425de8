"""Shares and intervals over plain rows, for the references."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Row = dict[str, Any]
Table = dict[tuple[str, ...], Row]


def wilson(n: int, total: int) -> tuple[float | None, float | None]:
    if total == 0:
        return None, None
    z, p = 1.959963984540054, n / total
    middle = p + z * z / (2 * total)
    half = z * math.sqrt((p * (1 - p) + z * z / (4 * total)) / total)
    scale = 1 + z * z / total
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def share(answers: Iterable[bool | None]) -> Row:
    """Return the row of a share from yes, no and unknown."""
    said = list(answers)
    n, unknown = said.count(True), said.count(None)
    total = len(said) - unknown
    low, high = wilson(n, total)
    return {
        "n": n, "total": total, "unknown": unknown, "value": n / total if total else None,
        "low": low, "high": high,
        "bound_low": n / len(said) if said else None,
        "bound_high": (n + unknown) / len(said) if said else None,
    }  # fmt: skip


def over_creators(rows: list[Row], answer: Callable[[Row], bool | None], item: str) -> Row:
    """Return the ends of the interval of a share with creators as draws."""
    held: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        said, owner = answer(row), row.get("creator_key")
        key = (row["hub"], owner) if owner else (row["hub"], "alone", row[item])
        if said is not None:
            held[key][0] += said
            held[key][1] += 1
    n, total, m = sum(a for a, _ in held.values()), sum(b for _, b in held.values()), len(held)
    ends: tuple[float | None, float | None] = (None, None)
    if m >= 2 and 0 < n < total:
        p = n / total
        spread = math.sqrt(m / (m - 1) * sum((a - p * b) ** 2 for a, b in held.values())) / total
        if spread < 1e-9:  # all agree: as many single items as there are creators in effect
            spread = math.sqrt(p * (1 - p) * sum(b * b for _, b in held.values())) / total
        half, centre = 1.959963984540054 * spread / (p * (1 - p)), math.log(p / (1 - p))
        half = min(half, 700.0)
        ends = (1 / (1 + math.exp(half - centre)), 1 / (1 + math.exp(-half - centre)))
    elif m >= 2:
        size = total**2 / sum(b * b for _, b in held.values())
        reach = 1.959963984540054**2 / (size + 1.959963984540054**2)
        ends = (0.0, reach) if n == 0 else (1 - reach, 1.0)
    return {"creators_low": ends[0], "creators_high": ends[1]}


def by_month(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.get("month") or ""].append(row)
        groups["all"].append(row)
    return groups
