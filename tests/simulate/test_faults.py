"""Faults: drawn from a seed, bounded, and never able to make a robust collector lose an item."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import time
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server_world import AGENT, Answer, Caller, FakeCatalogue, calling, flat

from hubwatch.simulate.server.damage import damaged
from hubwatch.simulate.server.faults import BY_NAME, KINDS, Fault, FaultPlan, Trait
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.server.wire import Reply

ALL_TRAITS: tuple[Trait, ...] = (
    "listing",
    "followed",
    "cursor",
    "preceded",
    "legacy_first",
    "ranged",
)


def _names(plan: FaultPlan, count: int, *, traits: tuple[Trait, ...] = ALL_TRAITS) -> list[str]:
    faults = [
        plan.draw(target=f"GET /{n}", walk=f"/{n}", cursor="c", traits=traits) for n in range(count)
    ]
    return [fault.kind.name if fault else "" for fault in faults]


def _only(name: str) -> dict[str, Any]:
    """Let every request that it fits meet one kind of fault, within the bounds."""
    return {"fault_kinds": [name], "fault_share": 1.0}


def test_the_same_seed_gives_the_same_faults_and_another_seed_others() -> None:
    assert _names(FaultPlan("many", 3), 400) == _names(FaultPlan("many", 3), 400)
    assert _names(FaultPlan("many", 3), 400) != _names(FaultPlan("many", 4), 400)


@pytest.mark.parametrize(
    ("rate", "low", "high"), [("none", 0, 0), ("some", 0.02, 0.03), ("many", 0.15, 0.20)]
)
def test_how_many_requests_go_wrong(rate: Any, low: float, high: float) -> None:
    share = sum(map(bool, _names(FaultPlan(rate, 1), 8000))) / 8000
    assert low <= share <= high


def test_every_kind_of_fault_occurs() -> None:
    assert set(_names(FaultPlan("many", 1), 8000)) == {"", *BY_NAME}


def test_a_retry_meets_another_draw() -> None:
    plan = FaultPlan("many", 1)
    drawn = [plan.draw(target="GET /x", walk="/x", cursor=None, traits=()) for _ in range(200)]
    names = {fault.kind.name if fault else "" for fault in drawn}
    assert len(names) > 5


@given(st.integers(0, 10_000), st.lists(st.integers(0, 3), min_size=50, max_size=300))
@settings(max_examples=30, deadline=None)
def test_never_more_than_three_refusals_of_one_address_in_a_row(
    seed: int, addresses: list[int]
) -> None:
    plan = FaultPlan("many", seed)
    plan.share = 0.95
    run = dict.fromkeys(range(4), 0)
    for address in addresses:
        fault = plan.draw(
            target=f"GET /{address}", walk="/", cursor=str(address), traits=("cursor",)
        )
        refused = fault is not None and (
            fault.kind.group in ("refusal", "transport") or fault.kind.name == "cursor_expired"
        )
        run[address] = run[address] + 1 if refused else 0
        assert run[address] <= 3


def test_a_page_is_short_or_empty_at_most_once() -> None:
    plan = FaultPlan("many", 1)
    plan.share = 1.0
    names = [
        fault.kind.name
        for _ in range(400)
        if (fault := plan.draw(target="GET /x", walk="/x", cursor=None, traits=("followed",)))
    ]
    assert names.count("items_missing") == 1
    assert names.count("page_empty") == 1


def test_an_expired_cursor_stays_expired_until_the_walk_begins_again() -> None:
    plan = FaultPlan("none", 1, kinds=["cursor_expired"], share=1.0)

    def refused(cursor: str | None) -> bool:
        traits: tuple[Trait, ...] = ("cursor",) if cursor else ()
        return plan.draw(target=f"/x?{cursor}", walk="/x", cursor=cursor, traits=traits) is not None

    assert refused("a")
    plan.share = 0.0001
    assert refused("a")
    assert not refused(None)
    assert not refused("a")
    plan.share = 1.0
    assert [refused("b"), refused("c")] == [True, False]  # at most twice a query


def _fault(name: str, seed: int = 0) -> Fault:
    return Fault(BY_NAME[name], np.random.default_rng(seed))


def _page(world: FakeCatalogue, kind: str) -> Reply:
    rows = range(8)
    items = (
        [world.image_document(at, with_meta=True) for at in rows]
        if kind == "images"
        else [world.model_document(at, mask=1) for at in rows]
    )
    return Reply(200, {"items": items, "metadata": {"nextCursor": "c"}}, listing=True)


ITEM_FAULTS = [kind.name for kind in KINDS if kind.group == "items"]


@pytest.mark.parametrize("kind", ["images", "models"])
@pytest.mark.parametrize("name", ITEM_FAULTS)
def test_damage_spares_what_items_are_counted_and_dated_by(name: str, kind: str) -> None:
    page = _page(FakeCatalogue(), kind)
    before = json.dumps(page.document)
    kept = ("id", "browsingLevel", "createdAt", "name", "poi", "minor")
    changed = 0
    for seed in range(40):
        items = damaged(page, _fault(name, seed)).document["items"]
        changed += items != page.document["items"]
        for hurt, whole in zip(items, page.document["items"], strict=True):
            assert {key: hurt.get(key) for key in kept} == {key: whole.get(key) for key in kept}
            versions = [version["id"] for version in whole.get("modelVersions", ())]
            assert [version["id"] for version in hurt.get("modelVersions", ())] == versions
    assert changed == 40
    assert json.dumps(page.document) == before  # the catalogue's own documents stay whole


def test_items_missing_shorten_the_page_and_empty_pages_keep_their_cursor() -> None:
    page = _page(FakeCatalogue(), "images")
    short = damaged(page, _fault("items_missing")).document
    empty = damaged(page, _fault("page_empty")).document
    assert 3 <= len(short["items"]) < 8
    assert all(item in page.document["items"] for item in short["items"])
    assert empty == {"items": [], "metadata": {"nextCursor": "c"}}


def test_an_item_is_missing_from_one_page_at_most() -> None:
    page = _page(FakeCatalogue(), "models")
    withheld: set[tuple[str, int]] = set()
    missing: list[int] = []
    for seed in range(20):
        name = "page_empty" if seed % 5 == 4 else "items_missing"
        left = damaged(page, replace(_fault(name, seed), withheld=withheld)).document["items"]
        seen = {item["id"] for item in left}
        missing += [item["id"] for item in page.document["items"] if item["id"] not in seen]
    assert sorted(missing) == [item["id"] for item in page.document["items"]]


@pytest.mark.parametrize("path", ["images", "models"])
def test_two_walks_see_everything_however_short_their_pages_are(path: str) -> None:
    world = FakeCatalogue(models=60, images=60)
    kinds = {"fault_kinds": ["items_missing", "page_empty"], "fault_share": 1.0}
    with calling(world, **kinds) as hub:
        once = set(flat(hub.walk(path, limit=7, sort="Oldest")))
        twice = once | set(
            flat(hub.walk(path, limit=7, sort="Highest Rated" if path == "models" else "Newest"))
        )
    ids = world.model_id if path == "models" else world.image_id
    assert once < twice == set(ids.tolist())


@pytest.mark.parametrize(
    ("name", "status", "retry_after", "html"),
    [
        ("rate_limit_seconds", 429, "1", False),
        ("edge_rate_limit_html", 429, None, True),
        ("server_error", 500, None, False),
        ("bad_gateway", 502, None, True),
        ("unavailable", 503, "1", False),
        ("html_instead_of_json", 200, None, True),
    ],
)
def test_refusals_on_the_wire(name: str, status: int, retry_after: str | None, html: bool) -> None:
    with calling(FakeCatalogue(), **_only(name)) as hub:
        answers = [hub.ask("models") for _ in range(4)]
    first = answers[0]
    assert [answer.status for answer in answers] == [status] * 3 + [200]
    assert first.header("Retry-After") == retry_after
    assert (first.header("Content-Type") or "").startswith("text/html") is html
    assert answers[3].json["items"]


def test_retry_after_as_a_date_is_at_most_a_second_ahead() -> None:
    with calling(FakeCatalogue(), **_only("rate_limit_date")) as hub:
        answer = hub.ask("models")
    until = parsedate_to_datetime(answer.header("Retry-After") or "")
    sent = parsedate_to_datetime(answer.header("Date") or "")
    assert 0 <= (until - sent).total_seconds() <= 2
    assert until.timestamp() <= time.time() + 1


def test_a_reset_and_truncated_bodies_break_the_answer() -> None:
    for name in ("connection_reset", "truncated_length", "truncated_chunks"):
        with calling(FakeCatalogue(), **_only(name)) as hub:
            for _ in range(3):
                with pytest.raises((OSError, http.client.HTTPException)):
                    hub.ask("models")
            assert hub.ask("models").status == 200


def test_a_truncated_length_promises_more_than_is_sent() -> None:
    with SimulatedHub(lambda _: FakeCatalogue(), **_only("truncated_length")) as hub:
        raw = _raw(hub, "/api/v1/models")
    head, _, body = raw.partition(b"\r\n\r\n")
    promised = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < promised


def test_a_cut_chunk_has_no_end() -> None:
    with SimulatedHub(lambda _: FakeCatalogue(), **_only("truncated_chunks")) as hub:
        raw = _raw(hub, "/api/v1/models")
    head, _, body = raw.partition(b"\r\n\r\n")
    size, _, part = body.partition(b"\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert b"Content-Length" not in head
    assert 0 < len(part) < int(size, 16)


def _raw(hub: SimulatedHub, target: str) -> bytes:
    port = int(hub.base_url.split(":")[-1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        plain.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nUser-Agent: {AGENT}\r\n\r\n".encode())
        parts = []
        while part := plain.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_a_slow_body_is_whole() -> None:
    with calling(FakeCatalogue(), **_only("slow_body")) as hub:
        slow = hub.ask("models")
        assert hub.hub.faults_sent == {"slow_body": 1}
    with calling(FakeCatalogue()) as hub:
        assert slow.json["items"] == hub.ask("models").json["items"]


def test_duplicated_headers_come_twice() -> None:
    with calling(FakeCatalogue(), **_only("duplicated_headers")) as hub:
        answer = hub.ask("models")
    names = [name.lower() for name, _ in answer.headers]
    assert names.count("cache-control") == names.count("date") == names.count("age") == 2
    assert names.count("content-length") == 1
    assert answer.json["items"]


def test_a_repeated_item_is_the_last_one_of_the_page_before() -> None:
    with calling(FakeCatalogue(), **_only("item_repeated")) as hub:
        for path in ("images", "models"):
            first = hub.ask(path, limit=5, sort="Newest").json
            cursor = first["metadata"]["nextCursor"]
            second = hub.ask(path, limit=5, sort="Newest", cursor=cursor).json["items"]
            assert len(first["items"]) == 5
            assert len(second) == 6
            if path == "images":
                assert second[0]["id"] == first["items"][-1]["id"]


def test_a_legacy_timeout_is_an_empty_200_once() -> None:
    with calling(FakeCatalogue(), **_only("legacy_timeout")) as hub:
        first, second = hub.ask("images", modelId=10), hub.ask("images", modelId=10)
        index = hub.ask("images")
    assert (first.status, first.json) == (200, {"items": [], "metadata": {}})
    assert second.json["items"]
    assert index.json["items"]


def test_a_range_is_sometimes_ignored() -> None:
    with calling(FakeCatalogue(), **_only("range_ignored")) as hub:
        address = hub.ask("/api/download/models/1001").header("Location") or ""
        address = address.removeprefix(hub.hub.base_url)
        answer = hub.ask(address, headers={"Range": "bytes=0-7"})
    assert answer.status == 200
    assert answer.header("Content-Range") is None
    assert len(answer.body) > struct.unpack("<Q", answer.body[:8])[0] + 8


@pytest.mark.parametrize("name", ["range_wrong", "range_short", "link_expired"])
def test_a_part_of_a_file_can_be_wrong_in_ways_that_show(name: str) -> None:
    with calling(FakeCatalogue(), **_only(name)) as hub:
        address = hub.ask("/api/download/models/1001").header("Location") or ""
        address = address.removeprefix(hub.hub.base_url)
        answer = hub.ask(address, headers={"Range": "bytes=0-7"})
    if name == "link_expired":
        assert (answer.status, answer.json) == (403, {"message": "Request has expired"})
        return
    assert answer.status == 206
    told = (answer.header("Content-Range") or "").split("/")[0]
    assert (told, len(answer.body)) != ("bytes 0-7", 8)


def _patiently(caller: Caller, path: str, **query: Any) -> Answer | None:
    """Ask until there is an answer to use; `None` when the cursor has expired."""
    for _ in range(12):
        try:
            answer = caller.ask(path, **query)
        except (OSError, http.client.HTTPException):
            continue
        if answer.status == 400 and answer.json == {"error": "Invalid cursor"}:
            return None
        if answer.status == 200 and "json" in (answer.header("Content-Type") or ""):
            return answer
    raise AssertionError("more refusals in a row than promised")


def _collect(caller: Caller, path: str, limit: int, **query: Any) -> set[int]:
    """Walk as a robust collector does: retry, ask short pages again, begin again when refused."""
    found: set[int] = set()
    cursor: str | None = None
    for _ in range(400):
        extra = {"cursor": cursor} if cursor else {}
        answer = _patiently(caller, path, limit=limit, **query, **extra)
        if answer is None:
            cursor = None
            continue
        page = answer.json
        if len(page["items"]) < limit and "nextCursor" in page["metadata"]:
            for _ in range(2):
                again = _patiently(caller, path, limit=limit, **query, **extra)
                found |= {item["id"] for item in again.json["items"]} if again else set()
        found |= {item["id"] for item in page["items"]}
        cursor = page["metadata"].get("nextCursor")
        if cursor is None:
            return found
    raise AssertionError("the walk does not end")


def test_two_servers_with_one_seed_send_the_same_faults() -> None:
    def outcomes() -> list[object]:
        with calling(FakeCatalogue(), faults="many", seed=5) as hub:
            return [_outcome(hub, number) for number in range(60)]

    assert outcomes() == outcomes()


def _outcome(hub: Caller, number: int) -> object:
    try:
        answer = hub.ask("models", limit=1 + number % 9)
    except (OSError, http.client.HTTPException):
        return "broken"
    return (answer.status, answer.body.replace(hub.hub.base_url.encode(), b""))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_robust_collector_ends_with_exactly_the_same_ids(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubwatch.simulate.server.send.SLOW_PARTS", 1)
    world = FakeCatalogue(models=150, images=1500)
    with SimulatedHub(lambda _: world, faults="many", seed=seed) as hub:
        caller = Caller(hub)
        images = _collect(caller, "images", 50, sort="Newest")
        models = _collect(caller, "models", 10, sort="Oldest")
        assert hub.faults_sent.total() >= 5
    assert images == set(world.image_id.tolist())
    assert models == set(world.model_id.tolist())
