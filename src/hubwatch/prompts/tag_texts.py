"""The tags of one prompt without their places: what most signals need, and much faster.

A prompt is cut as in `batch`, and what lies between two cuts is remembered: pieces repeat a lot.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hubwatch.prompts.parser import parse, parse_part

#: A stretch between two commas or line ends, with the sign before it.
_PIECE: Final = re.compile(r"(?:^|[,\n])[^,\n]*")
_ESCAPED: Final = re.compile(r"\\[\\()\[\]{}]")
#: Words and nothing else, and what makes more of them.
_WORDS: Final = re.compile(r"[,\n]?[A-Za-z0-9 _'-]*")
#: Words in brackets, with one weight at most.
_WEIGHED: Final = re.compile(
    r"[,\n]? *(\(+) *([A-Za-z0-9_'][A-Za-z0-9 _'-]*)"
    r"(?::(?:[0-9]{1,4}\.?[0-9]{0,4}|\.[0-9]{1,4}) *)?(\)+) *"
)
_OPERATOR: Final = re.compile("AND|BREAK|mbedding:")
#: Longer pieces and prompts are read without being remembered.
_LONG_PIECE: Final = 200
_LONG_PROMPT: Final = 10_000


def tag_texts(text: str) -> tuple[str, ...]:
    """Return the texts of a prompt's tags in order, equal to those that `parse` gives.

    Args:
        text: as for `parse`. Time and memory are linear in it.
    """
    return _again(text) if len(text) < _LONG_PROMPT else _read(text)


def _read(text: str) -> tuple[str, ...]:
    found: list[str] = []
    waiting: list[str] = []
    depth = 0
    for piece in _PIECE.findall(text):
        step, tags = _piece_again(piece) if len(piece) < _LONG_PIECE else _read_piece(piece)
        if not depth and not step and tags is not None:
            found += tags
            continue
        depth += step
        waiting.append(piece)
        if depth:
            continue
        tags = _read_part("".join(waiting))
        if tags is None:
            return _read_whole(text)
        found += tags
        waiting.clear()
    last = _read_part("".join(waiting)) if waiting else ()
    return _read_whole(text) if last is None else (*found, *last)


#: Several signals read the same prompt one after the other.
_again: Final = lru_cache(maxsize=256)(_read)


def _read_piece(piece: str) -> tuple[int, tuple[str, ...] | None]:
    """Return how many brackets a piece leaves open, and its tags if it can be read apart."""
    if _OPERATOR.search(piece) is None:
        if _WORDS.fullmatch(piece) is not None:
            return 0, _term(piece)
        weighed = _WEIGHED.fullmatch(piece)
        if weighed is not None and len(weighed[1]) == len(weighed[3]):
            return 0, _term(weighed[2])
    bare = _ESCAPED.sub("", piece) if "\\" in piece else piece
    step = sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}"))
    return step, None if step else _read_part(piece)


_piece_again: Final = lru_cache(maxsize=1 << 14)(_read_piece)


def _term(words: str) -> tuple[str, ...]:
    term = " ".join(words.lstrip(",\n").lower().replace("_", " ").split())
    return (term,) if term else ()


def _read_part(part: str) -> tuple[str, ...] | None:
    tags, apart = parse_part(part)
    return tuple([text for text, _ in tags]) if apart else None


def _read_whole(text: str) -> tuple[str, ...]:
    return tuple([tag.text for tag in parse(text).tags])
