"""From one raw record to staged rows: decode strictly, else leniently, then translate by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from hubwatch.hubs.civitai.records import DOCUMENTS, PAGES, kind_of
from hubwatch.lake import salvage
from hubwatch.lake.staging import Batch, Origin, member
from hubwatch.lake.translate_images import add_listed_image, add_listed_images
from hubwatch.lake.translate_models import add_creator, add_model, add_tag, add_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwatch.lake.raw import RawRecord

_PAGE_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(page) for kind, page in PAGES.items()
}
_DECODERS: Final = {kind: msgspec.json.Decoder(document) for kind, document in DOCUMENTS.items()}
_KEYS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENVELOPE: Final = b'{"items":'
_REFUSED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Seen(NamedTuple):
    """What all rows of one record share.

    Args:
        observed_at: when the hub gave the answer.
        via: how it was found.
        pseudonym: from a creator's handle to its keyed hash.
    """

    observed_at: str
    via: str
    pseudonym: Callable[[str | None], str | None]


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
                _rows(batch, found, _PAGE_DECODERS[found].decode(exact).items, origin, seen)
                return
        else:
            found = kind_of(set(_KEYS.decode(exact)))
            if found is not None:
                _one(batch, found, _DECODERS[found].decode(exact), _single(origin), seen)
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
    try:
        value, problems, strict = salvage.read_leniently(exact)
        for problem in problems:
            batch.set_aside(kind, problem.reason, origin._replace(path=problem.path))
        page = value.get("items") if isinstance(value, dict) else None
        listed = page if isinstance(page, list) else value if isinstance(value, list) else None
        if listed is None:
            _salvaged(batch, value, kind, _single(origin), seen, strict=strict)
        for position, one in enumerate(listed or ()):
            _salvaged(batch, one, kind, member(origin, position), seen, strict=strict)
        if listed == [] and page is None:
            batch.set_aside(kind, "not-recognised", origin)
    except salvage.UnreadableError as error:
        batch.set_aside(kind, error.reason, origin)
    except RecursionError:
        batch.set_aside(kind, "too-deep", origin)


def _single(origin: Origin) -> Origin:
    """Number the item of an answer that is one document."""
    return origin._replace(item=0) if origin.item < 0 else origin


def _salvaged(
    batch: Batch, value: Any, kind: str, origin: Origin, seen: Seen, *, strict: bool
) -> None:
    """Translate one JSON value of which anything may be wrong."""
    if not isinstance(value, dict):
        batch.set_aside(kind, "wrong-type", origin)
        return
    found = kind if kind in DOCUMENTS else kind_of(set(value))
    if found is None:
        batch.set_aside(kind, "not-recognised", origin)
        return
    batch.drift.update(f"{found}.{path}" for path in salvage.drop_unknown(value, DOCUMENTS[found]))
    document, problems = _converted(value, DOCUMENTS[found], strict=strict)
    for problem in problems:
        batch.set_aside(found, problem.reason, origin.below(problem.path))
    _one(batch, found, document, origin, seen)


def _converted(
    value: dict[str, Any], document: type[msgspec.Struct], *, strict: bool
) -> tuple[Any, list[salvage.Problem]]:
    """Convert a whole item at once where it is sound, field by field where it is not."""
    if strict:
        try:
            return msgspec.convert(value, document), []
        except msgspec.ValidationError:
            pass
    return salvage.rebuild(value, document)


def _rows(batch: Batch, kind: str, items: list[Any], origin: Origin, seen: Seen) -> None:
    """Translate the documents of one page."""
    if kind == "images":
        add_listed_images(batch, items, origin, seen)
        return
    add = _ADD[kind]
    for position, document in enumerate(items):
        add(batch, document, member(origin, position), seen)


def _one(batch: Batch, kind: str, document: Any, origin: Origin, seen: Seen) -> None:
    _ADD[kind](batch, document, origin, seen)


_ADD: Final[dict[str, Callable[[Batch, Any, Origin, Seen], None]]] = {
    "models": add_model,
    "versions": add_version,
    "images": add_listed_image,
    "creators": add_creator,
    "tags": add_tag,
}
