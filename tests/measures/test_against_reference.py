"""Every measure equals its plain Python reference on random small lakes."""

from __future__ import annotations

import math
import random
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import reference
from golden_lake import GOLDEN, Rows, arrow_table, write_lake
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubwatch.engine import Source, Tables, open_tables
from hubwatch.lake.schema import TABLES, arrow_schema
from hubwatch.measures.registry import MEASURES

MONTHS = st.sampled_from([None, "", "2024-01", "2024-02"])
HUBS = st.sampled_from(["one", "two"])
IDS = st.integers(0, 30).map(str)
METHODS = st.sampled_from([None, "LORA", "Checkpoint"])
CREATORS = st.one_of(st.none(), st.integers(0, 25).map(lambda i: f"c{i}"))

MODEL = st.fixed_dictionaries({
    "hub": HUBS, "model_id": IDS, "method": METHODS, "month": MONTHS, "creator_key": CREATORS,
    "flagged_real_person": st.sampled_from([None, True, False, False]),
    "downloads": st.one_of(st.none(), st.integers(0, 10**6)),
    "level_mask": st.one_of(st.none(), st.integers(0, 127)),
    "tags": st.one_of(st.none(), st.lists(st.sampled_from(["nsfw", "adult", "style", ""]))),
})  # fmt: skip
VERSION = st.fixed_dictionaries({
    "hub": HUBS, "version_id": IDS, "method": METHODS, "month": MONTHS,
    "base_model": st.sampled_from([None, "SD 1.5", "SDXL 1.0", "SDXL Turbo", "Pony", "new one"]),
})  # fmt: skip
IMAGE = st.fixed_dictionaries({
    "hub": HUBS, "image_id": st.integers(0, 99).map(str), "month": MONTHS,
    "model_id": st.one_of(st.none(), IDS), "creator_key": CREATORS,
    "level": st.sampled_from([None, "PG", "PG-13", "R", "X", "XXX", "blocked", "unrated"]),
    "prompt_id": st.one_of(st.none(), st.integers(-6, 6)),
    "negative_prompt_id": st.one_of(st.none(), st.integers(-6, 6)),
})  # fmt: skip
GENDERS = st.sampled_from([None, "women", "men", "both", "none"])
MODEL_SIGNALS = st.fixed_dictionaries({
    "hub": HUBS, "model_id": IDS, "gender": GENDERS,
    "real_person": st.sampled_from([None, True, True, False]),
    "who_kind": st.sampled_from([None, "actor", "musician"]),
    "prominence": st.sampled_from([None, "global"]),
    "perceived_gender": st.sampled_from([None, "women", "men"]),
    "perceived_gender_probability": st.sampled_from([None, 0.6, 0.9, 1.0]),
    "sexualised": st.sampled_from([None, True, False]),
})  # fmt: skip
PROMPT_SIGNALS = st.fixed_dictionaries(
    {"prompt_id": st.integers(-6, 6), "tokens": st.integers(0, 90), "gender": GENDERS}
)
BASES = st.sampled_from([None, "SD 1.5", "SDXL 1.0", "Pony", "Flux.1 D", "new one"])
TAG = st.sampled_from(["tag one", "tag two", "odd tag", "score 9", "newest", "name:aa", "name:bb"])
ADAPTER = st.fixed_dictionaries({
    "hub": HUBS, "file_id": IDS, "version_id": IDS, "model_id": st.one_of(st.none(), IDS),
    "month": st.sampled_from([None, "", "2023-12", "2024-01", "2024-02"]),
    "status": st.sampled_from(["read", "read", "read", "not-visible"]),
    "stripped": st.sampled_from([None, True, False, False, False]),
    "trainer": st.sampled_from([None, "kohya", "onetrainer", "unknown"]),
    "trainer_version": st.sampled_from([None, "abc"]), "base_model": BASES,
    "base_hash": st.sampled_from([None, "ab12", "cd34", "ef56"]),
    "base_file": st.sampled_from([None, None, "base.safetensors"]),
    "network_module": st.sampled_from([None, "networks.lora"]),
    "optimizer": st.sampled_from([None, "AdamW"]),
    "caption_style": st.sampled_from([None, "tags", "sentences"]),
    "person_like": st.sampled_from([None, True, False]),
    "training_images": st.one_of(st.none(), st.integers(1, 60)),
    "rank": st.sampled_from([None, 8, 32]), "steps": st.one_of(st.none(), st.integers(1, 9)),
})  # fmt: skip
ADAPTER_TAG = st.fixed_dictionaries(
    {"hub": HUBS, "file_id": IDS, "tag": TAG, "count": st.integers(1, 9)}
)
FILE = st.fixed_dictionaries({
    "hub": HUBS, "file_id": IDS, "version_id": IDS,
    "sha256": st.sampled_from([None, "AB12"]), "autov2": st.sampled_from([None, "CD34"]),
})  # fmt: skip
PROMPT_TAG = st.fixed_dictionaries({
    "prompt_id": st.integers(-6, 6), "position": st.integers(0, 5), "term_id": st.integers(0, 5),
})  # fmt: skip
TERMS = [{"term_id": i, "term": term} for i, term in enumerate(
    ["tag one", "tag two", "odd tag", "score 9", "newest"])]  # fmt: skip
