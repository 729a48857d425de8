"""Fixtures for tests that collect adapters from a simulated hub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_lakes import Asked, copy_lake, make_lake

from hubwatch.simulate.world.build import World, build_world


@pytest.fixture(scope="session")
def world() -> World:
    """Return a fictional hub of 150 models."""
    return build_world(models=150, images=150, seed=4)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the keys of all lakes of this session lie."""
    return tmp_path_factory.mktemp("config")


@pytest.fixture
def _calm(keys: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep settings of the person who runs the tests away from them."""
    monkeypatch.setenv("HUBWATCH_CONFIG_DIR", str(keys))
    for name in ("HUBWATCH_KEY_FILE", "HUBWATCH_OFFLINE", "HUBWATCH_HUB_CIVITAI_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return


@pytest.fixture(scope="session")
def known(world: World, keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake that knows the hub's models; never written to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBWATCH_CONFIG_DIR", str(keys))
        patch.delenv("HUBWATCH_OFFLINE", raising=False)
        patch.delenv("HUBWATCH_KEY_FILE", raising=False)
        return make_lake(world, tmp_path_factory.mktemp("known") / "lake")


@pytest.fixture
def lake(known: Path, tmp_path: Path, _calm: None) -> Path:
    """Return a lake of one test that knows the hub's models."""
    return copy_lake(known, tmp_path / "lake")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Return which files hubs of this process are asked for."""
    seen = Asked()
    monkeypatch.setattr("hubwatch.simulate.server.downloads.redirect", seen.watch())
    return seen
