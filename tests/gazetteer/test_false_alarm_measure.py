"""The measure of false alarms counts what it should."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hubwatch.gazetteer.screening import WatchedName


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("by Nym_Skov, 4k", False),
        ("(nym:1.2) skov", False),
        ("nyms kovalt", True),
        ("xnymskovx", True),
    ],
)
def test_only_a_name_that_stands_word_by_word_is_taken_off(
    text: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[2]), *sys.path])
    from training.name_screening import without_literal

    watched = [WatchedName("a", "Nym Skov")]
    assert bool(without_literal(watched, [[text]])) == kept
