"""Lists and details of models follow the real hub's rules, its gaps included."""

from __future__ import annotations

import numpy as np
import pytest
from server_world import DAY, START, FakeCatalogue, calling, flat


@pytest.mark.parametrize(("limit", "returned"), [(100, 991), (20, 953), (2, 667)])
def test_newest_skips_one_model_at_each_page_boundary(limit: int, returned: int) -> None:
    with calling(FakeCatalogue(models=1000, images=0)) as hub:
        assert len(flat(hub.walk("models", sort="Newest", limit=limit))) == returned


def test_the_last_part_of_a_newest_cursor_is_the_id_of_the_skipped_model() -> None:
    world = FakeCatalogue(models=50, images=0)
    with calling(world) as hub:
        found, cursors, cursor = [], [], None
        while True:
            extra = {"cursor": cursor} if cursor else {}
            page = hub.ask("models", sort="Newest", limit=7, **extra).json
            found += [item["id"] for item in page["items"]]
            cursor = page["metadata"].get("nextCursor")
            if cursor is None:
                break
            cursors.append(int(cursor.split("|")[-1]))
        assert not set(cursors) & set(found)
        repaired = hub.ids("models", ids=",".join(map(str, cursors)), nsfw="true")
        assert sorted(found + repaired) == sorted(world.model_id.tolist())


@pytest.mark.parametrize("sort", ["Highest Rated", "Most Downloaded", "Oldest"])
def test_rank_sorts_and_oldest_lose_nothing(sort: str) -> None:
    world = FakeCatalogue(models=101, images=0)
    with calling(world) as hub:
        assert sorted(flat(hub.walk("models", sort=sort, limit=10))) == world.model_id.tolist()


@pytest.mark.parametrize("limit", [1, 3, 12])
def test_oldest_repeats_ties_and_still_ends(limit: int) -> None:
    world = FakeCatalogue(models=40, images=0)
    world.model_last_version_at = START + np.arange(40) // 5 * DAY
    with calling(world) as hub:
        found = flat(hub.walk("models", sort="Oldest", limit=limit))
    assert set(found) == set(world.model_id.tolist())
    assert len(found) > 40 or limit == 1


def test_newest_with_ties_loses_only_the_skipped_rows() -> None:
    world = FakeCatalogue(models=40, images=0)
    world.model_last_version_at = START + np.arange(40) // 5 * DAY
    with calling(world) as hub:
        pages = hub.walk("models", sort="Newest", limit=3)
    assert len(flat(pages)) == len(set(flat(pages))) == 30


def test_page_is_ignored_but_echoed() -> None:
    with calling(FakeCatalogue()) as hub:
        first = hub.ask("models", limit=5, page=1).json
        second = hub.ask("models", limit=5, page=2).json
    assert second["items"] == first["items"]
    assert second["metadata"]["currentPage"] == 2
    assert second["metadata"]["pageSize"] == 5


def test_too_many_pages_is_a_429_that_no_waiting_cures() -> None:
    with calling(FakeCatalogue()) as hub:
        answer = hub.ask("models", limit=100, page=11)
        assert hub.ask("models", limit=100, page=10).status == 200
    assert answer.status == 429
    assert "too many pages" in answer.json["error"]
    assert answer.header("Retry-After") is None


def test_a_limit_above_the_maximum_is_refused_and_limit_0_gives_one_row() -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask("models", limit=101).status == 400
        answer = hub.ask("models", limit=0).json
    assert len(answer["items"]) == 1
    assert "nextCursor" not in answer["metadata"]


def test_models_without_visible_versions_shrink_pages_to_nothing_but_the_cursor_goes_on() -> None:
    world = FakeCatalogue(models=30, images=0)
    world.model_gone[10:20] = True
    with calling(world) as hub:
        pages = hub.walk("models", sort="Oldest", limit=5)
    assert [len(page) for page in pages] == [5, 5, 0, 0, 5, 5]


@pytest.mark.parametrize("cursor", ["x", "5", "1|2", "2024-01-01T00:00:00Z|", "soon|7", "|3"])
@pytest.mark.parametrize("sort", ["Newest", "Most Downloaded"])
def test_a_cursor_of_another_form_is_400_invalid_cursor(cursor: str, sort: str) -> None:
    with calling(FakeCatalogue()) as hub:
        answer = hub.ask("models", sort=sort, cursor=cursor)
    assert (answer.status, answer.json) == (400, {"error": "Invalid cursor"})


