"""Downloads: the redirect, the signed address, ranges, and the file itself."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server_world import Caller, FakeCatalogue, calling

from hubwatch.simulate.server.downloads import adapter_bytes, ranged


def _read_header(body: bytes) -> tuple[dict[str, dict[str, object]], int]:
    length = struct.unpack("<Q", body[:8])[0]
    return json.loads(body[8 : 8 + length]), 8 + length


@given(st.none() | st.dictionaries(st.text(), st.text(), max_size=5))
def test_every_adapter_is_sound(metadata: dict[str, str] | None) -> None:
    body = adapter_bytes(metadata, FakeCatalogue().training_tensors(3))
    header, start = _read_header(body)
    assert start % 8 == 0
    assert header.pop("__metadata__", None) == metadata
    end = 0
    for tensor in header.values():
        first, last = tensor["data_offsets"]  # type: ignore[misc]  # two numbers
        size = 2
        for edge in tensor["shape"]:  # type: ignore[attr-defined]  # a list of numbers
            size *= edge
        assert (first, last - first) == (end, size)
        end = last
    assert len(body) == start + end
    assert not any(body[start:])


@given(st.binary(min_size=1, max_size=40), st.integers(0, 50), st.integers(0, 50))
def test_ranges_are_slices(body: bytes, first: int, last: int) -> None:
    reply = ranged(body, f"bytes={first}-{last}")
    if last < first:
        assert (reply.status, reply.document) == (200, body)
    elif first >= len(body):
        assert reply.status == 416
        assert ("Content-Range", f"bytes */{len(body)}") in reply.headers
    else:
        end = min(last, len(body) - 1)
        assert (reply.status, reply.document) == (206, body[first : last + 1])
        assert ("Content-Range", f"bytes {first}-{end}/{len(body)}") in reply.headers


@pytest.mark.parametrize(
    ("header", "status", "part"),
    [
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-99", 206, b"0123456789"),
        ("bytes=-0", 416, b""),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("items=0-1", 200, b"0123456789"),
        ("bytes=-", 200, b"0123456789"),
        (None, 200, b"0123456789"),
    ],
)
def test_forms_of_range(header: str | None, status: int, part: bytes) -> None:
    reply = ranged(b"0123456789", header)
    assert (reply.status, reply.document) == (status, part)


def _signed(hub: Caller, version: int = 1001) -> str:
    answer = hub.ask(f"/api/download/models/{version}", type="Model", format="SafeTensor")
    assert answer.status == 307
    assert answer.header("Cache-Control") == "no-store"
    return (answer.header("Location") or "").removeprefix(hub.hub.base_url)


def test_a_header_is_read_by_two_ranges_behind_the_redirect() -> None:
    with calling(FakeCatalogue()) as hub:
        address = _signed(hub)
        head = hub.ask(address, headers={"Range": "bytes=0-7"})
        length = struct.unpack("<Q", head.body)[0]
        text = hub.ask(address, headers={"Range": f"bytes=8-{7 + length}"})
        whole = hub.ask(address)
    assert (head.status, text.status, whole.status) == (206, 206, 200)
    assert json.loads(text.body)["__metadata__"] == {"ss_network_dim": "8", "ss_steps": "100"}
    assert head.header("Content-Range") == f"bytes 0-7/{len(whole.body)}"
    assert "__metadata__" in _read_header(whole.body)[0]


def test_a_stripped_file_has_no_metadata() -> None:
    with calling(FakeCatalogue()) as hub:
        assert "__metadata__" not in _read_header(hub.ask(_signed(hub, 1002)).body)[0]


def test_the_signed_address_refuses_forwarded_tokens_and_changed_signatures() -> None:
    with calling(FakeCatalogue()) as hub:
        address = _signed(hub)
        assert hub.ask(address, headers={"Authorization": "Bearer key"}).status == 400
        assert hub.ask(address[:-1] + ("0" if address[-1] != "0" else "1")).status == 403
        assert hub.ask(address.replace("1001", "1002")).status == 403
        assert hub.ask("/delivery/1001.safetensors").status == 403
        assert hub.ask(address).status == 200


def test_an_expired_signed_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubwatch.simulate.server.downloads.LINK_SECONDS", -5)
    with calling(FakeCatalogue()) as hub:
        assert hub.ask(_signed(hub)).json == {"message": "Request has expired"}


def test_refusals_of_downloads() -> None:
    world = FakeCatalogue()
    world.model_archived[0] = True
    world.model_gone[1] = True
    with calling(world) as hub:
        assert hub.ask("/api/download/models/1001").status == 410
        assert hub.ask("/api/download/models/1003").status == 404
        assert hub.ask("/api/download/models/5").status == 404
        assert hub.ask("/api/download/models/x").status == 400
        assert hub.ask("/api/download/models/1005", type="Training Data").status == 404
