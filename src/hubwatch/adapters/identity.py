"""Is this the same adapter again? Digests and a near-duplicate signature of one file's tensors.

Three ways to know a file again, from strict to tolerant:

- `shape_digest`: names, types and shapes of the tensors, from the header alone. Equal for every
  adapter of one trainer with the same settings: it groups, it does not identify.
- `tensor_digest`: all bytes of all tensors. Blind to the header, to names and to order.
- `signature`: 256 signs of random projections of what the adapter adds to each layer. Survives
  another precision, other names, another scale, another rank of the same product.
"""

from __future__ import annotations

import hashlib
import math
import re
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from hubwatch.adapters.elements import as_floats, is_readable
from hubwatch.adapters.header import LENGTH_BYTES
from hubwatch.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

    from hubwatch.adapters.header import Header, Tensor

    Floats = NDArray[np.float32]
    Doubles = NDArray[np.float64]

#: Bits of a signature.
BITS: Final = 256
#: Two signatures that differ in at most so many bits are of one adapter; see `docs/how-to/inspect`.
NEAR: Final = 48
#: Marks the way in which a signature was made.
PREFIX: Final = "hw1:"

_CHUNK: Final = 1 << 20
#: Larger tensors are of whole models, not of adapters; they take no part in a signature.
_MOST_ELEMENTS: Final = 1 << 25
#: Wider layers are none of a model; the directions of one would fill the memory.
_MOST_WIDE: Final = 1 << 20
#: Smaller ones are numbers such as `alpha`, which converters fold into the weights.
_LEAST_ELEMENTS: Final = 64
#: Random directions in which the input of a layer is looked at.
_DIRECTIONS: Final = 4
_SIDE: Final = re.compile(r"lora[._](?:linear_layer[._])?(down|up|A|B)(?![A-Za-z0-9])")
_DOWN: Final = frozenset(("down", "A"))


def shape_digest(tensors: Sequence[Tensor]) -> str:
    """Return the SHA-256 of names, types and shapes in the order of the names, lower-case hex.

    Of a textual inversion the word in angle brackets is left out: it may name somebody, and a
    digest without a key would let anybody test a guess.
    """
    table = sorted((_unnamed(tensor.name), tensor.dtype, tensor.shape) for tensor in tensors)
    return hashlib.sha256(msgspec.json.encode(table)).hexdigest()


def _unnamed(name: str) -> str:
    return "<>" if name.startswith("<") else name


def tensor_digest(path: Path, header: Header) -> str:
    """Return a digest of all tensors' bytes, whatever the header says besides.

    The SHA-256 of the sorted SHA-256 of each tensor's type, shape and bytes: names and order do
    not count, so that a re-upload under other names is known again.

    Args:
        path: the file; its bytes are streamed.
        header: of the file.

    Returns:
        Lower-case hex.

    Raises:
        AdapterError: the file is shorter than its header said.
    """
    digests = []
    with path.open("rb") as stream:
        stream.seek(LENGTH_BYTES + header.length)
        for tensor in header.tensors:
            digest = hashlib.sha256(f"{tensor.dtype}{list(tensor.shape)}".encode())
            for chunk in _chunks(stream, tensor.end - tensor.start):
                digest.update(chunk)
            digests.append(digest.digest())
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def signature(path: Path, header: Header) -> str | None:
    """Return the near-duplicate signature of a file.

    For each low-rank layer the update `up @ down` is looked at in four random directions; any
    other tensor is taken as it is. Each is folded to 256 numbers with random signs, brought to
    length one, and added up; the signs of the sum are the signature.

    Args:
        path: the file; tensors are read one pair at a time.
        header: of the file.

    Returns:
        `hw1:` and 64 hex digits; None when there is nothing to read but zeros.

    Raises:
        AdapterError: the file is shorter than its header said.

    Source: Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002.
    """
    total = np.zeros(BITS)
    with path.open("rb") as stream:
        for parts in _layers(header.tensors):
            total += _unit(_folded(_update([_read(stream, header, one) for one in parts])))
    if not total.any():
        return None
    return PREFIX + np.packbits(total > 0).tobytes().hex()


