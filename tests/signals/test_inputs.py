"""Documents become subjects; what cannot be read is named without being quoted."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.errors import InputError
from hubwatch.signals.documents import subject_in
from hubwatch.signals.inputs import (
    ItemError,
    kind_of_item,
    model_subject,
    prompt_subject,
    read_subjects,
)
from hubwatch.signals.subjects import IMAGES_READ, ImageText, ModelSubject, PromptSubject

DOCUMENT: dict[str, Any] = {
    "id": 7,
    "name": "Velda Orrin",
    "description": "<p>an invented person</p>",
    "type": "LORA",
    "poi": False,
    "nsfw": True,
    "tags": ["woman", "portrait"],
    "creator": {"username": "painter_one", "image": None},
    "stats": {"downloadCount": 12, "rating": 4.5},
    "allowCommercialUse": "{Image,Rent}",
    "surprise": {"a": 1},
    "modelVersions": [
        {
            "id": 71,
            "name": "v2",
            "baseModel": "SD 1.5",
            "description": None,
            "trainedWords": ["velda", "orrin"],
            "files": [
                {"id": 902, "name": "b.safetensors", "sizeKB": 10.5},
                {"id": 91, "name": "a.safetensors", "sizeKB": 144000},
            ],
            "images": [
                {"id": 30, "nsfwLevel": 4, "meta": {"prompt": "a kite", "negativePrompt": ""}},
                {"id": 9, "nsfw": "Soft", "meta": None},
            ],
        },
        {
            "id": 70,
            "name": "v1",
            "baseModel": "SDXL 1.0",
            "description": "<b>old</b>",
            "trainedWords": None,
            "images": [
                {"id": 100, "hasMeta": False, "meta": {"prompt": "withheld"}},
                {"id": 101, "browsingLevel": 16, "meta": {"id": 1, "meta": {"prompt": "wrapped"}}},
            ],
        },
    ],
}
SUBJECT = ModelSubject(
    id="7",
    name="Velda Orrin",
    description="<p>an invented person</p>",
    method="LORA",
    tags=("woman", "portrait"),
    flagged_real_person=False,
    declared_nsfw=True,
    creator="painter_one",
    downloads=12,
    commercial_use=("Image", "Rent"),
    base_models=("SD 1.5", "SDXL 1.0"),
    version_names=("v2", "v1"),
    trigger_words=("velda", "orrin"),
    version_descriptions=("<b>old</b>",),
    file_names=("a.safetensors", "b.safetensors"),
    largest_file_kib=144000.0,
    versions=2,
    image_count=4,
    images=(
        ImageText(level="PG-13"),
        ImageText(level="R", prompt="a kite"),
        ImageText(),
        ImageText(level="XXX", prompt="wrapped"),
    ),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def written(tmp_path: Path, *lines: Any, name: str = "items.jsonl") -> Path:
    path = tmp_path / name
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    raw = "\n".join(texts).encode()
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def test_a_model_document_becomes_its_subject() -> None:
    assert model_subject(DOCUMENT) == SUBJECT
    assert subject_in(json.dumps(DOCUMENT).encode(), "model") == SUBJECT


def test_only_the_images_with_the_smallest_ids_are_read_each_once() -> None:
    images = [{"id": i, "meta": {"prompt": str(i)}} for i in range(60, 9, -1)]
    versions = [{"id": 1, "images": images}, {"id": 2, "images": images[-3:]}]
    subject = model_subject({"id": 1, "modelVersions": versions})
    assert [image.prompt for image in subject.images] == [str(i) for i in range(10, 34)]
    assert len(subject.images) == IMAGES_READ
    assert subject.image_count == 54


@pytest.mark.parametrize(
    ("item", "prompt", "negative"),
    [
        ({"id": "a", "prompt": "kite", "negative_prompt": "sky"}, "kite", "sky"),
        ({"id": "a", "positivePrompt": "kite", "negativePrompt": "sky"}, "kite", "sky"),
        ({"id": "a", "prompt": "kite", "negative_prompt": None, "other": 3}, "kite", None),
        ({"id": "a", "meta": {"prompt": "kite", "negativePrompt": "sky"}}, "kite", "sky"),
        ({"id": "a", "prompt": None}, "", None),
    ],
)
def test_a_prompt_record_may_use_the_hubs_names(
    item: dict[str, Any], prompt: str, negative: str | None
) -> None:
    assert prompt_subject(item) == PromptSubject(id="a", prompt=prompt, negative_prompt=negative)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"id": 5, "name": 3}, "`name`"),
        ({"id": 5, "tags": ["a", None]}, "`tags[1]`"),
        ({"id": 5, "modelVersions": [{"images": [{"meta": {"prompt": 4}}]}]},
         "`modelVersions[0].images[0].meta.prompt`"),
        ({"id": 5, "stats": {"downloadCount": 2**70}}, "`stats.downloadCount`"),
        ({"name": "secret words"}, "`id`"),
        ("null", "`$`"),
        ('"secret words"', "`$`"),
        ("{secret words", "not JSON"),
        ("[" * 100_000, "deeply"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_never_quoted(line: Any, path: str) -> None:
    exact = (line if isinstance(line, str) else json.dumps(line)).encode()
    found = subject_in(exact, "model")
    assert isinstance(found, ItemError)
    assert path in found.error
    assert "secret" not in found.error
    assert found.id == ("5" if b'"id": 5' in exact else None)


def test_one_bad_line_costs_only_itself(tmp_path: Path) -> None:
    path = written(tmp_path, DOCUMENT, "{broken", "", {"id": 8}, name="items.jsonl.gz")
    found = list(read_subjects(path, "model"))
    assert found[0] == SUBJECT
    assert isinstance(found[1], ItemError)
    assert found[2] == ModelSubject(id="8")
    assert len(found) == 3


def test_an_api_page_a_list_and_a_stream_are_read_alike(tmp_path: Path) -> None:
    page = written(tmp_path, {"items": [DOCUMENT, {"id": 8}], "metadata": {}}, name="page.json")
    many = written(tmp_path, [DOCUMENT, {"id": 8}], name="list.json")
    lines = io.BytesIO(f"{json.dumps(DOCUMENT)}\n\n{json.dumps({'id': 8})}\n".encode())
    expected = [SUBJECT, ModelSubject(id="8")]
    assert [list(read_subjects(source, "model")) for source in (page, many, lines)] == [
        expected
    ] * 3


def test_a_truncated_file_gives_what_it_has_and_one_error(tmp_path: Path) -> None:
    path = written(
        tmp_path, *[{"id": i, "name": str(i) * 50} for i in range(2000)], name="x.jsonl.gz"
    )
    path.write_bytes(path.read_bytes()[:-2000])
    *good, last = read_subjects(path, "model")
    assert good
    assert isinstance(last, ItemError)
    assert "to its end" in last.error


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(read_subjects(tmp_path / "none.jsonl", "model"))


def test_the_kind_of_an_item_is_told_from_its_keys() -> None:
    assert kind_of_item(json.dumps(DOCUMENT).encode()) == "model"
    assert kind_of_item(b'{"id": 1, "negativePrompt": "x"}') == "prompt"
    assert kind_of_item(b'{"items": [{"id": 1, "meta": null, "width": 3}]}') == "prompt"
    assert kind_of_item(b'{"id": 1}') is None
    assert kind_of_item(b"{broken") is None


def test_lone_surrogates_are_mended_as_in_a_lake() -> None:
    found = subject_in(b'{"id": 1, "name": "a\\ud800b"}', "model")
    assert found == ModelSubject(id="1", name="a\ufffdb")


@given(st.dictionaries(st.sampled_from([*DOCUMENT, "prompt", "meta"]), json_values))
def test_any_json_value_is_a_subject_or_an_error(document: dict[str, Any]) -> None:
    exact = json.dumps(document).encode()
    for kind in ("model", "prompt"):
        assert isinstance(subject_in(exact, kind), ItemError | ModelSubject | PromptSubject)  # type: ignore[arg-type]  # a loop


@given(st.binary(max_size=200))
def test_any_bytes_are_a_subject_or_an_error(exact: bytes) -> None:
    found = list(read_subjects(io.BytesIO(b"\n" + exact), "prompt"))
    assert all(isinstance(one, ItemError | PromptSubject) for one in found)
