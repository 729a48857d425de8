"""Keeping to a collection's window: whole pages are stored, so their ends reach beyond it.

What lies outside is in the raw store and not in the tables, where it would look like a month in
which little happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from datetime import datetime

    from hubwatch.hubs.window import Window

#: Staged tables whose rows go with their model.
_OF_MODELS = ("models", "versions", "files", "images")


def keep_inside(staged: dict[str, pa.Table], window: Window) -> int:
    """Take out of staged tables, in place, what lies outside a window of time.

    An image lies where it was made, a model where its latest version appeared, as in collecting;
    versions stay with their model. What has no time stays.

    Args:
        staged: the staged tables of one unit.
        window: the time that was asked for.

    Returns:
        The number of models and images taken out.
    """
    if not window.bounded:
        return 0
    before: int = staged["models"].num_rows + staged["images"].num_rows
    latest = staged["versions"].group_by("model_id").aggregate([("created_at", "max")])
    outside = latest.filter(_outside(latest["created_at_max"], window))["model_id"]
    for name in _OF_MODELS:
        of_them = pc.is_in(staged[name]["model_id"], value_set=outside.combine_chunks())
        staged[name] = staged[name].filter(pc.invert(of_them))
    images = staged["images"]
    staged["images"] = images = images.filter(pc.invert(_outside(images["created_at"], window)))
    resources = staged["image_resources"]
    kept = pc.is_in(resources["rid"], value_set=images["rid"].combine_chunks())
    staged["image_resources"] = resources.filter(kept)
    left: int = staged["models"].num_rows + images.num_rows
    return before - left


def _outside(times: pa.ChunkedArray, window: Window) -> pa.ChunkedArray:
    early = _compared(pc.less, times, window.since)
    return pc.or_(early, _compared(pc.greater_equal, times, window.until))


def _compared(compare: pc.Function, times: pa.ChunkedArray, limit: datetime | None) -> pa.Array:
    if limit is None:
        return pa.array([False] * len(times), pa.bool_())
    found = compare(times, pa.scalar(limit, times.type))
    return pc.fill_null(found, fill_value=False)
