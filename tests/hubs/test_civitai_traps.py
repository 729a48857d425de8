"""The hub's traps that concern a collector, each by its number in the notes on the hub's API."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from scripted_hub import Script, listing, page_of_html, refusal
from werkzeug import Request, Response

from hubwatch.errors import HubUnreachableError, UsageError
from hubwatch.hubs.civitai.plan import Facets, cut, plan
from hubwatch.hubs.civitai.queries import checked
from hubwatch.hubs.exchange import Traffic
from hubwatch.hubs.protocol import Page, Slice
from hubwatch.hubs.refusals import QueryRefusedError, http_date
from hubwatch.hubs.window import Window, moment_of
from hubwatch.lake.collect import CollectSummary, collect
from hubwatch.lake.collect.run import OWN_SIGNS, Run, stops_at_a_depth
from hubwatch.lake.collect.state import CollectState, SliceState
from hubwatch.lake.collect.summary import summarise
from hubwatch.lake.collect.walk import Desk
from hubwatch.lake.raw import RawRecord, read_records, snapshots

TOKEN = "tok-5f1e8c77"
FACETS = Facets(base_models=["A", "B"], versions={"7": "A", "8": "B"}, usernames=["anna"])


def models(*ids: int) -> list[dict[str, object]]:
    return [{"id": number, "modelVersions": []} for number in ids]


def images(*ids: int, level: int = 1, likes: int = 1) -> list[dict[str, object]]:
    counts = {"likeCount": likes, "laughCount": 0, "cryCount": 0, "heartCount": 0}
    return [
        {"id": number, "browsingLevel": level, "stats": {**counts, "commentCount": 0}}
        for number in ids
    ]


def slice_named(name: str) -> Slice:
    return next(
        part for part in plan(["models", "images", "creators", "tags"]) if part.name == name
    )


def pages(script: Script, name: str, **options: object) -> list[Page]:
    return list(script.hub().walk(slice_named(name), **options))  # type: ignore[arg-type]


def ids_of(found: Sequence[Page]) -> list[str]:
    return [key for page in found for key in page.item_ids]


def gather(script: Script, lake: Path, *kinds: str, **options: object) -> CollectSummary:
    return collect(script.hub(), lake, kinds=kinds, **options)  # type: ignore[arg-type]


def records(lake: Path) -> list[RawRecord]:
    return [
        record
        for manifest in snapshots(lake)
        for _, _, record in read_records(lake, manifest.hub, manifest.id)
    ]


def test_trap_01_page_is_ignored_on_models(script: Script, tmp_path: Path) -> None:
    """The same page under ever new cursors fails its slice instead of filling the disk."""
    asked = iter(range(10_000))
    script.decides(lambda _: listing(models(*range(100)), f"c{next(asked)}"))
    summary = gather(script, tmp_path / "lake", "models")
    assert summary.state == "incomplete"
    assert {end.why for end in summary.doubtful} == {"the same page came again"}
    assert summary.items == {"models": 100}
    assert all("page" not in query for query in script.queries)


def test_trap_01_a_cursor_that_stands_still_ends_the_walk(script: Script, tmp_path: Path) -> None:
    script.decides(lambda _: listing(models(1), "same"))
    summary = gather(script, tmp_path / "lake", "models")
    assert {end.why for end in summary.doubtful} == {"the cursor does not move"}


def test_trap_02_newest_drops_one_per_page(script: Script) -> None:
    """The model that `Newest` drops at a boundary is fetched by the id that ends the cursor."""

    def newest(request: Request) -> Response:
        if "ids" in request.args:
            return listing(models(int(request.args["ids"])))
        first = int(request.args.get("cursor", "|11").rpartition("|")[2])
        below = list(range(first - 1, max(first - 4, 0), -1))
        dropped = below[-1] - 1
        return listing(models(*below), f"2024-01-01|{dropped}" if dropped > 0 else None)

    script.decides(newest)
    found = pages(script, "models/nsfw=true", walk=2)
    assert script.queries[0]["sort"] == "Newest"
    assert sorted(map(int, ids_of(found))) == list(range(1, 11))
    repaired = [page for page in found if page.via == "boundary_repair"]
    assert ids_of(repaired) == ["7", "3"]
    assert all(query["nsfw"] == "true" for query in script.queries), "PG rules apply to ids too"
    again = pages(script, "models/nsfw=true", walk=2, known={"7", "3"})
    assert all(page.via == "listing" for page in again), "what is known needs no repair"
    resumed = pages(script, "models/nsfw=true", walk=2, number=2, cursor="2024-01-01|7")
    assert "7" in ids_of(resumed), "an interruption does not lose the repair"


def test_trap_02_a_census_begins_with_oldest(script: Script) -> None:
    script.answers(listing(models(1)))
    pages(script, "models/nsfw=false")
    assert script.queries[0]["sort"] == "Oldest"


def test_trap_03_short_and_empty_pages_are_not_the_end(script: Script) -> None:
    script.answers(
        listing(images(*range(200)), "a"),
        listing([], "b"),
        listing(images(500), "c"),
        listing(images(501, 502)),
    )
    found = pages(script, "images/level=PG")
    assert len(ids_of(found)) == 203
    assert [page.signs for page in found] == [(), ("empty",), ("short",), ()]


def test_trap_03_a_run_of_empty_pages_has_a_cap(script: Script, tmp_path: Path) -> None:
    asked = iter(range(10_000))
    script.decides(lambda _: listing([], f"c{next(asked)}"))
    summary = gather(script, tmp_path / "lake", "models")
    assert {end.why for end in summary.doubtful} == {"50 pages in a row were empty or the same"}


def test_trap_04_nothing_said_means_pg_only() -> None:
    for part in [*plan(["models", "images"]), *cut(slice_named("images/level=R"), FACETS)]:
        maturity = "nsfw" if part.kind == "models" else "browsingLevel"
        assert maturity in part.parameters, part.name
    with pytest.raises(UsageError, match="only PG"):
        checked("models", {"limit": "100"})
    with pytest.raises(UsageError, match="only PG"):
        checked("images", {"modelVersionId": "1"})


def test_trap_05_images_are_asked_for_one_level_at_a_time() -> None:
    asked = [int(str(part.parameters["browsingLevel"])) for part in plan(["images"])]
    assert sorted(asked) == [1, 2, 4, 8, 16, 32]
    assert all("nsfw" not in part.parameters for part in plan(["images"]))
    with pytest.raises(UsageError, match="without a word"):
        checked("images", {"nsfw": "true", "browsingLevel": "1"})


def test_trap_06_models_are_the_union_of_both_lists() -> None:
    both = {part.parameters["nsfw"] for part in plan(["models"])}
    assert both == {"true", "false"}
    assert all(part.parameters["archived"] == "true" for part in plan(["models"]))


def test_trap_08_an_unknown_tag_would_bring_the_whole_catalogue() -> None:
    with pytest.raises(UsageError, match="without a word"):
        checked("models", {"nsfw": "true", "tag": "no such tag"})


@pytest.mark.parametrize(
    "parameters",
    [
        {"nsfw": "true", "types": "LORA,LoCon"},
        {"nsfw": "true", "baseModels": "A,B"},
        {"nsfw": "true", "sortt": "Newest"},
        {"nsfw": "X"},
        {"nsfw": "true", "limit": "101"},
        {"nsfw": "true", "limit": "0"},
    ],
)
def test_trap_09_misspelt_queries_are_our_error(parameters: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        checked("models", parameters)
    assert "models" in caught.value.what


def test_trap_09_lists_of_words_are_repeated() -> None:
    pairs = checked("models", {"nsfw": "true", "types": ["LORA", "LoCon"]})
    assert pairs == [("nsfw", "true"), ("types", "LORA"), ("types", "LoCon")]


def test_trap_10_false_would_mean_true() -> None:
    with pytest.raises(UsageError, match="leave it out"):
        checked("models", {"nsfw": "true", "archived": "false"})


def test_trap_11_prompts_are_asked_for() -> None:
    parts = [*plan(["images"]), *cut(slice_named("images/level=R"), FACETS)]
    assert all(part.parameters["withMeta"] == "true" for part in parts)


def test_trap_12_prompts_are_asked_for_unwrapped() -> None:
    parts = [*plan(["images"]), *cut(slice_named("images/level=R"), FACETS)]
    assert all(part.parameters["flatMeta"] == "true" for part in parts)
    assert all("modelId" not in part.parameters for part in parts), "that is the other back end"


def test_trap_14_a_timeout_looks_like_an_empty_list(script: Script, tmp_path: Path) -> None:
    """An empty first page is asked for again before it is believed."""
    asked = []

    def first_time_empty(request: Request) -> Response:
        level = request.args["browsingLevel"]
        asked.append(level)
        shown = level == "4" and asked.count("4") > 1
        return listing(images(9, level=4) if shown else [])

    script.decides(first_time_empty)
    summary = gather(script, tmp_path / "lake", "images")
    assert summary.items == {"images": 1}
    assert summary.state == "complete"
    assert {"nothing"} <= OWN_SIGNS


def test_trap_15_the_index_has_a_depth_limit() -> None:
    """A slice that stopped at a depth is cut by base model, then version, then user."""
    assert stops_at_a_depth(49_900)
    level = slice_named("images/level=R")
    assert level.depth_limited
    by_base = cut(level, FACETS)
    assert [part.name for part in by_base] == ["images/level=R/base=A", "images/level=R/base=B"]
    assert by_base[0].parameters["browsingLevel"] == "4"
    by_version = cut(by_base[1], FACETS)
    assert [part.name for part in by_version] == ["images/version=8"]
    assert by_version[0].parameters["browsingLevel"] == "63", "one request for all levels"
    by_user = cut(by_version[0], FACETS)
    assert [part.parameters["username"] for part in by_user] == ["anna"]
    assert "anna" not in by_user[0].name, "names of slices are shown to people"
    assert cut(by_user[0], FACETS) == []
    assert Run.cut_further.__doc__


def test_trap_16_a_growing_offset_repeats_and_misses(script: Script, tmp_path: Path) -> None:
    """Items seen twice in a walk make it suspicious; what they pushed out is found later."""
    walks: list[str] = []

    def shifting(request: Request) -> Response:
        if request.args["browsingLevel"] != "1":
            return listing([])
        cursor, order = request.args.get("cursor"), request.args["sort"]
        walks.append(order)
        if order == "Newest" or walks.count("Oldest") > 2:
            half = range(200) if cursor is None else range(200, 300)
            return listing(images(*half), "200|1" if cursor is None else None)
        if cursor is None:
            return listing(images(*range(200)), "200|1")
        return listing(images(*range(199, 299)))

    script.decides(shifting)
    summary = gather(script, tmp_path / "lake", "images")
    assert summary.items == {"images": 300}
    assert summary.repeated == 1
    assert summary.state == "complete"


def test_trap_22_a_paging_429_is_no_rate_limit(script: Script) -> None:
    script.answers(refusal(429, '{"error": "You have requested too many pages, use cursors"}'))
    with pytest.raises(QueryRefusedError, match="page that deep"):
        pages(script, "images/level=PG")
    assert len(script.asked) == 1
    assert script.slept == []


def test_trap_23_a_bad_token_is_anonymous(script: Script, tmp_path: Path) -> None:
    def anonymous(request: Request) -> Response:
        return refusal(401) if request.path.endswith("/me") else listing(images(1))

    script.decides(anonymous)
    with pytest.raises(HubUnreachableError, match="does not accept the token") as caught:
        collect(script.hub(token=TOKEN), tmp_path / "lake", kinds=["tags"])
    assert TOKEN not in caught.value.what
    assert script.hub().probe(["tags"])["token"] == "none"
    script.answers(Response("{}", content_type="application/json"))
    assert script.hub(token=TOKEN).probe(["tags"])["token"] == "accepted"


def test_trap_24_a_region_may_be_masked(script: Script, tmp_path: Path) -> None:
    script.answers(listing(images(1, 2, level=2)))
    with pytest.raises(HubUnreachableError, match="no mature level"):
        gather(script, tmp_path / "lake", "images")
    assert len(script.asked) == 1
    script.answers(listing(images(1, level=8)))
    assert script.hub().probe(["images"])["mature"] == "shown"


def test_trap_24_a_level_that_was_not_asked_for_is_a_sign(script: Script) -> None:
    script.answers(listing(images(1, level=2)))
    assert pages(script, "images/level=R")[0].signs == ("other_level",)


@pytest.mark.parametrize(
    "body",
    [
        '{"error": "text"}',
        '{"error": {"issues": []}}',
        '{"message": "x"}',
        '{"error": "x", "code": "Y"}',
        '{"message": "x", "error": "y"}',
        "<html>",
        "",
    ],
)
def test_trap_25_errors_come_in_many_shapes(script: Script, body: str) -> None:
    script.answers(refusal(500, body), page_of_html(502), page_of_html(200), listing(images(1)))
    assert ids_of(pages(script, "images/level=PG")) == ["1"]


def test_trap_26_a_default_user_agent_is_refused(script: Script) -> None:
    script.answers(listing([]))
    list(script.hub(contact="desk@example.org").walk(slice_named("tags")))
    agent = script.asked[0].headers["User-Agent"]
    assert agent.startswith("hubwatch/")
    assert agent.endswith("(+desk@example.org)")


def test_trap_27_an_answer_may_be_old(script: Script) -> None:
    answer = listing(images(1))
    answer.headers["Age"] = "240"
    script.answers(answer)
    (page,) = pages(script, "images/level=PG")
    sent = http_date(page.headers["date"])
    made = moment_of(page.received_at)
    assert sent is not None
    assert made is not None
    assert (sent - made).total_seconds() == 240


def test_trap_28_a_404_is_not_a_deletion(script: Script, tmp_path: Path) -> None:
    script.answers(refusal(404, '{"error": "not here"}'))
    (page,) = pages(script, "tags")
    assert (page.status, page.item_ids, page.next_cursor) == (404, [], None)
    assert "not_visible" in page.signs
    gather(script, tmp_path / "lake", "tags")
    assert records(tmp_path / "lake")[0].status == 404


def test_trap_29_nothing_is_downloaded(script: Script, tmp_path: Path) -> None:
    script.decides(lambda _: listing([]))
    gather(script, tmp_path / "lake", "models", "images", "creators", "tags")
    asked = {request.path for request in script.asked}
    assert asked == {f"/api/v1/{kind}" for kind in ("models", "images", "creators", "tags")}
    assert {request.method for request in script.asked} == {"GET"}


def test_trap_30_a_token_is_not_carried_to_another_host(script: Script) -> None:
    port = script.server.port
    if socket.gethostbyname("localhost") != "127.0.0.1":
        pytest.skip("this machine's localhost is another address")

    def redirect(request: Request) -> Response:
        if request.host.startswith("127."):
            away = f"http://localhost:{port}{request.full_path}"
            return Response("", status=302, headers={"Location": away})
        return listing(images(1))

    script.decides(redirect)
    hub = script.hub(token=TOKEN, base_url=f"http://127.0.0.1:{port}")
    assert ids_of(list(hub.walk(slice_named("images/level=PG")))) == ["1"]
    assert [request.headers.get("Authorization") for request in script.asked] == [
        f"Bearer {TOKEN}",
        None,
    ]


def test_trap_37_the_list_of_creators_has_no_order(script: Script, tmp_path: Path) -> None:
    asked: list[str] = []

    def unordered(request: Request) -> Response:
        page = request.args["page"]
        asked.append(page)
        names = ["anna", "ben"] if page == "1" else ["ben", "cleo" if len(asked) > 2 else "anna"]
        items = [{"username": name} for name in names]
        return listing(items, nextPage="http://x/?page=2" if page == "1" else None)

    script.decides(unordered)
    summary = gather(script, tmp_path / "lake", "creators")
    assert summary.items == {"creators": 3}
    assert summary.state == "complete"


def test_trap_40_a_cursor_dies_with_its_deployment(script: Script, tmp_path: Path) -> None:
    died = []

    def deployed(request: Request) -> Response:
        if "cursor" not in request.args:
            return listing(models(*range(100)), "2024|100")
        if not died:
            died.append(1)
            return refusal(400, '{"error": "Invalid cursor"}')
        return listing(models(*range(100, 130)))

    script.decides(deployed)
    summary = gather(script, tmp_path / "lake", "models")
    assert summary.state == "complete"
    assert summary.items == {"models": 130}


def test_trap_41_the_next_page_would_echo_the_token(script: Script, tmp_path: Path) -> None:
    def echo(request: Request) -> Response:
        if request.path.endswith("/me"):
            return Response("{}", content_type="application/json")
        return listing(models(1), nextPage=request.url)

    script.decides(echo)
    collect(script.hub(token=TOKEN), tmp_path / "lake", kinds=["models"])
    on_disk = [path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()]
    assert on_disk
    assert not any(TOKEN.encode() in raw for raw in on_disk)
    assert TOKEN not in json.dumps([record.body for record in records(tmp_path / "lake")])
    assert all(TOKEN not in record.source for record in records(tmp_path / "lake"))


def test_trap_43_filtered_lists_cut_versions() -> None:
    """No slice of models carries a filter: every row is a whole model."""
    for part in plan(["models"]):
        assert set(part.parameters) == {"nsfw", "archived"}
        assert cut(part, FACETS) == []


def test_trap_45_zeros_from_a_slow_store_are_asked_again(script: Script, tmp_path: Path) -> None:
    asked: list[str] = []

    def slow_store(request: Request) -> Response:
        asked.append(request.args["browsingLevel"])
        if request.args["browsingLevel"] != "1":
            return listing([])
        return listing(images(*range(60), likes=0 if asked.count("1") == 1 else 3))

    script.decides(slow_store)
    assert pages(script, "images/level=PG")[0].signs == ("zero_stats",)
    asked.clear()
    gather(script, tmp_path / "lake", "images")
    kept = [r for r in records(tmp_path / "lake") if r.slice == "images/level=PG"]
    assert len(kept) == 2, "the page is stored again when its counters are back"
    assert '"likeCount": 3' in kept[1].body


@pytest.mark.parametrize("status", [404, 410])
def test_trap_28_a_list_that_is_gone_is_not_an_empty_census(
    script: Script, tmp_path: Path, status: int
) -> None:
    script.answers(refusal(status, '{"error": "not here"}'))
    summary = gather(script, tmp_path / "lake", "models")
    assert (summary.state, summary.slices) == ("incomplete", {"failed": 2})
    assert all(str(status) in end.why for end in summary.doubtful)
    script.answers(listing(models(1, 2)))
    assert gather(script, tmp_path / "lake", "models").state == "complete"
    assert records(tmp_path / "lake")[-1].status == 200


def test_trap_01_small_pages_that_repeat_for_ever_end_too(script: Script, tmp_path: Path) -> None:
    asked = iter(range(100_000))
    script.decides(lambda _: listing(models(1), f"c{next(asked)}"))
    summary = gather(script, tmp_path / "lake", "models")
    assert {end.why for end in summary.doubtful} == {"50 pages in a row were empty or the same"}


def test_no_summary_names_an_account(tmp_path: Path) -> None:
    """Slices cut by account are told as such; who it is stays in the raw store."""
    part = cut(cut(slice_named("images/level=R"), FACETS)[0], FACETS)[0]
    state = SliceState(part=cut(part, FACETS)[0], state="truncated")
    desk = Desk(PretendTraffic(), None, Window(), CollectState(slices=[state]))  # type: ignore[arg-type]  # only its traffic is asked for
    summary = summarise(desk, counted=False, sample=False, elapsed=0.0)
    assert [end.name for end in summary.doubtful] == ["images/user=(one account)"]
    assert "anna" not in "".join(summary.lines())


class PretendTraffic:
    """Stands for a hub that was never asked."""

    traffic = Traffic()
