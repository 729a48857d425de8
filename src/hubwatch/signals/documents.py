"""One hub document or prompt record, and the subject that it is.

Strict reading first, which is fast; what it refuses is read again leniently, only to say where it
is wrong. Keys that no signal reads are skipped unread.
"""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct, field

from hubwatch.errors import InputError
from hubwatch.hubs.civitai.records import Id, Whole  # noqa: TC001 - msgspec reads annotations
from hubwatch.lake.refine import salvage
from hubwatch.lake.refine.staging import MENDED, REASONS
from hubwatch.lake.refine.values import commercial_uses, id_in_url, item_id, level_of
from hubwatch.signals.subjects import IMAGES_READ, ImageText, ModelSubject, PromptSubject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hubwatch.signals.signal import SubjectKind
    from hubwatch.signals.subjects import Subject

_REFUSED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_MOST_PATHS: Final = 3


class ItemError(Struct, frozen=True):
    """An item that cannot be read.

    Args:
        id: its id where that much could be read.
        error: one sentence: what is wrong and where; never quotes a value.
    """

    id: str | None
    error: str


class _Meta(Struct, gc=False):
    prompt: str | None = None
    negative_prompt: str | None = field(default=None, name="negativePrompt")
    meta: _Meta | None = None


class _Image(Struct, rename="camel", gc=False):
    id: Id = None
    url: str | None = None
    nsfw: bool | str | Whole | None = None
    nsfw_level: str | Whole | None = None
    browsing_level: Whole | None = None
    has_meta: bool | None = None
    meta: _Meta | None = None


class _File(Struct, gc=False):
    id: Id = None
    name: str | None = None
    size_kib: float | None = field(default=None, name="sizeKB")


class _Version(Struct, rename="camel", gc=False):
    id: Id = None
    name: str | None = None
    base_model: str | None = None
    description: str | None = None
    trained_words: list[str] | None = None
    files: list[_File] | None = None
    images: list[_Image] | None = None


class _Uploader(Struct, gc=False):
    username: str | None = None


class _Stats(Struct, rename="camel", gc=False):
    download_count: Whole | None = None


class _Model(Struct, rename="camel", gc=False):
    id: Id = None
    name: str | None = None
    description: str | None = None
    type: str | None = None
    poi: bool | None = None
    nsfw: bool | None = None
    allow_commercial_use: str | list[str] | None = None
    creator: _Uploader | None = None
    tags: list[str] | None = None
    stats: _Stats | None = None
    model_versions: list[_Version] | None = None


class _Prompt(Struct, gc=False):
    id: Id = None
    prompt: str | None = None
    positive_prompt: str | None = field(default=None, name="positivePrompt")
    negative_prompt: str | None = None
    hub_negative_prompt: str | None = field(default=None, name="negativePrompt")
    meta: _Meta | None = None


_DOCUMENTS: Final[dict[SubjectKind, type[Any]]] = {"model": _Model, "prompt": _Prompt}
_DECODERS: Final = {kind: msgspec.json.Decoder(shape) for kind, shape in _DOCUMENTS.items()}


def model_subject(document: dict[str, Any]) -> ModelSubject:
    """Return the subject of one model document of the hub.

    Raises:
        InputError: the document has no usable id, or a field of another type than it should.
    """
    found = _salvaged(document, "model", strict=False)
    if not isinstance(found, ModelSubject):
        raise _wrong(found)
    return found


def prompt_subject(item: dict[str, Any]) -> PromptSubject:
    """Return the subject of one prompt record: `id`, `prompt`, `negative_prompt`.

    The hub's own names `positivePrompt` and `negativePrompt`, and an image record with its `meta`,
    are understood too.

    Raises:
        InputError: the record has no usable id, or a field of another type than it should.
    """
    found = _salvaged(item, "prompt", strict=False)
    if not isinstance(found, PromptSubject):
        raise _wrong(found)
    return found


def _wrong(found: Subject | ItemError) -> InputError:
    what = found.error if isinstance(found, ItemError) else "the item is of another kind"
    return InputError(what, hint="compare it with the documents that the hub gives")


def subject_in(exact: bytes, kind: SubjectKind) -> Subject | ItemError:
    """Return the subject of one JSON document, or what is wrong with it.

    Args:
        exact: the document.
        kind: what it should be.
    """
    try:
        return _subject(_DECODERS[kind].decode(exact))
    except _REFUSED:
        pass
    try:
        value, problems, _ = salvage.read_leniently(exact)
    except salvage.UnreadableError as error:
        return ItemError(None, REASONS[error.reason])
    found = _salvaged(value, kind, strict=True)
    unmended = [problem for problem in problems if problem.reason not in MENDED]
    if unmended and not isinstance(found, ItemError):
        return ItemError(found.id, _said(unmended))
    return found


