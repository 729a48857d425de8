"""The header of a `.safetensors` file: metadata and the table of tensors, never a weight.

A file is eight bytes (the length of the header, little-endian), the header (one JSON object) and
the tensors' bytes. Whoever wrote it may be hostile: everything is bounded and checked before it is
used, a file that breaks a rule of the format is refused with one sentence, and that sentence never
quotes the file.

Source: the safetensors format, github.com/huggingface/safetensors, README, "Format".
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import stat
from typing import TYPE_CHECKING, Any, Final, NoReturn

import msgspec

from hubwatch.errors import AdapterError
from hubwatch.files import require_file
from hubwatch.hubs.parts import BEGINNING, HEADER_CAP, other_format

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

#: Bytes before the header.
LENGTH_BYTES: Final = BEGINNING
#: Most tensors; the largest sharded language models stay below 100,000 a file.
TENSORS_CAP: Final = 250_000
#: Most dimensions of one tensor.
DIMENSIONS_CAP: Final = 32
#: Most entries of the metadata.
KEYS_CAP: Final = 10_000
#: Longest name of a tensor or of a metadata entry, in code points.
KEY_CAP: Final = 4_096
#: Longest value of a metadata entry, in code points (cover pictures are stored as text).
VALUE_CAP: Final = 32 << 20
#: Bits of one element.
DTYPE_BITS: Final = {
    "BOOL": 8, "U8": 8, "I8": 8, "U16": 16, "I16": 16, "U32": 32, "I32": 32, "U64": 64, "I64": 64,
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "C64": 64,
    "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
}  # fmt: skip

_METADATA: Final = "__metadata__"
_FIELDS: Final = 3
#: Offsets are unsigned 64-bit numbers in the format; nobody has more than this.
_LARGEST: Final = 2**63 - 1
_BLANK: Final = b" \t\r\n"
_NO_TENSOR: Final = "a tensor is not described by a type, a shape and a place"
_HINT: Final = "only sound .safetensors files are read; get the file again or ask who made it"

#: The one shape that a header may have, so that no decoder walks any deeper than this.
_Entry = dict[str, "str | tuple[int, ...]"]
#: Type, shape and bytes of a tensor.
_Kind = tuple[str, tuple[int, ...], int]
_DECODER: Final = msgspec.json.Decoder(dict[str, dict[str, str | tuple[int, ...]] | None])
_ENCODER: Final = msgspec.json.Encoder()


class Tensor(msgspec.Struct, frozen=True, gc=False):
    """One tensor as the header declares it.

    Args:
        name: as written.
        dtype: a key of `DTYPE_BITS`.
        shape: dimensions; empty for a scalar.
        start, end: bytes after the header, end excluded.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


class Header(msgspec.Struct, frozen=True):
    """What the header of one file says.

    Args:
        metadata: text by name, as written; empty when there is none.
        tensors: in the order of their bytes.
        length: bytes of the JSON, padding included.
        sha256: digest of exactly these bytes, lower-case hex.
    """

    metadata: dict[str, str]
    tensors: tuple[Tensor, ...]
    length: int
    sha256: str

    @property
    def data_bytes(self) -> int:
        """Bytes of all tensors together."""
        return self.tensors[-1].end if self.tensors else 0


def read_header(path: Path) -> Header:
    """Read the header of a local file; the weights are not read.

    Args:
        path: a regular file.

    Raises:
        InputError: there is no such file, or it is a folder, or not readable.
        AdapterError: it is no sound `.safetensors` file.
    """
    try:
        return _read(require_file(path))
    except AdapterError as error:
        raise AdapterError(f"`{path}`: {error.what}", hint=error.hint) from None


def header_length(first: bytes, *, file_bytes: int | None) -> int:
    """Return the length of the header that the first eight bytes of a file announce.

    Args:
        first: the first bytes of the file; more than eight are allowed.
        file_bytes: size of the whole file; None when it is not known.

    Raises:
        AdapterError: too short, too long, or longer than the file; says what the file is instead
            when its beginning tells.
    """
    other = other_format(first)
    if len(first) < LENGTH_BYTES:
        _refuse(other or "the file is too short to hold a header")
    length = int.from_bytes(first[:LENGTH_BYTES], "little")
    if length < len(b"{}"):
        _refuse("the header is said to be empty")
    if length > HEADER_CAP:
        _refuse(other or f"the header is said to be longer than {HEADER_CAP >> 20} MiB")
    if file_bytes is not None and length > file_bytes - LENGTH_BYTES:
        _refuse(other or "the file ends within its header")
    return length


def parse_header(raw: bytes, *, data_bytes: int | None) -> Header:
    """Read a header.

    Args:
        raw: exactly the JSON, padding included.
        data_bytes: how many bytes follow it in the file; None when that is not known.

    Raises:
        AdapterError: the header breaks a rule of the format or one of the caps above.
    """
    if len(raw) > HEADER_CAP:
        _refuse(f"the header is longer than {HEADER_CAP >> 20} MiB")
    entries = _decode(raw)
    metadata = _metadata(entries.pop(_METADATA, None))
    if len(entries) > TENSORS_CAP:
        _refuse(f"the header lists more than {TENSORS_CAP:,} tensors")
    tensors = _in_order(_tensors(entries))
    end = tensors[-1].end if tensors else 0
    if data_bytes is not None and end > data_bytes:
        _refuse("the file ends before its last tensor does")
    if data_bytes is not None and end < data_bytes:
        _refuse("the file holds bytes after its last tensor")
    return Header(metadata, tuple(tensors), len(raw), hashlib.sha256(raw).hexdigest())


