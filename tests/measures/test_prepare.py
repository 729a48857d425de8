"""Measures that need signals get them computed first; the others start nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hubwatch.errors import StorageError
from hubwatch.lake.catalog import create_lake
from hubwatch.measures.prepare import fill_signals, lacks_signals, needs_signals
from hubwatch.measures.registry import MEASURES

if TYPE_CHECKING:
    from pathlib import Path

OF_SIGNALS = {
    "real_person_share", "real_person_reach_by", "target_gender", "sexualised_pairing",
    "prompt_gender", "language_rates", "barrier_to_entry_profile", "name_leakage",
    "metadata_stripping", "booru_overlap", "marker_adoption", "tag_communities",
    "community_adoption",
}  # fmt: skip


def test_only_measures_that_read_signal_tables_need_signals() -> None:
    assert {name for name in MEASURES if needs_signals([name])} == OF_SIGNALS
    assert needs_signals(None)
    assert needs_signals([])


def test_measuring_what_needs_no_signal_builds_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> bool:
        raise AssertionError("nothing is to be built")

    monkeypatch.setattr("hubwatch.signals.build.ensure_signals", never)
    monkeypatch.setattr("hubwatch.signals.build.is_current", never)
    assert not fill_signals(tmp_path, ["nsfw_share"])
    assert not lacks_signals(tmp_path, ["nsfw_share", "flagged_share"])


def test_measuring_what_needs_a_signal_builds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Path] = []

    def build(lake: Path, **_: object) -> bool:
        built.append(lake)
        return True

    monkeypatch.setattr("hubwatch.signals.build.ensure_signals", build)
    assert fill_signals(tmp_path, ["level_mix", "target_gender"])
    assert built == [tmp_path]


def test_a_lake_that_cannot_be_written_is_told_to_lack_signals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*_: object, **__: object) -> bool:
        raise StorageError("the folder is read-only", hint="mend it")

    monkeypatch.setattr("hubwatch.signals.build.ensure_signals", build)
    with pytest.raises(StorageError, match="the lake lacks signals") as caught:
        fill_signals(tmp_path, None)
    assert "hubwatch signals build" in (caught.value.hint or "")


def test_an_empty_lake_lacks_nothing(tmp_path: Path) -> None:
    create_lake(tmp_path / "lake")
    assert not lacks_signals(tmp_path / "lake", None)
