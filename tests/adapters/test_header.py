"""The header reader: everything sound is read, everything else is one clear error."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest
from header_cases import KOHYA, ONE, SIZES, file_bytes, sound_file, table
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.adapters import header as module
from hubwatch.adapters.header import (
    HEADER_CAP,
    KEYS_CAP,
    TENSORS_CAP,
    Tensor,
    header_length,
    parse_header,
    read_header,
)
from hubwatch.errors import AdapterError, ExitCode, HubwatchError, InputError


def refusal(raw: bytes, data_bytes: int | None = None) -> str:
    with pytest.raises(AdapterError) as caught:
        parse_header(raw, data_bytes=data_bytes)
    assert caught.value.exit_code == ExitCode.USAGE
    assert caught.value.hint
    return caught.value.what


text = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
tensors = st.dictionaries(
    text.filter(lambda name: name != "__metadata__"),
    st.lists(st.integers(0, 6), max_size=4),
    max_size=6,
)


@given(
    tensors,
    st.none() | st.dictionaries(text, text, max_size=5),
    st.sampled_from(sorted(SIZES)),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t:")]),
    st.booleans(),
    st.integers(0, 9),
)
def test_whatever_is_sound_is_read_as_it_was_meant(
    shapes: dict[str, list[int]],
    metadata: dict[str, str] | None,
    dtype: str,
    separators: tuple[str, str],
    ascii_only: bool,
    padding: int,
) -> None:
    entries, size = table(shapes, metadata, dtype)
    raw = json.dumps(entries, separators=separators, ensure_ascii=ascii_only).encode()
    raw += b" " * padding
    found = parse_header(raw, data_bytes=size)
    assert found.metadata == (metadata or {})
    assert {t.name: list(t.shape) for t in found.tensors} == shapes
    assert all(t.dtype == dtype for t in found.tensors)
    assert found.length == len(raw)
    assert found.data_bytes == size


@given(st.permutations(range(5)))
def test_tensors_are_given_in_the_order_of_their_bytes_however_they_are_listed(
    order: list[int],
) -> None:
    entries, size = table({f"t{i}": (i, 2) for i in range(5)})
    listed = {f"t{i}": entries[f"t{i}"] for i in order}
    found = parse_header(json.dumps(listed).encode(), data_bytes=size)
    assert [t.start for t in found.tensors] == sorted(t.start for t in found.tensors)
    assert {t.name for t in found.tensors} == set(entries)


@given(
    st.binary(max_size=200)
    | st.text(max_size=80).map(lambda s: b"{" + s.encode("utf-8", "replace"))
)
def test_any_bytes_are_a_header_or_one_error(raw: bytes) -> None:
    try:
        parse_header(raw, data_bytes=None)
    except AdapterError:
        return
    assert raw.startswith(b"{")


@given(st.data())
def test_a_damaged_sound_header_is_a_header_or_one_error(data: st.DataObject) -> None:
    entries, size = table({"a": (2, 3), "b": (4,)}, {"k": "value", "ss_tag": '{"x": 1}'})
    raw = bytearray(json.dumps(entries).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b'"', b"[[", b"1e9", b"-", b"\\u0000", b"{}"])
        )
    try:
        found = parse_header(bytes(raw), data_bytes=size)
    except AdapterError:
        return
    assert found.data_bytes == size


BIG = b"9" * 30
HOSTILE = {
    "not json": (b"{abcd", "not JSON"),
    "a list": (b"[]", "does not begin as a JSON object"),
    "blank in front": (b" {}", "does not begin as a JSON object"),
    "byte order mark": (b"\xef\xbb\xbf{}", "does not begin as a JSON object"),
    "two objects": (b"{}{}", "not JSON"),
    "zero bytes behind": (b"{}\0\0", "not JSON"),
    "not utf-8": (b'{"a":{"dtype":"\xff\xfe"}}', "not UTF-8"),
    "half a pair": (b'{"__metadata__":{"a":"\\ud800"}}', "not JSON"),
    "a surrogate in bytes": (b'{"__metadata__":{"a":"\xed\xa0\x80"}}', "not UTF-8"),
    "deep lists": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "another form"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "another form"),
    "deep in a shape": (
        b'{"a":{"dtype":"F16","shape":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        "another form",
    ),
    "NaN": (b'{"a":NaN}', "not JSON"),
    "a name twice": (b'{"a":' + ONE + b',"a":' + ONE + b"}", "twice"),
    "a name twice, spelled otherwise": (b'{"a":' + ONE + b',"\\u0061":' + ONE + b"}", "twice"),
    "metadata twice": (b'{"__metadata__":{"a":"b"},"__metadata__":{"a":"b"}}', "twice"),
    "a metadata entry twice": (b'{"__metadata__":{"a":"b", "a":"c"}}', "twice"),
    "a field twice": (
        b'{"a":{"dtype":"F16","dtype":"F16","shape":[1],"data_offsets":[0,2]}}',
        "twice",
    ),
    "metadata is a number": (b'{"__metadata__":{"a":1}}', "another form"),
    "metadata is a list of numbers": (b'{"__metadata__":{"a":[1]}}', "not text"),
    "metadata is no object": (b'{"__metadata__":"x"}', "another form"),
    "metadata is nothing": (b'{"__metadata__":{"a":null}}', "another form"),
    "a tensor is nothing": (b'{"a":null}', "not described"),
    "a field is missing": (b'{"a":{"dtype":"F16","shape":[1]}}', "not described"),
    "a field too many": (b'{"a":' + ONE[:-1] + b',"more":"x"}}', "not described"),
    "type is a list": (b'{"a":{"dtype":[1],"shape":[1],"data_offsets":[0,2]}}', "not described"),
    "shape is text": (b'{"a":{"dtype":"F16","shape":"1","data_offsets":[0,2]}}', "not described"),
    "unknown type": (b'{"a":{"dtype":"F17","shape":[1],"data_offsets":[0,2]}}', "does not know"),
    "one offset": (b'{"a":{"dtype":"F16","shape":[1],"data_offsets":[0]}}', "a start and an end"),
    "three offsets": (
        b'{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2,4]}}',
        "a start and an",
    ),
    "fraction": (b'{"a":{"dtype":"F16","shape":[1.5],"data_offsets":[0,2]}}', "another form"),
    "whole fraction": (b'{"a":{"dtype":"F16","shape":[1.0],"data_offsets":[0,2]}}', "another form"),
    "true": (b'{"a":{"dtype":"F16","shape":[true],"data_offsets":[0,2]}}', "another form"),
    "negative edge": (b'{"a":{"dtype":"F16","shape":[-1],"data_offsets":[0,-2]}}', "out of range"),
    "negative start": (b'{"a":{"dtype":"F16","shape":[1],"data_offsets":[-2,0]}}', "does not fit"),
    "end before start": (b'{"a":{"dtype":"F16","shape":[0],"data_offsets":[2,0]}}', "does not fit"),
    "too small a place": (
        b'{"a":{"dtype":"F16","shape":[9,9],"data_offsets":[0,2]}}',
        "does not fit",
    ),
    "huge edge": (b'{"a":{"dtype":"F16","shape":[' + BIG + b'],"data_offsets":[0,2]}}', ""),
    "thousands of digits": (
        b'{"a":{"dtype":"F16","shape":[' + b"9" * 100_000 + b'],"data_offsets":[0,2]}}',
        "another form",
    ),
    "a product that overflows": (
        b'{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}',
        "larger than any file",
    ),
    "an overflow behind a zero": (
        b'{"a":{"dtype":"U8","shape":[9223372036854775807,3,0],"data_offsets":[0,0]}}',
        "larger than any file",
    ),
    "half a byte": (b'{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}', "whole byte"),
    "many dimensions": (
        b'{"a":{"dtype":"U8","shape":[' + b"1," * 99 + b'1],"data_offsets":[0,1]}}',
        "dimensions",
    ),
    "overlap": (
        b'{"a":' + ONE + b',"b":{"dtype":"F16","shape":[1],"data_offsets":[1,3]}}',
        "overlap",
    ),
    "the same place": (b'{"a":' + ONE + b',"b":' + ONE + b"}", "overlap"),
    "gap": (b'{"a":' + ONE + b',"b":{"dtype":"F16","shape":[1],"data_offsets":[4,6]}}', "gap"),
    "gap at the start": (b'{"b":{"dtype":"F16","shape":[1],"data_offsets":[4,6]}}', "gap"),
    "long name": (b'{"' + b"a" * 5000 + b'":' + ONE + b"}", "name of a tensor"),
}


@pytest.mark.parametrize(("raw", "part"), HOSTILE.values(), ids=HOSTILE)
def test_each_way_to_be_unsound_is_told_in_one_sentence(raw: bytes, part: str) -> None:
    what = refusal(raw)
    assert part in what
    assert "\n" not in what


@pytest.mark.parametrize(("raw", "_"), HOSTILE.values(), ids=HOSTILE)
def test_an_error_never_quotes_the_file(raw: bytes, _: str) -> None:
    marked = raw.replace(b'"a"', b'"velda_orrin"').replace(b"F17", b"velda_orrin")
    assert "velda" not in refusal(marked)


def test_the_size_of_the_data_must_be_what_the_tensors_need() -> None:
    raw = b'{"a":' + ONE + b"}"
    assert parse_header(raw, data_bytes=2).tensors == (Tensor("a", "F16", (1,), 0, 2),)
    assert parse_header(raw, data_bytes=None).data_bytes == 2
    assert "ends before" in refusal(raw, 1)
    assert "after its last tensor" in refusal(raw, 3)
    assert "after its last tensor" in refusal(b"{}", 3)


def test_metadata_may_be_null_and_there_may_be_no_tensors() -> None:
    assert parse_header(b'{"__metadata__":null}', data_bytes=0).metadata == {}
    assert parse_header(b"{}  ", data_bytes=0).tensors == ()


def test_scalars_and_tensors_without_elements_share_a_place() -> None:
    raw = (
        b'{"e":{"dtype":"F16","shape":[0],"data_offsets":[4,4]},'
        b'"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}'
    )
    assert [t.name for t in parse_header(raw, data_bytes=4).tensors] == ["s", "e"]


def test_four_bits_an_element_are_counted_in_whole_bytes() -> None:
    raw = b'{"a":{"dtype":"F4","shape":[6],"data_offsets":[0,3]}}'
    assert parse_header(raw, data_bytes=3).tensors[0].end == 3


def test_caps_of_counts_and_lengths_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TENSORS_CAP", 2)
    monkeypatch.setattr(module, "KEYS_CAP", 2)
    monkeypatch.setattr(module, "VALUE_CAP", 3)
    entries, size = table({"a": (1,), "b": (1,), "c": (1,)})
    assert "more than 2 tensors" in refusal(json.dumps(entries).encode(), size)
    assert "more than 2 entries" in refusal(b'{"__metadata__":{"a":"","b":"","c":""}}')
    assert "longer" in refusal(b'{"__metadata__":{"a":"abcd"}}')
    monkeypatch.setattr(module, "HEADER_CAP", 5)
    assert "longer than" in refusal(b'{"a":1}')


def test_a_header_of_100_000_tensors_is_read() -> None:
    entries, size = table({f"model.layers.{i}.weight": (2, 2) for i in range(100_000)})
    raw = json.dumps(entries, separators=(",", ":")).encode()
    assert len(parse_header(raw, data_bytes=size).tensors) == 100_000
    assert TENSORS_CAP >= 100_000
    assert KEYS_CAP >= 1_000


@pytest.mark.parametrize(
    ("first", "size", "part"),
    [
        (b"", 0, "too short"),
        (b"\x01", 1, "too short"),
        (struct.pack("<Q", 0), 8, "empty"),
        (struct.pack("<Q", 1), 9, "empty"),
        (struct.pack("<Q", 2**62), 10, "longer than"),
        (struct.pack("<Q", 2**64 - 1), 10, "longer than"),
        (struct.pack("<Q", HEADER_CAP + 1), None, "longer than"),
        (struct.pack("<Q", 3), 10, "ends within"),
        (b"\x80\x02}q\x00.    ", 10, "pickle file"),
        (b"\x80\x02", 2, "pickle file"),
        (b"\x80\x02\x00\x00\x00\x00\x00\x00", 8, "pickle file"),
        (b"\x80\x06\x00\x00\x00\x00\x00\x00", 8, "ends within"),
        (b"<" + bytes(7), 8, "ends within"),
    ],
)
def test_a_length_is_believed_only_within_the_caps_and_the_file(
    first: bytes, size: int | None, part: str
) -> None:
    with pytest.raises(AdapterError, match=part):
        header_length(first, file_bytes=size)


def test_a_length_that_fits_is_returned() -> None:
    assert header_length(struct.pack("<Q", 2) + b"{}", file_bytes=10) == 2
    assert header_length(struct.pack("<Q", HEADER_CAP), file_bytes=None) == HEADER_CAP


@pytest.mark.parametrize("compact", [True, False])
def test_a_file_is_read_without_its_weights(tmp_path: Path, compact: bool) -> None:
    path = tmp_path / "adapter.safetensors"
    path.write_bytes(sound_file(KOHYA, compact=compact))
    found = read_header(path)
    assert found.metadata == KOHYA
    assert [t.shape for t in found.tensors] == [(32, 8)]


def test_an_error_of_a_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(file_bytes(b"abcd"))
    with pytest.raises(AdapterError, match=r"^`.*broken\.safetensors`: the header does not begin"):
        read_header(path)


@pytest.mark.parametrize("cut", [0, 3, 8, 20, -1])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(sound_file(KOHYA)[:cut])
    with pytest.raises(AdapterError):
        read_header(path)


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "device"])
def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.safetensors"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    if kind == "device":
        path = Path("/dev/zero")
        if not path.exists():
            pytest.skip("no /dev/zero here")
    with pytest.raises(HubwatchError) as caught:
        read_header(path)
    assert isinstance(caught.value, AdapterError | InputError)
    assert caught.value.exit_code == ExitCode.USAGE
