"""Whether a dataset aims at a real person: `real_person` asked of every concept in it."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwatch.adapters.dataset.configs import last_part
from hubwatch.adapters.dataset.names import distinct, is_name, names_of, spoken
from hubwatch.adapters.dataset.records import PersonFinding
from hubwatch.gazetteer.names import is_everyday
from hubwatch.prompts.tag_texts import tag_texts
from hubwatch.signals.gender_cues import cues
from hubwatch.signals.person.cues import TAGS
from hubwatch.signals.registry import signal
from hubwatch.signals.subjects import IMAGES_READ, ImageText, ModelSubject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from hubwatch.adapters.dataset.configs import Concept, Config
    from hubwatch.signals.answers import Answer

#: Concepts that are asked about, and names of each.
MOST_CONCEPTS: Final = 256
MOST_NAMES: Final = 8
#: Captions and their tags that are shown to the signal.
TAGS_SHOWN: Final = 60
#: A tag or a name is what a set is about when so many of its captions hold it.
OFTEN: Final = 0.5
#: A name that is not in most captions is one of several when it is in so many.
SEVERAL: Final = 3
_PERSON_WORDS: Final = frozenset(TAGS["person"])
#: Origins that need no further support.
_OWN: Final = ("flag", "rule", "gazetteer")


class Subject(NamedTuple):
    """One thing that may be aimed at.

    Args:
        names: what it is called, most telling first.
        triggers: words that call it.
        captions: of its folder, with how often each occurs.
        depicted: share of them that depict somebody.
    """

    names: tuple[str, ...]
    triggers: tuple[str, ...]
    captions: Mapping[str, int]
    depicted: float


class Asked(NamedTuple):
    """One question to the signal, its answer, and what else supports it."""

    subject: ModelSubject
    answer: Answer
    support: tuple[str, ...]

    @property
    def aims(self) -> bool:
        """It is true, and something supports it."""
        return self.answer.value is True and bool(self.support)


def speaks_of_people(text: str) -> bool:
    """Say whether a trigger or a caption has a word for a person, of any gender."""
    low = text.lower()
    return any(cues(low)) or not _PERSON_WORDS.isdisjoint(low.split())


def subject_of(
    folder: str,
    concept: Concept | None,
    captions: Mapping[str, int],
    stems: Mapping[str, int],
    depicting: Mapping[str, bool],
) -> Subject:
    """Put together what a folder and its concept say.

    Args:
        folder: its name.
        concept: what the configuration says of it; None when nothing.
        captions: with how often each occurs.
        stems: names of its images without running numbers, with how many have each.
        depicting: of every caption, whether it depicts somebody.
    """
    found = [spoken(folder)]
    triggers: tuple[str, ...] = ()
    if concept is not None:
        found = [spoken(concept.name), spoken(last_part(concept.folder)), *found]
        triggers = concept.triggers
    found += [name for name in _leading(captions) if not is_everyday(name)]
    found += _often(names_of(captions)[0], captions)
    found += [name for name in map(spoken, _most(stems)) if is_name(name)]
    total = sum(captions.values())
    shown = sum(times for text, times in captions.items() if depicting.get(text))
    names = distinct([*map(spoken, triggers), *found])
    return Subject(names[:MOST_NAMES], triggers, captions, shown / total if total else 0.0)


def _leading(captions: Mapping[str, int]) -> Iterator[str]:
    """Yield the tag with which most captions begin, when most do with one."""
    first: Counter[str] = Counter()
    for text, times in captions.items():
        tag = next(iter(tag_texts(text[:512])), "")
        first[tag if len(tag.split()) <= 4 else ""] += times
    del first[""]
    total = sum(captions.values())
    yield from (tag for tag, n in first.most_common(1) if n >= 2 and n >= OFTEN * total)


def _often(names: Counter[str], captions: Mapping[str, int]) -> Iterator[str]:
    """Yield names that many captions hold, most frequent first."""
    total = sum(captions.values())
    for name, n in names.most_common(MOST_NAMES):
        if n >= SEVERAL or (n >= OFTEN * total and total):
            yield name


def _most(stems: Mapping[str, int]) -> Iterator[str]:
    """Yield the name that at least half of the images share."""
    total = sum(stems.values())
    yield from (stem for stem, n in stems.items() if n >= 2 and n >= OFTEN * total)


def ask(subjects: Sequence[Subject], configs: Sequence[Config]) -> list[Asked]:
    """Ask `real_person` about every name of every subject.

    Args:
        subjects: of the dataset's folders; at least one.
        configs: their names and words stand for the whole run.
    """
    names = distinct(spoken(name) for config in configs for name in config.names)
    words = distinct(word for config in configs for word in config.words)
    models, support = [], []
    for subject in islice(subjects, MOST_CONCEPTS):
        triggers = distinct([*subject.triggers, *words])
        called = distinct([*subject.names, *map(spoken, triggers), *names])[:MOST_NAMES]
        for name in called:
            models.append(_model(name, triggers, names, subject, configs))
            support.append(_support(name, triggers, subject))
    answers = signal("real_person").answer_many(models)
    return [
        Asked(model, answer, _with_origin(answer, found))
        for model, answer, found in zip(models, answers, support, strict=True)
    ]


def _model(
    name: str,
    triggers: tuple[str, ...],
    outputs: tuple[str, ...],
    subject: Subject,
    configs: Sequence[Config],
) -> ModelSubject:
    shown = tuple(islice((text for text in subject.captions if text), IMAGES_READ))
    tags = Counter(tag for text in shown for tag in tag_texts(text[:2_048]))
    return ModelSubject(
        id="dataset",
        name=name,
        description=" ".join(config.description for config in configs),
        method="LORA",
        tags=tuple(tag for config in configs for tag in config.tags),
        trigger_words=triggers,
        file_names=tuple(f"{output.replace(' ', '_')}.safetensors" for output in outputs),
        versions=1,
        images=tuple(ImageText(prompt=text) for text in shown),
        training_tags=tuple(tag for tag, _ in tags.most_common(TAGS_SHOWN)),
    )


def _support(name: str, triggers: tuple[str, ...], subject: Subject) -> tuple[str, ...]:
    held = (text for text in islice(subject.captions, IMAGES_READ) if name.lower() in text.lower())
    told = {
        "name.form": is_name(name),
        "name.captions": is_name(name) and any(held),
        "trigger.person": any(map(speaks_of_people, triggers)),
        "captions.person": subject.depicted >= OFTEN,
    }
    return tuple(code for code, holds in told.items() if holds)


def _with_origin(answer: Answer, support: tuple[str, ...]) -> tuple[str, ...]:
    return (answer.origin, *support) if answer.origin in _OWN and answer.origin else support


def finding(asked: Iterable[Asked]) -> PersonFinding:
    """Return what was found as one: the strongest answer that is supported, else the strongest."""
    found = sorted(asked, key=lambda one: (one.aims, _rank(one.answer)), reverse=True)
    concepts = len(found)
    if not found:
        return PersonFinding(
            value=None,
            score=None,
            origin=None,
            evidence=(),
            supported_by=(),
            aims=False,
            concepts=0,
            concepts_true=0,
        )
    best = found[0]
    return PersonFinding(
        value=best.answer.value if isinstance(best.answer.value, bool) else None,
        score=best.answer.score,
        origin=best.answer.origin,
        evidence=tuple(dict.fromkeys(one.code for one in best.answer.evidence)),
        supported_by=best.support,
        aims=best.aims,
        concepts=concepts,
        concepts_true=sum(one.aims for one in found),
    )


def _rank(answer: Answer) -> tuple[bool, float]:
    return answer.value is True, answer.score or 0.0


def folder_captions(by_folder: Mapping[Path, Counter[str]], folder: Path) -> Counter[str]:
    """Return the captions of one folder, empty ones left out."""
    found = Counter(by_folder.get(folder, {}))
    del found[""]
    return found
