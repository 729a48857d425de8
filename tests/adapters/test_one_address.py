"""A lake holds one hub at one address: ids of one hub are never asked for at another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hub_lakes import read

from hubwatch.adapters.collect import collect_adapters
from hubwatch.cli import cli
from hubwatch.cli.shell import run
from hubwatch.errors import ExitCode, LakeError
from hubwatch.hubs.civitai import BASE_URL, connect
from hubwatch.hubs.http import PoliteClient
from hubwatch.lake.collect import collect
from hubwatch.lake.collect.origins import addresses, require_home_of_ids, require_same_hub
from hubwatch.lake.importing import import_files
from hubwatch.lake.layout import lock_lake
from hubwatch.lake.raw import snapshots, start_snapshot
from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.world.build import World

ELSEWHERE = "https://hub.example"


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every request for a file that is about to be made away from this machine; make none."""
    made: list[str] = []
    once = PoliteClient._once_part

    def noting(client: PoliteClient, url: str, *rest: Any) -> Any:
        if "127.0.0.1" in url:
            return once(client, url, *rest)
        made.append(url)
        raise AssertionError(url)

    monkeypatch.setattr(PoliteClient, "_once_part", noting)
    return made


def came_from(lake: Path, *places: str) -> Path:
    """Make a lake of complete, empty snapshots that came from these addresses."""
    with lock_lake(lake):
        for place in places:
            origin = {"command": "collect", "base_url": place}
            with start_snapshot(lake, "civitai", origin=origin) as writer:
                writer.complete({})
    return lake


def test_simulated_ids_are_never_asked_for_at_the_real_hub(
    lake: Path, exchanges: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    home = addresses(lake, "civitai")[0]
    command = ["collect", "civitai", "--lake", str(lake), "--kinds", "adapters"]
    assert run(cli, command) == ExitCode.USAGE
    err = capsys.readouterr().err
    assert f"was collected from `{home}`, not `{BASE_URL}`" in err
    assert f"add `--base-url {home}`" in err
    with pytest.raises(LakeError, match="was collected from"):
        collect_adapters(lake)
    assert exchanges == []


def test_lists_of_another_hub_are_not_added_to_a_lake(lake: Path) -> None:
    before = [manifest.id for manifest in snapshots(lake)]
    for fresh in (False, True):
        with pytest.raises(LakeError, match="was collected from"):
            collect(connect(base_url=ELSEWHERE), lake, kinds=["models"], fresh=fresh)
    assert [manifest.id for manifest in snapshots(lake)] == before


def test_a_simulated_hub_may_have_another_port_each_time(world: World, lake: Path) -> None:
    with SimulatedHub(world.as_of) as hub:
        assert addresses(lake, "civitai") != [hub.base_url]
        assert read(hub, lake, limit=1).read == 1


@pytest.mark.parametrize(
    ("known", "asked", "same"),
    [
        (BASE_URL, BASE_URL + "/", True),
        (BASE_URL, "https://CIVITAI.com:443", True),
        (BASE_URL, "http://127.0.0.1:8952", False),
        (BASE_URL, "http://civitai.com", False),
        (BASE_URL, BASE_URL + "/mirror", False),
        ("http://127.0.0.1:1", "http://localhost:2", True),
        ("http://[::1]:1", "http://127.0.0.1:2", True),
        ("http://127.0.0.1:1", "http://10.0.0.1:1", False),
    ],
)
def test_addresses_are_compared_by_where_they_lead(
    tmp_path: Path, known: str, asked: str, *, same: bool
) -> None:
    lake = came_from(tmp_path / "L", known)
    if same:
        require_same_hub(lake, "civitai", asked)
        return
    with pytest.raises(LakeError, match="was collected from"):
        require_same_hub(lake, "civitai", asked)


def test_a_lake_that_came_from_two_addresses_goes_with_none(tmp_path: Path) -> None:
    lake = came_from(tmp_path / "L", BASE_URL, "http://127.0.0.1:1")
    for address in (BASE_URL, "http://127.0.0.1:1"):
        with pytest.raises(LakeError, match="was collected from"):
            require_home_of_ids(lake, "civitai", address)


def imported(tmp_path: Path, link: str) -> Path:
    """Return a lake into which one model was imported, with a link in it."""
    file = tmp_path / "models.jsonl"
    file.write_bytes(msgspec.json.encode({"id": 1, "name": "x", "downloadUrl": link}) + b"\n")
    import_files([file], tmp_path / "L")
    return tmp_path / "L"


def test_imported_answers_tell_no_address_and_go_with_the_default(tmp_path: Path) -> None:
    lake = imported(tmp_path, f"{BASE_URL}/api/download/models/1")
    assert addresses(lake, "civitai") == []
    require_home_of_ids(lake, "civitai", BASE_URL)


def test_imported_answers_of_the_simulated_hub_go_with_this_machine_alone(tmp_path: Path) -> None:
    lake = imported(tmp_path, "https://hub.invalid/api/download/models/1")
    require_home_of_ids(lake, "civitai", "http://127.0.0.1:1")
    with pytest.raises(LakeError, match="are simulated"):
        require_home_of_ids(lake, "civitai", BASE_URL)
