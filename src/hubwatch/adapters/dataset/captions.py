"""The captions of a dataset, from every place where trainers look for them."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.adapters.dataset.plain import texts
from hubwatch.adapters.dataset.reading import CAPTION_CAP, UnreadError, read_some, text_of
from hubwatch.errors import InputError
from hubwatch.files import read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from hubwatch.adapters.dataset.configs import Concept
    from hubwatch.adapters.dataset.walk import Tree

#: Bytes of captions in one check, and of one file that holds many.
MOST_BYTES: Final = 64 << 20
LARGEST_FILE: Final = 64 << 20
#: What ai-toolkit replaces in captions by the trigger word.
PLACEHOLDER: Final = "[trigger]"
#: Folders of one name among which the one that a configuration means is looked for.
MOST_ALIKE: Final = 1_000
#: Keys under which a record of captions holds them.
_KEYS: Final = ("text", "caption", "prompt", "tags")


@dataclass(slots=True)
class Captions:
    """Captions as written, each once with how often it occurs.

    Args:
        by_folder: captions by the folder that holds them, in order.
        trigger: what ai-toolkit puts in for `[trigger]`; empty to leave that as it is.
        count: captions read.
        size: their characters together.
        not_read: what was not read, or not whole, by reason.
    """

    by_folder: dict[Path, Counter[str]] = field(default_factory=dict)
    trigger: str = ""
    count: int = 0
    size: int = 0
    not_read: Counter[str] = field(default_factory=Counter)

    def add(self, folder: Path, text: str) -> None:
        """Add one caption, unless there are too many."""
        if self.size + len(text) > MOST_BYTES:
            self.not_read["over_limit"] += 1
            return
        if self.trigger:
            text = text.replace(PLACEHOLDER, self.trigger)
        self.size += len(text)
        self.count += 1
        self.by_folder.setdefault(folder, Counter())[text.strip()] += 1

    def all(self) -> Counter[str]:
        """Return every caption that holds text, with how often it occurs."""
        found: Counter[str] = Counter()
        for captions in self.by_folder.values():
            found.update(captions)
        del found[""]
        return found

    def below(
        self, root: Path, folders: Iterable[Path], without: Collection[Path] = ()
    ) -> dict[Path, Counter[str]]:
        """Return of each folder the captions in it; of one that only holds folders, all below.

        The name of such a folder may be the one that says whom the set is about.

        Args:
            root: folder of the dataset.
            folders: folders with an image or a caption.
            without: of these, folders that are left out.
        """
        found: dict[Path, Counter[str]] = {}
        own = dict.fromkeys([*folders, *self.by_folder])
        for folder in own:
            if folder in without:
                continue
            held = Counter(self.by_folder.get(folder, {}))
            del held[""]
            found.setdefault(folder, Counter()).update(held)
            for above in folder.parents:
                if above not in own and above.is_relative_to(root):
                    found.setdefault(above, Counter()).update(held)
        return found


def read_captions(
    tree: Tree,
    concepts: Sequence[Concept] = (),
    *,
    base: Path | None = None,
    trigger: str = "",
    progress: Callable[[int], None] | None = None,
) -> Captions:
    """Read all captions of a dataset.

    Args:
        tree: its files.
        concepts: of its configuration; they may name files of captions.
        base: folder from which paths of the configuration start.
        trigger: the trigger word, see `Captions`.
        progress: called with the captions read so far.

    Returns:
        The captions; what could not be read is counted.
    """
    found = Captions(trigger=trigger)
    for path in tree.captions:
        _read_one(found, path)
        if progress is not None and found.count % 512 == 0:
            progress(found.count)
    for path in tree.metadata:
        _read_each(found, path, path.parent, _records)
    for concept in concepts:
        if concept.captions_file:
            _read_named(found, tree, concept, base or tree.root)
        if concept.named_by_files:
            _read_names(found, tree, concept)
    return found


def _read_one(found: Captions, path: Path) -> None:
    """Read a file that is one caption."""
    try:
        raw, more = read_some(path, CAPTION_CAP)
    except UnreadError as error:
        found.not_read[error.reason] += 1
        return
    text, sound = text_of(raw)
    if more:
        found.not_read["too_long"] += 1
    elif not sound:
        found.not_read["not_utf8"] += 1
    found.add(path.parent, text)


def _read_each(
    found: Captions,
    path: Path,
    folder: Path,
    parse: Callable[[Captions, bytes], Iterator[str]],
) -> None:
    """Read a file that holds many captions."""
    try:
        raw, more = read_some(path, LARGEST_FILE)
    except UnreadError as error:
        found.not_read[error.reason] += 1
        return
    if more:
        found.not_read["too_long"] += 1
    for text in parse(found, raw):
        if len(text) > CAPTION_CAP:
            found.not_read["too_long"] += 1
        found.add(folder, text[:CAPTION_CAP])


def _lines(found: Captions, raw: bytes) -> Iterator[str]:
    text, sound = text_of(raw)
    found.not_read["not_utf8"] += not sound
    yield from filter(None, map(str.strip, text.splitlines()))


def _records(found: Captions, raw: bytes) -> Iterator[str]:
    """Yield the captions of JSON lines."""
    try:
        for line in read_lines(io.BytesIO(raw), limit=1 << 20):
            if not line.strip():
                continue
            try:
                record = msgspec.json.decode(line)
            except (ValueError, RecursionError):  # no JSON, or nested without an end
                record = None
            if isinstance(record, dict):
                yield from _said(record)
            else:
                found.not_read["damaged"] += 1
    except InputError:  # a line without an end
        found.not_read["damaged"] += 1


def _metadata(found: Captions, raw: bytes) -> Iterator[str]:
    """Yield the captions of kohya's metadata file: what is said of each image, by its path."""
    try:
        value = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        found.not_read["damaged"] += 1
        return
    for record in value.values():
        if isinstance(record, dict):
            yield from _said(record)


