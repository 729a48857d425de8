"""What a dataset check found, in codes and counts; holds no text of the dataset."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from hubwatch.adapters.consent import Manifest, Tier  # noqa: TC001 - msgspec resolves them
from hubwatch.adapters.intervals import Share  # noqa: TC001 - msgspec resolves it to decode

Decision = Literal["allow", "block", "escalate"]

#: Why something was not read, or not read whole, with what it means.
NOT_READ = {
    "not_a_file": "a pipe, device or socket under the name of a caption",
    "no_permission": "the operating system refused",
    "too_long": "only the beginning was read",
    "not_utf8": "bytes that are no text were replaced",
    "other_form": "a table of captions (metadata.csv, metadata.parquet)",
    "damaged": "not what its name says, or a line of it",
    "linked_folder": "a link to a folder",
    "linked_image": "a caption that is a link to an image",
    "outside": "a folder or file that the configuration names outside the dataset",
    "too_deep": "a folder below the deepest that is read",
    "over_limit": "beyond the limits of one check",
    "no_text": "no caption and no configuration says anything: only names were read",
}


class Finding(msgspec.Struct, frozen=True):
    """One reason or note.

    Args:
        code: documented, for example `real_person.no_manifest`.
        says: one sentence without any text of the dataset.
    """

    code: str
    says: str


class FilesRead(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, and what was not.

    Args:
        captions: captions read; one for each file or line.
        distinct: different texts among them.
        images: image files, told by their names; none is ever opened.
        folders: folders that were walked.
        configs: trainer configurations read.
        not_read: what was not read, or not whole, by reason (`NOT_READ`).
    """

    captions: int
    distinct: int
    images: int
    folders: int
    configs: int
    not_read: dict[str, int]


class PersonFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the dataset aims at a real person; of its folders and concepts, the likeliest.

    Args:
        value: what `real_person` says of its most telling name; None when there is none, and when
            it says false of a set without captions and configuration.
        score: mean of its probabilities over all names and triggers of that folder.
        origin: see `Answer.origin`.
        evidence: codes of its reasons, strongest first.
        supported_by: what else speaks for a person: the signal's own `flag`, `rule` or `gazetteer`;
            `score.high` (0.6 and up), `name.form` (a name or trigger has the form of a person's
            name), `trigger.person` and `captions.person` (they have a word for a person).
        aims: what the rule goes by: value is true, and the signal's own rule or gazetteer says so,
            or score is 0.45 or more and something supports it.
        concepts: folders and concepts that have a name to ask about.
        concepts_true: of these, those that aim at a real person.
    """

    value: bool | None = None
    score: float | None = None
    origin: str | None = None
    evidence: tuple[str, ...] = ()
    supported_by: tuple[str, ...] = ()
    aims: bool = False
    concepts: int = 0
    concepts_true: int = 0


class TermFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What a lexical signal says of the captions and of the configuration.

    Args:
        captions: captions in which it says true.
        texts: names of folders and files and sample prompts in which it says true, each one text;
            all triggers and the description together are one more.
        hits: hits by code, over both; empty for the minor cue.
    """

    captions: Share
    texts: int
    hits: dict[str, int]


class MinorFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Cues of minors: counted, never shown.

    Args:
        captions: captions in which `minor_cue` says true.
        texts: as of `TermFinding`.
        unclear: captions or texts with a weak cue only, which alone decides nothing.
        beside_mature: captions or texts in which a cue stands beside a mature one.
    """

    captions: Share
    texts: int
    unclear: int
    beside_mature: int


class ConsentFound(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a consent manifest lies beside the data; nothing in it is verified here.

    Args:
        tier: `none` or `claimed`.
        source: `file`, `config`, or None.
        manifest: what may be shown of it; None when there is none.
        because: why a manifest that is there does not count; None otherwise.
    """

    tier: Tier = "none"
    source: str | None = None
    manifest: Manifest | None = None
    because: str | None = None


class DatasetReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that a check says.

    Args:
        decision: `allow`, `block`, or `escalate` to the people whose duty it is.
        reasons: why it is not `allow`.
        notes: what else a person should know.
        rule: name and version of the rule that decided.
        trainer: whose configuration was read: `kohya`, `onetrainer`, `ai-toolkit`; None without.
        files, real_person, sexualised, minor, consent: see there.
        names_in_captions: captions that hold something in the form of a person's name.
        depicts: captions by whom they depict: `women`, `men`, `both`, `none`.
        signals: versions of the signals that were asked.
        revealed: the words behind it, only when asked for; None otherwise, and always None where a
            minor may be meant.
    """

    decision: Decision
    reasons: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    rule: dict[str, str]
    trainer: str | None
    files: FilesRead
    real_person: PersonFinding
    names_in_captions: Share
    depicts: dict[str, int]
    sexualised: TermFinding
    minor: MinorFinding
    consent: ConsentFound
    signals: dict[str, str]
    revealed: dict[str, Any] | None = None

    @property
    def allowed(self) -> bool:
        """The rule has no objection."""
        return self.decision == "allow"

    @property
    def complete(self) -> bool:
        """Everything that was found was read whole."""
        return not self.files.not_read
