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
    from collections.abc import Iterator, Mapping, Sequence

    from hubwatch.adapters.dataset.configs import Concept, Config
    from hubwatch.signals.answers import Answer

#: Concepts that are asked about, and names of each.
MOST_CONCEPTS: Final = 2_048
MOST_NAMES: Final = 8
#: Triggers that are asked about before anything else; a long list must not push out the folder.
TRIGGERS_FIRST: Final = 3
#: Captions and their tags that are shown to the signal.
TAGS_SHOWN: Final = 60
#: A tag or a name is what a set is about when so many of its captions hold it.
OFTEN: Final = 0.5
#: A name that is not in most captions is one of several when it is in so many.
SEVERAL: Final = 3
_PERSON_WORDS: Final = frozenset(TAGS["person"])
#: The signal says true from 0.34 on, where a page is silent; a dataset has none at all, and asking
#: for more halves the false alarms. Measured: docs/how-to/dataset-check.md.
SURE_ENOUGH: Final = 0.45
#: From here on the score needs no support.
HIGH: Final = 0.6
#: Captions in which a word for a person is looked for.
CAPTIONS_ASKED: Final = 1_000
#: Origins that need no further support.
_OWN: Final = ("flag", "rule", "gazetteer")


class Subject(NamedTuple):
    """One thing that may be aimed at: a folder, or a concept of a configuration.

    Args:
        names: what it is called, most telling first.
        triggers: words that call it.
        captions: of its folder, with how often each occurs.
    """

    names: tuple[str, ...]
    triggers: tuple[str, ...]
    captions: Mapping[str, int]


class Asked(NamedTuple):
    """What `real_person` says of one subject under each of its names.

    Args:
        models: what the signal was shown, one for each name.
        answers: what it said.
        support: what else speaks for a person, see `PersonFinding`.
    """

    models: tuple[ModelSubject, ...]
    answers: tuple[Answer, ...]
    support: tuple[str, ...]

    @property
    def score(self) -> float | None:
        """Mean probability over the names; None when there was nothing to score."""
        found = [answer.score for answer in self.answers if answer.score is not None]
        return sum(found) / len(found) if found else None

    @property
    def best(self) -> Answer:
        """The answer that says most: true first, then the highest score."""
        return max(self.answers, key=lambda one: (one.value is True, one.score or 0.0))

    @property
    def aims(self) -> bool:
        """The rule takes it for a real person."""
        if self.best.value is not True:
            return False
        sure = self.best.origin in _OWN
        return sure or ((self.score or 0.0) >= SURE_ENOUGH and bool(self.support))


def speaks_of_people(text: str) -> bool:
    """Say whether a trigger or a caption has a word for a person, of any gender."""
    low = text.lower()
    return any(cues(low)) or not _PERSON_WORDS.isdisjoint(low.split())


def subject_of(
    folder: str, concept: Concept | None, captions: Mapping[str, int], stems: Mapping[str, int]
) -> Subject:
    """Put together what a folder and its concept say.

    Args:
        folder: its name.
        concept: what the configuration says of it; None when nothing.
        captions: with how often each occurs.
        stems: names of its images without running numbers, with how many have each.
    """
    found = [spoken(folder)]
    triggers: tuple[str, ...] = ()
    if concept is not None:
        found = [spoken(concept.name), spoken(last_part(concept.folder)), *found]
        triggers = concept.triggers
    found += [spoken(name) for name in _leading(captions) if not is_everyday(name)]
    found += map(spoken, _often(names_of(captions)[0], captions))
    found += [name for name in map(spoken, _most(stems)) if is_name(name)]
    first, rest = triggers[:TRIGGERS_FIRST], triggers[TRIGGERS_FIRST:]
    names = distinct([*map(spoken, first), *found, *map(spoken, rest)])
    return Subject(names[:MOST_NAMES], triggers, captions)


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
    """Ask `real_person` about every subject under each of its names.

    A folder has no page, so one name alone says little; the mean over its names is steadier.

    Args:
        subjects: of the dataset.
        configs: their names and words stand for the whole run.

    Returns:
        One for each subject that has a name.
    """
    outputs = distinct(spoken(name) for config in configs for name in config.names)
    words = distinct(word for config in configs for word in config.words)
    found = []
    for subject in islice(subjects, MOST_CONCEPTS):
        triggers = distinct([*subject.triggers, *words])
        called = distinct([*subject.names, *map(spoken, triggers), *outputs])[:MOST_NAMES]
        if not called:
            continue
        models = tuple(_model(name, triggers, outputs, subject, configs) for name in called)
        answers = tuple(signal("real_person").answer_many(models))
        found.append(Asked(models, answers, _support(called, triggers, subject, answers)))
    return found


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


def _support(
    names: tuple[str, ...],
    triggers: tuple[str, ...],
    subject: Subject,
    answers: tuple[Answer, ...],
) -> tuple[str, ...]:
    scores = [answer.score or 0.0 for answer in answers]
    origins = dict.fromkeys(one.origin for one in answers if one.origin in _OWN)
    told = {
        "score.high": sum(scores) >= HIGH * len(scores),
        "name.form": any(map(is_name, names)),
        "trigger.person": any(map(speaks_of_people, triggers)),
        "captions.person": any(map(speaks_of_people, islice(subject.captions, CAPTIONS_ASKED))),
    }
    return (*filter(None, origins), *(code for code, holds in told.items() if holds))


def finding(asked: Sequence[Asked]) -> PersonFinding:
    """Return what was found as one: the subject that the rule takes first, else the likeliest."""
    if not asked:
        return PersonFinding()
    first = max(asked, key=lambda one: (one.aims, one.score or 0.0))
    best = first.best
    return PersonFinding(
        value=best.value if isinstance(best.value, bool) else None,
        score=None if first.score is None else round(first.score, 4),
        origin=best.origin,
        evidence=tuple(dict.fromkeys(one.code for one in best.evidence)),
        supported_by=first.support,
        aims=first.aims,
        concepts=len(asked),
        concepts_true=sum(one.aims for one in asked),
    )
