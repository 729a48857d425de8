"""Fuzz the header reader by hand, for as long as you like; not part of the test suite.

    python tests/adapters/fuzz_header.py --seconds 3600 --seed 1

Sound and hostile files are damaged by a byte mutator and read. Whatever comes out must be a header
that keeps the format's promises, or one `AdapterError` that quotes nothing; within a second. Every
header that is read is also made into a card. When the package `safetensors` is there, a header that
we read must be one that it reads. No card may show the name or the word that the files hold. Ends
with exit code 1 and the input as hex at the first fault.
"""
# ruff: noqa: T201 - a script that talks to whoever runs it

from __future__ import annotations

import argparse
import io
import json
import random
import re
import struct
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from header_cases import KOHYA, ONE, file_bytes, sound_file

from hubwatch.adapters.header import DTYPE_BITS, Header, _from_stream
from hubwatch.errors import AdapterError

#: Part of a fictional person's name, and an invented sexual word.
MARK, TERM = "velda", re.compile(r"mature[ _]term[ _]0(0[1-9]|[1-9]\d)(?!\w)")
SLOW = 1.0
#: What the reference reader does not know, or we allow in less or more.
TOKENS = (
    *(b"[", b"]", b"{", b"}", b'"', b",", b":", b"\\", b"\\u0000", b"\\ud800", b"\\ud83d\\ude00"),
    *(b"null", b"true", b"NaN", b"1e999", b"-1", b"0", b"18446744073709551616", b"9" * 5000),
    *(b'"__metadata__":', b'"dtype":', b'"shape":', b'"data_offsets":', b'"F16"', b'"BF16"'),
    *(b'"F4"', b'"F8_E4M3"', b'"BOOL"', b'"C64"'),
    *(b"[" * 3000, b'{"a":' * 3000, b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b" " * 64, b"\0"),
    *(b"__1" * 60, b"_v" * 80, b"-0.1" * 60, b" a" * 100, b"(" * 90, b"a.b" * 70, b"1girl, " * 40),
    *(ONE, b'{"a":' + ONE + b"}", b'"ss_tag_frequency":"{}"', b"4294967296"),
)  # fmt: skip


#: Captions with names of many separators, which careless patterns never finish.
_FOLDERS: Final = json.dumps({"10_a_1_v": {"b" + "_-1" * 90: 3, "c" + " v1.0" * 60 + "!": 2}})


def seeds() -> list[bytes]:
    many = {
        f"lora_te_text_model_{i}.lora_{s}.weight": (4, i + 1)
        for i in range(5)
        for s in ("up", "down")
    }
    return [
        sound_file(KOHYA),
        sound_file(KOHYA, compact=False),
        sound_file(None, many),
        sound_file({"format": "pt"}, {}),
        sound_file({"ss_output_name": "a" + "__1" * 90 + "x", "ss_tag_frequency": _FOLDERS}),
        sound_file({"hubwatch.consent": json.dumps({"relation": "self", "scope": {}})}),
        sound_file({"ot_config": json.dumps({"concepts": [{"name": MARK}]}), "ot_branch": "m"}),
        sound_file({"software": json.dumps({"name": "ai-toolkit"}), "training_info": "{}"}),
        sound_file({"lora_adapter_metadata": json.dumps({"r": 4}), "modelspec.title": MARK}, many),
        file_bytes(b"{}"),
        file_bytes(b'{"a":' + ONE + b"}", 2),
    ]  # fmt: skip


def damaged(raw: bytes, other: bytes, rng: random.Random) -> bytes:
    """Return a file with one to six random changes; most often its length is made right again."""
    data = bytearray(raw)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at = rng.randrange(8 if rng.random() < 0.9 and len(data) > 8 else 0, len(data) + 1)
        span = rng.choice((0, 1, 1, 2, 8, 64))
        kind = rng.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at : at + span] = rng.choice(TOKENS)
        elif kind == 2:
            del data[at : at + span]
        elif kind == 3:
            data[at:at] = data[at : at + span] * rng.choice((1, 2, 50))
        elif kind == 4:
            begin = rng.randrange(len(other))
            data[at : at + span] = other[begin : begin + span]
        elif kind == 5:
            data[at : at + span] = str(
                rng.choice((rng.getrandbits(66), rng.randrange(99)))
            ).encode()
        else:
            data[at : at + span] = rng.randbytes(span)
    if rng.random() < 0.8 and len(data) > 8:
        end = data.rfind(b"}") + 1
        data[:8] = struct.pack("<Q", max(end - 8, 0))
    elif rng.random() < 0.2:
        data[:8] = struct.pack("<Q", rng.getrandbits(rng.choice((3, 10, 27, 64))))
    return bytes(data)


def check(header: Header, raw: bytes) -> None:
    """Fail when a header that was read breaks a promise."""
    at = 0
    for tensor in header.tensors:
        elements = 1
        for edge in tensor.shape:
            elements *= edge
        assert tensor.start == at, "gap or overlap"
        assert (tensor.end - tensor.start) * 8 == elements * DTYPE_BITS[tensor.dtype], "size"
        at = tensor.end
    assert len(raw) == 8 + header.length + at, "bytes left over"
    assert all(isinstance(v, str) for pair in header.metadata.items() for v in pair)
    assert len(json.loads(raw[8 : 8 + header.length], object_pairs_hook=list)) == len(
        header.tensors
    ) + (b"__metadata__" in raw and "__metadata__" in json.loads(raw[8 : 8 + header.length]))


def outcome(raw: bytes, *, cards: bool, reference: object) -> str:
    """Read one file; return what came of it."""
    started = time.perf_counter()
    try:
        header = _from_stream(io.BytesIO(raw), len(raw))
    except AdapterError as error:
        header, said = None, error.what
    assert time.perf_counter() - started < SLOW, "too slow"
    if header is None:
        assert MARK not in said, "the error quotes the file"
        return said
    check(header, raw)
    if reference is not None:
        reference.deserialize(raw)  # type: ignore[attr-defined]  # an optional module
    if cards:
        card(header, len(raw))
    return "read"


def card(header: Header, size: int) -> None:
    from hubwatch.adapters.card import make_card
    from hubwatch.adapters.card_text import card_lines
    from hubwatch.adapters.redact import Redactor

    made = make_card(header, Redactor(b"k" * 32), file_bytes=size, file_name="x.safetensors")
    shown = "\n".join(card_lines(made)) + str(made)
    assert MARK not in shown.lower(), "the card names somebody"
    assert TERM.search(shown.lower()) is None, "the card holds sexual wording"


def find_reference() -> object:
    try:
        import safetensors
    except ImportError:
        return None
    return safetensors


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-cards", action="store_true", help="the header reader alone")
    arguments = parser.parse_args()
    rng, reference = random.Random(arguments.seed), find_reference()
    pool, counts, started = seeds(), Counter[str](), time.monotonic()
    while time.monotonic() - started < arguments.seconds:
        raw = damaged(rng.choice(pool), rng.choice(pool), rng)
        try:
            found = outcome(raw, cards=not arguments.no_cards, reference=reference)
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            traceback.print_exc()
            print(f"input {counts.total()} of seed {arguments.seed}: {raw.hex()}")
            return 1
        counts[found] += 1
        if found == "read" and len(pool) < 2000 and len(raw) < 20_000:
            pool.append(raw)
    print(f"{counts.total():,} inputs in {time.monotonic() - started:.0f} s, no fault")
    print(f"reference reader: {'yes' if reference else 'not installed'}")
    for what, count in counts.most_common():
        print(f"{count:>10,}  {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
