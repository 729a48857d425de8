"""Who shares: creators as numbers, and how much each of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Cannot occur in a hub's name, a creator's key or an id.
_BETWEEN = "\x1f"


def creator_numbers(
    hub: pa.ChunkedArray, creator: pa.ChunkedArray, item: pa.ChunkedArray
) -> NDArray[np.int64]:
    """Return each row's creator as a number from 0; an unknown creator is one of their own.

    Args:
        hub: name of the hub.
        creator: keyed hash of the creator, null when unknown.
        item: id of the item on its hub.
    """
    alone = pc.binary_join_element_wise("", item, _BETWEEN)
    owner = pc.coalesce(creator.cast(pa.string()), alone)
    key = pc.binary_join_element_wise(hub.cast(pa.string()), owner, _BETWEEN)
    codes = key.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return np.asarray(codes, dtype=np.int64)
