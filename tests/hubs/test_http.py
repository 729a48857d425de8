"""Polite HTTP: what is asked again, how long it waits, and what never leaves the machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scripted_hub import Script, listing, page_of_html, refusal
from werkzeug import Request, Response

from hubwatch.errors import HubUnreachableError, UsageError
from hubwatch.hubs.address import is_loopback
from hubwatch.hubs.civitai import connect
from hubwatch.hubs.http import LONGEST_WAIT, PoliteClient
from hubwatch.hubs.refusals import (
    EDGE_WAIT,
    CursorRefusedError,
    DamagedAnswerError,
    LeaveAloneError,
    QueryRefusedError,
    RegionBlockedError,
    retry_after,
)

TOKEN = "tok-5f1e8c77"


def as_json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as error:
        raise DamagedAnswerError from error


def ask(client: PoliteClient, **query: str) -> object:
    return client.get("/api/v1/models", list(query.items()), as_json)[1]


def test_an_answer_is_taken_at_once(script: Script) -> None:
    script.answers(listing([{"id": 1}]))
    client = script.client()
    answer, value = client.get("/api/v1/models", [("nsfw", "true")], as_json)
    assert value == {"items": [{"id": 1}], "metadata": {}}
    assert answer.status == 200
    assert answer.url.endswith("/api/v1/models?nsfw=true")
    assert json.loads(answer.body) == value
    assert (client.traffic.requests, client.traffic.waited) == (1, 0.0)


def test_a_refusal_names_its_time_in_seconds(script: Script) -> None:
    script.answers(refusal(429, Retry_After="7"), listing([]))
    client = script.client()
    ask(client)
    assert 7 <= script.slept[0] <= 7.1
    assert client.traffic.retries == {"throttled": 1}
    assert client.traffic.waited == script.slept[0]


def test_a_refusal_names_its_time_as_a_date(script: Script) -> None:
    now = datetime(2024, 12, 31, tzinfo=UTC)
    later = format_datetime(now + timedelta(seconds=20), usegmt=True)
    headers = {"retry-after": later, "date": format_datetime(now, usegmt=True)}
    assert retry_after(headers) == 20
    assert retry_after(headers, now + timedelta(hours=1)) == 0
    script.answers(refusal(503, Retry_After=later), listing([]))
    ask(script.client())
    assert 0.5 <= script.slept[0] <= 1  # that time has passed


@pytest.mark.parametrize("status", [429, 503, 403])
def test_a_hub_that_asks_for_hours_is_left_alone(script: Script, status: int) -> None:
    script.answers(refusal(status, Retry_After="7200"), listing([]))
    with pytest.raises(LeaveAloneError, match="120 minutes"):
        ask(script.client())
    assert (len(script.asked), script.slept) == (1, [])


@pytest.mark.parametrize("text", ["0", "-5", "soon", "1e3", "\u0661"])
def test_a_retry_after_that_says_nothing_leaves_it_to_the_backoff(
    script: Script, text: str
) -> None:
    assert not retry_after({"retry-after": text})
    script.answers(refusal(503, Retry_After=text.encode().decode("latin-1")), listing([]))
    ask(script.client())
    assert 0.5 <= script.slept[0] <= 1


def test_a_redirect_keeps_the_pace(script: Script) -> None:
    away = Response("", status=302, headers={"Location": "/elsewhere"})
    script.answers(away, listing([]))
    client = script.client(rate=2.0, clock=lambda: 0.0)
    ask(client)
    assert (client.traffic.requests, script.slept) == (2, [0.5])


@pytest.mark.parametrize("host", ["127.evil.example", "localhost.example", "127.0.0.1.example"])
def test_a_host_that_only_looks_like_this_machine_is_not_this_machine(host: str) -> None:
    assert not is_loopback(f"http://{host}/")
    assert is_loopback("http://127.0.0.1:80")
    assert is_loopback("http://[::1]/")
    with pytest.raises(UsageError, match="https"):
        PoliteClient(f"http://{host}", token="t" * 8)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        PoliteClient("https://me:secret@hub.example")
    assert "secret" not in caught.value.what


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(UsageError, match="above zero"):
        PoliteClient("https://hub.example", rate=rate)


def test_backoff_doubles_with_jitter_up_to_a_cap(script: Script) -> None:
    script.answers(refusal(502))
    with pytest.raises(HubUnreachableError) as caught:
        ask(script.client(max_attempts=9))
    assert len(script.asked) == 9
    assert caught.value.exit_code == 4
    assert "9 attempts" in caught.value.what
    for attempt, wait in enumerate(script.slept):
        longest = min(2.0**attempt, LONGEST_WAIT)
        assert longest / 2 <= wait <= longest


def test_an_edge_that_names_no_time_gets_a_long_wait(script: Script) -> None:
    script.answers(page_of_html(429), listing([]))
    ask(script.client())
    assert EDGE_WAIT / 2 <= script.slept[0] <= EDGE_WAIT


def test_requests_keep_their_pace(script: Script) -> None:
    script.answers(listing([]))
    now = [100.0]

    def sleep(seconds: float) -> None:
        script.slept.append(seconds)
        now[0] += seconds

    client = script.client(rate=4.0, sleep=sleep, clock=lambda: now[0])
    for _ in range(5):
        ask(client)
    assert sum(script.slept) == pytest.approx(4 / 4.0)


def test_a_truncated_body_is_asked_for_again(script: Script) -> None:
    short = Response("[1, 2", content_type="application/json", headers={"Content-Length": "500"})
    script.answers(short, Response("[1, 2", content_type="application/json"), listing([]))
    client = script.client()
    answer, _ = client.get("/x", [], as_json)
    assert client.traffic.retries == {"damaged": 2}
    assert answer.damaged == 2


def test_a_hub_that_is_not_there_is_unreachable(script: Script) -> None:
    client = script.client(base_url="http://127.0.0.1:9", max_attempts=2)
    with pytest.raises(HubUnreachableError, match="connection"):
        ask(client)


def test_a_silent_hub_is_given_up(script: Script) -> None:
    import time

    def slow(_: Request) -> Response:
        time.sleep(0.5)
        return listing([])

    script.decides(slow)
    with pytest.raises(HubUnreachableError, match="timeout"):
        ask(script.client(timeout=0.05, max_attempts=1))


def test_an_endless_body_is_cut_off(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubwatch.hubs.http.BODY_CAP", 1000)
    script.answers(Response(b" " * 2000, content_type="application/json"))
    with pytest.raises(HubUnreachableError, match="larger than"):
        ask(script.client())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, '{"error": "Invalid cursor"}', CursorRefusedError),
        (400, '{"error": {"issues": []}}', QueryRefusedError),
        (401, '{"error": "Unauthorized"}', QueryRefusedError),
        (403, '{"error": "no access"}', QueryRefusedError),
        (405, "", QueryRefusedError),
        (451, '{"error": "x", "code": "REGION_BLOCKED"}', RegionBlockedError),
    ],
)
def test_our_own_mistakes_are_never_repeated(
    script: Script, status: int, body: str, error: type[HubUnreachableError]
) -> None:
    script.answers(refusal(status, body))
    with pytest.raises(error):
        ask(script.client())
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_not_visible_is_an_answer(script: Script, status: int) -> None:
    script.answers(refusal(status))
    answer, value = script.client().get("/api/v1/models", [], as_json)
    assert (answer.status, value) == (status, None)


def test_a_firewall_is_asked_three_times_only(script: Script) -> None:
    script.answers(page_of_html(403))
    with pytest.raises(HubUnreachableError, match="forbidden"):
        ask(script.client())
    assert len(script.asked) == 3


def test_offline_means_no_request(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBWATCH_OFFLINE", "1")
    script.answers(listing([]))
    with pytest.raises(HubUnreachableError, match="HUBWATCH_OFFLINE"):
        ask(script.client())
    assert script.asked == []


def test_the_token_travels_in_the_header_only(script: Script) -> None:
    script.answers(listing([]))
    answer, _ = script.client(token=TOKEN).get("/api/v1/models", [], as_json)
    assert script.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in script.asked[0].url
    assert TOKEN not in repr(answer)


def test_no_error_shows_the_token(script: Script) -> None:
    script.answers(Response("", status=302, headers={"Location": f"/loop?token={TOKEN}"}))
    with pytest.raises(HubUnreachableError) as caught:
        ask(script.client(token=TOKEN))
    assert TOKEN not in f"{caught.value!r} {caught.value.what} {caught.value.hint}"


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        PoliteClient("https://me:secret@example.org")
    assert caught.value.exit_code == 2


def test_a_token_is_never_sent_in_the_clear() -> None:
    with pytest.raises(UsageError, match="https"):
        PoliteClient("http://example.org", token=TOKEN)
    PoliteClient("https://example.org", token=TOKEN).close()


def test_a_contact_cannot_smuggle_a_header(script: Script) -> None:
    script.answers(listing([]))
    ask(script.client(contact="me\r\nX-Other: 1 ü"))
    assert script.asked[0].headers["User-Agent"].endswith("(+me X-Other: 1 ?)")
    assert "X-Other" not in script.asked[0].headers


def test_a_token_file_that_holds_more_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("HUBWATCH_HUB_CIVITAI_TOKEN", raising=False)
    path = tmp_path / "token"
    path.write_text("two words")
    with pytest.raises(UsageError) as caught:
        connect(base_url="http://127.0.0.1:9", token_file=path)
    assert "two words" not in caught.value.what
    with pytest.raises(UsageError, match="cannot be read"):
        connect(base_url="http://127.0.0.1:9", token_file=tmp_path / "nothing")
    path.write_text(TOKEN + "\n")
    connect(base_url="http://127.0.0.1:9", token_file=path)


def test_waits_are_told(script: Script) -> None:
    script.answers(refusal(429, Retry_After="3"), listing([]))
    client, told = script.client(), []
    client.on_wait = lambda seconds, reason: told.append((round(seconds), reason))
    ask(client)
    assert told == [(3, "throttled")]