PROMPT_CODES = st.fixed_dictionaries({
    "prompt_id": st.integers(-6, 6), "hits": st.integers(1, 9),
    "code": st.sampled_from(["sexualised.one", "sexualised.two", "violent.one", "minor.benign"]),
})  # fmt: skip


def rows(of: st.SearchStrategy[dict[str, Any]], name: str, most: int) -> st.SearchStrategy[Rows]:
    key = TABLES[name].key
    return st.lists(of, max_size=most, unique_by=lambda row: tuple(row[k] for k in key))


ROWS: dict[str, st.SearchStrategy[Rows]] = {
    "models": rows(MODEL, "models", 60),
    "versions": rows(VERSION, "versions", 25),
    "images": rows(IMAGE, "images", 60),
    "model_signals": rows(MODEL_SIGNALS, "model_signals", 60),
    "prompt_signals": rows(PROMPT_SIGNALS, "prompt_signals", 13),
    "prompt_codes": rows(PROMPT_CODES, "prompt_codes", 20),
    "adapters": rows(ADAPTER, "adapters", 60),
    "adapter_tags": rows(ADAPTER_TAG, "adapter_tags", 60),
    "files": rows(FILE, "files", 20),
    "prompt_tags": rows(PROMPT_TAG, "prompt_tags", 40),
    "tag_terms": st.just(TERMS),
}


def lakes(*measures: str) -> st.SearchStrategy[dict[str, Rows]]:
    """Return lakes in which only the tables hold rows that the measures read."""
    read = {table for name in measures for table in MEASURES[name].tables}
    drawn = {name: some if name in read else st.just([]) for name, some in ROWS.items()}
    return st.fixed_dictionaries(drawn)


class InMemory:
    """DuckDB over Arrow tables, so that a property test writes no file."""

    def __init__(self, duck: Any, lake: dict[str, Rows]) -> None:
        self.duck, self.lake = duck, lake

    def tables(self) -> Tables:
        sources = {name: Source(arrow_schema(name)) for name in TABLES}
        held = {id(sources[n].schema): arrow_table(n, self.lake.get(n, [])) for n in TABLES}
        backend = self.duck

        class Backend:
            def read(self, source: Source) -> Any:
                return backend._connection.from_arrow(held[id(source.schema)])

            def collect(self, native: Any) -> pa.Table:
                return backend.collect(native)

        return Tables(Backend(), sources)


def result(table: pa.Table, keys: int) -> reference.Table:
    """Return a tidy table as key → row."""
    names = table.column_names
    found = {}
    for row in table.to_pylist():
        key = tuple(row[name] for name in names[:keys])
        assert key not in found, "a key stands for one row"
        found[key] = {name: row[name] for name in names[keys:]}
    return found


def same(found: reference.Table, expected: reference.Table) -> None:
    assert set(found) == set(expected)
    for key, row in expected.items():
        for name, value in row.items():
            if isinstance(value, float):
                assert found[key][name] == pytest.approx(value, abs=1e-9), (key, name)
            else:
                assert found[key][name] == value, (key, name)


@pytest.fixture(scope="module")
def duck() -> Any:
    with open_tables({}, threads=1, memory="500MB") as tables:
        yield tables._backend


TABLE_MEASURES = [name for name in MEASURES if hasattr(reference, name) and name != "lorenz"]
#: What a measure is computed with where its defaults are not fixed.
PARAMETERS: dict[str, dict[str, Any]] = {
    "real_person_share": {"rates": reference.RATES},
    "booru_overlap": {"booru_tags": reference.BOORU, "fewest": 2},
    "metadata_stripping": {"ban": "2024-01"},
}
PROPERTY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_there_is_a_reference_for_every_measure() -> None:
    apart = {"concentration", "lorenz", "tag_communities", "community_adoption"}
    assert set(MEASURES) - set(TABLE_MEASURES) == apart


