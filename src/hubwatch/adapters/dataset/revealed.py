"""The names and words behind a check, for an operator who asked; never where a minor is meant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hubwatch.signals.reveal import LONGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwatch.adapters.dataset.person import Asked
    from hubwatch.adapters.dataset.terms import Said

#: Names and words that are shown.
MOST: Final = 50


def revealed(asked: Sequence[Asked], texts: Sequence[str], said: Said) -> dict[str, Any]:
    """Return what the check went by, in words.

    Args:
        asked: questions to `real_person`.
        texts: distinct captions, in the order of the answers.
        said: what the lexical signals say of them; the caller has made sure that nothing among them
            points at a minor.

    Returns:
        `concepts`: names that were asked about, with value and score; `sexualised`: words by code,
        with the captions that hold them.
    """
    words: Counter[tuple[str, str]] = Counter()
    for text, answer in zip(texts, said.sexualised, strict=True):
        for one in answer.evidence:
            if one.start is not None:
                words[(one.code, text[one.start : one.end][:LONGEST])] += 1
    return {
        "concepts": [
            {"name": model.name, "value": answer.value, "score": answer.score}
            for one in asked[:MOST]
            for model, answer in zip(one.models, one.answers, strict=True)
        ],
        "sexualised": [
            {"code": code, "text": text, "captions": n}
            for (code, text), n in words.most_common(MOST)
        ],
    }
