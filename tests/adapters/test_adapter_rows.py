"""Rows of both tables: typed, complete, and without any name."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pyarrow as pa
import pytest
from metadata_cases import AI_TOOLKIT, KOHYA, ONETRAINER, PEFT, SPEC, header

from hubwatch.adapters.card import make_card
from hubwatch.adapters.redact import PREFIX, Redactor
from hubwatch.adapters.rows import FileKey, adapter_row, tag_rows
from hubwatch.lake.adapter_tables import ADAPTER_TAGS, ADAPTERS
from hubwatch.lake.columns import arrow_type
from hubwatch.prompts.normalise import plain
from hubwatch.simulate.world.disguise import written_name
from hubwatch.simulate.world.models import PRESENTATIONS
from hubwatch.simulate.world.people import build_people
from hubwatch.simulate.world.streams import Picker

FILE = FileKey("civitai", "11", "12", "13", "2024-05")
REDACTOR = Redactor(b"k" * 32)
SEEN = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("metadata", [KOHYA, ONETRAINER, AI_TOOLKIT, PEFT, SPEC, {}])
def test_rows_fit_the_tables(metadata: dict[str, str]) -> None:
    """Every column is there and has its type."""
    found = header(metadata, ("a.lora_down.weight", (8, 320)))
    for table, rows in (
        (ADAPTERS, [adapter_row(FILE, "read", found, REDACTOR, SEEN)]),
        (ADAPTER_TAGS, tag_rows(FILE, found, REDACTOR)),
    ):
        for row in rows:
            assert tuple(row) == table.names()
        for column in table.columns:
            pa.array([row[column.name] for row in rows]).cast(
                pa.string() if column.type == "word" else arrow_type(column.type)
            )


def test_a_file_that_was_not_read_has_a_status_alone() -> None:
    """Unknown stays unknown."""
    row = adapter_row(FILE, "unsound", None, REDACTOR, SEEN)
    known = {name for name, value in row.items() if value is not None}
    assert known == {*FILE._fields, "status", "observed_at"} - {"upload_type", "names"}


def test_what_the_hub_trained_is_onsite() -> None:
    """The hub's own word on a version counts more than the header."""
    file = FILE._replace(upload_type="Trained")
    assert adapter_row(file, "read", header(KOHYA), REDACTOR, SEEN)["trainer"] == "onsite"


def test_output_name_and_trigger_have_one_token() -> None:
    """So that the name can be followed from file to tag without being known."""
    row = adapter_row(FILE, "read", header(KOHYA), REDACTOR, SEEN)
    tags = {r["tag"]: r["count"] for r in tag_rows(FILE, header(KOHYA), REDACTOR)}
    assert tags == {row["output_token"]: 40, "1girl": 40, "solo": 38, "red dress": 3}
    assert row["output_token"].startswith(PREFIX)


def test_what_the_hub_calls_a_file_is_no_tag() -> None:
    """A page named in everyday words may be about somebody, whatever the header calls itself."""
    told = {"1_x": {"dark river": 9, "pale dark sky": 2}}
    found = header({"ss_tag_frequency": json.dumps(told)})
    file = FILE._replace(names=("Dark River (at the pier)", "Dark River"))
    assert [row["tag"][:5] for row in tag_rows(file, found, REDACTOR)] == ["name:", "pale "]
    assert [row["tag"] for row in tag_rows(FILE, found, REDACTOR)] == [*told["1_x"]]


def test_tags_of_one_form_are_one_row_and_sentences_are_none() -> None:
    """Counts are added; prose is counted in `captions`, never stored."""
    told = {"1_a": {"red_hat": 2, "Red Hat": 3, "a woman in a very long red coat": 9, "velda": 1}}
    found = header({"ss_tag_frequency": json.dumps(told)})
    rows = tag_rows(FILE, found, REDACTOR)
    assert [(r["tag"], r["count"]) for r in rows] == [("red hat", 5), (REDACTOR.token("velda"), 1)]
    assert adapter_row(FILE, "read", found, REDACTOR, SEEN)["captions"] == 4


def _everywhere(name: str) -> dict[str, str]:
    """Return metadata with a name in every value that can hold one."""
    tags = {name: 9, f"{name} woman": 3, f"photo of {name}": 2, f"{name}, smiling": 2}
    config = {"base_model_name": name, "output_model_destination": name, "peft_type": name,
              "optimizer": {"optimizer": name}, "concepts": [{"name": name, "path": name}],
              "model_type": name}  # fmt: skip
    found = dict.fromkeys((*KOHYA, *SPEC, *ONETRAINER, *AI_TOOLKIT, "ss_training_comment"), name)
    return found | {
        "ss_tag_frequency": json.dumps({f"10_{name}": tags}),
        "ss_dataset_dirs": json.dumps({f"10_{name} woman": {"n_repeats": 10, "img_count": 4}}),
        "ss_datasets": json.dumps([{"subsets": [{"class_tokens": name, "image_dir": name}]}]),
        "ot_config": json.dumps(config),
        "software": json.dumps({"name": name, "version": name}),
        "hubwatch.consent": json.dumps({"relation": name, "subject": name}),
    }


@pytest.mark.parametrize("presentation", PRESENTATIONS)
def test_no_fictional_name_reaches_a_row(presentation: str) -> None:
    """A name in every value of a header, in every disguise, leaves tokens and numbers only."""
    for number, person in enumerate(build_people(120, seed=9)):
        name = written_name(person, presentation, Picker(number * 13 + 5))
        found = header(_everywhere(name), (f"{name}.lora_down.weight", (8, 320)))
        rows = [adapter_row(FILE, "read", found, REDACTOR, SEEN), *tag_rows(FILE, found, REDACTOR)]
        text = json.dumps(rows, default=str, ensure_ascii=False).lower()
        for part in (name, plain(name), person.given, person.family, person.name):
            assert part.lower() not in text


@pytest.mark.parametrize("presentation", PRESENTATIONS)
def test_no_fictional_name_reaches_a_card(presentation: str) -> None:
    """What `inspect` shows without `--reveal` holds no name either, in the file's name included."""
    for number, person in enumerate(build_people(30, seed=4)):
        name = written_name(person, presentation, Picker(number * 17 + 3))
        found = header(_everywhere(name), (f"{name}.lora_down.weight", (8, 320)))
        card = make_card(found, REDACTOR, file_name=f"{name}.safetensors", file_bytes=9_000)
        text = msgspec.json.encode(card).decode().lower()
        for part in (name, plain(name), person.given, person.family, person.name):
            assert part.lower() not in text
