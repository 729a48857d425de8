"""Parts of a whole that may be shown: where few are behind one, it joins the grey remainder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwatch.report.figure import REST
from hubwatch.report.results import Row
from hubwatch.report.suppress import split_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def shown_parts(rows: Sequence[Row], whole: float | None) -> tuple[Row, ...]:
    """Return the parts that may be shown beside their sum.

    Args:
        rows: all parts of one whole; `n` is what is behind each.
        whole: their sum, which the page tells.
    """
    if not whole or whole <= 0:
        return ()
    everything = Row({}, n=whole, total=whole)
    split = split_small([*rows, everything], is_sum=lambda row: row is everything)
    return tuple(row for row in split.shown if row is not everything)


def shares_by_month(
    rows: Sequence[Row], key: str, names: Mapping[str, str]
) -> tuple[dict[str, dict[str, float]], dict[str, Row]]:
    """Return month to name to share, and month to one of its rows, which tells n and unknown.

    What has no name, and what few are behind, is the remainder; a month in which nothing may be
    shown is left out.

    Args:
        rows: all parts of single months, in the order of months.
        key: key column of the part.
        names: part to the name it has on the page.
    """
    months: dict[str, list[Row]] = {}
    for row in rows:
        months.setdefault(row["month"], []).append(row)
    shares: dict[str, dict[str, float]] = {}
    told: dict[str, Row] = {}
    for month, parts in months.items():
        total = parts[0].total or 0.0
        shown = {
            names[row[key]]: (row.n or 0.0) / total
            for row in shown_parts(parts, total)
            if row[key] in names
        }
        if not shown:
            continue
        rest = 1.0 - sum(shown.values())
        shares[month] = shown | ({REST: rest} if rest > 1e-9 else {})
        told[month] = parts[0]
    return shares, told


def grey(shares: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the remainder's name where a month has one."""
    return [REST] if any(REST in parts for parts in shares.values()) else []