def _salvaged(value: Any, kind: SubjectKind, *, strict: bool) -> Subject | ItemError:
    """Read a JSON value field by field; any field of a wrong type makes it an error."""
    if not strict:
        try:
            return _subject(msgspec.convert(value, _DOCUMENTS[kind]))
        except _REFUSED:
            pass
    try:
        document, problems = salvage.rebuild(value, _DOCUMENTS[kind])
    except RecursionError:
        return ItemError(None, REASONS["too-deep"])
    wrong = [problem for problem in problems if problem.reason not in MENDED]
    if document is None or wrong:
        return ItemError(item_id(document.id) if document else None, _said(wrong))
    return _subject(document)


def _said(problems: Iterable[salvage.Problem]) -> str:
    """Say what is wrong and where, the first few."""
    some = list(problems)
    shown = "; ".join(f"{REASONS[p.reason]} at `{p.path}`" for p in some[:_MOST_PATHS])
    more = len(some) - _MOST_PATHS
    return f"{shown}; {more} more" if more > 0 else shown


def _subject(document: Any) -> Subject | ItemError:
    found = item_id(document.id)
    if found is None:
        return ItemError(None, f"{REASONS['no-id']} at `id`")
    if isinstance(document, _Model):
        return _model(found, document)
    prompt, negative = _prompts(document.meta)
    return PromptSubject(
        id=found,
        prompt=document.prompt or document.positive_prompt or prompt or "",
        negative_prompt=document.negative_prompt or document.hub_negative_prompt or negative,
    )


def _model(model_id: str, model: _Model) -> ModelSubject:
    versions = model.model_versions or []
    files = [file for version in versions for file in version.files or ()]
    images = [image for version in versions for image in version.images or ()]
    return ModelSubject(
        id=model_id,
        name=model.name or "",
        description=model.description or "",
        method=model.type,
        tags=tuple(model.tags or ()),
        flagged_real_person=model.poi,
        declared_nsfw=model.nsfw,
        creator=(model.creator.username or None) if model.creator else None,
        downloads=model.stats.download_count if model.stats else None,
        commercial_use=tuple(commercial_uses(model.allow_commercial_use) or ()),
        base_models=tuple(v.base_model for v in versions if v.base_model),
        version_names=tuple(v.name for v in versions if v.name),
        trigger_words=tuple(word for v in versions for word in v.trained_words or ()),
        version_descriptions=tuple(v.description for v in versions if v.description),
        file_names=tuple(file.name for file in sorted(files, key=_by_id) if file.name),
        largest_file_kib=max((f.size_kib for f in files if f.size_kib is not None), default=None),
        versions=len(versions),
        image_count=len(images),
        images=tuple(_image_text(image) for image in _read_images(images)),
    )


def by_number(name: str | None) -> tuple[bool, int, str]:
    """Return the sort key that puts ids in numeric order, and those without one last."""
    return (name is None, len(name or ""), name or "")


def _by_id(file: _File) -> tuple[bool, int, str]:
    return by_number(item_id(file.id))


def _read_images(images: list[_Image]) -> list[_Image]:
    """Return the images with the smallest ids, each once; those without an id come last."""
    known: dict[str, _Image] = {}
    unknown: list[_Image] = []
    for image in images:
        found = item_id(image.id) or id_in_url(image.url)
        if found is None:
            unknown.append(image)
        else:
            known[found] = image
    chosen = nsmallest(IMAGES_READ, known, key=by_number)
    return [*(known[found] for found in chosen), *unknown][:IMAGES_READ]


def _image_text(image: _Image) -> ImageText:
    level, source = level_of(image.browsing_level, image.nsfw_level, image.nsfw)
    prompt, negative = (None, None) if image.has_meta is False else _prompts(image.meta)
    return ImageText(
        level=level if source is not None else None, prompt=prompt, negative_prompt=negative
    )


def _prompts(meta: _Meta | None) -> tuple[str | None, str | None]:
    """Return the two prompts of generation data, unwrapped."""
    if meta is None:
        return None, None
    said = meta.meta or meta
    return said.prompt or None, said.negative_prompt or None
