"""How much is shared, by which methods and on which base models (A1 to A3)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from hubwatch.engine import col
from hubwatch.measures.base_models import architecture, lineage
from hubwatch.measures.counts import count, mix, month, seen, with_all
from hubwatch.measures.result import ALL, Share, row_table, share_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwatch.engine import Tables
    from hubwatch.measures.counts import Counts

_UNITS: Final = {"model": "models", "version": "versions", "image": "images"}


def new_items(tables: Tables) -> pa.Table:
    """New models, versions and images of each month (A1).

    Question: How fast does the hub grow?
    Tables: models, versions, images
    Unit: model, version, image; each counted once under its own `unit`.
    Denominator: none; `total` is the number of items whose month is known.
    Formula: n = items first known in the month; value = n.
    Keys:
        unit: model, version or image
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown
    Uncertainty: definitional, not sampling: `high` adds all items whose month is unknown, because
        each of them might belong to this month; `low` adds none.
    Pitfalls: Old months have lost what was removed since. A showcase image without a time of its
        own carries its version's. The last month can be incomplete.
    Source: Civiverse (arXiv 2408.15261) counts images per month in this way.
    """
    rows = []
    for unit, table in _UNITS.items():
        counts = count(tables, tables[table], month=month())
        unknown = counts[("",)]
        total = counts.total() - unknown
        for period, n in [(key[0], n) for key, n in counts.items()] + [(ALL, counts.total())]:
            inside = period in ("", ALL)
            rows.append({
                "unit": unit, "month": period, "n": n, "total": total, "unknown": unknown,
                "value": float(n), "low": float(n), "high": float(n if inside else n + unknown),
            })  # fmt: skip
    return row_table(("unit", "month"), rows)


def method_mix(tables: Tables) -> pa.Table:
    """Personalisation methods among the new versions of each month (A2).

    Question: Which methods of personalisation dominate?
    Tables: versions
    Unit: version.
    Denominator: versions of the month whose method is known.
    Formula: value = versions of the method / versions with a known method.
    Keys:
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown
        method: the hub's model type, as the hub spells it
    Columns:
        bound_low: share if no version of unknown method belonged here
        bound_high: share if every version of unknown method belonged here
    Uncertainty: Wilson 95 % interval; bounds from the unknowns.
    Pitfalls: The hub's list of types grew over time and uploaders choose it; months are small at
        first. Methods are counted by version, so a model with many versions weighs more.
    Source: hub's model type; arXiv 2505.04600.
    """
    counts = count(tables, tables["versions"], month=month(), method=col("method"))
    return share_table(("month", "method"), mix(counts, seen(counts)))


def base_model_mix(tables: Tables) -> pa.Table:
    """Base models that the new versions of each month build on (A3).

    Question: Which base models carry the practice?
    Tables: versions
    Unit: version.
    Denominator: versions of the month whose base model is known; `Other` is a known answer.
    Formula: value = versions of the base model / versions with a known base model. A row whose
        `base_model` is `all` is its family's sum; families add up to one, so do single models.
    Keys:
        month: YYYY-MM in UTC, `all` for the whole, empty when unknown
        family: lineage that the base model belongs to, for example Stable Diffusion XL
        base_model: as the uploader declared it, or `all` for the family
    Columns:
        bound_low: share if no version of unknown base model belonged here
        bound_high: share if every version of unknown base model belonged here
        architecture: root of the family, for example Stable Diffusion XL for Pony
    Uncertainty: Wilson 95 % interval; bounds from the unknowns.
    Pitfalls: Uploaders declare it; names change; a derivative can hide under its parent's name.
        Base models that do not occur in a month have no row. A name that is not in the tree
        stands in the family `Other`.
    Source: hub's base model field; arXiv 2505.04600.
    """
    counts = count(tables, tables["versions"], month=month(), base_model=col("base_model"))
    table = share_table(("month", "family", "base_model"), _nodes(counts))
    roots = [architecture(family) for family in table["family"].to_pylist()]
    return table.append_column("architecture", pa.array(roots, pa.string()))


def _nodes(counts: Counts) -> Iterator[Share]:
    """Yield the leaves and families of the roll-up tree."""
    summed = with_all(counts, 0)
    totals: Counter[str] = Counter()
    nodes: Counter[tuple[str, str, str]] = Counter()
    for (period, base), n in summed.items():
        if base is None:
            totals[period] += 0
            continue
        family = lineage(base).family
        totals[period] += n
        nodes[period, family, base] += n
        nodes[period, family, ALL] += n
    for (period, family, base), n in nodes.items():
        yield Share((period, family, base), n, totals[period], summed[period, None])
