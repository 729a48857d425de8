"""Tags and words for adult performers, as 64-bit hashes: not fit to be read, and not a list."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final


def term_hash(term: str) -> int:
    """Return the 64-bit hash under which a term is stored."""
    return int.from_bytes(
        hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest(), "big"
    )


#: Hub tags and words for adult performers, as hashes (`term_hash`).
ADULT: Final = frozenset(
    (
        0x03FF0BC77AB99607,
        0xBB196EE5B56BE0BF,
        0x2981E665548083EB,
        0x2BDA15EE82BD5C8A,
        0x525FBC9C6C8B6919,
        0x95D8605CD18414D4,
        0x3C8F14C408729E35,
        0x8301C86A20CA3F45,
        0xC77FF9203E548547,
        0xE5305C2468C70844,
        0x498EEF8E78225888,
        0x6B6EC066D310081A,
        0xF5964ABA9F0725C6,
        0x2FE8C55124B7B984,
        0xA219E942465BDAD1,
        0x1CB465EAA86092B7,
        0xDA3776EB8D0003B4,
        0xCB4D55BF68AE1509,
        0xB00FD4B00E9F3C14,
        0x221DF37DDDC8ABD7,
        0x5911140616AD7DE9,
        0x6D12689A24CE1685,
        0xC89D3DA78294E3C0,
        0x25659F0216B00D84,
        0x8DACF1D47D281B49,
        0x5693C50391A18F77,
    )
)


@lru_cache(maxsize=1 << 16)
def is_adult(term: str) -> bool:
    """Tell whether a tag or word names an adult performer.

    Args:
        term: lower case.
    """
    return term_hash(term) in ADULT
