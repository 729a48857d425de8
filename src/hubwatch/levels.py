"""Browsing levels: one vocabulary for the three encodings that the hub has used.

Until April 2023 a boolean, then the words None/Soft/Mature/X, since 2024 single bits
(PG 1, PG-13 2, R 4, X 8, XXX 16, blocked 32). The word `X` stands for X or XXX and is kept as X;
the original is stored beside it (`images.level_source`).
Source: shared facts on the hub's API, sections 4.1 and 14.
"""

from __future__ import annotations

from typing import Final

LEVELS: Final = ("PG", "PG-13", "R", "X", "XXX", "blocked", "unrated")
RATED: Final = LEVELS[:-1]

BIT_TO_LEVEL: Final = {1: "PG", 2: "PG-13", 4: "R", 8: "X", 16: "XXX", 32: "blocked", 0: "unrated"}
LEVEL_TO_BIT: Final = {level: bit for bit, level in BIT_TO_LEVEL.items()}
WORD_TO_LEVEL: Final = {
    "None": "PG",
    "Soft": "PG-13",
    "Mature": "R",
    "X": "X",
    "XXX": "XXX",
    "Blocked": "blocked",
}

#: NSFW definitions that every share is printed under; `tag` is decided from tags, not from levels.
NSFW_DEFINITIONS: Final = {
    "wide": frozenset({"PG-13", "R", "X", "XXX", "blocked"}),
    "platform": frozenset({"R", "X", "XXX", "blocked"}),
    "explicit": frozenset({"X", "XXX"}),
}
