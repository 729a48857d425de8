"""What lies in a dataset's folder, by names alone."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwatch.adapters.dataset.reading import is_picture
from hubwatch.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection

#: Suffixes of files that hold one caption each.
CAPTIONS: Final = frozenset((".txt", ".caption", ".tags"))
METADATA: Final = "metadata.jsonl"
#: Files of captions in a form that is not read.
NOT_KNOWN: Final = frozenset(("metadata.csv", "metadata.parquet"))
MANIFEST: Final = "hubwatch.consent.json"
CONFIGS: Final = frozenset((".toml", ".yaml", ".yml", ".json"))

#: Limits of one walk; what lies beyond is counted, not read.
DEEPEST: Final = 32
MOST_ENTRIES: Final = 1_000_000
MOST_CAPTIONS: Final = 200_000
MOST_STEMS: Final = 4_096

_COUNTER: Final = re.compile(r"[\W\d_]+$")


@dataclass(slots=True)
class Tree:
    """What was found.

    Args:
        root: the dataset's folder.
        folders: folders with a caption or an image, in order.
        by_name: every folder that was listed, by its name.
        captions: caption files, in order.
        metadata: files of captions, one JSON object a line.
        manifests: files that are named as a consent manifest.
        configs: files of the root that may be a trainer's configuration.
        beside: names, without suffix, of images and captions of the root.
        images: image files by folder.
        stems: image names without running numbers, by folder.
        walked: folders that were listed.
        not_read: what was left out, by reason.
    """

    root: Path
    folders: list[Path] = field(default_factory=list)
    by_name: dict[str, list[Path]] = field(default_factory=dict)
    captions: list[Path] = field(default_factory=list)
    metadata: list[Path] = field(default_factory=list)
    manifests: list[Path] = field(default_factory=list)
    configs: list[Path] = field(default_factory=list)
    beside: set[str] = field(default_factory=set)
    images: Counter[Path] = field(default_factory=Counter)
    stems: dict[Path, Counter[str]] = field(default_factory=dict)
    walked: int = 0
    not_read: Counter[str] = field(default_factory=Counter)


def is_folder(path: Path) -> bool:
    """Say whether a path that the user named is a folder.

    Raises:
        InputError: the system does not say: a name that is too long, a folder above that is closed.
    """
    try:
        return path.is_dir()
    except OSError as error:
        raise InputError(f"`{path}` cannot be reached", hint="check the path") from error


def require_folder(folder: Path) -> Path:
    """Return `folder` when it is one that can be listed.

    Raises:
        InputError: it is missing, a file, or not readable.
    """
    if not is_folder(folder):
        if not folder.exists():
            raise InputError(f"no such folder: `{folder}`", hint="check the path")
        raise InputError(f"`{folder}` is not a folder", hint="name the folder of the dataset")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise InputError(f"`{folder}` cannot be read", hint="check its permissions")
    return folder


def walk(
    root: Path, suffixes: Collection[str] = CAPTIONS, *, most_captions: int = MOST_CAPTIONS
) -> Tree:
    """List a folder and the folders in it, in the order of their names.

    Folders whose name begins with a dot are passed over, links to folders are counted and not
    followed, so that no loop is met.

    Args:
        root: a folder.
        suffixes: of caption files, in lower case with their dot; those of images are ignored.
        most_captions: caption files that are kept.

    Raises:
        InputError: `root` cannot be listed.
    """
    tree = Tree(require_folder(root))
    kinds = frozenset(suffixes) - {""}
    waiting, entries = [(root, 0)], 0
    while waiting:
        folder, depth = waiting.pop()
        below, more = _list(tree, folder, kinds, most_captions)
        entries += more
        if entries > MOST_ENTRIES:
            tree.not_read["over_limit"] += len(below) + len(waiting)
            break
        if below and depth >= DEEPEST:
            tree.not_read["too_deep"] += len(below)
            continue
        waiting += [(path, depth + 1) for path in reversed(below)]
    return tree


def _list(
    tree: Tree, folder: Path, kinds: frozenset[str], most_captions: int
) -> tuple[list[Path], int]:
    """Sort the entries of one folder; return its folders and how many entries it has."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        tree.not_read["no_permission"] += 1
        return [], 0
    tree.walked += 1
    tree.by_name.setdefault(folder.name, []).append(folder)
    below: list[Path] = []
    held = len(tree.captions) + len(tree.metadata)
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                below.append(path)
        elif entry.is_symlink() and _is_folder(entry):
            tree.not_read["linked_folder"] += 1
        else:
            _sort(tree, path, kinds, most_captions)
    if tree.images[folder] or len(tree.captions) + len(tree.metadata) > held:
        tree.folders.append(folder)
    return below, len(entries)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _sort(tree: Tree, path: Path, kinds: frozenset[str], most_captions: int) -> None:
    suffix = path.suffix.lower()
    if path.parent == tree.root and (is_picture(path.name) or suffix in kinds):
        tree.beside.add(path.stem)
    if is_picture(path.name):
        tree.images[path.parent] += 1
        _note_stem(tree.stems.setdefault(path.parent, Counter()), path.stem)
    elif path.name == MANIFEST:
        tree.manifests.append(path)
    elif path.name == METADATA:
        tree.metadata.append(path)
    elif path.name in NOT_KNOWN:
        tree.not_read["other_form"] += 1
    elif suffix in kinds:
        if len(tree.captions) < most_captions:
            tree.captions.append(path)
        else:
            tree.not_read["over_limit"] += 1
    elif suffix in CONFIGS and path.parent == tree.root:
        tree.configs.append(path)


def _note_stem(stems: Counter[str], stem: str) -> None:
    name = _COUNTER.sub("", stem[:200].encode("utf-8", "replace").decode("utf-8"))
    if name and (name in stems or len(stems) < MOST_STEMS):
        stems[name] += 1
