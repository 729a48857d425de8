"""Walking the hub's lists inside a window of time, and what a page keeps of its answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripted_hub import Script, listing
from werkzeug import Request, Response

from hubwatch.errors import UsageError
from hubwatch.hubs.civitai import BASE_URL, connect
from hubwatch.hubs.civitai.plan import plan
from hubwatch.hubs.window import window_of
from hubwatch.lake.collect import collect

DAYS = 60


def dated_images(request: Request) -> Response:
    """Two images a day for sixty days from January 2024, twenty a page, as the index lists them."""
    if request.args["browsingLevel"] not in ("1", "28"):
        return listing([])
    rows = [(2 * day + half, f"2024-{1 + day // 31:02}-{1 + day % 31:02}T0{half}:00:00.000Z")
            for day in range(DAYS) for half in (0, 1)]  # fmt: skip
    if request.args["sort"] == "Newest":
        rows.reverse()
    start = int(request.args.get("cursor", "0|1").split("|")[0])
    items = [
        {"id": number + 1, "createdAt": moment, "browsingLevel": 8 if start < 0 else 1}
        for number, moment in rows[start : start + 20]
    ]
    if request.args["browsingLevel"] == "28":
        items = [{"id": 1, "browsingLevel": 8}]
    return listing(items, f"{start + 20}|1" if start + 20 < len(rows) else None)


def walk_in(script: Script, since: str | None, until: str | None) -> tuple[list[str], int]:
    script.decides(dated_images)
    part = next(part for part in plan(["images"]) if part.name == "images/level=PG")
    pages = list(script.hub().walk(part, window=window_of(since, until)))
    return [key for page in pages for key in page.item_ids], len(pages)


def test_since_walks_from_the_newest_and_stops(script: Script) -> None:
    ids, pages = walk_in(script, "2024-02-20", None)
    assert len(ids) == 2 * 10
    assert pages == 2
    assert {query["sort"] for query in script.queries} == {"Newest"}


def test_until_walks_from_the_oldest_and_stops(script: Script) -> None:
    ids, pages = walk_in(script, None, "2024-01-06")
    assert len(ids) == 2 * 5
    assert pages == 2
    assert {query["sort"] for query in script.queries} == {"Oldest"}


def test_both_take_the_days_between(script: Script) -> None:
    ids, _ = walk_in(script, "2024-01-10", "2024-01-12")
    assert sorted(map(int, ids)) == [19, 20, 21, 22]


def test_a_window_is_collected_whole(script: Script, tmp_path: Path) -> None:
    script.decides(dated_images)
    summary = collect(
        script.hub(), tmp_path / "lake", kinds=["images"], since="2024-01-10", until="2024-02"
    )
    assert summary.state == "complete"
    assert summary.items == {"images": 2 * 22}


def test_an_unknown_time_is_inside_every_window(script: Script) -> None:
    script.answers(listing([{"id": 5, "createdAt": "long ago"}]))
    part = plan(["images"])[0]
    (page,) = script.hub().walk(part, window=window_of("2024", None))
    assert page.item_ids == ["5"]


def test_a_model_is_dated_by_its_last_version(script: Script) -> None:
    long_ago, lately = ({"publishedAt": f"{year}-05-01T00:00:00Z"} for year in (2023, 2024))
    old = {"id": 1, "modelVersions": [long_ago]}
    new = {"id": 2, "modelVersions": [long_ago, lately]}
    script.answers(listing([new, old]))
    (page,) = script.hub().walk(plan(["models"])[0], window=window_of("2024", None))
    assert page.item_ids == ["2"]


def test_a_page_keeps_the_exact_bytes(script: Script) -> None:
    odd = b'{ "items" : [ {"id": 7, "name": "\xff\\ud800"} ], "metadata":{} }'
    script.answers(Response(odd, content_type="application/json"))
    (page,) = script.hub().walk(plan(["models"])[0])
    assert page.body == odd
    assert page.item_ids == ["7"]


def test_items_without_an_id_are_a_sign(script: Script) -> None:
    script.answers(listing([{"id": None}, None, {"id": 4}, {"id": True}, {"id": 2.5}]))
    (page,) = script.hub().walk(plan(["images"])[0])
    assert page.item_ids == ["4"]
    assert (page.rows, page.signs) == (5, ("unreadable",))


def test_tags_and_creators_are_walked_by_page_to_the_last(script: Script) -> None:
    script.answers(
        listing([{"name": "a"}], nextPage="http://x/?page=2", totalPages=1),
        listing([{"name": "b"}], totalPages=9),
    )
    part = plan(["tags"])[0]
    pages = list(script.hub().walk(part))
    assert [page.item_ids for page in pages] == [["a"], ["b"]]
    assert [query["page"] for query in script.queries] == ["1", "2"]
    assert json.loads(pages[0].body)["metadata"]["totalPages"] == 1


def test_an_unknown_kind_is_refused(script: Script) -> None:
    with pytest.raises(UsageError, match="versions"):
        script.hub().plan(["versions"])


def test_connecting_asks_nothing_and_knows_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUBWATCH_HUB_CIVITAI_TOKEN", raising=False)
    hub = connect()
    assert (hub.name, hub.address) == ("civitai", BASE_URL)
    assert hub.traffic.requests == 0
    assert hub.cached_for > 0
    assert connect(base_url="http://127.0.0.1:1/").cached_for == 0
