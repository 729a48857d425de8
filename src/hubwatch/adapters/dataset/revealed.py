"""The names and words behind a check, for an operator who asked; never where a minor is meant."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hubwatch.adapters.dataset.reading import UnreadError, read_some
from hubwatch.adapters.dataset.walk import walk
from hubwatch.signals.reveal import LONGEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hubwatch.adapters.dataset.person import Asked
    from hubwatch.adapters.dataset.terms import Said
    from hubwatch.signals.answers import Answer

#: Names and words that are shown.
MOST: Final = 50
#: Bytes of one file that its digest is of.
_DIGESTED: Final = 4 << 20


def revealed(asked: Sequence[Asked], texts: Sequence[str], said: Said) -> dict[str, Any]:
    """Return what the check went by, in words.

    Args:
        asked: questions to `real_person`.
        texts: distinct captions, in the order of the answers.
        said: what the lexical signals say of them; the caller has made sure that nothing among them
            points at a minor.

    Returns:
        `concepts`: names that were asked about, each once, with the most telling value and score;
        `sexualised`: words by code, with the captions that hold them.
    """
    words: Counter[tuple[str, str]] = Counter()
    for text, answer in zip(texts, said.sexualised, strict=True):
        for one in answer.evidence:
            if one.start is not None:
                words[(one.code, text[one.start : one.end][:LONGEST])] += 1
    names: dict[str, tuple[str, Answer]] = {}
    for subject in asked[:MOST]:
        for model, answer in zip(subject.models, subject.answers, strict=True):
            asked_as = (model.name, answer)
            spelling = model.name.casefold()
            names[spelling] = max(names.get(spelling, asked_as), asked_as, key=_telling)
    return {
        "concepts": [
            {"name": name, "value": answer.value, "score": answer.score}
            for name, answer in names.values()
        ],
        "sexualised": [
            {"code": code, "text": text, "captions": n}
            for (code, text), n in words.most_common(MOST)
        ],
    }


def _telling(said: tuple[str, Answer]) -> tuple[bool, float]:
    _, answer = said
    return answer.value is True, answer.score or 0.0


def input_digest(folder: Path, configs: Sequence[Path] = ()) -> str:
    """Return a digest by which a log can tell what was read.

    Args:
        folder: of captions.
        configs: configurations that were named.

    Returns:
        SHA-256 over the digests of all files of text that a check reads, in the order of their
        names; lower-case hex. Names do not enter it.

    Raises:
        InputError: the folder cannot be listed.
    """
    tree = walk(folder)
    found = hashlib.sha256()
    for path in (*tree.captions, *tree.metadata, *tree.manifests, *tree.configs, *configs):
        try:
            raw, _ = read_some(path, _DIGESTED)
        except UnreadError:
            raw = b""
        found.update(hashlib.sha256(raw).digest())
    return found.hexdigest()
