"""`real_person`: the contract of all signals, what it must tell apart, what it must not know."""

from __future__ import annotations

from signal_contract import SignalContract


class TestRealPerson(SignalContract):
    name = "real_person"
    highest = 1.0
