"""Lists of images follow the real hub's rules on both of its paths."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
import pytest
from server_world import DAY, FakeCatalogue, calling, flat


def _levels() -> FakeCatalogue:
    world = FakeCatalogue(models=2, images=8)
    world.image_level_bit = np.array([1, 2, 4, 8, 16, 32, 0, 1])
    world.image_hidden[7] = True
    return world


@pytest.mark.parametrize(
    ("query", "levels"),
    [
        ({}, {1}),
        ({"nsfw": "false"}, {1}),
        ({"nsfw": "true"}, {4, 8, 16, 32}),
        ({"nsfw": "None"}, {1}),
        ({"nsfw": "Soft"}, {1, 2}),
        ({"nsfw": "Mature"}, {1, 2, 4}),
        ({"nsfw": "X"}, {1, 2, 4, 8, 16}),
        ({"nsfw": "Blocked"}, {32}),
        ({"browsingLevel": 4}, {4}),
        ({"browsingLevel": 63}, {1, 2, 4, 8, 16, 32}),
        ({"browsingLevel": 2, "nsfw": "true"}, {2}),
    ],
)
def test_maturity_of_images(query: dict[str, object], levels: set[int]) -> None:
    with calling(_levels()) as hub:
        items = hub.ask("images", **query).json["items"]
    assert {item["browsingLevel"] for item in items} == levels
    assert len(items) == len(levels)  # hidden and unrated images never come


def test_x_and_xxx_share_a_word_beside_the_exact_level() -> None:
    with calling(_levels()) as hub:
        items = hub.ask("images", browsingLevel=24).json["items"]
    assert {(item["browsingLevel"], item["nsfwLevel"]) for item in items} == {(8, "X"), (16, "X")}


def test_refused_values() -> None:
    with calling(_levels()) as hub:
        assert hub.ask("images", browsingLevel="high").status == 400
        assert hub.ask("images", nsfw="perhaps").status == 400
        assert hub.ask("images", limit=201).status == 400
        assert hub.ask("images", baseModels="SD 1.5,Unheard").status == 400
        assert hub.ask("images", username="Bo Two").status == 400
        assert hub.ask("images", limit=200, page=6).status == 429
        assert hub.ask("images", type="song").status == 400


def test_the_index_path_loses_nothing_and_its_cursor_grows_by_offset() -> None:
    world = FakeCatalogue(models=5, images=95)
    with calling(world) as hub:
        metadata = hub.ask("images", limit=10).json["metadata"]
        found = flat(hub.walk("images", limit=10, sort="Newest"))
        assert flat(hub.walk("images", limit=10, sort="Oldest")) == found[::-1]
    assert re.fullmatch(r"10\|\d{13}", metadata["nextCursor"])
    assert found == world.image_id[::-1].tolist()


def test_page_is_ignored_on_the_index_path_and_used_on_the_legacy_one() -> None:
    world = FakeCatalogue(models=1, images=40)
    with calling(world) as hub:
        assert hub.ids("images", limit=5, page=2) == hub.ids("images", limit=5)
        first = hub.ids("images", limit=5, page=1, modelId=10)
        assert hub.ids("images", limit=5, page=2, modelId=10) != first


def test_the_index_ends_silently_at_its_depth_limit() -> None:
    with calling(FakeCatalogue(models=5, images=500), depth_limit=120) as hub:
        pages = hub.walk("images", limit=50)
        assert len(flat(hub.walk("images", limit=50, modelVersionId=1001))) == 50
    assert [len(page) for page in pages] == [50, 50, 20]


def test_the_legacy_path_loses_the_row_that_its_cursor_names() -> None:
    world = FakeCatalogue(models=1, images=40)
    with calling(world) as hub:
        page = hub.ask("images", modelId=10, limit=9).json
        cursor = page["metadata"]["nextCursor"]
        found = flat(hub.walk("images", modelId=10, limit=9))
        assert hub.ids("images", imageId=cursor) == [int(cursor)]
    assert int(cursor) not in found
    assert len(found) == len(set(found)) == 40 - 4
    assert sorted(found, reverse=True) == found


def test_legacy_sorts_fall_back_to_the_newest_id_and_random_is_refused() -> None:
    with calling(FakeCatalogue(models=1, images=20)) as hub:
        newest = hub.ids("images", modelId=10, sort="Newest")
        assert hub.ids("images", modelId=10, sort="Most Reactions") == newest
        assert hub.ask("images", modelId=10, sort="Random").status == 400
        assert hub.ask("images", sort="Random").status == 200


def test_meta_is_null_unless_asked_for_and_wrapped_on_the_legacy_path_unless_flat() -> None:
    with calling(FakeCatalogue(models=1, images=2)) as hub:

        def meta(**query: object) -> object:
            return hub.ask("images", imageId=6, **query).json["items"][0]["meta"]

        index = hub.ask("images", postId=1, withMeta="true", limit=1).json["items"][0]["meta"]
        assert meta() is None
        assert meta(withMeta="false") is None
        assert meta(withMeta="true") == {"id": 6, "meta": {"prompt": "prompt 1"}}
        assert meta(withMeta="true", flatMeta="true") == {"prompt": "prompt 1"}
        assert index == {"prompt": "prompt 1"}
        assert hub.ask("images", withMeta="maybe").status == 400


def test_requiring_meta_shortens_pages_but_keeps_the_cursor() -> None:
    with calling(FakeCatalogue(models=1, images=20)) as hub:
        page = hub.ask("images", requiringMeta="true", limit=6).json
        assert hub.ask("images", requiringMeta="true", limit=6).json["items"][0]["meta"] is None
    assert len(page["items"]) == 4
    assert "nextCursor" in page["metadata"]


def test_created_at_is_a_later_sort_time_on_the_index_path() -> None:
    with calling(FakeCatalogue(models=1, images=3)) as hub:
        listed = hub.ask("images", postId=1).json["items"]
        times = {item["id"]: item["createdAt"] for item in listed}
        for number, sort_time in times.items():
            real = hub.ask("images", imageId=number).json["items"][0]["createdAt"]
            assert datetime.fromisoformat(real) < datetime.fromisoformat(sort_time)


def test_filters_of_the_index_path() -> None:
    world = FakeCatalogue(models=4, images=80)
    world.image_version[0] = -1
    with calling(world) as hub:
        assert len(hub.ids("images", modelVersionId=1001)) == 9
        assert hub.ids("images", modelVersionId=77) == []
        assert sorted(hub.ids("images", postId=2)) == [15, 18, 21, 24]
        assert len(hub.ids("images", username="ADA_one")) == 12
        assert hub.ids("images", username="nobody") == []
        assert len(hub.ids("images", baseModels="SD 1.5")) == 40
        assert len(hub.ids("images", baseModels="SD 1.5,SDXL 1.0")) == 79
        assert hub.ids("images", type="video") == []
        assert len(hub.ids("images", type="image")) == 80
        assert len(hub.ids("images", modelId=10)) == 19


def test_period_counts_back_from_the_simulated_day() -> None:
    world = FakeCatalogue(models=1, images=50, spacing=DAY)
    with calling(world) as hub:
        counts = {
            period: len(hub.ids("images", period=period))
            for period in ("Day", "Week", "Month", "Year", "AllTime")
        }
    assert counts == {"Day": 1, "Week": 7, "Month": 30, "Year": 50, "AllTime": 50}


@pytest.mark.parametrize("cursor", ["x", "-1|5", "10", "10|x", "|"])
def test_a_cursor_of_another_form_is_400_invalid_cursor(cursor: str) -> None:
    with calling(FakeCatalogue()) as hub:
        answer = hub.ask("images", cursor=cursor)
        legacy = hub.ask("images", modelId=10, cursor="5|6")
    assert (answer.status, answer.json) == (400, {"error": "Invalid cursor"})
    assert legacy.status == 400


def test_limit_0_is_an_empty_page_without_cursor() -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask("images", limit=0).json == {"items": [], "metadata": {}}
