"""What a signal says of one thing: a value, a score, and the evidence for it."""

from __future__ import annotations

from typing import Any

import msgspec


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One reason, in codes; never the text itself unless the operator asked to reveal it.

    Args:
        code: what was found, a documented code such as `tag.person_role`.
        field: where, for example `name`, `tags[2]`, `images[0].prompt`.
        start, end: code points in that field, end excluded; None when the whole field is meant.
        weight: what it adds to the score, in log-odds; None when the reason is a rule of its own.
        text: the words themselves, only with `--reveal`, and never for a minor cue.
    """

    code: str
    field: str
    start: int | None = None
    end: int | None = None
    weight: float | None = None
    text: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one signal says of one subject.

    Args:
        id: the subject's id.
        value: True, False, a label, or None for unknown.
        score: see the signal's own page for its meaning; None when there is nothing to score.
        origin: where the value comes from: `flag`, `rule`, `classifier`, `lexicon`, `gazetteer`.
        evidence: reasons, strongest first; a True always has at least one.
        detail: further answers by name, for example the probability of every level.
    """

    id: str
    value: bool | str | None
    score: float | None = None
    origin: str | None = None
    evidence: tuple[Evidence, ...] = ()
    detail: dict[str, Any] = {}
