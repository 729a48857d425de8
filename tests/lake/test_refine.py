"""Refining: what the tables say of what was answered, once, incrementally and repeatably."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from hubwatch.errors import LakeError
from hubwatch.lake.catalog import open_lake
from hubwatch.lake.raw import snapshots
from hubwatch.lake.refine import merge_derived, merge_prompts, refine, stage, units
from hubwatch.lake.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Rows = Callable[[Path, str], list[dict[str, Any]]]

OWN = {"snapshot", "refined_at"}


def everything(lake: Path, read: Rows) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables, without the names that differ between lakes."""
    return {
        table: [{k: v for k, v in row.items() if k not in OWN} for row in read(lake, table)]
        for table in TABLES
    }


def test_a_tiny_hub_in_full(hub: Any, read: Rows) -> None:
    hub.snapshot(
        ("models", {"items": [hub.model(1)], "metadata": {"nextCursor": "x"}}),
        ("images", {"items": [hub.image(100), hub.image(101, meta=None, browsingLevel=16)]}),
        ("creators", {"items": [{"username": "Maker_One", "modelCount": 4}, {"username": "new"}]}),
        ("tags", {"items": [{"name": "kite", "link": "l"}, {"name": "sea", "link": "l"}]}),
    )
    summary = refine(hub.lake, workers=1)
    counts = {name: rows for name, rows in summary.rows.items() if rows}
    assert counts == {
        "models": 1,
        "versions": 1,
        "files": 1,
        "images": 2,
        "prompts": 2,
        "creators": 3,
        "tags": 3,
        "item_states": 4,
    }
    (model,) = read(hub.lake, "models")
    assert model["created_at"].isoformat() == "2024-02-01T00:00:00+00:00"
    assert (model["month"], model["created_at_source"]) == ("2024-02", "version.publishedAt")
    assert model["commercial_use"] == ["Image", "Rent"]
    assert (model["thumbs_up"], model["favorites"], model["rating"]) == (3, None, None)
    first, second = read(hub.lake, "images")
    assert (first["level"], first["level_source"]) == ("PG-13", "browsingLevel=2")
    assert (second["level"], second["has_meta"], second["prompt_id"]) == ("XXX", False, None)
    prompts = {row["prompt_id"]: row["text"] for row in read(hub.lake, "prompts")}
    assert prompts[first["prompt_id"]] == "a red kite, sky"
    assert (first["tool"], first["steps"], first["cfg_scale"]) == ("a1111", 20, 7.5)
    creators = {row["listed_models"]: row for row in read(hub.lake, "creators")}
    assert (creators[4]["models"], creators[0]["models"]) == (1, 0)
    assert {(row["tag"], row["models"], row["listed"]) for row in read(hub.lake, "tags")} == {
        ("kite", 1, True),
        ("sea", 0, True),
        ("style", 1, False),
    }


def test_files_have_the_declared_columns_and_row_groups(hub: Any) -> None:
    hub.snapshot(("models", {"items": [hub.model(1, modelVersions=[hub.version(10, images=[
        {**hub.image(5), "meta": {"resources": [{"type": "lora", "name": "x", "weight": "0.5"}]}}
    ])])]}))  # fmt: skip
    refine(hub.lake, workers=1)
    lake = open_lake(hub.lake)
    for table in ("models", "versions", "files", "images", "image_resources"):
        (path,) = lake.paths(table)
        assert pq.read_schema(path).equals(arrow_schema(table))
        assert lake.rows(table) == 1


def test_handles_are_nowhere_in_the_tables(hub: Any) -> None:
    hub.snapshot(("models", {"items": [hub.model(1)]}), ("images", {"items": [hub.image(1)]}))
    refine(hub.lake, workers=1)
    for path in (hub.lake / "tables").rglob("*.parquet"):
        told = str(pq.read_table(path).to_pylist())
        assert "maker_one" not in told
        assert "painter_one" not in told


