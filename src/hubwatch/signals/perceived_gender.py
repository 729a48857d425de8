"""The gender that a given name suggests: perceived, with a probability, never a legal ground."""

from __future__ import annotations

from typing import Final

from hubwatch.gazetteer.names import given_name, is_common_word, is_surname, words_of

#: Words of a name that are looked at; what follows is version numbers and kinds of models.
_MOST_WORDS: Final = 4
#: A given name that stands alone must be at least known, and no everyday word.
_KNOWN: Final = 2
_HALF: Final = 0.5


def perceived_gender(name: str) -> tuple[str, float] | None:
    """Return the gender that a person-shaped name suggests.

    An association of the name among its bearers, never a statement about the person.

    Args:
        name: of a model, as written.

    Returns:
        `women` or `men`, and the share of it among bearers of the given name, 0.5..1. None when
        the name does not begin like a person's.

    Source:
        `hubwatch.gazetteer.names` (nomquamgender 0.1.4).
    """
    found = words_of(name)[:_MOST_WORDS]
    for place, word in enumerate(found):
        given = given_name(word)
        if given is None or not _stands_as_name(found, place, given.support):
            continue
        share = given.women
        return ("women", share) if share >= _HALF else ("men", 1 - share)
    return None


def _stands_as_name(found: list[str], place: int, support: int) -> bool:
    """Say whether a given name stands beside a surname, or alone where it is no everyday word."""
    beside = found[place + 1 : place + 2] + found[max(0, place - 1) : place]
    if any(is_surname(word) and not is_common_word(word) for word in beside):
        return True
    return place == 0 and support >= _KNOWN and not is_common_word(found[0])
