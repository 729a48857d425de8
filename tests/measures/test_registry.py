"""A measure is its docstring: parsed completely, told to sidecars, listings and the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden_lake import GOLDEN

from hubwatch.errors import UsageError
from hubwatch.measures.base_models import TREE, architecture, lineage
from hubwatch.measures.registry import MEASURES, define, find
from hubwatch.measures.result import VALUES

if TYPE_CHECKING:
    from hubwatch.engine import Tables

#: Names and keys that the project promises to users.
CONTRACT = {
    "new_items": ["unit", "month"],
    "method_mix": ["month", "method"],
    "base_model_mix": ["month", "family", "base_model"],
    "nsfw_share": ["unit", "definition", "month"],
    "level_mix": ["month", "level"],
    "unrated_share": ["unit", "month"],
    "flagged_share": ["method", "month"],
    "real_person_share": ["method", "month", "basis"],
    "real_person_reach": ["group", "method", "statistic"],
    "real_person_reach_by": ["dimension", "group"],
    "target_gender": ["basis"],
    "sexualised_pairing": ["gender"],
    "prompt_gender": ["level", "gender"],
    "language_rates": ["category", "polarity", "month"],
    "concentration": ["unit", "statistic"],
    "lorenz": ["unit", "population_share"],
    "base_model_lineage_share": ["basis", "month", "parent", "node"],
    "barrier_to_entry_profile": ["subject", "quantity", "statistic"],
    "trainer_signature": ["dimension", "name", "month"],
    "name_leakage": ["page", "month"],
    "metadata_stripping": ["subject", "month"],
    "booru_overlap": ["source", "statistic", "month"],
    "marker_adoption": ["marker", "source", "family", "month"],
    "tag_communities": ["community", "statistic", "other"],
    "community_adoption": ["community", "month"],
}


def test_names_and_keys_are_the_promised_ones() -> None:
    assert {name: list(measure.keys) for name, measure in MEASURES.items()} == CONTRACT


@pytest.mark.parametrize("name", MEASURES)
def test_columns_are_keys_then_values_then_those_that_are_told(name: str, golden: Tables) -> None:
    measure = MEASURES[name]
    table = measure.compute(golden)
    assert table.column_names == [*measure.keys, *VALUES, *measure.columns]
    keys = list(zip(*(table[key].to_pylist() for key in measure.keys), strict=True))
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_reads_the_tables_that_it_tells_of(name: str, golden: Tables) -> None:
    """What builds missing signals goes by these names."""
    read: set[str] = set()

    class Watched(type(golden)):  # type: ignore[misc]  # the class of a value
        def __getitem__(self, table: str) -> object:
            read.add(table)
            return golden[table]

    MEASURES[name].compute(Watched(golden._backend, golden._sources))
    assert read == set(MEASURES[name].tables)


@pytest.mark.parametrize("name", MEASURES)
def test_a_definition_says_everything(name: str) -> None:
    told = MEASURES[name].describe()
    texts = ["summary", "question", "unit", "denominator", "formula", "uncertainty", "pitfalls"]
    assert all(told[text].strip() for text in [*texts, "source", "definition"])
    assert told["question"].endswith("?")
    assert all(told["keys"].values())
    assert set(told["parameters"]) == set(MEASURES[name].parameters)


def test_a_parameter_changes_the_answer(golden: Tables) -> None:
    found = MEASURES["nsfw_share"].compute(golden, nsfw_tags=("style",))
    row = next(
        row
        for row in found.to_pylist()
        if (row["unit"], row["definition"], row["month"]) == ("model", "tag", "all")
    )
    tagged = sum("style" in (model["tags"] or []) for model in GOLDEN["models"])
    assert row["n"] == tagged


def test_an_empty_list_of_tags_counts_nothing(golden: Tables) -> None:
    found = MEASURES["nsfw_share"].compute(golden, nsfw_tags=()).to_pylist()
    assert {row["n"] for row in found if row["definition"] == "tag"} == {0}


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="nfsw_share") as told:
        find("nfsw_share")
    assert told.value.hint == "did you mean `nsfw_share`?"


def test_a_docstring_without_a_section_is_refused() -> None:
    def halved(tables: object) -> None:
        """Half a definition.

        Question: What is missing?
        """

    with pytest.raises(ValueError, match="Denominator"):
        define("halved", halved)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("name", "family", "root"),
    [
        ("SD 1.5", "Stable Diffusion 1", "Stable Diffusion 1"),
        ("SD 2.1 768", "Stable Diffusion 2", "Stable Diffusion 2"),
        ("SDXL Lightning", "Stable Diffusion XL", "Stable Diffusion XL"),
        ("Pony", "Pony", "Stable Diffusion XL"),
        ("Pony V7", "Pony V7", "AuraFlow"),
        ("Illustrious", "Illustrious", "Stable Diffusion XL"),
        ("Flux.1 D", "Flux", "Flux"),
        ("Hunyuan Video", "Hunyuan Video", "Video"),
        ("Hunyuan 1", "Hunyuan", "Hunyuan"),
        ("Other", "Other", "Other"),
        ("named tomorrow", "Other", "Other"),
    ],
)
def test_base_models_have_their_place_in_the_tree(name: str, family: str, root: str) -> None:
    assert (lineage(name).family, architecture(family)) == (family, root)


def test_a_family_has_one_architecture() -> None:
    assert len({p.family for p in TREE.values()}) == len(set(TREE.values()))