@pytest.mark.parametrize("name", TABLE_MEASURES)
@PROPERTY
@given(data=st.data())
def test_a_measure_equals_its_reference(duck: Any, name: str, data: st.DataObject) -> None:
    measure, lake = MEASURES[name], data.draw(lakes(name))
    table = measure.compute(InMemory(duck, lake).tables(), **PARAMETERS.get(name, {}))
    same(result(table, len(measure.keys)), getattr(reference, name)(lake))


@PROPERTY
@given(lake=lakes("concentration", "lorenz"))
def test_concentration_and_lorenz_equal_their_reference(duck: Any, lake: dict[str, Rows]) -> None:
    tables = InMemory(duck, lake).tables()
    found = result(MEASURES["concentration"].compute(tables), 2)
    points = result(MEASURES["lorenz"].compute(tables), 2)
    for unit, (values, unknown) in reference.amounts(lake).items():
        row = found[unit, "gini"]
        assert (row["n"], row["total"], row["unknown"]) == (len(values), len(values), unknown)
        assert row["amount"] == sum(values)
        enough = len(values) >= 10
        assert row["suppressed"] is not enough
        assert row["value"] == (pytest.approx(reference.gini(values)) if enough else None)
        top = found[unit, "top20"]
        assert top["n"] == math.ceil(len(values) / 5)
        assert top["suppressed"] is (top["n"] < 10)
        if not top["suppressed"]:
            assert top["value"] == pytest.approx(1 - (reference.lorenz(values, 0.8) or 0.0))
        curve = {float(at): r for (u, at), r in points.items() if u == unit}
        assert len(curve) == (len(values) // 10 + 1 if enough else 0)
        for at, point in curve.items():
            height = reference.lorenz(values, point["n"] / len(values))
            if abs(at * len(values) - point["n"]) < 1e-6:
                assert point["value"] == (None if height is None else pytest.approx(height))


def _bigger(seed: int) -> dict[str, Rows]:
    """Return a lake in which groups are big enough to be shown."""
    rng = random.Random(seed)
    words: dict[str, list[Any]] = {
        "hub": ["one", "two"], "method": [None, "LORA", "Checkpoint"], "month": [None, "2024-01"],
        "creator_key": [None, *(f"c{i}" for i in range(90))], "level_mask": [None, 0, 1, 9, 34],
        "flagged_real_person": [None, True, False], "downloads": [None, *range(0, 5000, 7)],
        "tags": [None, [], ["nsfw"], ["style"]], "level": [None, "unrated", "PG", "R", "XXX"],
        "base_model": [None, "SD 1.5", "Pony"], "model_id": [None, *map(str, range(700))],
        "prompt_id": [None, *range(40)], "negative_prompt_id": [None, *range(40)],
        "gender": [None, "women", "men", "both", "none"], "who_kind": [None, "actor", "musician"],
        "real_person": [None, True, True, False], "prominence": [None, "global", "niche"],
        "perceived_gender": [None, "women", "men"], "perceived_gender_probability": [0.7, 1.0],
        "sexualised": [None, True, False, False], "tokens": [0, 8, 30], "hits": [1, 2],
        "code": ["sexualised.one", "violent.one"], "status": ["read", "read", "too-large"],
        "stripped": [True, False, False], "trainer": ["kohya", "unknown"], "rank": [None, 8, 32],
        "base_hash": [None, "ab12", "ef56"], "sha256": ["AB12", "00"], "count": [1, 2, 9],
        "person_like": [None, True, False, False], "training_images": [None, *range(5, 60)],
        "caption_style": [None, "tags", "mixed"], "version_id": [*map(str, range(300))],
        "tag": ["tag one", "tag two", "odd tag", "score 9", "newest", "name:aa"],
        "position": [0], "term_id": [*range(5)],
    }  # fmt: skip

    def some(key: str, n: int, *columns: str) -> Rows:
        return [{key: str(i), **{c: rng.choice(words[c]) for c in columns}} for i in range(n)]

    model = ("hub", "method", "month", "creator_key", "level_mask", "flagged_real_person")
    image = ("hub", "month", "model_id", "creator_key", "level", "prompt_id", "negative_prompt_id")
    said = ("gender", "perceived_gender", "perceived_gender_probability", "sexualised")
    models = some("model_id", 600, *model, "downloads", "tags")
    signals = some("model_id", 600, "real_person", "who_kind", "prominence", *said)
    prompts = some("prompt_id", 40, "tokens", "gender")
    codes = some("prompt_id", 20, "code", "hits")
    header = ("stripped", "trainer", "base_model", "base_hash", "person_like", "caption_style")
    where = ("hub", "month", "model_id", "version_id", "status")
    adapters = some("file_id", 500, *where, *header, "training_images", "rank")
    return {
        "models": models,
        "versions": some("version_id", 300, "hub", "method", "month", "base_model"),
        "images": some("image_id", 900, *image),
        "model_signals": [
            {**row, "hub": model["hub"]} for row, model in zip(signals, models, strict=True)
        ],
        "prompt_signals": [{**row, "prompt_id": int(row["prompt_id"])} for row in prompts[5:]],
        "prompt_codes": [{**row, "prompt_id": int(row["prompt_id"])} for row in codes],
        "adapters": adapters,
        "adapter_tags": [
            {**row, "hub": file["hub"], "file_id": file["file_id"]}
            for file in adapters
            for row in some("tag_id", 1, "tag", "count")
        ],
        "files": some("file_id", 40, "hub", "version_id", "sha256"),
        "prompt_tags": [
            {**row, "prompt_id": int(row["prompt_id"])}
            for row in some("prompt_id", 40, "position", "term_id")
        ],
        "tag_terms": TERMS,
    }


@pytest.mark.parametrize("name", TABLE_MEASURES)
def test_bigger_lakes_equal_the_reference(duck: Any, name: str) -> None:
    lake = _bigger(seed=11)
    tables = InMemory(duck, lake).tables()
    table = MEASURES[name].compute(tables, **PARAMETERS.get(name, {}))
    found = result(table, len(MEASURES[name].keys))
    assert not any(row.get("suppressed") for row in found.values())
    same(found, getattr(reference, name)(lake))


@pytest.mark.parametrize("name", TABLE_MEASURES)
def test_files_give_what_memory_gives(name: str) -> None:
    """The golden lake read from several Parquet files equals the reference over its rows."""
    with tempfile.TemporaryDirectory() as folder:
        sources = write_lake(Path(folder), GOLDEN, files=3)
        with open_tables(sources, threads=1) as tables:
            table = MEASURES[name].compute(tables, **PARAMETERS.get(name, {}))
    same(result(table, len(MEASURES[name].keys)), getattr(reference, name)(GOLDEN))


def test_a_definition_without_blocked_leaves_them_out_of_both(golden: Tables) -> None:
    """Blocked is not unknown: one image less above and below, none more left out."""
    table = MEASURES["nsfw_share"].compute(golden).to_pylist()
    at = {
        row["definition"]: row for row in table if (row["unit"], row["month"]) == ("image", "all")
    }
    for name in ("wide", "platform"):
        with_it, without = at[name], at[f"{name}_unblocked"]
        assert without["n"] == with_it["n"] - 1
        assert without["total"] == with_it["total"] - 1
        assert without["unknown"] == with_it["unknown"]


def test_a_creator_whose_counters_are_all_hidden_has_no_zero_downloads(duck: Any) -> None:
    def model(i: int, downloads: int | None) -> dict[str, Any]:
        return {"hub": "one", "model_id": str(i), "creator_key": f"c{i}", "downloads": downloads}

    lake = {"models": [model(i, 5 if i < 10 else None) for i in range(20)]}
    found = result(MEASURES["concentration"].compute(InMemory(duck, lake).tables()), 2)
    row = found["downloads", "gini"]
    assert (row["total"], row["unknown"], row["value"]) == (10, 10, 0.0)


def test_reach_of_many_models_of_few_creators_is_suppressed(duck: Any) -> None:
    """Thirty models of two accounts tell of two accounts."""
    models = [
        {"hub": "one", "model_id": str(i), "method": "LORA", "creator_key": f"c{i % hands}",
         "flagged_real_person": flag, "downloads": i}
        for flag, hands, ids in ((True, 2, range(30)), (False, 30, range(30, 90)))
        for i in ids
    ]  # fmt: skip
    found = result(
        MEASURES["real_person_reach"].compute(InMemory(duck, {"models": models}).tables()), 3
    )
    row = found["real person", "LORA", "median"]
    assert (row["value"], row["models"], row["creators"], row["suppressed"]) == (None, 30, 2, True)
    assert found["other", "LORA", "median"]["suppressed"] is False
    assert all(
        found[g, "LORA", "share of downloads"]["n"] is None for g in ("real person", "other")
    )
