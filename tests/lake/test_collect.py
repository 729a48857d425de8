"""Collecting: every page stored once, doubts walked again, hidden ends cut finer."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from pretend_hub import PretendHub, cursor_refused, unanswered

from hubwatch.errors import HubUnreachableError, LakeError, StorageError, UsageError
from hubwatch.hubs.refusals import QueryRefusedError
from hubwatch.lake.collect import CollectProgress, CollectSummary, collect
from hubwatch.lake.collect import run as collect_run
from hubwatch.lake.raw import SnapshotWriter, lock_lake, read_records, snapshots


def run(hub: PretendHub, lake: Path, **options: object) -> CollectSummary:
    return collect(hub, lake, kinds=["images"], **options)  # type: ignore[arg-type]


def stored_ids(lake: Path) -> list[str]:
    """Return every stored id, as often as it is stored."""
    return [
        key
        for manifest in snapshots(lake)
        for _, _, record in read_records(lake, manifest.hub, manifest.id)
        for key in json.loads(record.exact())
    ]


def places(lake: Path) -> Counter[tuple[str, int, int, str]]:
    return Counter(
        (record.slice, record.walk, record.position, record.via)
        for manifest in snapshots(lake)
        for _, _, record in read_records(lake, manifest.hub, manifest.id)
    )


def test_a_calm_hub_is_walked_once(tmp_path: Path) -> None:
    hub = PretendHub({"a": range(95), "b": range(100, 130)})
    summary = run(hub, tmp_path / "lake")
    assert summary.state == "complete"
    assert summary.ok
    assert summary.items == {"images": 125}
    assert (summary.new, summary.repeated, summary.pages, summary.stored) == (125, 0, 13, 13)
    assert summary.slices == {"complete": 2}
    assert Counter(stored_ids(tmp_path / "lake")) == Counter(
        map(str, [*range(95), *range(100, 130)])
    )
    (manifest,) = snapshots(tmp_path / "lake")
    assert manifest.state == "complete"
    assert manifest.summary["items"] == {"images": 125}
    assert manifest.origin["kinds"] == ["images"]


def test_what_one_walk_lost_another_finds(tmp_path: Path) -> None:
    def lose(_: str, walk: int, number: int) -> set[int]:
        return {37, 38} if (walk, number) == (1, 4) else set()

    hub = PretendHub({"a": range(95)}, lose=lose)
    summary = run(hub, tmp_path / "lake")
    assert summary.items == {"images": 95}
    assert set(stored_ids(tmp_path / "lake")) == set(map(str, range(95)))
    assert summary.state == "complete"
    assert max(walk for _, walk, _ in hub.asked) == 3, "walked until a whole walk found nothing new"
    assert len(places(tmp_path / "lake")) == 10 + 1, "a later page is kept for what is new in it"


def test_a_loss_on_a_last_page_is_found_when_the_hub_was_odd_elsewhere(tmp_path: Path) -> None:
    def lose(name: str, walk: int, number: int) -> set[int]:
        if walk > 1:
            return set()
        return {5} if name == "a" and number == 1 else {107} if name == "b" else set()

    hub = PretendHub({"b": range(100, 108), "a": range(40)}, lose=lose)
    assert run(hub, tmp_path / "lake").items == {"images": 48}


def test_a_hub_that_never_agrees_with_itself_is_not_complete(tmp_path: Path) -> None:
    def lose(_: str, walk: int, number: int) -> set[int]:
        return set(range(200)) - set(range(walk * 20, walk * 20 + 20))

    hub = PretendHub({"a": range(195)}, lose=lose)
    summary = run(hub, tmp_path / "lake")
    assert (summary.state, summary.slices) == ("incomplete", {"suspicious": 1})
    assert not summary.ok
    assert summary.missed > 0
    assert "a is suspicious" in summary.lines()[-1]
    assert snapshots(tmp_path / "lake")[0].state == "running"


def test_a_list_without_order_is_as_complete_as_it_can_be(tmp_path: Path) -> None:
    def lose(_: str, walk: int, number: int) -> set[int]:
        return {walk + 20 * number}

    hub = PretendHub({"a": range(200)}, lose=lose, ordered=False, kind="creators")
    assert run(hub, tmp_path / "lake").state == "complete"


def test_what_appears_during_the_collection_does_not_keep_it_going(tmp_path: Path) -> None:
    def lose(_: str, walk: int, number: int) -> set[int]:
        arrived = {90 + walk, 91 + walk, 92 + walk}
        return ({7} if walk == 1 else set()) | (set(range(91, 99)) - arrived)

    hub = PretendHub({"a": range(99)}, lose=lose, late=set(range(91, 99)))
    summary = run(hub, tmp_path / "lake")
    assert summary.state == "complete"
    assert max(walk for _, walk, _ in hub.asked) == 3


def test_a_cursor_that_expires_restarts_the_slice_and_keeps_the_ids(tmp_path: Path) -> None:
    def refuse(_: str, walk: int, number: int) -> Exception | None:
        return cursor_refused() if (walk, number) == (1, 6) else None

    hub = PretendHub({"a": range(95)}, refuse=refuse)
    summary = run(hub, tmp_path / "lake")
    assert summary.state == "complete"
    assert summary.items == {"images": 95}
    stored = stored_ids(tmp_path / "lake")
    assert set(stored) == set(map(str, range(95)))
    assert len(stored) <= 100, "pages that hold nothing new are not stored again"


def test_a_cursor_that_always_expires_fails_its_slice_only(tmp_path: Path) -> None:
    def refuse(name: str, walk: int, number: int) -> Exception | None:
        return cursor_refused() if name == "a" and number == 2 else None

    hub = PretendHub({"a": range(95), "b": range(100, 120)}, refuse=refuse)
    summary = run(hub, tmp_path / "lake")
    assert summary.state == "incomplete"
    assert summary.slices["failed"] == 1
    assert set(map(str, range(100, 120))) <= set(stored_ids(tmp_path / "lake"))


def test_a_list_with_a_hidden_end_is_walked_from_both_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_run, "DEEP", 100)
    hub = PretendHub({"a": range(180)}, depth=100)
    summary = run(hub, tmp_path / "lake")
    assert summary.items == {"images": 180}
    assert (summary.state, summary.slices) == ("complete", {"complete": 1})


def test_a_list_whose_middle_is_hidden_is_cut_until_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_run, "DEEP", 100)
    hub = PretendHub(
        {"a": range(1000), "a0": range(0, 1000, 2), "a1": range(1, 1000, 2)}
        | {f"v{n}": range(n, 1000, 20) for n in range(20)},
        pieces={
            ("a", "first"): ["a0", "a1"],
            ("a0", "second"): [f"v{n}" for n in range(0, 20, 2)],
            ("a1", "second"): [f"v{n}" for n in range(1, 20, 2)],
        },
        depth=100,
    )
    summary = run(hub, tmp_path / "lake")
    assert summary.items == {"images": 1000}
    assert summary.state == "complete"
    assert summary.slices == {"cut": 3, "complete": 20}
    assert summary.doubtful == []


def test_what_cannot_be_cut_is_said_to_be_truncated_with_its_coverage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_run, "DEEP", 100)
    hub = PretendHub(
        {"a": range(1000), "a0": range(500)}, pieces={("a", "first"): ["a0"]}, depth=100
    )
    summary = run(hub, tmp_path / "lake")
    assert summary.slices == {"truncated": 2}
    ends = {end.name: end for end in summary.doubtful}
    assert ends["a"].covered == pytest.approx(0.5, abs=0.01)
    assert "finer slices showed" in "\n".join(summary.lines())


def test_a_finer_query_that_the_hub_refuses_only_shows_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_run, "DEEP", 100)

    def refuse(name: str, walk: int, number: int) -> Exception | None:
        return QueryRefusedError("no such name") if name == "odd" else None

    hub = PretendHub(
        {"a": range(400), "a0": range(0, 400, 5), "odd": range(0)}
        | {f"v{n}": range(n, 400, 5) for n in range(5)},
        pieces={("a", "first"): ["odd", "a0"], ("a", "second"): [f"v{n}" for n in range(5)]},
        depth=100,
        refuse=refuse,
    )
    summary = run(hub, tmp_path / "lake")
    assert summary.state == "complete"
    assert summary.items == {"images": 400}


def test_a_top_query_that_the_hub_refuses_leaves_the_snapshot_unfinished(tmp_path: Path) -> None:
    hub = PretendHub({"a": range(30)}, refuse=lambda *_: QueryRefusedError("no"))
    summary = run(hub, tmp_path / "lake")
    assert (summary.state, summary.slices) == ("incomplete", {"failed": 1})


def test_the_number_of_rows_tells_a_depth_from_an_end() -> None:
    assert collect_run.stops_at_a_depth(40_000)
    assert collect_run.stops_at_a_depth(9_990)
    assert collect_run.stops_at_a_depth(49_000)
    assert not collect_run.stops_at_a_depth(12_000)
    assert not collect_run.stops_at_a_depth(0)


def test_a_hub_that_falls_silent_stops_the_collection_and_the_next_one_goes_on(
    tmp_path: Path,
) -> None:
    silent = True

    def refuse(_: str, walk: int, number: int) -> Exception | None:
        return unanswered() if silent and number == 6 else None

    hub = PretendHub({"a": range(95), "b": range(100, 190)}, refuse=refuse)
    with pytest.raises(HubUnreachableError):
        run(hub, tmp_path / "lake")
    silent = False
    summary = run(hub, tmp_path / "lake")
    assert summary.state == "complete"
    assert summary.items == {"images": 185}
    assert max(places(tmp_path / "lake").values()) == 1
    assert hub.asked["a", 1, 5] == 1, "what was acknowledged is not asked for again"


def test_pages_stored_after_the_last_checkpoint_are_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    appended = 0
    append = SnapshotWriter.append

    def dying(self: SnapshotWriter, record: object) -> None:
        nonlocal appended
        append(self, record)  # type: ignore[arg-type]
        appended += 1
        if appended in (4, 9, 13):
            raise Killed

    monkeypatch.setattr(SnapshotWriter, "append", dying)
    hub = PretendHub({"a": range(95), "b": range(100, 190)})
    for _ in range(3):
        with pytest.raises(Killed):
            run(hub, tmp_path / "lake")
    summary = run(hub, tmp_path / "lake")
    assert summary.items == {"images": 185}
    assert Counter(stored_ids(tmp_path / "lake")).most_common(1)[0][1] == 1
    assert len(snapshots(tmp_path / "lake")) == 1


def test_other_settings_do_not_go_on_with_a_collection(tmp_path: Path) -> None:
    hub = PretendHub({"a": range(95)}, refuse=lambda *_: unanswered())
    run(hub, tmp_path / "lake")
    hub.refuse = lambda *_: None
    with pytest.raises(LakeError) as caught:
        run(hub, tmp_path / "lake", until="2024-02")
    assert "until None" in caught.value.what
    assert "--fresh" in caught.value.hint
    summary = run(hub, tmp_path / "lake", until="2024-02", fresh=True)
    assert summary.state == "complete"
    assert sorted(m.state for m in snapshots(tmp_path / "lake")) == ["complete", "sample"]


def test_a_second_collector_is_refused(tmp_path: Path) -> None:
    hub = PretendHub({"a": range(5)})
    with lock_lake(tmp_path / "lake"), pytest.raises(LakeError, match="in use"):
        run(hub, tmp_path / "lake")


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append = SnapshotWriter.append
    left = [6]

    def full(self: SnapshotWriter, record: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise StorageError("no space left")
        append(self, record)  # type: ignore[arg-type]

    monkeypatch.setattr(SnapshotWriter, "append", full)
    hub = PretendHub({"a": range(95)})
    with pytest.raises(StorageError):
        run(hub, tmp_path / "lake")
    left[0] = 1000
    summary = run(hub, tmp_path / "lake")
    assert summary.state == "complete"
    assert Counter(stored_ids(tmp_path / "lake")) == Counter(map(str, range(95)))


def test_a_taste_is_spread_over_the_slices_and_never_counts(tmp_path: Path) -> None:
    hub = PretendHub({"a": range(95), "b": range(100, 190), "c": range(200, 290)})
    summary = run(hub, tmp_path / "lake", limit=12)
    assert summary.state == "sample"
    assert summary.items == {"images": 12}
    assert {slice_ for slice_, *_ in places(tmp_path / "lake")} == {"a", "b", "c"}
    assert snapshots(tmp_path / "lake")[0].state == "sample"


def test_counting_stores_nothing(tmp_path: Path) -> None:
    summary = run(PretendHub({"a": range(95)}), tmp_path / "lake", count_only=True)
    assert (summary.state, summary.items, summary.pages) == ("counted", {"images": 95}, 10)
    assert not (tmp_path / "lake").exists()


def test_a_window_keeps_the_pages_that_reach_into_it(tmp_path: Path) -> None:
    hub = PretendHub({"a": range(0, 95 * 1440, 1440)})
    summary = run(hub, tmp_path / "lake", since="2024-02", until="2024-03")
    assert summary.items == {"images": 29}
    assert summary.stored == 3


@pytest.mark.parametrize(
    "options", [{"since": "soon"}, {"since": "2025", "until": "2024"}, {"limit": 0}]
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        run(PretendHub({"a": range(5)}), tmp_path / "lake", **options)
    assert not (tmp_path / "lake").exists()


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="videos"):
        collect(PretendHub({}), tmp_path / "lake", kinds=["videos"])


def test_progress_tells_where_it_stands(tmp_path: Path) -> None:
    told: list[CollectProgress] = []
    run(PretendHub({"a": range(95)}), tmp_path / "lake", progress=told.append)
    assert [p.items for p in told] == [*range(10, 91, 10), 95]
    assert told[-1].note == "a"
    assert told[-1].total is None


def test_a_walk_over_the_edge_cache_waits_until_it_expired(tmp_path: Path) -> None:
    from hubwatch.hubs.window import Window
    from hubwatch.lake.collect.state import CollectState, SliceState
    from hubwatch.lake.collect.walk import Desk

    def lose(_: str, walk: int, number: int) -> set[int]:
        return {5} if number == 1 and walk == 1 else set()

    hub, slept = PretendHub({"a": range(40)}, lose=lose, cached_for=300.0), []
    state = CollectState(slices=[SliceState(part=hub.part("a"))])
    desk = Desk(hub, None, Window(), state, clock=lambda: 0.0)
    collect_run.Run(desk, lambda _: iter(()), sleep=slept.append).finish()
    assert slept == [300.0], "walk 2 runs the other way; walk 3 repeats the requests of walk 1"
