"""The simulated adapters: truth, header and shapes tell the same story; lineage leads somewhere."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq
import pytest

from hubwatch.simulate.world import calibration as cal
from hubwatch.simulate.world.adapter_bases import BASES
from hubwatch.simulate.world.adapter_facts import Facts
from hubwatch.simulate.world.adapter_truth import adapters_table
from hubwatch.simulate.world.booru import booru_tags, tag_places
from hubwatch.simulate.world.build import World, build_world
from hubwatch.simulate.world.documents import file_hashes
from hubwatch.simulate.world.mature import MATURE_TERMS
from hubwatch.simulate.world.subcultures import NAMES, vocabulary
from hubwatch.simulate.world.trainers import (
    tells_training,
    training_metadata,
    training_tensors,
)
from hubwatch.simulate.world.write import write_hub


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(models=900, images=100, seed=8)


@pytest.fixture(scope="module")
def truth(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = adapters_table(world.content).to_pylist()
    return rows


def facts_of(world: World) -> list[Facts]:
    found = (world.content.adapters.facts(v) for v in range(len(world.content.versions)))
    return [facts for facts in found if facts is not None]


def test_every_trainer_base_and_style_occurs(truth: list[dict[str, Any]]) -> None:
    assert {row["trainer"] for row in truth} == {
        *("kohya", "onetrainer", "ai-toolkit", "diffusers", "onsite", "unknown"),
    }
    assert {row["caption_style"] for row in truth} == {"tags", "sentences", "mixed", "none"}
    assert {"Stable Diffusion 1", "Stable Diffusion XL", "Flux"} <= {
        row["architecture"] for row in truth
    }
    assert 0.1 < sum(row["stripped"] for row in truth) / len(truth) < 0.35


def test_every_base_model_of_the_hub_is_known() -> None:
    assert tuple(BASES) != ()
    assert set(BASES) == set(cal.BASE_MODELS)
    assert len({base.sha256 for base in BASES.values()}) == len({b.file for b in BASES.values()})


def test_shapes_have_the_rank_and_bases_their_widths(world: World) -> None:
    for facts in facts_of(world):
        tensors = training_tensors(world.content, facts.version)
        assert tensors
        assert len({name for name, _, _ in tensors}) == len(tensors)
        for name, _, shape in tensors:
            if "lora_down" in name or "lora_A" in name:
                assert shape[0] == facts.rank
            if "lora_up" in name or "lora_B" in name:
                assert shape[1] == facts.rank
            if "attn2_to_k.lora_down" in name:
                assert shape[1] == facts.about.context


def test_headers_say_what_is_planted(world: World) -> None:
    for facts in facts_of(world):
        block = training_metadata(world.content, facts.version)
        assert (block is None) == facts.stripped
        if block is None or facts.trainer not in ("kohya", "onsite"):
            continue
        assert int(block["ss_network_dim"]) == facts.rank
        assert int(block["ss_num_train_images"]) == facts.images * facts.repeats
        assert int(block["ss_steps"]) == facts.steps
        (sizes,) = json.loads(block["ss_dataset_dirs"]).values()
        assert sizes == {"n_repeats": facts.repeats, "img_count": facts.images}
        (counts,) = json.loads(block["ss_tag_frequency"]).values()
        assert all(0 < count <= facts.images for count in counts.values())
        longest = max(len(text.split()) for text in counts)
        assert (longest > 8) == (facts.style in ("sentences", "mixed"))


def test_a_parent_is_an_earlier_checkpoint_of_the_same_base_and_its_hash_finds_it(
    world: World,
) -> None:
    content, derived = world.content, 0
    for facts in facts_of(world):
        if facts.parent < 0:
            continue
        derived += 1
        versions = content.versions
        owner = int(versions.model[facts.parent])
        assert cal.METHODS[int(content.models.method[owner])] == "Checkpoint"
        assert versions.base[facts.parent] == facts.base
        assert versions.at[facts.parent] < versions.at[facts.version]
        block = training_metadata(content, facts.version)
        if block is not None and facts.trainer == "kohya":
            hashes = file_hashes(content, facts.parent)
            assert block["ss_new_sd_model_hash"].upper() == hashes["SHA256"]
            assert block.get("ss_sd_model_hash", "").upper() == hashes.get("AutoV1", "")
    assert derived > 50


def test_equal_files_tell_the_same(world: World) -> None:
    content = world.content
    places: dict[str, list[int]] = {}
    for version, digest in enumerate(content.sha256):
        if content.versions.trainer[version] >= 0:
            places.setdefault(digest, []).append(version)
    twins = [versions for versions in places.values() if len(versions) > 1]
    assert twins
    for first, *others in twins:
        for other in others:
            assert training_metadata(content, other) == training_metadata(content, first)
            assert training_tensors(content, other) == training_tensors(content, first)


def test_pictures_needed_fall_and_bases_change_over_time(truth: list[dict[str, Any]]) -> None:
    early = [row for row in truth if row["month"] < "2023-09"]
    late = [row for row in truth if row["month"] > "2024-08"]
    assert median(row["images"] for row in early) > median(row["images"] for row in late)
    assert {row["architecture"] for row in early} <= {
        *("Stable Diffusion 1", "Stable Diffusion 2", "Stable Diffusion XL"),
    }
    assert Counter(r["architecture"] for r in late).most_common(1)[0][0] == "Stable Diffusion XL"


def test_stripped_in_the_truth_means_that_nothing_is_told(
    world: World, truth: list[dict[str, Any]]
) -> None:
    told = {world.content.version_id[f.version]: tells_training(f) for f in facts_of(world)}
    for row in truth:
        assert row["stripped"] == (not told.get(row["version_id"], not row["stripped"]))


def test_tags_of_one_subculture_are_told_from_shared_ones() -> None:
    places = tag_places()
    vocab = vocabulary()
    assert len({place.tag for place in places}) == len(places)
    assert {place.tag for place in places} == set(vocab.pieces[: vocab.size])
    own = [place for place in places if place.subculture]
    assert {place.subculture for place in own} == set(NAMES)
    assert all(place.theme == -1 for place in places if not place.subculture)
    general = set(vocab.pieces[vocab.general[0] : sum(vocab.general)])
    assert not general & {place.tag for place in own}


def test_the_booru_lists_its_own_subcultures_tags() -> None:
    tags = dict(booru_tags())
    assert len(tags) == len(booru_tags()) > 1000
    assert list(tags.values()) == sorted(tags.values(), reverse=True)
    assert all(" " not in tag and "," not in tag and count > 0 for tag, count in tags.items())
    assert {"1girl", "looking_at_viewer", *MATURE_TERMS} <= set(tags)

    def listed(subculture: str) -> float:
        own = [place.tag for place in tag_places() if place.subculture == subculture]
        return sum(tag.replace(" ", "_") in tags for tag in own) / len(own)

    assert min(listed("booru"), listed("fan"), listed("beastfolk")) == 1.0
    assert listed("photographic") < 0.1


def test_truth_and_the_tag_list_are_written_beside_the_answers(tmp_path: Path) -> None:
    for out in (tmp_path / "a", tmp_path / "b"):
        write_hub(out, models=40, images=60, seed=2)
    names = ("adapters.parquet", "tag_subcultures.parquet", "booru-tags.csv")
    for name in names:
        first, second = ((tmp_path / out / "truth" / name).read_bytes() for out in "ab")
        assert first == second
    rows = pq.read_table(tmp_path / "a/truth/adapters.parquet").to_pylist()
    versions = pq.read_table(tmp_path / "a/truth/versions.parquet").to_pylist()
    adapters = {row["version_id"] for row in versions if row["trainer"]}
    assert {row["version_id"] for row in rows} == adapters
    assert len(rows) == len(adapters)
    with (tmp_path / "a/truth/booru-tags.csv").open(newline="") as lines:
        listed = [(row["tag"], int(row["count"])) for row in csv.DictReader(lines)]
    assert listed == list(booru_tags())
