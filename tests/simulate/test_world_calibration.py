"""A mid-size simulated hub against the numbers that it is calibrated to, with bounds."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from hubwatch.simulate.world.build import World, build_world
from hubwatch.simulate.world.calibration import MONTHS, WIDE_SHARE
from hubwatch.simulate.world.clock import month_of
from hubwatch.simulate.world.invented import character_name
from hubwatch.simulate.world.mature import MATURE_TERMS
from hubwatch.simulate.world.people import build_people
from hubwatch.simulate.world.snapshot import Snapshot
from hubwatch.simulate.world.streams import Picker

_MILD_ONLY = re.compile(r"\b(1girl|1boy|girls?|boys?)\b")
#: Fragments that may occur nowhere: sexual wording and wording about minors.
_FORBIDDEN = re.compile(
    r"nude|naked|nsfw_|sex|porn|hentai|breast|nipple|genital|erotic|lingerie|loli|shota|child|"
    r"\bkids?\b|teen|underage|toddler|school|\bbaby\b|infant|minors\b",
    re.IGNORECASE,
)


def gini(values: Any) -> float:
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    ranks = np.arange(1, len(ordered) + 1)
    return float((2 * ranks - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum()))


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(models=4000, images=24_000, seed=3)


@pytest.fixture(scope="module")
def hub(world: World) -> Snapshot:
    return world.as_of(None)


@pytest.fixture(scope="module")
def images(hub: Snapshot) -> list[dict[str, Any]]:
    return [hub.image_document(i, with_meta=True) for i in range(len(hub.image_id))]


@pytest.fixture(scope="module")
def prompts(images: list[dict[str, Any]]) -> list[str]:
    return [d["meta"]["prompt"] for d in images if d["meta"] and "prompt" in d["meta"]]


@pytest.mark.parametrize(
    ("method", "target", "bound"),
    [("TextualInversion", 0.509, 0.08), ("LORA", 0.073, 0.02), ("Checkpoint", 0.044, 0.03)],
)
def test_flagged_share_by_method(hub: Snapshot, method: str, target: float, bound: float) -> None:
    of_method = np.array(hub.model_type) == method
    assert abs(hub.model_real_person[of_method].mean() - target) < bound


def test_flagged_share_over_all_methods(hub: Snapshot) -> None:
    assert abs(hub.model_real_person.mean() - 0.136) < 0.02


def test_the_flag_has_its_published_errors(world: World) -> None:
    models = world.content.models
    real = models.person >= 0
    assert abs(models.flagged[real].mean() - 0.77) < 0.05
    assert abs(real[models.flagged].mean() - 0.93) < 0.03


def test_nearly_all_depicted_persons_are_women(world: World) -> None:
    models = world.content.models
    depicted = [models.people[p].gender for p in models.person[models.person >= 0].tolist()]
    assert 0.93 < depicted.count("woman") / len(depicted) < 0.98
    assert "man" in depicted


@pytest.mark.parametrize(
    "month", ["2022-11", "2023-05", "2023-10", "2024-01", "2024-04", "2024-12"]
)
def test_wide_share_rises_as_published(hub: Snapshot, month: str) -> None:
    number = MONTHS.index(month)
    rows = ~hub.image_hidden & (month_of(hub.image_at) == number)
    wide = (hub.image_level_bit[rows] > 1).mean()
    assert abs(wide - WIDE_SHARE[number]) < 0.03 + 1 / rows.sum() ** 0.5


def test_the_hub_grows(hub: Snapshot) -> None:
    counts = np.bincount(month_of(hub.image_at), minlength=26)
    assert counts[20:].sum() > 5 * counts[:6].sum()


def test_base_models_have_their_eras(hub: Snapshot, world: World) -> None:
    month = month_of(world.content.versions.at)
    base = np.array(hub.version_base_model)

    def share(name: str, number: int) -> float:
        return float((base[month == number] == name).mean())

    assert share("SD 1.5", 5) > 0.75
    assert 0.2 < share("SDXL 1.0", 14) < 0.5
    assert share("Pony", 19) > 0.25
    assert share("Flux.1 D", 24) > 0.15
    assert share("Flux.1 D", 18) == share("Illustrious", 20) == share("SDXL 1.0", 3) == 0


def test_downloads_and_creators_have_heavy_tails(hub: Snapshot) -> None:
    assert abs(gini(hub.model_downloads) - 0.67) < 0.06
    made = np.bincount(hub.model_creator)
    assert abs(gini(made[made > 0]) - 0.65) < 0.06
    assert abs((made[made > 0] == 1).mean() - 0.55) < 0.06
    downloads = np.bincount(hub.model_creator, hub.model_downloads)[made > 0]
    assert abs(gini(downloads) - 0.82) < 0.07


def test_prompts_have_realistic_sizes(prompts: list[str]) -> None:
    sizes = [len(prompt) for prompt in prompts]
    assert 190 < np.percentile(sizes, 50) < 270
    assert 560 < np.percentile(sizes, 95) < 800


def test_prompts_repeat_near_and_far(images: list[dict[str, Any]], prompts: list[str]) -> None:
    assert 0.15 < 1 - len(set(prompts)) / len(prompts) < 0.35
    posts: dict[str, set[int]] = {}
    for document in images:
        if document["meta"] and "prompt" in document["meta"]:
            posts.setdefault(document["meta"]["prompt"], set()).add(document["postId"])
    far = np.mean([len(posts[prompt]) > 1 for prompt in prompts])
    assert 0.02 < far < 0.08, "copied between posts"


def test_missing_values_have_the_measured_shares(
    hub: Snapshot, images: list[dict[str, Any]]
) -> None:
    models = [hub.model_document(i, mask=31) for i in range(len(hub.model_id))]
    versions = [v for d in models for v in d["modelVersions"]]
    assert abs(np.mean([d["meta"] is None for d in images]) - 0.103) < 0.01
    assert abs(np.mean([d["description"] is None for d in models]) - 0.035) < 0.012
    assert abs(np.mean([v["description"] is None for v in versions]) - 0.552) < 0.04
    assert abs(np.mean([not v["trainedWords"] for v in versions]) - 0.348) < 0.08
    assert abs(np.mean([not d["tags"] for d in models]) - 0.035) < 0.012


def test_tags_of_a_subculture_occur_together(prompts: list[str]) -> None:
    """Some pairs of tags are seen many times as often as independence would have it."""
    lists = [set(prompt.split(", ")) for prompt in prompts]
    single = Counter(tag for tags in lists for tag in tags)
    common = [tag for tag, n in single.items() if 150 < n < 2000][:80]
    seen = np.array([[tag in tags for tag in common] for tags in lists], dtype=np.float64)
    alone = seen.mean(axis=0)
    lift = (seen.T @ seen / len(lists)) / np.outer(alone, alone)
    lifts = lift[np.triu_indices(len(common), 1)]
    assert np.percentile(lifts, 95) > 3
    assert np.percentile(lifts, 20) < 0.8


def test_mature_terms_go_with_mature_levels(images: list[dict[str, Any]]) -> None:
    shares = {}
    for bit in (1, 2, 4, 8, 16):
        texts = [
            d["meta"]["prompt"]
            for d in images
            if d["browsingLevel"] == bit and d["meta"] and "prompt" in d["meta"]
        ]
        shares[bit] = np.mean(["mature_term_" in text for text in texts])
    assert shares[1] < 0.08 < shares[2] < 0.3 < shares[4] < 0.65 < shares[8]
    assert shares[16] > 0.7


def test_only_documented_mature_terms_occur(prompts: list[str]) -> None:
    found = {term for prompt in prompts for term in re.findall(r"mature_term_\w+", prompt)}
    assert found <= set(MATURE_TERMS)
    assert len(found) > 80


def test_prompts_with_mature_terms_or_levels_name_adults_only(
    images: list[dict[str, Any]],
) -> None:
    checked = 0
    for document in images:
        prompt = (document["meta"] or {}).get("prompt", "")
        if "mature_term_" in prompt or document["browsingLevel"] in (4, 8, 16):
            assert not _MILD_ONLY.search(prompt)
            checked += 1
    assert checked > 1000


def test_no_sexual_wording_and_none_about_minors_anywhere(
    hub: Snapshot, images: list[dict[str, Any]]
) -> None:
    words: set[str] = set()
    for document in images:
        words.update(str(document["meta"]).split())
    for index in range(len(hub.model_id)):
        document = hub.model_document(index, mask=31)
        versions = document["modelVersions"]
        words.update([document["name"], document["description"] or "", *document["tags"]])
        words.update(str(v[key]) for v in versions for key in ("name", "trainedWords"))
    for version in range(len(hub.version_id)):
        words.update(str(dict(hub.training_metadata(version) or {})).split())
    assert len(words) > 10_000
    assert [word for word in words if _FORBIDDEN.search(word)] == []


def test_no_name_is_both_a_persons_and_a_characters() -> None:
    people = build_people(5000, seed=1)
    persons = {part.lower() for p in people for part in (p.given, p.family, p.name)}
    picker = Picker(1)
    characters = {part.lower() for _ in range(5000) for part in character_name(picker).split()}
    assert persons.isdisjoint(characters)
    assert len({p.gender for p in people}) == 3
    assert {p.script for p in people} == {"latin", "han", "kana", "hangul", "cyrillic"}


def test_disguised_names_do_not_show_the_plain_name(world: World) -> None:
    content = world.content
    rows = np.flatnonzero(content.models.presentation > 0)
    assert len(rows) > 30
    for index in rows.tolist():
        person = content.texts.person(index)
        assert person is not None
        assert f"{person.given} {person.family}" not in content.texts.name(index)
    flagged = content.models.flagged[rows]
    assert 0 < flagged.mean() < 0.5, "disguises hide from the flag"
