"""The simulated hub as its server sees it: counts, determinism, time, shapes of documents."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwatch.errors import UsageError
from hubwatch.simulate.catalogue import Catalogue
from hubwatch.simulate.world.build import World, build_world
from hubwatch.simulate.world.clock import day_end, iso


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(models=400, images=5000, seed=5)


@pytest.fixture(scope="module")
def hub(world: World) -> Catalogue:
    return world.as_of(None)


@given(
    models=st.integers(1, 60),
    images=st.integers(1, 400),
    months=st.integers(1, 26),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40, deadline=None)
def test_complete_lists_hold_exactly_what_was_asked_for(
    models: int, images: int, months: int, seed: int
) -> None:
    hub = build_world(models=models, images=images, months=months, seed=seed).as_of(None)
    assert int(((hub.model_level_mask & 31 > 0) & ~hub.model_gone).sum()) == models
    rated = np.isin(hub.image_level_bit, [1, 2, 4, 8, 16])
    assert int((rated & ~hub.image_hidden).sum()) == images


def test_items_beside_the_lists_exist_on_top(hub: Catalogue) -> None:
    assert hub.model_gone.sum() == 20
    assert hub.image_hidden.sum() == 200
    assert set(np.unique(hub.image_level_bit[hub.image_hidden])) > {0, 32}


def test_what_is_not_rated_or_blocked_is_hidden(hub: Catalogue) -> None:
    assert np.all(hub.image_hidden[np.isin(hub.image_level_bit, [0, 32])])


def test_columns_of_one_kind_are_aligned(hub: Catalogue) -> None:
    for kind in ("model", "version", "image"):
        sizes = {
            name: len(getattr(hub, name)) for name in Catalogue.__annotations__ if kind in name
        }
        sizes = {name: size for name, size in sizes.items() if name.startswith(f"{kind}_")}
        assert len(set(sizes.values())) == 1, sizes


@pytest.mark.parametrize("kind", ["model_id", "version_id", "image_id"])
def test_ids_are_unique_and_rise_with_time(hub: Catalogue, kind: str) -> None:
    assert np.all(np.diff(getattr(hub, kind)) > 0)


def test_the_same_seed_gives_the_same_hub_and_another_seed_another(world: World) -> None:
    again = build_world(models=400, images=5000, seed=5).as_of(None)
    other = build_world(models=400, images=5000, seed=6).as_of(None)
    hub = world.as_of(None)
    for index in range(0, 400, 37):
        document = hub.model_document(index, mask=31)
        assert document == again.model_document(index, mask=31)
        assert document != other.model_document(index, mask=31)
    for index in range(0, 5000, 331):
        document = hub.image_document(index, with_meta=True)
        assert document == again.image_document(index, with_meta=True)


def test_known_bytes_do_not_change_unnoticed() -> None:
    """A change of these digests means that every simulated hub changes: say so in the changelog."""
    import hashlib

    hub = build_world(models=120, images=600, seed=1).as_of(None)
    text = json.dumps([hub.image_document(i, with_meta=True) for i in range(600)])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "7604c14bf75929d9"


def test_a_models_document_agrees_with_the_columns(hub: Catalogue) -> None:
    for index in range(0, len(hub.model_id), 7):
        document = hub.model_document(index, mask=63)
        assert document["id"] == hub.model_id[index]
        assert document["poi"] == hub.model_real_person[index]
        assert document["minor"] == hub.model_minor[index]
        assert document["type"] == hub.model_type[index]
        assert document["tags"] == list(hub.model_tags[index])
        assert document["nsfwLevel"] == hub.model_level_mask[index]
        assert document["stats"]["downloadCount"] == hub.model_downloads[index]
        assert document["creator"]["username"] == hub.creators[hub.model_creator[index]]
        owned = hub.version_id[hub.version_model == index]
        assert [v["id"] for v in document["modelVersions"]] == owned[::-1].tolist()
        last = iso(hub.model_last_version_at[index : index + 1])[0]
        assert document["modelVersions"][0]["publishedAt"] == last


def test_a_models_level_is_the_or_of_its_pictures(hub: Catalogue) -> None:
    seen = 0
    for index in range(len(hub.model_id)):
        document = hub.model_document(index, mask=63)
        versions = document["modelVersions"]
        if "mode" in document or not all(v["images"] for v in versions):
            continue
        levels = [p["nsfwLevel"] for v in versions for p in v["images"]]
        assert document["nsfwLevel"] == np.bitwise_or.reduce(levels)
        seen += 1
    assert seen > 200


def test_showcase_pictures_outside_the_mask_are_left_out(hub: Catalogue) -> None:
    for index in range(0, len(hub.model_id), 5):
        document = hub.model_document(index, mask=1)
        assert all(p["nsfwLevel"] == 1 for v in document["modelVersions"] for p in v["images"])


def test_showcase_pictures_are_images_of_the_hub(hub: Catalogue) -> None:
    place = {number: i for i, number in enumerate(hub.image_id.tolist())}
    for index in range(0, len(hub.model_id), 23):
        for version in hub.model_document(index, mask=63)["modelVersions"]:
            for picture in version["images"]:
                image = place[picture["id"]]
                document = hub.image_document(image, with_meta=True)
                assert hub.version_id[hub.image_version[image]] == version["id"]
                assert picture["nsfwLevel"] == hub.image_level_bit[image]
                assert picture["hasMeta"] == (document["meta"] is not None)
                for field in ("url", "hash", "width", "height"):
                    assert picture[field] == document[field]


def test_an_images_document_agrees_with_the_columns(hub: Catalogue) -> None:
    words = {0: "None", 1: "None", 2: "Soft", 4: "Mature", 8: "X", 16: "X", 32: "Blocked"}
    for index in range(0, len(hub.image_id), 13):
        document = hub.image_document(index, with_meta=True)
        assert document["id"] == hub.image_id[index]
        assert document["browsingLevel"] == hub.image_level_bit[index]
        assert document["nsfwLevel"] == words[document["browsingLevel"]]
        assert document["nsfw"] == (document["nsfwLevel"] != "None")
        assert document["postId"] == hub.image_post_id[index]
        assert document["createdAt"] == iso(hub.image_at[index : index + 1])[0]
        if document["username"] is not None:
            assert document["username"] == hub.creators[hub.image_creator[index]]
        version = hub.image_version[index]
        if version >= 0:
            assert document["modelVersionIds"][0] == hub.version_id[version]
        assert hub.image_document(index, with_meta=False) == {**document, "meta": None}


def test_a_version_is_found_by_its_files_hash(hub: Catalogue) -> None:
    for digest, version in list(hub.file_sha256.items())[:50]:
        assert len(digest) == 64
        assert digest == digest.upper()
        files = hub.version_document(version)["files"]
        assert all(file["hashes"]["SHA256"] == digest for file in files)


def test_version_documents_carry_the_flag_and_the_model(hub: Catalogue) -> None:
    for version in range(0, len(hub.version_id), 11):
        document = hub.version_document(version)
        owner = int(hub.version_model[version])
        assert document["id"] == hub.version_id[version]
        assert document["modelId"] == hub.model_id[owner]
        assert document["model"]["poi"] == hub.model_real_person[owner]
        assert document["nsfwLevel"] == hub.version_level_mask[version]
        assert document["baseModel"] == hub.version_base_model[version]


def test_models_with_the_minor_flag_are_pg_and_have_only_pg_images(hub: Catalogue) -> None:
    flagged = np.flatnonzero(hub.model_minor)
    assert 1 <= len(flagged) <= 9
    assert np.all(hub.model_level_mask[flagged] == 1)
    theirs = np.isin(hub.version_model[np.maximum(hub.image_version, 0)], flagged)
    theirs &= hub.image_version >= 0
    assert theirs.any()
    assert set(hub.image_level_bit[theirs & ~hub.image_hidden]) == {1}


def test_an_earlier_day_shows_less_and_other_states(world: World) -> None:
    then, now = world.as_of("2024-02-29"), world.as_of(None)
    end = day_end("2024-02-29")
    assert 0 < len(then.model_id) < len(now.model_id)
    assert 0 < len(then.image_id) < len(now.image_id)
    assert then.image_at.max() <= end
    assert then.model_last_version_at.max() <= end
    count, shared = len(then.model_id), len(then.image_id)
    assert np.all(then.model_id == now.model_id[:count])
    assert (then.model_gone < now.model_gone[:count]).any(), "some are removed later"
    assert (then.model_real_person < now.model_real_person[:count]).any(), "some flagged later"
    assert (then.model_downloads < now.model_downloads[:count]).any()
    same = np.isin(now.image_id, then.image_id)
    assert same.sum() == shared
    changed = then.image_level_bit != now.image_level_bit[same]
    assert 0 < changed.mean() < 0.1, "some are relabelled later"
    assert (then.image_hidden < now.image_hidden[same]).any(), "some are hidden later"
    index = int(np.flatnonzero(changed)[0])
    document = then.image_document(index, with_meta=True)
    assert document["browsingLevel"] == then.image_level_bit[index]


def test_days_before_the_hub_are_empty_and_days_after_are_the_last(world: World) -> None:
    before, after = world.as_of("2022-10-31"), world.as_of("2030-01-01")
    assert len(before.model_id) == len(before.image_id) == len(before.version_id) == 0
    assert len(after.image_id) == len(world.as_of(None).image_id)


@pytest.mark.parametrize("date", ["2024-13-01", "yesterday", "2024-1-1", ""])
def test_a_wrong_date_is_refused_in_a_sentence(world: World, date: str) -> None:
    with pytest.raises(UsageError, match="is not a date"):
        world.as_of(date)


@pytest.mark.parametrize(
    "wrong", [{"models": 0}, {"images": 0}, {"months": 27}, {"months": 0}, {"seed": -1}]
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    asked = {"models": 10, "images": 10, **wrong}
    with pytest.raises(UsageError, match=r"is (0|27|-1)"):
        build_world(**asked)


def test_a_short_history_starts_late() -> None:
    hub = build_world(models=50, images=500, months=3, seed=2).as_of(None)
    assert iso(hub.image_at[:1])[0] >= "2024-10-01"


def test_documents_are_plain_json(hub: Catalogue) -> None:
    for index in range(0, len(hub.model_id), 29):
        document = hub.model_document(index, mask=31)
        assert msgspec.json.decode(msgspec.json.encode(document)) == document


def test_training_metadata_is_text_and_belongs_to_adapters(hub: Catalogue) -> None:
    adapters = {"LORA", "LoCon", "DoRA"}
    found = [hub.training_metadata(v) for v in range(len(hub.version_id))]
    methods = [hub.model_type[m] for m in hub.version_model.tolist()]
    present = [m for m, block in zip(methods, found, strict=True) if block is not None]
    assert set(present) <= adapters
    blocks = [block for block in found if block is not None]
    assert all(isinstance(text, str) for block in blocks for text in block.values())
    assert len(blocks) < sum(m in adapters for m in methods), "some are stripped"
    families = {
        "kohya": sum("ss_tag_frequency" in block for block in blocks),
        "onetrainer": sum("ot_config" in block for block in blocks),
        "ai-toolkit": sum("software" in block for block in blocks),
        "diffusers": sum(dict(block) == {"format": "pt"} for block in blocks),
    }
    assert min(families.values()) > 0, families
    for block in blocks:
        if "ss_tag_frequency" in block:
            captions = json.loads(block["ss_tag_frequency"])
            assert all(n > 0 for folder in captions.values() for n in folder.values())