def test_refining_again_takes_nothing_and_changes_nothing(hub: Any) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    before = {p: p.read_bytes() for p in hub.lake.rglob("*") if p.is_file()}
    summary = refine(hub.lake, workers=1)
    assert (summary.snapshots, summary.records) == ([], 0)
    assert {p: p.read_bytes() for p in hub.lake.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("seed", range(4))
def test_one_by_one_gives_the_same_as_all_at_once(
    seed: int, hub: Any, tmp_path: Path, read: Rows
) -> None:
    rng = random.Random(seed)
    for number in range(4):
        images = [
            hub.image(
                rng.randrange(8),
                browsingLevel=rng.choice([1, 4, 16]),
                createdAt=f"2024-0{rng.randint(1, 3)}-01T00:00:00Z",
                meta={"prompt": f"prompt {rng.randrange(5)}", "resources": [{"name": "a"}]},
            )
            for _ in range(rng.randrange(6))
        ]
        showcase = [hub.image(rng.randrange(8), createdAt=None) for _ in range(3)]
        version = hub.version(
            rng.randrange(3) + 10, images=showcase, publishedAt=f"2024-0{rng.randint(1, 3)}-02"
        )
        model = hub.model(rng.randrange(3), modelVersions=[version], name=f"n{number}")
        hub.snapshot(
            ("models", {"items": [model]}),
            ("images", {"items": images}),
            at=f"2024-04-0{rng.randint(1, 9)}T00:00:00Z",
        )
        if number < 3:
            refine(hub.lake, workers=1)
    refine(hub.lake, workers=1)
    again = tmp_path / "again"
    again.mkdir()
    shutil.copytree(hub.lake / "raw", again / "raw")
    shutil.copy(hub.lake / "lake.json", again)
    refine(again, workers=1)
    ours, theirs = everything(hub.lake, read), everything(again, read)
    by_text = {"prompts"}
    for table in TABLES:
        if table in by_text:
            assert sorted(map(str, ours[table])) == sorted(map(str, theirs[table]))
        else:
            assert ours[table] == theirs[table], table


def test_from_scratch_twice_gives_the_same_bytes(hub: Any, tmp_path: Path) -> None:
    hub.snapshot(
        ("models", {"items": [hub.model(n) for n in range(30)]}),
        ("images", {"items": [hub.image(n, postId=n % 4) for n in range(300)]}),
    )
    again = tmp_path / "again"
    shutil.copytree(hub.lake, again)
    refine(hub.lake, workers=1)
    refine(again, workers=1)
    assert open_lake(hub.lake).fingerprint == open_lake(again).fingerprint


def test_several_processes_give_the_same_tables_as_one(
    hub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.snapshot(
        *[("images", {"items": [hub.image(n * 7 + k) for k in range(9)]}) for n in range(40)]
    )
    again = tmp_path / "again"
    shutil.copytree(hub.lake, again)
    refine(hub.lake, workers=1)
    monkeypatch.setattr(units, "UNIT_BYTES", 2000)
    monkeypatch.setattr(stage, "ALONE_BYTES", 0)
    refine(again, workers=2)
    assert open_lake(hub.lake).fingerprint == open_lake(again).fingerprint


def test_the_newest_observation_wins_whatever_the_order_of_arrival(hub: Any) -> None:
    hub.models(hub.model(1, name="newer"), at="2024-05-01T00:00:00Z")
    assert [row["name"] for row in hub.rows("models")] == ["newer"]
    hub.models(hub.model(1, name="older"), at="2024-04-01T00:00:00Z")
    assert [row["name"] for row in hub.rows("models")] == ["newer"]


def test_first_publication_stays_the_earliest_that_was_ever_seen(hub: Any) -> None:
    hub.models(hub.model(1), at="2024-04-01T00:00:00Z")
    later = hub.version(11, publishedAt="2024-03-15T00:00:00Z")
    hub.models(hub.model(1, modelVersions=[later]), at="2024-05-01T00:00:00Z")
    (model,) = hub.rows("models")
    assert model["month"] == "2024-02"


def test_a_listed_image_keeps_model_and_version_of_its_showcase(hub: Any) -> None:
    showcase = {"id": 100, "url": "u", "nsfwLevel": 1, "width": 5, "height": 5, "hasMeta": True}
    model = hub.model(1, modelVersions=[hub.version(10, images=[showcase])])
    hub.snapshot(("images", {"items": [hub.image(100)]}), ("models", {"items": [model]}))
    (image,) = hub.rows("images")
    assert (image["model_id"], image["version_id"]) == ("1", "10")
    assert (image["level"], image["source"]) == ("PG-13", "listing")
    assert image["created_at_source"] == "image.createdAt"
    hub.models(
        hub.model(2, modelVersions=[hub.version(20, images=[showcase])]), at="2024-09-01T00:00:00Z"
    )
    (image,) = hub.rows("images")
    assert (image["model_id"], image["level"]) == ("2", "PG-13")


def test_a_showcase_image_of_2023_takes_its_versions_date_and_says_so(hub: Any) -> None:
    showcase = {"id": 3, "url": "u", "nsfw": "Mature", "width": 5, "height": 5, "hash": "h",
                "meta": {"prompt": "kite", "Clip skip": "2", "seed": 2**70, "steps": "30",
                         "hashes": {"model": "abc", "lora:kite": "def"}}}  # fmt: skip
    version = {"id": 10, "modelId": 1, "name": "v", "createdAt": "2023-05-31T23:59:59.999Z",
               "updatedAt": "2023-06-01T00:00:00Z", "trainedWords": [], "baseModel": "SD 1.5",
               "earlyAccessTimeFrame": 0, "stats": {"downloadCount": 1, "ratingCount": 0,
               "rating": 0}, "files": [], "images": [showcase]}  # fmt: skip
    hub.models(hub.model(1, modelVersions=[version], allowCommercialUse="Sell"))
    (image,) = hub.rows("images")
    assert (image["level"], image["level_source"]) == ("R", "nsfw=Mature")
    assert (image["month"], image["created_at_source"]) == ("2023-05", "version.createdAt")
    assert (image["clip_skip"], image["seed"], image["steps"]) == (2, None, 30)
    used = hub.rows("image_resources")
    assert [(r["type"], r["name"], r["hash"]) for r in used] == [
        ("model", None, "ABC"),
        ("lora", "kite", "DEF"),
    ]


def test_an_image_that_moves_to_another_month_leaves_its_old_one(hub: Any) -> None:
    used = {"prompt": "p", "resources": [{"type": "lora", "name": "a"}]}
    hub.images(hub.image(1, meta=used), hub.image(2, meta=used), at="2024-04-01T00:00:00Z")
    hub.rows("images")
    moved = hub.image(1, createdAt="2024-01-01T00:00:00Z", meta=used)
    hub.images(moved, at="2024-05-01T00:00:00Z")
    assert [(r["month"], r["image_id"]) for r in hub.rows("images")] == [
        ("2024-01", "1"),
        ("2024-03", "2"),
    ]
    assert [(r["month"], r["image_id"]) for r in hub.rows("image_resources")] == [
        ("2024-01", "1"),
        ("2024-03", "2"),
    ]


def test_months_that_did_not_change_keep_their_files(hub: Any) -> None:
    hub.images(hub.image(1), hub.image(2, createdAt="2024-01-01T00:00:00Z"))
    hub.rows("images")
    before = {file.month: file.name for file in open_lake(hub.lake).catalog.tables["images"]}
    hub.images(hub.image(3), at="2024-05-01T00:00:00Z")
    assert len(hub.rows("images")) == 3
    after = {file.month: file.name for file in open_lake(hub.lake).catalog.tables["images"]}
    assert after["2024-01"] == before["2024-01"]
    assert after["2024-03"] != before["2024-03"]


def test_withheld_generation_data_are_dropped_and_counted(hub: Any) -> None:
    hidden = {"url": "https://i.example/77.jpeg", "hasMeta": False, "meta": {"prompt": "secret"}}
    version = hub.version(10, modelId=1, images=[hidden], model={"name": "K", "type": "LORA",
                          "nsfw": False, "poi": True})  # fmt: skip
    hub.snapshot(("versions", version), via="by-id")
    (image,) = hub.rows("images")
    assert (image["image_id"], image["has_meta"], image["prompt_id"]) == ("77", False, None)
    assert hub.rows("prompts") == []
    assert open_lake(hub.lake).catalog.snapshots[0].notes == {"withheld-generation-data": 1}


def test_a_version_asked_for_by_itself_only_mentions_its_model(hub: Any) -> None:
    version = hub.version(10, modelId=1, model={"name": "K", "type": "LORA", "poi": True})
    hub.snapshot(("versions", version), via="by-id")
    (model,) = hub.rows("models")
    assert (model["flagged_real_person"], model["tags"], model["month"]) == (True, None, "2024-02")
    hub.models(hub.model(1), at="2020-01-01T00:00:00Z")
    (model,) = hub.rows("models")
    assert model["tags"] == ["style", "kite"]


def test_wrapped_and_flat_generation_data_are_the_same(hub: Any) -> None:
    flat = hub.image(1)
    wrapped = {**hub.image(2), "meta": {"id": 2, "meta": flat["meta"]}}
    hub.images(flat, wrapped)
    one, two = hub.rows("images")
    assert one["prompt_id"] == two["prompt_id"] is not None
    assert len(hub.rows("prompts")) == 2


@pytest.mark.parametrize(
    ("meta", "tool"),
    [
        ({"comfy": "{}", "prompt": "p"}, "comfyui"),
        ({"civitaiResources": [{"modelVersionId": 5, "weight": 1}], "steps": 5}, "onsite"),
        ({"engine": "e"}, "engine"),
        ({"external": {"source": {}}}, "external"),
        ({"sampler": "x"}, "a1111"),
        ({"prompt": "only"}, "other"),
    ],
)
def test_the_tool_is_told_by_the_shape_of_the_data(meta: Any, tool: str, hub: Any) -> None:
    hub.images(hub.image(1, meta=meta))
    assert [row["tool"] for row in hub.rows("images")] == [tool]


def test_values_of_closed_sets_that_are_new_are_kept_and_reported(hub: Any) -> None:
    hub.models(hub.model(1, type="HoloModel", glitter=True))
    assert [row["method"] for row in hub.rows("models")] == ["HoloModel"]
    drift = open_lake(hub.lake).catalog.snapshots[0].drift
    assert [(d.what, d.name, d.count) for d in drift] == [
        ("key", "models.glitter", 1),
        ("value", "models.method=HoloModel", 1),
    ]


def test_words_that_may_be_anybodys_are_counted_and_not_shown(hub: Any) -> None:
    """Keys and values from outside are listed only where they look like a schema's."""
    models = [
        hub.model(1, **{"a fragment of a prompt, by someone": 1}),
        hub.model(2, type="six words of somebody are text"),
        hub.model(3, type="x" * 60),
        hub.model(4, type="New\u202eModel"),
    ]
    hub.models(*models)
    assert len(hub.rows("models")) == 4
    drift = open_lake(hub.lake).catalog.snapshots[0].drift
    assert [(d.what, d.name, d.count) for d in drift] == [
        ("key", "models.(not a name)", 1),
        ("value", "models.method=(not a word)", 3),
    ]


def test_a_flood_of_unknown_keys_does_not_flood_the_catalog(hub: Any) -> None:
    hub.models(*(hub.model(n, **{f"key{n}": 1, f"more{n}": 2}) for n in range(700)))
    refine(hub.lake, workers=1)
    drift = open_lake(hub.lake).catalog.snapshots[0].drift
    assert len(drift) <= merge_derived.MOST_DRIFT + 1
    assert sum(sign.count for sign in drift) == 1400


def test_ids_that_a_table_made_floats_of_are_ids(hub: Any) -> None:
    hub.images(
        hub.image(12.0), hub.image("13"), hub.image(1e3), hub.image(-4), hub.image(1.5, url=None)
    )
    assert sorted(row["image_id"] for row in hub.rows("images")) == ["1000", "12", "13"]
    assert {row["reason"] for row in hub.rows("quarantine")} == {"no-id", "wrong-type"}


def test_records_that_compress_well_do_not_add_up(hub: Any) -> None:
    """What inflates a thousandfold is still read some records at a time."""
    hub.snapshot(*(("models", b"{}") for _ in range(2 * units.UNIT_RECORDS + 1)))
    (manifest,) = snapshots(hub.lake)
    cut = list(units.units(hub.lake, manifest))
    assert len(cut) == 3
    assert [unit.first for unit in cut] == [1, 1 + units.UNIT_RECORDS, 1 + 2 * units.UNIT_RECORDS]


def test_a_window_has_no_ragged_ends(hub: Any) -> None:
    """Pages at the ends of a window hold more than was asked for; the tables do not."""

    def image(image_id: int, month: int) -> dict[str, Any]:
        used = {"resources": [{"type": "lora", "name": f"r{image_id}"}]}
        return hub.image(image_id, createdAt=f"2024-{month:02}-05T00:00:00Z", meta=used)

    def model(model_id: int, *months: int) -> dict[str, Any]:
        dates = [f"2024-{month:02}-01T00:00:00Z" for month in months]
        versions = [
            hub.version(10 * model_id + n, publishedAt=date, files=[{"id": 10 * model_id + n}])
            for n, date in enumerate(dates)
        ]
        return hub.model(model_id, modelVersions=versions)

    undated = hub.image(9, createdAt=None)
    hub.snapshot(
        ("models", {"items": [model(1, 2), model(2, 2, 4), model(3, 3, 5), model(4)]}),
        ("images", {"items": [image(1, 2), image(2, 3), image(3, 4), image(4, 5), undated]}),
        origin={"since": "2024-03", "until": "2024-05"},
    )
    assert [row["image_id"] for row in hub.rows("images")] == ["9", "2", "3"]
    assert {row["image_id"] for row in hub.rows("image_resources")} == {"2", "3"}
    assert [row["model_id"] for row in hub.rows("models")] == ["2", "4"]
    assert {row["model_id"] for row in hub.rows("versions")} == {"2"}
    assert {row["model_id"] for row in hub.rows("files")} == {"2"}
    assert open_lake(hub.lake).catalog.snapshots[0].notes == {"outside-window": 4}


def test_only_complete_snapshots_count(hub: Any) -> None:
    hub.models(hub.model(1), complete=False)
    assert hub.rows("models") == []


def test_two_texts_with_one_id_are_reported(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def clashing(texts: list[str]) -> Any:
        _, checks = original(texts)
        return stage.pa.array([7] * len(texts)), checks

    original = stage.digests
    monkeypatch.setattr(stage, "digests", clashing)
    hub.images(hub.image(1))
    assert len(hub.rows("prompts")) == 1
    (row,) = hub.rows("quarantine")
    assert (row["kind"], row["reason"]) == ("prompts", "collision")
    assert merge_prompts.REASONS["collision"] == row["message"]


def test_a_damaged_raw_file_stops_refining_and_leaves_the_tables(hub: Any, read: Rows) -> None:
    hub.models(hub.model(1))
    refine(hub.lake, workers=1)
    snapshot = hub.models(hub.model(2))
    (path,) = (hub.lake / "raw" / "civitai" / snapshot).glob("*.zst")
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(LakeError, match="cannot be read"):
        refine(hub.lake, workers=1)
    assert [row["model_id"] for row in read(hub.lake, "models")] == ["1"]
    assert not (hub.lake / "staging").exists()
