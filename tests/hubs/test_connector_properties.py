"""Properties: nothing that a hub may send breaks the reading of its envelope, headers and dates."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwatch.errors import UsageError
from hubwatch.hubs.civitai.envelopes import read_envelope
from hubwatch.hubs.civitai.plan import read_facets
from hubwatch.hubs.refusals import (
    Again,
    DamagedAnswerError,
    Stop,
    judge,
    observed_at,
    retry_after,
)
from hubwatch.hubs.secrets import scrub
from hubwatch.hubs.window import moment_of, window_of

KINDS = st.sampled_from(["models", "images", "creators", "tags"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "items", "metadata", "nextCursor", "modelVersions", "stats", "name"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(KINDS, st.binary(max_size=60))
def test_bytes_are_an_envelope_or_damaged(kind: str, body: bytes) -> None:
    try:
        envelope = read_envelope(kind, body)
    except DamagedAnswerError:
        return
    assert isinstance(json.loads(body.decode("utf-8", "replace"))["items"], list)
    assert all(row.id is None or isinstance(row.id, str) for row in envelope.rows)


@given(KINDS, st.lists(ANYTHING, max_size=5), ANYTHING)
def test_a_listing_of_anything_keeps_its_number_of_rows(
    kind: str, items: list[object], metadata: object
) -> None:
    body = json.dumps({"items": items, "metadata": metadata}).encode()
    try:
        envelope = read_envelope(kind, body)
    except DamagedAnswerError:
        assert metadata is not None
        cursor = metadata.get("nextCursor") if isinstance(metadata, dict) else metadata
        assert not isinstance(cursor, str) or not isinstance(metadata, dict)
        return
    assert len(envelope.rows) == len(items)


@pytest.mark.parametrize("cursor", [{"id": 5}, [5], 5.5, True])
def test_a_cursor_that_cannot_be_read_is_not_the_end_of_a_list(cursor: object) -> None:
    body = json.dumps({"items": [{"id": 1}], "metadata": {"nextCursor": cursor}}).encode()
    with pytest.raises(DamagedAnswerError):
        read_envelope("images", body)


@pytest.mark.parametrize(
    "item",
    [
        b'{"id":1,"username":"a\xff"}',
        b'{"id":1,"createdAt":"9999-12-31T23:59:59-14:00"}',
        b'{"id":1,"stats":[],"meta":{"seed":' + b"9" * 5000 + b'},"browsingLevel":"?","name":{}}',
    ],
)
def test_an_odd_item_costs_neither_the_page_nor_the_walk(item: bytes) -> None:
    odd = b'{"id":[]}'
    body = b'{"items":[' + item + b"," + odd + b'],"metadata":{"nextCursor":"5"}}'
    envelope = read_envelope("images", body)
    assert ([row.id for row in envelope.rows], envelope.next_cursor) == (["1", None], "5")


@pytest.mark.parametrize("body", [b'{"items":[{"id":1,"stats":%s}]}', b'{"items":%s}', b"%s"])
def test_an_answer_nested_without_end_is_damaged(body: bytes) -> None:
    with pytest.raises(DamagedAnswerError):
        read_envelope("images", body % (b"[" * 50_000 + b"]" * 50_000))


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 -0100", "Fri, 99 Foo 9999"])
def test_a_date_beyond_all_calendars_is_no_date(date: str) -> None:
    now = datetime.now(UTC)
    assert observed_at({"date": date}, now) == now


def test_facets_survive_answers_with_odd_parts() -> None:
    bodies = [
        b'{"items":[{"creator":{"username":"lost\xff"}}]}',
        b'{"items":[{"modelVersions":null,"creator":{"username":"one"}},{"creator":{"username":"two"}}]}',
    ]
    assert read_facets([], bodies, []).usernames == ["one", "two"]


@given(st.lists(st.integers(1, 2**31), max_size=20), ANYTHING)
def test_ids_survive_an_item_with_wrong_types(ids: list[int], junk: object) -> None:
    items = [*({"id": number, "stats": junk, "modelVersions": junk} for number in ids), junk]
    body = json.dumps({"items": items, "metadata": {"nextCursor": "1|2"}}).encode()
    envelope = read_envelope("images", body)
    assert [row.id for row in envelope.rows][: len(ids)] == [str(number) for number in ids]
    assert envelope.next_cursor == "1|2"


@given(st.lists(ANYTHING, max_size=4))
def test_facets_pass_over_what_they_cannot_read(items: list[object]) -> None:
    body = json.dumps({"items": items}).encode()
    facets = read_facets([], [body], [body, b"{"])
    assert list(facets.usernames) == sorted(facets.usernames)


@given(
    st.integers(200, 599),
    st.dictionaries(
        st.sampled_from(["retry-after", "content-type", "date", "age"]), st.text(max_size=20)
    ),
    st.binary(max_size=30),
)
def test_every_answer_is_taken_asked_again_or_refused(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    verdict = judge(status, headers, body)
    assert verdict is None or isinstance(verdict, Again | Stop)
    if verdict is None:
        assert status in (200, 206, 404, 410)
    wait = retry_after(headers)
    assert wait is None or wait >= 0
    observed_at(headers, datetime.now(UTC))


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_is_in_the_window_of_its_day_month_and_year(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    for size in (4, 7, 10):
        assert window_of(aware.isoformat()[:size], None).contains(aware)
        assert not window_of(None, aware.isoformat()[:size]).contains(aware)
    assert moment_of(aware.isoformat()) == aware
    assert moment_of(aware.strftime("%Y-%m-%dT%H:%M:%S.%fZ")) == aware
    assert not window_of((aware + timedelta(seconds=1)).isoformat(), None).contains(aware)


@pytest.mark.parametrize("text", ["", "2024-13", "2024-1", "yesterday", "2024-02-30"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a date"):
        window_of(text, None)


@given(st.text("abcdefXYZ0123456789-_", min_size=8, max_size=30), st.text(max_size=20))
def test_a_token_is_scrubbed_wherever_it_stands(token: str, around: str) -> None:
    if token in around or token in "https://h/?token=***&Bearer ":
        return
    text = f"https://h/?token={token}&x=1 Bearer {token} {around}{token}"
    assert token not in scrub(text, token)
    assert token not in scrub(f"https://h/?token={token}&x=1 Bearer {token}")
