"""Versions, hashes, creators, tags and names of values."""

from __future__ import annotations

import pytest
from server_world import FakeCatalogue, calling


@pytest.mark.parametrize(
    ("text", "status"),
    [("1001", 200), ("999", 404), ("x", 400), ("0", 400), ("2147483648", 500)],
)
def test_statuses_of_the_version_detail(text: str, status: int) -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask(f"model-versions/{text}").status == status


def test_an_unrated_version_is_not_visible() -> None:
    world = FakeCatalogue()
    world.version_level_mask[0], world.version_level_mask[1] = 0, 32
    with calling(world) as hub:
        assert [hub.ask(f"model-versions/{n}").status for n in (1001, 1002, 1003)] == [
            404,
            404,
            200,
        ]


def test_by_hash_takes_any_letter_case_and_the_short_form() -> None:
    world = FakeCatalogue()
    digest = world.sha256(4)
    with calling(world) as hub:
        found = [hub.ask(f"model-versions/by-hash/{text}") for text in (digest, digest.lower())]
        found.append(hub.ask(f"model-versions/by-hash/{digest[:10].lower()}"))
        missing = hub.ask("model-versions/by-hash/" + "0" * 64)
    assert [answer.json["id"] for answer in found] == [1005] * 3
    assert "3600" in (found[0].header("Cache-Control") or "")
    assert (missing.status, missing.json) == (404, {"error": "Model not found"})


def test_bulk_hashes_come_reordered_repeated_with_nulls_and_broken_links() -> None:
    world = FakeCatalogue()
    world.model_archived[0] = True
    asked = [world.sha256(5), world.sha256(2).lower(), world.sha256(5), "F" * 64, world.sha256(0)]
    with calling(world) as hub:
        entries = hub.ask("model-versions/by-hash", method="POST", body=asked).json
    assert [entry and entry["id"] for entry in entries] == [None, 1003, 1006, 1006]
    assert entries[1]["downloadUrl"] == "undefined/api/download/models/1003"
    assert entries[1]["files"][0]["hashes"]["SHA256"] == world.sha256(2)


def test_presence_of_hashes() -> None:
    world = FakeCatalogue()
    body = [world.sha256(3), "0" * 64]
    with calling(world) as hub:
        entries = hub.ask("model-versions/by-hash/ids", method="POST", body=body).json
    assert entries == [{"modelVersionId": 1004, "modelId": 20, "hash": world.sha256(3)}]


@pytest.mark.parametrize("body", [{"a": 1}, ["short"], [1], ["0" * 64] * 101, None])
def test_bad_bulk_bodies_are_refused(body: object) -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask("model-versions/by-hash", method="POST", body=body).status == 400


def test_wrong_methods_are_refused_and_mixed_endpoints_refuse_head() -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask("models", method="POST", body=[]).status == 405
        assert hub.ask("model-versions/by-hash", method="GET").status == 405
        assert hub.ask("model-versions/1001", method="HEAD").status == 405
        assert hub.ask("/api/download/models/1001", method="HEAD").status == 405
        head = hub.ask("models", method="HEAD", limit=3)
        assert (head.status, head.body) == (200, b"")
        assert hub.ask("models", limit=3).header("Content-Length") == head.header("Content-Length")


def _creators(count: int) -> FakeCatalogue:
    world = FakeCatalogue(models=7, images=0)
    world.creators = [f"person_{number:03d}" for number in range(count)]
    return world


@pytest.mark.parametrize("limit", [1, 20, 37, 200])
def test_creators_overlap_and_have_no_order_but_everyone_appears(limit: int) -> None:
    world = _creators(150)
    with calling(world) as hub:
        found: list[str] = []
        page = 1
        while True:
            answer = hub.ask("creators", limit=limit, page=page).json
            found += [item["username"] for item in answer["items"]]
            if "nextPage" not in answer["metadata"]:
                break
            page += 1
    assert set(found) == set(world.creators)
    assert found != sorted(found)
    assert len(found) > 150 or limit in (1, 200)


def test_total_pages_of_creators_promise_too_few() -> None:
    with calling(_creators(200)) as hub:
        metadata = hub.ask("creators", limit=20).json["metadata"]
        last = hub.ask("creators", limit=20, page=metadata["totalPages"]).json["metadata"]
    assert "nextPage" in last


def test_model_count_is_left_out_when_it_is_zero() -> None:
    world = _creators(8)
    world.model_gone[0] = True
    with calling(world) as hub:
        rows = {row["username"]: row for row in hub.ask("creators").json["items"]}
        found = hub.ask("creators", query="SON_003").json["items"]
    assert rows["person_001"]["modelCount"] == 1
    assert "modelCount" not in rows["person_000"]
    assert [row["username"] for row in found] == ["person_003"]


@pytest.mark.parametrize("limit", [0, 201])
@pytest.mark.parametrize("path", ["creators", "tags"])
def test_page_sizes_out_of_bounds_are_refused(path: str, limit: int) -> None:
    with calling(FakeCatalogue()) as hub:
        assert hub.ask(path, limit=limit).status == 400


def test_tags_come_most_used_first_with_totals_of_0() -> None:
    with calling(FakeCatalogue()) as hub:
        first = hub.ask("tags", limit=1).json
        second = hub.ask("tags", limit=1, page=2).json
    assert [row["name"] for row in first["items"] + second["items"]] == ["style", "rare"]
    assert first["metadata"]["totalItems"] == first["metadata"]["totalPages"] == 0
    assert "nextPage" in first["metadata"]
    assert "nextPage" not in second["metadata"]


def test_enums_list_what_occurs() -> None:
    with calling(FakeCatalogue()) as hub:
        enums = hub.ask("enums").json
    assert enums["ActiveBaseModel"] == ["SD 1.5", "SDXL 1.0"]
    assert "LORA" in enums["ModelType"]
