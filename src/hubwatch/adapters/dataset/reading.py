"""Opening files of somebody else's dataset: regular ones only, never an image, never too much."""

from __future__ import annotations

import codecs
import os
import stat
from typing import TYPE_CHECKING, Final

from hubwatch.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

#: Suffixes of image and video files; such a file is never opened, whatever a configuration says.
PICTURES: Final = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff"),
        *(".avif", ".heic", ".heif", ".jxl", ".jp2", ".ico", ".psd", ".exr", ".tga", ".dds"),
        *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".npz", ".npy", ".pt"),
    )
)
#: Longest part of a caption file that is read, in bytes.
CAPTION_CAP: Final = 1 << 16

#: Not blocking: a pipe without a writer must not keep us waiting.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_WIDE: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class UnreadError(Exception):
    """A file that is not read; its only argument is a reason of `records.NOT_READ`."""

    @property
    def reason(self) -> str:
        """The reason."""
        return str(self.args[0])


def is_picture(name: str) -> bool:
    """Say whether a name is that of an image or video file."""
    return os.path.splitext(name)[1].lower() in PICTURES  # noqa: PTH122 - a name, not a path


def read_some(path: Path, cap: int) -> tuple[bytes, bool]:
    """Read at most the beginning of a regular file.

    Args:
        path: may be a link to a file.
        cap: most bytes that are read.

    Returns:
        The bytes, and whether there are more.

    Raises:
        UnreadError: it is an image, no regular file, or may not be read.
    """
    try:
        if path.is_symlink() and is_picture(path.resolve().name):
            raise UnreadError("linked_image")
        handle = os.open(path, _FLAGS)
    except PermissionError as error:
        raise UnreadError("no_permission") from error
    except (OSError, RuntimeError) as error:  # a link to nothing, or to itself
        raise UnreadError("not_a_file") from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnreadError("not_a_file")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            raw = stream.read(cap + 1)
    except OSError as error:
        raise UnreadError("damaged") from error
    finally:
        os.close(handle)
    return raw[:cap], len(raw) > cap


def text_of(raw: bytes) -> tuple[str, bool]:
    """Decode what should be UTF-8.

    Returns:
        The text, and whether all of it was text. What is none is replaced, so that the rest is
        still read.
    """
    encoding = _WIDE.get(raw[:2], "utf-8-sig")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode(encoding, "replace"), False
    return text, "\0" not in text


def read_whole(path: Path, cap: int) -> bytes:
    """Read a file that the user named, all of it.

    Raises:
        InputError: it is missing, no regular file, an image, or larger than `cap` bytes.
    """
    if is_picture(path.name):
        raise InputError(f"`{path}` is an image", hint="name a text file; images are never read")
    try:
        exists = path.exists()
    except OSError as error:  # a name that is too long, a folder above that is closed
        raise InputError(f"`{path}` cannot be reached", hint="check the path") from error
    if not exists:
        raise InputError(f"no such file: `{path}`", hint="check the path")
    try:
        raw, more = read_some(path, cap)
    except UnreadError as error:
        what = error.reason.replace("_", " ")
        raise InputError(f"`{path}` cannot be read: {what}", hint="name a regular file") from error
    if more:
        raise InputError(f"`{path}` is larger than {cap >> 10} KiB", hint="is this the right file?")
    return raw
