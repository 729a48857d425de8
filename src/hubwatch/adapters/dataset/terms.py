"""What the lexical signals say of captions and of a configuration's texts, counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.dataset.records import MinorFinding, TermFinding
from hubwatch.adapters.intervals import share
from hubwatch.signals.registry import signal
from hubwatch.signals.reveal import speaks_of_minors
from hubwatch.signals.subjects import ModelSubject, PromptSubject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubwatch.signals.answers import Answer
    from hubwatch.signals.subjects import Subject

#: Asked of every text.
ASKED: Final = ("sexualised_language", "minor_cue", "depicted_gender")
GENDERS: Final = ("women", "men", "both", "none")
_BATCH: Final = 1_024


class Said(NamedTuple):
    """What the signals say of some texts, in order."""

    sexualised: list[Answer]
    minor: list[Answer]
    gender: list[Answer]


def ask_captions(captions: Sequence[str], progress: Callable[[int], None] | None = None) -> Said:
    """Ask the signals about captions, each a prompt of its own.

    Args:
        captions: as written.
        progress: called with the captions answered so far.
    """
    said = Said([], [], [])
    for start in range(0, len(captions), _BATCH):
        batch = [PromptSubject(id="c", prompt=text) for text in captions[start : start + _BATCH]]
        for name, answers in zip(ASKED, said, strict=True):
            answers += signal(name).answer_many(batch)
        if progress is not None:
            progress(min(start + _BATCH, len(captions)))
    return said


def ask_texts(words: Sequence[str], description: str, texts: Sequence[str]) -> Said:
    """Ask the signals about what a configuration says, and names of folders and files.

    Args:
        words: triggers and tags, one text together with the description.
        description: of the run.
        texts: names and sample prompts, each a text of its own.
    """
    subjects: list[Subject] = [PromptSubject(id="p", prompt=text) for text in texts]
    if words or description:
        subjects.append(
            ModelSubject(id="d", name="", trigger_words=tuple(words), description=description)
        )
    if not subjects:
        return Said([], [], [])
    return Said(*(signal(name).answer_many(subjects) for name in ASKED))


def sexualised(captions: Said, counts: Sequence[int], texts: Said) -> TermFinding:
    """Return what `sexualised_language` says.

    Args:
        captions: of distinct captions.
        counts: how often each of them occurs.
        texts: of the configuration.
    """
    hits: Counter[str] = Counter()
    weighed = [*zip(captions.sexualised, counts, strict=True)]
    for answer, times in [*weighed, *((answer, 1) for answer in texts.sexualised)]:
        for code, n in answer.detail.get("hits", {}).items():
            hits[code] += n * times
    true = sum(times for answer, times in weighed if answer.value is True)
    return TermFinding(
        captions=share(true, sum(counts)),
        texts=sum(answer.value is True for answer in texts.sexualised),
        hits=dict(sorted(hits.items())),
    )


def minors(captions: Said, counts: Sequence[int], texts: Said) -> MinorFinding:
    """Return what `minor_cue` says; only counts.

    Args:
        captions, counts, texts: as for `sexualised`.
    """
    weighed = [*zip(captions.minor, counts, strict=True)]
    beside = [*weighed, *((answer, 1) for answer in texts.minor)]
    return MinorFinding(
        captions=share(sum(n for one, n in weighed if one.value is True), sum(counts)),
        texts=sum(answer.value is True for answer in texts.minor),
        unclear=sum(n for one, n in beside if one.value is None and one.detail.get("grade") == 1),
        beside_mature=sum(n for one, n in beside if one.detail.get("escalate")),
    )


def any_speaks_of_minors(*said: Said) -> bool:
    """Say whether anything at all was found that may point at a minor."""
    return any(speaks_of_minors(answer) for one in said for answer in one.minor)


def depicts(captions: Said, counts: Sequence[int]) -> dict[str, int]:
    """Return captions by whom they depict; those without an answer count as `none`."""
    found: Counter[str] = Counter()
    for answer, times in zip(captions.gender, counts, strict=True):
        found[answer.value if isinstance(answer.value, str) else "none"] += times
    return {gender: found[gender] for gender in GENDERS}
