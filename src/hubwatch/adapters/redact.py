"""Names out of headers: what may name somebody becomes a keyed token."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable


class Redactor:
    """Replaces what may name somebody by keyed tokens; safe by default.

    Args:
        key: secret, the lake's key; equal names have equal tokens under one key.
        vocabulary: tags, in the form of `Tag.text`, that are always kept; None for none.
    """

    def __init__(self, key: bytes, vocabulary: Container[str] | None = None) -> None:
        self._key = key
        self._vocabulary = vocabulary

    def token(self, text: str) -> str:
        """Return `name:` and 12 hex digits for a text; spellings that fold alike agree."""
        raise NotImplementedError

    def tag(self, tag: str, own: Collection[str] = ()) -> str:
        """Return a tag as it may be stored: itself, normalised, or its token.

        Args:
            tag: of a caption.
            own: the file's own names (output name, folders, trigger words), as written; a tag that
                is one of them in another spelling is never kept.
        """
        raise NotImplementedError

    def person_like(self, strings: Iterable[str]) -> bool:
        """Return whether one of some strings has the form of a person's name."""
        raise NotImplementedError