def _levels() -> FakeCatalogue:
    world = FakeCatalogue(models=6, images=0)
    world.model_level_mask = np.array([1, 5, 4, 24, 0, 32])
    return world


def test_nothing_said_about_maturity_means_pg_only() -> None:
    with calling(_levels()) as hub:
        assert sorted(hub.ids("models")) == [10, 20]
        assert sorted(hub.ids("models", nsfw="false")) == [10, 20]


def test_nsfw_true_is_every_rated_level_and_hides_models_flagged_minor() -> None:
    world = _levels()
    world.model_minor[1] = True
    with calling(world) as hub:
        assert sorted(hub.ids("models", nsfw="true")) == [10, 30, 40]
        assert sorted(hub.ids("models")) == [10, 20]
        assert hub.ask("models/20").status == 200


@pytest.mark.parametrize("word", ["None", "Soft", "X", "perhaps"])
def test_level_words_are_refused_for_models(word: str) -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask("models", nsfw=word).status == 400


@pytest.mark.parametrize("name", ["browsingLevel", "poiOnly", "disableMinor"])
def test_parameters_of_the_sites_own_pages_are_refused(name: str) -> None:
    with calling(FakeCatalogue()) as hub:
        answer = hub.ask("models", **{name: "1"})
    assert answer.status == 400
    assert answer.json["error"]["issues"][0]["path"] == [name]


def test_models_flagged_as_real_persons_leave_lists_in_may_2025_but_versions_show_them() -> None:
    world = FakeCatalogue(models=3, images=0)
    world.model_real_person[1] = True
    with calling(world) as hub:
        before = {"headers": {"X-Simulated-Date": "2025-05-21"}}
        after = {"headers": {"X-Simulated-Date": "2025-05-22"}}
        assert hub.ask("models/20", **before).json["poi"] is True
        assert len(hub.ask("models", **before).json["items"]) == 3
        assert hub.ask("models/20", **after).status == 404
        assert len(hub.ask("models", **after).json["items"]) == 2
        assert hub.ask("model-versions/1003", **after).json["model"]["poi"] is True
        assert hub.ask("/api/download/models/1003", **before).status == 307
        assert hub.ask("/api/download/models/1003", **after).status == 404


def test_archived_models_come_only_when_asked_for_with_any_value() -> None:
    world = FakeCatalogue(models=3, images=0)
    world.model_archived[0] = True
    with calling(world) as hub:
        assert sorted(hub.ids("models")) == [20, 30]
        assert sorted(hub.ids("models", archived="false")) == [10, 20, 30]
        assert hub.ask("models/10").json["mode"] == "Archived"
        assert "files" not in hub.ask("models/10").json["modelVersions"][0]


def test_taken_down_models_are_listed_without_images() -> None:
    world = FakeCatalogue(models=2, images=0)
    world.model_taken_down[0] = True
    with calling(world) as hub:
        items = {item["id"]: item for item in hub.ask("models").json["items"]}
    assert items[10]["mode"] == "TakenDown"
    assert all(version["images"] == [] for version in items[10]["modelVersions"])
    assert all(version["images"] for version in items[20]["modelVersions"])
    assert "mode" not in items[20]


def test_an_unknown_tag_is_dropped_and_a_blocked_one_gives_an_empty_page() -> None:
    with calling(FakeCatalogue(models=30, images=0)) as hub:
        assert len(hub.ids("models", tag="rare")) == 3
        assert len(hub.ids("models", tag="no such tag")) == 30
        assert hub.ids("models", tag="blocked_term_001") == []


def test_types_are_repeated_names_and_a_comma_list_is_refused() -> None:
    with calling(FakeCatalogue(models=4, images=0)) as hub:
        assert len(hub.ids("models", types=["LORA", "Checkpoint"])) == 4
        assert len(hub.ids("models", types="LORA")) == 2
        assert hub.ask("models", types="LORA,Checkpoint").status == 400


