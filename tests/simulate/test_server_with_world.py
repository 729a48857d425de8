"""The server over a generated world: complete walks return the promised numbers, on every day."""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from server_world import Caller, flat

from hubwatch.simulate.server.hub import SimulatedHub
from hubwatch.simulate.world.build import World, build_world

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS, IMAGES = 120, 1500


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(models=MODELS, images=IMAGES, seed=3)


@pytest.fixture(scope="module")
def hub(world: World) -> Iterator[Caller]:
    with SimulatedHub(world.as_of) as served:
        yield Caller(served)


def _all_models(caller: Caller) -> set[int]:
    found: set[int] = set()
    for nsfw in ("false", "true"):
        found |= set(flat(caller.walk("models", nsfw=nsfw, archived="1", sort="Oldest")))
    return found


def test_complete_walks_return_the_promised_numbers(hub: Caller) -> None:
    images = [
        flat(hub.walk("images", browsingLevel=bit, limit=200)) for bit in (1, 2, 4, 8, 16, 32)
    ]
    assert len(_all_models(hub)) == MODELS
    assert len({number for found in images for number in found}) == sum(map(len, images)) == IMAGES


def test_every_listed_level_is_the_level_that_was_asked_for(hub: Caller) -> None:
    for bit in (1, 2, 4, 8, 16):
        items = hub.ask("images", browsingLevel=bit, limit=200).json["items"]
        assert {item["browsingLevel"] for item in items} == {bit}


def test_an_earlier_day_holds_less_and_the_day_before_everything_nothing(world: World) -> None:
    with SimulatedHub(world.as_of, as_of="2023-06-30") as served:
        early = Caller(served)
        assert 0 < len(_all_models(early)) < MODELS
        nothing = {"X-Simulated-Date": "2020-01-01"}
        for path in ("models", "images", "creators", "tags", "enums"):
            assert early.ask(path, headers=nothing).status == 200
        assert early.ask("images", headers=nothing).json["items"] == []


def test_every_listed_version_has_a_detail_a_hash_and_a_sound_file(
    hub: Caller, world: World
) -> None:
    catalogue = world.as_of(None)
    with_metadata = 0
    for item in hub.ask("models", nsfw="true", limit=20).json["items"]:
        for version in item["modelVersions"][:1]:
            number = version["id"]
            assert hub.ask(f"model-versions/{number}").json["id"] == number
            digest = next(f["hashes"]["SHA256"] for f in version["files"] if f.get("primary"))
            assert hub.ask(f"model-versions/by-hash/{digest}").status in (200, 404)
            redirect = hub.ask(f"/api/download/models/{number}")
            body = hub.ask((redirect.header("Location") or "")[len(hub.hub.base_url) :]).body
            header = json.loads(body[8 : 8 + struct.unpack("<Q", body[:8])[0]])
            at = catalogue.version_id.tolist().index(number)
            assert header.get("__metadata__") == catalogue.training_metadata(at)
            with_metadata += "__metadata__" in header
    assert with_metadata


def test_the_command_serves_until_it_is_interrupted() -> None:
    program = (
        "from hubwatch.simulate.server.hub import serve\n"
        "serve(models=20, images=100, seed=1, port=0, faults='none',"
        " ready=lambda base: print(base, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            base = process.stdout.readline().decode().strip()
            assert base.startswith("http://127.0.0.1:")
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
