"""The signal tables of a lake say what the signals say one by one, and only what is new is read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hubwatch.errors import LakeError
from hubwatch.lake.catalog import open_lake, read_catalog
from hubwatch.lake.derived import replace_tables
from hubwatch.lake.importing import import_files
from hubwatch.lake.inspecting import verify
from hubwatch.lake.refine import refine
from hubwatch.prompts import parse
from hubwatch.prompts.text import words
from hubwatch.signals import build
from hubwatch.signals.build import (
    BuildSummary,
    build_signals,
    data,
    ensure_signals,
    is_current,
    model_rows,
    reading,
    run,
)
from hubwatch.signals.build.prominence import prominence_of
from hubwatch.signals.build.terms import LEXICAL, codes
from hubwatch.signals.inputs import ItemError, read_subjects
from hubwatch.signals.registry import signal
from hubwatch.signals.subjects import PromptSubject

SIGNAL_TABLES = ("prompt_tags", "tag_terms", "prompt_signals", "prompt_codes", "model_signals")


def rows_of(lake: Path, table: str) -> list[dict[str, Any]]:
    return [row for path in open_lake(lake).paths(table) for row in pq.read_table(path).to_pylist()]


def digests(lake: Path) -> dict[str, list[str]]:
    tables = read_catalog(lake).tables
    return {name: [file.sha256 for file in tables.get(name, [])] for name in SIGNAL_TABLES}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, hub_files: Path) -> Path:
    """A lake of all documents with its signals; tests must not change it."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBWATCH_CONFIG_DIR", str(folder / "config"))
        import_files(sorted(hub_files.glob("*.jsonl.zst")), folder / "lake")
        refine(folder / "lake", workers=1)
    summary = build_signals(folder / "lake", workers=1)
    assert summary.prompts == open_lake(folder / "lake").rows("prompts") > 500
    assert (summary.models, summary.models_known) == (120, 0)
    return folder / "lake"


def test_every_prompt_and_every_model_has_one_row(built: Path) -> None:
    prompts = [row["prompt_id"] for row in rows_of(built, "prompts")]
    assert [row["prompt_id"] for row in rows_of(built, "prompt_signals")] == prompts
    models = [row["model_id"] for row in rows_of(built, "models")]
    assert [row["model_id"] for row in rows_of(built, "model_signals")] == models
    assert verify(built) == []


def test_the_rows_of_prompts_say_what_the_signals_say_of_each_alone(built: Path) -> None:
    texts = {row["prompt_id"]: row["text"] for row in rows_of(built, "prompts")}
    told = {row["prompt_id"]: row for row in rows_of(built, "prompt_signals")}
    counted: dict[int, Counter[str]] = {}
    for row in rows_of(built, "prompt_codes"):
        counted.setdefault(row["prompt_id"], Counter())[row["code"]] = row["hits"]
    some = dict(list(texts.items())[::7])
    subjects = [PromptSubject(id=str(name), prompt=text) for name, text in some.items()]
    found = {name: signal(name).answer_many(subjects) for name in run.OF_PROMPTS}
    for place, (name, text) in enumerate(some.items()):
        row, prompt = told[name], parse(text)
        assert row["tokens"] == sum(len(words(tag.text)) for tag in prompt.tags)
        assert row["script"] == prompt.script
        assert row["gender"] == found["depicted_gender"][place].value
        assert row["minor_grade"] == found["minor_cue"][place].detail["grade"]
        assert row["disguised"] == (found["evasion"][place].value is True)
        expected: Counter[str] = Counter()
        for lexical in LEXICAL[:3]:
            expected.update(found[lexical][place].detail["hits"])
        expected.update(found["minor_cue"][place].detail["counts"])
        assert counted.get(name, Counter()) == expected
    assert any(counted.values())


def test_the_levels_of_a_prompt_are_those_of_the_signal(built: Path) -> None:
    import numpy as np

    from hubwatch.signals.level_model import probabilities

    texts = {row["prompt_id"]: row["text"] for row in rows_of(built, "prompts")}
    rows = rows_of(built, "prompt_signals")[:60]
    added = np.array([[r["level_pg13"], r["level_r"], r["level_x"]] for r in rows], np.float32)
    chance = probabilities(added, np.zeros_like(added))
    said = signal("prompt_level").answer_many(
        [PromptSubject(id="1", prompt=texts[row["prompt_id"]]) for row in rows]
    )
    for row, answer in zip(chance, said, strict=True):
        assert list(answer.detail.values()) == pytest.approx(list(row), abs=1e-3)


