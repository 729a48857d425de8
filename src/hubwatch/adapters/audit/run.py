"""An audit of one tag set: a tagger's label list, or a folder of captions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from hubwatch.adapters.audit.asymmetry import GENDERS, asymmetry, concepts, gender_rows
from hubwatch.adapters.audit.labels import read_labels
from hubwatch.adapters.audit.mapping import Suggestion, suggest
from hubwatch.adapters.audit.reading import LEXICAL, MINORS
from hubwatch.adapters.audit.records import UNITS, Audit, CodeRow, Source
from hubwatch.adapters.audit.units import Read, of_captions, of_list
from hubwatch.adapters.dataset.captions import read_captions
from hubwatch.adapters.dataset.walk import is_folder, walk
from hubwatch.adapters.intervals import share
from hubwatch.errors import InputError
from hubwatch.signals.registry import signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hubwatch.adapters.audit.labels import Label
    from hubwatch.adapters.audit.reading import Reading


class Audited(NamedTuple):
    """An audit, which can be published, and the mapping that it suggests.

    Args:
        audit: codes and counts; concepts in everyday words.
        suggestions: hold labels as they are; `mapping.as_csv` writes them safely.
    """

    audit: Audit
    suggestions: list[Suggestion]


def audit_tagset(path: Path | str, *, progress: Callable[[int], None] | None = None) -> Audited:
    """Say how a tag set treats women and men.

    Args:
        path: a label list (`labels.read_labels`), or a folder of captions.
        progress: called with the labels or captions done so far.

    Raises:
        InputError: it is missing, empty, or of another form.
    """
    path = Path(path)
    source, read = _of_folder(path, progress) if is_folder(path) else _of_file(path, progress)
    suggestions, counts = suggest(read.labels)
    names = ("depicted_gender", *LEXICAL, MINORS)
    audit = Audit(
        source=source,
        unit=UNITS[source.kind],
        genders=gender_rows(read.units),
        codes=_codes(read.labels),
        asymmetry=asymmetry(read.units),
        concepts=concepts(read.units, source.kind),
        minors=share(read.minors, read.total),
        mapping=counts,
        signals={name: signal(name).version for name in names},
    )
    return Audited(audit, suggestions)


def _of_file(path: Path, progress: Callable[[int], None] | None) -> tuple[Source, Read]:
    found = read_labels(path)
    read = of_list(found.labels, progress)
    source = Source(
        kind="list",
        form=found.form,
        labels=len(found.labels),
        units=len(read.units),
        naming=read.naming,
        repeated=found.repeated,
        sha256=found.sha256,
        not_read=dict(sorted(found.not_read.items())),
    )
    return source, read


def _of_folder(path: Path, progress: Callable[[int], None] | None) -> tuple[Source, Read]:
    tree = walk(path)
    captions = read_captions(tree, progress=progress)
    every = captions.all()
    if not every:
        raise InputError(f"`{path}` holds no caption", hint="a folder of .txt files is read")
    read = of_captions(every, progress)
    source = Source(
        kind="captions",
        form="folder",
        labels=len(read.labels),
        units=len(read.units),
        naming=0,
        repeated=sum(every.values()) - len(every),
        sha256=None,
        not_read={name: n for name, n in sorted((tree.not_read + captions.not_read).items()) if n},
    )
    return source, read


def _codes(labels: Sequence[tuple[Label, Reading]]) -> tuple[CodeRow, ...]:
    """Return labels by code and by gender."""
    found: dict[str, Counter[str]] = {}
    for _, reading in labels:
        for code in reading.codes:
            found.setdefault(code, Counter())[reading.gender] += 1
    return tuple(
        CodeRow(
            code,
            share(by_gender.total(), len(labels)),
            {gender: by_gender[gender] for gender in GENDERS},
        )
        for code, by_gender in sorted(found.items())
    )


def as_json(audit: Audit) -> bytes:
    """Return an audit as one JSON object with a line end."""
    return msgspec.json.format(msgspec.json.encode(audit), indent=2) + b"\n"
