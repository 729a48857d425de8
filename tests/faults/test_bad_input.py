"""What bad input gets: one clear sentence, an exit code from the table, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from hubwatch.cli import cli
from hubwatch.cli.shell import run

GOOD = {
    "id": 1,
    "name": "a fictional style",
    "type": "LORA",
    "poi": False,
    "nsfw": False,
    "tags": ["style"],
    "modelVersions": [
        {
            "id": 10,
            "name": "v1",
            "createdAt": "2023-05-01T10:00:00.000Z",
            "baseModel": "SD 1.5",
            "files": [],
            "images": [{"id": 100, "nsfw": "None", "width": 512, "height": 512, "meta": None}],
        }
    ],
}


@pytest.fixture(autouse=True)
def _own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    return


class Outcome:
    """What a command did."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: object) -> None:
        self.code = run(cli, [str(a) for a in arguments])
        shown = capsys.readouterr()
        self.out, self.err = shown.out, shown.err
        assert "Traceback" not in self.err


def tables(capsys: pytest.CaptureFixture[str], lake: Path) -> dict[str, int]:
    done = Outcome(capsys, "lake", "show", "--lake", lake, "--json")
    assert done.code == 0, done.err
    return {name: table["rows"] for name, table in json.loads(done.out)["tables"].items()}


def write(path: Path, *lines: str | bytes | dict[str, object]) -> Path:
    encoded = [
        line
        if isinstance(line, bytes)
        else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    path.write_bytes(b"\n".join(encoded) + b"\n")
    return path


@pytest.mark.parametrize("what", ["missing", "folder"])
def test_a_missing_file_and_a_folder_are_one_error_and_exit_2(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / what
    if what == "folder":
        target.mkdir()
    done = Outcome(capsys, "import", "civitai", target, "--lake", tmp_path / "l")
    assert done.code == 2
    assert done.err.startswith("error: ")
    assert str(target) in done.err


def test_no_good_file_is_lost_when_another_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.jsonl", GOOD)
    done = Outcome(capsys, "import", "civitai", good, tmp_path / "none", "--lake", tmp_path / "l")
    assert done.code == 2
    assert not (tmp_path / "l" / "tables").exists()


@pytest.mark.parametrize(
    "broken",
    [
        "{not json",
        "null",
        "[]",
        '"text"',
        "17",
        '{"id": null}',
        '{"id": true, "name": "x", "type": "LORA"}',
        '{"id": 1e400}',
        '{"id": 99999999999999999999999}',
        '{"id": 7, "name": 5, "modelVersions": "x"}',
        b'\xef\xbb\xbf{"id": 3',
        b"\xff\xfe\x00",
        "[" * 5_000,
        '{"id": NaN}',
    ],
)
def test_a_broken_line_is_set_aside_and_the_rest_is_kept(
    broken: str | bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "m.jsonl", GOOD, broken, {**GOOD, "id": 2, "modelVersions": []})
    done = Outcome(capsys, "import", "civitai", file, "--lake", tmp_path / "l")
    assert done.code == 3
    rows = tables(capsys, tmp_path / "l")
    assert rows["quarantine"] >= 1
    assert 2 <= rows["models"] <= 3
    assert rows["images"] == 1


def test_quarantine_never_quotes_what_it_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "m.jsonl", {**GOOD, "id": ["a_private_name"]}, GOOD)
    Outcome(capsys, "import", "civitai", file, "--lake", tmp_path / "l")
    import pyarrow.parquet as pq

    files = list((tmp_path / "l" / "tables" / "quarantine").rglob("*.parquet"))
    assert files
    assert "a_private_name" not in str(pq.read_table(files[0]).to_pylist())


def test_a_truncated_zst_keeps_what_came_before_the_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codec = pa.Codec("zstd")
    one = codec.compress(json.dumps(GOOD).encode() + b"\n", asbytes=True)
    two = codec.compress(json.dumps({**GOOD, "id": 2}).encode() + b"\n", asbytes=True)
    (tmp_path / "cut.jsonl.zst").write_bytes(one + two[:-9])
    file = tmp_path / "cut.jsonl.zst"
    done = Outcome(capsys, "import", "civitai", file, "--lake", tmp_path / "l")
    assert done.code == 3
    assert "cut.jsonl.zst" in done.err
    assert tables(capsys, tmp_path / "l")["models"] == 1


def test_unknown_levels_dates_out_of_range_and_a_huge_prompt_are_kept_as_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = {"id": 100, "nsfw": "Spicy", "width": 512, "height": 512}
    big = {"id": 101, "nsfw": "Soft", "meta": {"prompt": "tag, " * 400_000}}
    lone = {"id": 102, "nsfw": "X", "meta": {"prompt": "half \ud83d emoji"}}
    version = {
        "id": 10,
        "name": "v1",
        "createdAt": "9999-99-99T00:00:00Z",
        "baseModel": "A Base Model Nobody Knows",
        "images": [image, big, lone],
        "files": [],
    }
    model = {**GOOD, "type": "ANewType", "modelVersions": [version]}
    file = write(tmp_path / "m.jsonl", model)
    done = Outcome(capsys, "import", "civitai", file, "--lake", tmp_path / "l")
    assert done.code in (0, 3), done.err
    rows = tables(capsys, tmp_path / "l")
    assert (rows["models"], rows["versions"], rows["images"], rows["prompts"]) == (1, 1, 3, 2)


def test_a_lake_made_by_a_newer_version_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "m.jsonl", GOOD)
    lake = tmp_path / "l"
    assert Outcome(capsys, "import", "civitai", file, "--lake", lake).code == 0
    identity = json.loads((lake / "lake.json").read_text())
    version_key = next(k for k in identity if "version" in k or "format" in k)
    identity[version_key] = 99
    (lake / "lake.json").write_text(json.dumps(identity))
    for verb in (["lake", "show"], ["measure", "--out", tmp_path / "r"], ["lake", "verify"]):
        done = Outcome(capsys, *verb, "--lake", lake)
        assert done.code == 2
        assert "newer" in done.err


