"""Marker tokens: words that a lineage of base models taught its users to write.

They grade quality or name a kind of drawing, and name nobody; prompts hold them too.
"""

from __future__ import annotations

from typing import Final

#: Base model to its markers, the most used first.
MARKERS: Final = {
    "Pony": ("score_9", "score_8_up", "score_7_up", "source_anime"),
    "Illustrious": ("masterpiece", "best quality", "very aesthetic", "newest"),
}
