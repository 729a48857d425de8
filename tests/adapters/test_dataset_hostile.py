"""Datasets that are broken or meant to break: bounded work, one clear error, or a count."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_sets import LAKES, MATURE, fill, person_set

from hubwatch.adapters.dataset import captions as captions_module
from hubwatch.adapters.dataset import check_dataset
from hubwatch.adapters.dataset import walk as walk_module
from hubwatch.adapters.dataset.configs import config_of, read_config
from hubwatch.adapters.dataset.plain import read_plain
from hubwatch.adapters.dataset.reading import CAPTION_CAP, text_of
from hubwatch.errors import InputError

TODAY = date(2026, 5, 1)


def not_read(folder: Path) -> dict[str, int]:
    return check_dataset(folder, today=TODAY).files.not_read


def test_invalid_utf_8_is_counted_and_the_rest_is_still_read(tmp_path: Path) -> None:
    fill(tmp_path, LAKES)
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\xfa, " + MATURE.encode() + b", \x80")
    (tmp_path / "worse.txt").write_bytes(b"\x80, " + MATURE.encode())
    report = check_dataset(tmp_path, today=TODAY)
    assert report.files.not_read == {"not_utf8": 2}
    assert report.sexualised.captions.n == 1
    assert not report.complete


def test_utf_16_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(MATURE.encode("utf-16"))
    report = check_dataset(tmp_path, today=TODAY)
    assert report.sexualised.captions.n == 1
    assert report.complete


def test_of_a_caption_of_ten_megabytes_only_the_beginning_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{MATURE}, " + "lake, " * (10 << 17), encoding="utf-8")
    report = check_dataset(tmp_path, today=TODAY)
    assert report.files.not_read == {"too_long": 1}
    assert report.sexualised.captions.n == 1


def test_a_pipe_under_the_name_of_a_caption_is_counted(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert not_read(tmp_path) == {"not_a_file": 1}


def test_links_to_folders_are_counted_and_loops_end(tmp_path: Path) -> None:
    fill(tmp_path / "a", LAKES)
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    report = check_dataset(tmp_path, today=TODAY)
    assert report.files.not_read == {"linked_folder": 1, "not_a_file": 2}
    assert report.files.captions == len(LAKES)


def test_a_caption_that_is_a_link_to_an_image_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "photo.png")
    (tmp_path / "photo.txt").symlink_to(tmp_path / "photo.png")
    assert not_read(tmp_path) == {"linked_image": 1, "no_text": 1}


def test_a_configuration_that_calls_images_captions_is_not_obeyed(tmp_path: Path) -> None:
    fill(tmp_path / "lakes", LAKES)
    (tmp_path / "dataset.toml").write_text(
        '[general]\ncaption_extension = ".png"\n'
        '[[datasets]]\n[[datasets.subsets]]\nimage_dir = "lakes"\nmetadata_file = "lakes/000.png"\n'
    )
    report = check_dataset(tmp_path, today=TODAY)
    assert report.files.images == len(LAKES)
    assert report.files.captions == len(LAKES)


def test_folders_below_the_deepest_are_counted(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (walk_module.DEEPEST + 3))
    fill(deep, LAKES[:1])
    assert not_read(tmp_path) == {"too_deep": 1}


def test_captions_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, [f"lake {n}" for n in range(9)])
    assert len(walk_module.walk(tmp_path, most_captions=4).captions) == 4
    assert walk_module.walk(tmp_path, most_captions=4).not_read == {"over_limit": 5}
    monkeypatch.setattr(captions_module, "MOST_BYTES", 20)
    assert not_read(tmp_path) == {"over_limit": 6}


def test_entries_beyond_the_limit_end_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        fill(tmp_path / name, LAKES)
    monkeypatch.setattr(walk_module, "MOST_ENTRIES", 5)
    assert not_read(tmp_path) == {"over_limit": 2}


def test_files_of_many_captions_are_read_line_by_line(tmp_path: Path) -> None:
    lines = ['{"file_name": "1.png", "text": "a lake"}', "{", "[1]", '{"tags": ["a", "b"]}', ""]
    (tmp_path / "metadata.jsonl").write_text("\n".join([*lines, "[" * 50_000]))
    report = check_dataset(tmp_path, today=TODAY)
    assert report.files.captions == 2
    assert report.files.not_read == {"damaged": 3}


BOMB = "a: &a [x, x]\n" + "\n".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bomb.yaml", BOMB),
        ("merge.yaml", "a: &a {x: 1}\nb:\n  <<: *a\n"),
        ("deep.yaml", "[" * 5_000),
        ("many.yaml", "\n".join(f"k{n}: 1" for n in range(30_000))),
        ("tab.yaml", "a:\n\t- b: ]"),
        ("key.yaml", "? [a, b]\n: 1"),
        ("object.yaml", "a: !!python/object/apply:os.system ['true']\n&x *y"),
        ("bytes.yaml", "\x00\x01"),
        ("deep.toml", "a = " + "[" * 50_000),
        ("bad.toml", "a = "),
        ("large.toml", "#" * (300 << 10)),
        ("deep.json", "[" * 200_000),
        ("bad.json", '{"a": }'),
        ("large.json", " " * (5 << 20)),
        ("other.json", '{"name": "something else"}'),
        ("list.json", "[1, 2]"),
        ("text.ini", "a=b"),
    ],
)
def test_a_configuration_that_is_none_is_one_clear_error(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert name in caught.value.what
    assert "\n" not in caught.value.what
    assert caught.value.hint


def test_an_error_quotes_nothing_of_a_configuration(tmp_path: Path) -> None:
    for name in ("a.yaml", "a.toml", "a.json"):
        path = tmp_path / name
        path.write_text("velda_orrin: [}\n= velda_orrin {")
        with pytest.raises(InputError) as caught:
            read_plain(path)
        assert "velda" not in caught.value.what + caught.value.hint


def test_a_pipe_or_an_image_is_no_configuration(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    os.mkfifo(tmp_path / "photo.png")
    for name in ("pipe.toml", "photo.png", "nowhere.toml"):
        with pytest.raises(InputError):
            check_dataset(tmp_path, config=tmp_path / name)


def test_a_broken_file_in_the_folder_itself_is_counted(tmp_path: Path) -> None:
    person_set(tmp_path)
    (tmp_path / "broken.yaml").write_text("a: [")
    report = check_dataset(tmp_path, today=TODAY)
    assert report.decision == "block"
    assert report.files.not_read == {"damaged": 1}


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("config", "process", "datasets", "subsets", "general", "sample", "prompts"),
                    *("image_dir", "class_tokens", "path", "text", "concepts", "trigger_word"),
                    *("output_name", "meta", "hubwatch", "consent", "concept_file_name", "name"),
                )
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(PLAIN)
def test_any_plain_value_is_a_configuration_or_none(value: object) -> None:
    """Values of any type under known keys are read or passed over, never a failure."""
    config_of(value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_any_bytes_are_captions(tmp_path: Path, raws: list[bytes]) -> None:
    for old in tmp_path.glob("*.txt"):
        old.unlink()
    for place, raw in enumerate(raws):
        (tmp_path / f"{place}.txt").write_bytes(raw)
    assert check_dataset(tmp_path, today=TODAY).files.captions == len(raws)


@given(st.text(max_size=200))
def test_what_was_written_as_utf_8_is_read_as_it_was(text: str) -> None:
    read, sound = text_of(text.encode("utf-8", "replace"))
    expected = text.encode("utf-8", "replace").decode().removeprefix("\ufeff")
    assert read == expected
    assert sound is ("\0" not in expected)


def test_the_longest_caption_is_longer_than_any_real_one() -> None:
    assert CAPTION_CAP >= 1 << 16


def test_names_that_are_no_text_are_read_as_far_as_they_are(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/velda \xff\xfe orrin"
    os.mkdir(odd)  # noqa: PTH102 - the name is bytes
    for name in (b"a\xff.txt", b"\xff1.png", b"\xff2.png"):
        with open(odd + b"/" + name, "wb") as out:  # noqa: PTH123 - the name is bytes
            out.write(b"photo of a woman")
    (tmp_path / "job.json").write_text(
        '{"config": {"name": "\\ud800", "process": [{"trigger_word": "\\udfff x"}]}}'
    )
    report = check_dataset(tmp_path, today=TODAY, reveal=True)
    assert report.files.captions == 1
    assert report.files.images == 2


def test_files_about_single_images_are_no_configuration(tmp_path: Path) -> None:
    fill(tmp_path, [f"lake {n}" for n in range(40)])
    for place in range(40):
        (tmp_path / f"{place:03d}.json").write_text("{")
    assert check_dataset(tmp_path, today=TODAY).complete


def test_concepts_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubwatch.adapters.dataset import check, person

    for name in ("lakes", "rivers", "towers"):
        fill(tmp_path / "all" / name, LAKES)
    for module in (check, person):
        monkeypatch.setattr(module, "MOST_CONCEPTS", 2)
    assert not_read(tmp_path / "all") == {"over_limit": 2}