def test_the_rows_of_models_say_what_the_signals_say_of_their_documents(
    models_file: Path, models_lake: Path, tmp_path: Path
) -> None:
    import shutil

    lake = tmp_path / "lake"
    shutil.copytree(models_lake, lake)
    build_signals(lake, only="models", workers=1)
    subjects = [s for s in read_subjects(models_file, "model") if not isinstance(s, ItemError)]
    found = {name: signal(name).answer_many(subjects) for name in model_rows.OF_MODELS}  # type: ignore[arg-type]  # models
    rows = {row["model_id"]: row for row in rows_of(lake, "model_signals")}
    for place, subject in enumerate(subjects):
        row = rows[subject.id]
        person = found["real_person"][place]
        assert row["real_person"] == person.value
        assert row["real_person_score"] == person.score
        assert row["gender"] == found["depicted_gender"][place].value
        assert row["sexualised"] == found["sexualised_language"][place].value
        assert row["nudification_tool"] == found["nudification_tool"][place].value
        assert row["minor_grade"] == found["minor_cue"][place].detail["grade"]
    assert {row["real_person"] for row in rows.values()} >= {True, False}


def test_a_second_build_does_nothing_and_says_so(built: Path) -> None:
    before = read_catalog(built)
    summary = build_signals(built, workers=1)
    assert not summary.changed
    assert is_current(built)
    assert not ensure_signals(built)
    assert read_catalog(built) == before


