"""What shares are of: the labels of a list, or the distinct captions of a folder."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.audit.labels import LONGEST, Label
from hubwatch.adapters.audit.reading import Reading, read_label
from hubwatch.adapters.dataset.terms import ask_captions
from hubwatch.prompts.tag_texts import tag_texts
from hubwatch.signals.reveal import speaks_of_minors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: Words that a piece of a caption has at most to be a tag, not a sentence.
MOST_WORDS: Final = 6


class Unit(NamedTuple):
    """One label or caption.

    Args:
        gender: whom it depicts: `women`, `men`, `both` or `none`.
        sexualised: `sexualised_language` finds a term in it.
        concepts: its neutral concepts, each once.
    """

    gender: str
    sexualised: bool
    concepts: tuple[str, ...]


class Read(NamedTuple):
    """All labels and units of one source.

    Args:
        labels: with what each says; those about minors and those that name are left out.
        units: those about minors and those that name are left out.
        minors: labels of a list, or captions, that hold a cue of a minor.
        naming: labels of a list that name somebody or some work.
        total: labels of the list, or distinct captions.
    """

    labels: list[tuple[Label, Reading]]
    units: list[Unit]
    minors: int
    naming: int
    total: int


def of_list(labels: Sequence[Label], progress: Callable[[int], None] | None = None) -> Read:
    """Read the labels of a list; each is a unit, its neutral words are its concepts.

    Args:
        labels: each once.
        progress: called with the labels read so far.
    """
    found = []
    for number, label in enumerate(labels):
        found.append((label, read_label(label)))
        if progress is not None and number % 4_096 == 0:
            progress(number)
    about = [(label, reading) for label, reading in found if not reading.minor]
    kept = [(label, reading) for label, reading in about if not label.naming]
    units = [Unit(reading.gender, reading.sexualised, reading.words) for _, reading in kept]
    return Read(kept, units, len(found) - len(about), len(about) - len(kept), len(found))


def of_captions(captions: Mapping[str, int], progress: Callable[[int], None] | None = None) -> Read:
    """Read captions; each distinct one is a unit, its neutral tags are its concepts.

    Of a sentence, neutral words are the concepts. Tags that are met only beside a cue of a minor
    are no labels.

    Args:
        captions: with how often each occurs.
        progress: called with the captions read so far.
    """
    texts = list(captions)
    said = ask_captions(texts, progress)
    tags_of = [
        tuple(dict.fromkeys(tag for tag in tag_texts(text) if len(tag) <= LONGEST))
        for text in texts
    ]
    labels = _ranked(tags_of, [captions[text] for text in texts])
    readings = {label.text: read_label(label) for label in labels}
    units = []
    told: set[str] = set()
    for held, minor, sexual, gender in zip(
        tags_of, said.minor, said.sexualised, said.gender, strict=True
    ):
        if speaks_of_minors(minor):
            continue
        told.update(held)
        who = gender.value if isinstance(gender.value, str) else "none"
        concepts = dict.fromkeys(
            concept for tag in held for concept in concepts_of(tag, readings[tag])
        )
        units.append(Unit(who, sexual.value is True, tuple(concepts)))
    kept = [
        (label, readings[label.text])
        for label in labels
        if label.text in told
        and not readings[label.text].minor
        and len(label.text.split()) <= MOST_WORDS
    ]
    return Read(kept, units, len(texts) - len(units), 0, len(texts))


def _ranked(tags_of: Sequence[tuple[str, ...]], counts: Sequence[int]) -> list[Label]:
    """Return the tags of captions as labels, most frequent first."""
    found: Counter[str] = Counter()
    for tags, times in zip(tags_of, counts, strict=True):
        for tag in tags:
            found[tag] += times
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [Label(text, rank, count) for rank, (text, count) in enumerate(ranked, 1)]


def concepts_of(tag: str, reading: Reading) -> tuple[str, ...]:
    """Return the neutral concepts of one tag of a caption: itself, or the words of a sentence."""
    if reading.minor or reading.codes:
        return ()
    if len(tag.split()) > MOST_WORDS:
        return reading.words
    return (tag,) if reading.gender == "none" and reading.words else ()
