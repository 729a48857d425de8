"""The hub's documents as it has written them since 2022, all epochs in one declaration.

Every field that has ever been seen is declared, so that an unknown key is a sign of drift and never
dropped silently; what is declared as `Unkept` is known and deliberately not kept. Fields are lenient
where the hub has been: text or number, one of three maturity encodings, old and new statistics.
Source: shared facts on the hub's API, sections 5-9, 12 and 14.
"""

from __future__ import annotations

from typing import Final

import msgspec

#: Known, free-form, and left in the raw store: addresses of pictures, cosmetics, links, licences.
Unkept = msgspec.Raw
_NONE: Final = msgspec.Raw()

Id = int | str | None
Number = int | float | str | None


class Document(msgspec.Struct, forbid_unknown_fields=True, rename=None):
    """Base of the closed documents: an unknown key is an error that the reader looks into."""


class Stats(Document):
    """Counters of a model, a version or an image, under their old and their new names."""

    downloadCount: int | None = None  # noqa: N815 - the hub's spelling