def distance(first: str, second: str) -> int:
    """Return in how many of 256 bits two signatures differ; unrelated ones differ in about 128.

    Raises:
        ValueError: one of them was made in another way.
    """
    if not (first.startswith(PREFIX) and second.startswith(PREFIX)):
        raise ValueError("signatures of different kinds cannot be compared")
    left, right = (int(one.removeprefix(PREFIX), 16) for one in (first, second))
    return (left ^ right).bit_count()


def _layers(tensors: Sequence[Tensor]) -> Iterator[tuple[Tensor, ...]]:
    """Yield down and up of each low-rank layer, and every other tensor alone."""
    halves: dict[str, dict[bool, Tensor]] = {}
    usable = [tensor for tensor in tensors if _is_usable(tensor)]
    for tensor in usable:
        if found := _SIDE.search(tensor.name):
            stem = tensor.name[: found.start()] + tensor.name[found.end() :]
            halves.setdefault(stem, {})[found[1] in _DOWN] = tensor
        else:
            yield (tensor,)
    for half in halves.values():
        if len(half) == 2 and _fits(half[True], half[False]):
            yield half[True], half[False]
        else:
            yield from ((one,) for one in half.values())


def _is_usable(tensor: Tensor) -> bool:
    elements = math.prod(tensor.shape)
    return is_readable(tensor.dtype) and _LEAST_ELEMENTS <= elements <= _MOST_ELEMENTS


def _fits(down: Tensor, up: Tensor) -> bool:
    return (
        len(down.shape) > 1
        and len(up.shape) > 1
        and up.shape[1] == down.shape[0]
        and all(edge == 1 for edge in up.shape[2:])
        and max(math.prod(down.shape[1:]), up.shape[0]) <= _MOST_WIDE
    )


def _update(parts: list[Floats]) -> Floats:
    """Return what a layer adds, in a few random directions; a lone tensor as it is."""
    if len(parts) == 1:
        return parts[0].ravel()
    down, up = parts[0].reshape(len(parts[0]), -1), parts[1].reshape(len(parts[1]), -1)
    width = down.shape[1]
    directions = _signs(width * _DIRECTIONS).reshape(width, _DIRECTIONS)
    seen: Floats = (up @ (down @ directions)).ravel()
    return seen


def _folded(values: Floats) -> Doubles:
    """Return 256 sums of the values, each value with a random sign that its place decides."""
    signed = np.zeros(-(-len(values) // BITS) * BITS, dtype=np.float64)
    signed[: len(values)] = values
    signed *= _signs(len(signed))
    sums: Doubles = signed.reshape(-1, BITS).sum(axis=0)
    return sums


def _unit(sums: Doubles) -> Doubles:
    length = float(np.linalg.norm(sums))
    return sums / length if length > 0 and np.isfinite(length) else np.zeros(BITS)


def _signs(count: int) -> Floats:
    """Return the same pseudo-random signs on every machine."""
    return _sign_table(1 << max(count - 1, 1).bit_length())[:count]


@cache
def _sign_table(count: int) -> Floats:
    # SplitMix64 of the place: Steele, Lea and Flood, OOPSLA 2014.
    state = (np.arange(1, count + 1, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    high = (state >> np.uint64(63)).astype(np.float32)
    return 1 - 2 * high


def _read(stream: BinaryIO, header: Header, tensor: Tensor) -> Floats:
    stream.seek(LENGTH_BYTES + header.length + tensor.start)
    raw = b"".join(_chunks(stream, tensor.end - tensor.start))
    return as_floats(raw, tensor.dtype).reshape(tensor.shape)


def _chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        chunk = stream.read(min(size, _CHUNK))
        if not chunk:
            raise AdapterError(
                "the file changed while it was read", hint="try again when nobody writes to it"
            )
        size -= len(chunk)
        yield chunk
