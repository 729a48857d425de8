"""Item states: what repeated snapshots allow us to say."""

from __future__ import annotations

from typing import Any

import pytest


def states(hub: Any, kind: str = "models") -> dict[str, str]:
    return {r["item_id"]: r["state"] for r in hub.rows("item_states") if r["kind"] == kind}


def missed_by_id(hub: Any, model_id: int, at: str) -> None:
    source = f"https://hub.example/api/v1/models/{model_id}"
    nothing = {"kinds": []}
    hub.snapshot(
        ("models", {"error": "x"}), at=at, via="by-id", status=404, source=source, origin=nothing
    )


def test_absent_once_is_unknown_and_never_gone(hub: Any) -> None:
    hub.models(hub.model(1), hub.model(2))
    assert states(hub) == {"1": "listed", "2": "listed"}
    for day in (2, 3, 4):
        hub.models(hub.model(1), at=f"2024-05-0{day}T00:00:00Z")
        assert states(hub) == {"1": "listed", "2": "unknown"}


def test_gone_needs_a_missing_row_and_a_missing_page(hub: Any) -> None:
    hub.models(hub.model(1), hub.model(2))
    hub.models(hub.model(1), at="2024-05-02T00:00:00Z")
    missed_by_id(hub, 2, "2024-05-03T00:00:00Z")
    assert states(hub) == {"1": "listed", "2": "gone"}


def test_a_page_that_answers_while_the_list_is_silent_is_hidden(hub: Any) -> None:
    hub.models(hub.model(1), hub.model(2))
    hub.models(hub.model(1), at="2024-05-02T00:00:00Z")
    by_id = {"via": "by-id", "origin": {"kinds": []}}
    hub.snapshot(("models", hub.model(2)), at="2024-05-03T00:00:00Z", **by_id)
    assert states(hub)["2"] == "hidden"
    hub.snapshot(("models", hub.model(3)), at="2024-05-03T00:00:00Z", **by_id)
    assert states(hub)["3"] == "reachable-by-id"


def test_what_comes_back_is_listed_again(hub: Any) -> None:
    hub.models(hub.model(1), hub.model(2))
    hub.models(hub.model(1), at="2024-05-02T00:00:00Z")
    hub.models(hub.model(2), at="2024-05-03T00:00:00Z")
    assert states(hub) == {"1": "unknown", "2": "listed"}
    (row,) = [r for r in hub.rows("item_states") if r["item_id"] == "2" and r["kind"] == "models"]
    assert (row["misses"], row["last_seen_at"].day) == (0, 3)
    assert row["first_seen_at"].month == 4


@pytest.mark.parametrize(
    "origin", [{"since": "2024-01-01"}, {"kinds": ["images"]}, {"command": "import"}]
)
def test_a_partial_snapshot_says_nothing_of_what_it_does_not_show(origin: Any, hub: Any) -> None:
    hub.models(hub.model(1), hub.model(2))
    hub.models(hub.model(1), at="2024-05-02T00:00:00Z", origin=origin)
    assert states(hub)["2"] == "listed"


def test_folding_in_many_passes_gives_the_states_of_one(
    hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.models(*(hub.model(number) for number in range(1, 12)))
    hub.models(*(hub.model(number) for number in range(3, 15)), at="2024-05-02T00:00:00Z")
    whole = sorted(map(str, hub.rows("item_states")))
    monkeypatch.setattr("hubwatch.lake.refine.merge_states.PER_PASS", 3)
    hub.models(*(hub.model(number) for number in range(3, 15)), at="2024-05-03T00:00:00Z")
    assert states(hub)["1"] == "unknown"
    assert states(hub)["14"] == "listed"
    keys = [(row["kind"], row["item_id"]) for row in hub.rows("item_states")]
    assert len(keys) == len(set(keys)) == len(whole)
