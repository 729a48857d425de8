"""A small simulated hub: its documents, and the lake that is refined from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubwatch.lake.importing import import_files
from hubwatch.lake.refine import refine
from hubwatch.simulate.world.write import write_hub


@pytest.fixture(scope="session")
def hub_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The answers of a small fictional hub, as files."""
    out = tmp_path_factory.mktemp("hub")
    write_hub(out, models=120, images=1500, seed=3, processes=1)
    return out


@pytest.fixture(scope="session")
def models_file(hub_files: Path) -> Path:
    """Its model documents."""
    return next(hub_files.glob("models-*.jsonl.zst"))


def make_lake(folder: Path, *files: Path) -> Path:
    """Import files into a new lake and refine it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBWATCH_CONFIG_DIR", str(folder / "config"))
        import_files(files, folder / "lake")
        refine(folder / "lake", workers=1)
    return folder / "lake"


@pytest.fixture(scope="session")
def models_lake(tmp_path_factory: pytest.TempPathFactory, models_file: Path) -> Path:
    """A lake of the model documents alone; tests must not change it."""
    return make_lake(tmp_path_factory.mktemp("models"), models_file)


@pytest.fixture
def hub_lake(tmp_path: Path, hub_files: Path) -> Path:
    """A lake of all documents, for one test alone."""
    return make_lake(tmp_path, *sorted(hub_files.glob("*.jsonl.zst")))
