"""All that a check reads of the disk: the folder, configurations, captions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.dataset.captions import Captions, inside, read_captions
from hubwatch.adapters.dataset.configs import Config, config_of, last_part, read_config
from hubwatch.adapters.dataset.plain import read_plain
from hubwatch.adapters.dataset.reading import PICTURES
from hubwatch.adapters.dataset.walk import CAPTIONS, Tree, require_folder, walk
from hubwatch.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hubwatch.adapters.dataset.configs import Concept

#: Configurations of one check.
MOST_CONFIGS: Final = 16


class Data(NamedTuple):
    """What lies on the disk.

    Args:
        tree: the folder, by names.
        configs: configurations by path.
        captions: as written.
    """

    tree: Tree
    configs: list[tuple[Path, Config]]
    captions: Captions

    @property
    def concepts(self) -> list[Concept]:
        """Everything that the configurations train."""
        return [concept for _, config in self.configs for concept in config.concepts]

    @property
    def silent(self) -> bool:
        """No caption and no configuration says anything: names of files are all there is."""
        captions = (text for texts in self.captions.by_folder.values() for text in texts)
        said = any(map(str.strip, captions))
        return not said and not any(one.says_something for _, one in self.configs)


def gather(
    root: Path, named: Sequence[Path], progress: Callable[[int], None] | None = None
) -> Data:
    """Read everything; configurations come first, because they say how captions are called.

    Args:
        root: the dataset's folder.
        named: configurations that the user named; without any, those of the folder are read.
        progress: called with the captions read so far.

    Raises:
        InputError: the folder, or a configuration that was named, cannot be read; or there is
            nothing in them to read.
    """
    given, root = root, require_folder(root).resolve()
    configs = [(path, read_config(path)) for path in named]
    not_read: Counter[str] = Counter()
    tree = walk(root, _suffixes(configs))
    if not named and tree.configs:
        configs = _discovered(tree, not_read)
        if _suffixes(configs) != CAPTIONS:
            tree = walk(root, _suffixes(configs))
    configs += _pointed_at(configs, tree, not_read)
    concepts = [concept for _, one in configs for concept in one.concepts]
    base = configs[0][0].parent if configs else None
    words = [word for _, one in configs if one.trainer == "ai-toolkit" for word in one.words]
    captions = read_captions(
        tree, concepts, base=base, trigger=words[0] if words else "", progress=progress
    )
    captions.not_read += not_read
    captions.not_read["outside"] += _outside(concepts, tree, base)
    data = Data(tree, configs, captions)
    if data.silent:
        _require_names(data, given)
        captions.not_read["no_text"] += max(tree.images.total(), captions.count)
    return data


def _require_names(data: Data, given: Path) -> None:
    """Refuse a folder in which there is nothing at all to read."""
    found = data.captions.not_read + data.tree.not_read
    if not (data.captions.count or data.tree.images.total() or found.total()):
        raise InputError(
            f"`{given}` holds no caption, no image and no configuration that says anything",
            hint="name the folder that is trained on, and the configuration with `--config`",
        )


def _suffixes(configs: Sequence[tuple[Path, Config]]) -> frozenset[str]:
    """Return the suffixes of caption files; those of images are never among them."""
    said = {concept.suffix for _, config in configs for concept in config.concepts}
    return CAPTIONS | {suffix for suffix in said if suffix and suffix not in PICTURES}


def _discovered(tree: Tree, not_read: Counter[str]) -> list[tuple[Path, Config]]:
    """Read the files of the folder that are a trainer's configuration; others are passed over."""
    found = []
    # What is called like an image or a caption is about that one, not about the training.
    candidates = [path for path in tree.configs if path.stem not in tree.beside]
    for path in candidates[:MOST_CONFIGS]:
        try:
            config = config_of(read_plain(path))
        except InputError:
            not_read["damaged"] += 1
            continue
        if config is not None:
            found.append((path, config))
    not_read["over_limit"] += max(0, len(candidates) - MOST_CONFIGS)
    return found


def _pointed_at(
    configs: Sequence[tuple[Path, Config]], tree: Tree, not_read: Counter[str]
) -> list[tuple[Path, Config]]:
    """Read configurations that others point at, as far as they lie beside them or in the data."""
    found: dict[Path, Config] = {}
    known = {path.resolve() for path, _ in configs}
    for path, config in configs:
        for written in config.others:
            beside = path.parent
            other = (
                inside(tree.root, written, beside)
                or inside(beside, written, beside)
                or inside(beside, last_part(written), beside)
            )
            if other is None:
                not_read["outside"] += 1
            elif other not in known and other not in found and len(found) < MOST_CONFIGS:
                found[other] = read_config(other)
    return list(found.items())


def _outside(concepts: Sequence[Concept], tree: Tree, base: Path | None) -> int:
    """Return how many existing folders the configuration names that are not part of the data."""
    root = tree.root.resolve()
    found = set()
    for concept in concepts:
        if not concept.folder:
            continue
        try:
            path = ((base or root) / concept.folder).resolve()
            if path.is_dir() and not (path == root or root in path.parents or path in root.parents):
                found.add(path)
        except (OSError, ValueError, RuntimeError):  # no path of this system
            continue
    return len(found)
