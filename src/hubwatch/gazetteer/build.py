"""Build a gazetteer: stream every source into sorted runs, then merge them; can be killed.

What was done is kept beside the output in `<name>.build/`. The same command goes on from there;
other sources, or a source that changed, start anew. Memory stays below some hundred megabytes
whatever the size of the sources.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from hubwatch.errors import InputError
from hubwatch.files import require_file, write_atomically, writing_to
from hubwatch.gazetteer.denied import digest_of, read_denied, with_other_names, without_denied
from hubwatch.gazetteer.index_file import write_gazetteer
from hubwatch.gazetteer.people import ROW, Person, rows_of
from hubwatch.gazetteer.readers.package import package_folder, read_package, redirected
from hubwatch.gazetteer.readers.table import Columns, read_table
from hubwatch.gazetteer.readers.wikidata import read_wikidata
from hubwatch.gazetteer.runs import merged_runs, write_run
from hubwatch.gazetteer.store import read_seed, seed_groups, without_persons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from hubwatch.gazetteer.people import Item
    from hubwatch.gazetteer.windows import Hashes

#: Persons after which what was read is written down.
CHECKPOINT: Final = 100_000
_STATE: Final = "state.json"
_REJECTED: Final = "rejected.csv"
_SEED: Final = "seed.npy"
_OURS: Final = re.compile(
    r"(run|left-out)-\d{5}\.npy|seed\.npy|rejected\.csv|\.?state\.json(\.\d+\.tmp)?"
)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One source of persons.

    Args:
        kind: `package`, `wikidata`, `sparql` or `csv`.
        path: file; for a package its folder, None for the installed one.
        licence: licence of the source as the operator states it.
        columns: of a CSV file.
    """

    kind: str
    path: Path | None = None
    licence: str | None = None
    columns: Columns | None = None


class SourceCount(msgspec.Struct):
    """How far one source was read.

    Args:
        position: where to go on, in the reader's own units.
        read, persons, rejected: items looked at, persons among them, items that cannot be read.
        done: it was read to its end.
    """

    position: int = 0
    read: int = 0
    persons: int = 0
    rejected: int = 0
    done: bool = False


