"""The error of a signal is read from what was measured, or is not known."""

from __future__ import annotations

import pytest

from hubwatch.signals import error_rates as module
from hubwatch.signals.error_rates import TITLE, ErrorRates, error_rates
from hubwatch.signals.measured import Interval, Measured, MeasuredTable


def test_rates_come_from_the_row_of_what_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = ["flag", "sensitivity", "specificity", "n_positive", "n_negative"]
    row = ["shown", Interval(0.9, 0.8, 0.95), 0.98, 90, 410.5]
    hidden = ["hidden", 0.7, 0.97, 90, 410.5]
    table = MeasuredTable(TITLE, "invented", "2026-11-23", columns, [hidden, row])
    other = MeasuredTable("Something else", "invented", "2026-11-23", ["a"], [["b"]])
    found = Measured("real_person", "1", [other, table])
    monkeypatch.setattr(module, "measured", lambda name: found)
    without = error_rates("real_person", flag=False)
    assert without is not None
    assert without.sensitivity == 0.7
    assert error_rates("real_person", flag=True) == ErrorRates(
        sensitivity=0.9, specificity=0.98, n_positive=90, n_negative=410.5, data="invented",
        date="2026-11-23",
    )  # fmt: skip


@pytest.mark.parametrize("found", [None, Measured("real_person", "1")])
def test_rates_that_were_not_measured_are_not_known(
    monkeypatch: pytest.MonkeyPatch, found: Measured | None
) -> None:
    monkeypatch.setattr(module, "measured", lambda name: found)
    assert error_rates("real_person", flag=True) is None
