"""The rows of a lake as model subjects: the same records that the hub's documents become.

What the signals say of the prompts that models show comes along from `prompt_signals`; of the
prompts themselves only so much as `real_person` reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hubwatch.signals.person.showcase import PROMPT_READ
from hubwatch.signals.subjects import IMAGES_READ, ImageText, ModelSubject

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from hubwatch.engine import Session

#: Columns of `models` that a subject needs.
MODEL_COLUMNS: Final = (
    "hub", "model_id", "name", "description", "method", "tags", "flagged_real_person",
    "declared_nsfw", "creator_key", "downloads", "commercial_use",
)  # fmt: skip

#: The showcase images that are read of each model, and the prompts that they name.
_SHOWN: Final = f"""
    CREATE TEMP TABLE shown AS
    SELECT hub, model_id, image_id, level, level_source, prompt_id, negative_prompt_id
    FROM images WHERE linked_at IS NOT NULL AND model_id IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY hub, model_id ORDER BY length(image_id), image_id) <= {IMAGES_READ}
"""  # noqa: S608 - a constant
_TEXTS: Final = f"""
    CREATE TEMP TABLE texts AS
    SELECT prompt_id, left(text, {PROMPT_READ}) AS text, gender, minor_grade, avoided_minor_grade
    FROM prompts LEFT JOIN prompt_signals USING (prompt_id) WHERE prompt_id IN (
        SELECT prompt_id FROM shown UNION SELECT negative_prompt_id FROM shown)
"""  # noqa: S608 - a constant
_VERSIONS: Final = """
    SELECT row, v.name, description, base_model, trigger_words, v.images
    FROM versions v JOIN chunk USING (hub, model_id)
    ORDER BY row, v.position NULLS LAST, length(version_id), version_id
"""
_FILES: Final = """
    SELECT row, f.name, size_kib FROM files f JOIN chunk USING (hub, model_id)
    ORDER BY row, length(file_id), file_id
"""
_IMAGES: Final = """
    SELECT row, level, level_source, asked.text AS prompt, avoided.text AS negative_prompt,
        asked.gender, greatest(asked.minor_grade, avoided.avoided_minor_grade) AS minor_grade
    FROM shown JOIN chunk USING (hub, model_id)
    LEFT JOIN texts asked USING (prompt_id)
    LEFT JOIN texts avoided ON avoided.prompt_id = negative_prompt_id
    ORDER BY row, length(image_id), image_id
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some models and what belongs to them, sorted by `row`: the model's place in the chunk.

    Args:
        models: `MODEL_COLUMNS`, one row a model.
        versions, files, images: with a column `row`.
    """

    models: pa.Table
    versions: pa.Table
    files: pa.Table
    images: pa.Table


class Shown(NamedTuple):
    """What the signals say of the prompts that a model shows.

    Args:
        genders: whom each prompt that has tags depicts.
        minor_grade: the highest grade of the minor cue, 0..3.
    """

    genders: tuple[str, ...] = ()
    minor_grade: int = 0


def prepare(engine: Session) -> None:
    """Decide once which images of each model are read, and fetch their prompts.

    Args:
        engine: with views `images`, `prompts` and `prompt_signals`.
    """
    engine.run(_SHOWN)
    engine.run(_TEXTS)


def chunk_of(engine: Session, models: pa.Table) -> Chunk:
    """Return some models with their parts.

    Args:
        engine: prepared, with views `versions` and `files`.
        models: rows of the table `models`.
    """
    import pyarrow as pa

    places = pa.array(np.arange(models.num_rows), pa.int64())
    keys = models.select(["hub", "model_id"]).append_column("row", places)
    engine.hold("chunk", keys)
    return Chunk(
        models=models.select(list(MODEL_COLUMNS)),
        versions=engine.table(_VERSIONS),
        files=engine.table(_FILES),
        images=engine.table(_IMAGES),
    )


def slices(chunk: Chunk, rows: int) -> Iterator[Chunk]:
    """Yield a chunk in pieces of at most so many models."""
    for start in range(0, chunk.models.num_rows, rows):
        parts = (between(part, start, start + rows) for part in _parts(chunk))
        yield Chunk(compact(chunk.models.slice(start, rows)), *parts)


def _parts(chunk: Chunk) -> tuple[pa.Table, ...]:
    return chunk.versions, chunk.files, chunk.images


def between(part: pa.Table, first: int, end: int) -> pa.Table:
    """Return the rows of some models, their places counted from the first of them.

    Args:
        part: sorted by its first column, `row`.
        first, end: places of the models, `end` excluded.
    """
    row = part["row"].to_numpy()
    start, stop = np.searchsorted(row, [first, end])
    import pyarrow as pa

    places = pa.array(row[start:stop] - first, pa.int64())
    return compact(part.slice(start, stop - start).set_column(0, "row", places))


def compact(part: pa.Table) -> pa.Table:
    """Return a copy of a slice that holds nothing else, so that it is sent as it is."""
    return part.take(np.arange(part.num_rows))


def subjects_of(chunk: Chunk) -> list[ModelSubject]:
    """Return the subjects of a chunk's models, in order."""
    count = chunk.models.num_rows
    texts = chunk.images.select(["row", "level", "level_source", "prompt", "negative_prompt"])
    parts = (chunk.versions, chunk.files, texts)
    versions, files, images = (_grouped(part, count) for part in parts)
    models = _rows(chunk.models)
    return list(map(_subject, models, versions, files, images))


def shown_by(chunk: Chunk) -> list[Shown]:
    """Return what the signals say of the prompts that a chunk's models show, in order."""
    said = chunk.images.select(["row", "gender", "minor_grade"])
    return [
        Shown(
            tuple(gender for gender, _ in rows if gender is not None),
            max((grade for _, grade in rows if grade is not None), default=0),
        )
        for rows in _grouped(said, chunk.models.num_rows)
    ]


def _rows(table: pa.Table) -> list[tuple[Any, ...]]:
    columns = [column.to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True))


def _grouped(part: pa.Table, count: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of each model, without their `row`."""
    edges = np.searchsorted(part["row"].to_numpy(), np.arange(count + 1)).tolist()
    rows = _rows(part.drop_columns(["row"]))
    for start, end in pairwise(edges):
        yield rows[start:end]


_Row = tuple[Any, ...]


def _subject(
    model: _Row, versions: list[_Row], files: list[_Row], images: list[_Row]
) -> ModelSubject:
    _, model_id, name, description, method, tags, flagged, nsfw, creator, downloads, uses = model
    return ModelSubject(
        id=model_id,
        name=name or "",
        description=description or "",
        method=method,
        tags=tuple(tags or ()),
        flagged_real_person=flagged,
        declared_nsfw=nsfw,
        creator=creator,
        downloads=downloads,
        commercial_use=tuple(uses or ()),
        base_models=tuple(v[2] for v in versions if v[2]),
        version_names=tuple(v[0] for v in versions if v[0]),
        trigger_words=tuple(word for v in versions for word in v[3] or ()),
        version_descriptions=tuple(v[1] for v in versions if v[1]),
        file_names=tuple(file[0] for file in files if file[0]),
        largest_file_kib=max((f[1] for f in files if f[1] is not None), default=None),
        versions=len(versions),
        image_count=sum(v[4] or 0 for v in versions),
        images=tuple(_image(*image) for image in images),
    )


def _image(
    level: str | None, source: str | None, prompt: str | None, negative: str | None
) -> ImageText:
    return ImageText(
        level=level if source is not None else None,
        prompt=prompt or None,
        negative_prompt=negative or None,
    )
