"""From one raw record to staged rows: decode strictly, else leniently, then translate by kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubwatch.hubs.civitai.records import DOCUMENTS, PAGES, kind_of
from hubwatch.lake.refine import salvage
from hubwatch.lake.refine.seen import Seen
from hubwatch.lake.refine.staging import Batch, Origin, member
from hubwatch.lake.refine.translate_images import add_listed_images
from hubwatch.lake.refine.translate_models import add_creator, add_model, add_tag, add_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hubwatch.lake.raw import RawRecord

_PAGE_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(page) for kind, page in PAGES.items()
}
_DECODERS: Final = {kind: msgspec.json.Decoder(document) for kind, document in DOCUMENTS.items()}
_KEYS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENVELOPE: Final = b'{"items":'
_REFUSED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def translate(
    batch: Batch,
    record: RawRecord,
    number: int,
    pseudonym: Callable[[str | None], str | None],
    observed_at: str,
) -> None:
    """Add the rows of one raw record to a batch; whatever it holds, it never raises.

    Args:
        batch: collects rows, problems and counts.
        record: the raw record.
        number: its number in its file, from 1.
        pseudonym: from a creator's handle to its keyed hash.
        observed_at: used where the record does not say it.
    """
    batch.sha256 = record.sha256
    seen = Seen(record.observed_at or observed_at, record.via, pseudonym)
    if record.status != 200:
        _missed(batch, record, seen)
        return
    exact = record.exact()
    if record.form == "lines":
        for item, line in enumerate(exact.split(b"\n")):
            if line.strip():
                _document(batch, line, record.kind, Origin(number, item), seen)
    else:
        _document(batch, exact, record.kind, Origin(number, -1), seen)


def _missed(batch: Batch, record: RawRecord, seen: Seen) -> None:
    """Count an answer that is none; remember a look-up by id that found nothing."""
    batch.notes[f"status-{record.status}"] += 1
    if record.status == 404 and record.via == "by-id":
        item = record.source.partition("?")[0].rstrip("/").rpartition("/")[2]
        batch.rows["misses"].append((record.kind, item, seen.observed_at))


def _document(batch: Batch, exact: bytes, kind: str, origin: Origin, seen: Seen) -> None:
    """Read one document or page strictly, and leniently when that fails."""
    try:
        if exact.startswith(_ENVELOPE):
            found = kind if kind in PAGES else _kind_of_page(exact)
            if found is not None:
                items = _PAGE_DECODERS[found].decode(exact).items
                _rows(batch, found, items, partial(member, origin), seen)
                return
        else:
            found = kind_of(set(_KEYS.decode(exact)))
            if found is not None:
                documents = [_DECODERS[found].decode(exact)]
                _rows(batch, found, documents, [_single(origin)].__getitem__, seen)
                return
    except _REFUSED:
        pass
    _leniently(batch, exact, kind, origin, seen)


class _Envelope(msgspec.Struct):
    items: list[msgspec.Raw]


_ENVELOPE_DECODER: Final = msgspec.json.Decoder(_Envelope)


def _kind_of_page(exact: bytes) -> str | None:
    items = _ENVELOPE_DECODER.decode(exact).items
    return kind_of(set(_KEYS.decode(items[0]))) if items else None


def _leniently(batch: Batch, exact: bytes, kind: str, origin: Origin, seen: Seen) -> None:
    """Read an answer of which anything may be wrong; sound items of one kind go together."""
    sound: dict[str, tuple[list[Any], list[Origin]]] = {}
    try:
        value, problems, strict = salvage.read_leniently(exact)
        for problem in problems:
            batch.set_aside(kind, problem.reason, origin._replace(path=problem.path))
        for place, item in _items(value, origin):
            found = _salvaged(batch, item, kind, place, strict=strict)
            if found is not None:
                documents, origins = sound.setdefault(found[0], ([], []))
                documents.append(found[1])
                origins.append(place)
        if value == []:
            batch.set_aside(kind, "not-recognised", origin)
    except salvage.UnreadableError as error:
        batch.set_aside(kind, error.reason, origin)
    except RecursionError:
        batch.set_aside(kind, "too-deep", origin)
    for name, (documents, origins) in sound.items():
        _rows(batch, name, documents, origins.__getitem__, seen)


def _items(value: Any, origin: Origin) -> Iterator[tuple[Origin, Any]]:
    """Yield the items of a page, of a list, or the one document, each with its place."""
    page = value.get("items") if isinstance(value, dict) else value
    if not isinstance(page, list):
        yield _single(origin), value
        return
    for position, item in enumerate(page):
        yield member(origin, position), item


def _single(origin: Origin) -> Origin:
    """Number the item of an answer that is one document."""
    return origin._replace(item=0) if origin.item < 0 else origin


def _salvaged(
    batch: Batch, value: Any, kind: str, origin: Origin, *, strict: bool
) -> tuple[str, Any] | None:
    """Return kind and document of one JSON value, `None` when it is set aside."""
    if not isinstance(value, dict):
        batch.set_aside(kind, "wrong-type", origin)
        return None
    found = kind if kind in DOCUMENTS else kind_of(set(value))
    if found is None:
        batch.set_aside(kind, "not-recognised", origin)
        return None
    batch.drift.update(f"{found}.{path}" for path in salvage.drop_unknown(value, DOCUMENTS[found]))
    document, problems = _converted(value, found, strict=strict)
    for problem in problems:
        batch.set_aside(found, problem.reason, origin.below(problem.path))
    return found, document


def _converted(
    value: dict[str, Any], kind: str, *, strict: bool
) -> tuple[Any, list[salvage.Problem]]:
    """Decode a whole item at once where it is sound, field by field where it is not."""
    if strict:
        try:
            return _DECODERS[kind].decode(msgspec.json.encode(value)), []
        except msgspec.ValidationError:
            pass
    return salvage.rebuild(value, DOCUMENTS[kind])


def _rows(
    batch: Batch, kind: str, documents: list[Any], place: Callable[[int], Origin], seen: Seen
) -> None:
    """Translate documents of one kind; `place` says where each comes from."""
    if kind == "images":
        add_listed_images(batch, documents, place, seen)
        return
    add = _ADD[kind]
    for position, document in enumerate(documents):
        add(batch, document, place(position), seen)


_ADD: Final[dict[str, Callable[[Batch, Any, Origin, Seen], None]]] = {
    "models": add_model,
    "versions": add_version,
    "creators": add_creator,
    "tags": add_tag,
}
