"""Showing the words behind evidence: only when asked for, logged, and never for minors."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.files import writing_to
from hubwatch.lake.layout import now
from hubwatch.settings import data_folder
from hubwatch.signals.subjects import texts_of

if TYPE_CHECKING:
    from pathlib import Path

    from hubwatch.signals.answers import Answer, Evidence
    from hubwatch.signals.subjects import Subject

LOG: Final = "reveal.log"
#: Longest text that is shown of one piece of evidence, in code points.
LONGEST: Final = 200
_NEVER: Final = "minor"


def speaks_of_minors(minor: Answer) -> bool:
    """Say whether anything was found that may point at a minor; then nothing is ever shown.

    What the minor cue told apart as harmless counts too: its reading may be wrong.

    Args:
        minor: what the minor cue said of the subject.
    """
    found = (minor.detail.get(name) for name in ("grade", "escalate", "counts"))
    return minor.value is True or bool(minor.evidence) or any(found)


def revealed(answer: Answer, subject: Subject) -> Answer:
    """Return an answer whose evidence holds its words; what points at a minor stays in codes.

    Evidence without a span stays as it is: a whole field would show more than was found.

    Args:
        answer: what a signal said.
        subject: of whom it said it.
    """
    texts = {text.field: text.text for text in texts_of(subject)}
    shown = tuple(_with_text(one, texts.get(one.field)) for one in answer.evidence)
    return msgspec.structs.replace(answer, evidence=shown)


def _with_text(evidence: Evidence, text: str | None) -> Evidence:
    spanned = evidence.start is not None and evidence.end is not None
    if text is None or not spanned or _NEVER in evidence.code:
        return evidence
    return msgspec.structs.replace(evidence, text=text[evidence.start : evidence.end][:LONGEST])


def log_reveal(command: str, source: Path | None, *, digest: str | None = None) -> Path:
    """Write down that words were shown, before they are.

    Args:
        command: what was run, without any content.
        source: the file that was read; its digest is written down.
        digest: of what was read, where that is no single file.

    Returns:
        The log: one JSON object a line, in the user's data folder.

    Raises:
        StorageError: it cannot be written; then nothing may be shown.
    """
    path = data_folder() / LOG
    entry = {"time": now(), "command": command, "input_sha256": digest or _digest(source)}
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as log:
            log.write(msgspec.json.encode(entry) + b"\n")
    return path


def _digest(source: Path | None) -> str | None:
    if source is None:
        return None
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
