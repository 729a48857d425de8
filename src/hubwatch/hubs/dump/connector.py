"""The dump connector: a slice is a file, a page some of its lines exactly as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwatch.errors import UsageError
from hubwatch.hubs.dump.reading import DumpFile
from hubwatch.hubs.protocol import Page, Slice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hubwatch.hubs.dump.reading import Block
    from hubwatch.hubs.protocol import Kind

KINDS: Final[tuple[Kind, ...]] = ("items",)


class Dump:
    """Saved files, as a hub to walk.

    Args:
        files: .json, .jsonl (also .gz, .zst) or .parquet.
        name: the hub that gave the answers.

    Raises:
        InputError: a file is missing, a folder, not readable, or of another format.
    """

    def __init__(self, files: Sequence[Path], *, name: str) -> None:
        self.name = name
        self._files = {f"{at}/{path.name}": DumpFile(path) for at, path in enumerate(files, 1)}

    def plan(self, kinds: Sequence[Kind] = KINDS) -> Sequence[Slice]:
        """Return a slice for each file.

        Raises:
            UsageError: nobody knows what kinds a file holds before it is refined.
        """
        if tuple(kinds) != KINDS:
            raise UsageError("a dump is taken as a whole", hint="ask for `items` alone")
        return [
            Slice(name=name, kind="items", endpoint=file.path.name)
            for name, file in self._files.items()
        ]

    def walk(
        self, part: Slice, *, walk: int = 1, number: int = 1, cursor: str | None = None
    ) -> Iterator[Page]:
        """Yield the pages of one file; a page's number and cursor say at which line it begins.

        Args:
            part: the file.
            walk: which walk of the file.
            number: line to begin at, from 1; a cursor says the same.
            cursor: `next_cursor` of the page before.
        """
        file = self._files[part.name]
        held: Block | None = None
        for block in file.blocks(int(cursor or number)):
            if held is not None:
                yield _page(part, walk, held, following=block.first)
            held = block
        if held is not None:
            yield _page(part, walk, held, following=None)

    @property
    def failures(self) -> list[str]:
        """One sentence for each file that could not be read to its end, once walked."""
        return [file.failure for file in self._files.values() if file.failure]

    @property
    def latest(self) -> str:
        """The latest time that the walked documents name, not after now; empty when none is."""
        return max((file.latest for file in self._files.values()), default="")


def _page(part: Slice, walk: int, block: Block, *, following: int | None) -> Page:
    return Page(
        slice=part.name,
        walk=walk,
        number=block.first,
        kind="items",
        url=part.endpoint,
        cursor=str(block.first) if block.first > 1 else None,
        next_cursor=None if following is None else str(following),
        status=200,
        received_at="",
        headers={},
        body=block.exact,
        rows=block.lines,
        form="lines" if block.is_lines else "document",
        via="import",
    )
