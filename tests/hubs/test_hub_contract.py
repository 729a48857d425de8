"""What both connectors promise: a plan of slices, and walks that go on from any page's cursor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from scripted_hub import listing

from hubwatch.hubs.dump import Dump
from hubwatch.hubs.protocol import Hub, Kind, LiveHub

if TYPE_CHECKING:
    from pathlib import Path

    from scripted_hub import Script
    from werkzeug import Request, Response


@pytest.fixture(params=["civitai", "dump"])
def hub(request: pytest.FixtureRequest, script: Script, tmp_path: Path) -> tuple[Hub, Kind]:
    """Return a connector over three pages, and a kind to ask it for."""
    if request.param == "civitai":
        script.decides(_page)
        return script.hub(), "images"
    file = tmp_path / "saved.jsonl"
    file.write_text("".join(json.dumps({"id": n}) + "\n" for n in range(2500)))
    return Dump([file], name="civitai"), "items"


def _page(request: Request) -> Response:
    at = int(request.args.get("cursor", "0"))
    return listing([{"id": at}], str(at + 1) if at < 2 else None)


def test_a_connector_is_a_hub_and_only_one_on_the_network_is_live(
    hub: tuple[Hub, Kind],
) -> None:
    assert isinstance(hub[0], Hub)
    assert isinstance(hub[0], LiveHub) == (hub[1] == "images")


def test_a_walk_goes_on_from_any_page(hub: tuple[Hub, Kind]) -> None:
    connector, kind = hub
    part = connector.plan([kind])[0]
    whole = list(connector.walk(part))
    assert len(whole) == 3
    assert [page.next_cursor for page in whole[:-1]] == [page.cursor for page in whole[1:]]
    assert (whole[0].cursor, whole[-1].next_cursor) == (None, None)
    for at, page in enumerate(whole[:-1], 1):
        rest = connector.walk(part, number=whole[at].number, cursor=page.next_cursor)
        assert [(p.number, p.body) for p in rest] == [(p.number, p.body) for p in whole[at:]]


def test_pages_name_their_slice_kind_and_exact_bytes(hub: tuple[Hub, Kind]) -> None:
    connector, kind = hub
    for part in connector.plan([kind]):
        for page in connector.walk(part, walk=1):
            assert (page.slice, page.kind, page.status, page.walk) == (part.name, kind, 200, 1)
            assert page.rows > 0
            assert page.body
