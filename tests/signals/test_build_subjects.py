"""A model is the same subject whether it is read from its document or from a lake."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hubwatch.engine import Source, session
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.importing import import_files
from hubwatch.lake.refine import refine
from hubwatch.lake.schema import arrow_schema
from hubwatch.signals.build.models import chunk_of, prepare, slices, subjects_of
from hubwatch.signals.inputs import ItemError, read_subjects
from hubwatch.signals.person.showcase import PROMPT_READ
from hubwatch.signals.subjects import ImageText, ModelSubject

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ.get("HUBWATCH_REAL_DATA", ROOT.parent / "shared/data/civitai-2023"))


def from_documents(path: Path) -> dict[str, ModelSubject]:
    """Return the subjects of a file, the last of each id, without what a lake hides."""
    found = {}
    for subject in read_subjects(path, "model"):
        assert isinstance(subject, ModelSubject)
        images = tuple(map(cut, subject.images))
        found[subject.id] = msgspec.structs.replace(subject, creator=None, images=images)
    return found


def cut(image: ImageText) -> ImageText:
    """Return what of an image's prompts a lake's subject holds: as much as is read."""
    asked, avoided = (text and text[:PROMPT_READ] for text in (image.prompt, image.negative_prompt))
    return msgspec.structs.replace(image, prompt=asked, negative_prompt=avoided)


def from_lake(lake: Path, rows: int = 1000) -> dict[str, ModelSubject]:
    opened = open_lake(lake)
    with session(threads=2) as engine:
        for name in ("versions", "files", "images", "prompts", "prompt_signals"):
            engine.view(name, Source(arrow_schema(name), tuple(opened.paths(name))))
        prepare(engine)
        models = pa.concat_tables([pq.read_table(path) for path in opened.paths("models")])
        chunk = chunk_of(engine, models)
    found = [subject for part in slices(chunk, rows) for subject in subjects_of(part)]
    return {one.id: msgspec.structs.replace(one, creator=None) for one in found}


@pytest.mark.parametrize("rows", [1000, 7])
def test_documents_and_lake_give_equal_subjects(
    models_file: Path, models_lake: Path, rows: int
) -> None:
    wanted = from_documents(models_file)
    assert from_lake(models_lake, rows) == wanted
    assert len(wanted) == 120
    assert any(subject.images for subject in wanted.values())


@pytest.mark.real_data
def test_real_documents_and_their_lake_give_equal_subjects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = REAL / "sample-200.jsonl.zst"
    if not sample.is_file():
        pytest.skip("the shared real documents are not here")
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    import_files([sample], tmp_path / "lake")
    refine(tmp_path / "lake", workers=1)
    wanted, found = from_documents(sample), from_lake(tmp_path / "lake")
    assert wanted.keys() == found.keys()
    differing = [name for name in wanted if wanted[name] != found[name]]
    assert len(differing) == 0, "some subjects differ"
    assert sum(len(subject.images) for subject in found.values()) > 1000
    assert not any(isinstance(one, ItemError) for one in found.values())
