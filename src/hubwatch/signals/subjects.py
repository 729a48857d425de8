"""What a signal looks at: one model, or one prompt, as plain text and counts.

A hub's model document and the rows of a lake become the same record, so that batch and single
form read the same thing. Nothing in here is shown; it may hold names and sexual wording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Showcase images of one model that are read: those with the smallest numeric ids.
IMAGES_READ: Final = 24


class PromptSubject(msgspec.Struct, frozen=True, kw_only=True):
    """One prompt with what it wants to avoid.

    Args:
        id: the caller's id.
        prompt: the positive prompt as written.
        negative_prompt: the negative prompt as written; None when there is none.
    """

    id: str
    prompt: str
    negative_prompt: str | None = None


class ImageText(msgspec.Struct, frozen=True, kw_only=True):
    """What one showcase image says of its model.

    Args:
        level: browsing level, a word of `hubwatch.levels.LEVELS`; None when not said.
        prompt, negative_prompt: as written; None when there is none.
    """

    level: str | None = None
    prompt: str | None = None
    negative_prompt: str | None = None


class ModelSubject(msgspec.Struct, frozen=True, kw_only=True):
    """One model: what its page and its files' names say.

    Args:
        id: the hub's id as text.
        name: as the uploader wrote it.
        description: HTML as the uploader wrote it; empty when there is none.
        method: the hub's model type, for example LORA.
        tags: the hub's tags of the model.
        flagged_real_person: the hub's own mark; None when hidden or not said.
        declared_nsfw: the uploader's own declaration.
        creator: any stable key of the creator, only for grouping; never a feature.
        downloads: all-time counter; None when hidden.
        commercial_use: allowed commercial uses.
        base_models, version_names, trigger_words, version_descriptions: over all versions, in the
            order in which the hub shows them.
        file_names: names of all files.
        largest_file_kib: size of the largest file; None when not said.
        versions, image_count: how many the document lists.
        images: at most `IMAGES_READ` showcase images.
        training_tags: tags of the adapter's training captions, most frequent first.
    """

    id: str
    name: str = ""
    description: str = ""
    method: str | None = None
    tags: tuple[str, ...] = ()
    flagged_real_person: bool | None = None
    declared_nsfw: bool | None = None
    creator: str | None = None
    downloads: int | None = None
    commercial_use: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    version_names: tuple[str, ...] = ()
    trigger_words: tuple[str, ...] = ()
    version_descriptions: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    largest_file_kib: float | None = None
    versions: int = 0
    image_count: int = 0
    images: tuple[ImageText, ...] = ()
    training_tags: tuple[str, ...] = ()


Subject = PromptSubject | ModelSubject


class FieldText(msgspec.Struct, frozen=True):
    """One text of a subject.

    Args:
        field: where it stands, for example `tags[2]` or `prompt`.
        text: as written.
        negative: it says what is to be avoided.
    """

    field: str
    text: str
    negative: bool = False


def texts_of(subject: Subject, *, prompts: bool = True) -> Iterator[FieldText]:
    """Yield the texts of a subject in a fixed order.

    Args:
        subject: a prompt or a model.
        prompts: also the prompts of a model's showcase images.
    """
    if isinstance(subject, PromptSubject):
        yield FieldText("prompt", subject.prompt)
        if subject.negative_prompt:
            yield FieldText("negative_prompt", subject.negative_prompt, negative=True)
        return
    yield FieldText("name", subject.name)
    for field in ("tags", "trigger_words", "version_names", "file_names", "training_tags"):
        for place, text in enumerate(getattr(subject, field)):
            yield FieldText(f"{field}[{place}]", text)
    yield FieldText("description", subject.description)
    for place, text in enumerate(subject.version_descriptions):
        yield FieldText(f"version_descriptions[{place}]", text)
    for place, image in enumerate(subject.images if prompts else ()):
        if image.prompt:
            yield FieldText(f"images[{place}].prompt", image.prompt)
        if image.negative_prompt:
            yield FieldText(
                f"images[{place}].negative_prompt", image.negative_prompt, negative=True
            )
