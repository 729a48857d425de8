"""The invented mature vocabulary: the simulated hub holds no sexual wording.

Where a real prompt would hold a sexual term, a simulated one holds one of these words. They mean
nothing outside the simulated hub; only its own test vocabulary lists them. The lower the number,
the more often a term is used; each subculture prefers a window of forty.
"""

from __future__ import annotations

from typing import Final

#: `mature_term_001` .. `mature_term_120`.
MATURE_TERMS: Final = tuple(f"mature_term_{number:03d}" for number in range(1, 121))

#: First term of the window that a subculture prefers, by subculture name.
WINDOW: Final = {
    "booru": 0,
    "photographic": 20,
    "fan": 10,
    "beastfolk": 40,
    "render": 60,
    "painterly": 70,
    "landscape": 80,
    "prose": 30,
}
WINDOW_SIZE: Final = 40

#: Share of images whose prompt holds at least one mature term, by level (facts page, section 3b).
SHARE_BY_LEVEL: Final = {
    "PG": 0.028,
    "PG-13": 0.178,
    "R": 0.485,
    "X": 0.79,
    "XXX": 0.85,
    "blocked": 0.85,
    "unrated": 0.1,
}
