"""What each trainer writes ends up in the same fields."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from metadata_cases import AI_TOOLKIT, COMMIT, KOHYA, ONETRAINER, PEFT, SPEC, tensors

from hubwatch.adapters.training import Training, read_training

XL = ("lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight", (8, 2048))


def test_kohya() -> None:
    """All fields of kohya's keys; images come from the folders, without repeats."""
    found = read_training(KOHYA, tensors(XL))
    assert found == Training(
        trainer="kohya",
        trainer_version=COMMIT,
        stripped=False,
        base_model="SDXL 1.0",
        base_hash="a1" * 32,
        base_file="sd_xl_base_1.0",
        network_module="networks.lora",
        rank=32,
        alpha=16.0,
        optimizer="AdamW8bit",
        resolution=1216,
        training_images=40,
        repeats=10,
        epochs=10,
        steps=2000,
        trained_at=datetime.fromtimestamp(1700000000.25, UTC),
        captions=found.captions,
        output_name="velda_orrin_v2",
        titles=("Velda Orrin",),
    )
    assert found.captions.style == "tags"
    assert found.captions.distinct == 4
    assert list(found.captions.counts) == ["1girl", "velda orrin", "solo", "red dress"]
    assert found.captions.folders == ("velda_orrin woman", "more")
    assert found.own_names == ("velda_orrin_v2", "Velda Orrin", "velda_orrin woman", "more")


def test_kohya_with_a_configuration_file() -> None:
    """A configuration's data sets stand in `ss_datasets`; regularising pictures do not count."""
    sets = [
        {
            "resolution": [512, 768],
            "tag_frequency": {"cats": {"cat": 5}},
            "subsets": [
                {"img_count": 20, "num_repeats": 3, "image_dir": "/a/cats", "class_tokens": "sks"},
                {"img_count": 99, "num_repeats": 1, "image_dir": "/a/reg", "is_reg": True},
            ],
        }
    ]
    found = read_training({"ss_datasets": json.dumps(sets), "ss_v2": "True"}, ())
    assert (found.trainer, found.base_model, found.resolution) == ("kohya", "SD 2.1", 768)
    assert (found.training_images, found.repeats) == (20, 3)
    assert found.captions.counts == {"cat": 5}
    assert found.captions.folders == ("cats",)
    assert found.trigger_words == ("sks",)


@pytest.mark.parametrize("told", ["ss_reg_dataset_dirs", "ss_datasets"])
def test_captions_of_regularising_pictures_do_not_count(told: str) -> None:
    """Kohya's scripts count them among the others and say elsewhere which folders they are of."""
    frequency = {"10_velda": {"red hat": 20}, "1_woman": {"woman": 900}}
    subsets = [
        {"image_dir": "10_velda", "img_count": 20, "is_reg": False},
        {"image_dir": "1_woman", "img_count": 900, "is_reg": True},
    ]
    where: dict[str, object] = {
        "ss_reg_dataset_dirs": {"1_woman": {"n_repeats": 1, "img_count": 900}},
        "ss_datasets": [{"subsets": subsets}],
    }
    metadata = {"ss_tag_frequency": json.dumps(frequency), told: json.dumps(where[told])}
    assert read_training(metadata, ()).captions.counts == {"red hat": 20}


def test_musubi_tuner_s_data_sets_are_their_own_subsets() -> None:
    """Folder and repeats stand in the data set itself; images are not counted there."""
    sets = [{"resolution": [960, 544], "num_repeats": 4, "video_directory": "/a/velda orrin"}]
    found = read_training({"ss_datasets": json.dumps(sets), "ss_network_dim": "32"}, ())
    assert (found.repeats, found.training_images, found.resolution) == (4, None, 960)
    assert found.captions.folders == ("velda orrin",)


@pytest.mark.parametrize(
    ("text", "edge"),
    [("512", 512), ("(512, 768)", 768), ("1024x1024", 1024), ("102400", None), ("None", None)],
)
def test_resolutions(text: str, edge: int | None) -> None:
    """The longer edge in every way of writing it."""
    assert read_training({"ss_resolution": text}, ()).resolution == edge


def test_a_textual_inversion_is_called_by_its_tensor() -> None:
    """The name of the tensor is the word that calls it; it is one of the file's own names."""
    found = read_training({}, tensors(("<velda-orrin>", (8, 768))))
    assert found.own_names == ("velda-orrin",)


def test_images_with_repeats_when_no_folder_is_known() -> None:
    """The trainer's own count is better than nothing."""
    assert read_training({"ss_num_train_images": "400"}, ()).training_images == 400