def test_an_unknown_base_model_matches_nothing_and_a_known_one_cuts_versions() -> None:
    with calling(FakeCatalogue(models=4, images=0)) as hub:
        assert hub.ids("models", baseModels="SD 1.5,SDXL 1.0") == []
        items = hub.ask("models", baseModels="SD 1.5").json["items"]
    assert [[v["baseModel"] for v in item["modelVersions"]] for item in items] == [["SD 1.5"]] * 4


def test_version_ids_select_models_and_cut_their_versions() -> None:
    with calling(FakeCatalogue(models=4, images=0)) as hub:
        items = hub.ask("models", modelVersionIds="1001,1004").json["items"]
    assert {(i["id"], v["id"]) for i in items for v in i["modelVersions"]} == {
        (10, 1001),
        (20, 1004),
    }


@pytest.mark.parametrize("value", ["true", "false", "0"])
def test_booleans_of_the_second_kind_are_true_whatever_they_say(value: str) -> None:
    with calling(FakeCatalogue(models=2, images=0)) as hub:
        items = hub.ask("models", supportsGeneration=value).json["items"]
    assert [len(item["modelVersions"]) for item in items] == [1, 1]


def test_small_refusals_of_the_list() -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask("models", favorites="").status == 401
        assert hub.ask("models", fileFormats="SafeTensor").status == 400
        assert hub.ask("models", fileFormats=["SafeTensor", "GGUF"]).status == 200
        assert hub.ask("models", checkpointType="Standard").status == 400
        assert hub.ask("models", sort="Best").status == 400
        assert hub.ask("models", query="model", page=1).status == 400
        assert hub.ask("models", unknownName="x").status == 200


def test_user_names_are_rewritten_before_they_are_looked_up() -> None:
    with calling(FakeCatalogue(models=14, images=0)) as hub:
        assert hub.ids("models", username="ADA_ONE!") == hub.ids("models", username="ada one")
        assert len(hub.ids("models", username="ada_one")) == 2
        unknown = hub.ask("models", username="nobody")
        spaced = hub.ask("models", username="Bo Two")
    assert (unknown.status, unknown.json) == (404, {"error": "User not found"})
    assert spaced.status == 404  # an account that exists


def test_period_is_the_age_of_the_last_version_and_stats_switches_it_off() -> None:
    world = FakeCatalogue(models=10, images=0, spacing=DAY)
    with calling(world) as hub:
        assert sorted(hub.ids("models", period="Week")) == [40, 50, 60, 70, 80, 90, 100]
        assert len(hub.ids("models", period="Week", periodMode="stats")) == 10


def test_search_pages_by_offset_and_filters_after_the_cut() -> None:
    world = FakeCatalogue(models=20, images=0)
    world.model_level_mask[::2] = 4
    with calling(world) as hub:
        first = hub.ask("models", query="model", limit=10).json
        assert first["metadata"]["nextCursor"] == "10"
        assert 0 < len(first["items"]) < 10
        assert len(flat(hub.walk("models", query="model", limit=10))) == 10


def test_details_drop_empty_keys_that_lists_keep() -> None:
    with calling(FakeCatalogue(models=1, images=0)) as hub:
        listed = hub.ask("models").json["items"][0]["modelVersions"][0]
        detail = hub.ask("models/10").json["modelVersions"][0]
    assert listed["trainedWords"] == []
    assert listed["images"][0]["id"] == 1001
    assert "trainedWords" not in detail
    assert "description" not in detail
    assert "id" not in detail["images"][0]


@pytest.mark.parametrize(
    ("text", "status"), [("0", 400), ("x", 400), ("2147483648", 400), ("11", 404), ("10", 200)]
)
def test_statuses_of_the_detail(text: str, status: int) -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask(f"models/{text}").status == status


def test_gone_models_are_404_in_the_detail_and_their_versions_too() -> None:
    world = FakeCatalogue(models=2, images=0)
    world.model_gone[0] = True
    with calling(world) as hub:
        assert hub.ask("models/10").status == 404
        assert hub.ask("model-versions/1001").status == 404
        assert hub.ask("/api/download/models/1001").status == 404


def test_primary_file_only_trims_files() -> None:
    with calling(FakeCatalogue(models=1, images=0)) as hub:
        trimmed = hub.ask("models", primaryFileOnly="true").json["items"][0]
    assert [len(version["files"]) for version in trimmed["modelVersions"]] == [1, 1]
