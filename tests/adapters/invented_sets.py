"""Datasets made up for tests: invented people and mature words, images that cannot be read."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

#: An invented mature word, known to the lexicon.
MATURE = "mature_term_003"
#: A word for a minor, in its plainest form.
MINOR = "child"

PERSON = (
    "photo of velda orrin woman, smiling, city street",
    "photo of velda orrin woman in a red coat, portrait",
    "velda orrin woman, studio light, photo",
    "velda orrin woman reading a book, photo",
)
LAKES = (
    "a mountain lake at dawn, mist",
    "green valley, river, oil painting",
    "harbour with boats, evening light",
)
KOHYA = """
[general]
caption_extension = ".txt"
keep_tokens = 1

[[datasets]]
resolution = 1024

[[datasets.subsets]]
image_dir = "10_velda_orrin woman"
class_tokens = "velda_orrin woman"
"""


def fill(folder: Path, captions: Sequence[str], *, suffix: str = ".txt") -> Path:
    """Write captions beside pipes that are called like images: reading one would never end."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, text in enumerate(captions):
        (folder / f"{place:03d}{suffix}").write_text(text, encoding="utf-8")
        os.mkfifo(folder / f"{place:03d}.png")
    return folder


def person_set(root: Path, extra: Sequence[str] = ()) -> Path:
    """Write a set that aims at an invented woman, with kohya's configuration."""
    fill(root / "10_velda_orrin woman", [*PERSON, *extra])
    (root / "dataset.toml").write_text(KOHYA, encoding="utf-8")
    return root


def write_csv(path: Path, labels: Mapping[str, int], *, category: int = 0) -> Path:
    """Write a tagger's list as taggers ship it."""
    rows = [f"{n},{label},{category},{count}" for n, (label, count) in enumerate(labels.items())]
    path.write_text("\n".join(["tag_id,name,category,count", *rows, ""]), encoding="utf-8")
    return path