def test_onetrainer() -> None:
    """The configuration is read where the user left it in; a folder may name somebody."""
    found = read_training(ONETRAINER, tensors(XL))
    assert (found.trainer, found.trainer_version) == ("onetrainer", "1a2b3c4")
    assert (found.base_model, found.base_file) == ("Pony", "ponyDiffusionV6XL")
    assert (found.rank, found.alpha, found.epochs) == (16, 1.0, 40)
    assert (found.optimizer, found.resolution) == ("AdamW8bit", 1024)
    assert found.network_module == "lora"
    assert found.output_name == "velda_orrin.safetensors"
    assert found.captions.folders == ("velda", "velda orrin")


def test_onetrainer_without_its_configuration() -> None:
    """Rank and base model come from the tensors then."""
    found = read_training({"ot_branch": "master", "ot_revision": "1a2b3c4"}, tensors(XL))
    assert (found.trainer, found.rank, found.base_model) == ("onetrainer", 8, "SDXL 1.0")


def test_ai_toolkit() -> None:
    """Steps and epochs stand in `training_info`."""
    rows = tensors(("transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight", (16, 3072)))
    found = read_training(AI_TOOLKIT, rows)
    assert (found.trainer, found.trainer_version) == ("ai-toolkit", "0.5.1")
    assert (found.base_model, found.rank, found.steps) == ("Flux.1 D", 16, 2500)
    assert (found.epochs, found.output_name, found.captions.style) == (31, "velda_flux", "none")


def test_diffusers_with_its_metadata() -> None:
    """The largest rank of the components counts."""
    found = read_training(PEFT, ())
    assert (found.trainer, found.stripped) == ("diffusers", False)
    assert (found.network_module, found.rank, found.alpha) == ("lora", 16, 32.0)


def test_diffusers_by_its_tensor_names() -> None:
    """A file that says nothing, with tensors named in PEFT's manner, is taken for diffusers'."""
    name = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight"
    found = read_training({"format": "pt"}, tensors((name, (4, 768))))
    assert (found.trainer, found.stripped) == ("diffusers", True)
    assert (found.rank, found.base_model) == (4, "SD 1.5")


def test_model_specification_alone() -> None:
    """The specification tells of the model, not of who wrote the file."""
    found = read_training(SPEC, ())
    assert (found.trainer, found.stripped) == ("unknown", False)
    assert (found.base_model, found.resolution) == ("SD 2.1 768", 768)
    assert found.trained_at == datetime(2024, 3, 2, 10, tzinfo=UTC)
    assert found.own_names == ("a title", "velda orrin")


def test_a_hub_s_own_trainer_is_told_by_its_comment() -> None:
    """It is kohya's code in most cases; the mark comes first."""
    found = read_training({**KOHYA, "ss_training_comment": "Trained on the hub"}, ())
    assert found.trainer == "onsite"


def test_kohya_s_keys_beside_onetrainer_s() -> None:
    """OneTrainer writes two of kohya's keys for other programs; its own keys decide."""
    found = read_training({**ONETRAINER, "ss_base_model_version": "sdxl_", "ss_v2": "True"}, ())
    assert found.trainer == "onetrainer"
    assert found.base_model == "Pony"


def test_a_file_without_metadata() -> None:
    """Nothing is guessed: unknown, stripped."""
    assert read_training({}, ()) == Training(trainer="unknown", stripped=True)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("ss_network_dim", "None"),
        ("ss_network_dim", "-3"),
        ("ss_network_dim", "9" * 5000),
        ("ss_network_dim", "1e400"),
        ("ss_network_dim", "3.5"),
        ("ss_network_dim", ""),
    ],
)
def test_a_broken_rank_is_unknown(key: str, text: str) -> None:
    """What is no positive whole number of a believable size is no rank."""
    assert read_training({key: text}, ()).rank is None


@pytest.mark.parametrize(
    ("field", "key", "text"),
    [
        ("trainer_version", "ss_sd_scripts_commit_hash", "made by Velda Orrin"),
        ("network_module", "ss_network_module", "networks.lora_velda"),
        ("optimizer", "ss_optimizer", "velda.orrin.VeldaOrrin"),
        ("base_file", "ss_sd_model_name", "velda_orrin_mix_v3.safetensors"),
        ("base_hash", "ss_new_sd_model_hash", "velda orrin"),
        ("base_model", "ss_base_model_version", "velda orrin"),
    ],
)
def test_free_text_is_kept_only_when_it_is_known(field: str, key: str, text: str) -> None:
    """Anyone can write a name into any value."""
    assert getattr(read_training({key: text}, ()), field) is None


def test_what_follows_a_known_base_file_is_dropped() -> None:
    """A name behind a known beginning does not get through."""
    text = "path/to/v1-5-pruned_velda_orrin.safetensors"
    assert read_training({"ss_sd_model_name": text}, ()).base_file == "v1-5-pruned"
