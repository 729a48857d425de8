"""Bytes of tensors as 32-bit floating-point numbers; what is not finite counts as zero."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_NATIVE: Final = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
#: Bits of the exponent and of the fraction of the one-byte types.
#: Source: Micikevicius et al., FP8 formats for deep learning, arXiv 2209.05433.
_BYTE_WIDE: Final = {"F8_E4M3": (4, 3), "F8_E5M2": (5, 2)}


def is_readable(dtype: str) -> bool:
    """Say whether `as_floats` knows a type."""
    return dtype in _NATIVE or dtype in _BYTE_WIDE or dtype == "BF16"


def as_floats(raw: bytes, dtype: str) -> Floats:
    """Return the elements of a tensor.

    Args:
        raw: as in the file, little-endian.
        dtype: one that `is_readable` knows.
    """
    if dtype in _NATIVE:
        with np.errstate(over="ignore"):
            found = np.frombuffer(raw, dtype=_NATIVE[dtype]).astype(np.float32)
    elif dtype == "BF16":
        # The upper half of a 32-bit number.
        found = (np.frombuffer(raw, dtype="<u2").astype(np.uint32) << np.uint32(16)).view(
            np.float32
        )
    else:
        found = _byte_table(dtype)[np.frombuffer(raw, dtype=np.uint8)]
    # Above this, sums of squares would overflow; no weight is that large.
    finite: Floats = np.where(np.abs(found) < 1e15, found, np.float32(0))
    return finite


@cache
def _byte_table(dtype: str) -> Floats:
    exponent_bits, fraction_bits = _BYTE_WIDE[dtype]
    byte = np.arange(256)
    exponent = (byte >> fraction_bits) & (2**exponent_bits - 1)
    fraction = (byte & (2**fraction_bits - 1)) / 2**fraction_bits
    bias = 2 ** (exponent_bits - 1) - 1
    value = np.where(
        exponent == 0, fraction * 2.0 ** (1 - bias), (1 + fraction) * 2.0 ** (exponent - bias)
    )
    if dtype == "F8_E5M2":
        value[exponent == 2**exponent_bits - 1] = 0
    else:
        value[(byte & 0x7F) == 0x7F] = 0
    signed: Floats = np.where(byte & 0x80, -value, value).astype(np.float32)
    return signed
