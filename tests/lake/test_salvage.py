"""Whatever a hub sends becomes rows or quarantine, never an exception."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.hubs.civitai.records import DOCUMENTS, Image, Model
from hubwatch.lake.keys import pseudonyms
from hubwatch.lake.raw import RawRecord, body_fields
from hubwatch.lake.refine import salvage
from hubwatch.lake.refine.stage import digests
from hubwatch.lake.refine.staging import REASONS, STAGED, Batch, to_table
from hubwatch.lake.refine.translate import translate

KEYS = sorted({f.encode_name for d in DOCUMENTS.values() for f in msgspec.structs.fields(d)})
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["\ud800", "2023-13-40", "Soft", "{Image,Sell}", "None", "1e400", "\x00"])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)


def staged(exact: bytes, kind: str = "items", **fields: Any) -> Batch:
    batch = Batch(0)
    record = RawRecord(
        hub="civitai",
        kind=kind,
        source="x",
        position=1,
        observed_at="2024-01-01T00:00:00Z",
        **body_fields(exact),
        **fields,
    )
    translate(batch, record, 1, pseudonyms(b"k" * 32, "civitai"), "")
    ids, _ = digests(list(batch.prompts))
    for name in STAGED:
        to_table(batch, name, ids)
    return batch


@given(values, st.sampled_from(["items", *DOCUMENTS]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_json_value_becomes_rows_or_quarantine(value: Any, kind: str, page: bool) -> None:
    document = {"items": [value]} if page else value
    batch = staged(json.dumps(document).encode("utf-8", "surrogatepass"), kind)
    rows = sum(len(rows) for rows in batch.rows.values()) + len(batch.images["image_id"])
    assert rows or batch.troubles
    assert {trouble.reason for trouble in batch.troubles} <= REASONS.keys()


@given(st.binary(max_size=60), st.sampled_from(["document", "lines"]))
def test_any_bytes_become_rows_or_quarantine(exact: bytes, form: Any) -> None:
    batch = staged(exact, form=form)
    lines = [line for line in exact.split(b"\n") if line.strip()]
    assert len(batch.troubles) >= (bool(lines) if form == "lines" else 1)


@given(values)
def test_a_rebuilt_document_encodes_again(value: Any) -> None:
    document, problems = salvage.rebuild(value, Model)
    if document is None:
        assert problems
    else:
        msgspec.json.encode(document)


@pytest.mark.parametrize(
    ("exact", "reason"),
    [
        (b"{not json", "not-json"),
        (b"[" * 100_000, "too-deep"),
        (b"null", "wrong-type"),
        (b"[]", "not-recognised"),
        (b"{}", "not-recognised"),
        (b'{"modelVersions": [], "id": null}', "no-id"),
        (b'{"modelVersions": [], "id": NaN}', "not-finite"),
        (b'{"modelVersions": [], "id": 99999999999999999999}', "wrong-type"),
        (b'{"modelVersions": [], "id": -4}', "no-id"),
        (b'{"modelVersions": [], "id": 4, "name": "\xff"}', "not-utf-8"),
        (b'{"modelVersions": [{"id": 1, "createdAt": "yesterday"}], "id": 4}', "bad-time"),
        (b'{"modelVersions": [{"id": 1, "createdAt": "1890-01-01"}], "id": 4}', "bad-time"),
    ],
)
def test_each_kind_of_damage_has_its_reason(exact: bytes, reason: str) -> None:
    assert reason in {trouble.reason for trouble in staged(exact).troubles}


def test_what_is_sound_in_a_damaged_document_is_kept_and_the_rest_is_named() -> None:
    document = {"id": 7, "name": 5, "type": "LORA", "tags": ["a", None, 3], "modelVersions": "x"}
    batch = staged(json.dumps(document).encode())
    (row,) = batch.rows["models"]
    assert row[0] == "7"
    assert row[3] == "LORA"
    assert ["a"] in row
    paths = {trouble.origin.path for trouble in batch.troubles}
    assert paths == {"name", "tags[1]", "tags[2]", "modelVersions"}


def test_lone_surrogates_are_replaced_and_counted_not_set_aside() -> None:
    exact = b'{"items":[{"id":1,"width":5,"meta":{"prompt":"half \\ud83d face"}}]}'
    batch = staged(exact, "images")
    assert list(batch.prompts) == ["half \ufffd face"]
    assert batch.notes == {"lone-surrogate": 1}
    assert not batch.troubles


def test_a_byte_order_mark_is_no_reason_to_lose_a_document() -> None:
    batch = staged(b'\xef\xbb\xbf{"id": 3, "modelVersions": []}')
    assert len(batch.rows["models"]) == 1
    assert not batch.troubles


def test_unknown_keys_are_drift_and_cost_nothing_else() -> None:
    exact = b'{"items":[{"id":1,"width":5,"sparkle":1,"stats":{"likeCount":2,"waveCount":1}}]}'
    batch = staged(exact, "images")
    assert batch.drift == {"images.sparkle": 1, "images.stats.waveCount": 1}
    assert len(batch.images["image_id"]) == 1
    assert not batch.troubles


def test_documents_kept_as_text_in_a_column_are_read() -> None:
    found, problems = salvage.rebuild({"id": 1, "meta": '{"prompt": "a kite"}'}, Image)
    assert found is not None
    assert found.meta is not None
    assert (found.meta.prompt, problems) == ("a kite", [])


def test_the_paths_of_a_page_in_a_file_of_lines_name_line_and_item() -> None:
    page = b'{"items":[{"id":1,"width":5},{"id":null,"width":5}]}'
    (trouble,) = staged(b"\n" + page, form="lines").troubles
    assert (trouble.origin.item, trouble.origin.path) == (1, "items[1].id")