def test_the_same_lake_gives_the_same_bytes_from_several_processes(
    built: Path, hub_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MODELS", 16)
    monkeypatch.setattr(run, "CHUNK", 50)
    build_signals(hub_lake, workers=2)
    assert digests(hub_lake) == digests(built)


def test_only_new_prompts_and_changed_models_are_read(
    tmp_path: Path, hub_files: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    lake = tmp_path / "lake"
    import_files(sorted(hub_files.glob("models-*")), lake)
    refine(lake, workers=1)
    assert ensure_signals(lake)
    known = open_lake(lake).rows("prompts")
    import_files(sorted(hub_files.glob("images-*")), lake)
    refine(lake, workers=1)
    assert not is_current(lake)
    summary = build_signals(lake, workers=1)
    assert (summary.prompts, summary.prompts_known) == (
        open_lake(lake).rows("prompts") - known,
        known,
    )
    assert summary.models + summary.models_known == 120
    by_id = {row["prompt_id"]: row for row in rows_of(built, "prompt_signals")}
    assert {row["prompt_id"]: row for row in rows_of(lake, "prompt_signals")} == by_id


def test_a_model_whose_input_is_the_same_keeps_its_row(
    hub_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_signals(hub_lake, workers=1)
    before = rows_of(hub_lake, "model_signals")
    monkeypatch.setattr(run, "_input_digest", lambda lake: "other files")
    summary = build_signals(hub_lake, workers=1)
    assert (summary.models, summary.models_known) == (0, 120)
    assert rows_of(hub_lake, "model_signals") == before


def test_another_version_of_a_signal_answers_everything_again(
    hub_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = open_lake(hub_lake).rows("prompts")
    first = build_signals(hub_lake, workers=1)
    before = digests(hub_lake)
    plain = run._versions
    monkeypatch.setattr(run, "_versions", lambda names: {**plain(names), "minor_cue": "999"})
    second = build_signals(hub_lake, workers=1)
    assert (first.prompts, second.prompts, second.prompts_known) == (total, total, 0)
    assert (second.models, second.models_known) == (120, 0)
    assert digests(hub_lake) == before


def test_new_data_without_a_new_version_answers_everything_again(
    hub_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = open_lake(hub_lake).rows("prompts")
    build_signals(hub_lake, workers=1)
    monkeypatch.setattr(data, "data_digest", lambda patterns: "other weights")
    assert not is_current(hub_lake)
    second = build_signals(hub_lake, workers=1)
    assert (second.prompts, second.models) == (total, 120)
    assert is_current(hub_lake)


def test_another_version_of_the_prompt_language_indexes_everything_again(
    hub_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = open_lake(hub_lake).rows("prompts")
    build_signals(hub_lake, workers=1)
    before = digests(hub_lake)
    old = {"prompts": "0"}
    replace_tables(hub_lake, {"tag_terms": []}, made_with={"prompt_tags": old})
    monkeypatch.setattr(run, "VERSION", "0")
    assert not is_current(hub_lake)
    second = build_signals(hub_lake, workers=1)
    assert (second.prompts, second.models) == (total, 120)
    assert read_catalog(hub_lake).made_with["prompt_tags"] != old
    assert digests(hub_lake) == before


def test_every_pattern_of_data_finds_a_file_and_another_byte_gives_another_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = [data.data_digest((pattern,)) for pattern in {*data.OF_PROMPTS, *data.OF_MODELS}]
    nothing = data.data_digest(("signals/nothing-*",))
    assert nothing not in one
    assert len(set(one)) == len(one)
    monkeypatch.setattr(data, "files", lambda package: tmp_path)
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "a.json").write_text("1")
    before = data.data_digest(("words/*",))
    (tmp_path / "words" / "a.json").write_text("2")
    data.data_digest.cache_clear()
    assert data.data_digest(("words/*",)) != before
    data.data_digest.cache_clear()


def test_one_part_can_be_built_alone(hub_lake: Path) -> None:
    only = build_signals(hub_lake, only="prompts", workers=1)
    assert (only.prompts, only.models) == (open_lake(hub_lake).rows("prompts"), 0)
    assert open_lake(hub_lake).rows("model_signals") == 0
    assert build_signals(hub_lake, only="models", workers=1).models == 120
    assert is_current(hub_lake)


def test_models_need_what_is_said_of_their_prompts(hub_lake: Path) -> None:
    both = build_signals(hub_lake, only="models", workers=1)
    assert (both.prompts, both.models) == (open_lake(hub_lake).rows("prompts"), 120)
    assert is_current(hub_lake)


def test_prompts_are_cut_into_jobs_of_any_size(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_lake(built)
    whole = list(reading.prompt_jobs(opened, 0, 0))
    monkeypatch.setattr(reading, "PROMPTS", 37)
    monkeypatch.setattr(reading, "_TAGS", 101)
    parts = list(reading.prompt_jobs(opened, 0, 0))
    for jobs in (whole, parts):
        texts = {row["prompt_id"]: row["text"] for row in rows_of(built, "prompts")}
        seen = 0
        for job in jobs:
            terms = job.batch.terms.to_pylist()
            for place, name in enumerate(job.ids.tolist()):
                own = job.batch.term_ids[job.batch.offsets[place] : job.batch.offsets[place + 1]]
                assert [terms[t] for t in own] == [tag.text for tag in parse(texts[name]).tags]
                seen += 1
        assert seen == len(texts)


def test_an_index_that_does_not_fit_is_one_clear_error(hub_lake: Path) -> None:
    build_signals(hub_lake, only="prompts", workers=1)
    rows = pq.read_table(open_lake(hub_lake).paths("prompt_tags")[0])
    strange = rows.slice(0, 3).set_column(0, "prompt_id", pa.array([1, 2, 3], pa.int64()))
    replace_tables(hub_lake, {"prompt_signals": [], "prompt_tags": strange.to_batches()})
    with pytest.raises(LakeError, match="does not fit"):
        build_signals(hub_lake, only="prompts", workers=1)


def test_a_failure_on_the_way_leaves_the_lake_as_it_was(
    hub_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError("stopped")

    monkeypatch.setattr(run, "answer_prompts", broken)
    with pytest.raises(RuntimeError, match="stopped"):
        build_signals(hub_lake, workers=1)
    assert open_lake(hub_lake).rows("prompt_signals") == 0
    assert open_lake(hub_lake).rows("prompt_tags") > 0
    assert verify(hub_lake) == []
    assert not (hub_lake / "staging").exists()
    monkeypatch.undo()
    assert build_signals(hub_lake, workers=1).changed


def test_an_empty_lake_has_nothing_to_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(tmp_path / "config"))
    from hubwatch.lake.catalog import create_lake

    create_lake(tmp_path / "lake")
    assert build_signals(tmp_path / "lake").changed is False
    assert is_current(tmp_path / "lake")
    assert isinstance(build.build_signals(tmp_path / "lake"), BuildSummary)


def test_prominence_needs_a_gazetteer_of_the_operators_own() -> None:
    class Listed:
        def find(self, name: str) -> list[Any]:
            known = {"Velda Orrin": "niche", "Velda": None}
            kinds = [known[part] for part in known if part in name]
            return [SimpleNamespace(prominence=kind, telling=True) for kind in kinds]

    listed: Any = Listed()
    assert prominence_of("Velda Orrin", None) is None
    assert prominence_of("Velda Orrin", listed) == "niche"
    assert prominence_of("Velda", listed) is None
    assert prominence_of("Nobody", listed) == "no-trace"


def test_codes_are_those_of_the_lexical_signals() -> None:
    declared = {code for name in LEXICAL for code in signal(name).codes}
    assert set(codes()) <= declared
    assert not any(code.startswith("gender.") for code in codes())
