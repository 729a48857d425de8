"""Headers by Range: exactly the header, whatever a server does, and the token to nobody else."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from scripted_hub import Script, page_of_html, refusal
from werkzeug import Request, Response

from hubwatch.errors import AdapterError, HubUnreachableError, UsageError
from hubwatch.hubs import ranges
from hubwatch.hubs.address import next_address
from hubwatch.hubs.parts import Budget, BudgetSpentError
from hubwatch.hubs.ranges import (
    DownloadsRefusedError,
    FetchedHeader,
    HeaderTooLargeError,
    NotServedError,
    RangeReader,
    fetch_url_header,
)
from hubwatch.hubs.refusals import LeaveAloneError, RegionBlockedError

TOKEN = "tok-77aa12"
TEXT = json.dumps({"__metadata__": {"ss_network_dim": "8"}}).encode()
FILE = struct.pack("<Q", len(TEXT)) + TEXT + bytes(5000)


def part(request: Request, body: bytes = FILE, **changes: Any) -> Response:
    """Answer a range as a store does."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("Range", ""))
    assert asked is not None
    first, last = int(asked[1]), min(int(asked[2]), len(body) - 1)
    if first >= len(body):
        return Response(b"", 416, {"Content-Range": f"bytes */{len(body)}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{len(body)}"} | changes.pop("headers", {})
    return Response(body[first : last + 1], 206, headers, content_type="application/octet-stream")


def redirect(to: str) -> Response:
    return Response(b"", 307, {"Location": to})


def behind_a_link(store: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Answer the download address with a redirect to a signed one on the same server."""

    def decide(request: Request) -> Response:
        if request.path == "/download":
            return redirect("/store?signature=s3cret")
        return store(request)

    return decide


def fetch(script: Script, path: str = "/download", **options: Any) -> FetchedHeader:
    client = script.client(**options)
    return RangeReader(client).fetch_header(f"{client.base_url}{path}")


def sent(script: Script) -> list[tuple[str, str]]:
    return [(request.path, request.headers.get("Range", "")) for request in script.asked]


def test_eight_bytes_then_exactly_the_header(script: Script) -> None:
    script.decides(behind_a_link(part))
    found = fetch(script)
    assert found == FetchedHeader(raw=TEXT, file_bytes=len(FILE), requests=3, bytes=len(TEXT) + 8)
    assert sent(script) == [
        ("/download", "bytes=0-7"),
        ("/store", "bytes=0-7"),
        ("/store", f"bytes=8-{7 + len(TEXT)}"),
    ]


def test_every_answer_to_a_range_is_asked_for_uncompressed(script: Script) -> None:
    script.decides(part)
    fetch(script)
    assert {request.headers["Accept-Encoding"] for request in script.asked} == {"identity"}


def test_the_token_goes_to_the_hub_and_never_to_where_it_redirects(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = HTTPServer(host="127.0.0.1")
    other.start()
    try:
        store = Script(other)
        store.decides(part)
        script.answers(redirect(other.url_for("/store?x=1")))
        fetch(script, token=TOKEN)
        assert [r.headers.get("Authorization") for r in script.asked] == [f"Bearer {TOKEN}"]
        assert len(store.asked) == 2
        assert all(TOKEN not in f"{request.headers}{request.url}" for request in store.asked)
    finally:
        other.stop()


def test_a_signed_address_of_the_same_host_gets_no_token_either(script: Script) -> None:
    script.decides(behind_a_link(part))
    fetch(script, token=TOKEN)
    assert [r.headers.get("Authorization") for r in script.asked] == [f"Bearer {TOKEN}", None, None]


def test_a_client_of_one_hub_sends_its_token_to_no_other_address(script: Script) -> None:
    script.decides(part)
    client = script.client(base_url="http://localhost:1", token=TOKEN)
    RangeReader(client).fetch_header(script.server.url_for("/file"))
    assert all("Authorization" not in request.headers for request in script.asked)


def test_of_a_whole_file_no_more_is_read_than_the_header(script: Script) -> None:
    served = [0]

    def endless() -> Iterator[bytes]:
        yield FILE
        for _ in range(1000):
            served[0] += 1 << 20
            yield bytes(1 << 20)

    script.decides(lambda _: Response(endless(), 200, content_type="application/octet-stream"))
    found = fetch(script)
    assert found.raw == TEXT
    assert len(script.asked) == 1
    assert found.bytes < 2 << 20
    assert served[0] < 200 << 20, "the connection is closed early"


def test_the_second_part_may_come_as_a_whole_file_too(script: Script) -> None:
    def store(request: Request) -> Response:
        return part(request) if request.headers["Range"] == "bytes=0-7" else Response(FILE, 200)

    script.decides(store)
    found = fetch(script)
    assert (found.raw, found.file_bytes) == (TEXT, len(FILE))


WRONG = {
    "another beginning": {"Content-Range": f"bytes 1-8/{len(FILE)}"},
    "an end beyond the file": {"Content-Range": "bytes 0-7/4"},
    "another length": {"Content-Range": f"bytes 0-6/{len(FILE)}"},
    "another unit": {"Content-Range": f"items 0-7/{len(FILE)}"},
    "no numbers": {"Content-Range": "bytes */*"},
    "compressed": {"Content-Encoding": "gzip"},
}


@pytest.mark.parametrize("what", list(WRONG))
def test_a_wrong_part_is_asked_for_again_and_never_used(script: Script, what: str) -> None:
    script.decides(
        lambda request: part(request, headers=WRONG[what] if len(script.asked) < 3 else {})
    )
    found = fetch(script)
    assert found.raw == TEXT
    assert len(script.asked) == 4
    assert len(script.slept) == 2


def test_wrong_parts_without_end_are_given_up(script: Script) -> None:
    script.decides(lambda request: part(request, headers=WRONG["another beginning"]))
    with pytest.raises(HubUnreachableError, match="damaged"):
        fetch(script)
    assert len(script.asked) == 4


def test_a_body_that_is_cut_short_is_asked_for_again(script: Script) -> None:
    def store(request: Request) -> Response:
        answer = part(request)
        if len(script.asked) == 2:
            answer.headers["Content-Length"] = str(len(answer.data))
            answer.response = [answer.data[:3]]
        return answer

    script.decides(store)
    assert fetch(script).raw == TEXT
    assert len(script.asked) == 3


def test_a_burst_of_refusals_is_waited_out_as_the_hub_asks(script: Script) -> None:
    def store(request: Request) -> Response:
        return part(request) if len(script.asked) > 4 else refusal(429, Retry_After="3")

    script.decides(store)
    assert fetch(script).raw == TEXT
    assert len(script.slept) == 4
    assert all(3 <= seconds < 3.2 for seconds in script.slept)


def test_too_many_downloads_end_everything_at_once(script: Script) -> None:
    script.answers(refusal(429, '{"error": "unusual volume"}'))
    with pytest.raises(DownloadsRefusedError):
        fetch(script)
    assert len(script.asked) == 1
    assert issubclass(DownloadsRefusedError, LeaveAloneError)


def test_a_redirect_loop_ends(script: Script) -> None:
    script.answers(redirect("/download"))
    with pytest.raises(HubUnreachableError, match="without end"):
        fetch(script)
    assert len(script.asked) == ranges.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "place", ["ftp://127.0.0.1/x", "file:///etc/hosts", "http://me:word@127.0.0.1/x", "https://"]
)
def test_a_redirect_to_somewhere_odd_is_not_followed(script: Script, place: str) -> None:
    script.answers(redirect(place))
    with pytest.raises(HubUnreachableError, match="not followed") as caught:
        fetch(script)
    assert "word" not in caught.value.what
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://hub.invalid/x", "http://store.invalid/y"),
        ("https://hub.invalid/x", "http://127.0.0.1:9/y"),
        ("http://hub.invalid/x", "http://localhost/y"),
        ("http://hub.invalid/x", "http://[word/y"),
        ("http://hub.invalid/x", "//[::1"),
        ("http://hub.invalid/x", "http://store.invalid:99999/y"),
        ("http://hub.invalid/x", "http://store.invalid:word/y"),
        ("http://hub.invalid/x", "http://a.localhost./y"),
        ("http://hub.invalid/x", "http://127.1/y"),
        ("http://hub.invalid/x", "http://2130706433/y"),
        ("http://hub.invalid/x", "http://0x7f.1/y"),
        ("http://hub.invalid/x", "http://0.0.0.0/y"),
        ("http://hub.invalid/x", "http://[::]/y"),
        ("http://hub.invalid/x", "http://[::ffff:127.0.0.1]/y"),
        ("http://hub.invalid/x", "http://169.254.169.254/y"),
        ("http://hub.invalid/x", "http://10.0.0.1/y"),
        ("http://hub.invalid/x", "http://[fd00::1]/y"),
        ("http://hub.invalid/x", "http://[fe80::1%25en0]/y"),
        ("http://hub.invalid/x", "http://[::ffff:192.168.0.1]/y"),
        ("http://hub.invalid/x", "http://metadata.vendor.internal/y"),
        ("http://hub.invalid/x", "http://printer/y"),
        ("http://10.0.0.2/x", "http://127.1/y"),
    ],
)
def test_no_redirect_leads_to_plain_text_or_inside(url: str, location: str) -> None:
    with pytest.raises(HubUnreachableError):
        next_address(url, location)


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://hub.invalid/x", "https://store.invalid/y"),
        ("http://hub.invalid/x", "http://93.184.216.34/y"),
        ("http://10.0.0.1/x", "http://10.0.0.2/y"),
        ("http://127.0.0.1:1/x", "http://store/y"),
        ("http://127.0.0.1:1/x", "http://localhost:2/y"),
    ],
)
def test_other_redirects_are_followed(url: str, location: str) -> None:
    assert next_address(url, location) == location


@pytest.mark.parametrize(
    "url", ["http://[word/x", "http://127.0.0.1:99999/x", "http://127.0.0.1:word/x", "http://a..b/"]
)
def test_an_address_that_is_none_is_one_error(url: str) -> None:
    with pytest.raises((UsageError, HubUnreachableError)):
        fetch_url_header(url, timeout=1)


def test_an_expired_link_is_renewed(script: Script) -> None:
    links = [0]

    def decide(request: Request) -> Response:
        if request.path == "/download":
            links[0] += 1
            return redirect(f"/store/{links[0]}")
        expired = request.headers["Range"] != "bytes=0-7" and request.path == "/store/1"
        return refusal(403, "<Error>expired</Error>") if expired else part(request)

    script.decides(decide)
    assert fetch(script).raw == TEXT
    assert [path for path, _ in sent(script)] == [
        *("/download", "/store/1", "/store/1", "/download", "/store/2"),
    ]


def test_links_that_always_expire_are_given_up(script: Script) -> None:
    script.decides(behind_a_link(lambda _: refusal(403)))
    with pytest.raises(NotServedError) as caught:
        fetch(script)
    assert caught.value.status == 403
    assert len(script.asked) == 2 * (ranges.RENEWALS + 1)
    assert "s3cret" not in caught.value.what


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_is_not_served_is_said_with_its_status(script: Script, status: int) -> None:
    script.answers(refusal(status))
    with pytest.raises(NotServedError) as caught:
        fetch(script)
    assert caught.value.status == status
    assert len(script.asked) == 1


def test_a_blocked_region_stops(script: Script) -> None:
    script.answers(refusal(451))
    with pytest.raises(RegionBlockedError):
        fetch(script)


def test_pages_of_the_edge_are_never_taken_for_a_file(script: Script) -> None:
    script.decides(lambda request: part(request) if len(script.asked) > 2 else page_of_html())
    assert fetch(script).raw == TEXT
    assert len(script.slept) == 2


@pytest.mark.parametrize("size", [0, 1, 7, 8, 8 + len(TEXT) - 1])
def test_a_file_that_ends_before_its_header_does_is_not_sound(script: Script, size: int) -> None:
    for store in (lambda r: part(r, FILE[:size]), lambda _: Response(FILE[:size], 200)):
        script.decides(store)
        with pytest.raises(AdapterError):
            fetch(script)


@pytest.mark.parametrize("length", [0, 1, ranges.HEADER_CAP + 1, 2**62, 2**64 - 1])
def test_an_absurd_length_is_refused_before_anything_is_asked_for(
    script: Script, length: int
) -> None:
    script.decides(lambda request: part(request, struct.pack("<Q", length) + bytes(100)))
    with pytest.raises(AdapterError) as caught:
        fetch(script)
    assert isinstance(caught.value, HeaderTooLargeError) == (length > ranges.HEADER_CAP)
    assert len(script.asked) == 1


def test_a_header_above_the_own_cap_is_not_read(script: Script) -> None:
    script.decides(lambda request: part(request))
    client = script.client()
    with pytest.raises(HeaderTooLargeError):
        RangeReader(client, cap=len(TEXT) - 1).fetch_header(f"{client.base_url}/file")
    assert RangeReader(client, cap=len(TEXT)).fetch_header(f"{client.base_url}/file").raw == TEXT


def test_a_file_that_changes_between_its_parts_is_not_mixed(script: Script) -> None:
    script.decides(
        lambda request: part(request, FILE if len(script.asked) < 2 else FILE + b"longer")
    )
    with pytest.raises(HubUnreachableError, match="changed"):
        fetch(script)


@pytest.mark.parametrize(("requests", "enough"), [(3, True), (2, False), (1, False)])
def test_a_budget_of_requests_is_reached_exactly(
    script: Script, requests: int, *, enough: bool
) -> None:
    script.decides(behind_a_link(part))
    client = script.client()
    client.budget = Budget(requests=requests)
    reader = RangeReader(client)
    if enough:
        reader.fetch_header(f"{client.base_url}/download")
    with pytest.raises(BudgetSpentError, match="requests"):
        reader.fetch_header(f"{client.base_url}/download")
    assert len(script.asked) == client.traffic.requests == requests


@pytest.mark.parametrize("spare", [0, -1])
def test_a_budget_of_bytes_is_reached_exactly(script: Script, spare: int) -> None:
    script.decides(part)
    client = script.client()
    client.budget = Budget(bytes=8 + len(TEXT) + spare)
    reader = RangeReader(client)
    if spare == 0:
        reader.fetch_header(f"{client.base_url}/file")
        assert client.traffic.bytes == 8 + len(TEXT)
    with pytest.raises(BudgetSpentError, match="bytes"):
        reader.fetch_header(f"{client.base_url}/file")
    assert client.traffic.bytes <= 8 + len(TEXT) + spare


def test_retries_count_against_the_budget(script: Script) -> None:
    script.answers(refusal(503))
    client = script.client()
    client.budget = Budget(requests=3)
    with pytest.raises(BudgetSpentError):
        RangeReader(client).fetch_header(f"{client.base_url}/file")
    assert len(script.asked) == 3


def test_offline_means_no_request(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBWATCH_OFFLINE", "1")
    script.decides(part)
    with pytest.raises(HubUnreachableError, match="HUBWATCH_OFFLINE"):
        fetch_url_header(script.server.url_for("/file"))
    assert script.asked == []


def test_any_address_can_be_asked_without_a_token(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_HUB_CIVITAI_TOKEN", TOKEN)
    script.decides(part)
    assert fetch_url_header(script.server.url_for("/a/file.safetensors?x=1")).raw == TEXT
    assert script.asked[0].args["x"] == "1"
    assert all("Authorization" not in request.headers for request in script.asked)


@pytest.mark.parametrize("url", ["x.safetensors", "ftp://h/x", "http://", "https://a:b@h/x"])
def test_what_is_no_address_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        fetch_url_header(url)
    assert "a:b" not in caught.value.what


ODD = st.fixed_dictionaries(
    {
        "status": st.sampled_from([200, 206, 301, 307, 400, 404, 416, 429, 500]),
        "body": st.binary(max_size=60) | st.just(FILE) | st.just(FILE[:8]),
        "range": st.none() | st.text("bytes 0-79/*", max_size=14) | st.just("bytes 0-7/9"),
        "location": st.none() | st.text("htp:/.@?#127", max_size=12),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=st.lists(ODD, min_size=1, max_size=4))
def test_whatever_a_server_answers_there_is_a_header_or_one_clear_error(
    script: Script, answers: list[dict[str, Any]]
) -> None:
    def made(odd: dict[str, Any]) -> Response:
        headers = {"Content-Range": odd["range"], "Location": odd["location"]}
        kept = {name: value for name, value in headers.items() if value is not None}
        answer = Response(odd["body"], odd["status"], kept, content_type="application/x")
        answer.autocorrect_location_header = False
        return answer

    script.asked.clear()
    script.answers(*map(made, answers))
    try:
        assert 2 <= len(fetch(script).raw) <= len(FILE)
    except (AdapterError, HubUnreachableError) as error:
        assert error.what  # noqa: PT017 - either outcome is right
    assert len(script.asked) < 60


@pytest.mark.parametrize("budget", [8, 9, 8 + len(TEXT) - 1, 8 + len(TEXT), 3000])
def test_of_a_whole_file_no_more_comes_than_the_budget_allows(script: Script, budget: int) -> None:
    script.decides(lambda _: Response(FILE, 200, content_type="application/octet-stream"))
    client = script.client()
    client.budget = Budget(bytes=budget)
    reader = RangeReader(client)
    with pytest.raises(BudgetSpentError, match="bytes"):
        any(reader.fetch_header(f"{client.base_url}/file").raw != TEXT for _ in range(100))
    assert 8 <= client.traffic.bytes <= budget


@pytest.mark.parametrize("budget", [100, 5000, 70_000])
def test_bodies_of_refusals_are_charged_and_bounded(script: Script, budget: int) -> None:
    script.answers(refusal(503, "x" * 50_000))
    client = script.client()
    client.budget = Budget(bytes=budget)
    with pytest.raises(BudgetSpentError, match="bytes"):
        RangeReader(client).fetch_header(f"{client.base_url}/file")
    assert client.traffic.bytes == budget
