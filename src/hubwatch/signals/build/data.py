"""What the signals read besides the lake: weights, lexicons, words. New data means new answers."""

from __future__ import annotations

import hashlib
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_LEXICAL: Final = ("signals/lexicons/*.json", "signals/*.toml")
#: Files that the rows of prompts, and those of models, depend on.
OF_PROMPTS: Final = (*_LEXICAL, "signals/weights/prompt_level.npz")
OF_MODELS: Final = (*_LEXICAL, "signals/weights/real_person.npz", "gazetteer/data/*")


@cache
def data_digest(patterns: tuple[str, ...]) -> str:
    """Return a digest of shipped data files, their names included.

    Args:
        patterns: folder and name, as `fnmatch` reads names.
    """
    found = hashlib.sha256()
    for pattern in patterns:
        folder, _, name = pattern.rpartition("/")
        for file in _matching(files("hubwatch").joinpath(*folder.split("/")), name):
            found.update(f"{folder}/{file.name}\0".encode())
            found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _matching(folder: Traversable, name: str) -> list[Traversable]:
    matching = (file for file in folder.iterdir() if file.is_file() and fnmatch(file.name, name))
    return sorted(matching, key=lambda file: file.name)
