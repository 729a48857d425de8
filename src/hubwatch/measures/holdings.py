"""What a lake holds, as counts that a report needs before its first number."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hubwatch.engine import TEXT, col
from hubwatch.measures.counts import UNKNOWN, count, month

if TYPE_CHECKING:
    from hubwatch.engine import Tables

_DATED: Final = ("models", "versions", "images")


def holdings(tables: Tables) -> dict[str, Any]:
    """Return the images by where they are from and by whose date they bear, and the data period.

    Returns:
        `images_by_source`: `listing` (what users post) or `showcase` (the uploader's own pictures
        of a version) to images; `images_by_date_source`: the date that an image's month is from, to
        images; `period`: first and last month of models, versions and images together, null when
        no month is known.
    """
    source = col("source").cast(TEXT).fill_null(UNKNOWN)
    dated = col("created_at_source").cast(TEXT).fill_null(UNKNOWN)
    images = count(tables, tables["images"], source=source, dated=dated)
    months = {
        key[0] for name in _DATED for key in count(tables, tables[name], month=month()) if key[0]
    }
    return {
        "images_by_source": _summed(images, 0),
        "images_by_date_source": _summed(images, 1),
        "period": {"first": min(months, default=None), "last": max(months, default=None)},
    }


def _summed(counts: Counter[tuple[Any, ...]], position: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for key, n in counts.items():
        found[key[position]] += n
    return dict(sorted(found.items()))
