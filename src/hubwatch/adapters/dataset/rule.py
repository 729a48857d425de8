"""The built-in rule: what speaks against training on a dataset.

It decides until an operator's own policy does. Changing it raises its version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.adapters.dataset.records import (
    NOT_READ,
    ConsentFound,
    FilesRead,
    Finding,
    MinorFinding,
    PersonFinding,
    TermFinding,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwatch.adapters.dataset.records import Decision

RULE: Final[Mapping[str, str]] = {"name": "built-in", "version": "1"}

REASONS: Final[Mapping[str, str]] = {
    "minor.mature": (
        "a cue of a minor stands beside a mature one; do not train, and hand it to the people "
        "whose duty it is"
    ),
    "real_person.no_manifest": "it aims at a real person, and no consent manifest is in force",
    "real_person.sexualised": (
        "it aims at a real person and is sexualised; no manifest that is only claimed covers that"
    ),
}
NOTES: Final[Mapping[str, str]] = {
    "consent.not_verified": "a consent manifest is claimed; nothing in it was verified here",
    "consent.void": "a consent manifest is there but does not count",
    "real_person.unsure": (
        "`real_person` says true, but not surely enough for a dataset without a page: look yourself"
    ),
    "real_person.unknown": "there is no name, trigger, caption or telling folder to go by",
    "minor.cue": "something points at a minor; a person must look before anything is trained",
    "sexualised": "some of it is sexualised",
    "captions.none": "no caption was found",
    "files.not_read": "not all of it was read, so this is not the last word",
}


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule looks at; see `records.DatasetReport`."""

    files: FilesRead
    real_person: PersonFinding
    sexualised: TermFinding
    minor: MinorFinding
    consent: ConsentFound


def decide(facts: Facts) -> tuple[Decision, tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the decision, its reasons, and what else should be known."""
    person, consent, minor = facts.real_person, facts.consent, facts.minor
    mature = bool(facts.sexualised.captions.n or facts.sexualised.texts)
    cue = bool(minor.captions.n or minor.texts)
    claimed = consent.tier == "claimed"
    reasons = {
        "minor.mature": bool(minor.beside_mature) or (cue and mature),
        "real_person.no_manifest": person.aims and not claimed,
        "real_person.sexualised": person.aims and mature,
    }
    notes = {
        "consent.not_verified": claimed,
        "consent.void": consent.because is not None,
        "real_person.unsure": person.value is True and not person.aims,
        "real_person.unknown": person.value is None,
        "minor.cue": cue or bool(minor.unclear),
        "sexualised": mature,
        "captions.none": not facts.files.captions,
        "files.not_read": bool(facts.files.not_read),
    }
    decision: Decision = "block" if any(reasons.values()) else "allow"
    if reasons["minor.mature"]:
        decision = "escalate"
    unread = ", ".join(NOT_READ[name] for name in facts.files.not_read)
    more = {"consent.void": f": {consent.because}", "files.not_read": f" ({unread})"}
    return decision, _said(reasons, REASONS, {}), _said(notes, NOTES, more)


def _said(
    holds: Mapping[str, bool], texts: Mapping[str, str], more: Mapping[str, str]
) -> tuple[Finding, ...]:
    return tuple(
        Finding(code, texts[code] + more.get(code, "")) for code, true in holds.items() if true
    )
