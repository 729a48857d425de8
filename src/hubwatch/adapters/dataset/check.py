"""One check of one dataset before it is trained on; reads captions and configuration only."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from hubwatch.adapters.dataset.consent import find_consent
from hubwatch.adapters.dataset.gather import Data, gather
from hubwatch.adapters.dataset.names import is_name, names_of
from hubwatch.adapters.dataset.person import MOST_CONCEPTS, ask, finding
from hubwatch.adapters.dataset.records import DatasetReport, FilesRead, PersonFinding
from hubwatch.adapters.dataset.revealed import revealed
from hubwatch.adapters.dataset.rule import RULE, Facts, decide
from hubwatch.adapters.dataset.subjects import names_to_ask, subjects_of
from hubwatch.adapters.dataset.terms import (
    ASKED,
    Said,
    any_speaks_of_minors,
    ask_captions,
    ask_texts,
    depicts,
    minors,
    sexualised,
)
from hubwatch.adapters.intervals import share
from hubwatch.prompts.normalise import plain
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubwatch.adapters.dataset.configs import Config
    from hubwatch.adapters.dataset.person import Asked, Subject


#: Names of folders and triggers that are looked for in captions.
MOST_KNOWN: Final = 64


def check_dataset(
    folder: Path | str,
    *,
    config: Path | str | Sequence[Path | str] = (),
    today: date | None = None,
    reveal: bool = False,
    progress: Callable[[int], None] | None = None,
) -> DatasetReport:
    """Say what speaks against training on a folder of images and captions.

    Args:
        folder: holds captions (.txt, .caption, .tags, metadata.jsonl) beside its images, which are
            never opened.
        config: the trainer's configurations: kohya TOML, OneTrainer JSON, ai-toolkit YAML. Those
            that lie in the folder itself are found.
        today: UTC date on which a consent manifest must be in force; None for now.
        reveal: the report also holds names and words, unless a minor may be meant; the caller has
            logged it.
        progress: called with the captions done so far.

    Returns:
        The decision with its reasons, in codes and counts. `allowed` is true when the rule has no
        objection, `complete` when everything was read.

    Raises:
        InputError: the folder, or a configuration that was named, cannot be read; or there is no
            caption, no image and no configuration that says anything.
    """
    data = gather(Path(folder), _paths(config), progress)
    configs = [one for _, one in data.configs]
    every = data.captions.all()
    texts, counts = list(every), list(every.values())
    said = ask_captions(texts, progress)
    subjects, (names, unnamed) = subjects_of(data), names_to_ask(data)
    asked, about = ask(subjects, configs), _ask_about(names, subjects, configs)
    root, day = data.tree.root, today or datetime.now(UTC).date()
    facts = Facts(
        files=_files(data, len(every), max(0, len(subjects) - MOST_CONCEPTS) + unnamed),
        real_person=_unless_silent(finding(asked), data),
        sexualised=sexualised(said, counts, about),
        minor=minors(said, counts, about),
        consent=find_consent(root, data.tree.manifests, data.configs, day),
    )
    decision, reasons, notes = decide(facts)
    hidden = not reveal or any_speaks_of_minors(said, about)
    return DatasetReport(
        decision=decision,
        reasons=reasons,
        notes=notes,
        rule=dict(RULE),
        trainer=configs[0].trainer if configs else None,
        names_in_captions=share(names_of(every, _known(asked))[1], sum(counts)),
        depicts=depicts(said, counts),
        signals={name: signal(name).version for name in ("real_person", *ASKED)},
        revealed=None if hidden else revealed(asked, texts, said),
        **msgspec.structs.asdict(facts),
    )


def _unless_silent(found: PersonFinding, data: Data) -> PersonFinding:
    """Return what was found; a false that rests on names of files alone is unknown."""
    if found.value is not False or not data.silent:
        return found
    return PersonFinding(concepts=found.concepts)


def _known(asked: Sequence[Asked]) -> set[str]:
    """Return the names that the set is known by, as they would stand in a sentence."""
    names = dict.fromkeys(model.name for one in asked for model in one.models)
    return set(islice((plain(name) for name in names if is_name(name)), MOST_KNOWN))


def _paths(config: Path | str | Sequence[Path | str]) -> list[Path]:
    named = [config] if isinstance(config, Path | str) else list(config)
    return [Path(one) for one in named]


def _ask_about(
    names: Sequence[str], subjects: Sequence[Subject], configs: Sequence[Config]
) -> Said:
    """Ask the lexical signals about names, triggers and sample prompts."""
    words = [word for config in configs for word in config.words]
    words += [word for subject in subjects for word in subject.triggers]
    description = " ".join(config.description for config in configs)
    prompts = [prompt for config in configs for prompt in config.prompts]
    tags = [tag for config in configs for tag in config.tags]
    return ask_texts(list(dict.fromkeys([*words, *tags])), description, [*names, *prompts])


def _files(data: Data, distinct: int, unasked: int) -> FilesRead:
    not_read = data.tree.not_read + data.captions.not_read + Counter(over_limit=unasked)
    return FilesRead(
        captions=data.captions.count,
        distinct=distinct,
        images=data.tree.images.total(),
        folders=data.tree.walked,
        configs=len(data.configs),
        not_read={name: n for name, n in sorted(not_read.items()) if n},
    )
