"""Marker tokens: words that a lineage of base models taught its users to write.

Real lineages have theirs (words that grade quality, or name a source); these are invented.
"""

from __future__ import annotations

from typing import Final

#: Base model to its markers, the most used first.
MARKERS: Final = {
    "Pony": ("grade_nine", "grade_eight_up", "grade_seven_up", "origin_drawn"),
    "Illustrious": ("prime_grade", "fine_grade", "late_era"),
}