@pytest.mark.parametrize("verb", [["lake", "show"], ["lake", "verify"], ["measure", "--out", "r"]])
def test_a_folder_that_is_no_lake_is_refused(
    verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Outcome(capsys, *verb, "--lake", tmp_path)
    assert done.code == 2
    assert done.err.startswith("error: ")
    assert "hint: " in done.err


def test_a_lake_without_a_complete_snapshot_measures_nothing_rather_than_wrongly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    done = Outcome(capsys, "import", "civitai", empty, "--lake", tmp_path / "l")
    assert done.code in (0, 3)
    measured = Outcome(capsys, "measure", "--lake", tmp_path / "l", "--out", tmp_path / "r")
    assert measured.code == 0, measured.err
    page = tmp_path / "p.html"
    assert Outcome(capsys, "report", "--results", tmp_path / "r", "--out", page).code == 0


def test_verify_finds_a_changed_file_and_exits_5(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "l"
    Outcome(capsys, "import", "civitai", write(tmp_path / "m.jsonl", GOOD), "--lake", lake)
    assert Outcome(capsys, "lake", "verify", "--lake", lake).code == 0
    victim = next((lake / "tables" / "models").rglob("*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-20])
    done = Outcome(capsys, "lake", "verify", "--lake", lake)
    assert done.code == 5
    assert victim.name in done.out
    assert "--rebuild" in done.err
    assert Outcome(capsys, "lake", "refine", "--rebuild", "--lake", lake).code == 0
    assert Outcome(capsys, "lake", "verify", "--lake", lake).code == 0
    assert tables(capsys, lake)["models"] == 1


def test_measuring_a_lake_without_anything_complete_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    Outcome(capsys, "import", "civitai", empty, "--lake", tmp_path / "l")
    done = Outcome(capsys, "measure", "--lake", tmp_path / "l", "--out", tmp_path / "r")
    assert done.code == 0
    assert "warning: " in done.err
