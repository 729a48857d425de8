"""Options of `collect` are checked before anything is asked."""

from __future__ import annotations

import pytest

from hubwatch.cli.collect import parse_kinds, parse_rate
from hubwatch.errors import UsageError


@pytest.mark.parametrize(
    ("text", "rate"),
    [("200/s", 200.0), ("1", 1.0), ("30/min", 0.5), ("0.5/s", 0.5), ("3600/h", 1.0)],
)
def test_a_rate_is_read_as_requests_per_second(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "-1/s", "0/s", "1/day", "1e9/s", "1/s/s"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a rate"):
        parse_rate(text)


def test_kinds_are_a_comma_list_of_known_names() -> None:
    assert parse_kinds("models, images") == ("models", "images")
    with pytest.raises(UsageError, match="`pictures`"):
        parse_kinds("models,pictures")
    with pytest.raises(UsageError, match="nothing"):
        parse_kinds(",")