def _read(path: Path) -> Header:
    # Opening a pipe would wait for a writer: look first, then make sure that it is still the same.
    if not stat.S_ISREG(path.stat().st_mode):
        _refuse("this is not a regular file")
    with path.open("rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            _refuse("this is not a regular file")
        return _from_stream(stream, status.st_size)


def _from_stream(stream: BinaryIO, size: int) -> Header:
    length = header_length(stream.read(LENGTH_BYTES), file_bytes=size)
    raw = stream.read(length)
    if len(raw) != length:
        _refuse("the file ends within its header")
    return parse_header(raw, data_bytes=size - LENGTH_BYTES - length)


def _decode(raw: bytes) -> dict[str, _Entry | None]:
    """Decode the JSON, refuse whatever is not in it once."""
    if not raw.startswith(b"{"):
        _refuse("the header does not begin as a JSON object")
    try:
        entries: dict[str, _Entry | None] = _DECODER.decode(raw)
    except msgspec.ValidationError:
        _refuse("the header is JSON of another form than the format's")
    except UnicodeDecodeError:
        _refuse("the header is not UTF-8")
    except (msgspec.DecodeError, RecursionError):
        _refuse("the header is not JSON")
    # What was understood, written again, is what was read: then no key stood there twice. Anything
    # written in another way takes the slow way to the same question.
    if _ENCODER.encode(entries) != raw.rstrip(_BLANK):
        _refuse_repeats(raw)
    return entries


def _refuse_repeats(raw: bytes) -> None:
    try:
        json.loads(
            raw.decode("utf-8"), object_pairs_hook=_without_repeats, parse_float=_no_fraction
        )
    except (ValueError, RecursionError):
        _refuse("the header is not JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("a name stands twice in the header")
    return found


def _no_fraction(_: str) -> NoReturn:
    _refuse("a shape or an offset is not a whole number")


def _metadata(entry: _Entry | None) -> dict[str, str]:
    """Check that the metadata is text by name, within the caps."""
    if entry is None:
        return {}
    if len(entry) > KEYS_CAP:
        _refuse(f"the metadata holds more than {KEYS_CAP:,} entries")
    found = {}
    for name, value in entry.items():
        if not isinstance(value, str):
            _refuse("a metadata value is not text")
        if len(value) > VALUE_CAP:
            _refuse(f"a metadata value is longer than {VALUE_CAP >> 20} million characters")
        if len(name) > KEY_CAP:
            _refuse(f"a name in the metadata is longer than {KEY_CAP:,} characters")
        found[name] = value
    return found


def _tensors(entries: dict[str, _Entry | None]) -> list[Tensor]:
    """Check every tensor for itself: fields, type, and size against its place."""
    if max(map(len, entries), default=0) > KEY_CAP:
        _refuse(f"the name of a tensor is longer than {KEY_CAP:,} characters")
    # Adapters repeat a few shapes hundreds of times: each is checked, and kept, once.
    kinds: dict[tuple[object, object], _Kind] = {}
    found = []
    for name, entry in entries.items():
        if entry is None or len(entry) != _FIELDS:
            _refuse(_NO_TENSOR)
        key, place = (entry.get("dtype"), entry.get("shape")), entry.get("data_offsets")
        kind = kinds.get(key)
        if kind is None:
            kind = kinds[key] = _kind(*key)
        dtype, shape, size = kind
        if place.__class__ is not tuple or len(place) != 2:
            _refuse("the place of a tensor is not a start and an end")
        start, end = place
        if start < 0 or end - start != size:
            _refuse("the place of a tensor does not fit its type and shape")
        found.append(Tensor(name, dtype, shape, start, end))
    return found


def _kind(dtype: object, shape: object) -> _Kind:
    """Check type and shape of a tensor; return them with the bytes that it needs."""
    if not isinstance(dtype, str) or not isinstance(shape, tuple):
        _refuse(_NO_TENSOR)
    bits = DTYPE_BITS.get(dtype)
    if bits is None:
        _refuse("a tensor has a type that the format does not know")
    if len(shape) > DIMENSIONS_CAP:
        _refuse(f"a tensor has more than {DIMENSIONS_CAP} dimensions")
    if any(not 0 <= edge <= _LARGEST for edge in shape):
        _refuse("a dimension of a tensor is out of range")
    # Without the zeros: a product that overflows elsewhere must not hide behind one.
    if math.prod(edge or 1 for edge in shape) * bits > _LARGEST:
        _refuse("a tensor is larger than any file")
    whole, rest = divmod(math.prod(shape) * bits, 8)
    if rest:
        _refuse("a tensor does not end at a whole byte")
    return dtype, shape, whole


def _in_order(tensors: list[Tensor]) -> list[Tensor]:
    """Return the tensors in the order of their bytes, which they share out without a gap."""
    at = 0
    for tensor in tensors:
        if tensor.start != at:
            break
        at = tensor.end
    else:
        return tensors
    tensors = sorted(tensors, key=lambda tensor: (tensor.start, tensor.end))
    at = 0
    for tensor in tensors:
        if tensor.start != at:
            overlap = tensor.start < at
            _refuse("two tensors overlap" if overlap else "there is a gap between two tensors")
        at = tensor.end
    return tensors


def _refuse(what: str) -> NoReturn:
    raise AdapterError(what, hint=_HINT)
