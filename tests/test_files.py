"""Line streams and whole files."""

from __future__ import annotations

import errno
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.errors import InputError, StorageError
from hubwatch.files import (
    open_bytes,
    read_lines,
    write_atomically,
    writing_aside,
    writing_to,
)


class Dribble(io.RawIOBase):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self.data, self.step = data, step

    def read(self, _size: int = -1) -> bytes:
        chunk, self.data = self.data[: self.step], self.data[self.step :]
        return chunk


@given(
    st.lists(st.binary(max_size=20).filter(lambda b: b"\n" not in b and not b.endswith(b"\r"))),
    st.integers(1, 9),
)
def test_lines_come_back_whatever_the_size_of_the_reads(lines: list[bytes], step: int) -> None:
    data = b"".join(line + b"\n" for line in lines)
    assert list(read_lines(Dribble(data, step))) == lines  # type: ignore[arg-type]  # duck-typed


def test_a_last_line_without_an_end_and_windows_ends_are_read() -> None:
    assert list(read_lines(io.BytesIO(b"a\r\n\nb"))) == [b"a", b"", b"b"]


def test_a_line_over_the_limit_is_refused() -> None:
    with pytest.raises(InputError, match="longer than"):
        list(read_lines(io.BytesIO(b"x" * (3 << 20)), limit=2 << 20))


def test_compressed_files_are_read_by_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"one\ntwo\n"))
    codec = pa.Codec("zstd")
    frames = codec.compress(b"one\n", asbytes=True) + codec.compress(b"two\n", asbytes=True)
    (tmp_path / "a.jsonl.zst").write_bytes(frames)
    (tmp_path / "cut.jsonl.zst").write_bytes(frames[:-3])
    for name in ("a.jsonl.gz", "a.jsonl.zst"):
        with open_bytes(tmp_path / name) as stream:
            assert list(read_lines(stream)) == [b"one", b"two"]
    with (
        open_bytes(tmp_path / "cut.jsonl.zst") as stream,
        pytest.raises(OSError, match="Truncated"),
    ):
        list(read_lines(stream))


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_bytes(tmp_path / "none")
    with pytest.raises(InputError, match="folder"):
        open_bytes(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "f"
    write_atomically(target, "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="no space left"):
        write_atomically(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_other_system_errors_pass_unchanged(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="weird"), writing_to(tmp_path):
        raise OSError(errno.EIO, "weird")


@pytest.mark.parametrize("name", ["f", "f.gz", "f.zst"])
def test_a_stream_appears_when_it_is_whole_compressed_by_its_name(
    tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    with writing_aside(target) as out:
        out.write(b"new " * 1000)
        assert not target.exists()
    with open_bytes(target) as stream:
        assert stream.read() == b"new " * 1000
    with pytest.raises(TypeError), writing_aside(target) as out:
        out.write(None)
    with open_bytes(target) as stream:
        assert stream.read() == b"new " * 1000
    assert list(tmp_path.iterdir()) == [target]
