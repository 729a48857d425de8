"""What stands in front of the hub, and the server as a program: tokens, days, threads, ending."""

from __future__ import annotations

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest
from server_world import DAY, START, Caller, FakeCatalogue, calling, flat

from hubwatch.errors import UsageError
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.server.wire import encode


@pytest.mark.parametrize(
    "agent", ["", "python-requests/2.32", "Python-urllib/3.11", "curl/8.5", "python-httpx2/2.16"]
)
def test_default_user_agents_get_an_html_403(agent: str) -> None:
    with calling(FakeCatalogue()) as hub:
        answer = hub.ask("models", headers={"User-Agent": agent})
    assert answer.status == 403
    assert (answer.header("Content-Type") or "").startswith("text/html")


def test_a_wrong_token_is_anonymous_everywhere_but_at_me() -> None:
    wrong, right = {"Authorization": "Bearer no"}, {"Authorization": "Bearer key"}
    with calling(FakeCatalogue(), token="key") as hub:  # a made-up token
        assert hub.ask("models", headers=wrong).status == 200
        assert hub.ask("me", headers=wrong).status == 401
        assert hub.ask("me").status == 401
        assert hub.ask("me", headers=right).status == 200
        assert hub.ask("me", token="key").status == 200  # a made-up token


def test_next_page_echoes_a_token_of_the_query() -> None:
    with calling(FakeCatalogue()) as hub:
        page = hub.ask("models", limit=1, token="key").json  # a made-up token
    assert "token=key" in page["metadata"]["nextPage"]


def test_next_page_can_be_followed() -> None:
    with calling(FakeCatalogue()) as hub:
        address = hub.ask("images", limit=7, browsingLevel=1).json["metadata"]["nextPage"]
        followed = hub.ask(address.removeprefix(hub.hub.base_url)).json
        assert followed["items"] != hub.ask("images", limit=7, browsingLevel=1).json["items"]


def test_regions_are_blocked_or_silently_masked() -> None:
    world = FakeCatalogue(models=2, images=3)
    world.model_level_mask[0] = 4
    world.image_level_bit[:] = (2, 4, 32)
    with calling(world, region="blocked") as hub:
        answer = hub.ask("models")
        assert (answer.status, answer.json["code"]) == (451, "REGION_BLOCKED")
    with calling(world, region="restricted") as hub:
        assert hub.ids("models", nsfw="true") == [20]
        assert hub.ids("images", browsingLevel=63) == [3]


def test_above_the_rate_the_edge_answers_429_with_retry_after() -> None:
    with calling(FakeCatalogue(), requests_per_second=0.1) as hub:
        answers = [hub.ask("enums") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 429]
    assert answers[1].header("Retry-After") == "1"


def test_errors_come_in_five_shapes_and_html() -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask("models/11").json.keys() == {"error"}
        assert "issues" in hub.ask("models", sort="x").json["error"]
        assert hub.ask("model-versions/9999999999").json.keys() == {"message", "error"}
        assert hub.ask("/delivery/1.safetensors").json.keys() == {"message"}
        assert b"<html>" in hub.ask("nowhere").body
    with calling(FakeCatalogue(), region="blocked") as hub:
        assert hub.ask("models").json.keys() == {"error", "code"}


def test_a_repeated_answer_has_an_age_and_errors_are_not_stored() -> None:
    with calling(FakeCatalogue()) as hub:
        first, error = hub.ask("models"), hub.ask("models/11")
        assert first.header("CF-Cache-Status") == "MISS"
        time.sleep(1.05)  # ages are whole seconds
        second = hub.ask("models")
    assert int(second.header("Age") or 0) >= 1
    assert second.header("CF-Cache-Status") == "HIT"
    assert parsedate_to_datetime(second.header("Date") or "").year >= 2024
    assert error.header("Cache-Control") == "no-store"
    assert error.header("Age") is None


def test_the_day_is_chosen_by_header_and_by_default() -> None:
    asked: list[str | None] = []

    def world(day: str | None) -> FakeCatalogue:
        asked.append(day)
        return FakeCatalogue(models=2 if day == "2024-01-01" else 3, images=0)

    with SimulatedHub(world, as_of="2024-02-02") as hub:
        caller = Caller(hub)
        early = {"X-Simulated-Date": "2024-01-01"}
        answer = caller.ask("models", headers=early)
        assert len(answer.json["items"]) == 2
        assert answer.header("X-Simulated-Date") == "2024-01-01"
        assert len(caller.ids("models")) == 3
        caller.ask("models", headers=early)
        assert caller.ask("models", headers={"X-Simulated-Date": "soon"}).status == 400
    assert asked == ["2024-01-01", "2024-02-02"]


def test_requests_are_counted_by_endpoint() -> None:
    with calling(FakeCatalogue()) as hub:
        hub.ids("models")
        hub.ids("models")
        hub.ask("models/10")
        hub.ask("model-versions/by-hash/00")
        hub.ask("nowhere")
        counts = dict(hub.hub.requests)
    assert counts == {
        "models": 2,
        "models/{id}": 1,
        "model-versions/by-hash/{hash}": 1,
        "unknown": 1,
    }


def test_many_threads_get_the_same_answers() -> None:
    world = FakeCatalogue(models=50, images=400)
    with SimulatedHub(lambda _: world) as hub:

        def walk(number: int) -> list[int]:
            caller = Caller(hub)
            return flat(caller.walk("images", limit=20, browsingLevel=1 + number % 2))

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(walk, range(16)))
    assert all(ids == found[0] for ids in found[::2])
    assert len(found[0]) == 400
    assert sum(hub.requests.values()) == 8 * 20 + 8


def test_closing_ends_idle_connections_and_every_thread_and_can_be_repeated() -> None:
    before = set(threading.enumerate())
    hub = SimulatedHub(lambda _: FakeCatalogue())
    with hub:
        caller = Caller(hub)
        caller.ids("models")  # the connection stays open
        started = time.monotonic()
    assert time.monotonic() - started < 5
    assert set(threading.enumerate()) <= before
    hub.close()
    with pytest.raises(OSError, match="refused"):
        http.client.HTTPConnection("127.0.0.1", int(hub.base_url.split(":")[-1])).connect()


def test_serve_forever_ends_when_another_thread_closes() -> None:
    hub = SimulatedHub(lambda _: FakeCatalogue())
    thread = threading.Thread(target=hub.serve_forever)
    thread.start()
    assert Caller(hub).ask("models").status == 200
    hub.close()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_a_hub_that_was_never_started_can_be_closed() -> None:
    SimulatedHub(lambda _: FakeCatalogue()).close()


def test_a_port_in_use_is_one_clear_error() -> None:
    with SimulatedHub(lambda _: FakeCatalogue()) as hub:
        port = int(hub.base_url.split(":")[-1])
        with pytest.raises(UsageError, match="cannot listen"):
            SimulatedHub(lambda _: FakeCatalogue(), port=port)


def test_lone_surrogates_are_sent_as_escapes() -> None:
    assert encode({"a": "x\ud800"}) == b'{"a":"x\\ud800"}'
    assert encode({"a": "é"}) == '{"a":"é"}'.encode()


def test_the_last_day_is_that_of_the_newest_row() -> None:
    with SimulatedHub(lambda _: FakeCatalogue(models=1, images=3, spacing=DAY)) as hub:
        index = hub.index(None)
        assert index.now == START + 3 * DAY
        assert index.day == "2023-12-11"
