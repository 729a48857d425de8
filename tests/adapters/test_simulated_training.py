"""What is read of simulated adapters is what was planted in them."""

from __future__ import annotations

import pytest

from hubwatch.adapters.header import Tensor
from hubwatch.adapters.training import Training, read_training
from hubwatch.simulate.world.adapter_truth import adapters_table
from hubwatch.simulate.world.build import build_world
from hubwatch.simulate.world.trainers import training_metadata, training_tensors

Row = dict[str, object]


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Row, Training]]:
    """Truth and reading of every adapter of a small hub whose file is its own."""
    content = build_world(models=700, images=700, seed=3).content
    truth = {row["version_id"]: row for row in adapters_table(content).to_pylist()}
    found = []
    for version, number in enumerate(content.version_id):
        facts = content.adapters.facts(version)
        if facts is None or facts.version != version:
            continue
        rows = [Tensor(n, d, s, 0, 0) for n, d, s in training_tensors(content, version)]
        metadata = training_metadata(content, version) or {}
        found.append((truth[number], read_training(metadata, rows)))
    assert len(found) > 300
    return found


def test_trainer(pairs: list[tuple[Row, Training]]) -> None:
    """The family is told whenever the header says anything of it."""
    told = [(row["trainer"], found.trainer) for row, found in pairs if not row["stripped"]]
    assert all(truth == read for truth, read in told)
    assert len({truth for truth, _ in told}) == 6


@pytest.mark.parametrize(
    ("truth", "field"),
    [
        *(("rank", "rank"), ("alpha", "alpha"), ("steps", "steps"), ("epochs", "epochs")),
        *(("images", "training_images"), ("repeats", "repeats"), ("resolution", "resolution")),
        *(("optimizer", "optimizer"), ("stripped", "stripped")),
    ],
)
def test_settings(pairs: list[tuple[Row, Training]], truth: str, field: str) -> None:
    """A setting is read rightly or is unknown; most of those that headers tell are read."""
    known = [(row, getattr(found, field)) for row, found in pairs]
    assert all(row[truth] == value for row, value in known if value is not None)
    kohya = [value for row, value in known if row["trainer"] == "kohya" and not row["stripped"]]
    assert kohya
    assert None not in kohya


def test_the_rank_is_always_known(pairs: list[tuple[Row, Training]]) -> None:
    """Tensor shapes tell it where the metadata is gone."""
    assert all(found.rank is not None for _, found in pairs)


def test_caption_style(pairs: list[tuple[Row, Training]]) -> None:
    """Tags, prose and both are told apart in at least 98 of 100 files."""
    right = [row["caption_style"] == found.captions.style for row, found in pairs]
    assert sum(right) >= 0.98 * len(right)


def test_base_model(pairs: list[tuple[Row, Training]]) -> None:
    """The architecture is right; derivatives are told where the base file's name is there."""
    for row, found in pairs:
        declared = str(row["base_model"])
        if declared == "Other" or found.base_model is None:
            continue
        derived = declared in ("Pony", "Illustrious") or declared.startswith("SDXL")
        roots = ("SDXL", "Pony", "Illustrious") if derived else (declared[:4],)
        assert found.base_model.startswith(roots)
