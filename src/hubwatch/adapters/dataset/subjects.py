"""What a dataset may aim at, and every name in it: of folders, files and concepts."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from hubwatch.adapters.dataset.captions import folder_of
from hubwatch.adapters.dataset.configs import last_part
from hubwatch.adapters.dataset.names import without_repeats
from hubwatch.adapters.dataset.person import Subject, subject_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from hubwatch.adapters.dataset.configs import Concept
    from hubwatch.adapters.dataset.gather import Data

#: Names of folders, files and concepts that the lexical signals are asked about.
MOST_NAMES_ASKED: Final = 65_536


def subjects_of(data: Data) -> list[Subject]:
    """Return what may be aimed at: every folder, and concepts whose folder is not here.

    Several concepts of one folder are asked about one by one.

    Args:
        data: what lies on the disk.
    """
    tree, captions = data.tree, data.captions
    placed = [(folder_of(tree, concept), concept) for concept in data.concepts]
    owners: dict[Path, list[Concept]] = {}
    for folder, concept in placed:
        if folder is not None and not concept.regular:
            owners.setdefault(folder, []).append(concept)
    marked = {folder for folder, concept in placed if folder is not None and concept.regular}
    every = [*tree.folders, *captions.by_folder]
    regular = {folder for folder in every if _is_regular(folder, marked, owners)}
    held = captions.below(tree.root, tree.folders, regular)
    found = [
        subject_of(folder.name, concept, texts, tree.stems.get(folder, Counter()))
        for folder, texts in held.items()
        for concept in owners.get(folder, [None])
    ]
    elsewhere = [one for folder, one in placed if folder not in held and not one.regular]
    whole = {} if found and not elsewhere else captions.all()
    if not found:
        found = [subject_of(tree.root.name, None, whole, {})]
    return found + [subject_of("", one, whole, {}) for one in elsewhere]


def _is_regular(folder: Path, marked: Collection[Path], trained: Collection[Path]) -> bool:
    """Say whether a folder holds regularisation images: by the nearest one that is spoken of."""
    for one in (folder, *folder.parents):
        if one in trained:
            return False
        if one in marked:
            return True
    return False


def names_to_ask(data: Data) -> tuple[list[str], int]:
    """Return every name of the dataset, each once, and how many are left out.

    Names are whole but for kohya's repeats: what the question about a person leaves out around a
    name (`girl`, a number) may be the cue of a minor. Those of regularisation images are among
    them.

    Args:
        data: what lies on the disk.
    """
    names = dict.fromkeys(without_repeats(name) for name in _names(data))
    names.pop("", None)
    return list(islice(names, MOST_NAMES_ASKED)), max(0, len(names) - MOST_NAMES_ASKED)


def _names(data: Data) -> Iterator[str]:
    tree = data.tree
    for config in (config for _, config in data.configs):
        yield from config.names
        for concept in config.concepts:
            yield from (concept.name, last_part(concept.folder), *concept.triggers)
    seen: set[Path] = set()
    for folder in chain(tree.folders, data.captions.by_folder):
        for one in (folder, *folder.parents):
            if one in seen or not one.is_relative_to(tree.root):
                break
            seen.add(one)
            yield one.name
    yield tree.root.name
    for stems in tree.stems.values():
        yield from stems
