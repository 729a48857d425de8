"""The simulated hub's answers as files: one page answer a line, some pages a zstd frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

import msgspec
import numpy as np

from hubwatch.files import writing_to
from hubwatch.simulate.world.chunks import listed
from hubwatch.simulate.world.clock import END
from hubwatch.simulate.world.documents import SITE, model_document
from hubwatch.simulate.world.image_documents import ImageRenderer
from hubwatch.simulate.world.truth import ImageTruth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from hubwatch.simulate.world.content import Content
    from hubwatch.simulate.world.view import View

IMAGES_A_PAGE: Final = 200
MODELS_A_PAGE: Final = 100
_PAGES_A_FRAME: Final = 20
_LEVEL: Final = 1
_IMAGE_QUERY: Final = "limit=200&sort=Oldest&browsingLevel=31&withMeta=true&flatMeta=true"
_MODEL_QUERY: Final = "limit=100&sort=Oldest&nsfw=true&archived=true"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of answers.

    Args:
        kind: `models` or `images`.
        number: of the file, from 1.
        first, end: models, or chunks of images, that it covers.
        before: listed items in the parts before it.
        cost: expected effort, in images.
    """

    kind: str
    number: int
    first: int
    end: int
    before: int
    cost: int

    def path(self, out: Path) -> Path:
        """Return where the file goes."""
        return out / f"{self.kind}-{self.number:05d}.jsonl.zst"


@dataclass(frozen=True, slots=True)
class Written:
    """What one part came to: bytes on disk, bytes of JSON, items."""

    bytes: int
    json_bytes: int
    items: int


class _Frames:
    """Collects page answers and writes them as zstd frames."""

    def __init__(self, out: IO[bytes]) -> None:
        import pyarrow as pa

        self._out, self._codec = out, pa.Codec("zstd", compression_level=_LEVEL)
        self._held: list[bytes] = []
        self.bytes = self.json_bytes = 0

    def add(self, page: bytes) -> None:
        """Add one page answer."""
        self._held.append(page)
        if len(self._held) >= _PAGES_A_FRAME:
            self.flush()

    def flush(self) -> None:
        """Write what is held as one frame."""
        if not self._held:
            return
        raw = b"\n".join([*self._held, b""])
        packed = self._codec.compress(raw, asbytes=True)
        self._out.write(packed)
        self.bytes += len(packed)
        self.json_bytes += len(raw)
        self._held = []


def _metadata(kind: str, query: str, cursor: str | None) -> bytes:
    """Return the end of a page answer; without a cursor it is the last."""
    if cursor is None:
        return b'"metadata":{}'
    coded = cursor.replace("|", "%7C").replace(":", "%3A")
    text = (
        f'"metadata":{{"nextCursor":"{cursor}",'
        f'"nextPage":"{SITE}/api/v1/{kind}?{query}&cursor={coded}"}}'
    )
    return text.encode("ascii")


def image_parts(content: Content, *, rows: int = 50_000) -> list[Part]:
    """Cut the chunks into files of about `rows` listed images."""
    shown = (content.plan.showcase + content.plan.listed).tolist()
    parts: list[Part] = []
    first = before = held = 0
    for number, count in enumerate(shown):
        held += count
        if held >= rows or number == len(shown) - 1:
            parts.append(Part("images", len(parts) + 1, first, number + 1, before, held))
            before, first, held = before + held, number + 1, 0
    return parts


def model_parts(content: Content, *, rows: int = 2_000) -> list[Part]:
    """Cut the models into files of `rows` models, removed ones counted."""
    gone = np.concatenate([[0], np.cumsum(content.events.gone_at < END)])
    total = len(content.models)
    return [
        Part("models", n + 1, a, min(a + rows, total), a - int(gone[a]), 12 * rows)
        for n, a in enumerate(range(0, total, rows))
    ]


class ImageWriters:
    """What writes the images of one world: documents and truth.

    Args:
        content: the world.
    """

    def __init__(self, content: Content) -> None:
        self.content = content
        self.documents = ImageRenderer(content)
        self.truth = ImageTruth(content)


def _listed_texts(
    writers: ImageWriters, part: Part, tables: list[pa.Table]
) -> Iterator[list[bytes]]:
    """Yield the listed documents of each chunk in order of time; keep its truth in `tables`."""
    for number in range(part.first, part.end):
        chunk = writers.content.chunks.make(number)
        texts = writers.documents.render(chunk)
        tables.append(writers.truth.table(chunk))
        rows = np.flatnonzero(listed(chunk, END - 1))
        order = rows[np.argsort(chunk.at[rows], kind="stable")].tolist()
        yield [texts[row].encode() for row in order]


def write_images(
    writers: ImageWriters, part: Part, out: Path, *, total: int
) -> Iterator[int | Written]:
    """Write one file of image pages and its truth table.

    Args:
        writers: of the world.
        part: which file.
        out: folder.
        total: listed images of all parts.

    Yields:
        Number of images written since the last yield; at the end what came of it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables: list[pa.Table] = []
    held: list[bytes] = []
    done = part.before
    with writing_to(part.path(out)), part.path(out).open("wb") as file:
        frames = _Frames(file)
        for texts in _listed_texts(writers, part, tables):
            held += texts
            last = len(tables) == part.end - part.first
            while len(held) >= IMAGES_A_PAGE or (last and held):
                page, held = held[:IMAGES_A_PAGE], held[IMAGES_A_PAGE:]
                done += len(page)
                cursor = f"{done}|{END // 1000}" if done < total else None
                tail = _metadata("images", _IMAGE_QUERY, cursor)
                frames.add(b'{"items":[%b],%b}' % (b",".join(page), tail))
            yield len(texts)
        frames.flush()
    truth = out / "truth" / f"images-{part.number:05d}.parquet"
    with writing_to(truth):
        pq.write_table(pa.concat_tables(tables), truth, compression="zstd")
    yield Written(frames.bytes, frames.json_bytes, done - part.before)


def write_models(content: Content, view: View, part: Part, out: Path) -> Written:
    """Write one file of model pages: what lists at every level return on the last day.

    Models that lists hide at mature levels follow on a page that was asked for by their ids.
    """
    present = [i for i in range(part.first, part.end) if content.events.gone_at[i] > view.day]
    apart = [i for i in present if content.events.minor[i]]
    in_lists = [i for i in present if not content.events.minor[i]]
    ends_here = part.end == len(content.models)
    pages = [in_lists[i : i + MODELS_A_PAGE] for i in range(0, len(in_lists), MODELS_A_PAGE)]
    with writing_to(part.path(out)), part.path(out).open("wb") as file:
        frames = _Frames(file)
        for number, page in enumerate(pages):
            last = page[-1]
            final = ends_here and number == len(pages) - 1
            at = content.version_iso[content.versions.of_model[last][0]]
            cursor = None if final else f"{at}|{content.model_id[last]}"
            frames.add(_models_page(view, page, 31, _metadata("models", _MODEL_QUERY, cursor)))
        if apart:
            frames.add(_models_page(view, apart, 1, b'"metadata":{}'))
        frames.flush()
    return Written(frames.bytes, frames.json_bytes, len(present))


def _models_page(view: View, page: list[int], mask: int, tail: bytes) -> bytes:
    texts = [msgspec.json.encode(model_document(view, i, mask=mask)) for i in page]
    return b'{"items":[%b],%b}' % (b",".join(texts), tail)
