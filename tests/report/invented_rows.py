"""Rows of shares, as measures write them."""

from __future__ import annotations

import math
from typing import Any

Row = dict[str, Any]


def wilson(n: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    if total == 0:
        return 0.0, 1.0
    p, zz = n / total, z * z
    middle = (p + zz / (2 * total)) / (1 + zz / total)
    half = z * math.sqrt(p * (1 - p) / total + zz / (4 * total * total)) / (1 + zz / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(n: int, total: int, unknown: int = 0, **keys: str) -> Row:
    low, high = wilson(n, total)
    value = n / total if total else ""
    return {
        **keys, "n": n, "total": total, "unknown": unknown, "value": value, "low": low,
        "high": high, "bound_low": n / max(1, total + unknown),
        "bound_high": (n + unknown) / max(1, total + unknown),
    }  # fmt: skip
