"""The lake's key: made once, outside the lake, for its owner alone; rotated on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.errors import LakeError
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.keys import key_file, pseudonyms, rotate_key
from hubwatch.lake.refine import refine


def creators(hub: Any) -> list[str]:
    return sorted(row["creator_key"] for row in hub.rows("creators"))


def test_the_key_is_made_on_first_use_outside_the_lake(hub: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    path = key_file(hub.lake)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.is_relative_to(hub.lake)
    assert path.read_text().strip() not in str([p.read_bytes() for p in hub.lake.rglob("*.json")])


def test_a_key_file_can_be_named(hub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBWATCH_KEY_FILE", str(tmp_path / "vault" / "key"))
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    assert (tmp_path / "vault" / "key").exists()


def test_a_lost_key_stops_refining_before_anything_is_mixed(hub: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    key_file(hub.lake).unlink()
    hub.models(hub.model(2))
    with pytest.raises(LakeError, match="key of this lake is missing") as caught:
        refine(hub.lake, workers=1)
    assert "rotate-key" in caught.value.hint


def test_a_file_that_is_no_key_is_refused(hub: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    key_file(hub.lake).write_text("hello")
    with pytest.raises(LakeError, match="is not a key"):
        refine(hub.lake, workers=1)


def test_rotation_gives_everyone_a_new_pseudonym_and_changes_nothing_else(hub: Any) -> None:
    hub.models(hub.model(1))
    hub.models(hub.model(2, creator={"username": "other"}), at="2024-05-01T00:00:00Z")
    before = creators(hub)
    models = [{**row, "creator_key": ""} for row in hub.rows("models")]
    rotate_key(hub.lake)
    after = creators(hub)
    assert len(after) == len(before) == 2
    assert not set(before) & set(after)
    assert [{**row, "creator_key": ""} for row in hub.rows("models")] == models


def test_tables_stay_readable_between_rotation_and_rebuilding(hub: Any, read: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    rotate_key(hub.lake)
    assert len(read(hub.lake, "models")) == 1


@given(
    st.text(min_size=1), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32)
)
def test_a_pseudonym_depends_on_key_hub_and_handle_alone(
    handle: str, key: bytes, other: bytes
) -> None:
    if handle == "unknown":
        return
    mine = pseudonyms(key, "civitai")
    assert mine(handle) == pseudonyms(key, "civitai")(handle)
    assert mine(handle) != pseudonyms(key, "elsewhere")(handle)
    assert (mine(handle) == pseudonyms(other, "civitai")(handle)) is (key == other)
    assert mine(None) is mine("") is mine("unknown") is None


def test_a_key_inside_the_lake_is_refused(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.models(hub.model(1))
    monkeypatch.setenv("HUBWATCH_KEY_FILE", str(hub.lake / "key"))
    with pytest.raises(LakeError, match="inside the lake"):
        refine(hub.lake, workers=1)
    assert not (hub.lake / "key").exists()


def test_tables_are_never_rebuilt_from_fewer_answers_than_they_were_made_of(hub: Any) -> None:
    snapshot = hub.models(hub.model(1))
    hub.models(hub.model(2))
    refine(hub.lake, workers=1)
    moved = hub.lake / "raw" / "civitai" / snapshot
    moved.rename(hub.lake.parent / "away")
    old = key_file(hub.lake).read_bytes()
    with pytest.raises(LakeError, match=f"{snapshot}.*missing"):
        rotate_key(hub.lake)
    assert key_file(hub.lake).read_bytes() == old
    key_file(hub.lake).write_text("ab" * 32)
    with pytest.raises(LakeError, match="missing"):
        refine(hub.lake, workers=1)
    assert open_lake(hub.lake).rows("models") == 2
    (hub.lake.parent / "away").rename(moved)
    refine(hub.lake, workers=1)
    assert open_lake(hub.lake).rows("models") == 2
