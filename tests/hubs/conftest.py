"""Fixtures for connectors: a hub that answers as a test says."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer
from scripted_hub import Script


@pytest.fixture
def script(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Return a hub that waits to be told what to answer."""
    monkeypatch.delenv("HUBWATCH_OFFLINE", raising=False)
    monkeypatch.delenv("HUBWATCH_HUB_CIVITAI_TOKEN", raising=False)
    return Script(httpserver)
