"""What the configurations of three trainers say, and whom a set is then taken to aim at."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from invented_sets import LAKES, fill

from hubwatch.adapters.dataset import check_dataset
from hubwatch.adapters.dataset.configs import Config, config_of, last_part, read_config
from hubwatch.adapters.dataset.names import is_name, names_in, spoken

TODAY = date(2026, 5, 1)

AI_TOOLKIT = """
job: extension
config:
  name: velda_orrin_v1
  process:
    - type: sd_trainer
      trigger_word: v3lda
      datasets:
        - folder_path: "C:\\\\sets\\\\photos of velda"
          caption_ext: txt
          default_caption: photo of [trigger]
      sample:
        prompts:
          - "[trigger] at the harbour"
meta:
  name: "[name]"
"""
TRAIN = """
[model_arguments]
pretrained_model_name_or_path = "base.safetensors"
[training_arguments]
output_name = "velda_orrin"
metadata_title = "Velda Orrin"
metadata_tags = "woman, portrait"
training_comment = "actress"
dataset_config = "somewhere/dataset.toml"
[dataset_arguments]
train_data_dir = "sets/velda"
reg_data_dir = "sets/reg"
caption_extension = ".cap"
"""


def read(tmp_path: Path, name: str, text: str) -> Config:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_config(tmp_path / name)


def test_kohyas_dataset_configuration(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "dataset.toml",
        '[general]\ncaption_extension = "txt"\nclass_tokens = "velda woman"\n'
        '[[datasets]]\n[[datasets.subsets]]\nimage_dir = "a/10_velda"\ncaption_prefix = "v3lda"\n'
        '[[datasets.subsets]]\nimage_dir = "a/reg"\nis_reg = true\nclass_tokens = "woman"\n',
    )
    assert found.trainer == "kohya"
    first, second = found.concepts
    assert (first.folder, first.triggers, first.suffix) == (
        *("a/10_velda", ("velda woman", "v3lda"), ".txt"),
    )
    assert (second.regular, second.triggers) == (True, ("woman",))


def test_kohyas_training_configuration_in_sections(tmp_path: Path) -> None:
    found = read(tmp_path, "train.toml", TRAIN)
    assert found.names == ("velda_orrin", "Velda Orrin")
    assert found.tags == ("woman", "portrait")
    assert found.description == "actress"
    assert found.others == ("somewhere/dataset.toml",)
    assert [(one.folder, one.regular) for one in found.concepts] == [
        ("sets/velda", False),
        ("sets/reg", True),
    ]
    assert {one.suffix for one in found.concepts} == {".cap"}


def test_onetrainers_concepts_and_configuration() -> None:
    concepts = [
        {"name": "velda", "path": "sets/velda", "text": {"prompt_source": "sample"}},
        {"name": "off", "path": "x", "enabled": False, "text": {}},
        {"path": "y", "text": {"prompt_source": "concept", "prompt_path": "y/prompts.txt"}},
        {"path": "z", "type": "PRIOR_PREDICTION", "text": {"prompt_source": "filename"}},
    ]
    found = config_of(concepts)
    assert found is not None
    assert found.trainer == "onetrainer"
    velda, listed, prior = found.concepts
    assert (velda.name, velda.folder) == ("velda", "sets/velda")
    assert listed.captions_file == "y/prompts.txt"
    assert (prior.regular, prior.named_by_files) == (True, True)
    whole = config_of(
        {
            "concept_file_name": "training_concepts/concepts.json",
            "output_model_destination": "models/velda_orrin.safetensors",
            "embedding": {"placeholder": "<embedding>"},
            "additional_embeddings": [{"placeholder": "<velda>"}],
            "concepts": concepts,
        }
    )
    assert whole is not None
    assert whole.names == ("velda_orrin.safetensors",)
    assert whole.words == ("<velda>",)
    assert whole.others == ("training_concepts/concepts.json",)


def test_ai_toolkits_configuration(tmp_path: Path) -> None:
    found = read(tmp_path, "job.yaml", AI_TOOLKIT)
    assert found.trainer == "ai-toolkit"
    assert (found.names, found.words) == (("velda_orrin_v1",), ("v3lda",))
    assert found.prompts == ("[trigger] at the harbour",)
    (concept,) = found.concepts
    assert last_part(concept.folder) == "photos of velda"
    assert (concept.suffix, concept.triggers) == (".txt", ("photo of v3lda",))


def test_ai_toolkits_configuration_may_be_json(tmp_path: Path) -> None:
    value = {"config": {"name": "lakes", "process": [{"trigger_word": "lks", "datasets": []}]}}
    assert read(tmp_path, "job.json", json.dumps(value)).words == ("lks",)


def test_a_trigger_alone_can_aim_at_a_person(tmp_path: Path) -> None:
    """The folder and the captions say nothing; the configuration does."""
    texts = ["photo of v3lda woman, smiling", "v3lda woman in a red coat, photo", "v3lda woman"]
    fill(tmp_path / "images", texts)
    (tmp_path / "job.yaml").write_text(
        "config:\n  name: velda_orrin\n  process:\n  - trigger_word: v3lda woman\n"
        "    datasets:\n    - folder_path: images\n"
    )
    report = check_dataset(tmp_path, today=TODAY)
    assert report.trainer == "ai-toolkit"
    assert report.decision == "block"


def test_a_manifest_may_stand_in_the_configuration(tmp_path: Path) -> None:
    fill(tmp_path / "10_velda_orrin woman", ["photo of velda orrin woman"] * 3)
    job = "config:\n  name: velda_orrin\n  process:\n  - trigger_word: velda_orrin woman\n"
    (tmp_path / "job.yaml").write_text(job)
    assert check_dataset(tmp_path, today=TODAY).decision == "block"
    (tmp_path / "job.yaml").write_text(job + "meta:\n  hubwatch_consent: {manifest_id: m-1}\n")
    report = check_dataset(tmp_path, today=TODAY)
    assert report.allowed
    assert (report.consent.tier, report.consent.source) == ("claimed", "config")
    (tmp_path / "job.yaml").write_text(job + "meta:\n  hubwatch_consent: ../elsewhere.json\n")
    assert check_dataset(tmp_path, today=TODAY).decision == "block"


def test_captions_that_a_configuration_names_are_read(tmp_path: Path) -> None:
    fill(tmp_path / "lakes", [])
    (tmp_path / "lakes" / "prompts.list").write_text("\n".join(LAKES))
    (tmp_path / "concepts.json").write_text(
        json.dumps(
            [
                {
                    "path": "lakes",
                    "text": {"prompt_source": "concept", "prompt_path": "lakes/prompts.list"},
                },
                {"path": "l", "text": {"prompt_source": "concept", "prompt_path": "/etc/hostname"}},
            ]
        )
    )
    report = check_dataset(tmp_path, today=TODAY)
    assert report.files.captions == len(LAKES)
    assert report.files.not_read == {"outside": 1}


def test_kohyas_metadata_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text(json.dumps({"1.png": {"caption": "a lake"}, "2.png": {}}))
    (tmp_path / "dataset.toml").write_text(
        '[[datasets]]\n[[datasets.subsets]]\nimage_dir = "x"\nmetadata_file = "meta.json"\n'
    )
    assert check_dataset(tmp_path, today=TODAY).files.captions == 1


def test_a_folder_outside_that_exists_is_said_to_be_unread(tmp_path: Path) -> None:
    fill(tmp_path / "elsewhere", LAKES)
    fill(tmp_path / "set" / "lakes", LAKES)
    (tmp_path / "set" / "dataset.toml").write_text(
        '[[datasets]]\n[[datasets.subsets]]\nimage_dir = "../elsewhere"\n'
    )
    assert check_dataset(tmp_path / "set", today=TODAY).files.not_read == {"outside": 1}


def test_what_a_folders_name_says() -> None:
    assert spoken("10_velda_orrin woman") == "velda orrin"
    assert spoken("photo of a v3lda woman") == spoken("v3lda_v2") == "v3lda"
    assert spoken("watercolour_style") == "watercolour style"
    assert spoken("images") == spoken("img_01") == spoken("20_photos") == spoken("woman") == ""
    assert spoken("mountain-lakes") == "mountain lakes"


def test_names_stand_out_of_captions() -> None:
    assert names_in("Photo of Maria Jones standing in the park") == {"maria jones"}
    assert names_in("a photo of maria jones standing in the park near a lake") == {"maria jones"}
    assert names_in("1girl, solo, blue hair, looking at viewer") == set()
    assert names_in("Mount Hood at dawn, long shadows over the valley and the river") == set()
    assert is_name("maria jones")
    assert not is_name("blue hair")


def test_the_trigger_stands_where_ai_toolkit_puts_it(tmp_path: Path) -> None:
    """Captions that only say `[trigger]` are read with the trigger in its place."""
    fill(tmp_path / "images", ["photo of [trigger], smiling"] * 3)
    (tmp_path / "job.yaml").write_text(
        "config:\n  name: run\n  process:\n  - trigger_word: velda orrin woman\n"
        "    datasets:\n    - {folder_path: images, default_caption: '[trigger]'}\n"
    )
    report = check_dataset(tmp_path, today=TODAY)
    assert report.names_in_captions.n == 3
    assert report.depicts["women"] == 3
    assert report.decision == "block"
