"""Importing saved answers: exactly, once, whatever their packing, up to the byte of a cut."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.errors import InputError
from hubwatch.hubs.dump.reading import LARGEST, DumpFile
from hubwatch.lake import importing
from hubwatch.lake.importing import import_files
from hubwatch.lake.raw import read_records, snapshots

if TYPE_CHECKING:
    from pathlib import Path


def packed(lines: bytes, path: Path) -> Path:
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(lines))
    elif path.suffix == ".zst":
        path.write_bytes(pa.Codec("zstd").compress(lines, asbytes=True))
    else:
        path.write_bytes(lines)
    return path


def lines_of(*documents: Any) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


@pytest.mark.parametrize("name", ["m.jsonl", "m.jsonl.gz", "m.jsonl.zst", "m.json", "m.json.gz"])
def test_lines_come_in_whatever_their_packing(name: str, tmp_path: Path, hub: Any) -> None:
    file = packed(lines_of(hub.model(1), hub.model(2)), tmp_path / name)
    summary = import_files([file], hub.lake)
    assert (summary.records, summary.already_there, summary.failures) == (2, False, [])
    assert [row["model_id"] for row in hub.rows("models")] == ["1", "2"]


@pytest.mark.parametrize(
    "make",
    [
        lambda hub: [hub.model(1), hub.model(2)],
        lambda hub: {"items": [hub.model(1), hub.model(2)], "metadata": {}},
        lambda hub: {"metadata": {}, "items": [hub.model(1), hub.model(2)]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_comes_in_however_it_is_laid_out(
    make: Any, indent: int | None, tmp_path: Path, hub: Any
) -> None:
    (tmp_path / "m.json").write_text(json.dumps(make(hub), indent=indent))
    import_files([tmp_path / "m.json"], hub.lake)
    assert [row["model_id"] for row in hub.rows("models")] == ["1", "2"]


def test_rows_of_parquet_come_in_as_documents(tmp_path: Path, hub: Any) -> None:
    image = hub.image(5)
    row = {**image, "meta": json.dumps(image["meta"]), "stats": json.dumps(image["stats"])}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "i.parquet")
    import_files([tmp_path / "i.parquet"], hub.lake)
    (image,) = hub.rows("images")
    assert (image["image_id"], image["steps"], image["hearts"]) == ("5", 20, 2)
    assert image["prompt_id"] is not None


def test_kinds_may_be_mixed_in_one_file(tmp_path: Path, hub: Any) -> None:
    version = {**hub.version(70), "modelId": 7}
    file = tmp_path / "all.jsonl"
    file.write_bytes(lines_of(
        hub.model(1), hub.image(2), version, {"username": "a", "modelCount": 1},
        {"name": "t", "link": "l"}, {"items": [hub.image(3)]},
    ))  # fmt: skip
    import_files([file], hub.lake)
    assert len(hub.rows("models")) == 1
    assert len(hub.rows("images")) == 2
    assert len(hub.rows("versions")) == 2
    assert hub.rows("quarantine") == []


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=20))
@settings(max_examples=40, deadline=None)
def test_lines_are_stored_exactly(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("import")
    given_lines = [line.removesuffix(b"\r") for line in lines]
    (folder / "x.jsonl").write_bytes(b"\n".join(given_lines) + b"\n")
    summary = import_files([folder / "x.jsonl"], folder / "lake")
    records = read_records(folder / "lake", "civitai", summary.snapshot)
    stored = b"\n".join(record.exact() for _, _, record in records)
    assert stored == b"\n".join(given_lines)


def test_the_same_content_again_is_recognised(tmp_path: Path, hub: Any) -> None:
    file = packed(lines_of(hub.model(1)), tmp_path / "m.jsonl")
    first = import_files([file], hub.lake)
    file.rename(tmp_path / "renamed.jsonl")
    again = import_files([tmp_path / "renamed.jsonl"], hub.lake)
    assert (again.already_there, again.snapshot, again.records) == (True, first.snapshot, 0)
    assert len(snapshots(hub.lake)) == 1


@pytest.mark.parametrize("suffix", [".zst", ".gz"])
def test_everything_before_a_cut_is_kept_and_the_cut_is_told(
    suffix: str, tmp_path: Path, hub: Any
) -> None:
    documents = [hub.model(n, description=f"{n * 7919 % 99991} " * 40) for n in range(4000)]
    whole = packed(lines_of(*documents), tmp_path / f"whole.jsonl{suffix}").read_bytes()
    cut = tmp_path / f"cut.jsonl{suffix}"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    summary = import_files([cut], hub.lake)
    assert 1000 < summary.records < 4000
    (failure,) = summary.failures
    assert cut.name in failure
    half_lines = len(hub.rows("quarantine"))
    assert half_lines <= 1
    assert len(hub.rows("models")) == summary.records - half_lines


def test_what_was_cut_is_imported_again_when_it_is_whole(tmp_path: Path, hub: Any) -> None:
    (tmp_path / "m.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd\x00")
    assert import_files([tmp_path / "m.jsonl.zst"], hub.lake).failures
    assert not import_files([tmp_path / "m.jsonl.zst"], hub.lake).already_there


def test_a_list_that_does_not_end_keeps_its_members(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('[{"a": 1}, {"a": 2}, {"a"')
    dump = DumpFile(tmp_path / "m.json")
    assert sum(block.lines for block in dump.blocks()) == 2
    assert "m.json" in dump.failure


def inflating(path: Path, head: bytes, mebibytes: int, tail: bytes = b"") -> Path:
    """Write a few kilobytes that inflate to many mebibytes of one letter."""
    codec = pa.Codec("zstd")
    frames = [head, *[b"a" * (1 << 20)] * mebibytes, tail]
    path.write_bytes(b"".join(codec.compress(frame, asbytes=True) for frame in frames if frame))
    return path


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("bomb.jsonl.zst", b'{"id": 1, "type": "LORA"}\n'),
        ("bomb.json.zst", b'[{"id": 1, "type": "LORA"}, "'),
    ],
)
def test_a_line_that_inflates_without_end_costs_bounded_memory_and_nothing_before_it(
    name: str, head: bytes, tmp_path: Path, hub: Any
) -> None:
    file = inflating(tmp_path / name, head, 3 * (LARGEST >> 20))
    (failure,) = import_files([file], hub.lake).failures
    assert "32 MiB" in failure
    assert len(hub.rows("models")) == 1


def test_a_document_that_inflates_without_end_is_told(tmp_path: Path, hub: Any) -> None:
    file = inflating(tmp_path / "m.json.zst", b'{"a": "', LARGEST >> 20, b'"}')
    summary = import_files([file], hub.lake)
    assert (summary.records, len(summary.failures)) == (0, 1)


def test_a_line_that_grows_when_it_is_stored_can_still_be_refined(tmp_path: Path, hub: Any) -> None:
    line = b"\x01" * (LARGEST - 1)
    (tmp_path / "m.jsonl").write_bytes(line + b"\n" + lines_of(hub.model(1)))
    assert import_files([tmp_path / "m.jsonl"], hub.lake).failures == []
    assert len(hub.rows("models")) == 1
    assert [row["reason"] for row in hub.rows("quarantine")] == ["not-json"]


def test_millions_of_tiny_lines_come_in_small_pieces(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_bytes(b"1\n" * 5000)
    assert {block.lines for block in DumpFile(tmp_path / "m.jsonl").blocks()} == {1000}


def test_a_list_keeps_what_stands_before_a_member_nested_without_end(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('[{"a": 1}, ' + "[" * 50_000 + "]" * 50_000 + "]")
    dump = DumpFile(tmp_path / "m.json")
    assert sum(block.lines for block in dump.blocks()) == 1
    assert "too deeply" in dump.failure


def test_a_list_keeps_what_stands_behind_a_number_of_any_length(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('[{"seed": ' + "9" * 6000 + '}, {"a": 2}]')
    dump = DumpFile(tmp_path / "m.json")
    assert sum(block.lines for block in dump.blocks()) == 2
    assert dump.failure == ""


def test_a_time_that_is_none_does_not_date_a_dump(tmp_path: Path, hub: Any) -> None:
    odd = {**hub.model(1), "updatedAt": "2024-99-99T99:99:99.000Z"}
    import_files([packed(lines_of(odd), tmp_path / "m.jsonl")], hub.lake)
    (model,) = hub.rows("models")
    assert model["observed_at"].isoformat() == "2024-02-01T00:00:00+00:00"


def test_a_killed_import_makes_room_before_the_next_one_begins(
    tmp_path: Path, hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.snapshot(("items", b"{}"), complete=False, origin={"command": "import"})
    left = [manifest.id for manifest in snapshots(hub.lake)]
    seen: list[list[str]] = []
    original = importing.start_snapshot

    def start(lake: Path, *given: Any, **named: Any) -> Any:
        seen.append([manifest.id for manifest in snapshots(lake)])
        return original(lake, *given, **named)

    monkeypatch.setattr(importing, "start_snapshot", start)
    import_files([packed(lines_of(hub.model(1)), tmp_path / "m.jsonl")], hub.lake)
    assert len(left) == 1
    assert seen == [[]]


@pytest.mark.parametrize("name", ["missing.jsonl", "folder.jsonl", "picture.png", ""])
def test_nothing_is_stored_when_one_file_cannot_be_read(
    name: str, tmp_path: Path, hub: Any
) -> None:
    good = packed(lines_of(hub.model(1)), tmp_path / "good.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "picture.png").write_bytes(b"x")
    files = [good, tmp_path / name] if name else []
    with pytest.raises(InputError) as caught:
        import_files(files, hub.lake)
    assert caught.value.hint
    assert not hub.lake.exists()


def test_an_old_dump_does_not_overwrite_what_was_seen_later(tmp_path: Path, hub: Any) -> None:
    hub.models(hub.model(1, name="as collected"), at="2024-06-01T00:00:00Z")
    file = packed(lines_of(hub.model(1, name="as dumped")), tmp_path / "old.jsonl")
    import_files([file], hub.lake)
    assert [row["name"] for row in hub.rows("models")] == ["as collected"]
    told = import_files([packed(lines_of(hub.model(1, name="told")), tmp_path / "new.jsonl")],
                        hub.lake, observed_at="2024-09-01T00:00:00Z")  # fmt: skip
    assert told.records == 1
    assert [row["name"] for row in hub.rows("models")] == ["told"]


def test_later_lines_win_over_earlier_ones_of_the_same_file(tmp_path: Path, hub: Any) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(lines_of(hub.model(1, name="first"), hub.model(1, name="second")))
    import_files([file], hub.lake)
    assert [row["name"] for row in hub.rows("models")] == ["second"]