def _said(record: dict[str, Any]) -> Iterator[str]:
    for key in _KEYS:
        said = record.get(key)
        if isinstance(said, str):
            yield said
        elif isinstance(said, list) and said:
            yield ", ".join(texts(said))


def _read_named(found: Captions, tree: Tree, concept: Concept, base: Path) -> None:
    """Read a file of captions that the configuration names, if it is part of the dataset."""
    path = inside(tree.root, concept.captions_file, base)
    if path is None:
        found.not_read["outside"] += 1
        return
    if path in tree.captions or path in tree.metadata:
        return
    suffix = path.suffix.lower()
    parse = {".json": _metadata, ".jsonl": _records}.get(suffix, _lines)
    _read_each(found, path, folder_of(tree, concept) or path.parent, parse)


def _read_names(found: Captions, tree: Tree, concept: Concept) -> None:
    """Take the names of images as captions, as this concept does."""
    chosen = folder_of(tree, concept)
    for folder, stems in tree.stems.items():
        if chosen is None or folder == chosen or chosen in folder.parents:
            for stem in stems:
                found.add(folder, stem)


def folder_of(tree: Tree, concept: Concept) -> Path | None:
    """Return the folder of the dataset that a concept means; None when none.

    The data may lie elsewhere than where the configuration was written: it is the folder whose
    path ends as the written one does, in most of its parts.
    """
    written = _parts(concept.folder)
    found = tree.by_name.get(written[0], [])[:MOST_ALIKE] if written else []
    return max(found, key=lambda folder: _alike(_parts(str(folder)), written), default=None)


def _parts(path: str) -> list[str]:
    """Return the parts of a path as any system writes it, last one first."""
    return [part for part in reversed(path.replace("\\", "/").split("/")) if part not in ("", ".")]


def _alike(parts: Sequence[str], written: Sequence[str]) -> int:
    """Return in how many parts from the end two paths are the same."""
    same = (one == other for one, other in zip(parts, written, strict=False))
    return sum(1 for _ in takewhile(bool, same))


def inside(root: Path, written: str, base: Path) -> Path | None:
    """Return a path of a configuration when it is an existing file within the dataset.

    Args:
        root: the dataset's folder.
        written: as the configuration writes it.
        base: folder from which it starts.
    """
    for start in (base, root):
        try:
            path = (start / written).resolve()
            if path.is_relative_to(root.resolve()) and path.is_file():
                return path
        except (OSError, ValueError, RuntimeError):  # too long, a NUL, a link to itself
            continue
    return None