class _State(msgspec.Struct):
    signature: list[dict[str, Any]]
    counts: list[SourceCount]
    denied: str
    runs: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did.

    Args:
        path: the gazetteer.
        names: names in it.
        counts: for each source, in order.
        denied: names that the deny-list holds.
        resumed: it went on from an earlier run.
    """

    path: Path
    names: int
    counts: tuple[SourceCount, ...]
    denied: int
    resumed: bool


def build_gazetteer(
    sources: Sequence[Source],
    out: Path,
    *,
    deny: Path | None = None,
    checkpoint: int = CHECKPOINT,
    progress: Callable[[int], None] | None = None,
) -> BuildSummary:
    """Build a gazetteer from the shipped seed and some sources, or go on with a build.

    Args:
        sources: read in this order.
        out: file to write, replaced in one step at the end.
        deny: text file, one name a line. Who has one of these names is left out with all names
            that a source gives; these are then listed from no source.
        checkpoint: persons between two records of what was done.
        progress: called with the number of items read since the last call.

    Raises:
        InputError: a source is missing, damaged or not what it should be, or the folder for
            unfinished work holds something else.
        StorageError: the disk refuses.
    """
    folder = out.with_name(f"{out.name}.build")
    signature = [_signature(source) for source in sources]
    listed = read_denied(deny)
    state, resumed = _open_state(folder, signature, digest_of(listed))
    denied = _all_denied(listed, sources)
    for place, source in enumerate(sources):
        if not state.counts[place].done:
            _read_source(source, place, _Work(state, folder, denied, checkpoint), progress)
    runs = [folder / _run_name(number) for number in range(state.runs)]
    with writing_to(out):
        write_run(folder / _SEED, _seed_rows(listed))
        blocks = merged_runs([folder / _SEED, *runs], _left_out(folder, state, denied))
        names = write_gazetteer(out, blocks, _about(signature, state, len(listed)))
        rejected = folder / _REJECTED
        if rejected.exists():
            rejected.replace(out.with_name(f"{out.name}.{_REJECTED}"))
        shutil.rmtree(folder)
    return BuildSummary(out, names, tuple(state.counts), len(listed), resumed)


@dataclass(frozen=True, slots=True)
class _Work:
    """What reading a source needs: the state, where it lies, who is left out, how often to save."""

    state: _State
    folder: Path
    denied: Hashes
    checkpoint: int


def _run_name(number: int) -> str:
    return f"run-{number:05d}.npy"


def _left_out_name(number: int) -> str:
    return f"left-out-{number:05d}.npy"


def _all_denied(listed: Hashes, sources: Sequence[Source]) -> Hashes:
    """Return the denied names, and the titles of the package that they are spellings of."""
    for source in sources:
        if source.kind == "package" and len(listed):
            listed = with_other_names(listed, redirected(source.path))
    return listed


def _left_out(folder: Path, state: _State, denied: Hashes) -> Hashes:
    """Return every name of everybody who is left out."""
    found = [np.load(folder / _left_out_name(number)) for number in range(state.left_out)]
    return np.unique(np.concatenate([denied, *found]))


def _signature(source: Source) -> dict[str, Any]:
    """Return what must be unchanged for a build to go on; never the folder a file lies in."""
    if source.kind == "package":
        path = package_folder(source.path)
        return {"kind": source.kind, "file": path.name, "licence": "CC BY-SA 3.0, unlicensed copy"}
    if source.path is None:
        raise ValueError(f"a source of kind {source.kind} has a path")
    found = require_file(source.path).stat()
    return {
        "kind": source.kind,
        "file": source.path.name,
        "bytes": found.st_size,
        "changed": found.st_mtime_ns,
        "licence": source.licence or {"wikidata": "CC0", "sparql": "CC0"}.get(source.kind),
        "columns": msgspec.to_builtins(source.columns),
    }


def _open_state(folder: Path, signature: list[dict[str, Any]], denied: str) -> tuple[_State, bool]:
    path = folder / _STATE
    if path.exists():
        try:
            state = msgspec.json.decode(path.read_bytes(), type=_State)
        except msgspec.DecodeError:
            state = None
        if state is not None and state.signature == signature and state.denied == denied:
            return state, True
    state = _State(signature, [SourceCount() for _ in signature], denied)
    with writing_to(folder):
        _clear(folder)
        folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path, msgspec.json.encode(state))
    return state, False


def _clear(folder: Path) -> None:
    """Remove what an earlier build left, and nothing else.

    Raises:
        InputError: the folder holds something that no build wrote.
    """
    if not folder.exists():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise _not_ours(folder)
    entries = list(folder.iterdir())
    names = [entry.name for entry in entries]
    if (names and _STATE not in names) or not all(_OURS.fullmatch(name) for name in names):
        raise _not_ours(folder)
    for entry in entries:
        entry.unlink()


def _not_ours(folder: Path) -> InputError:
    return InputError(
        f"`{folder}` is no unfinished build",
        hint="unfinished work is kept there: move it away, or choose another --out",
    )


def _items(source: Source, skip: int) -> Iterator[Item]:
    """Yield what a source holds.

    Raises:
        InputError: it is damaged, or ends too early.
    """
    try:
        yield from _opened_items(source, skip)
    except (OSError, EOFError) as error:
        raise InputError(
            f"`{source.path or source.kind}` is damaged or ends too early",
            hint="fetch it again; what was read before is kept",
        ) from error


def _opened_items(source: Source, skip: int) -> Iterator[Item]:
    if source.kind == "package":
        return read_package(source.path, skip=skip)
    path = require_file(source.path) if source.path else package_folder()
    if source.kind == "wikidata":
        return read_wikidata(path, skip=skip)
    columns = source.columns or Columns()
    return read_table(path, columns, source.kind, licence=source.licence, skip=skip)


def _read_source(
    source: Source, place: int, work: _Work, progress: Callable[[int], None] | None
) -> None:
    """Read one source from where it stands to its end."""
    people: list[Person] = []
    rejected: list[tuple[int, str]] = []
    count = work.state.counts[place]
    steps = groupby(_items(source, count.position), key=attrgetter("position"))
    for position, group in steps:
        if position > count.position and len(people) >= work.checkpoint:
            _write_down(people, rejected, work, place)
        items = list(group)
        people += [item.person for item in items if item.person is not None]
        rejected += [(position, item.rejected) for item in items if item.rejected]
        count = _counted(work.state, place, position, items)
        if progress is not None:
            progress(len(items))
    work.state.counts[place].done = True
    _write_down(people, rejected, work, place)


def _counted(state: _State, place: int, position: int, items: list[Item]) -> SourceCount:
    count = state.counts[place]
    count.position = position
    count.read += len(items)
    count.persons += sum(item.person is not None for item in items)
    count.rejected += sum(item.rejected is not None for item in items)
    return count


def _write_down(
    people: list[Person], rejected: list[tuple[int, str]], work: _Work, place: int
) -> None:
    """Write what is held into a run, then the state that counts it; both or neither count."""
    state, folder = work.state, work.folder
    kept, left_out = without_denied(people, work.denied)
    with writing_to(folder):
        if kept:
            write_run(folder / _run_name(state.runs), rows_of(kept))
            state.runs += 1
        if len(left_out):
            np.save(folder / _left_out_name(state.left_out), left_out)
            state.left_out += 1
        if rejected:
            with (folder / _REJECTED).open("a") as file:
                file.writelines(f"{place + 1},{position},{why}\n" for position, why in rejected)
    write_atomically(folder / _STATE, msgspec.json.encode(state))
    people.clear()
    rejected.clear()


def _seed_rows(denied: Hashes) -> np.ndarray[Any, Any]:
    seed = without_persons(read_seed(), denied, seed_groups())
    rows = np.empty(len(seed), dtype=ROW)
    rows["hash"], rows["codes"] = seed.hashes, seed.attributes
    return rows


def _about(signature: list[dict[str, Any]], state: _State, denied: int) -> dict[str, Any]:
    sources = [
        {
            **{key: described.get(key) for key in ("kind", "licence")},
            "read": count.read,
            "persons": count.persons,
            "rejected": count.rejected,
        }
        for described, count in zip(signature, state.counts, strict=True)
    ]
    return {"sources": sources, "denied": denied}
