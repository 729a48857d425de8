"""What the caption statistics in a header say: style, counts, folders."""

from __future__ import annotations

from typing import Literal

import msgspec

Style = Literal["tags", "sentences", "mixed", "none"]


class Captions(msgspec.Struct, frozen=True, kw_only=True):
    """Caption statistics of one file, as written: nothing in here is redacted yet.

    Args:
        style: `tags`, `sentences`, `mixed`, or `none` when the header holds no captions.
        counts: tag or sentence → how many captions hold it, most frequent first, then by text; at
            most `KEPT` of them.
        distinct: how many there are in the header, also those that are not kept.
        folders: dataset folders without the number of repeats in front.
    """

    style: Style = "none"
    counts: dict[str, int] = {}
    distinct: int = 0
    folders: tuple[str, ...] = ()
